package cinder

import (
	"context"
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type groupSnapshotOut struct {
	GroupSnapshot groupSnapshotView `json:"group_snapshot"`
}

type groupSnapshotBriefOut struct {
	GroupSnapshot groupSnapshotBrief `json:"group_snapshot"`
}

type groupSnapshotsOut[V any] struct {
	GroupSnapshots []V    `json:"group_snapshots"`
	Links          []link `json:"group_snapshot_links,omitempty"`
}

// genericGroupSnapshotFor finds a group snapshot that is not that of a consistency group.
func (s *Service) genericGroupSnapshotFor(c *httpapi.Call, r state.Reader, id string) (GroupSnapshot, error) {
	g, err := s.groupSnapshotFor(c, r, id)
	if err == nil && s.isConsistencyType(r, g.GroupTypeID) {
		err = groupTypeReserved(g.GroupTypeID, "group snapshot")
	}
	return g, err
}

// groupSnapshotShow serves GET /group_snapshots/{id}, since 3.14. API reference: Block Storage v3, "Show group snapshot
// details".
func (s *Service) groupSnapshotShow(c *httpapi.Call) (groupSnapshotOut, error) {
	g, err := s.genericGroupSnapshotFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return groupSnapshotOut{}, err
	}
	return groupSnapshotOut{groupSnapshotViews(c)(&g)}, nil
}

// groupSnapshotList serves GET /group_snapshots, since 3.14. API reference: Block Storage v3, "List group snapshots".
func (s *Service) groupSnapshotList(c *httpapi.Call) (groupSnapshotsOut[groupSnapshotBrief], error) {
	return listGroupSnapshots(s, c, func(g *GroupSnapshot) groupSnapshotBrief { return groupSnapshotBrief{ID: g.ID, Name: g.Name} })
}

// groupSnapshotListDetail serves GET /group_snapshots/detail, since 3.14. API reference: Block Storage v3, "List group
// snapshots with details".
func (s *Service) groupSnapshotListDetail(c *httpapi.Call) (groupSnapshotsOut[groupSnapshotView], error) {
	return listGroupSnapshots(s, c, groupSnapshotViews(c))
}

// listGroupSnapshots lists group snapshots: by pages, filters and in an order since 3.29, all of them before.
func listGroupSnapshots[V any](s *Service, c *httpapi.Call, view func(*GroupSnapshot) V) (groupSnapshotsOut[V], error) {
	out, r := groupSnapshotsOut[V]{GroupSnapshots: []V{}}, s.db.View()
	page, err := s.groupSnapshotPage(c, r)
	if err != nil {
		return out, err
	}
	for i := range page {
		if !s.isConsistencyType(r, page[i].GroupTypeID) {
			out.GroupSnapshots = append(out.GroupSnapshots, view(&page[i]))
		}
	}
	if n := len(page); n > 0 {
		out.Links = s.nextLink(c, "group_snapshots", page[n-1].ID, n)
	}
	return out, nil
}

func (s *Service) groupSnapshotPage(c *httpapi.Call, r state.Reader) ([]GroupSnapshot, error) {
	q := listQuery[GroupSnapshot]{project: c.Auth.ProjectID, paging: paging{Limit: maxInt}, sort: []sortSpec{{"created_at", "desc"}}}
	if c.Version.AtLeast(mvGroupSnapshotPaging) {
		var err error
		if q, err = groupQuery(s, c, "group_snapshot", groupSnapshotColumns); err != nil {
			return nil, err
		}
	}
	if err := c.AuthorizeFor("group:get_all_group_snapshots", nil); err != nil {
		return nil, err
	}
	var marker *GroupSnapshot
	if q.HasMarker {
		g, ok := s.groupSnapshots.Get(r, q.Marker)
		if !ok {
			return nil, groupSnapshotMissing(q.Marker)
		}
		marker = &g
	}
	return s.groupSnapshots.page(r, q, groupSnapshotOrdering, marker)
}

