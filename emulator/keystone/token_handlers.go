package keystone

import (
	"net/http"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type tokenOut struct {
	Token tokenView `json:"token"`
}

// tokenView is a token as the API shows it.
type tokenView struct {
	Methods               []string             `json:"methods"`
	User                  tokenUser            `json:"user"`
	AuditIDs              []string             `json:"audit_ids"`
	ExpiresAt             string               `json:"expires_at"`
	IssuedAt              string               `json:"issued_at"`
	Trust                 *tokenTrust          `json:"OS-TRUST:trust,omitempty"`
	OAuth1                *tokenAccess         `json:"OS-OAUTH1,omitempty"`
	Project               *tokenProject        `json:"project,omitempty"`
	IsDomain              *bool                `json:"is_domain,omitempty"`
	Domain                *idName              `json:"domain,omitempty"`
	System                map[string]bool      `json:"system,omitempty"`
	Roles                 any                  `json:"roles,omitempty"`
	Catalog               *[]catalogView       `json:"catalog,omitempty"`
	ApplicationCredential *tokenCredentialView `json:"application_credential,omitempty"`

	ServiceProviders []tokenServiceProvider `json:"service_providers,omitempty"`
}

type idName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type tokenUser struct {
	Domain            idName  `json:"domain"`
	ID                string  `json:"id"`
	Name              string  `json:"name"`
	PasswordExpiresAt *string `json:"password_expires_at"`
}

type tokenTrust struct {
	ID            string `json:"id"`
	Trustor       onlyID `json:"trustor_user"`
	Trustee       onlyID `json:"trustee_user"`
	Impersonation bool   `json:"impersonation"`
}

type tokenAccess struct {
	AccessTokenID string `json:"access_token_id"`
	ConsumerID    string `json:"consumer_id"`
}

type onlyID struct {
	ID string `json:"id"`
}

type tokenProject struct {
	Domain idName `json:"domain"`
	ID     string `json:"id"`
	Name   string `json:"name"`
}

type tokenCredentialView struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Restricted  bool         `json:"restricted"`
	AccessRules []accessRule `json:"access_rules,omitempty"`
}

// tokenView shows what a token is worth, with the catalog unless the query has nocatalog.
func (s *Service) tokenView(c *httpapi.Call, r state.Reader, id *httpapi.Identity) tokenView {
	v := tokenView{
		Methods: id.Methods, AuditIDs: id.AuditIDs, ExpiresAt: tokenTime(id.ExpiresAt),
		IssuedAt: tokenTime(id.IssuedAt),
		User:     tokenUser{Domain: idName{id.UserDomainID, id.UserDomainName}, ID: id.UserID, Name: id.UserName},
	}
	if len(id.Roles) > 0 {
		v.Roles = id.Roles
	}
	u, _ := s.users.Get(r, id.UserID)
	v.User.PasswordExpiresAt = stamp(u.password().ExpiresAt)
	catalogUser := id.UserID
	if trust, ok := s.trusts.Get(r, id.TrustID); ok {
		v.Trust = &tokenTrust{trust.ID, onlyID{trust.TrustorID}, onlyID{trust.TrusteeID}, trust.Impersonation}
		catalogUser = trust.TrustorID
		v.Roles = s.wholeRoles(r, id.Roles)
	}
	switch {
	case id.System:
		v.System = map[string]bool{"all": true}
	case id.DomainID != "":
		v.Domain = &idName{id.DomainID, id.DomainName}
	case id.ProjectID != "":
		v.Project = &tokenProject{idName{id.ProjectDomainID, id.ProjectDomainName}, id.ProjectID, id.ProjectName}
		if v.Trust == nil {
			v.IsDomain = &id.IsDomain
		}
	}
	if len(id.Roles) > 0 && !c.Query().Has("nocatalog") {
		catalog := s.catalog(c, r, catalogUser, id.ProjectID)
		v.Catalog = &catalog
	}
	v.ServiceProviders = s.tokenServiceProviders(r)
	if access, ok := s.accessTokens.Get(r, id.AccessTokenID); ok {
		v.OAuth1 = &tokenAccess{access.ID, access.ConsumerID}
	}
	if a, ok := s.credentials.Get(r, id.ApplicationCredentialID); ok {
		v.ApplicationCredential = &tokenCredentialView{a.ID, a.Name, !a.unrestricted(), a.AccessRules}
	}
	return v
}

