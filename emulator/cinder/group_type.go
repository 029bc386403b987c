package cinder

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// GroupType is a kind of group that an administrator offers.
type GroupType struct {
	ID, Name    string
	Description *string
	IsPublic    bool
	Specs       map[string]*string // values may be null
	CreatedAt   time.Time
	UpdatedAt   time.Time // zero until it is changed
}

// The group specs that Cinder itself reads; any other value than "<is> True" says no.
const (
	specConsistentSnapshots   = "consistent_group_snapshot_enabled"
	specGroupReplication      = "group_replication_enabled"
	specConsistentReplication = "consistent_group_replication_enabled"
)

// says tells whether a spec is "<is> True".
func (t GroupType) says(spec string) bool { return text(t.Specs[spec]) == "<is> True" }

// consistencyType is the name of the group type that makes a group a consistency group.
const consistencyType = "default_cgsnapshot_type"

// seedGroupTypes makes the group type that every cloud has.
func (s *Service) seedGroupTypes(tx *state.Tx) {
	description, yes := "Default group type for migrating cgsnapshot", "<is> True"
	s.groupTypes.Put(tx, GroupType{
		ID: serviceUUID(consistencyType), Name: consistencyType, Description: &description, IsPublic: true,
		Specs: map[string]*string{specConsistentSnapshots: &yes}, CreatedAt: s.clock.Now().Add(-time.Hour),
	})
}

var groupTypeOrdering = ordering[GroupType]{
	"id":          func(a, b *GroupType) int { return cmp.Compare(a.ID, b.ID) },
	"name":        func(a, b *GroupType) int { return cmp.Compare(a.Name, b.Name) },
	"description": func(a, b *GroupType) int { return compareText(a.Description, b.Description) },
	"is_public":   func(a, b *GroupType) int { return compareBools(a.IsPublic, b.IsPublic) },
	"created_at":  func(a, b *GroupType) int { return a.CreatedAt.Compare(b.CreatedAt) },
	"updated_at":  func(a, b *GroupType) int { return a.UpdatedAt.Compare(b.UpdatedAt) },
}

// groupTypeView is a group type on the wire; specs are for those who may see them.
type groupTypeView struct {
	ID          string             `json:"id"`
	Name        string             `json:"name"`
	Description *string            `json:"description"`
	IsPublic    bool               `json:"is_public"`
	Specs       map[string]*string `json:"group_specs,omitzero"`
}

func newGroupTypeView(c *httpapi.Call, t GroupType) groupTypeView {
	v := groupTypeView{ID: t.ID, Name: t.Name, Description: t.Description, IsPublic: t.IsPublic}
	if c.May("group:access_group_types_specs", nil) {
		if v.Specs = t.Specs; v.Specs == nil {
			v.Specs = map[string]*string{}
		}
	}
	return v
}

func groupTypeMissing(id string) error {
	return &fail.Error{Kind: fail.NotFound, Resource: "group type", ID: id, Text: "Group type " + id + " could not be found."}
}

// groupTypeFor finds a group type that the caller may see. There is no way to let a project have one that is not public.
func (s *Service) groupTypeFor(c *httpapi.Call, r state.Reader, id string) (GroupType, error) {
	t, ok := s.groupTypes.Get(r, id)
	if !ok || !t.IsPublic && !isAdmin(c) {
		return GroupType{}, groupTypeMissing(id)
	}
	return t, nil
}

func (s *Service) groupTypeNamed(r state.Reader, name string) (GroupType, bool) {
	for t := range s.groupTypes.All(r) {
		if t.Name == name {
			return t, true
		}
	}
	return GroupType{}, false
}

// changeGroupType applies a change to a group type in one transaction. The change may refuse.
func (s *Service) changeGroupType(c *httpapi.Call, id string, change func(tx *state.Tx, t *GroupType) error) (GroupType, error) {
	var out GroupType
	err := s.db.Update(func(tx *state.Tx) error {
		t, err := s.groupTypeFor(c, tx, id)
		if err != nil {
			return err
		}
		if t.Specs = maps.Clone(t.Specs); t.Specs == nil {
			t.Specs = map[string]*string{}
		}
		if err := change(tx, &t); err != nil {
			return err
		}
		t.UpdatedAt = s.clock.Now()
		s.groupTypes.Put(tx, t)
		out = t
		return nil
	})
	return out, err
}

// groupTypesSorted are group types in an order, as far as a filter lets them pass.
func (s *Service) groupTypesSorted(r state.Reader, public *bool, compare func(a, b *GroupType) int, marker *GroupType, p paging) []GroupType {
	rows := slices.Collect(s.groupTypes.All(r))
	rows = slices.DeleteFunc(rows, func(t GroupType) bool { return public != nil && t.IsPublic != *public })
	return pageOf(rows, compare, marker, p)
}