type groupSnapshotCreateIn struct {
	GroupSnapshot struct {
		GroupID     string  `json:"group_id"`
		Name        *string `json:"name"`
		Description *string `json:"description"`
	} `json:"group_snapshot"`
}

// groupSnapshotCreate serves POST /group_snapshots, since 3.14. API reference: Block Storage v3, "Create group snapshot".
//
// Quirk: the name keeps the spaces around it (observed on release Zed).
func (s *Service) groupSnapshotCreate(c *httpapi.Call, in groupSnapshotCreateIn) (groupSnapshotBriefOut, error) {
	asked := in.GroupSnapshot
	group, err := s.genericGroupFor(c, s.db.View(), asked.GroupID)
	if err != nil {
		return groupSnapshotBriefOut{}, err
	}
	g, err := s.beginGroupSnapshot(c, &group, asked.Name, asked.Description)
	return groupSnapshotBriefOut{groupSnapshotBrief{g.ID, g.Name, g.GroupTypeID}}, err
}

// beginGroupSnapshot stores a group snapshot and a snapshot of each volume, which are "creating" with it (group/api.py,
// create_group_snapshot). A group without volumes has none (db/sqlalchemy/api.py, group_snapshot_create).
func (s *Service) beginGroupSnapshot(c *httpapi.Call, group *Group, name, description *string) (GroupSnapshot, error) {
	g := GroupSnapshot{
		ID: s.ids.UUID(), ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID, GroupID: group.ID, GroupTypeID: group.TypeID,
		Name: name, Description: description, Status: GroupCreating, CreatedAt: c.Now,
	}
	if err := c.AuthorizeFor("group:create_group_snapshot", group); err != nil {
		return g, err
	}
	return g, s.db.Update(func(tx *state.Tx) error {
		if err := s.notFrozen(tx, group.Host); err != nil {
			return err
		}
		members := s.members(tx, group)
		if len(members) == 0 || group.Status == GroupCreating || group.Status == GroupUpdating {
			return invalidGroup("Source group cannot be empty or in 'creating' or 'updating' state. No group snapshot will be created.")
		}
		for _, v := range members {
			sn := Snapshot{
				ID: s.ids.UUID(), ProjectID: g.ProjectID, UserID: g.UserID, Status: SnapshotCreating, Progress: "0%",
				Name: name, Description: description, GroupSnapshotID: g.ID, CreatedAt: c.Now,
			}
			sn.of(&v)
			if err := s.checkSnapshot(tx, &v, &sn, true); err != nil {
				return err
			}
			s.putSnapshot(tx, sn)
		}
		s.groupSnapshots.Put(tx, g)
		s.queue.Begin(tx, kindCreateGroupSnapshot, groupSnapshotJob{GroupSnapshot: g.ID})
		return nil
	})
}

// groupSnapshotJob is background work on a group snapshot.
type groupSnapshotJob struct{ GroupSnapshot string }

// finishCreateGroupSnapshot takes the snapshots of a group.
func (s *Service) finishCreateGroupSnapshot(ctx context.Context, job groupSnapshotJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		g, ok := s.groupSnapshots.Get(tx, job.GroupSnapshot)
		if !ok || g.Status != GroupCreating {
			return nil
		}
		group, _ := s.groups.Get(tx, g.GroupID)
		g.Status = GroupAvailable
		if sim.Failure(ctx) != nil || s.driverDown(tx, group.Host) {
			g.Status = GroupError
		}
		for _, sn := range s.snapshotsIn(tx, &g) {
			if sn.Status != SnapshotCreating {
				continue
			}
			v, ok := s.volumes.Get(tx, sn.VolumeID)
			if sn.UpdatedAt = s.clock.Now(); ok && g.Status == GroupAvailable {
				sn.take(&v)
			} else {
				sn.Status = SnapshotError
			}
			s.putSnapshot(tx, sn)
		}
		g.UpdatedAt = s.clock.Now()
		s.groupSnapshots.Put(tx, g)
		return nil
	})
}

