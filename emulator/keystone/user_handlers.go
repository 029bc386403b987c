package keystone

import (
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
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
	if federated := c.Query(); federated.Has("idp_id") || federated.Has("protocol_id") || federated.Has("unique_id") {
		return s.usersOut(c, nil) // nobody is federated
	}
	rows := selected(s.users.All(s.db.View()), filtersOf(c, "domain_id", "enabled", "name"))
	rows = keep(rows, func(u *User) bool { return c.Auth.DomainID == "" || u.DomainID == c.Auth.DomainID })
	return s.usersOut(c, rows)
}

// usersOut shows those of the users whose passwords expire when the query asks for.
func (s *Service) usersOut(c *httpapi.Call, rows []User) (usersOut, error) {
	expiring, err := expiryFilter(c)
	if err != nil {
		return usersOut{}, err
	}
	p, err := paged(s, c, keep(rows, expiring), func(u *User) string { return u.ID })
	for i := range p.rows {
		p.rows[i].Enabled = s.enabled(&p.rows[i], c.Now)
	}
	return usersOut{views(p.rows, c.URL("/v3/users"), newUserView), p.links, p.truncated}, err
}

// expiryFilter reads password_expires_at=OPERATOR:TIME. Users whose passwords never expire do not pass.
func expiryFilter(c *httpapi.Call) (func(*User) bool, error) {
	asked := c.Query()["password_expires_at"]
	if len(asked) == 0 {
		return func(*User) bool { return true }, nil
	}
	operator, when, ok := "eq", asked[0], false
	if len(when) > 3 && strings.Contains(when[2:4], ":") {
		if operator, when, ok = strings.Cut(when, ":"); !ok {
			operator = "eq"
		}
	}
	at, err := parseISO(strings.TrimSuffix(when, "Z"))
	if err != nil {
		return nil, fail.New(fail.Invalid, "Timestamp not in expected format.%s", incorrect)
	}
	accepts := map[string]func(int) bool{
		"lt": func(n int) bool { return n < 0 }, "lte": func(n int) bool { return n <= 0 },
		"gt": func(n int) bool { return n > 0 }, "gte": func(n int) bool { return n >= 0 },
		"eq": func(n int) bool { return n == 0 }, "neq": func(n int) bool { return n != 0 },
	}[operator]
	if accepts == nil {
		return nil, fail.New(fail.Invalid, "The given operator %s is not valid. It must be one of the following: "+
			"'eq', 'neq', 'lt', 'lte', 'gt', or 'gte'.", operator)
	}
	return func(u *User) bool {
		// Quirk: those that the user had before count, too.
		return slices.ContainsFunc(u.Passwords, func(p password) bool {
			return p.ExpiresAt != nil && accepts(p.ExpiresAt.Compare(at))
		})
	}, nil
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
	return s.userOut(c, u), nil
}

func (s *Service) userOut(c *httpapi.Call, u User) userOut {
	u.Enabled = s.enabled(&u, c.Now)
	return userOut{newUserView(u, c.URL("/v3/users"))}
}

// userCreate serves POST /v3/users.
func (s *Service) userCreate(c *httpapi.Call) (userOut, error) {
	in, err := refOf(c, "user")
	if err != nil {
		return userOut{}, err
	}
	if err := enforce(c, aboutRef("user", in)); err != nil {
		return userOut{}, err
	}
	in = in.normalized()
	if in.has("password") {
		if err := s.checkPassword(in.get("password")); err != nil {
			return userOut{}, err
		}
	}
	u := User{
		Name: strings.TrimSpace(in.text("name")), DomainID: homeDomain(c, in), Enabled: in.flag("enabled", true),
		DefaultProjectID: in.text("default_project_id"), CreatedAt: c.Now, Options: in.options(nil),
		Extra: in.extra(nil, userAttributes()...),
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if _, ok := s.domain(tx, u.DomainID); !ok {
			return fail.Missing("domain", u.DomainID)
		}
		if err := s.checkDefaultProject(tx, u.DefaultProjectID); err != nil {
			return err
		}
		if err := checkFederated(in); err != nil {
			return err
		}
		if _, taken := s.userNamed(tx, u.DomainID, u.Name); taken {
			return duplicate("user", u.Name, u.DomainID)
		}
		u.ID = s.ids.Hex()
		if in.has("password") {
			s.setPassword(&u, in.given("password"), c.Now)
			s.changeUponFirstUse(&u, c.Now)
		}
		s.users.Put(tx, u)
		return nil
	})
	return s.userOut(c, u), err
}

