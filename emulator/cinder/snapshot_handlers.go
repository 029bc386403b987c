package cinder

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type snapshotOut struct {
	Snapshot snapshotView `json:"snapshot"`
}

// snapshotShow serves GET /snapshots/{snapshot_id}. API reference: Block Storage v3, "Show a snapshot's details".
func (s *Service) snapshotShow(c *httpapi.Call) (snapshotOut, error) {
	sn, err := s.snapshotFor(c, s.db.View(), c.Var("snapshot_id"))
	if err != nil {
		return snapshotOut{}, err
	}
	return snapshotOut{snapshotFull(c)(&sn)}, nil
}

type snapshotCreateIn struct {
	Snapshot struct {
		VolumeID    *string           `json:"volume_id"`
		Name        maybe[string]     `json:"name"`
		DisplayName maybe[string]     `json:"display_name"`
		Description maybe[string]     `json:"description"`
		Force       maybe[boolish]    `json:"force"`
		Metadata    map[string]string `json:"metadata"`
	} `json:"snapshot"`
}

// snapshotCreate serves POST /snapshots: the snapshot is "creating" when the 202 leaves. API reference: Block Storage v3,
// "Create a snapshot".
func (s *Service) snapshotCreate(c *httpapi.Call, in snapshotCreateIn) (snapshotOut, error) {
	asked := &in.Snapshot
	id := "None"
	if asked.VolumeID != nil {
		id = *asked.VolumeID
	}
	v, err := s.volumeFor(c, s.db.View(), id)
	if err != nil {
		return snapshotOut{}, err
	}
	inUse := c.Version.AtLeast(mvSnapshotInUse)
	if force := asked.Force.Value; force != nil {
		if inUse && !bool(*force) {
			return snapshotOut{}, fail.New(fail.Invalid, "Since microversion 3.66 the 'force' flag is invalid for this request.  For backward "+
				"compatability, however, when the 'force' flag is passed with a value evaluating to True, it is silently ignored.")
		}
		inUse = bool(*force)
	}
	if err := c.Authorize(&v); err != nil {
		return snapshotOut{}, err
	}
	sn := Snapshot{
		ID: s.ids.UUID(), ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID, Status: SnapshotCreating, Progress: "0%",
		Metadata: asked.Metadata, CreatedAt: c.Now,
	}
	replaceText(&sn.Name, asked.DisplayName)
	replaceText(&sn.Name, asked.Name)
	replaceText(&sn.Description, asked.Description)
	err = s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, id)
		if !ok {
			return fail.Missing("volume", id)
		}
		sn.of(&v)
		if err := s.notFrozen(tx, v.Host); err != nil {
			return err
		}
		if err := s.checkSnapshot(tx, &v, &sn, inUse); err != nil {
			return err
		}
		s.putSnapshot(tx, sn)
		s.queue.Begin(tx, kindCreateSnapshot, createSnapshotJob{Snapshot: sn.ID, Auth: authOf(c)})
		return nil
	})
	if err != nil {
		return snapshotOut{}, err
	}
	return snapshotOut{snapshotCore(c, &sn)}, nil
}

// of makes a new snapshot one of a volume.
func (sn *Snapshot) of(v *Volume) {
	sn.VolumeID, sn.Size, sn.TypeID, sn.EncryptionKeyID = v.ID, v.Size, v.TypeID, v.EncryptionKeyID
}

// checkSnapshot tells whether a volume may have a snapshot now, and the project another (volume/api.py,
// create_snapshot_in_db).
func (s *Service) checkSnapshot(r state.Reader, v *Volume, sn *Snapshot, inUse bool) error {
	if err := snapshotPossible(v, inUse); err != nil {
		return err
	}
	typ, _ := s.types.Get(r, v.TypeID)
	return s.checkQuota(r, sn.ProjectID, typ, quotaDeltas{Snapshots: 1, Gigabytes: v.Size})
}

// snapshotPossible tells whether a volume's host and status let it have a snapshot.
func snapshotPossible(v *Volume, inUse bool) error {
	switch {
	case v.Host == "":
		return invalidVolume("The snapshot cannot be created because volume has not been scheduled to any host.")
	case v.Status == StatusMaintenance:
		return invalidVolume("The snapshot cannot be created when the volume is in maintenance mode.")
	case v.migrating():
		return invalidVolume("Snapshot cannot be created while volume is migrating.")
	case v.Status == StatusError:
		return invalidVolume("The snapshot cannot be created when the volume is in error status.")
	case v.Status == StatusAvailable || inUse && v.Status == StatusInUse:
		return nil
	}
	want := "available"
	if inUse {
		want = "available, in-use"
	}
	return invalidVolume("Volume " + v.ID + " status must be " + want + ", but current status is: " + string(v.Status) + ".")
}

