package cinder

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// stray is what lies on a backend without Cinder knowing it: a volume, or a snapshot of one, that is no longer managed.
type stray struct {
	Key     string // strayKey
	Host    string // Backend.Host
	Name    string // as the backend has it
	Source  string // the name of the volume that it is a snapshot of; "" for volumes
	Size    int    // GiB
	Content content.Content

	ImageMetadata map[string]string
}

func strayKey(host, name string) string { return host + "/" + name }

// manageTables hold what is not managed.
type manageTables struct {
	strays *state.Table[stray]
}

func newManageTables(db *state.DB) manageTables {
	return manageTables{state.Add(db, "cinder.strays", func(st *stray) *string { return &st.Key })}
}

// volumeOnBackend and snapshotOnBackend are the names that the drivers give (volume_name_template,
// snapshot_name_template, volume/drivers/lvm.py).
func volumeOnBackend(id string) string   { return "volume-" + id }
func snapshotOnBackend(id string) string { return "_snapshot-" + id }

func (v *Volume) nameOnBackend() string { return volumeOnBackend(cmp.Or(v.NameID, v.ID)) }

// leaveVolume and leaveSnapshot let what is no longer managed lie on its backend.
func (s *Service) leaveVolume(tx *state.Tx, v *Volume) {
	name := v.nameOnBackend()
	s.strays.Put(tx, stray{
		Key: strayKey(v.Host, name), Host: v.Host, Name: name, Size: v.Size, Content: v.Content, ImageMetadata: v.ImageMetadata,
	})
}

func (s *Service) leaveSnapshot(tx *state.Tx, sn *Snapshot, host string) {
	name := snapshotOnBackend(sn.ID)
	s.strays.Put(tx, stray{
		Key: strayKey(host, name), Host: host, Name: name, Source: volumeOnBackend(sn.VolumeID), Size: sn.Size, Content: sn.Content,
		ImageMetadata: sn.ImageMetadata,
	})
}

// reference is how a driver names what lies on its backend.
type reference struct {
	SourceName string `json:"source-name"`
}

// manageableView is something on a backend; the last fields are those of detail, and of snapshots.
type manageableView struct {
	Reference     reference   `json:"reference"`
	Size          int         `json:"size"`
	Safe          bool        `json:"safe_to_manage"`
	ReasonNotSafe *nullString `json:"reason_not_safe,omitempty"`
	CinderID      *nullString `json:"cinder_id,omitempty"`
	ExtraInfo     *nullString `json:"extra_info,omitempty"`
	Source        *reference  `json:"source_reference,omitempty"`
}

// describe makes the view of something that Cinder has under an id, or does not have.
func describe(name, source string, size int, id string, detail bool) manageableView {
	v := manageableView{Reference: reference{name}, Size: size, Safe: id == ""}
	if source != "" {
		v.Source = &reference{source}
	}
	if detail {
		why := ""
		if id != "" {
			why = "already managed"
		}
		v.ReasonNotSafe, v.CinderID, v.ExtraInfo = orNull(why), orNull(id), orNull("")
	}
	return v
}

// serviceFor is the backend that a request about managing means.
func (s *Service) serviceFor(r state.Reader, host, cluster, resource string) (Backend, error) {
	service, _, _ := strings.Cut(host, "#")
	for _, b := range s.backends {
		if host != "" && b.service() != service || cluster != "" && b.Cluster != cluster || strings.Contains(host, "#") && b.Host != host {
			continue
		}
		if s.isDisabled(r, &b) {
			return b, fail.New(fail.Invalid, "Unable to manage existing %s on a disabled service: %s", resource, cmp.Or(host, cluster))
		}
		return b, nil
	}
	return Backend{}, fail.New(fail.NotFound, "Service cinder-volume could not be found on host %s.", service)
}

type manageableVolumesOut struct {
	Volumes []manageableView `json:"manageable-volumes"`
}

type manageableSnapshotsOut struct {
	Snapshots []manageableView `json:"manageable-snapshots"`
}

