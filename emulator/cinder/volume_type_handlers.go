package cinder

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type volumeTypeOut struct {
	VolumeType volumeTypeView `json:"volume_type"`
}

type volumeTypesOut struct {
	VolumeTypes []volumeTypeView `json:"volume_types"`
	Links       []link           `json:"volume_type_links,omitempty"`
}

var volumeTypeOrdering = ordering[VolumeType]{
	"id":           func(a, b *VolumeType) int { return cmp.Compare(a.ID, b.ID) },
	"name":         func(a, b *VolumeType) int { return cmp.Compare(a.Name, b.Name) },
	"description":  func(a, b *VolumeType) int { return compareText(a.Description, b.Description) },
	"is_public":    func(a, b *VolumeType) int { return compareBools(a.IsPublic, b.IsPublic) },
	"qos_specs_id": func(a, b *VolumeType) int { return cmp.Compare(a.QoSSpecsID, b.QoSSpecsID) },
	"created_at":   func(a, b *VolumeType) int { return a.CreatedAt.Compare(b.CreatedAt) },
	"updated_at":   func(a, b *VolumeType) int { return a.UpdatedAt.Compare(b.UpdatedAt) },
}

// volumeTypeList serves GET /types. API reference: Block Storage v3, "List all volume types".
func (s *Service) volumeTypeList(c *httpapi.Call) (volumeTypesOut, error) {
	out := volumeTypesOut{VolumeTypes: []volumeTypeView{}}
	p, err := s.pagingOf(c)
	if err != nil {
		return out, err
	}
	sorting, err := sortingOf(c, "created_at")
	if err != nil {
		return out, err
	}
	filter, err := s.volumeTypeFilterOf(c)
	if err != nil {
		return out, err
	}
	if filter.nothing {
		return out, nil
	}
	compare, err := volumeTypeOrdering.by(sorting)
	if err != nil {
		return out, err
	}
	r := s.db.View()
	var rows []VolumeType
	for t := range s.types.All(r) {
		if filter.passes(&t) {
			rows = append(rows, t)
		}
	}
	// Quirk: a marker that is no volume type, or not the caller's to see, is as good as none (observed on release Zed).
	var marker *VolumeType
	if t, ok := s.types.Get(r, p.Marker); ok && t.visibleTo(c) {
		marker = &t
	}
	rows = pageOf(rows, compare, marker, p)
	for _, t := range rows {
		out.VolumeTypes = append(out.VolumeTypes, s.volumeTypeView(c, t).withAccess(c))
	}
	if n := len(rows); n > 0 {
		out.Links = s.nextLink(c, "types", rows[n-1].ID, n)
	}
	return out, nil
}

// volumeTypeShow serves GET /types/{id}, where the id "default" stands for the project's default type.
// API reference: Block Storage v3, "Show volume type detail" and "Show default volume type".
func (s *Service) volumeTypeShow(c *httpapi.Call) (volumeTypeOut, error) {
	id := c.Var("id")
	if id == "default" {
		t, err := s.defaultTypeOf(s.db.View(), c.Auth.ProjectID)
		if err != nil {
			return volumeTypeOut{}, err
		}
		// Quirk: the extension os-volume-type-access looks for a type with the id "default", and adds nothing
		// (observed on release Zed).
		return volumeTypeOut{s.volumeTypeView(c, t)}, c.Authorize(nil)
	}
	t, err := s.volumeTypeFor(c, s.db.View(), id)
	if err != nil {
		return volumeTypeOut{}, err
	}
	return volumeTypeOut{s.volumeTypeView(c, t).withAccess(c)}, c.Authorize(nil)
}

// volumeTypeFor finds a type that the caller may see.
func (s *Service) volumeTypeFor(c *httpapi.Call, r state.Reader, id string) (VolumeType, error) {
	if t, ok := s.types.Get(r, id); ok && t.visibleTo(c) {
		return t, nil
	}
	return VolumeType{}, typeMissing(id)
}

// typeBody reads a body about a volume type. Which fields it may have depends on the variant type_store_property, so that
// it is not the row that looks at it; then comes the policy.
func (s *Service) typeBody(c *httpapi.Call, plain, withStore *schema.Schema, in any) error {
	body := plain
	if s.cfg.Variants.TypeStoreProperty {
		body = withStore
	}
	if err := checkBody(c, body); err != nil {
		return err
	}
	if err := c.Authorize(nil); err != nil {
		return err
	}
	return c.Decode(in)
}

type volumeTypeCreateIn struct {
	VolumeType struct {
		Name        string             `json:"name"`
		Description *string            `json:"description"`
		ExtraSpecs  map[string]*string `json:"extra_specs"`
		IsPublic    *boolish           `json:"os-volume-type-access:is_public"`
		Store       *string            `json:"store"`
	} `json:"volume_type"`
}

