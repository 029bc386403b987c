package cinder

import (
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// SnapshotStatus is where a snapshot stands in its life.
type SnapshotStatus string

// The statuses of a snapshot (cinder/objects/fields.py).
const (
	SnapshotError         SnapshotStatus = "error"
	SnapshotAvailable     SnapshotStatus = "available"
	SnapshotCreating      SnapshotStatus = "creating"
	SnapshotDeleting      SnapshotStatus = "deleting"
	SnapshotDeleted       SnapshotStatus = "deleted"
	SnapshotUpdating      SnapshotStatus = "updating"
	SnapshotErrorDeleting SnapshotStatus = "error_deleting"
	SnapshotUnmanaging    SnapshotStatus = "unmanaging"
	SnapshotBackingUp     SnapshotStatus = "backing-up"
	SnapshotRestoring     SnapshotStatus = "restoring"
)

// snapshotStatusWords lists them in upstream's order, which its error messages show.
func snapshotStatusWords() []string {
	var words []string
	for _, s := range []SnapshotStatus{
		SnapshotError, SnapshotAvailable, SnapshotCreating, SnapshotDeleting, SnapshotDeleted, SnapshotUpdating,
		SnapshotErrorDeleting, SnapshotUnmanaging, SnapshotBackingUp, SnapshotRestoring,
	} {
		words = append(words, string(s))
	}
	return words
}

// Snapshot is what a volume held at one time.
type Snapshot struct {
	ID              string
	ProjectID       string
	UserID          string
	VolumeID        string
	GroupSnapshotID string // "" unless it is part of one
	Name            *string
	Description     *string
	Size            int // GiB
	TypeID          string
	EncryptionKeyID string
	NoQuota         bool // consumes none

	Status   SnapshotStatus
	Progress string // "0%" to "100%"

	Metadata      map[string]string
	ImageMetadata map[string]string // of a volume made from an image

	CreatedAt time.Time
	UpdatedAt time.Time // zero until it is changed

	Content content.Content // what the volume held; empty until it is available

	// Nth tells snapshots of a volume apart that were made at the same time: the later has the greater.
	Nth int
}

// holding is what the snapshot counts for in quotas.
func (sn *Snapshot) holding() *holding {
	return &holding{Kind: holdsSnapshot, Project: sn.ProjectID, Type: sn.TypeID, GiB: sn.Size, Exempt: sn.NoQuota}
}

// Lookup makes a snapshot the target of policy rules.
func (sn *Snapshot) Lookup(name string) (any, bool) {
	switch name {
	case "project_id", "tenant_id":
		return sn.ProjectID, true
	case "user_id":
		return sn.UserID, true
	}
	return nil, false
}

// snapshotTables hold snapshots.
type snapshotTables struct {
	snapshots         shelf[Snapshot]
	snapshotsByVolume *state.Index[Snapshot] // a volume's, the oldest first
}

func newSnapshotTables(db *state.DB) snapshotTables {
	at := func(sn *Snapshot) place { return place{sn.ID, sn.ProjectID, sn.CreatedAt} }
	t := snapshotTables{snapshotsByVolume: state.Order(func(a, b *Snapshot) bool {
		if a.VolumeID != b.VolumeID {
			return a.VolumeID < b.VolumeID
		}
		if a.CreatedAt.Equal(b.CreatedAt) && a.Nth != b.Nth {
			return a.Nth < b.Nth
		}
		return at(a).before(at(b))
	}, nil)}
	t.snapshots = newShelf(db, "cinder.snapshots", func(sn *Snapshot) *string { return &sn.ID }, at,
		func(p place) Snapshot { return Snapshot{ID: p.ID, ProjectID: p.Project, CreatedAt: p.CreatedAt} }, t.snapshotsByVolume)
	return t
}

// snapshotsOf are a volume's snapshots, whoever has them, the oldest first.
func (s *Service) snapshotsOf(r state.Reader, volume string) []Snapshot {
	var out []Snapshot
	for sn := range s.snapshotsByVolume.Ascend(r, Snapshot{VolumeID: volume}) {
		if sn.VolumeID != volume {
			break
		}
		out = append(out, sn)
	}
	return out
}

// lastSnapshotOf is the newest of a volume's snapshots, nil when it has none.
func (s *Service) lastSnapshotOf(r state.Reader, volume string) *Snapshot {
	for sn := range s.snapshotsByVolume.Descend(r, Snapshot{VolumeID: volume, CreatedAt: endOfTime}) {
		if sn.VolumeID == volume {
			return &sn
		}
		break
	}
	return nil
}

// putSnapshot stores a snapshot and keeps the counts of quotas right.
func (s *Service) putSnapshot(tx *state.Tx, sn Snapshot) {
	var before *holding
	if old, ok := s.snapshots.Get(tx, sn.ID); ok {
		before = old.holding()
	} else if last := s.lastSnapshotOf(tx, sn.VolumeID); last != nil {
		sn.Nth = last.Nth + 1
	}
	s.tally(tx, before, sn.holding())
	s.snapshots.Put(tx, sn)
}

// dropSnapshot takes a snapshot out of the state.
func (s *Service) dropSnapshot(tx *state.Tx, id string) {
	if old, ok := s.snapshots.Get(tx, id); ok {
		s.tally(tx, old.holding(), nil)
		s.snapshots.Delete(tx, id)
	}
}

// changeSnapshot applies a change to a snapshot, in one transaction, and returns what it has become. The change sees the
// snapshot as it is then, and may refuse.
func (s *Service) changeSnapshot(id string, change func(tx *state.Tx, sn *Snapshot) error) (Snapshot, error) {
	var out Snapshot
	err := s.db.Update(func(tx *state.Tx) error {
		sn, ok := s.snapshots.Get(tx, id)
		if !ok {
			return fail.Missing("snapshot", id)
		}
		if err := change(tx, &sn); err != nil {
			return err
		}
		sn.UpdatedAt = s.clock.Now()
		s.putSnapshot(tx, sn)
		out = sn
		return nil
	})
	return out, err
}

// snapshotKnownTo finds a snapshot of the caller's project, or any for an administrator.
func (s *Service) snapshotKnownTo(c *httpapi.Call, r state.Reader, id string) (Snapshot, error) {
	sn, ok := s.snapshots.Get(r, id)
	if !ok || sn.ProjectID != c.Auth.ProjectID && !isAdmin(c) {
		return Snapshot{}, fail.Missing("snapshot", id)
	}
	return sn, nil
}

// snapshotFor finds a snapshot that the caller may see.
func (s *Service) snapshotFor(c *httpapi.Call, r state.Reader, id string) (Snapshot, error) {
	sn, err := s.snapshotKnownTo(c, r, id)
	if err == nil {
		err = c.AuthorizeFor("volume:get_snapshot", &sn)
	}
	return sn, err
}

// invalidSnapshot is upstream's InvalidSnapshot.
func invalidSnapshot(why string) error { return fail.New(fail.Invalid, "Invalid snapshot: %s", why) }

// snapshotView is a snapshot on the wire (api/v3/views/snapshots.py).
type snapshotView struct {
	ID          string            `json:"id"`
	CreatedAt   stamp             `json:"created_at"`
	UpdatedAt   stamp             `json:"updated_at"`
	Name        *string           `json:"name"`
	Description *string           `json:"description"`
	VolumeID    string            `json:"volume_id"`
	Status      SnapshotStatus    `json:"status"`
	Size        int               `json:"size"`
	Metadata    map[string]string `json:"metadata"`

	GroupSnapshotID *nullString `json:"group_snapshot_id,omitempty"`
	UserID          *nullString `json:"user_id,omitempty"`
	ConsumesQuota   *bool       `json:"consumes_quota,omitempty"`

	ProjectID string `json:"os-extended-snapshot-attributes:project_id,omitempty"`
	Progress  string `json:"os-extended-snapshot-attributes:progress,omitempty"`
}

// snapshotBrief is a snapshot as the short list gives it.
func snapshotBrief(sn *Snapshot) snapshotView {
	v := snapshotView{
		ID: sn.ID, CreatedAt: stamp(sn.CreatedAt), UpdatedAt: stamp(sn.UpdatedAt), Name: sn.Name, Description: sn.Description,
		VolumeID: sn.VolumeID, Status: sn.Status, Size: sn.Size, Metadata: sn.Metadata,
	}
	if v.Metadata == nil {
		v.Metadata = map[string]string{}
	}
	return v
}

// snapshotCore is a snapshot as create and update give it.
func snapshotCore(c *httpapi.Call, sn *Snapshot) snapshotView {
	v := snapshotBrief(sn)
	if c.Version.AtLeast(mvGroupSnapshots) {
		v.GroupSnapshotID = orNull(sn.GroupSnapshotID)
	}
	if c.Version.AtLeast(mvSnapshotUserID) {
		v.UserID = orNull(sn.UserID)
	}
	if c.Version.AtLeast(mvUseQuota) {
		consumes := !sn.NoQuota
		v.ConsumesQuota = &consumes
	}
	return v
}

// snapshotFull makes views as show and detail give them.
func snapshotFull(c *httpapi.Call) func(*Snapshot) snapshotView {
	extended := c.May("volume_extension:extended_snapshot_attributes", nil)
	return func(sn *Snapshot) snapshotView {
		v := snapshotCore(c, sn)
		if extended {
			v.ProjectID, v.Progress = sn.ProjectID, sn.Progress
		}
		return v
	}
}
