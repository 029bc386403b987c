package keystone

import (
	"net/http"
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// requestToken is a consumer's wish for roles on a project, until a user grants it and it is made an access token of.
type requestToken struct {
	ID         string
	Secret     string
	ConsumerID string
	ProjectID  string
	ExpiresAt  time.Time
	UserID     string // who has granted it; "" so far
	Verifier   string
	Roles      []string
}

// accessToken lets a consumer act for a user, with some of the user's roles on a project.
type accessToken struct {
	ID         string
	Secret     string
	ConsumerID string
	ProjectID  string
	UserID     string
	Roles      []string
	ExpiresAt  time.Time
}

// Upstream's defaults for [oauth1] request_token_duration and access_token_duration.
const (
	requestTokenLife = 8 * time.Hour
	accessTokenLife  = 24 * time.Hour
)

// verifierChars are those of upstream's verifiers, which are typed by hand.
const verifierChars = "abcdefghkmnpqrstuvwxyzABCDEFGHKLMNPQRSTUVWXYZ23456789"

var (
	errNoRequestToken = fail.New(fail.NotFound, "Request token not found")
	errNoAccessToken  = fail.New(fail.NotFound, "Access token not found")

	authorizedRoles = schema.New(schema.Dict{
		member("type", "array"),
		member("items", schema.Dict{
			member("type", "object"),
			member("properties", schema.Dict{member("id", idText), member("name", anyName)}),
			member("minProperties", 1),
			member("maxProperties", 1),
			member("additionalProperties", false),
		}),
	})
)

// requestTokenCreate serves POST /v3/OS-OAUTH1/request_token, which a consumer has signed.
func (s *Service) requestTokenCreate(c *httpapi.Call) (httpapi.Reply, error) {
	o, err := oauthOf(c)
	if err != nil {
		return httpapi.Reply{}, err
	}
	project := c.Request.Header.Get("Requested-Project-Id")
	if err := o.need("oauth_consumer_key"); err != nil {
		return httpapi.Reply{}, err
	}
	if project == "" {
		return httpapi.Reply{}, expecting("Requested-Project-Id", "request")
	}
	view := s.db.View()
	if !s.projects.Has(view, project) {
		return httpapi.Reply{}, fail.Missing("project", project)
	}
	consumer, ok := s.consumers.Get(view, o.get("oauth_consumer_key"))
	if !ok {
		return httpapi.Reply{}, errNoConsumer
	}
	if err := o.wellFormed(); err != nil {
		return httpapi.Reply{}, err
	}
	if !o.signedWith(consumer.Secret, "") {
		return httpapi.Reply{}, errNotAllowed
	}
	t := requestToken{
		ID: s.ids.Hex(), Secret: s.ids.Hex(), ConsumerID: consumer.ID, ProjectID: project, ExpiresAt: c.Now.Add(requestTokenLife),
	}
	err = s.db.Update(func(tx *state.Tx) error {
		s.requestTokens.Put(tx, t)
		return nil
	})
	return oauthReply(t.ID, t.Secret, t.ExpiresAt), err
}

// oauthReply is the one kind of answer that is no JSON.
func oauthReply(id, secret string, expires time.Time) httpapi.Reply {
	return httpapi.Reply{
		Status: http.StatusCreated, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		Raw: []byte("oauth_token=" + id + "&oauth_token_secret=" + secret + "&oauth_expires_at=" + tokenTime(expires)),
	}
}

// requestTokenAuthorize serves PUT /v3/OS-OAUTH1/authorize/{request_token_id}: the caller grants some roles, and gets the
// verifier that the consumer has to be told.
func (s *Service) requestTokenAuthorize(c *httpapi.Call) (httpapi.Reply, error) {
	if err := enforce(c, nil); err != nil {
		return httpapi.Reply{}, err
	}
	wanted, err := wantedRoles(c)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if c.Auth.Delegated() {
		return httpapi.Reply{}, &fail.Error{Kind: fail.Forbidden}
	}
	verifier := make([]byte, 8)
	_, _ = s.ids.Read(verifier) // never fails
	for i := range verifier {
		verifier[i] = verifierChars[int(verifier[i])%len(verifierChars)]
	}
	err = s.db.Update(func(tx *state.Tx) (err error) {
		t, ok := s.requestTokens.Get(tx, c.Var("request_token_id"))
		switch {
		case !ok:
			return errNoRequestToken
		case c.Now.After(t.ExpiresAt):
			return errNotAllowed
		}
		if t.Roles, err = s.rolesNamed(tx, wanted); err != nil {
			return err
		}
		has := s.rolesOn(tx, c.Auth.UserID, target{onProject, t.ProjectID})
		for _, role := range t.Roles {
			if !slices.Contains(has, role) {
				return errNotAllowed
			}
		}
		t.UserID, t.Verifier = c.Auth.UserID, string(verifier)
		s.requestTokens.Put(tx, t)
		return nil
	})
	return httpapi.Reply{JSON: map[string]any{"token": map[string]string{"oauth_verifier": string(verifier)}}}, err
}

// wantedRoles reads the roles of a body, each an id or a name.
func wantedRoles(c *httpapi.Call) ([]schema.Dict, error) {
	body, err := c.Value()
	if err != nil {
		return nil, err
	}
	var list schema.Value = schema.List{}
	if d, ok := body.(schema.Dict); ok && d.Has("roles") {
		list, _ = d.Get("roles")
	}
	if err := checkWhole(authorizedRoles, list); err != nil {
		return nil, err
	}
	items, _ := list.(schema.List)
	wanted := make([]schema.Dict, 0, len(items))
	for _, item := range items {
		d, _ := dig(item)
		wanted = append(wanted, d)
	}
	return wanted, nil
}

// rolesNamed finds roles by id or by name. An id is taken as it is: who does not have the role is found out anyway.
func (s *Service) rolesNamed(r state.Reader, wanted []schema.Dict) ([]string, error) {
	found := []string{}
	for _, d := range wanted {
		id, name := text(d, "id"), text(d, "name")
		if id == "" {
			for role := range s.roles.All(r) {
				if role.Name == name && role.DomainID == "" {
					id = role.ID
				}
			}
		}
		if id == "" {
			return nil, fail.Missing("role", name)
		}
		found = appendNew(found, id)
	}
	return found, nil
}

// accessTokenCreate serves POST /v3/OS-OAUTH1/access_token, which a consumer has signed with the request token's secret.
func (s *Service) accessTokenCreate(c *httpapi.Call) (httpapi.Reply, error) {
	o, err := oauthOf(c)
	if err == nil {
		err = o.need("oauth_consumer_key", "oauth_token", "oauth_verifier")
	}
	if err != nil {
		return httpapi.Reply{}, err
	}
	var granted accessToken
	err = s.db.Update(func(tx *state.Tx) error {
		t, ok := s.requestTokens.Get(tx, o.get("oauth_token"))
		if !ok {
			return errNoRequestToken
		}
		if c.Now.After(t.ExpiresAt) {
			return errNotAllowed
		}
		if err := o.wellFormed(); err != nil {
			return err
		}
		consumer, ok := s.consumers.Get(tx, o.get("oauth_consumer_key"))
		if !ok || t.ConsumerID != consumer.ID || t.UserID == "" || o.get("oauth_verifier") != t.Verifier ||
			!o.signedWith(consumer.Secret, t.Secret) {
			return errNotAllowed
		}
		granted = accessToken{
			ID: s.ids.Hex(), Secret: s.ids.Hex(), ConsumerID: t.ConsumerID, ProjectID: t.ProjectID, UserID: t.UserID, Roles: t.Roles,
			ExpiresAt: c.Now.Add(accessTokenLife),
		}
		s.requestTokens.Delete(tx, t.ID)
		s.accessTokens.Put(tx, granted)
		return nil
	})
	return oauthReply(granted.ID, granted.Secret, granted.ExpiresAt), err
}

// byOAuth1 wants the request for the token to be signed with an access token, which gives the scope, too.
func (a *attempt) byOAuth1() (string, error) {
	o, err := oauthOf(a.call)
	if err == nil {
		err = o.need("oauth_token")
	}
	if err != nil {
		return "", err
	}
	t, ok := a.s.accessTokens.Get(a.r, o.get("oauth_token"))
	if !ok {
		return "", errNoAccessToken
	}
	consumer, ok := a.s.consumers.Get(a.r, o.get("oauth_consumer_key"))
	if !ok || a.call.Now.After(t.ExpiresAt) || o.wellFormed() != nil || !o.signedWith(consumer.Secret, t.Secret) {
		return "", errNotAllowed
	}
	a.accessToken, a.on = t.ID, scope{onProject, t.ProjectID}
	return t.UserID, nil
}

// resolveAccessToken gives a token the roles that the access token names, with what they imply, as far as its user still
// has them.
func (s *Service) resolveAccessToken(r state.Reader, t *token, id *httpapi.Identity) error {
	access, ok := s.accessTokens.Get(r, t.AccessToken)
	if !ok {
		return errNoAccessToken
	}
	has := s.rolesOn(r, access.UserID, t.Scope)
	roles := keep(s.withImplied(r, slices.Clone(access.Roles)), func(role *string) bool { return slices.Contains(has, *role) })
	id.Roles, id.AccessTokenID = s.tokenRoles(r, roles), access.ID
	return nil
}
