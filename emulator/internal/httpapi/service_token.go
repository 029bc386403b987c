package httpapi

import (
	"context"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// ServiceTokens is how a service takes the token that another one sends beside its user's, as keystonemiddleware's options
// have it.
type ServiceTokens struct {
	// Roles tell a service's token: with one of them the user's token may have expired.
	Roles []string
	// RolesRequired makes a token without them as good as none.
	RolesRequired bool
	// Deferred answers a request all the same when its service token is good for nothing (delay_auth_decision).
	Deferred bool
}

const serviceTokenHeader = "X-Service-Token"

// expiredAuthenticator knows tokens for some time after they have expired.
type expiredAuthenticator interface {
	AuthenticateExpired(ctx context.Context, token string) (*Identity, error)
}

// service finds out which service passes a request on; nil when none does that counts.
func (f *Front) service(c *Call, how *ServiceTokens) (id *Identity, isService bool, err error) {
	token := c.Request.Header.Get(serviceTokenHeader)
	if token == "" || how == nil {
		return nil, false, nil
	}
	if id, err = f.Tokens.Authenticate(c.Context(), token); err != nil {
		if how.Deferred && fail.As(err) != nil {
			err = nil
		}
		return nil, false, err
	}
	isService = slices.ContainsFunc(how.Roles, func(role string) bool { return slices.Contains(id.Creds.Roles, role) })
	switch {
	case isService || !how.RolesRequired:
		return id, isService, nil
	case how.Deferred:
		return nil, false, nil
	}
	return nil, false, fail.New(fail.Unauthenticated, "")
}

// authenticate fills in who calls. Without a token, or with one that says nothing, it is fail.Unauthenticated.
func (f *Front) authenticate(c *Call, how *ServiceTokens) error {
	token := c.Request.Header.Get("X-Auth-Token")
	if token == "" {
		return fail.New(fail.Unauthenticated, "")
	}
	by, isService, err := f.service(c, how)
	if err != nil {
		return err
	}
	id, err := f.Tokens.Authenticate(c.Context(), token)
	if late, ok := f.Tokens.(expiredAuthenticator); ok && err != nil && isService {
		id, err = late.AuthenticateExpired(c.Context(), token)
	}
	if err != nil {
		return err
	}
	if by != nil {
		id = id.passedOnBy(by)
	}
	c.Auth = id
	return nil
}

// passedOnBy is a user whose request comes by way of a service.
func (id *Identity) passedOnBy(service *Identity) *Identity {
	both, of := *id, &service.Creds
	both.Creds.ServiceUserID, both.Creds.ServiceUserDomainID = of.UserID, of.UserDomainID
	both.Creds.ServiceProjectID, both.Creds.ServiceProjectDomainID = of.ProjectID, of.ProjectDomainID
	both.Creds.ServiceRoles = of.Roles
	return &both
}
