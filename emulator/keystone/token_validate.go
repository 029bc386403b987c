package keystone

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"sync/atomic"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// revocation ends tokens before their time: one, a chain of them, or all of a user or project that were issued before.
type revocation struct {
	Key    string
	Before time.Time // tokens issued then or earlier
	Serial uint64    // revocations are counted, for tokens of the same second
}

// Kinds of revocation, which begin their keys.
const (
	revokedToken   = "token"
	revokedChain   = "chain"
	revokedUser    = "user"
	revokedProject = "project"
	revokedTrust   = "trust"
)

// revoke ends all tokens issued until now that a kind and an id name. Revocations of tokens that nobody can still ask
// about are forgotten.
func (s *Service) revoke(tx *state.Tx, kind, id string) {
	now := s.clock.Now()
	var past []string
	for r := range s.oldRevocations.All(tx) {
		if now.Sub(r.Before) <= tokenLife+expiredWindow {
			break
		}
		past = append(past, r.Key)
	}
	for _, key := range past {
		s.revocations.Delete(tx, key)
	}
	s.revocations.Put(tx, revocation{Key: keyOf(kind, id), Before: now, Serial: s.revision(tx) + 1})
}

// revision is the number of the last revocation.
func (s *Service) revision(r state.Reader) uint64 {
	for last := range s.oldRevocations.Backward(r) {
		return last.Serial
	}
	return 0
}

// ends tells whether a token was made before the revocation. Tokens know only the second they were made in.
// Upstream ends all tokens of that second, those that are made afterwards, too; here these stay, so that nobody has to
// wait for the clock.
func (e *revocation) ends(t *token) bool {
	second := e.Before.Truncate(time.Second)
	return t.IssuedAt.Before(second) || t.IssuedAt.Equal(second) && t.Serial < e.Serial
}

func (s *Service) revoked(r state.Reader, t *token) bool {
	if s.revocations.Len(r) == 0 {
		return false
	}
	keys := []string{
		keyOf(revokedToken, t.AuditID.String()), keyOf(revokedChain, t.chain().String()),
		keyOf(revokedUser, t.UserID),
	}
	if trust, ok := s.trusts.Get(r, t.TrustID); ok {
		keys = append(keys, keyOf(revokedUser, trust.TrustorID), keyOf(revokedTrust, trust.ID))
	}
	if t.Scope.Kind == onProject {
		keys = append(keys, keyOf(revokedProject, t.Scope.ID))
	}
	for _, key := range keys {
		if event, ok := s.revocations.Get(r, key); ok && event.ends(t) {
			return true
		}
	}
	return false
}

// Errors of validation, as upstream words them. All are 404 for a token that is the subject of a request, and 401 for
// one that is presented to make a request.
var (
	errNoToken    = fail.New(fail.NotFound, "No token in the request")
	errForeign    = fail.New(fail.NotFound, "Could not recognize Fernet token")
	errWorthless  = fail.New(fail.NotFound, "Failed to validate token")
	errNotAllowed = &fail.Error{Kind: fail.Unauthenticated}

	errTrustorDomain = fail.New(fail.NotFound, "Trustor domain is disabled.")

	errTokenScope  = errors.New("the user has no role there")
	errUserBlocked = errors.New("the user is disabled")
)

// validate opens a token and finds out what it is worth now. grace is how long past its expiry it may be.
func (s *Service) validate(r state.Reader, sealed string, now time.Time, grace time.Duration) (*httpapi.Identity, error) {
	if sealed == "" {
		return nil, errNoToken
	}
	t, err := s.open(r, sealed)
	if err != nil {
		return nil, errForeign
	}
	id, err := s.resolve(r, &t)
	if errors.Is(err, errTokenScope) || errors.Is(err, errUserBlocked) {
		return nil, fail.Missing("token", sealed)
	}
	if err != nil {
		return nil, err
	}
	if !now.Before(t.ExpiresAt.Add(grace)) || s.revoked(r, &t) {
		return nil, errWorthless
	}
	id.Token = sealed
	return id, nil
}

// resolve looks up who and what a token names, in upstream's order, and the roles that result. It is how tokens are
// made, too: one that would be worth nothing is not given out.
func (s *Service) resolve(r state.Reader, t *token) (*httpapi.Identity, error) {
	u, ok := s.users.Get(r, t.UserID)
	if !ok {
		return nil, fail.Missing("user", t.UserID)
	}
	id := &httpapi.Identity{
		UserID: u.ID, UserName: u.Name, Methods: t.Methods.names(), AuditIDs: t.auditIDs(),
		IssuedAt: t.IssuedAt, ExpiresAt: t.ExpiresAt, ApplicationCredentialID: t.CredentialID,
	}
	if err := s.resolveScope(r, t.Scope, id); err != nil {
		return nil, err
	}
	domain, ok := s.domain(r, u.DomainID)
	if !ok {
		return nil, fail.Missing("domain", u.DomainID)
	}
	id.UserDomainID, id.UserDomainName = domain.ID, domain.Name
	if !domain.Enabled {
		return nil, fail.New(fail.NotFound, "Unable to validate token because domain %s is disabled", domain.ID)
	}
	if t.TrustID != "" {
		if err := s.resolveTrust(r, t, id); err != nil {
			return nil, err
		}
	} else if t.AccessToken != "" {
		if err := s.resolveAccessToken(r, t, id); err != nil {
			return nil, err
		}
	} else if t.Scope.Kind != "" {
		id.Roles = s.tokenRoles(r, s.rolesOn(r, u.ID, t.Scope))
	}
	if t.CredentialID != "" {
		credential, ok := s.credentials.Get(r, t.CredentialID)
		if !ok {
			return nil, fail.Missing(applicationCredential, t.CredentialID)
		}
		id.ApplicationCredentialRestricted = !credential.unrestricted()
		if t.Scope.Kind == onProject {
			id.Roles = credential.limit(id.Roles)
		}
		for _, rule := range credential.AccessRules {
			id.AccessRules = append(id.AccessRules, httpapi.AccessRule{Service: rule.Service, Method: rule.Method, Path: rule.Path})
		}
	}
	switch {
	case t.Scope.Kind != "" && len(id.Roles) == 0:
		return nil, errTokenScope
	case !s.enabled(&u, s.clock.Now()):
		return nil, errUserBlocked
	}
	id.Creds = credsOf(id)
	return id, nil
}

