package keystone

import (
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// attempt is one request for a token on its way: what it asks for, and what its methods have proved so far.
type attempt struct {
	s    *Service
	call *httpapi.Call
	r    state.Reader

	identity schema.Dict
	scope    schema.Value // nil when the request has none
	hasScope bool

	on         scope // what was asked for
	unscoped   bool  // nothing was asked for, in so many words
	userID     string
	methods    methods
	parent     auditID
	expires    time.Time // of the token that this one is made from
	credential string
	trust      Trust
	// accessToken is that of OAuth 1 with which the request is signed.
	accessToken string
}

// tokenIssue serves POST /v3/auth/tokens.
// Quirk: the scope is looked up ahead of who asks, so a wrong project is found out before a wrong password; both are
// the same 401.
func (s *Service) tokenIssue(c *httpapi.Call) (httpapi.Reply, error) {
	body, err := c.Value()
	if err != nil {
		return httpapi.Reply{}, err
	}
	var auth schema.Value
	if d, ok := body.(schema.Dict); ok {
		auth, _ = d.Get("auth")
	}
	if auth == nil {
		return httpapi.Reply{}, expecting("auth", "request body")
	}
	if err := checkAuth(auth); err != nil {
		return httpapi.Reply{}, err
	}
	a := attempt{s: s, call: c, r: s.db.View()}
	a.identity, _ = dig(auth, "identity")
	a.scope, a.hasScope = auth.(schema.Dict).Get("scope")
	id, err := a.run()
	if err != nil {
		return httpapi.Reply{}, err
	}
	return s.tokenReply(c, a.r, id), nil
}

func (a *attempt) run() (*httpapi.Identity, error) {
	names, err := a.methodNames()
	if err != nil {
		return nil, err
	}
	if err := a.readScope(names); err != nil {
		return nil, err
	}
	for _, name := range names {
		method, _ := dig(a.identity, name)
		if err := a.authenticate(name, method); err != nil {
			return nil, err
		}
	}
	if a.userID == "" {
		return nil, errNotAllowed
	}
	a.defaultScope()
	t := token{
		Methods: a.methods, UserID: a.userID, Scope: a.on, CredentialID: a.credential, Parent: a.parent,
		ExpiresAt: a.expires, TrustID: a.trust.ID, AccessToken: a.accessToken,
	}
	if t.ExpiresAt.IsZero() {
		t.ExpiresAt = a.call.Now.Add(tokenLife).Truncate(time.Second)
	}
	if credential, ok := a.s.credentials.Get(a.r, a.credential); ok && credential.ExpiresAt != nil &&
		t.ExpiresAt.After(*credential.ExpiresAt) {
		t.ExpiresAt = credential.ExpiresAt.Truncate(time.Second)
	}
	if err := a.enoughMethods(); err != nil {
		return nil, err
	}
	t.Methods = a.methods // with those of a receipt
	id, err := a.s.issue(a.call.Now, a.r, t)
	if err != nil || a.trust.RemainingUses == nil {
		return id, err
	}
	return id, a.s.useTrust(a.trust.ID)
}

// useTrust counts a token that a trust has given.
func (s *Service) useTrust(id string) error {
	return s.db.Update(func(tx *state.Tx) error {
		t, ok := s.trusts.Get(tx, id)
		if !ok || t.RemainingUses == nil {
			return nil
		}
		left := *t.RemainingUses - 1
		if left < 0 { // somebody was faster
			return &fail.Error{Kind: fail.Forbidden}
		}
		t.RemainingUses = &left
		s.trusts.Put(tx, t)
		return nil
	})
}

// tokenLife is upstream's default for how long tokens are good.
const tokenLife = time.Hour

// methodNames lists the methods to be used, each once; all must come with what they need, and be known.
func (a *attempt) methodNames() ([]string, error) {
	there := make(map[string]bool, len(a.identity))
	for _, member := range a.identity {
		there[member.Key] = true
	}
	list, _ := a.identity.Get("methods")
	var names []string
	seen := map[string]bool{}
	for _, v := range list.(schema.List) {
		name := v.(string) // says the schema
		if !there[name] {
			return nil, expecting(name, "identity")
		}
		if !seen[name] {
			seen[name], names = true, append(names, name)
		}
	}
	for _, name := range names {
		if !slices.Contains(a.s.conf.AuthMethods, name) {
			return nil, &fail.Error{Kind: fail.Unauthenticated, Resource: unsupportedMethod, Want: a.s.conf.AuthMethods}
		}
	}
	return names, nil
}

func bitOf(name string) methods {
	for i, known := range methodNames() {
		if known == name {
			return 1 << i
		}
	}
	return 0
}

// readScope finds out what the token is to be for.
func (a *attempt) readScope(names []string) error {
	for _, name := range names {
		if bitOf(name) == byApplicationCredential {
			return a.credentialScope()
		}
	}
	if !a.hasScope {
		return nil
	}
	asked := a.scopesAsked()
	if len(asked) != 1 {
		return expecting("system, project, domain, OS-TRUST:trust or unscoped", "scope")
	}
	what, isObject := a.scope.(schema.Dict)
	switch kind := asked[0]; {
	case kind == "system":
		a.on = scope{Kind: onSystem}
	case kind == "unscoped":
		a.unscoped = true
	case !isObject:
		return fail.New(fail.Invalid, "string indices must be integers, not 'str'")
	case kind == "project":
		wanted, _ := dig(what, kind)
		return a.projectScope(wanted)
	case kind == "domain":
		wanted, _ := dig(what, kind)
		domain, err := a.lookupDomain(wanted)
		a.on = scope{onDomain, domain.ID}
		return err
	default:
		return a.trustScope(what)
	}
	return nil
}

// trustScope finds the trust that a token is wanted by, and the project that it is for.
func (a *attempt) trustScope(what schema.Dict) error {
	wanted, _ := dig(what, "OS-TRUST:trust")
	id := text(wanted, "id")
	if id == "" {
		return expecting("trust_id", "trust")
	}
	trust, ok := a.s.trusts.Get(a.r, id)
	if !ok || !trust.live(a.call.Now) {
		return errNotAllowed
	}
	a.trust = trust
	if trust.ProjectID == "" {
		return nil
	}
	return a.projectScope(schema.Dict{{Key: "id", Value: trust.ProjectID}})
}

// scopesAsked lists the kinds of scope that the request names.
// Quirk: a scope that is a string is searched for their names, so "unscoped" works, and so does "my system".
func (a *attempt) scopesAsked() []string {
	var asked []string
	for _, kind := range []string{"project", "domain", "unscoped", "system", "OS-TRUST:trust"} {
		d, isObject := a.scope.(schema.Dict)
		s, _ := a.scope.(string)
		if isObject && d.Has(kind) || !isObject && strings.Contains(s, kind) {
			asked = append(asked, kind)
		}
	}
	return asked
}

// lookupDomain finds an enabled domain; the name counts ahead of the id.
func (a *attempt) lookupDomain(d schema.Dict) (Project, error) {
	var domain Project
	var ok bool
	if name := text(d, "name"); name != "" {
		domain, ok = a.s.projectNamed(a.r, "", name)
	} else {
		domain, ok = a.s.domain(a.r, text(d, "id"))
	}
	if !ok || !domain.Enabled {
		return domain, errNotAllowed
	}
	return domain, nil
}

// projectScope finds the project that a token is wanted for: enabled, and in an enabled domain.
func (a *attempt) projectScope(wanted schema.Dict) error {
	var p Project
	var ok bool
	if name := text(wanted, "name"); name != "" {
		if !wanted.Has("domain") {
			return expecting("domain", "project")
		}
		in, _ := dig(wanted, "domain")
		domain, err := a.lookupDomain(in)
		if err != nil {
			return err
		}
		p, ok = a.s.projectNamed(a.r, domain.ID, name)
	} else if p, ok = a.s.projects.Get(a.r, text(wanted, "id")); ok {
		domain, found := a.s.domain(a.r, p.DomainID)
		ok = found && domain.Enabled
	}
	if !ok || !p.Enabled {
		return errNotAllowed
	}
	a.on = scope{onProject, p.ID}
	return nil
}

// credentialScope is that of the application credential, which cannot be chosen.
func (a *attempt) credentialScope() error {
	if a.hasScope {
		return &fail.Error{
			Kind: fail.Unauthenticated, Resource: credentialMethod,
			Text: "Error authenticating with application credential: Application credentials cannot request a scope.",
		}
	}
	method, _ := dig(a.identity, "application_credential")
	credential, err := a.lookupCredential(method)
	a.on = scope{onProject, credential.ProjectID}
	return err
}

// lookupCredential finds an application credential by its id, or by its name and its user.
func (a *attempt) lookupCredential(method schema.Dict) (ApplicationCredential, error) {
	if id := text(method, "id"); id != "" {
		credential, ok := a.s.credentials.Get(a.r, id)
		if !ok {
			return credential, fail.Missing(applicationCredential, id)
		}
		return credential, nil
	}
	name := text(method, "name")
	if name == "" {
		return ApplicationCredential{}, expecting("name or ID", "application credential")
	}
	who, ok := dig(method, "user")
	if !ok || len(who) == 0 {
		return ApplicationCredential{}, expecting("user", "application credential")
	}
	userID := text(who, "id")
	if userID == "" {
		if !who.Has("domain") {
			return ApplicationCredential{}, expecting("domain", "user")
		}
		in, _ := dig(who, "domain")
		domain, err := a.lookupDomain(in)
		if err != nil {
			return ApplicationCredential{}, err
		}
		u, ok := a.s.userNamed(a.r, domain.ID, text(who, "name"))
		if !ok {
			return ApplicationCredential{}, fail.Missing("user", text(who, "name"))
		}
		userID = u.ID
	}
	for _, credential := range a.s.credentialsOf(a.r, userID) {
		if credential.Name == name {
			return credential, nil
		}
	}
	return ApplicationCredential{}, errNotAllowed
}

// defaultScope is the user's default project, where nothing was asked for and the user can act on it; otherwise the
// token is for nothing.
func (a *attempt) defaultScope() {
	if a.on.Kind != "" || a.unscoped || a.trust.ID != "" {
		return
	}
	u, _ := a.s.users.Get(a.r, a.userID)
	p, ok := a.s.projects.Get(a.r, u.DefaultProjectID)
	if !ok || !p.Enabled {
		return
	}
	domain, ok := a.s.domain(a.r, p.DomainID)
	if ok && domain.Enabled && len(a.s.rolesOn(a.r, u.ID, targetOf(p))) > 0 {
		a.on = scope{onProject, p.ID}
	}
}
