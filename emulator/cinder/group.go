package cinder

import (
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// GroupStatus is where a group, or a group snapshot, stands in its life.
type GroupStatus string

// The statuses of groups and group snapshots (cinder/objects/fields.py).
const (
	GroupError         GroupStatus = "error"
	GroupAvailable     GroupStatus = "available"
	GroupCreating      GroupStatus = "creating"
	GroupDeleting      GroupStatus = "deleting"
	GroupDeleted       GroupStatus = "deleted"
	GroupUpdating      GroupStatus = "updating"
	GroupInUse         GroupStatus = "in-use"
	GroupErrorDeleting GroupStatus = "error_deleting"
)

// groupStatuses lists them in upstream's order, which its error messages show.
func groupStatuses() []GroupStatus {
	return []GroupStatus{
		GroupError, GroupAvailable, GroupCreating, GroupDeleting, GroupDeleted, GroupUpdating, GroupInUse, GroupErrorDeleting,
	}
}

// Group is several volumes of one backend that are snapshotted and replicated together.
type Group struct {
	ID            string
	ProjectID     string
	UserID        string
	Name          *string
	Description   *string
	TypeID        string   // of the group
	VolumeTypes   []string // ids, in the order of the request
	Zone          string
	Host          string // Backend.Host; "" until it is scheduled
	SnapshotID    string // the group snapshot it was made from
	SourceGroupID string

	Status            GroupStatus
	ReplicationStatus string

	CreatedAt time.Time
	UpdatedAt time.Time // zero until it is changed
}

// GroupSnapshot is a snapshot of each volume of a group, taken together.
type GroupSnapshot struct {
	ID          string
	ProjectID   string
	UserID      string
	GroupID     string
	GroupTypeID string
	Name        *string
	Description *string
	Status      GroupStatus
	CreatedAt   time.Time
	UpdatedAt   time.Time // zero until it is changed
}

// holding is what the group counts for in quotas.
func (g *Group) holding() *holding { return &holding{Kind: holdsGroup, Project: g.ProjectID} }

// Lookup makes a group the target of policy rules.
func (g *Group) Lookup(name string) (any, bool) { return lookUpOwner(name, g.ProjectID, g.UserID) }

// Lookup makes a group snapshot the target of policy rules.
func (g *GroupSnapshot) Lookup(name string) (any, bool) {
	return lookUpOwner(name, g.ProjectID, g.UserID)
}

func lookUpOwner(name, project, user string) (any, bool) {
	switch name {
	case "project_id", "tenant_id":
		return project, true
	case "user_id":
		return user, true
	}
	return nil, false
}

// groupTables hold groups, their types and their snapshots.
type groupTables struct {
	groupTypes     *state.Table[GroupType]
	groups         shelf[Group]
	groupSnapshots shelf[GroupSnapshot]
}

func newGroupTables(db *state.DB) groupTables {
	return groupTables{
		groupTypes: state.Add(db, "cinder.group_types", func(t *GroupType) *string { return &t.ID }),
		groups: newShelf(db, "cinder.groups", func(g *Group) *string { return &g.ID },
			func(g *Group) place { return place{g.ID, g.ProjectID, g.CreatedAt} },
			func(p place) Group { return Group{ID: p.ID, ProjectID: p.Project, CreatedAt: p.CreatedAt} }),
		groupSnapshots: newShelf(db, "cinder.group_snapshots", func(g *GroupSnapshot) *string { return &g.ID },
			func(g *GroupSnapshot) place { return place{g.ID, g.ProjectID, g.CreatedAt} },
			func(p place) GroupSnapshot {
				return GroupSnapshot{ID: p.ID, ProjectID: p.Project, CreatedAt: p.CreatedAt}
			}),
	}
}

// putGroup stores a group and keeps the counts of quotas right.
func (s *Service) putGroup(tx *state.Tx, g Group) {
	var before *holding
	if old, ok := s.groups.Get(tx, g.ID); ok {
		before = old.holding()
	}
	s.tally(tx, before, g.holding())
	s.groups.Put(tx, g)
}

// dropGroup takes a group out of the state.
func (s *Service) dropGroup(tx *state.Tx, g Group) {
	s.tally(tx, g.holding(), nil)
	s.groups.Delete(tx, g.ID)
}

// members are the volumes of a group, the youngest first.
func (s *Service) members(r state.Reader, g *Group) []Volume {
	var out []Volume
	for v := range s.volumes.of(r, g.ProjectID, true, nil) {
		if v.GroupID == g.ID {
			out = append(out, v)
		}
	}
	return out
}

// snapshotsIn are the snapshots that make up a group snapshot, the youngest first.
func (s *Service) snapshotsIn(r state.Reader, g *GroupSnapshot) []Snapshot {
	var out []Snapshot
	for sn := range s.snapshots.of(r, g.ProjectID, true, nil) {
		if sn.GroupSnapshotID == g.ID {
			out = append(out, sn)
		}
	}
	return out
}

// groupSnapshotsOf are the snapshots of a group, the youngest first.
func (s *Service) groupSnapshotsOf(r state.Reader, g *Group) []GroupSnapshot {
	var out []GroupSnapshot
	for gs := range s.groupSnapshots.of(r, g.ProjectID, true, nil) {
		if gs.GroupID == g.ID {
			out = append(out, gs)
		}
	}
	return out
}

// groupTypeInUse tells whether there is a group of the type.
func (s *Service) groupTypeInUse(r state.Reader, id string) bool {
	for g := range s.groups.All(r) {
		if g.TypeID == id {
			return true
		}
	}
	return false
}

// groupKnownTo finds a group of the caller's project, or any for an administrator.
func (s *Service) groupKnownTo(c *httpapi.Call, r state.Reader, id string) (Group, error) {
	g, ok := s.groups.Get(r, id)
	if !ok || g.ProjectID != c.Auth.ProjectID && !isAdmin(c) {
		return Group{}, fail.Missing("group", id)
	}
	return g, nil
}

// groupFor finds a group that the caller may see, consistency groups among them.
func (s *Service) groupFor(c *httpapi.Call, r state.Reader, id string) (Group, error) {
	g, err := s.groupKnownTo(c, r, id)
	if err == nil {
		err = c.AuthorizeFor("group:get", &g)
	}
	return g, err
}

// genericGroupFor finds a group that the caller may see and that is not a consistency group.
func (s *Service) genericGroupFor(c *httpapi.Call, r state.Reader, id string) (Group, error) {
	g, err := s.groupFor(c, r, id)
	if err == nil && s.isConsistencyType(r, g.TypeID) {
		err = groupTypeReserved(g.TypeID, "group")
	}
	return g, err
}

// groupSnapshotFor finds a group snapshot that the caller may see, those of consistency groups among them.
func (s *Service) groupSnapshotFor(c *httpapi.Call, r state.Reader, id string) (GroupSnapshot, error) {
	g, ok := s.groupSnapshots.Get(r, id)
	if !ok || g.ProjectID != c.Auth.ProjectID && !isAdmin(c) {
		return GroupSnapshot{}, groupSnapshotMissing(id)
	}
	return g, c.AuthorizeFor("group:get_group_snapshot", &g)
}

func groupSnapshotMissing(id string) error {
	return &fail.Error{Kind: fail.NotFound, Resource: "group snapshot", ID: id, Text: "GroupSnapshot " + id + " could not be found."}
}

// isConsistencyType tells whether a group of the type is a consistency group.
func (s *Service) isConsistencyType(r state.Reader, id string) bool {
	t, ok := s.groupTypes.Get(r, id)
	return ok && t.Name == consistencyType
}

// groupTypeReserved refuses to do to a consistency group what is done to groups.
func groupTypeReserved(id, what string) error {
	if what == "group" {
		return fail.New(fail.Invalid, "Group_type %s is reserved for migrating CGs to groups. Migrated group can only be operated by CG APIs.", id)
	}
	return fail.New(fail.Invalid, "Group_type %s is reserved for migrating CGs to groups. Migrated group snapshots can only be operated by "+
		"CG snapshot APIs.", id)
}

// invalidGroup is upstream's InvalidGroup.
func invalidGroup(format string, args ...any) error {
	return fail.New(fail.Invalid, "Invalid Group: "+format, args...)
}

// changeGroup applies a change to a group in one transaction. The change sees the group as it is then, and may refuse.
func (s *Service) changeGroup(id string, change func(tx *state.Tx, g *Group) error) error {
	return s.db.Update(func(tx *state.Tx) error {
		g, ok := s.groups.Get(tx, id)
		if !ok {
			return fail.Missing("group", id)
		}
		if err := change(tx, &g); err != nil {
			return err
		}
		if s.groups.Has(tx, id) {
			g.UpdatedAt = s.clock.Now()
			s.putGroup(tx, g)
		}
		return nil
	})
}