// checkDefaultProject refuses a domain; a project need not be there.
func (s *Service) checkDefaultProject(r state.Reader, id string) error {
	if p, ok := s.projects.Get(r, id); ok && p.IsDomain {
		return fail.New(fail.Invalid, "User's default project ID cannot be a domain ID: %s", id)
	}
	return nil
}

// checkFederated refuses users of identity providers: there are none.
func checkFederated(in ref) error {
	list, _ := in.get("federated").([]any)
	if len(list) == 0 {
		return nil
	}
	first, _ := dig(list[0])
	return fail.New(fail.Invalid, "Could not find Identity Provider: %s", text(first, "idp_id"))
}

// userUpdate serves PATCH /v3/users/{user_id}. A new password, and being disabled, end the user's tokens.
func (s *Service) userUpdate(c *httpapi.Call) (userOut, error) {
	in, err := refOf(c, "user")
	if err != nil {
		return userOut{}, err
	}
	var u User
	err = s.db.Update(func(tx *state.Tx) error {
		var ok bool
		u, ok = s.users.Get(tx, c.Var("user_id"))
		if err := enforce(c, aboutUser(u, ok)); err != nil {
			return err
		}
		if !ok {
			return fail.Missing("user", c.Var("user_id"))
		}
		if err := s.checkUserUpdate(tx, u, in); err != nil {
			return err
		}
		was := u.Enabled
		s.applyUser(c, &u, in)
		s.users.Put(tx, u)
		if was && !u.Enabled || in.given("password") != nil {
			s.revoke(tx, revokedUser, u.ID)
		}
		return nil
	})
	out := s.userOut(c, u)
	out.User.Kept = u.Extra // Quirk: what was kept is shown twice
	return out, err
}

func (s *Service) checkUserUpdate(r state.Reader, u User, in ref) error {
	if err := in.matches(u.ID); err != nil {
		return err
	}
	if in.has("domain_id") && in.text("domain_id") != u.DomainID {
		return fail.New(fail.Invalid, "Cannot change Domain ID")
	}
	if in.has("password") {
		if err := s.checkPassword(in.get("password")); err != nil {
			return err
		}
	}
	if err := s.checkDefaultProject(r, in.text("default_project_id")); err != nil {
		return err
	}
	if err := checkFederated(in); err != nil {
		return err
	}
	name := strings.TrimSpace(in.text("name"))
	if other, taken := s.userNamed(r, u.DomainID, name); in.has("name") && taken && other.ID != u.ID {
		return duplicate("user", name, in.text("domain_id"))
	}
	return nil
}

func (s *Service) applyUser(c *httpapi.Call, u *User, in ref) {
	if in.has("name") {
		u.Name = strings.TrimSpace(in.text("name"))
	}
	if in.has("default_project_id") {
		u.DefaultProjectID = in.text("default_project_id")
	}
	if in.has("enabled") {
		u.Enabled = in.flag("enabled", false)
		if u.Enabled {
			u.FailedAuths, u.LastActiveAt = 0, c.Now
		}
	}
	u.Options = in.options(u.Options)
	if in.has("password") {
		s.setPassword(u, in.given("password"), c.Now)
		s.changeUponFirstUse(u, c.Now)
	}
	u.Extra = in.extra(u.Extra, userAttributes()...)
}

// userDelete serves DELETE /v3/users/{user_id}.
func (s *Service) userDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		u, ok := s.users.Get(tx, c.Var("user_id"))
		if err := enforce(c, aboutUser(u, ok)); err != nil {
			return err
		}
		if !ok {
			return fail.Missing("user", c.Var("user_id"))
		}
		s.deleteUser(tx, u.ID)
		return nil
	})
}
