package httpapi

import (
	"context"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
)

// Identity is who a token speaks for, and with which roles on what. One Identity serves many requests: it is read only.
type Identity struct {
	UserID, UserName                   string
	UserDomainID, UserDomainName       string
	ProjectID, ProjectName             string // scope: a project,
	ProjectDomainID, ProjectDomainName string
	DomainID, DomainName               string // or a domain,
	System                             bool   // or the system; unscoped when none is set
	IsDomain                           bool   // the project acts as a domain
	Roles                              []Role
	Methods                            []string
	AuditIDs                           []string
	IssuedAt, ExpiresAt                time.Time
	ApplicationCredentialID            string
	ApplicationCredentialRestricted    bool
	TrustID                            string // the token was given by a trust, whose trustee uses it
	TrusteeID                          string
	AccessTokenID                      string       // the token was given by an OAuth 1 access token
	AccessRules                        []AccessRule // the only requests that it is good for, when there are any
	Token                              string       // as presented
	Creds                              policy.Creds
}

// Role is a role as tokens list it.
type Role struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// AccessRule is one kind of request: to a type of service, by its method and path.
type AccessRule struct{ Service, Method, Path string }

// Has tells whether the token carries the role.
func (id *Identity) Has(role string) bool {
	for _, r := range id.Roles {
		if r.Name == role {
			return true
		}
	}
	return false
}

// Delegated tells whether the token was given by what a user has lent to somebody: a trust, an application credential, an
// OAuth 1 access token.
func (id *Identity) Delegated() bool {
	return id.TrustID != "" || id.ApplicationCredentialID != "" || id.AccessTokenID != ""
}

// Authenticator finds out who a token speaks for. An unknown, expired or revoked token is fail.Unauthenticated; one of which a
// part is gone may be fail.NotFound.
type Authenticator interface {
	Authenticate(ctx context.Context, token string) (*Identity, error)
}
