package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type groupOut struct {
	Group groupView `json:"group"`
}

type groupsOut struct {
	Groups    []groupView `json:"groups"`
	Links     listLinks   `json:"links"`
	Truncated bool        `json:"truncated,omitempty"`
}

func aboutGroup(g Group, ok bool) map[string]any {
	if !ok {
		return nil
	}
	return map[string]any{"target.group.id": g.ID, "target.group.domain_id": g.DomainID, "target.group.name": g.Name}
}

// groupList serves GET /v3/groups.
func (s *Service) groupList(c *httpapi.Call) (groupsOut, error) {
	if err := s.checkQuery(c, groupListQuery); err != nil {
		return groupsOut{}, err
	}
	if err := enforce(c, aboutCaller(c, "target.group.domain_id")); err != nil {
		return groupsOut{}, err
	}
	rows := selected(s.groups.All(s.db.View()), filtersOf(c, "domain_id", "name"))
	return s.groupsOut(c, rows)
}

func (s *Service) groupsOut(c *httpapi.Call, rows []Group) (groupsOut, error) {
	rows = keep(rows, func(g *Group) bool { return c.Auth.DomainID == "" || g.DomainID == c.Auth.DomainID })
	p, err := paged(s, c, rows, func(g *Group) string { return g.ID })
	return groupsOut{views(p.rows, c.URL("/v3/groups"), newGroupView), p.links, p.truncated}, err
}

// groupShow serves GET /v3/groups/{group_id}.
func (s *Service) groupShow(c *httpapi.Call) (groupOut, error) {
	g, ok := s.groups.Get(s.db.View(), c.Var("group_id"))
	if err := enforce(c, aboutGroup(g, ok)); err != nil {
		return groupOut{}, err
	}
	if !ok {
		return groupOut{}, fail.Missing("group", c.Var("group_id"))
	}
	return groupOut{newGroupView(g, c.URL("/v3/groups"))}, nil
}

// groupUserList serves GET /v3/groups/{group_id}/users.
func (s *Service) groupUserList(c *httpapi.Call) (usersOut, error) {
	view := s.db.View()
	g, ok := s.groups.Get(view, c.Var("group_id"))
	if err := enforce(c, aboutGroup(g, ok)); err != nil {
		return usersOut{}, err
	}
	if !ok {
		return usersOut{}, fail.Missing("group", c.Var("group_id"))
	}
	rows := selected(s.users.All(view), filtersOf(c, "domain_id", "enabled", "name", "password_expires_at"))
	rows = keep(rows, func(u *User) bool {
		return s.members.Has(view, keyOf(u.ID, g.ID)) && (c.Auth.DomainID == "" || u.DomainID == c.Auth.DomainID)
	})
	return s.usersOut(c, rows)
}

// userGroupList serves GET /v3/users/{user_id}/groups.
func (s *Service) userGroupList(c *httpapi.Call) (groupsOut, error) {
	view := s.db.View()
	u, ok := s.users.Get(view, c.Var("user_id"))
	if err := enforce(c, aboutUser(u, ok)); err != nil {
		return groupsOut{}, err
	}
	if !ok {
		return groupsOut{}, fail.Missing("user", c.Var("user_id"))
	}
	rows := selected(s.groups.All(view), filtersOf(c, "name"))
	return s.groupsOut(c, keep(rows, func(g *Group) bool { return s.members.Has(view, keyOf(u.ID, g.ID)) }))
}
