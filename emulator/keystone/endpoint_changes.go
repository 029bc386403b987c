package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

func endpointAttributes() []string {
	return []string{"id", "interface", "region_id", "service_id", "url", "legacy_endpoint_id", "enabled"}
}

// endpointCreate serves POST /v3/endpoints. A region by its old name is made if it is not there.
func (s *Service) endpointCreate(c *httpapi.Call) (endpointOut, error) {
	in, err := refOf(c, "endpoint")
	if err != nil {
		return endpointOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return endpointOut{}, err
	}
	if !in.has("url") {
		return endpointOut{}, expecting("url", "endpoint") // upstream fails with 500
	}
	if _, ok := format(in.text("url"), knownInURLs); !ok {
		return endpointOut{}, fail.New(fail.Invalid, "Cannot create an endpoint with an invalid URL: %s.", in.text("url"))
	}
	var e Endpoint
	err = s.db.Update(func(tx *state.Tx) error {
		e = Endpoint{Enabled: true}
		in := s.inRegion(tx, in.normalized())
		if err := s.checkEndpoint(tx, in); err != nil {
			return err
		}
		e.ID = s.ids.Hex()
		e.apply(in)
		s.endpoints.Put(tx, e)
		return nil
	})
	return endpointOut{newEndpointView(c, e)}, err
}

// knownInURLs are the names that a URL's template may have.
func knownInURLs(name string) (string, bool) {
	switch name {
	case "tenant_id", "project_id", "user_id", "compute_host", "public_endpoint":
		return "", true
	}
	return "", false
}

// inRegion takes a region by its old name for its id, and makes the region if there is none.
func (s *Service) inRegion(tx *state.Tx, in ref) ref {
	if in.get("region_id") != nil || in.get("region") == nil {
		return in
	}
	id := in.text("region")
	if !s.regions.Has(tx, id) {
		s.regions.Put(tx, Region{ID: id})
	}
	return ref{in.members.With("region_id", id)}
}

// checkEndpoint wants the region and the service that are named to be there.
func (s *Service) checkEndpoint(r state.Reader, in ref) error {
	if id := in.given("region_id"); id != nil && !s.regions.Has(r, *id) {
		return expecting("endpoint region_id", "region table")
	}
	if id := in.given("service_id"); id != nil && !s.services.Has(r, *id) {
		return expecting("endpoint service_id", "service table")
	}
	return nil
}

func (e *Endpoint) apply(in ref) {
	for name, field := range map[string]*string{
		"interface": &e.Interface, "region_id": &e.RegionID, "service_id": &e.ServiceID, "url": &e.URL,
	} {
		if in.has(name) {
			*field = in.text(name)
		}
	}
	e.Enabled = in.flag("enabled", e.Enabled)
	e.Extra = in.extra(e.Extra, endpointAttributes()...)
	delete(e.Extra, "region") // shown from the region's id
}

// endpointUpdate serves PATCH /v3/endpoints/{endpoint_id}.
func (s *Service) endpointUpdate(c *httpapi.Call) (endpointOut, error) {
	in, err := refOf(c, "endpoint")
	if err != nil {
		return endpointOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return endpointOut{}, err
	}
	var e Endpoint
	err = s.db.Update(func(tx *state.Tx) error {
		if err := in.matches(c.Var("endpoint_id")); err != nil {
			return err
		}
		in := s.inRegion(tx, in)
		if err := s.checkEndpoint(tx, in); err != nil {
			return err
		}
		var ok bool
		if e, ok = s.endpoints.Get(tx, c.Var("endpoint_id")); !ok {
			return fail.Missing("endpoint", c.Var("endpoint_id"))
		}
		e.apply(in)
		s.endpoints.Put(tx, e)
		return nil
	})
	return endpointOut{newEndpointView(c, e)}, err
}

// endpointDelete serves DELETE /v3/endpoints/{endpoint_id}.
func (s *Service) endpointDelete(c *httpapi.Call) error {
	if err := enforce(c, nil); err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		id := c.Var("endpoint_id")
		if !s.endpoints.Delete(tx, id) {
			return fail.Missing("endpoint", id)
		}
		deleteWhere(tx, s.projectEndpoints, s.projectEndpoints.All(tx), func(p *projectEndpoint) bool { return p.EndpointID == id })
		return nil
	})
}
