package nova

import (
	"maps"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

var (
	schemaName         = schema.Dict{{"type", "string"}, {"format", "name"}, {"minLength", 1}, {"maxLength", 255}}
	schemaFlavorCreate = envelope("flavor", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"name", schemaName},
			{"id", schema.Dict{{"type", schema.List{"string", "number", "null"}}, {"maxLength", 255}}},
			{"ram", whole(1)},
			{"vcpus", whole(1)},
			{"disk", whole(0)},
			{"swap", whole(0)},
			{"OS-FLV-EXT-DATA:ephemeral", whole(0)},
			{"rxtx_factor", schema.Dict{{"type", schema.List{"number", "string"}}}},
			{"os-flavor-access:is_public", schema.Dict{{"type", schema.List{"boolean", "string"}}}},
			{"description", schema.Dict{{"type", schema.List{"string", "null"}}, {"maxLength", 65535}}},
		}},
		{"required", schema.List{"name", "ram", "vcpus", "disk"}},
		{"additionalProperties", false},
	})
	schemaExtraSpecs = envelope("extra_specs", schema.Dict{
		{"type", "object"},
		{"patternProperties", schema.Dict{{"^[a-zA-Z0-9-_:. ]{1,255}$", schema.Dict{{"type", schema.List{"string", "number"}}, {"maxLength", 255}}}}},
		{"additionalProperties", false},
	})
)

// whole is an integer, perhaps in a string.
func whole(least int) schema.Dict {
	return schema.Dict{
		{"type", schema.List{"integer", "string"}}, {"pattern", "^[0-9]*$"}, {"minimum", least}, {"maximum", 0x7FFFFFFF},
	}
}

func envelope(key string, value schema.Dict) *schema.Schema {
	return schema.New(schema.Dict{
		{"type", "object"}, {"properties", schema.Dict{{key, value}}}, {"required", schema.List{key}}, {"additionalProperties", false},
	})
}

type flavorOut struct {
	Flavor flavorView `json:"flavor"`
}

type flavorsOut struct {
	Flavors []flavorView `json:"flavors"`
	Links   []link       `json:"flavors_links,omitempty"`
}

type extraSpecsBody struct {
	ExtraSpecs map[string]string `json:"extra_specs"`
}

// flavorList serves GET /flavors. API reference: Compute, "List Flavors".
func (s *Service) flavorList(c *httpapi.Call) (flavorsOut, error) { return s.flavorPage(c, false) }

// flavorListDetail serves GET /flavors/detail. API reference: Compute, "List Flavors With Details".
func (s *Service) flavorListDetail(c *httpapi.Call) (flavorsOut, error) { return s.flavorPage(c, true) }

func (s *Service) flavorPage(c *httpapi.Call, detail bool) (flavorsOut, error) {
	passes, err := flavorFilter(c)
	if err != nil {
		return flavorsOut{}, err
	}
	var all []Flavor
	for f := range s.flavors.All(s.db.View()) {
		if passes(&f) {
			all = append(all, f)
		}
	}
	all = sortFlavors(c, all)
	page, next, err := pageOf(c, all, func(f Flavor) string { return f.ID })
	out := flavorsOut{Flavors: []flavorView{}, Links: next}
	for _, f := range page {
		out.Flavors = append(out.Flavors, newFlavorView(c, f, detail))
	}
	return out, err
}

// flavorShow serves GET /flavors/{flavor_id}. API reference: Compute, "Show Flavor Details".
func (s *Service) flavorShow(c *httpapi.Call) (flavorOut, error) {
	f, err := s.flavorFor(c, s.db.View(), c.Var("flavor_id"))
	return flavorOut{newFlavorView(c, f, true)}, err
}

// flavorCreate serves POST /flavors. API reference: Compute, "Create Flavor".
func (s *Service) flavorCreate(c *httpapi.Call) (flavorOut, error) {
	value, err := c.Value()
	if err != nil {
		return flavorOut{}, err
	}
	asked := member(value, "flavor")
	f := Flavor{
		ID: text(asked, "id"), Name: text(asked, "name"), RAM: number(asked, "ram"), VCPUs: number(asked, "vcpus"),
		Disk: number(asked, "disk"), Swap: number(asked, "swap"), Ephemeral: number(asked, "OS-FLV-EXT-DATA:ephemeral"), RxTxFactor: 1,
	}
	if public := text(asked, "os-flavor-access:is_public"); public == "False" || public == "false" {
		f.Private = true
	}
	if f.ID == "" || f.ID == "auto" {
		f.ID = s.ids.UUID()
	}
	if d := text(asked, "description"); d != "" {
		f.Description = &d
	}
	err = s.db.Update(func(tx *state.Tx) error {
		for other := range s.flavors.All(tx) {
			if other.Name == f.Name {
				return fail.New(fail.Conflict, "Flavor with name %s already exists.", f.Name)
			}
		}
		if s.flavors.Has(tx, f.ID) {
			return fail.New(fail.Conflict, "Flavor with ID %s already exists.", f.ID)
		}
		s.flavors.Put(tx, f)
		return nil
	})
	return flavorOut{newFlavorView(c, f, true)}, err
}

// flavorDelete serves DELETE /flavors/{flavor_id}. API reference: Compute, "Delete Flavor".
func (s *Service) flavorDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		if !s.flavors.Delete(tx, c.Var("flavor_id")) {
			return fail.Missing("flavor", c.Var("flavor_id"))
		}
		return nil
	})
}

// extraSpecsList serves GET /flavors/{flavor_id}/os-extra_specs. API reference: Compute, "List Extra Specs For A Flavor".
func (s *Service) extraSpecsList(c *httpapi.Call) (extraSpecsBody, error) {
	f, err := s.flavorFor(c, s.db.View(), c.Var("flavor_id"))
	return extraSpecsBody{specsOf(f)}, err
}

// extraSpecsCreate serves POST /flavors/{flavor_id}/os-extra_specs. API reference: Compute, "Create Extra Specs For A Flavor".
func (s *Service) extraSpecsCreate(c *httpapi.Call) (extraSpecsBody, error) {
	value, err := c.Value()
	if err != nil {
		return extraSpecsBody{}, err
	}
	specs := textsOf(member(value, "extra_specs"))
	return extraSpecsBody{specs}, s.db.Update(func(tx *state.Tx) error {
		f, err := s.flavorFor(c, tx, c.Var("flavor_id"))
		if err != nil {
			return err
		}
		f.ExtraSpecs = maps.Clone(specsOf(f))
		maps.Copy(f.ExtraSpecs, specs)
		s.flavors.Put(tx, f)
		return nil
	})
}

// extraSpecsDelete serves DELETE /flavors/{flavor_id}/os-extra_specs/{key}. API reference: Compute, "Delete An Extra Spec For A
// Flavor".
func (s *Service) extraSpecsDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		f, err := s.flavorFor(c, tx, c.Var("flavor_id"))
		if err != nil {
			return err
		}
		if _, ok := f.ExtraSpecs[c.Var("key")]; !ok {
			return fail.New(fail.NotFound, "Flavor %s has no extra specs with key %s.", f.ID, c.Var("key"))
		}
		f.ExtraSpecs = maps.Clone(f.ExtraSpecs)
		delete(f.ExtraSpecs, c.Var("key"))
		s.flavors.Put(tx, f)
		return nil
	})
}
