package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type roleOut struct {
	Role roleView `json:"role"`
}

type rolesOut struct {
	Roles     []roleView `json:"roles"`
	Links     listLinks  `json:"links"`
	Truncated bool       `json:"truncated,omitempty"`
}

// roleList serves GET /v3/roles: the global roles, or with domain_id those of a domain, under a rule of their own.
func (s *Service) roleList(c *httpapi.Call) (rolesOut, error) {
	if err := s.checkQuery(c, roleListQuery); err != nil {
		return rolesOut{}, err
	}
	domain := c.Query().Get("domain_id")
	rule := c.Policy
	if domain != "" {
		rule = "identity:list_domain_roles"
	}
	if err := enforceRule(c, rule, nil); err != nil {
		return rolesOut{}, err
	}
	rows := selected(s.roles.All(s.db.View()), filtersOf(c, "name"))
	rows = keep(rows, func(r *Role) bool { return r.DomainID == domain })
	p, err := paged(s, c, rows, func(r *Role) string { return r.ID })
	return rolesOut{views(p.rows, c.URL("/v3/roles"), newRoleView), p.links, p.truncated}, err
}

// roleShow serves GET /v3/roles/{role_id}. The rule's target is the role itself, so a missing one is found out first.
func (s *Service) roleShow(c *httpapi.Call) (roleOut, error) {
	r, ok := s.roles.Get(s.db.View(), c.Var("role_id"))
	if !ok {
		return roleOut{}, fail.Missing("role", c.Var("role_id"))
	}
	rule := c.Policy
	if r.DomainID != "" {
		rule = "identity:get_domain_role"
	}
	if err := enforceRule(c, rule, map[string]any{"target.role.name": r.Name}); err != nil {
		return roleOut{}, err
	}
	return roleOut{newRoleView(r, c.URL("/v3/roles"))}, nil
}

// inferenceView says what one role implies.
type inferenceView struct {
	PriorRole roleRef   `json:"prior_role"`
	Implies   []roleRef `json:"implies"`
}

type roleRef struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Links selfLink `json:"links"`
}

type inferenceOut struct {
	RoleInference inferenceView `json:"role_inference"`
	Links         selfLink      `json:"links"`
}

type inferencesOut struct {
	RoleInferences []inferenceView `json:"role_inferences"`
}

// roleImpliedList serves GET /v3/roles/{prior_role_id}/implies.
func (s *Service) roleImpliedList(c *httpapi.Call) (inferenceOut, error) {
	view := s.db.View()
	prior, ok := s.roles.Get(view, c.Var("prior_role_id"))
	if !ok {
		return inferenceOut{}, fail.Missing("role", c.Var("prior_role_id"))
	}
	if err := enforce(c, nil); err != nil {
		return inferenceOut{}, err
	}
	return inferenceOut{s.inferenceView(c, view, prior), selfLink{c.URL("/v3/roles/" + prior.ID + "/implies")}}, nil
}

// roleInferenceList serves GET /v3/role_inferences.
func (s *Service) roleInferenceList(c *httpapi.Call) (inferencesOut, error) {
	if err := enforce(c, nil); err != nil {
		return inferencesOut{}, err
	}
	view := s.db.View()
	out := inferencesOut{RoleInferences: []inferenceView{}}
	for prior := range s.roles.All(view) {
		if v := s.inferenceView(c, view, prior); len(v.Implies) > 0 {
			out.RoleInferences = append(out.RoleInferences, v)
		}
	}
	return out, nil
}

func (s *Service) inferenceView(c *httpapi.Call, r state.Reader, prior Role) inferenceView {
	ref := func(role Role) roleRef { return roleRef{role.ID, role.Name, selfLink{c.URL("/v3/roles/" + role.ID)}} }
	v := inferenceView{PriorRole: ref(prior), Implies: []roleRef{}}
	for rule := range s.inferences.WithPrefix(r, keyOf(prior.ID, "")) {
		if implied, ok := s.roles.Get(r, rule.Implied); ok {
			v.Implies = append(v.Implies, ref(implied))
		}
	}
	return v
}
