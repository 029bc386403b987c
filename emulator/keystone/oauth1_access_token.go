package keystone

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type accessTokenView struct {
	ID         string `json:"id"`
	UserID     string `json:"authorizing_user_id"`
	ProjectID  string `json:"project_id"`
	ConsumerID string `json:"consumer_id"`
	ExpiresAt  string `json:"expires_at"`
	Links      struct {
		Self  string `json:"self"`
		Roles string `json:"roles"`
	} `json:"links"`
}

func newAccessTokenView(t accessToken, users string) accessTokenView {
	v := accessTokenView{ID: t.ID, UserID: t.UserID, ProjectID: t.ProjectID, ConsumerID: t.ConsumerID, ExpiresAt: tokenTime(t.ExpiresAt)}
	v.Links.Self = users + "/" + t.UserID + "/OS-OAUTH1/access_tokens/" + t.ID
	v.Links.Roles = v.Links.Self + "/roles"
	return v
}

type accessTokenOut struct {
	AccessToken accessTokenView `json:"access_token"`
}

type accessTokensOut struct {
	AccessTokens []accessTokenView `json:"access_tokens"`
	Links        listLinks         `json:"links"`
}

// accessTokenRoleView is a role as access tokens list it, which is with less than elsewhere.
type accessTokenRoleView struct {
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	DomainID *string        `json:"domain_id"`
	Options  map[string]any `json:"options"`
	Links    selfLink       `json:"links"`
}

type accessTokenRoleOut struct {
	Role accessTokenRoleView `json:"role"`
}

type accessTokenRolesOut struct {
	Roles []accessTokenRoleView `json:"roles"`
	Links listLinks             `json:"links"`
}

// errNobodys is upstream's answer to who asks for another user's access token.
// Quirk: its text is the template of one (keystone/exception.py, NotFound without a target).
var errNobodys = fail.New(fail.NotFound, "%s", "Could not find: %(target)s.")

// accessTokenManager refuses callers that are delegates themselves.
func accessTokenManager(c *httpapi.Call, rule string) error {
	if err := enforceRule(c, rule, nil); err != nil {
		return err
	}
	if c.Auth.Delegated() {
		return &fail.Error{Kind: fail.Forbidden}
	}
	return nil
}

// accessTokenList serves GET /v3/users/{user_id}/OS-OAUTH1/access_tokens.
func (s *Service) accessTokenList(c *httpapi.Call) (accessTokensOut, error) {
	if err := accessTokenManager(c, c.Policy); err != nil {
		return accessTokensOut{}, err
	}
	rows := keep(collect(s.accessTokens.All(s.db.View())), func(t *accessToken) bool { return t.UserID == c.Var("user_id") })
	return accessTokensOut{views(rows, c.URL("/v3/users"), newAccessTokenView), linksOf(c)}, nil
}

// accessTokenShow serves GET /v3/users/{user_id}/OS-OAUTH1/access_tokens/{access_token_id}.
func (s *Service) accessTokenShow(c *httpapi.Call) (accessTokenOut, error) {
	if err := accessTokenManager(c, c.Policy); err != nil {
		return accessTokenOut{}, err
	}
	t, err := s.accessTokenOf(c, s.db.View(), errNobodys)
	return accessTokenOut{newAccessTokenView(t, c.URL("/v3/users"))}, err
}

// accessTokenOf finds the access token of the path; another user's gives the error that is given.
func (s *Service) accessTokenOf(c *httpapi.Call, r state.Reader, anothers error) (accessToken, error) {
	t, ok := s.accessTokens.Get(r, c.Var("access_token_id"))
	switch {
	case !ok:
		return t, errNoAccessToken
	case t.UserID != c.Var("user_id"):
		return t, anothers
	}
	return t, nil
}

// accessTokenDelete serves DELETE /v3/users/{user_id}/OS-OAUTH1/access_tokens/{access_token_id}. Tokens that it gave end.
// Quirk: its rule is that of another operation, identity:ec2_delete_credential (testdata/recorded/oauth1.json).
func (s *Service) accessTokenDelete(c *httpapi.Call) error {
	if err := accessTokenManager(c, "identity:ec2_delete_credential"); err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		t, err := s.accessTokenOf(c, tx, errNotAllowed)
		if err == nil {
			s.accessTokens.Delete(tx, t.ID)
		}
		return err
	})
}

// accessTokenRoleList serves GET /v3/users/{user_id}/OS-OAUTH1/access_tokens/{access_token_id}/roles.
func (s *Service) accessTokenRoleList(c *httpapi.Call) (accessTokenRolesOut, error) {
	if err := enforce(c, nil); err != nil {
		return accessTokenRolesOut{}, err
	}
	view := s.db.View()
	t, err := s.accessTokenOf(c, view, errNobodys)
	out := accessTokenRolesOut{Roles: []accessTokenRoleView{}, Links: linksOf(c)}
	for _, id := range t.Roles {
		if role, ok := s.roles.Get(view, id); ok {
			out.Roles = append(out.Roles, newAccessTokenRoleView(c, role))
		}
	}
	return out, err
}

func newAccessTokenRoleView(c *httpapi.Call, r Role) accessTokenRoleView {
	v := accessTokenRoleView{r.ID, r.Name, orNull(r.DomainID), r.Options, selfLink{c.URL("/v3/roles/" + r.ID)}}
	if v.Options == nil {
		v.Options = map[string]any{}
	}
	return v
}

// accessTokenRoleShow serves GET /v3/users/{user_id}/OS-OAUTH1/access_tokens/{access_token_id}/roles/{role_id}.
func (s *Service) accessTokenRoleShow(c *httpapi.Call) (accessTokenRoleOut, error) {
	if err := enforce(c, nil); err != nil {
		return accessTokenRoleOut{}, err
	}
	view := s.db.View()
	t, err := s.accessTokenOf(c, view, errNotAllowed)
	if err != nil {
		return accessTokenRoleOut{}, err
	}
	role, ok := s.roles.Get(view, c.Var("role_id"))
	if !ok || !slices.Contains(t.Roles, role.ID) {
		return accessTokenRoleOut{}, fail.Missing("role", c.Var("role_id"))
	}
	return accessTokenRoleOut{newAccessTokenRoleView(c, role)}, nil
}
