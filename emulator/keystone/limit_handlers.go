package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type limitOut struct {
	Limit limitView `json:"limit"`
}

type limitsOut struct {
	Limits    []limitView `json:"limits"`
	Links     *listLinks  `json:"links,omitempty"` // not where limits were made
	Truncated bool        `json:"truncated,omitempty"`
}

type limitModelOut struct {
	Model struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	} `json:"model"`
}

// limitModelShow serves GET /v3/limits/model.
func (s *Service) limitModelShow(c *httpapi.Call) (limitModelOut, error) {
	var out limitModelOut
	out.Model.Name = "flat"
	out.Model.Description = "Limit enforcement and validation does not take project hierarchy into consideration."
	return out, enforce(c, nil)
}

// limitList serves GET /v3/limits: all of them for who administers or is a service, those of the token's domain or project
// for others. Before Gazpacho there were no others than who administers the system (testdata/recorded/limits.json).
func (s *Service) limitList(c *httpapi.Call) (limitsOut, error) {
	if err := s.checkQuery(c, limitListQuery); err != nil {
		return limitsOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return limitsOut{}, err
	}
	view := s.db.View()
	filters := filtersOf(c, "service_id", "region_id", "resource_name", "project_id", "domain_id")
	var rows []limitRow
	for l := range s.limits.All(view) {
		row, _ := s.limitRow(view, l.ID)
		if passes[limitRow](&row, filters) && s.seesLimit(c.Auth, view, l) {
			rows = append(rows, row)
		}
	}
	p, err := paged(s, c, rows, func(l *limitRow) string { return l.ID })
	return limitsOut{views(p.rows, c.URL("/v3/limits"), newLimitView), &p.links, p.truncated}, err
}

func (s *Service) seesLimit(id *httpapi.Identity, r state.Reader, l Limit) bool {
	switch {
	case id.System, (id.Has("admin") || id.Has("service")) && s.release.AtLeast(release.Gazpacho):
		return true
	case id.DomainID != "" && l.ProjectID != "":
		p, _ := s.projects.Get(r, l.ProjectID)
		return p.DomainID == id.DomainID
	case id.DomainID != "":
		return l.DomainID == id.DomainID
	}
	return id.ProjectID != "" && l.ProjectID == id.ProjectID
}

func noLimit(id string) error { return fail.New(fail.NotFound, "Could not find limit for %s.", id) }

// limitShow serves GET /v3/limits/{limit_id}.
func (s *Service) limitShow(c *httpapi.Call) (limitOut, error) {
	view := s.db.View()
	l, ok := s.limitRow(view, c.Var("limit_id"))
	var known map[string]any
	if ok {
		known = map[string]any{"target.limit.project_id": nullable(l.ProjectID), "target.limit.domain_id": nullable(l.DomainID)}
		if p, ok := s.projects.Get(view, l.ProjectID); ok {
			known["target.limit.project.domain_id"] = nullable(p.DomainID)
		} else if l.DomainID != "" {
			known["target.limit.domain.id"] = l.DomainID
		}
	}
	if err := enforce(c, known); err != nil {
		return limitOut{}, err
	}
	if !ok {
		return limitOut{}, noLimit(c.Var("limit_id"))
	}
	return limitOut{newLimitView(l, c.URL("/v3/limits"))}, nil
}

// refsOf reads the things that a body lists.
func refsOf(c *httpapi.Call, name string) ([]ref, error) {
	body, err := c.Value()
	if err != nil {
		return nil, err
	}
	d, _ := body.(schema.Dict)
	list, _ := d.Get(name)
	items, _ := list.(schema.List)
	refs := make([]ref, 0, len(items))
	for _, item := range items {
		d, _ := dig(item)
		refs = append(refs, ref{d}.normalized())
	}
	return refs, nil
}