// volumeTypeCreate serves POST /types. Extra specs are stored as they come: only the extra specs' own operations ask
// Glance about a store. API reference: Block Storage v3, "Create a volume type".
func (s *Service) volumeTypeCreate(c *httpapi.Call) (volumeTypeOut, error) {
	var in volumeTypeCreateIn
	if err := s.typeBody(c, typeCreateBody, typeCreateWithStoreBody, &in); err != nil {
		return volumeTypeOut{}, err
	}
	asked := in.VolumeType
	t := VolumeType{
		ID: s.ids.UUID(), Name: asked.Name, Description: asked.Description, ExtraSpecs: asked.ExtraSpecs,
		IsPublic: asked.IsPublic == nil || bool(*asked.IsPublic), CreatedAt: s.clock.Now(),
	}
	if asked.Store != nil {
		t.Store = *asked.Store
	}
	if err := s.checkStoreProperty(c, asked.Store); err != nil {
		return volumeTypeOut{}, err
	}
	err := s.db.Update(func(tx *state.Tx) error {
		if _, taken := s.typeNamed(tx, t.Name); taken {
			return fail.New(fail.Conflict, "Volume Type %s already exists.", t.Name)
		}
		s.types.Put(tx, t)
		return nil
	})
	return volumeTypeOut{s.volumeTypeCore(t).withAccess(c)}, err
}

type volumeTypeUpdateIn struct {
	VolumeType struct {
		Name        *string  `json:"name"`
		Description *string  `json:"description"`
		IsPublic    *boolish `json:"is_public"`
		Store       *string  `json:"store"`
	} `json:"volume_type"`
}

// volumeTypeUpdate serves PUT /types/{id}. API reference: Block Storage v3, "Update a volume type".
func (s *Service) volumeTypeUpdate(c *httpapi.Call) (volumeTypeOut, error) {
	var in volumeTypeUpdateIn
	if err := s.typeBody(c, typeUpdateBody, typeUpdateWithStoreBody, &in); err != nil {
		return volumeTypeOut{}, err
	}
	asked := in.VolumeType
	switch {
	case asked.Name != nil && *asked.Name != "" && strings.TrimSpace(*asked.Name) == "":
		return volumeTypeOut{}, fail.New(fail.Invalid, "Volume type name can not be empty.")
	case asked.Name == nil && asked.Description == nil && asked.IsPublic == nil && asked.Store == nil:
		return volumeTypeOut{}, fail.New(fail.Invalid, "Specify volume type name, description, is_public or a combination thereof.")
	}
	id := c.Var("id")
	if asked.Store != nil {
		if !s.types.Has(s.db.View(), id) {
			return volumeTypeOut{}, typeMissing(id)
		}
		if err := s.checkStoreProperty(c, asked.Store); err != nil {
			return volumeTypeOut{}, err
		}
	}
	t, err := s.changeType(id, func(tx *state.Tx, t *VolumeType) error {
		if asked.Name != nil && *asked.Name != t.Name {
			if _, taken := s.typeNamed(tx, *asked.Name); taken {
				return fail.New(fail.Conflict, "Volume Type %s already exists.", *asked.Name)
			}
			s.renameTypeQuotas(tx, t.Name, *asked.Name)
			t.Name = *asked.Name
		}
		if asked.Description != nil {
			t.Description = asked.Description
		}
		if asked.IsPublic != nil {
			t.IsPublic = bool(*asked.IsPublic)
		}
		if asked.Store != nil {
			t.Store = *asked.Store
		}
		return nil
	})
	return volumeTypeOut{s.volumeTypeCore(t)}, err
}

// checkStoreProperty asks Glance about the store of the variant type_store_property; an empty one takes it away.
func (s *Service) checkStoreProperty(c *httpapi.Call, store *string) error {
	if store == nil || *store == "" {
		return nil
	}
	return s.checkStore(c, store)
}

// volumeTypeDelete serves DELETE /types/{id}. API reference: Block Storage v3, "Delete a volume type".
func (s *Service) volumeTypeDelete(c *httpapi.Call) (httpapi.Reply, error) {
	id := c.Var("id")
	err := s.db.Update(func(tx *state.Tx) error {
		t, err := s.volumeTypeFor(c, tx, id)
		if err != nil {
			return err
		}
		for d := range s.defaultTypes.All(tx) {
			if d.VolumeTypeID == id {
				return isDefaultType(id)
			}
		}
		switch standard, err := s.defaultTypeOf(tx, ""); {
		case err != nil:
			return fail.New(fail.Internal, "The request cannot be fulfilled as the default volume type %s cannot be found.", s.cfg.DefaultVolumeType)
		case standard.ID == t.ID:
			return isDefaultType(id)
		}
		if s.typeInUse(tx, id) {
			return fail.New(fail.Invalid, "Target volume type is still in use.")
		}
		s.types.Delete(tx, id)
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

func isDefaultType(id string) error {
	return fail.New(fail.Invalid, "The volume type %s is a default volume type and cannot be deleted.", id)
}