type snapshotUpdateIn struct {
	Snapshot struct {
		Name               maybe[string] `json:"name"`
		DisplayName        maybe[string] `json:"display_name"`
		Description        maybe[string] `json:"description"`
		DisplayDescription maybe[string] `json:"display_description"`
	} `json:"snapshot"`
}

// snapshotUpdate serves PUT /snapshots/{snapshot_id}. API reference: Block Storage v3, "Update a snapshot".
//
// Quirk: the answer still has the time of the update before (observed on release Zed).
func (s *Service) snapshotUpdate(c *httpapi.Call, in snapshotUpdateIn) (snapshotOut, error) {
	sn, err := s.snapshotFor(c, s.db.View(), c.Var("snapshot_id"))
	if err != nil {
		return snapshotOut{}, err
	}
	if err := c.Authorize(&sn); err != nil {
		return snapshotOut{}, err
	}
	asked, before := in.Snapshot, sn.UpdatedAt
	sn, err = s.changeSnapshot(sn.ID, func(_ *state.Tx, sn *Snapshot) error {
		before = sn.UpdatedAt
		replaceText(&sn.Name, asked.DisplayName)
		replaceText(&sn.Name, asked.Name)
		replaceText(&sn.Description, asked.DisplayDescription)
		replaceText(&sn.Description, asked.Description)
		return nil
	})
	sn.UpdatedAt = before
	return snapshotOut{snapshotCore(c, &sn)}, err
}

