package cinder

import (
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Usage is what a project has of one volume type, or, where Type is empty, of everything. Rows with an empty Project say
// how much of a type there is at all. The counts are kept up in the transactions that change volumes, so that neither a
// quota check nor "is this type in use" walks them.
type Usage struct {
	Key           string // usageKey of the two
	Project, Type string

	Volumes, Gigabytes       int // of the volumes that consume quota
	Snapshots                int
	Backups, BackupGigabytes int
	Groups                   int
	AllVolumes               int // those that consume no quota too

	ReservedVolumes, ReservedGigabytes int // what volumes are about to take, too
}

// allocation is what the volumes on a backend come to.
type allocation struct {
	Host         string // Backend.Host
	Volumes, GiB int
}

func usageKey(project, typeID string) string { return project + "/" + typeID }

// What a holding is.
const (
	holdsVolume = iota
	holdsSnapshot
	holdsBackup
	holdsGroup
)

// holding is what one volume, snapshot or backup takes up, and of what.
type holding struct {
	Kind                int
	Project, Type, Host string // Host is empty until the volume is scheduled
	GiB                 int
	Exempt              bool // consumes no quota
}

// tally moves the counts from what a volume was to what it is; nil stands for no volume. Every write of a volume calls
// it, in the same transaction.
func (s *Service) tally(tx *state.Tx, before, after *holding) {
	if before != nil && after != nil && *before == *after {
		return
	}
	s.count(tx, before, -1)
	s.count(tx, after, +1)
}

func (s *Service) count(tx *state.Tx, h *holding, sign int) {
	if h == nil {
		return
	}
	keys := [][2]string{{h.Project, ""}, {h.Project, h.Type}, {"", h.Type}}
	if h.Type == "" {
		keys = keys[:1]
	}
	for _, k := range keys {
		u := s.usageOf(tx, k[0], k[1])
		u.add(h, sign)
		s.putUsage(tx, u)
	}
	if h.Host == "" || h.Kind != holdsVolume {
		return
	}
	a, _ := s.allocations.Get(tx, h.Host)
	a = allocation{Host: h.Host, Volumes: a.Volumes + sign, GiB: a.GiB + sign*h.GiB}
	if a.Volumes == 0 {
		s.allocations.Delete(tx, h.Host)
		return
	}
	s.allocations.Put(tx, a)
}

// add counts a holding once more, or once less.
func (u *Usage) add(h *holding, sign int) {
	if h.Kind == holdsVolume {
		u.AllVolumes += sign
	}
	switch {
	case h.Exempt:
	case h.Kind == holdsVolume:
		u.Volumes += sign
		u.Gigabytes += sign * h.GiB
	case h.Kind == holdsSnapshot:
		u.Snapshots += sign
		u.Gigabytes += sign * h.GiB
	case h.Kind == holdsGroup:
		u.Groups += sign
	case h.Kind == holdsBackup:
		u.Backups += sign
		u.BackupGigabytes += sign * h.GiB
	}
}

// usageOf is a row of usages, whether or not it is there.
func (s *Service) usageOf(r state.Reader, project, typeID string) Usage {
	key := usageKey(project, typeID)
	if u, ok := s.usages.Get(r, key); ok {
		return u
	}
	return Usage{Key: key, Project: project, Type: typeID}
}

// reservation is what a volume is about to take, too: it is not there yet, but nobody else can have it.
type reservation struct {
	Project, Type string
	Volumes, GiB  int
	OnlyOfType    bool // the project has it already
}

// reserved is nil unless the volume grows or changes its type.
func (v *Volume) reserved() *reservation {
	switch {
	case v.NoQuota:
	case v.BecomesType != "":
		return &reservation{Project: v.ProjectID, Type: v.BecomesType, Volumes: 1, GiB: v.Size, OnlyOfType: true}
	case v.GrowsBy > 0:
		return &reservation{Project: v.ProjectID, Type: v.TypeID, GiB: v.GrowsBy}
	}
	return nil
}

// tallyReserved keeps a reservation, or with a sign of -1 gives it up.
func (s *Service) tallyReserved(tx *state.Tx, r *reservation, sign int) {
	if r == nil {
		return
	}
	for _, typ := range []string{"", r.Type} {
		if typ == "" && r.OnlyOfType {
			continue
		}
		u := s.usageOf(tx, r.Project, typ)
		u.ReservedVolumes += sign * r.Volumes
		u.ReservedGigabytes += sign * r.GiB
		s.putUsage(tx, u)
	}
}

// putUsage stores a row, or takes it out when it has come to nothing.
func (s *Service) putUsage(tx *state.Tx, u Usage) {
	if u == (Usage{Key: u.Key, Project: u.Project, Type: u.Type}) {
		s.usages.Delete(tx, u.Key)
		return
	}
	s.usages.Put(tx, u)
}

// typeInUse tells whether there is a volume of the type, in whatever status.
func (s *Service) typeInUse(r state.Reader, typeID string) bool {
	return s.usageOf(r, "", typeID).AllVolumes > 0
}
