package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

func regionAttributes() []string { return []string{"id", "description", "parent_region_id"} }

// regionCreate serves POST /v3/regions, and PUT /v3/regions/{region_id}, which says the id.
func (s *Service) regionCreate(c *httpapi.Call) (regionOut, error) {
	in, err := refOf(c, "region")
	if err != nil {
		return regionOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return regionOut{}, err
	}
	in = in.normalized()
	r := Region{
		ID: in.text("id"), Description: in.text("description"), ParentRegionID: in.text("parent_region_id"),
		Extra: in.extra(nil, regionAttributes()...),
	}
	if asked := c.Var("region_id"); asked != "" {
		if in.has("id") && r.ID != asked {
			return regionOut{}, fail.New(fail.Invalid, "Conflicting region IDs specified: \"%s\" != \"%s\"", asked, r.ID)
		}
		r.ID = asked
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if r.ID != "" && s.regions.Has(tx, r.ID) {
			return conflict("region", "Duplicate ID, %s.", r.ID)
		}
		if r.ParentRegionID != "" && !s.regions.Has(tx, r.ParentRegionID) {
			return fail.Missing("region", r.ParentRegionID)
		}
		if r.ID == "" {
			r.ID = s.ids.Hex()
		}
		s.regions.Put(tx, r)
		return nil
	})
	return regionOut{newRegionView(r, c.URL("/v3/regions"))}, err
}

// regionUpdate serves PATCH /v3/regions/{region_id}.
func (s *Service) regionUpdate(c *httpapi.Call) (regionOut, error) {
	in, err := refOf(c, "region")
	if err != nil {
		return regionOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return regionOut{}, err
	}
	var r Region
	err = s.db.Update(func(tx *state.Tx) error {
		if err := in.matches(c.Var("region_id")); err != nil {
			return err
		}
		parent := in.text("parent_region_id")
		if parent != "" && !s.regions.Has(tx, parent) {
			return fail.Missing("region", parent)
		}
		var ok bool
		if r, ok = s.regions.Get(tx, c.Var("region_id")); !ok {
			return fail.Missing("region", c.Var("region_id"))
		}
		if in.has("parent_region_id") {
			r.ParentRegionID = parent
		}
		if s.circular(tx, r) {
			return fail.New(fail.Invalid, "The specified parent region %s would create a circular region hierarchy.", r.ID)
		}
		if in.has("description") {
			r.Description = in.text("description")
		}
		r.Extra = in.extra(r.Extra, regionAttributes()...)
		s.regions.Put(tx, r)
		return nil
	})
	return regionOut{newRegionView(r, c.URL("/v3/regions"))}, err
}

// circular tells whether a region would be above itself. No such circle is in the table.
func (s *Service) circular(r state.Reader, region Region) bool {
	for at := region.ParentRegionID; at != ""; {
		if at == region.ID {
			return true
		}
		above, _ := s.regions.Get(r, at)
		at = above.ParentRegionID
	}
	return false
}

// regionDelete serves DELETE /v3/regions/{region_id}: with all regions within, unless there are endpoints in one.
func (s *Service) regionDelete(c *httpapi.Call) error {
	if err := enforce(c, nil); err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		id := c.Var("region_id")
		if !s.regions.Has(tx, id) {
			return fail.Missing("region", id)
		}
		within := s.within(tx, id)
		for e := range s.endpoints.All(tx) {
			if within[e.RegionID] {
				return fail.New(fail.Forbidden, "Unable to delete region %s because it or its child regions have associated "+
					"endpoints.", id)
			}
		}
		deleteWhere(tx, s.regions, s.regions.All(tx), func(r *Region) bool { return within[r.ID] })
		return nil
	})
}

// within are the ids of a region and of all regions below it.
func (s *Service) within(r state.Reader, id string) map[string]bool {
	found := map[string]bool{id: true}
	for before := 0; before < len(found); {
		before = len(found)
		for region := range s.regions.All(r) {
			if found[region.ParentRegionID] {
				found[region.ID] = true
			}
		}
	}
	return found
}
