package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type registeredLimitOut struct {
	RegisteredLimit registeredLimitView `json:"registered_limit"`
}

type registeredLimitsOut struct {
	RegisteredLimits []registeredLimitView `json:"registered_limits"`
	Links            *listLinks            `json:"links,omitempty"` // not where limits were registered
	Truncated        bool                  `json:"truncated,omitempty"`
}

// registeredLimitList serves GET /v3/registered_limits.
func (s *Service) registeredLimitList(c *httpapi.Call) (registeredLimitsOut, error) {
	if err := s.checkQuery(c, registeredLimitListQuery); err != nil {
		return registeredLimitsOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return registeredLimitsOut{}, err
	}
	rows := selected(s.registeredLimits.All(s.db.View()), filtersOf(c, "service_id", "region_id", "resource_name"))
	p, err := paged(s, c, rows, func(l *RegisteredLimit) string { return l.ID })
	return registeredLimitsOut{views(p.rows, c.URL("/v3/registered_limits"), newRegisteredLimitView), &p.links, p.truncated}, err
}

// registeredLimit finds the limit of the path, once the caller may ask about it.
func (s *Service) registeredLimit(c *httpapi.Call, r state.Reader) (RegisteredLimit, error) {
	if err := enforce(c, nil); err != nil {
		return RegisteredLimit{}, err
	}
	l, ok := s.registeredLimits.Get(r, c.Var("registered_limit_id"))
	if !ok {
		return l, fail.New(fail.NotFound, "Could not find registered limit for %s.", c.Var("registered_limit_id"))
	}
	return l, nil
}

// registeredLimitShow serves GET /v3/registered_limits/{registered_limit_id}.
func (s *Service) registeredLimitShow(c *httpapi.Call) (registeredLimitOut, error) {
	l, err := s.registeredLimit(c, s.db.View())
	return registeredLimitOut{newRegisteredLimitView(l, c.URL("/v3/registered_limits"))}, err
}

// registeredLimitCreate serves POST /v3/registered_limits: all of them, or none.
func (s *Service) registeredLimitCreate(c *httpapi.Call) (registeredLimitsOut, error) {
	refs, err := refsOf(c, "registered_limits")
	if err != nil {
		return registeredLimitsOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return registeredLimitsOut{}, err
	}
	var rows []RegisteredLimit
	err = s.db.Update(func(tx *state.Tx) error {
		for i := range refs {
			if err := s.checkLimited(tx, &refs[i], "registered_limit"); err != nil {
				return err
			}
		}
		for _, in := range refs {
			l := RegisteredLimit{
				ID: s.ids.Hex(), ServiceID: in.text("service_id"), RegionID: in.text("region_id"),
				ResourceName: in.text("resource_name"), DefaultLimit: in.number("default_limit"), Description: in.given("description"),
			}
			if _, taken := s.registered(tx, l.ServiceID, l.RegionID, l.ResourceName); taken {
				return conflict("registered_limit", "Duplicate entry")
			}
			s.registeredLimits.Put(tx, l)
			rows = append(rows, l)
		}
		return nil
	})
	return registeredLimitsOut{RegisteredLimits: views(rows, c.URL("/v3/registered_limits"), newRegisteredLimitView)}, err
}

// unused refuses to touch what is registered and has limits of projects.
func (s *Service) unused(r state.Reader, id string) error {
	for l := range s.limits.All(r) {
		if l.RegisteredID == id {
			return fail.New(fail.Forbidden, "Unable to update or delete registered limit %s because there are project limits "+
				"associated with it.", id)
		}
	}
	return nil
}

// registeredLimitUpdate serves PATCH /v3/registered_limits/{registered_limit_id}.
// Quirk: to name the same service, region or resource again is a conflict with itself.
func (s *Service) registeredLimitUpdate(c *httpapi.Call) (registeredLimitOut, error) {
	in, err := refOf(c, "registered_limit")
	if err != nil {
		return registeredLimitOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return registeredLimitOut{}, err
	}
	var l RegisteredLimit
	err = s.db.Update(func(tx *state.Tx) error {
		if err := in.matches(c.Var("registered_limit_id")); err != nil {
			return err
		}
		if err := s.checkLimited(tx, &in, "registered_limit"); err != nil {
			return err
		}
		if l, err = s.registeredLimit(c, tx); err != nil {
			return err
		}
		if err := s.unused(tx, l.ID); err != nil {
			return err
		}
		for name, field := range map[string]*string{"service_id": &l.ServiceID, "region_id": &l.RegionID, "resource_name": &l.ResourceName} {
			if in.has(name) {
				*field = in.text(name)
			}
		}
		if _, taken := s.registered(tx, l.ServiceID, l.RegionID, l.ResourceName); taken &&
			(in.has("service_id") || in.has("region_id") || in.has("resource_name")) {
			return conflict("registered_limit", "Duplicate entry")
		}
		if in.has("default_limit") {
			l.DefaultLimit = in.number("default_limit")
		}
		if in.has("description") {
			l.Description = in.given("description")
		}
		s.registeredLimits.Put(tx, l)
		return nil
	})
	return registeredLimitOut{newRegisteredLimitView(l, c.URL("/v3/registered_limits"))}, err
}

// registeredLimitDelete serves DELETE /v3/registered_limits/{registered_limit_id}.
func (s *Service) registeredLimitDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		l, err := s.registeredLimit(c, tx)
		if err == nil {
			err = s.unused(tx, l.ID)
		}
		if err == nil {
			s.registeredLimits.Delete(tx, l.ID)
		}
		return err
	})
}