// groupSnapshotDelete serves DELETE /group_snapshots/{id}, since 3.14. API reference: Block Storage v3, "Delete group
// snapshot".
func (s *Service) groupSnapshotDelete(c *httpapi.Call) (httpapi.Reply, error) {
	g, err := s.genericGroupSnapshotFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&g); err != nil {
		return httpapi.Reply{}, err
	}
	return withoutBody(c, http.StatusAccepted, s.beginDeleteGroupSnapshot(g.ID))
}

func (s *Service) beginDeleteGroupSnapshot(id string) error {
	return s.db.Update(func(tx *state.Tx) error {
		g, ok := s.groupSnapshots.Get(tx, id)
		if !ok {
			return groupSnapshotMissing(id)
		}
		group, _ := s.groups.Get(tx, g.GroupID)
		if err := s.notFrozen(tx, group.Host); err != nil {
			return err
		}
		if g.Status != GroupAvailable && g.Status != GroupError || s.creatingFrom(tx, g.ID) {
			return fail.New(fail.Invalid, "Invalid GroupSnapshot: GroupSnapshot status must be available or error, and no Group can be "+
				"currently using it as source for its creation.")
		}
		for _, sn := range s.snapshotsIn(tx, &g) {
			sn.Status, sn.UpdatedAt = SnapshotDeleting, s.clock.Now()
			s.putSnapshot(tx, sn)
		}
		g.Status, g.UpdatedAt = GroupDeleting, s.clock.Now()
		s.groupSnapshots.Put(tx, g)
		s.queue.Begin(tx, kindDeleteGroupSnapshot, groupSnapshotJob{GroupSnapshot: g.ID})
		return nil
	})
}

// creatingFrom tells whether a group is just being made of a group snapshot.
func (s *Service) creatingFrom(r state.Reader, snapshot string) bool {
	for g := range s.groups.All(r) {
		if g.SnapshotID == snapshot && g.Status == GroupCreating {
			return true
		}
	}
	return false
}

// finishDeleteGroupSnapshot takes a group snapshot and the snapshots in it out of the state.
func (s *Service) finishDeleteGroupSnapshot(ctx context.Context, job groupSnapshotJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		g, ok := s.groupSnapshots.Get(tx, job.GroupSnapshot)
		if !ok || g.Status != GroupDeleting {
			return nil
		}
		group, _ := s.groups.Get(tx, g.GroupID)
		failed := sim.Failure(ctx) != nil || s.driverDown(tx, group.Host)
		for _, sn := range s.snapshotsIn(tx, &g) {
			if !failed {
				s.dropSnapshot(tx, sn.ID)
				continue
			}
			sn.Status, sn.UpdatedAt = SnapshotErrorDeleting, s.clock.Now()
			s.putSnapshot(tx, sn)
		}
		if !failed {
			s.groupSnapshots.Delete(tx, g.ID)
			return nil
		}
		g.Status, g.UpdatedAt = GroupError, s.clock.Now()
		s.groupSnapshots.Put(tx, g)
		return nil
	})
}

// groupSnapshotResetStatus serves the action reset_status, since 3.19. API reference: Block Storage v3, "Reset group
// snapshot status".
func (s *Service) groupSnapshotResetStatus(c *httpapi.Call, in groupResetIn) (httpapi.Reply, error) {
	g, err := s.groupSnapshotFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&g); err != nil {
		return httpapi.Reply{}, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		g, ok := s.groupSnapshots.Get(tx, g.ID)
		if !ok {
			return groupSnapshotMissing(g.ID)
		}
		g.Status, g.UpdatedAt = GroupStatus(strings.ToLower(in.Params.Status)), s.clock.Now()
		s.groupSnapshots.Put(tx, g)
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}
