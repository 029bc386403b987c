package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// assignmentView shows a grant. Its links lead to the assignments that it comes from.
func (s *Service) assignmentView(c *httpapi.Call, r state.Reader, g grant, names bool) roleAssignmentView {
	v := roleAssignmentView{Role: s.roleName(r, g.role, names)}
	from := g.on
	if g.above.Kind != "" {
		from = g.above
	}
	link := "/system"
	if from.Kind != onSystem {
		link = "/" + string(from.Kind) + "s/" + from.ID
	}
	switch g.on.Kind {
	case onProject:
		v.Scope.Project = s.projectName(r, g.on.ID, names)
	case onDomain:
		v.Scope.Domain = s.projectName(r, g.on.ID, names)
		v.Scope.Domain.Domain = nil
	case onSystem:
		v.Scope.System = map[string]bool{"all": true}
	}
	switch {
	case g.who.Kind == group:
		v.Group = s.groupName(r, g.who.ID, names)
		link += "/groups/" + g.who.ID
	case g.viaGroup != "":
		v.User = s.userName(r, g.who.ID, names)
		v.Links.Membership = c.URL("/v3/groups/" + g.viaGroup + "/users/" + g.who.ID)
		link += "/groups/" + g.viaGroup
	default:
		v.User = s.userName(r, g.who.ID, names)
		link += "/users/" + g.who.ID
	}
	if g.prior == "" {
		link += "/roles/" + g.role
	} else {
		link += "/roles/" + g.prior
		// Quirk: the two roles are the wrong way round, and the path is none that the API has.
		v.Links.PriorRole = c.URL("/v3/prior_role/" + g.role + "/implies/" + g.prior)
	}
	if g.inherited || g.above.Kind != "" {
		v.Scope.Inherited = "projects"
		link = "/OS-INHERIT" + link + "/inherited_to_projects"
	}
	v.Links.Assignment = c.URL("/v3" + link)
	return v
}

func (s *Service) projectName(r state.Reader, id string, names bool) *namedRef {
	ref := &namedRef{ID: id}
	if p, ok := s.projects.Get(r, id); ok && names {
		ref.Name, ref.Domain = p.Name, s.domainName(r, p.DomainID)
	}
	return ref
}

func (s *Service) domainName(r state.Reader, id string) *namedRef {
	d, ok := s.domain(r, id)
	if !ok {
		return nil
	}
	return &namedRef{ID: d.ID, Name: d.Name}
}

func (s *Service) userName(r state.Reader, id string, names bool) *namedRef {
	ref := &namedRef{ID: id}
	if u, ok := s.users.Get(r, id); ok && names {
		ref.Name, ref.Domain = u.Name, s.domainName(r, u.DomainID)
	}
	return ref
}

func (s *Service) groupName(r state.Reader, id string, names bool) *namedRef {
	ref := &namedRef{ID: id}
	if g, ok := s.groups.Get(r, id); ok && names {
		ref.Name, ref.Domain = g.Name, s.domainName(r, g.DomainID)
	}
	return ref
}

func (s *Service) roleName(r state.Reader, id string, names bool) namedRef {
	ref := namedRef{ID: id}
	if role, ok := s.roles.Get(r, id); ok && names {
		ref.Name, ref.Domain = role.Name, s.domainName(r, role.DomainID)
	}
	return ref
}