// wholeRoles shows roles with all that there is to them.
// Quirk: so do tokens by trust, and no others.
func (s *Service) wholeRoles(r state.Reader, roles []httpapi.Role) []roleView {
	whole := []roleView{}
	for _, ref := range roles {
		if role, ok := s.roles.Get(r, ref.ID); ok {
			whole = append(whole, newRoleView(role, ""))
		}
	}
	return whole
}

func (s *Service) tokenReply(c *httpapi.Call, r state.Reader, id *httpapi.Identity) httpapi.Reply {
	return httpapi.Reply{Header: http.Header{"X-Subject-Token": {id.Token}}, JSON: tokenOut{s.tokenView(c, r, id)}}
}

// expiredWindow is how long after its expiry a token can still be asked about, by who asks for that.
const expiredWindow = 48 * time.Hour

// subject validates the token that a request is about and checks the operation's rule on it. What is wrong with the
// subject is said ahead of what the caller may do.
func (s *Service) subject(c *httpapi.Call, r state.Reader) (*httpapi.Identity, error) {
	sealed, grace := c.Request.Header.Get("X-Subject-Token"), time.Duration(0)
	if asBool(c.Query().Get("allow_expired"), false) && c.Request.Method != http.MethodDelete {
		grace = expiredWindow
	}
	var known map[string]any
	var id *httpapi.Identity
	var err error
	if _, there := c.Request.Header["X-Subject-Token"]; there {
		if id, err = s.validate(r, sealed, c.Now, grace); err != nil {
			return nil, err
		}
		known = map[string]any{"target.token.user_id": id.UserID, "target.token.user.domain.id": id.UserDomainID}
	}
	if err := enforce(c, known); err != nil {
		return nil, err
	}
	if id == nil {
		return nil, errNoToken
	}
	return id, s.checkAccessRules(c, r, id)
}

// checkAccessRules keeps a token with access rules from who does not say to understand them.
func (s *Service) checkAccessRules(c *httpapi.Call, r state.Reader, id *httpapi.Identity) error {
	a, ok := s.credentials.Get(r, id.ApplicationCredentialID)
	if !ok || len(a.AccessRules) == 0 || c.Request.Header.Get("OpenStack-Identity-Access-Rules") >= "1.0" {
		return nil
	}
	return errWorthless
}

// tokenShow serves GET and HEAD of /v3/auth/tokens.
func (s *Service) tokenShow(c *httpapi.Call) (httpapi.Reply, error) {
	view := s.db.View()
	id, err := s.subject(c, view)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return s.tokenReply(c, view, id), nil
}

// tokenRevoke serves DELETE /v3/auth/tokens. Tokens that were made from this one stay.
func (s *Service) tokenRevoke(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		id, err := s.subject(c, tx)
		if err != nil {
			return err
		}
		s.revoke(tx, revokedToken, id.AuditIDs[0])
		return nil
	})
}

type systemOut struct {
	System []map[string]bool `json:"system"`
	Links  selfLink          `json:"links"`
}

// authSystemShow serves GET /v3/auth/system: whether the caller could get a token for the system.
func (s *Service) authSystemShow(c *httpapi.Call) (systemOut, error) {
	if err := enforce(c, nil); err != nil {
		return systemOut{}, err
	}
	out := systemOut{System: []map[string]bool{}, Links: selfLink{c.URL("/v3/auth/system")}}
	if len(s.rolesOn(s.db.View(), c.Auth.UserID, target{Kind: onSystem})) > 0 {
		out.System = append(out.System, map[string]bool{"all": true})
	}
	return out, nil
}

// issue makes a token for somebody who has proved to be the user, if it is worth anything.
func (s *Service) issue(now time.Time, r state.Reader, t token) (*httpapi.Identity, error) {
	t.IssuedAt, t.Serial = now.Truncate(time.Second), s.revision(r)
	_, _ = s.ids.Read(t.AuditID[:]) // never fails
	id, err := s.resolve(r, &t)
	if err != nil {
		if failure := fail.As(err); failure != nil {
			return nil, failure
		}
		return nil, errNotAllowed
	}
	id.Token, err = s.seal(r, &t)
	return id, err
}
