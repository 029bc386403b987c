package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type domainOut struct {
	Domain domainView `json:"domain"`
}

type domainsOut struct {
	Domains   []domainView `json:"domains"`
	Links     listLinks    `json:"links"`
	Truncated bool         `json:"truncated,omitempty"`
}

// domainList serves GET /v3/domains.
func (s *Service) domainList(c *httpapi.Call) (domainsOut, error) {
	if err := s.checkQuery(c, domainListQuery); err != nil {
		return domainsOut{}, err
	}
	if err := enforce(c, aboutCaller(c, "target.domain.id")); err != nil {
		return domainsOut{}, err
	}
	rows := selected(s.projects.All(s.db.View()), filtersOf(c, "name", "enabled"))
	rows = keep(rows, func(p *Project) bool {
		return p.IsDomain && (c.Auth.DomainID == "" || p.ID == c.Auth.DomainID)
	})
	p, err := paged(s, c, rows, func(p *Project) string { return p.ID })
	return domainsOut{views(p.rows, c.URL("/v3/domains"), newDomainView), p.links, p.truncated}, err
}

// domainShow serves GET /v3/domains/{domain_id}.
func (s *Service) domainShow(c *httpapi.Call) (domainOut, error) {
	p, ok := s.domain(s.db.View(), c.Var("domain_id"))
	var known map[string]any
	if ok {
		known = map[string]any{"target.domain.id": p.ID, "target.domain.name": p.Name}
	}
	if err := enforce(c, known); err != nil {
		return domainOut{}, err
	}
	if !ok {
		return domainOut{}, fail.Missing("domain", c.Var("domain_id"))
	}
	return domainOut{newDomainView(p, c.URL("/v3/domains"))}, nil
}

// authDomainList serves GET /v3/auth/domains: what the caller could get a token for.
func (s *Service) authDomainList(c *httpapi.Call) (domainsOut, error) {
	if err := enforce(c, nil); err != nil {
		return domainsOut{}, err
	}
	view := s.db.View()
	rows := keep(collect(s.projects.All(view)), func(p *Project) bool {
		return p.IsDomain && len(s.rolesOn(view, c.Auth.UserID, targetOf(*p))) > 0
	})
	return domainsOut{Domains: views(rows, c.URL("/v3/domains"), newDomainView), Links: linksOf(c)}, nil
}
