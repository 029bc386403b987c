package keystone

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
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
	rows := selected(s.users.All(view), filtersOf(c, "domain_id", "enabled", "name"))
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
	out, err := s.groupsOut(c, keep(rows, func(g *Group) bool { return s.members.Has(view, keyOf(u.ID, g.ID)) }))
	for i := range out.Groups {
		out.Groups[i].Until = &null{}
	}
	return out, err
}

// groupCreate serves POST /v3/groups.
func (s *Service) groupCreate(c *httpapi.Call) (groupOut, error) {
	in, err := refOf(c, "group")
	if err != nil {
		return groupOut{}, err
	}
	if err := enforce(c, aboutRef("group", in)); err != nil {
		return groupOut{}, err
	}
	in = in.normalized()
	none := ""
	g := Group{
		Name: strings.TrimSpace(in.text("name")), DomainID: homeDomain(c, in), Description: &none,
		Extra: in.extra(nil, groupAttributes()...),
	}
	if in.has("description") {
		g.Description = in.given("description")
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if _, ok := s.domain(tx, g.DomainID); !ok {
			return fail.Missing("domain", g.DomainID)
		}
		if s.groupNamed(tx, g.DomainID, g.Name, "") {
			return duplicate("group", g.Name, g.DomainID)
		}
		g.ID = s.ids.Hex()
		s.groups.Put(tx, g)
		return nil
	})
	return groupOut{newGroupView(g, c.URL("/v3/groups"))}, err
}

// groupNamed tells whether a domain has a group of the name, other than the one with the id.
func (s *Service) groupNamed(r state.Reader, domain, name, but string) bool {
	for g := range s.groups.All(r) {
		if g.DomainID == domain && g.Name == name && g.ID != but {
			return true
		}
	}
	return false
}

// groupUpdate serves PATCH /v3/groups/{group_id}.
func (s *Service) groupUpdate(c *httpapi.Call) (groupOut, error) {
	in, err := refOf(c, "group")
	if err != nil {
		return groupOut{}, err
	}
	var g Group
	err = s.db.Update(func(tx *state.Tx) error {
		var ok bool
		g, ok = s.groups.Get(tx, c.Var("group_id"))
		if err := enforce(c, aboutGroup(g, ok)); err != nil {
			return err
		}
		if err := in.matches(c.Var("group_id")); err != nil {
			return err
		}
		if !ok {
			return fail.Missing("group", c.Var("group_id"))
		}
		if in.has("domain_id") && in.text("domain_id") != g.DomainID {
			return fail.New(fail.Invalid, "Cannot change Domain ID")
		}
		if in.has("name") {
			g.Name = strings.TrimSpace(in.text("name"))
			if s.groupNamed(tx, g.DomainID, g.Name, g.ID) {
				return duplicate("group", g.Name, in.text("domain_id"))
			}
		}
		if in.has("description") {
			g.Description = in.given("description")
		}
		g.Extra = in.extra(g.Extra, groupAttributes()...)
		s.groups.Put(tx, g)
		return nil
	})
	return groupOut{newGroupView(g, c.URL("/v3/groups"))}, err
}

// groupDelete serves DELETE /v3/groups/{group_id}. The rule's target is the group, so a missing one is found out first.
func (s *Service) groupDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		g, ok := s.groups.Get(tx, c.Var("group_id"))
		if !ok {
			return fail.Missing("group", c.Var("group_id"))
		}
		if err := enforce(c, aboutGroup(g, ok)); err != nil {
			return err
		}
		s.deleteGroup(tx, g.ID)
		return nil
	})
}

// placed finds the user and the group of the path, once the caller may ask about them.
func (s *Service) placed(c *httpapi.Call, r state.Reader) (membership, error) {
	g, hasGroup := s.groups.Get(r, c.Var("group_id"))
	u, hasUser := s.users.Get(r, c.Var("user_id"))
	known := aboutGroup(g, hasGroup)
	if known == nil {
		known = map[string]any{}
	}
	for name, value := range aboutUser(u, hasUser) {
		known[name] = value
	}
	if err := enforce(c, known); err != nil {
		return membership{}, err
	}
	switch {
	case !hasGroup:
		return membership{}, fail.Missing("group", c.Var("group_id"))
	case !hasUser:
		return membership{}, fail.Missing("user", c.Var("user_id"))
	}
	return newMembership(u.ID, g.ID), nil
}

func notInGroup(m membership) error {
	return fail.New(fail.NotFound, "User '%s' not found in group '%s'", m.UserID, m.GroupID)
}

// groupUserCheck serves GET /v3/groups/{group_id}/users/{user_id}.
func (s *Service) groupUserCheck(c *httpapi.Call) error {
	view := s.db.View()
	m, err := s.placed(c, view)
	if err == nil && !s.members.Has(view, m.Key) {
		err = notInGroup(m)
	}
	return err
}

// groupUserSet serves PUT /v3/groups/{group_id}/users/{user_id}. Who is in the group already stays in it.
func (s *Service) groupUserSet(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		m, err := s.placed(c, tx)
		if err == nil && !s.members.Has(tx, m.Key) {
			s.members.Put(tx, m)
		}
		return err
	})
}

// groupUserDelete serves DELETE /v3/groups/{group_id}/users/{user_id}. The user's tokens end.
func (s *Service) groupUserDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		m, err := s.placed(c, tx)
		if err != nil {
			return err
		}
		if !s.members.Delete(tx, m.Key) {
			return notInGroup(m)
		}
		s.revoke(tx, revokedUser, m.UserID)
		return nil
	})
}

func groupAttributes() []string { return []string{"id", "name", "domain_id", "description"} }
