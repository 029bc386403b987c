package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// domainCreate serves POST /v3/domains.
func (s *Service) domainCreate(c *httpapi.Call) (domainOut, error) {
	in, err := refOf(c, "domain")
	if err != nil {
		return domainOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return domainOut{}, err
	}
	id := in.text("explicit_domain_id")
	if id != "" && (len(id) != 32 || !isLowerHex(id)) {
		return domainOut{}, fail.New(fail.Invalid, "Domain ID does not conform to required UUID format.")
	}
	p := newProject(in.normalized())
	p.IsDomain = true
	delete(p.Extra, "explicit_domain_id")
	err = s.db.Update(func(tx *state.Tx) error { return s.addProject(tx, &p, id) })
	return domainOut{newDomainView(p, c.URL("/v3/domains"))}, err
}

// domainOf finds the domain of the path, which is the rule's target, so a missing one is found out first.
func (s *Service) domainOf(c *httpapi.Call, r state.Reader) (Project, error) {
	p, ok := s.domain(r, c.Var("domain_id"))
	if !ok {
		return p, fail.Missing("domain", c.Var("domain_id"))
	}
	return p, enforce(c, aboutDomain(p))
}

func aboutDomain(p Project) map[string]any {
	return map[string]any{"target.domain.id": p.ID, "target.domain.name": p.Name}
}

// domainUpdate serves PATCH /v3/domains/{domain_id}.
func (s *Service) domainUpdate(c *httpapi.Call) (domainOut, error) {
	in, err := refOf(c, "domain")
	if err != nil {
		return domainOut{}, err
	}
	var p Project
	err = s.db.Update(func(tx *state.Tx) error {
		if p, err = s.domainOf(c, tx); err != nil {
			return err
		}
		return s.changeProject(tx, &p, in)
	})
	return domainOut{newDomainView(p, c.URL("/v3/domains"))}, err
}

// domainDelete serves DELETE /v3/domains/{domain_id}.
func (s *Service) domainDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		p, err := s.domainOf(c, tx)
		if err != nil {
			return err
		}
		return s.deleteDomain(tx, p)
	})
}

// deleteDomain takes away a disabled domain with its projects, groups and users.
func (s *Service) deleteDomain(tx *state.Tx, domain Project) error {
	switch {
	case immutable(domain.Options):
		return immutableError("delete", "domain", domain.ID)
	case domain.Enabled:
		return fail.New(fail.Forbidden, "Cannot delete a domain that is enabled, please disable it first.")
	}
	projects := s.below(tx, domain.ID)
	for i := len(projects) - 1; i >= 0; i-- {
		if p := projects[i]; immutable(p.Options) {
			return immutableError("delete", "project", p.ID)
		}
		s.deleteProject(tx, projects[i].ID)
	}
	for _, g := range collect(s.groups.All(tx)) {
		if g.DomainID == domain.ID {
			s.deleteGroup(tx, g.ID)
		}
	}
	for _, u := range collect(s.users.All(tx)) {
		if u.DomainID == domain.ID {
			s.deleteUser(tx, u.ID)
		}
	}
	for _, p := range collect(s.identityProviders.All(tx)) {
		if p.DomainID == domain.ID {
			s.deleteIdentityProvider(tx, p.ID)
		}
	}
	for _, o := range s.optionsOf(tx, domain.ID, "", "") {
		s.domainOptions.Delete(tx, o.Key)
	}
	s.deleteProject(tx, domain.ID)
	return nil
}
