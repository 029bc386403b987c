package keystone

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// authenticate runs one method. Several in one request must agree on who asks.
func (a *attempt) authenticate(name string, method schema.Dict) error {
	var userID string
	var err error
	bit := bitOf(name)
	switch bit {
	case byPassword:
		userID, err = a.byPassword(method)
	case byToken:
		userID, err = a.byToken(method)
	case byApplicationCredential:
		userID, err = a.byApplicationCredential(method)
	case byOAuth1:
		userID, err = a.byOAuth1()
	case byTOTP:
		userID, err = a.byTOTP(method)
	default: // upstream knows it and nothing here provides for it, so nobody can pass
		err = errNotAllowed
	}
	if err != nil {
		return err
	}
	if a.userID != "" && a.userID != userID {
		return errNotAllowed
	}
	a.userID = userID
	a.methods |= bit
	return nil
}

func (a *attempt) byPassword(method schema.Dict) (string, error) {
	u, err := a.lookupUser(method)
	if err != nil {
		return "", err
	}
	who, _ := dig(method, "user")
	return u.ID, a.s.authenticate(u, text(who, "password"), a.call.Now)
}

// lookupUser finds the enabled user, of an enabled domain, that a method names.
func (a *attempt) lookupUser(method schema.Dict) (User, error) {
	who, ok := dig(method, "user")
	if !ok {
		return User{}, expecting("user", "None") // Quirk: upstream forgets the method's name
	}
	id, name := text(who, "id"), text(who, "name")
	if id == "" && name == "" {
		return User{}, expecting("id or name", "user")
	}
	if name == "" {
		u, ok := a.s.users.Get(a.r, id)
		domain, found := a.s.domain(a.r, u.DomainID)
		if !ok || !found || !domain.Enabled || !a.s.enabled(&u, a.call.Now) {
			return u, errNotAllowed
		}
		return u, nil
	}
	if !who.Has("domain") {
		return User{}, expecting("domain", "user")
	}
	in, _ := dig(who, "domain")
	if text(in, "id") == "" && text(in, "name") == "" {
		return User{}, expecting("id or name", "domain")
	}
	domain, err := a.lookupDomain(in)
	if err != nil {
		return User{}, err
	}
	u, ok := a.s.userNamed(a.r, domain.ID, name)
	if !ok || !a.s.enabled(&u, a.call.Now) {
		return u, errNotAllowed
	}
	return u, nil
}

// byToken makes a token from another, for another scope at most. The new one ends when the old one does.
func (a *attempt) byToken(method schema.Dict) (string, error) {
	old, err := a.s.validate(a.r, text(method, "id"), a.call.Now, 0)
	if err != nil {
		return "", err
	}
	asked := a.scopesAsked()
	forProject, forDomain := slices.Contains(asked, "project"), slices.Contains(asked, "domain")
	switch {
	case old.TrustID != "":
		return "", forbidden("Using trust-scoped token to create another token. Create a new trust-scoped token instead")
	case old.AccessTokenID != "":
		return "", forbidden("Using OAuth-scoped token to create another token. Create a new OAuth-scoped token instead")
	case old.System && (forProject || forDomain):
		return "", forbidden("Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed.")
	case old.ApplicationCredentialID != "":
		if credential, _ := a.s.credentials.Get(a.r, old.ApplicationCredentialID); len(credential.AccessRules) > 0 {
			return "", errWorthless
		}
		if len(asked) > 0 {
			return "", forbidden("Using an application credential token to create a scoped token is not allowed.")
		}
		a.credential = old.ApplicationCredentialID
	}
	t, err := a.s.open(a.r, text(method, "id"))
	if err != nil {
		return "", errForeign
	}
	a.methods |= t.Methods
	a.parent = t.chain()
	if a.expires.IsZero() || t.ExpiresAt.Before(a.expires) {
		a.expires = t.ExpiresAt
	}
	return t.UserID, nil
}

func (a *attempt) byApplicationCredential(method schema.Dict) (string, error) {
	credential, err := a.lookupCredential(method)
	if err != nil {
		return "", err
	}
	u, ok := a.s.users.Get(a.r, credential.UserID)
	if !ok {
		return "", fail.Missing("user", credential.UserID)
	}
	domain, ok := a.s.domain(a.r, u.DomainID)
	if !ok || !domain.Enabled || !a.s.enabled(&u, a.call.Now) || credential.expired(a.call.Now) ||
		!credential.Secret.matches(text(method, "secret")) {
		return "", errNotAllowed
	}
	a.credential = credential.ID
	return u.ID, nil
}
