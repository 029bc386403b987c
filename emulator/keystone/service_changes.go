package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

func serviceAttributes() []string { return []string{"id", "type", "enabled"} }

// serviceCreate serves POST /v3/services.
func (s *Service) serviceCreate(c *httpapi.Call) (serviceOut, error) {
	in, err := refOf(c, "service")
	if err != nil {
		return serviceOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return serviceOut{}, err
	}
	in = in.normalized()
	if !in.has("type") {
		return serviceOut{}, expecting("type", "service") // upstream fails with 500
	}
	made := CatalogService{
		ID: s.ids.Hex(), Type: in.text("type"), Enabled: in.flag("enabled", true),
		Extra: in.extra(map[string]any{"name": ""}, serviceAttributes()...),
	}
	err = s.db.Update(func(tx *state.Tx) error {
		s.services.Put(tx, made)
		return nil
	})
	return serviceOut{newServiceView(made, c.URL("/v3/services"))}, err
}

// serviceUpdate serves PATCH /v3/services/{service_id}.
func (s *Service) serviceUpdate(c *httpapi.Call) (serviceOut, error) {
	in, err := refOf(c, "service")
	if err != nil {
		return serviceOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return serviceOut{}, err
	}
	var service CatalogService
	err = s.db.Update(func(tx *state.Tx) error {
		if err := in.matches(c.Var("service_id")); err != nil {
			return err
		}
		var ok bool
		if service, ok = s.services.Get(tx, c.Var("service_id")); !ok {
			return fail.Missing("service", c.Var("service_id"))
		}
		if in.has("type") {
			service.Type = in.text("type")
		}
		service.Enabled = in.flag("enabled", service.Enabled)
		service.Extra = in.extra(service.Extra, serviceAttributes()...)
		s.services.Put(tx, service)
		return nil
	})
	return serviceOut{newServiceView(service, c.URL("/v3/services"))}, err
}

// serviceDelete serves DELETE /v3/services/{service_id}, with the service's endpoints.
func (s *Service) serviceDelete(c *httpapi.Call) error {
	if err := enforce(c, nil); err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		id := c.Var("service_id")
		if !s.services.Delete(tx, id) {
			return fail.Missing("service", id)
		}
		deleteWhere(tx, s.endpoints, s.endpoints.All(tx), func(e *Endpoint) bool { return e.ServiceID == id })
		return nil
	})
}
