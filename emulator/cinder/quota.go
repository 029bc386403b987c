package cinder

import (
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// defaultQuota is the limit that holds where neither the project nor the quota class "default" has its own: the
// configuration's, or upstream's (quota.py). What is counted per volume type has none.
func (s *Service) defaultQuota(resource string) int {
	if limit, ok := s.cfg.Quotas[resource]; ok {
		return limit
	}
	switch resource {
	case quotaVolumes, quotaSnapshots, quotaBackups, quotaGroups:
		return 10
	case quotaGigabytes, quotaBackupGigabytes:
		return 1000
	case quotaPerVolume:
		return s.cfg.PerVolumeSizeLimit
	}
	return -1
}

// What quotas limit.
const (
	quotaVolumes         = "volumes"
	quotaPerVolume       = "per_volume_gigabytes"
	quotaSnapshots       = "snapshots"
	quotaGigabytes       = "gigabytes"
	quotaBackups         = "backups"
	quotaBackupGigabytes = "backup_gigabytes"
	quotaGroups          = "groups"
)

// globalQuotas are the resources that do not depend on the volume types; groups come after all others.
func globalQuotas() []string {
	return []string{quotaVolumes, quotaPerVolume, quotaSnapshots, quotaGigabytes, quotaBackups, quotaBackupGigabytes}
}

// typeQuotas are the resources that are also limited per volume type, as "volumes_<name of the type>".
func typeQuotas() []string { return []string{quotaVolumes, quotaGigabytes, quotaSnapshots} }

// quotaResource is one thing that is limited.
type quotaResource struct {
	Name string
	kind string // the name without the type's
	typ  string // id of the volume type, or ""
}

// quotaResources yields all that is limited, in upstream's order.
func (s *Service) quotaResources(r state.Reader) iter.Seq[quotaResource] {
	return func(yield func(quotaResource) bool) {
		for _, name := range globalQuotas() {
			if !yield(quotaResource{name, name, ""}) {
				return
			}
		}
		for typ := range s.typesNewestFirst(r) {
			for _, kind := range typeQuotas() {
				if !yield(quotaResource{kind + "_" + typ.Name, kind, typ.ID}) {
					return
				}
			}
		}
		yield(quotaResource{quotaGroups, quotaGroups, ""})
	}
}

// inUse is how much of the resource a project has.
func (q quotaResource) inUse(u Usage) int {
	switch q.kind {
	case quotaVolumes:
		return u.Volumes
	case quotaGigabytes:
		return u.Gigabytes
	case quotaSnapshots:
		return u.Snapshots
	case quotaBackups:
		return u.Backups
	case quotaBackupGigabytes:
		return u.BackupGigabytes
	case quotaGroups:
		return u.Groups
	}
	return 0
}

// reserved is how much of the resource a project is about to have, too.
func (q quotaResource) reserved(u Usage) int {
	switch q.kind {
	case quotaVolumes:
		return u.ReservedVolumes
	case quotaGigabytes:
		return u.ReservedGigabytes
	}
	return 0
}

// taken is how much of the resource nobody else can have.
func (q quotaResource) taken(u Usage) int { return q.inUse(u) + q.reserved(u) }

// QuotaLimit is a limit that somebody set: for a project, or for a quota class.
type QuotaLimit struct {
	Key      string // quotaKey
	Resource string
	Limit    int // -1: none
}

// defaultQuotaClass is the class whose limits hold for projects that have none of their own.
const defaultQuotaClass = "default"

func projectQuotaKey(project, resource string) string { return "project/" + project + "/" + resource }
func classQuotaKey(class, resource string) string     { return "class/" + class + "/" + resource }

// quotaLimit is the limit of a resource for a project: its own, or the default.
func (s *Service) quotaLimit(r state.Reader, project, resource string) int {
	if l, ok := s.quotas.Get(r, projectQuotaKey(project, resource)); ok {
		return l.Limit
	}
	return s.classQuota(r, defaultQuotaClass, resource)
}

// classQuota is the limit of a resource in a quota class: its own, or the default.
func (s *Service) classQuota(r state.Reader, class, resource string) int {
	for _, c := range []string{class, defaultQuotaClass} {
		if l, ok := s.quotas.Get(r, classQuotaKey(c, resource)); ok {
			return l.Limit
		}
	}
	return s.defaultQuota(resource)
}

// renameTypeQuotas lets limits follow a volume type to its new name.
func (s *Service) renameTypeQuotas(tx *state.Tx, from, to string) {
	var rows []QuotaLimit
	for l := range s.quotas.All(tx) {
		if kind, name, ok := strings.Cut(l.Resource, "_"); ok && name == from && slices.Contains(typeQuotas(), kind) {
			rows = append(rows, l)
		}
	}
	for _, l := range rows {
		s.quotas.Delete(tx, l.Key)
		kind, _, _ := strings.Cut(l.Resource, "_")
		l.Key = strings.TrimSuffix(l.Key, l.Resource) + kind + "_" + to
		l.Resource = kind + "_" + to
		s.quotas.Put(tx, l)
	}
}

// quotaDeltas is what an operation would add to a project.
type quotaDeltas struct {
	Volumes   int
	Gigabytes int
	Snapshots int
	PerVolume int // GiB of the volume as it will be; 0 when the operation does not size one

	OnlyOfType bool // adds to the volume type, and not to the project as a whole
}

// checkQuota tells whether a project may have so much more of a volume type; typ may be the zero VolumeType. Only what
// would grow is checked. The failure is fail.OverLimit with upstream's sentence (quota_utils.py): of several limits that
// would be passed, the first by name is told.
func (s *Service) checkQuota(r state.Reader, project string, typ VolumeType, add quotaDeltas) error {
	if limit := s.quotaLimit(r, project, quotaPerVolume); limit >= 0 && add.PerVolume > limit {
		return fail.New(fail.OverLimit, "VolumeSizeExceedsLimit: Requested volume size %dG is larger than maximum allowed limit %dG.",
			add.PerVolume, limit)
	}
	overs, overflows := s.quotaOvers(r, project, typ, add)
	if len(overflows) > 0 {
		return fail.New(fail.OverLimit, "QuotaUsageOverflow: Quota usage would overflow for resources: %s. The requested operation "+
			"would exceed the maximum allowed value (%d) for quota tracking.", pythonList(overflows...), math.MaxInt32)
	}
	if len(overs) == 0 {
		return nil
	}
	over := slices.MinFunc(overs, func(a, b overQuota) int { return strings.Compare(a.resource, b.resource) })
	switch {
	case strings.Contains(over.resource, quotaGigabytes):
		return exceedsGigabytes(over, add.Gigabytes)
	case strings.Contains(over.resource, quotaVolumes):
		return fail.New(fail.OverLimit, "VolumeLimitExceeded: Maximum number of volumes allowed (%d) exceeded for quota '%s'.",
			over.limit, over.resource)
	}
	return fail.New(fail.OverLimit, "SnapshotLimitExceeded: Maximum number of snapshots allowed (%d) exceeded", over.limit)
}

func exceedsGigabytes(over overQuota, more int) error {
	return fail.New(fail.OverLimit, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed %s quota. "+
		"Requested %dG, quota is %dG and %dG has been consumed.", over.resource, more, over.limit, over.used)
}

// overQuota is a limit that would be passed.
type overQuota struct {
	resource    string
	limit, used int
}

func (s *Service) quotaOvers(r state.Reader, project string, typ VolumeType, add quotaDeltas) (overs []overQuota, overflows []string) {
	wanted := map[string]int{quotaVolumes: add.Volumes, quotaGigabytes: add.Gigabytes, quotaSnapshots: add.Snapshots}
	check := func(q quotaResource, u Usage) {
		more := wanted[q.kind]
		if more <= 0 {
			return
		}
		used := q.taken(u)
		if used+more > math.MaxInt32 {
			overflows = append(overflows, q.Name)
		}
		if limit := s.quotaLimit(r, project, q.Name); limit >= 0 && used+more > limit {
			overs = append(overs, overQuota{q.Name, limit, used})
		}
	}
	all := s.usageOf(r, project, "")
	ofType := s.usageOf(r, project, typ.ID)
	for _, kind := range typeQuotas() {
		if !add.OnlyOfType {
			check(quotaResource{kind, kind, ""}, all)
		}
		if typ.ID != "" {
			check(quotaResource{kind + "_" + typ.Name, kind, typ.ID}, ofType)
		}
	}
	slices.Sort(overflows)
	return overs, overflows
}