// manageableVolumeList serves GET /manageable_volumes. API reference: Block Storage v3, "List summary of volumes available
// to manage".
func (s *Service) manageableVolumeList(c *httpapi.Call) (manageableVolumesOut, error) {
	return s.manageableVolumes(c, false)
}

// manageableVolumeListDetail serves GET /manageable_volumes/detail. API reference: Block Storage v3, "List detail of
// volumes available to manage".
func (s *Service) manageableVolumeListDetail(c *httpapi.Call) (manageableVolumesOut, error) {
	return s.manageableVolumes(c, true)
}

func (s *Service) manageableVolumes(c *httpapi.Call, detail bool) (manageableVolumesOut, error) {
	list, err := s.manageable(c, func(r state.Reader, b Backend) []manageableView {
		var all []manageableView
		for v := range s.volumes.All(r) {
			if v.Host == b.Host && v.Status != StatusManaging && v.Status != StatusErrorManaging {
				all = append(all, describe(v.nameOnBackend(), "", v.Size, v.ID, detail))
			}
		}
		for st := range s.strays.All(r) {
			if st.Host == b.Host && st.Source == "" {
				all = append(all, describe(st.Name, "", st.Size, "", detail))
			}
		}
		return all
	})
	return manageableVolumesOut{list}, err
}

// manageableSnapshotList serves GET /manageable_snapshots. API reference: Block Storage v3, "List summary of snapshots
// available to manage".
func (s *Service) manageableSnapshotList(c *httpapi.Call) (manageableSnapshotsOut, error) {
	return s.manageableSnapshots(c, false)
}

// manageableSnapshotListDetail serves GET /manageable_snapshots/detail. API reference: Block Storage v3, "List detail of
// snapshots available to manage".
func (s *Service) manageableSnapshotListDetail(c *httpapi.Call) (manageableSnapshotsOut, error) {
	return s.manageableSnapshots(c, true)
}

func (s *Service) manageableSnapshots(c *httpapi.Call, detail bool) (manageableSnapshotsOut, error) {
	list, err := s.manageable(c, func(r state.Reader, b Backend) []manageableView {
		var all []manageableView
		for sn := range s.snapshots.All(r) {
			if v, _ := s.volumes.Get(r, sn.VolumeID); v.Host == b.Host {
				all = append(all, describe(snapshotOnBackend(sn.ID), v.nameOnBackend(), sn.Size, sn.ID, detail))
			}
		}
		for st := range s.strays.All(r) {
			if st.Host == b.Host && st.Source != "" {
				all = append(all, describe(st.Name, st.Source, st.Size, "", detail))
			}
		}
		return all
	})
	return manageableSnapshotsOut{list}, err
}

