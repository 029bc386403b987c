package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

func roleAttributes() []string { return []string{"id", "name", "domain_id", "description", "options"} }

// roleNamed tells whether a domain, or "" for all of them, has a role of the name other than the one with the id.
func (s *Service) roleNamed(r state.Reader, domain, name, but string) bool {
	for role := range s.roles.All(r) {
		if role.DomainID == domain && role.Name == name && role.ID != but {
			return true
		}
	}
	return false
}

// roleCreate serves POST /v3/roles. Roles of domains have a rule of their own.
func (s *Service) roleCreate(c *httpapi.Call) (roleOut, error) {
	in, err := refOf(c, "role")
	if err != nil {
		return roleOut{}, err
	}
	rule, known := c.Policy, map[string]any(nil)
	if in.text("domain_id") != "" {
		rule, known = "identity:create_domain_role", aboutRef("role", in)
	}
	if err := enforceRule(c, rule, known); err != nil {
		return roleOut{}, err
	}
	in = in.normalized()
	r := Role{
		Name: in.text("name"), DomainID: in.text("domain_id"), Description: in.given("description"),
		Options: in.options(nil), Extra: in.extra(nil, roleAttributes()...),
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if s.roleNamed(tx, r.DomainID, r.Name, "") {
			return duplicate("role", r.Name, r.DomainID)
		}
		r.ID = s.ids.Hex()
		s.roles.Put(tx, r)
		return nil
	})
	return roleOut{newRoleView(r, c.URL("/v3/roles"))}, err
}

// ownRole finds the role of the path and checks the rule for it: one for global roles, one for those of domains. A
// missing role is found out first.
func (s *Service) ownRole(c *httpapi.Call, r state.Reader, domainRule string) (Role, error) {
	role, ok := s.roles.Get(r, c.Var("role_id"))
	if !ok {
		return role, fail.Missing("role", c.Var("role_id"))
	}
	rule := c.Policy
	if role.DomainID != "" {
		rule = domainRule
	}
	return role, enforceRule(c, rule, aboutRole(role))
}

func aboutRole(r Role) map[string]any {
	return map[string]any{
		"target.role.id": r.ID, "target.role.name": r.Name, "target.role.domain_id": nullable(r.DomainID),
	}
}

// roleUpdate serves PATCH /v3/roles/{role_id}.
func (s *Service) roleUpdate(c *httpapi.Call) (roleOut, error) {
	in, err := refOf(c, "role")
	if err != nil {
		return roleOut{}, err
	}
	var r Role
	err = s.db.Update(func(tx *state.Tx) error {
		if r, err = s.ownRole(c, tx, "identity:update_domain_role"); err != nil {
			return err
		}
		if err := in.matches(r.ID); err != nil {
			return err
		}
		if err := changeable(r.Options, in, "role", r.ID); err != nil {
			return err
		}
		if in.has("domain_id") && in.text("domain_id") != r.DomainID {
			return fail.New(fail.Invalid, "Update of `domain_id` is not allowed.")
		}
		if in.has("name") {
			if r.Name = in.text("name"); s.roleNamed(tx, r.DomainID, r.Name, r.ID) {
				return duplicate("role", r.Name, in.text("domain_id"))
			}
		}
		if in.has("description") {
			r.Description = in.given("description")
		}
		r.Options = in.options(r.Options)
		r.Extra = in.extra(r.Extra, roleAttributes()...)
		s.roles.Put(tx, r)
		return nil
	})
	return roleOut{newRoleView(r, c.URL("/v3/roles"))}, err
}

// roleDelete serves DELETE /v3/roles/{role_id}. Assignments and inferences of the role go with it, and so do the
// application credentials of users who were given it on a project, for that project.
func (s *Service) roleDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		r, err := s.ownRole(c, tx, "identity:delete_domain_role")
		if err != nil {
			return err
		}
		if immutable(r.Options) {
			return immutableError("delete", "role", r.ID)
		}
		bereft := map[[2]string]bool{}
		s.deleteAssignments(tx, func(a *assignment) bool {
			if a.RoleID == r.ID && a.Actor.Kind == user && a.Target.Kind == onProject {
				bereft[[2]string{a.Actor.ID, a.Target.ID}] = true
			}
			return a.RoleID == r.ID
		})
		deleteWhere(tx, s.credentials, s.credentials.All(tx), func(a *ApplicationCredential) bool {
			return bereft[[2]string{a.UserID, a.ProjectID}]
		})
		deleteWhere(tx, s.inferences, s.inferences.All(tx), func(i *inference) bool {
			return i.Prior == r.ID || i.Implied == r.ID
		})
		s.roles.Delete(tx, r.ID)
		return nil
	})
}