// limitCreate serves POST /v3/limits: all of them, or none.
func (s *Service) limitCreate(c *httpapi.Call) (limitsOut, error) {
	refs, err := refsOf(c, "limits")
	if err != nil {
		return limitsOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return limitsOut{}, err
	}
	var rows []limitRow
	err = s.db.Update(func(tx *state.Tx) error {
		for i := range refs {
			if err := s.checkLimited(tx, &refs[i], "limit"); err != nil {
				return err
			}
		}
		for _, in := range refs {
			row, err := s.addLimit(tx, in)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return nil
	})
	return limitsOut{Limits: views(rows, c.URL("/v3/limits"), newLimitView)}, err
}

// checkLimited wants what a limit is about to be there. A project that acts as a domain counts as one.
func (s *Service) checkLimited(r state.Reader, in *ref, kind string) error {
	if id := in.given("service_id"); id != nil && !s.services.Has(r, *id) {
		return expecting("service_id", kind)
	}
	if id := in.given("region_id"); id != nil && !s.regions.Has(r, *id) {
		return expecting("region_id", kind)
	}
	if id := in.given("project_id"); id != nil {
		p, ok := s.projects.Get(r, *id)
		if !ok {
			return expecting("project_id", kind)
		}
		if p.IsDomain {
			in.members = in.members.With("project_id", nil).With("domain_id", p.ID)
		}
	}
	if id := in.given("domain_id"); id != nil {
		if _, ok := s.domain(r, *id); !ok {
			return expecting("domain_id", kind)
		}
	}
	return nil
}

func (s *Service) addLimit(tx *state.Tx, in ref) (limitRow, error) {
	of, ok := s.registered(tx, in.text("service_id"), in.text("region_id"), in.text("resource_name"))
	if !ok {
		return limitRow{}, fail.New(fail.Forbidden, "Unable to create a limit that has no corresponding registered limit.")
	}
	l := Limit{
		ID: s.ids.Hex(), ProjectID: in.text("project_id"), DomainID: in.text("domain_id"), RegisteredID: of.ID,
		ResourceLimit: in.number("resource_limit"), Description: in.given("description"),
	}
	for other := range s.limits.All(tx) {
		if other.RegisteredID == of.ID && other.ProjectID == l.ProjectID && other.DomainID == l.DomainID {
			return limitRow{}, conflict("limit", "Duplicate entry")
		}
	}
	s.limits.Put(tx, l)
	return limitRow{l, of}, nil
}

// registered finds what is registered for a resource of a service in a region, "" for none.
func (s *Service) registered(r state.Reader, service, region, resource string) (RegisteredLimit, bool) {
	for l := range s.registeredLimits.All(r) {
		if l.ServiceID == service && l.RegionID == region && l.ResourceName == resource {
			return l, true
		}
	}
	return RegisteredLimit{}, false
}

// limitOf finds the limit of the path, which is the rule's target, so a missing one is found out first.
func (s *Service) limitOf(c *httpapi.Call, r state.Reader) (limitRow, error) {
	l, ok := s.limitRow(r, c.Var("limit_id"))
	if !ok {
		return l, noLimit(c.Var("limit_id"))
	}
	return l, enforce(c, nil)
}

// limitUpdate serves PATCH /v3/limits/{limit_id}.
// Quirk: a limit cannot be made 0, nor its description empty.
func (s *Service) limitUpdate(c *httpapi.Call) (limitOut, error) {
	in, err := refOf(c, "limit")
	if err != nil {
		return limitOut{}, err
	}
	var l limitRow
	err = s.db.Update(func(tx *state.Tx) error {
		if l, err = s.limitOf(c, tx); err != nil {
			return err
		}
		if n := in.number("resource_limit"); n != 0 {
			l.ResourceLimit = n
		}
		if in.text("description") != "" {
			l.Description = in.given("description")
		}
		s.limits.Put(tx, l.Limit)
		return nil
	})
	return limitOut{newLimitView(l, c.URL("/v3/limits"))}, err
}

// limitDelete serves DELETE /v3/limits/{limit_id}.
func (s *Service) limitDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		l, err := s.limitOf(c, tx)
		if err == nil {
			s.limits.Delete(tx, l.ID)
		}
		return err
	})
}