// manageable is a page of what lies on a backend (api/contrib/resource_common_manage.py).
func (s *Service) manageable(c *httpapi.Call, on func(state.Reader, Backend) []manageableView) ([]manageableView, error) {
	q := c.Query()
	param := func(name string) *string {
		v, ok := lastOf(q, name)
		if !ok {
			return nil
		}
		return &v
	}
	if !c.Version.AtLeast(mvManageCluster) {
		q.Del("cluster")
	}
	host, cluster, err := hostOrCluster(c, param("host"), param("cluster"))
	if err != nil {
		return nil, err
	}
	page, err := s.pagingOf(c)
	if err != nil {
		return nil, err
	}
	sort, err := sortingOf(c, "reference")
	if err != nil {
		return nil, err
	}
	if err := checkManageableSort(sort); err != nil {
		return nil, err
	}
	r := s.db.View()
	b, err := s.serviceFor(r, host, cluster, "volume")
	if err != nil {
		return nil, err
	}
	all := on(r, b)
	slices.SortStableFunc(all, func(x, y manageableView) int {
		for _, by := range sort {
			order := cmp.Compare(x.Size, y.Size)
			if by.Name == "reference" {
				order = strings.Compare(x.Reference.SourceName, y.Reference.SourceName)
			}
			if by.Dir == "desc" {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
	return cutManageable(all, page)
}

func checkManageableSort(sort []sortSpec) error {
	var keys, dirs []string
	for _, by := range sort {
		if by.Name != "reference" && by.Name != "size" {
			keys = append(keys, by.Name)
		}
		if by.Dir != "asc" && by.Dir != "desc" {
			dirs = append(dirs, by.Dir)
		}
	}
	switch {
	case len(keys) > 0:
		return fail.New(fail.Invalid, "Invalid sort keys passed: %s", strings.Join(keys, ", "))
	case len(dirs) > 0:
		return fail.New(fail.Invalid, "Invalid sort dirs passed: %s", strings.Join(dirs, ", "))
	}
	return nil
}

// cutManageable cuts out the page that follows the marker, which is a reference as JSON. Upstream adds a traceback to
// what it says of another.
func cutManageable(all []manageableView, page paging) ([]manageableView, error) {
	if page.Marker != "" {
		value, err := schema.Decode([]byte(page.Marker))
		if err != nil {
			return nil, fail.New(fail.Invalid, "Invalid input received: marker %s can not be analysed, please use json like format", page.Marker)
		}
		i := -1
		if marker, ok := value.(schema.Dict); ok && len(marker) == 1 {
			name, _ := marker.Get("source-name")
			i = slices.IndexFunc(all, func(v manageableView) bool { return v.Reference.SourceName == name })
		}
		if i < 0 {
			return nil, fail.New(fail.Invalid, "Invalid input received: marker not found: %s", schema.Str(value))
		}
		all = all[i+1:]
	}
	all = all[min(page.Offset, len(all)):]
	return append([]manageableView{}, all[:min(page.Limit, len(all))]...), nil
}

// The background halves of managing.
const (
	kindManageVolume   = "cinder.volume.manage"
	kindManageSnapshot = "cinder.snapshot.manage"
)

type manageJob struct {
	Volume, Snapshot string
	Source           string // what lies on the backend; "" where the reference says nothing that a driver understands
}

// finishManageVolume makes what lies on a backend a volume, if it is there and within the quota
// (volume/flows/manager/manage_existing.py).
func (s *Service) finishManageVolume(ctx context.Context, job manageJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, job.Volume)
		if !ok || v.Status != StatusManaging {
			return nil
		}
		v.UpdatedAt, v.Status = s.clock.Now(), StatusErrorManaging
		st, there := s.strays.Get(tx, strayKey(v.Host, job.Source))
		typ, _ := s.types.Get(tx, v.TypeID)
		fits := there && st.Source == "" && !s.driverDown(tx, v.Host) && sim.Failure(ctx) == nil &&
			s.checkQuota(tx, v.ProjectID, typ, quotaDeltas{Volumes: 1, Gigabytes: st.Size, PerVolume: st.Size}) == nil
		if fits {
			v.Size, v.Content, v.ImageMetadata = st.Size, st.Content, st.ImageMetadata
			s.launch(&v)
			s.strays.Delete(tx, st.Key)
		}
		s.putVolume(tx, v)
		return nil
	})
}

// finishManageSnapshot makes what lies on a backend a snapshot.
func (s *Service) finishManageSnapshot(ctx context.Context, job manageJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		sn, ok := s.snapshots.Get(tx, job.Snapshot)
		if !ok || sn.Status != SnapshotCreating {
			return nil
		}
		v, _ := s.volumes.Get(tx, sn.VolumeID)
		sn.UpdatedAt, sn.Status = s.clock.Now(), SnapshotError
		st, there := s.strays.Get(tx, strayKey(v.Host, job.Source))
		if !there { // other drivers than LVM's leave the name as the template has it
			st, there = s.strays.Get(tx, strayKey(v.Host, "_"+job.Source))
		}
		if there && st.Source != "" && !s.driverDown(tx, v.Host) && sim.Failure(ctx) == nil {
			sn.Size, sn.Content, sn.ImageMetadata = st.Size, st.Content, st.ImageMetadata
			sn.Status, sn.Progress = SnapshotAvailable, "100%"
			s.strays.Delete(tx, st.Key)
		}
		s.putSnapshot(tx, sn)
		return nil
	})
}
