package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type userOut struct {
	User userView `json:"user"`
}

type usersOut struct {
	Users     []userView `json:"users"`
	Links     listLinks  `json:"links"`
	Truncated bool       `json:"truncated,omitempty"`
}

// userList serves GET /v3/users.
func (s *Service) userList(c *httpapi.Call) (usersOut, error) {
	if err := s.checkQuery(c, userListQuery); err != nil {
		return usersOut{}, err
	}
	if err := enforce(c, aboutCaller(c, "target.domain_id")); err != nil {
		return usersOut{}, err
	}
	rows := selected(s.users.All(s.db.View()), filtersOf(c, "domain_id", "enabled", "name"))
	rows = keep(rows, func(u *User) bool { return c.Auth.DomainID == "" || u.DomainID == c.Auth.DomainID })
	return s.usersOut(c, rows)
}

func (s *Service) usersOut(c *httpapi.Call, rows []User) (usersOut, error) {
	p, err := paged(s, c, rows, func(u *User) string { return u.ID })
	return usersOut{views(p.rows, c.URL("/v3/users"), newUserView), p.links, p.truncated}, err
}

// userShow serves GET /v3/users/{user_id}.
func (s *Service) userShow(c *httpapi.Call) (userOut, error) {
	u, ok := s.users.Get(s.db.View(), c.Var("user_id"))
	if err := enforce(c, aboutUser(u, ok)); err != nil {
		return userOut{}, err
	}
	if !ok {
		return userOut{}, fail.Missing("user", c.Var("user_id"))
	}
	return userOut{newUserView(u, c.URL("/v3/users"))}, nil
}
