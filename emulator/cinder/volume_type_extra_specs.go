package cinder

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type extraSpecsOut struct {
	ExtraSpecs map[string]*string `json:"extra_specs"`
}

// extraSpecList serves GET /types/{type_id}/extra_specs.
// API reference: Block Storage v3, "Show all extra specifications for volume type".
func (s *Service) extraSpecList(c *httpapi.Call) (extraSpecsOut, error) {
	t, err := s.volumeTypeFor(c, s.db.View(), c.Var("type_id"))
	if err != nil {
		return extraSpecsOut{}, err
	}
	return extraSpecsOut{specsSeenBy(c, t)}, nil
}

// extraSpecShow serves GET /types/{type_id}/extra_specs/{id}; a key that the caller may not see is not there.
// API reference: Block Storage v3, "Show extra specification for volume type".
func (s *Service) extraSpecShow(c *httpapi.Call) (map[string]*string, error) {
	t, err := s.volumeTypeFor(c, s.db.View(), c.Var("type_id"))
	if err != nil {
		return nil, err
	}
	key := c.Var("id")
	value, ok := specsSeenBy(c, t)[key]
	if !ok {
		return nil, specMissing(t.ID, key)
	}
	return map[string]*string{key: value}, nil
}

func specMissing(typeID, key string) error {
	return fail.New(fail.NotFound, "Volume Type %s has no extra specs with key %s.", typeID, key)
}

type extraSpecsIn struct {
	ExtraSpecs map[string]*string `json:"extra_specs"`
}

// extraSpecCreate serves POST /types/{type_id}/extra_specs: all keys are stored, or none. The answer is the request's
// body. The order of the checks is upstream's: whether the type is in use, whether it is there, and then what Glance
// says of the store. API reference: Block Storage v3, "Create or update extra specs for volume type".
func (s *Service) extraSpecCreate(c *httpapi.Call, in extraSpecsIn) (schema.Value, error) {
	t, err := s.typeToSpecify(s.db.View(), c.Var("type_id"))
	if err != nil {
		return nil, err
	}
	if err := s.checkStoreSpec(c, in.ExtraSpecs); err != nil {
		return nil, err
	}
	if err := checkCacheable(t, in.ExtraSpecs); err != nil {
		return nil, err
	}
	if err := s.putSpecs(t.ID, in.ExtraSpecs); err != nil {
		return nil, err
	}
	return c.Value()
}

// extraSpecUpdate serves PUT /types/{type_id}/extra_specs/{id}; the body has that key alone, which need not exist before.
// API reference: Block Storage v3, "Update extra specification for volume type".
//
// Quirk: unlike create it lets a type become both cacheable and multiattach, and the key "extra_specs" is taken for the
// envelope that this body does not have, whereupon upstream breaks (observed on release Zed).
func (s *Service) extraSpecUpdate(c *httpapi.Call, in map[string]*string) (schema.Value, error) {
	t, err := s.typeToSpecify(s.db.View(), c.Var("type_id"))
	if err != nil {
		return nil, err
	}
	if _, ok := in[c.Var("id")]; !ok {
		return nil, fail.New(fail.Invalid, "Request body and URI mismatch")
	}
	if err := s.checkStoreSpec(c, in); err != nil {
		return nil, err
	}
	if _, envelope := in["extra_specs"]; envelope {
		return nil, &fail.Error{Kind: fail.Internal, Resource: "extra spec", ID: "extra_specs"}
	}
	if err := s.putSpecs(t.ID, in); err != nil {
		return nil, err
	}
	return c.Value()
}

// extraSpecDelete serves DELETE /types/{type_id}/extra_specs/{id}. Here the type is looked for before the policy.
// API reference: Block Storage v3, "Delete extra specification for volume type".
func (s *Service) extraSpecDelete(c *httpapi.Call) error {
	t, err := s.volumeTypeFor(c, s.db.View(), c.Var("type_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(nil); err != nil {
		return err
	}
	key := c.Var("id")
	_, err = s.changeType(t.ID, func(tx *state.Tx, t *VolumeType) error {
		if s.typeInUse(tx, t.ID) {
			return typeIsInUse()
		}
		if _, ok := t.ExtraSpecs[key]; !ok {
			return specMissing(t.ID, key)
		}
		delete(t.ExtraSpecs, key)
		return nil
	})
	return err
}

// typeToSpecify finds a type whose extra specs may change: no volume of it exists, in whatever status.
func (s *Service) typeToSpecify(r state.Reader, id string) (VolumeType, error) {
	if s.typeInUse(r, id) {
		return VolumeType{}, typeIsInUse()
	}
	t, ok := s.types.Get(r, id)
	if !ok {
		return VolumeType{}, typeMissing(id)
	}
	return t, nil
}

func typeIsInUse() error { return fail.New(fail.Invalid, "Volume Type is currently in use.") }

// putSpecs stores extra specs, unless a volume of the type was made while Glance was asked.
func (s *Service) putSpecs(id string, specs map[string]*string) error {
	_, err := s.changeType(id, func(tx *state.Tx, t *VolumeType) error {
		if s.typeInUse(tx, id) {
			return typeIsInUse()
		}
		if t.ExtraSpecs == nil {
			t.ExtraSpecs = make(map[string]*string, len(specs))
		}
		for k, v := range specs {
			t.ExtraSpecs[k] = v
		}
		return nil
	})
	return err
}

// checkStoreSpec asks Glance about the store that extra specs name, if they name one.
func (s *Service) checkStoreSpec(c *httpapi.Call, specs map[string]*string) error {
	store, ok := specs[specStoreID]
	if !ok {
		return nil
	}
	return s.checkStore(c, store)
}

// checkStore asks Glance, with the caller's token, whether images can be put into a store (image/image_utils.py,
// validate_stores_id). A null is no store's id; the answer calls it "None".
func (s *Service) checkStore(c *httpapi.Call, store *string) error {
	stores, err := s.images.Stores(c.Context(), authOf(c))
	if err != nil {
		return err
	}
	if store == nil {
		return fail.New(fail.NotFound, "Store None not enabled in glance.")
	}
	for _, info := range stores {
		switch {
		case info.ID != *store:
		case info.ReadOnly():
			return fail.New(fail.Invalid, "Store %s is read-only in glance.", *store)
		default:
			return nil
		}
	}
	return fail.New(fail.NotFound, "Store %s not enabled in glance.", *store)
}

// checkCacheable keeps a type from being both cacheable and multiattach.
func checkCacheable(t VolumeType, specs map[string]*string) error {
	const yes = "<is> True"
	set := func(key string) bool { return specs[key] != nil && *specs[key] == yes }
	if set(specMultiattach) && t.Spec(specCacheable) == yes ||
		set(specCacheable) && (t.Spec(specMultiattach) == yes || set(specMultiattach)) {
		return fail.New(fail.Invalid, "cacheable cannot be set with multiattach.")
	}
	return nil
}
