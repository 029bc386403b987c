package keystone

import (
	"cmp"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Grants are role assignments by their paths: a user or a group, on a project, a domain or the system, directly or for
// what is below. One set of handlers serves them all; what is meant is in the path.

// grantOf reads the path; what it names need not be there.
func grantOf(c *httpapi.Call) assignment {
	who := actor{user, c.Var("user_id")}
	if who.ID == "" {
		who = actor{group, c.Var("group_id")}
	}
	on := target{Kind: onSystem}
	switch {
	case c.Var("domain_id") != "":
		on = target{onDomain, c.Var("domain_id")}
	case c.Var("project_id") != "":
		on = target{onProject, c.Var("project_id")}
	}
	return newAssignment(who, on, c.Var("role_id"), strings.HasSuffix(c.Path, "/inherited_to_projects"))
}

// grantable checks the rule for a grant and finds its parts. The rule's target is made of them, so what is missing is
// found out first, in an order that depends on the path; under OS-INHERIT it is found out after the rule. Roles can be
// taken from users and groups that are gone.
func (s *Service) grantable(c *httpapi.Call, r state.Reader, deleting bool) (assignment, error) {
	a := grantOf(c)
	known := map[string]any{}
	var missing []error
	look := func(ok bool, kind, id string, about map[string]any) {
		if !ok {
			missing = append(missing, fail.Missing(kind, id))
		}
		for name, value := range about {
			known[name] = value
		}
	}
	lookTarget := func() {
		switch a.Target.Kind {
		case onDomain:
			p, ok := s.domain(r, a.Target.ID)
			look(ok, "domain", a.Target.ID, aboutDomain(p))
		case onProject:
			p, ok := s.projects.Get(r, a.Target.ID)
			look(ok, "project", a.Target.ID, aboutProject(p, ok))
		}
	}
	if a.Target.Kind == onDomain {
		lookTarget()
	}
	if a.RoleID != "" {
		role, ok := s.roles.Get(r, a.RoleID)
		look(ok, "role", a.RoleID, aboutRole(role))
	}
	if a.Actor.Kind == user {
		u, ok := s.users.Get(r, a.Actor.ID)
		look(ok || deleting, "user", a.Actor.ID, aboutUser(u, ok))
	} else {
		g, ok := s.groups.Get(r, a.Actor.ID)
		look(ok || deleting, "group", a.Actor.ID, aboutGroup(g, ok))
	}
	if a.Target.Kind == onProject {
		lookTarget()
	}
	late := strings.Contains(c.Path, "/OS-INHERIT/")
	if len(missing) > 0 && !late {
		return a, missing[0]
	}
	if err := enforce(c, known); err != nil {
		return a, err
	}
	for _, err := range missing { // Quirk: OS-INHERIT does not look for the user or the group
		if kind := fail.As(err).Resource; kind == "role" || kind != "user" && kind != "group" && !deleting {
			return a, err
		}
	}
	return a, nil
}

func noGrant(a assignment) error {
	return fail.New(fail.NotFound, "Could not find role assignment with role: %s, user or group: %s, project, domain, or "+
		"system: %s.", a.RoleID, a.Actor.ID, cmp.Or(a.Target.ID, "system"))
}

// grantList serves GET of the roles that somebody was given on something.
func (s *Service) grantList(c *httpapi.Call) (rolesOut, error) {
	view := s.db.View()
	a, err := s.grantable(c, view, false)
	if err != nil {
		return rolesOut{}, err
	}
	out := rolesOut{Roles: []roleView{}, Links: linksOf(c)}
	for given := range s.assignments.WithPrefix(view, grantsPrefix(a.Actor, a.Target)) {
		if role, ok := s.roles.Get(view, given.RoleID); ok && given.Inherited == a.Inherited {
			out.Roles = append(out.Roles, newRoleView(role, c.URL("/v3/roles")))
		}
	}
	return out, nil
}

// grantCheck serves GET of one of them.
func (s *Service) grantCheck(c *httpapi.Call) error {
	view := s.db.View()
	a, err := s.grantable(c, view, false)
	if err == nil && !s.assignments.Has(view, a.Key) {
		err = noGrant(a)
	}
	return err
}

// grantSet serves PUT: whoever has the role already keeps it.
func (s *Service) grantSet(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		a, err := s.grantable(c, tx, false)
		if err != nil {
			return err
		}
		role, _ := s.roles.Get(tx, a.RoleID)
		project, _ := s.projects.Get(tx, a.Target.ID)
		switch {
		case role.DomainID != "" && a.Target.Kind == onSystem:
			return fail.New(fail.Invalid, "Role %s is a domain-specific role. Unable to use a domain-specific role in a system "+
				"assignment.", role.ID)
		case role.DomainID != "" && a.Target.Kind == onProject && project.DomainID != role.DomainID:
			return fail.New(fail.Forbidden, "Project %s must be in the same domain as the role %s being assigned.",
				project.ID, role.ID)
		}
		if !s.assignments.Has(tx, a.Key) {
			s.assignments.Put(tx, a)
		}
		return nil
	})
}

// grantDelete serves DELETE: of users and groups that are gone, too.
func (s *Service) grantDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		a, err := s.grantable(c, tx, true)
		if err == nil && !s.assignments.Delete(tx, a.Key) {
			err = noGrant(a)
		}
		return err
	})
}
