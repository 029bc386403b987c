package cinder

import (
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Bodies about group types (api/schemas/group_types.py, group_specs.py).
var (
	schemaGroupTypeCreate = envelope("group_type", closed(schema.Dict{
		{"name", schemaTypeName},
		{"description", schemaTypeDescription},
		{"is_public", schemaBoolean},
		{"group_specs", schemaExtraSpecs.With("type", schema.List{"object", "null"})},
	}, "name"))
	schemaGroupTypeUpdate = envelope("group_type", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"name", schema.Dict{{"type", schema.List{"string", "null"}}, {"minLength", 0}, {"maxLength", 255}}},
			{"description", schemaTypeDescription},
			{"is_public", schemaBoolean},
		}},
		{"additionalProperties", false},
	})
	schemaGroupSpecs = schema.Dict{
		{"type", "object"},
		{"patternProperties", schema.Dict{{"^[a-zA-Z0-9-_:.]{1,255}$", schema.Dict{
			{"type", schema.List{"string", "null"}},
			{"maxLength", 255},
		}}}},
		{"additionalProperties", false},
	}
	schemaGroupSpecsCreate = envelope("group_specs", schemaGroupSpecs)
	schemaGroupSpecsUpdate = schema.New(schemaGroupSpecs.With("minProperties", 1).With("maxProperties", 1))
)

type groupTypeOut struct {
	GroupType groupTypeView `json:"group_type"`
}

type groupTypesOut struct {
	GroupTypes []groupTypeView `json:"group_types"`
	Links      []link          `json:"group_type_links,omitempty"`
}

type groupTypeIn struct {
	GroupType struct {
		Name        *string            `json:"name"`
		Description *string            `json:"description"`
		IsPublic    maybe[boolish]     `json:"is_public"`
		Specs       map[string]*string `json:"group_specs"`
	} `json:"group_type"`
}

// groupTypeList serves GET /group_types, since 3.11; administrators choose with is_public, and no other filter is heeded.
// API reference: Block Storage v3, "List group types".
func (s *Service) groupTypeList(c *httpapi.Call) (groupTypesOut, error) {
	out := groupTypesOut{GroupTypes: []groupTypeView{}}
	p, err := s.pagingOf(c)
	if err != nil {
		return out, err
	}
	sorting, err := sortingOf(c, "created_at")
	if err != nil {
		return out, err
	}
	public, err := publicFilter(isAdmin(c), paramsOf(c))
	if err != nil {
		return out, err
	}
	compare, err := groupTypeOrdering.by(sorting)
	if err != nil {
		return out, err
	}
	r := s.db.View()
	var marker *GroupType // one that is not there is as good as none (observed on release Zed)
	if t, ok := s.groupTypes.Get(r, p.Marker); ok {
		marker = &t
	}
	rows := s.groupTypesSorted(r, public, compare, marker, p)
	for _, t := range rows {
		out.GroupTypes = append(out.GroupTypes, newGroupTypeView(c, t))
	}
	if n := len(rows); n > 0 {
		out.Links = s.nextLink(c, "group_types", rows[n-1].ID, n)
	}
	return out, nil
}

// groupTypeShow serves GET /group_types/{id}, since 3.11. The id "default" stands for a type that cinder.conf may name, and
// here does not. API reference: Block Storage v3, "Show group type details" and "Show default group type details".
func (s *Service) groupTypeShow(c *httpapi.Call) (groupTypeOut, error) {
	id := c.Var("group_type_id")
	if id == "default" {
		return groupTypeOut{}, fail.New(fail.NotFound, "Default group type can not be found.")
	}
	t, err := s.groupTypeFor(c, s.db.View(), id)
	if err != nil {
		return groupTypeOut{}, err
	}
	return groupTypeOut{newGroupTypeView(c, t)}, nil
}

// groupTypeCreate serves POST /group_types, since 3.11. API reference: Block Storage v3, "Create group type".
func (s *Service) groupTypeCreate(c *httpapi.Call, in groupTypeIn) (groupTypeOut, error) {
	asked := in.GroupType
	t := GroupType{
		ID: s.ids.UUID(), Name: text(asked.Name), Description: asked.Description, IsPublic: true, Specs: asked.Specs, CreatedAt: c.Now,
	}
	if v := asked.IsPublic.Value; v != nil {
		t.IsPublic = bool(*v)
	}
	err := s.db.Update(func(tx *state.Tx) error {
		if _, ok := s.groupTypeNamed(tx, t.Name); ok {
			return groupTypeExists(t.Name)
		}
		s.groupTypes.Put(tx, t)
		return nil
	})
	return groupTypeOut{newGroupTypeView(c, t)}, err
}

func groupTypeExists(name string) error {
	return fail.New(fail.Conflict, "Group Type %s already exists.", name)
}