// resolveTrust works out what a trust's trustee may do: with the roles of the trust, as the trustor where the trust says
// so.
func (s *Service) resolveTrust(r state.Reader, t *token, id *httpapi.Identity) error {
	trust, ok := s.trusts.Get(r, t.TrustID)
	if !ok || trust.ExpiresAt != nil && s.clock.Now().After(*trust.ExpiresAt) {
		return fail.Missing("trust", t.TrustID)
	}
	trustor, ok := s.users.Get(r, trust.TrustorID)
	domain, _ := s.domain(r, trustor.DomainID)
	switch {
	case !ok:
		return fail.Missing("user", trust.TrustorID)
	case t.UserID != trust.TrusteeID, !s.enabled(&trustor, s.clock.Now()):
		return &fail.Error{Kind: fail.Forbidden}
	case !domain.Enabled:
		return errTrustorDomain
	}
	if t.Scope.Kind != "" {
		roles, err := s.delegatedRoles(r, trust)
		if err != nil {
			return err
		}
		id.Roles = s.tokenRoles(r, roles)
	}
	id.TrustID, id.TrusteeID = trust.ID, trust.TrusteeID
	if trust.Impersonation {
		id.UserID, id.UserName, id.UserDomainID, id.UserDomainName = trustor.ID, trustor.Name, domain.ID, domain.Name
	}
	return nil
}

func (s *Service) resolveScope(r state.Reader, on scope, id *httpapi.Identity) error {
	switch on.Kind {
	case onProject:
		p, ok := s.projects.Get(r, on.ID)
		if !ok {
			return fail.Missing("project", on.ID)
		}
		id.ProjectID, id.ProjectName, id.IsDomain = p.ID, p.Name, p.IsDomain
		if !p.Enabled {
			return fail.New(fail.NotFound, "Unable to validate token because project %s is disabled", p.ID)
		}
		domain, ok := s.domain(r, p.DomainID)
		if !ok {
			return fail.Missing("domain", p.DomainID)
		}
		id.ProjectDomainID, id.ProjectDomainName = domain.ID, domain.Name
		if !domain.Enabled {
			return fail.New(fail.NotFound, "Unable to validate token because domain %s is disabled", domain.ID)
		}
	case onDomain:
		domain, ok := s.domain(r, on.ID)
		if !ok {
			return fail.Missing("domain", on.ID)
		}
		id.DomainID, id.DomainName = domain.ID, domain.Name
		if !domain.Enabled {
			return errTokenScope
		}
	case onSystem:
		id.System = true
	}
	return nil
}

// Authenticate finds out who a token speaks for. It is asked for every request to every service, so what it found is
// remembered. The identity is shared by all who present the token, and not to be changed. Of a token that names what is gone,
// the error is fail.NotFound.
func (s *Service) Authenticate(_ context.Context, sealed string) (*httpapi.Identity, error) {
	view, now := s.db.View(), s.clock.Now()
	if id := s.known.get(sealed, s.deciding, view); id != nil && now.Before(id.ExpiresAt) {
		return id, nil
	}
	id, err := s.validate(view, sealed, now, 0)
	if namesGone(err) {
		return nil, err
	}
	if err != nil {
		return nil, errNotAllowed
	}
	s.known.put(sealed, s.deciding.Mark(view), id)
	return id, nil
}

// namesGone tells whether a token is refused for what it names, rather than for itself: upstream's TokenNotFound, which
// becomes a 401 (auth_context.py, fetch_token).
func namesGone(err error) bool {
	refusal := fail.As(err)
	return refusal != nil && refusal.Kind == fail.NotFound && refusal.Resource != "token" &&
		!slices.Contains([]error{errNoToken, errForeign, errWorthless, errTrustorDomain}, err)
}

// AuthenticateExpired is Authenticate for services that pass a user's request on: the token may have expired meanwhile.
func (s *Service) AuthenticateExpired(_ context.Context, sealed string) (*httpapi.Identity, error) {
	id, err := s.validate(s.db.View(), sealed, s.clock.Now(), expiredWindow)
	if err != nil {
		return nil, errNotAllowed
	}
	return id, nil
}

// tokenCache remembers tokens that were found valid, for as long as nothing changes that could make them worth less or
// more. Each token has one place in it, from which another may displace it, so it never grows.
type tokenCache struct {
	seed  maphash.Seed
	slots [512]atomic.Pointer[knownToken]
}

type knownToken struct {
	sealed string
	mark   state.Mark // of the tables that decided
	id     *httpapi.Identity
}

func (c *tokenCache) slot(sealed string) *atomic.Pointer[knownToken] {
	return &c.slots[maphash.String(c.seed, sealed)%uint64(len(c.slots))]
}

func (c *tokenCache) get(sealed string, deciding state.Watch, view state.View) *httpapi.Identity {
	known := c.slot(sealed).Load()
	if known == nil || known.sealed != sealed || !deciding.Unchanged(view, known.mark) {
		return nil
	}
	return known.id
}

func (c *tokenCache) put(sealed string, mark state.Mark, id *httpapi.Identity) {
	c.slot(sealed).Store(&knownToken{sealed, mark, id})
}
