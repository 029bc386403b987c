package cinder

import (
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// groupView is a group on the wire (api/v3/views/groups.py).
type groupView struct {
	ID                string      `json:"id"`
	Status            GroupStatus `json:"status"`
	Zone              nullString  `json:"availability_zone"`
	CreatedAt         stamp       `json:"created_at"`
	Name              *string     `json:"name"`
	Description       *string     `json:"description"`
	TypeID            string      `json:"group_type"`
	VolumeTypes       []string    `json:"volume_types"`
	SnapshotID        *nullString `json:"group_snapshot_id,omitempty"`  // since 3.14
	SourceGroupID     *nullString `json:"source_group_id,omitempty"`    // since 3.14
	Volumes           []string    `json:"volumes,omitzero"`             // since 3.25, when asked for
	ReplicationStatus string      `json:"replication_status,omitempty"` // since 3.38
	ProjectID         string      `json:"project_id,omitempty"`         // since 3.58
}

// groupBrief is a group in the short list.
type groupBrief struct {
	ID   string  `json:"id"`
	Name *string `json:"name"`
}

func newGroupBrief(g *Group) groupBrief { return groupBrief{g.ID, g.Name} }

// groupViews makes views of groups as show and detail give them.
func (s *Service) groupViews(c *httpapi.Call, r state.Reader) (func(*Group) groupView, error) {
	volumes := false
	if text, ok := lastOf(c.Query(), "list_volume"); ok && c.Version.AtLeast(mvGroupVolumeList) {
		var err error
		if volumes, err = queryBool("list_volume", text); err != nil {
			return nil, err
		}
	}
	owner := c.Version.AtLeast(mvGroupProjectID) && c.May("group:group_project_attribute", nil)
	return func(g *Group) groupView {
		v := groupView{
			ID: g.ID, Status: g.Status, Zone: nullString(g.Zone), CreatedAt: stamp(g.CreatedAt), Name: g.Name, Description: g.Description,
			TypeID: g.TypeID, VolumeTypes: g.VolumeTypes,
		}
		if c.Version.AtLeast(mvGroupSnapshots) {
			v.SnapshotID, v.SourceGroupID = orNull(g.SnapshotID), orNull(g.SourceGroupID)
		}
		if volumes {
			v.Volumes = []string{}
			for _, member := range s.members(r, g) {
				v.Volumes = append(v.Volumes, member.ID)
			}
		}
		if c.Version.AtLeast(mvGroupReplication) {
			v.ReplicationStatus = g.ReplicationStatus
		}
		if owner {
			v.ProjectID = g.ProjectID
		}
		return v
	}, nil
}

// groupSnapshotView is a group snapshot on the wire (api/v3/views/group_snapshots.py).
type groupSnapshotView struct {
	ID          string      `json:"id"`
	GroupID     string      `json:"group_id"`
	GroupTypeID string      `json:"group_type_id"`
	Status      GroupStatus `json:"status"`
	CreatedAt   stamp       `json:"created_at"`
	Name        *string     `json:"name"`
	Description *string     `json:"description"`
	ProjectID   string      `json:"project_id,omitempty"` // since 3.58
}

// groupSnapshotBrief is a group snapshot in the short list, and when it has been made.
type groupSnapshotBrief struct {
	ID          string  `json:"id"`
	Name        *string `json:"name"`
	GroupTypeID string  `json:"group_type_id,omitempty"` // when it has been made
}

func groupSnapshotViews(c *httpapi.Call) func(*GroupSnapshot) groupSnapshotView {
	owner := c.Version.AtLeast(mvGroupProjectID) && c.May("group:group_snapshot_project_attribute", nil)
	return func(g *GroupSnapshot) groupSnapshotView {
		v := groupSnapshotView{
			ID: g.ID, GroupID: g.GroupID, GroupTypeID: g.GroupTypeID, Status: g.Status, CreatedAt: stamp(g.CreatedAt), Name: g.Name,
			Description: g.Description,
		}
		if owner {
			v.ProjectID = g.ProjectID
		}
		return v
	}
}

// groupColumns are the columns of upstream's table of groups.
var groupColumns = columns[Group]{
	"id":                 func(g *Group) any { return g.ID },
	"user_id":            func(g *Group) any { return g.UserID },
	"project_id":         func(g *Group) any { return g.ProjectID },
	"host":               func(g *Group) any { return textOrNil(g.Host) },
	"cluster_name":       func(*Group) any { return nil },
	"availability_zone":  func(g *Group) any { return textOrNil(g.Zone) },
	"name":               func(g *Group) any { return textOf(g.Name) },
	"description":        func(g *Group) any { return textOf(g.Description) },
	"status":             func(g *Group) any { return string(g.Status) },
	"group_type_id":      func(g *Group) any { return g.TypeID },
	"group_snapshot_id":  func(g *Group) any { return textOrNil(g.SnapshotID) },
	"source_group_id":    func(g *Group) any { return textOrNil(g.SourceGroupID) },
	"replication_status": func(g *Group) any { return g.ReplicationStatus },
	"created_at":         func(g *Group) any { return g.CreatedAt },
	"updated_at":         func(g *Group) any { return timeOrNil(g.UpdatedAt) },
}

var groupOrdering = groupColumns.ordering()

// groupSnapshotColumns are the columns of upstream's table of group snapshots.
var groupSnapshotColumns = columns[GroupSnapshot]{
	"id":            func(g *GroupSnapshot) any { return g.ID },
	"user_id":       func(g *GroupSnapshot) any { return g.UserID },
	"project_id":    func(g *GroupSnapshot) any { return g.ProjectID },
	"group_id":      func(g *GroupSnapshot) any { return g.GroupID },
	"group_type_id": func(g *GroupSnapshot) any { return g.GroupTypeID },
	"name":          func(g *GroupSnapshot) any { return textOf(g.Name) },
	"description":   func(g *GroupSnapshot) any { return textOf(g.Description) },
	"status":        func(g *GroupSnapshot) any { return string(g.Status) },
	"created_at":    func(g *GroupSnapshot) any { return g.CreatedAt },
	"updated_at":    func(g *GroupSnapshot) any { return timeOrNil(g.UpdatedAt) },
}

var groupSnapshotOrdering = groupSnapshotColumns.ordering()