// groupTypeUpdate serves PUT /group_types/{id}, since 3.11. API reference: Block Storage v3, "Update group type".
func (s *Service) groupTypeUpdate(c *httpapi.Call, in groupTypeIn) (groupTypeOut, error) {
	asked := in.GroupType
	switch {
	case asked.Name != nil && *asked.Name != "" && strings.TrimSpace(*asked.Name) == "":
		return groupTypeOut{}, fail.New(fail.Invalid, "Group type name can not be empty.")
	case asked.Name == nil && asked.Description == nil && asked.IsPublic.Value == nil:
		return groupTypeOut{}, fail.New(fail.Invalid, "Specify group type name, description or a combination thereof.")
	}
	t, err := s.changeGroupType(c, c.Var("group_type_id"), func(tx *state.Tx, t *GroupType) error {
		if asked.Name != nil {
			if other, ok := s.groupTypeNamed(tx, *asked.Name); ok && other.ID != t.ID {
				return groupTypeExists(*asked.Name)
			}
			t.Name = *asked.Name
		}
		if asked.Description != nil {
			t.Description = asked.Description
		}
		if asked.IsPublic.Value != nil {
			t.IsPublic = bool(*asked.IsPublic.Value)
		}
		return nil
	})
	if err != nil {
		return groupTypeOut{}, err
	}
	return groupTypeOut{newGroupTypeView(c, t)}, nil
}

// groupTypeDelete serves DELETE /group_types/{id}, since 3.11. API reference: Block Storage v3, "Delete group type".
func (s *Service) groupTypeDelete(c *httpapi.Call) (httpapi.Reply, error) {
	err := s.db.Update(func(tx *state.Tx) error {
		t, err := s.groupTypeFor(c, tx, c.Var("group_type_id"))
		if err != nil {
			return err
		}
		if s.groupTypeInUse(tx, t.ID) {
			return fail.New(fail.Invalid, "Target group type is still in use. Group Type %s deletion is not allowed with groups present with the type.", t.ID)
		}
		s.groupTypes.Delete(tx, t.ID)
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

type groupSpecsOut struct {
	Specs map[string]*string `json:"group_specs"`
}

// groupSpecList serves GET /group_types/{id}/group_specs, since 3.11. API reference: Block Storage v3, "List type specs".
func (s *Service) groupSpecList(c *httpapi.Call) (groupSpecsOut, error) {
	t, err := s.groupTypeFor(c, s.db.View(), c.Var("group_type_id"))
	if t.Specs == nil {
		t.Specs = map[string]*string{}
	}
	return groupSpecsOut{t.Specs}, err
}

// groupSpecShow serves GET /group_types/{id}/group_specs/{key}, since 3.11. API reference: Block Storage v3, "Show one
// specific group spec for a group type".
func (s *Service) groupSpecShow(c *httpapi.Call) (map[string]*string, error) {
	t, err := s.groupTypeFor(c, s.db.View(), c.Var("group_type_id"))
	if err != nil {
		return nil, err
	}
	value, ok := t.Specs[c.Var("key")]
	if !ok {
		return nil, fail.New(fail.NotFound, "Group Type %s has no extra spec with key %s.", t.ID, c.Var("key"))
	}
	return map[string]*string{c.Var("key"): value}, nil
}

// groupSpecCreate serves POST /group_types/{id}/group_specs, since 3.11; the answer is the request. API reference: Block
// Storage v3, "Create or update group specs for a group type".
func (s *Service) groupSpecCreate(c *httpapi.Call) (schema.Value, error) {
	asked, err := objectIn(c, "group_specs")
	if err != nil {
		return nil, err
	}
	return s.setGroupSpecs(c, asked)
}

// groupSpecUpdate serves PUT /group_types/{id}/group_specs/{key}, since 3.11; the answer is the request. API reference:
// Block Storage v3, "Update one specific group spec for a group type".
func (s *Service) groupSpecUpdate(c *httpapi.Call) (schema.Value, error) {
	body, err := c.Value()
	if err != nil {
		return nil, err
	}
	if _, err := s.groupTypeFor(c, s.db.View(), c.Var("group_type_id")); err != nil {
		return nil, err
	}
	asked, _ := body.(schema.Dict)
	if _, ok := asked.Get(c.Var("key")); !ok {
		return nil, fail.New(fail.Invalid, "Request body and URI mismatch")
	}
	return s.setGroupSpecs(c, asked)
}

func (s *Service) setGroupSpecs(c *httpapi.Call, specs schema.Dict) (schema.Value, error) {
	_, err := s.changeGroupType(c, c.Var("group_type_id"), func(_ *state.Tx, t *GroupType) error {
		for _, p := range specs {
			t.Specs[p.Key] = nil
			if value, ok := p.Value.(string); ok {
				t.Specs[p.Key] = &value
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.Value()
}

// groupSpecDelete serves DELETE /group_types/{id}/group_specs/{key}, since 3.11. API reference: Block Storage v3, "Delete
// one specific group spec for a group type".
func (s *Service) groupSpecDelete(c *httpapi.Call) (httpapi.Reply, error) {
	_, err := s.changeGroupType(c, c.Var("group_type_id"), func(_ *state.Tx, t *GroupType) error {
		if _, ok := t.Specs[c.Var("key")]; !ok {
			return fail.New(fail.NotFound, "Group Type %s has no specs with key %s.", t.ID, c.Var("key"))
		}
		delete(t.Specs, c.Var("key"))
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}