// snapshotDelete serves DELETE /snapshots/{snapshot_id}. API reference: Block Storage v3, "Delete a snapshot".
func (s *Service) snapshotDelete(c *httpapi.Call) (httpapi.Reply, error) {
	sn, err := s.snapshotFor(c, s.db.View(), c.Var("snapshot_id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&sn); err != nil {
		return httpapi.Reply{}, err
	}
	return withoutBody(c, http.StatusAccepted, s.beginDeleteSnapshot(authOf(c), sn.ID, deleteSnapshotJob{}, false))
}

// beginDeleteSnapshot lets a snapshot go, in the background; from any status by force.
func (s *Service) beginDeleteSnapshot(auth jobAuth, id string, job deleteSnapshotJob, force bool) error {
	_, err := s.changeSnapshot(id, func(tx *state.Tx, sn *Snapshot) error {
		if v, ok := s.volumes.Get(tx, sn.VolumeID); ok && !job.Unmanage {
			if err := s.notFrozen(tx, v.Host); err != nil {
				return err
			}
		}
		if sn.GroupSnapshotID != "" || !force && sn.Status != SnapshotAvailable && sn.Status != SnapshotError {
			status := "status must be available or error and"
			if force {
				status = ""
			}
			return invalidSnapshot("Snapshot " + status + " must not be part of a group.")
		}
		sn.Status = SnapshotDeleting
		if job.Unmanage {
			sn.Status = SnapshotUnmanaging
		}
		job.Snapshot, job.Auth = id, auth
		s.queue.Begin(tx, kindDeleteSnapshot, job)
		return nil
	})
	return err
}

type snapshotsOut struct {
	Snapshots []snapshotView `json:"snapshots"`
	Links     []link         `json:"snapshots_links,omitempty"`
	Count     *int           `json:"count,omitempty"` // since 3.45, when asked for
}

// snapshotList serves GET /snapshots. API reference: Block Storage v3, "List accessible snapshots".
func (s *Service) snapshotList(c *httpapi.Call) (snapshotsOut, error) {
	return s.listSnapshots(c, "snapshots", snapshotBrief)
}

// snapshotListDetail serves GET /snapshots/detail. API reference: Block Storage v3, "List snapshots and details".
func (s *Service) snapshotListDetail(c *httpapi.Call) (snapshotsOut, error) {
	return s.listSnapshots(c, "snapshots/detail", snapshotFull(c))
}

func (s *Service) listSnapshots(c *httpapi.Call, collection string, view func(*Snapshot) snapshotView) (snapshotsOut, error) {
	out := snapshotsOut{Snapshots: []snapshotView{}}
	r := s.db.View()
	q, err := s.snapshotQueryOf(c, r)
	if err != nil {
		return out, err
	}
	if err := c.Authorize(nil); err != nil {
		return out, err
	}
	var marker *Snapshot
	if q.HasMarker {
		sn, err := s.snapshotKnownTo(c, r, q.Marker)
		if err != nil {
			return out, err
		}
		marker = &sn
	}
	page, err := s.snapshots.page(r, q, snapshotOrdering, marker)
	if err != nil {
		return out, err
	}
	for i := range page {
		out.Snapshots = append(out.Snapshots, view(&page[i]))
	}
	length := len(page)
	if q.count {
		n := s.snapshots.counted(r, q)
		out.Count, length = &n, max(n, length)
	}
	if len(page) > 0 {
		out.Links = s.nextLink(c, collection, page[len(page)-1].ID, length)
	}
	return out, nil
}

// snapshotFields are the columns of upstream's table of snapshots.
var snapshotFields = columns[Snapshot]{
	"id":                  func(sn *Snapshot) any { return sn.ID },
	"user_id":             func(sn *Snapshot) any { return textOrNil(sn.UserID) },
	"project_id":          func(sn *Snapshot) any { return sn.ProjectID },
	"volume_id":           func(sn *Snapshot) any { return sn.VolumeID },
	"cgsnapshot_id":       func(*Snapshot) any { return nil },
	"group_snapshot_id":   func(sn *Snapshot) any { return textOrNil(sn.GroupSnapshotID) },
	"status":              func(sn *Snapshot) any { return string(sn.Status) },
	"progress":            func(sn *Snapshot) any { return sn.Progress },
	"volume_size":         func(sn *Snapshot) any { return sn.Size },
	"scheduled_at":        func(*Snapshot) any { return nil },
	"created_at":          func(sn *Snapshot) any { return sn.CreatedAt },
	"updated_at":          func(sn *Snapshot) any { return timeOrNil(sn.UpdatedAt) },
	"display_name":        func(sn *Snapshot) any { return textOf(sn.Name) },
	"display_description": func(sn *Snapshot) any { return textOf(sn.Description) },
	"encryption_key_id":   func(sn *Snapshot) any { return textOrNil(sn.EncryptionKeyID) },
	"volume_type_id":      func(sn *Snapshot) any { return sn.TypeID },
	"provider_location":   func(*Snapshot) any { return nil },
	"provider_id":         func(*Snapshot) any { return nil },
	"use_quota":           func(sn *Snapshot) any { return !sn.NoQuota },
}

// snapshotOrdering makes comparisons of the columns.
var snapshotOrdering = snapshotFields.ordering()

// snapshotQueryOf reads the query of a list of snapshots (api/v3/snapshots.py, _items).
func (s *Service) snapshotQueryOf(c *httpapi.Call, r state.Reader) (listQuery[Snapshot], error) {
	q := listQuery[Snapshot]{project: c.Auth.ProjectID}
	var err error
	if q.sort, err = sortingOf(c, "created_at"); err != nil {
		return q, err
	}
	if q.paging, err = s.pagingOf(c); err != nil {
		return q, err
	}
	var params []param
	if q.count, params, err = countAsked(c, slices.DeleteFunc(paramsOf(c), isPagingParam)); err != nil {
		return q, err
	}
	if params, err = snapshotFilters(c, params); err != nil {
		return q, err
	}
	if c.Version.AtLeast(mvSnapshotSort) {
		for i := range q.sort {
			if q.sort[i].Name == "name" {
				q.sort[i].Name = "display_name"
			}
		}
	}
	for _, p := range params {
		switch {
		case p.Name == "all_tenants":
			if isAdmin(c) && looksTrue(p.Value) {
				q.project = ""
			}
			continue
		case p.Name == "name":
			p.Name = "display_name"
		}
		condition, err := s.snapshotCondition(r, p)
		if err != nil {
			return q, err
		}
		q.require(condition)
	}
	return q, nil
}

// snapshotFilters leaves out, or refuses, what the caller may not filter by.
func snapshotFilters(c *httpapi.Call, params []param) ([]param, error) {
	if c.Version.AtLeast(mvResourceFilter) {
		params, err := rejectInvalidFilters(c, params, "snapshot")
		return convertFilters(params), err
	}
	return slices.DeleteFunc(params, func(p param) bool {
		return p.Name == "metadata" && !c.Version.AtLeast(mvSnapshotMetadataFilter) || p.Name == "use_quota" ||
			!isAdmin(c) && !slices.Contains([]string{"status", "volume_id", "name", "metadata"}, p.Name)
	}), nil
}

// snapshotCondition is what one parameter asks of snapshots; nil if no snapshot can meet it.
func (s *Service) snapshotCondition(r state.Reader, p param) (func(*Snapshot) bool, error) {
	volume := func(sn *Snapshot) *Volume {
		v, _ := s.volumes.Get(r, sn.VolumeID)
		return &v
	}
	switch {
	case p.Name == "use_quota":
		want, err := queryBool("use_quota", p.Value)
		return func(sn *Snapshot) bool { return sn.NoQuota != want }, err
	case p.Name == "metadata":
		return metadataCondition(p.Value, func(sn *Snapshot) []map[string]string { return []map[string]string{sn.Metadata} }), nil
	case strings.HasSuffix(p.Name, "~"):
		return likeCondition(snapshotFields, p), nil
	case p.Name == "host":
		on := hostCondition(p.Value)
		return func(sn *Snapshot) bool { return on(volume(sn)) }, nil
	case p.Name == "availability_zone":
		return func(sn *Snapshot) bool { return volume(sn).Zone == p.Value }, nil
	}
	return wordCondition(snapshotFields, p)
}
