package keystone

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type credentialOut struct {
	ApplicationCredential credentialView `json:"application_credential"`
}

type credentialsOut struct {
	ApplicationCredentials []credentialView `json:"application_credentials"`
	Links                  listLinks        `json:"links"`
	Truncated              bool             `json:"truncated,omitempty"`
}

// applicationCredentialList serves GET /v3/users/{user_id}/application_credentials.
func (s *Service) applicationCredentialList(c *httpapi.Call) (credentialsOut, error) {
	if err := enforce(c, nil); err != nil {
		return credentialsOut{}, err
	}
	view := s.db.View()
	filters := filtersOf(c, "name")
	rows := keep(s.credentialsOf(view, c.Var("user_id")), func(a *ApplicationCredential) bool {
		return passes[ApplicationCredential](a, filters)
	})
	p, err := paged(s, c, rows, func(a *ApplicationCredential) string { return a.ID })
	shown := views(p.rows, "", func(a ApplicationCredential, _ string) credentialView { return s.credentialView(c, view, a) })
	return credentialsOut{shown, p.links, p.truncated}, err
}

// credentialOf finds the application credential of the path. Its owner is who it belongs to, whatever user the path
// names: that is what the rule must be asked about.
func (s *Service) credentialOf(c *httpapi.Call, r state.Reader) (ApplicationCredential, error) {
	a, ok := s.credentials.Get(r, c.Var("application_credential_id"))
	var known map[string]any
	if ok {
		known = map[string]any{"user_id": a.UserID}
	}
	if err := enforce(c, known); err != nil {
		return a, err
	}
	if err := s.notByTrust(c.Auth); err != nil {
		return a, err
	}
	if !ok {
		return a, fail.Missing(applicationCredential, c.Var("application_credential_id"))
	}
	return a, nil
}

// applicationCredentialShow serves GET /v3/users/{user_id}/application_credentials/{application_credential_id}.
func (s *Service) applicationCredentialShow(c *httpapi.Call) (credentialOut, error) {
	view := s.db.View()
	a, err := s.credentialOf(c, view)
	if err != nil {
		return credentialOut{}, err
	}
	return credentialOut{s.credentialView(c, view, a)}, nil
}

// applicationCredentialDelete serves DELETE /v3/users/{user_id}/application_credentials/{application_credential_id}.
func (s *Service) applicationCredentialDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		a, err := s.credentialOf(c, tx)
		if err != nil {
			return err
		}
		if err := unrestricted(c.Auth); err != nil {
			return err
		}
		s.credentials.Delete(tx, a.ID)
		return nil
	})
}

// notByTrust refuses to have application credentials managed by means of a trust or an OAuth 1 access token, as newer
// releases do.
func (s *Service) notByTrust(id *httpapi.Identity) error {
	if (id.TrustID != "" || id.AccessTokenID != "") && s.release.AtLeast(release.Epoxy) {
		return &fail.Error{Kind: fail.Forbidden}
	}
	return nil
}

// unrestricted refuses to have application credentials managed by means of one that must not.
func unrestricted(id *httpapi.Identity) error {
	if id.ApplicationCredentialID != "" && id.ApplicationCredentialRestricted {
		return forbidden("Using method 'application_credential' is not allowed for managing additional application credentials.")
	}
	return nil
}

// credentialIn is what a client says of a new application credential.
type credentialIn struct {
	ApplicationCredential struct {
		Name         string          `json:"name"`
		Description  *string         `json:"description"`
		Secret       string          `json:"secret"`
		ExpiresAt    string          `json:"expires_at"`
		Unrestricted *bool           `json:"unrestricted"`
		Roles        []credentialRef `json:"roles"`
		AccessRules  []accessRule    `json:"access_rules"`
	} `json:"application_credential"`
}

// credentialRef names a role by its id or by its name.
type credentialRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// applicationCredentialCreate serves POST /v3/users/{user_id}/application_credentials. The credential is for the project
// of the caller's token and has its roles, or those of them that are named with all that they imply.
func (s *Service) applicationCredentialCreate(c *httpapi.Call, in credentialIn) (credentialOut, error) {
	if err := enforce(c, nil); err != nil {
		return credentialOut{}, err
	}
	if err := s.notByTrust(c.Auth); err != nil {
		return credentialOut{}, err
	}
	if err := unrestricted(c.Auth); err != nil {
		return credentialOut{}, err
	}
	if c.Auth.UserID != c.Var("user_id") {
		return credentialOut{}, forbidden("Cannot create an application credential for another user.")
	}
	want := in.ApplicationCredential
	a := ApplicationCredential{
		ID: s.ids.Hex(), Name: want.Name, Description: want.Description, UserID: c.Auth.UserID,
		ProjectID: c.Auth.ProjectID, Unrestricted: want.Unrestricted, AccessRules: want.AccessRules,
	}
	var out credentialOut
	err := s.db.Update(func(tx *state.Tx) error {
		var err error
		if a.Roles, err = s.credentialRoles(tx, c.Auth, want.Roles); err != nil {
			return err
		}
		if a.ExpiresAt, err = parseExpiry(want.ExpiresAt, c.Now); err != nil {
			return err
		}
		if a.ProjectID == "" {
			// Quirk: a token for no project has no roles on one, which is what upstream complains about.
			return fail.New(fail.Invalid, "Invalid application credential: Could not find role assignment with role: , "+
				"user or group: %s, project, domain, or system: None.", a.UserID)
		}
		for _, other := range s.credentialsOf(tx, a.UserID) {
			if other.Name == a.Name {
				return fail.New(fail.Conflict, "Conflict occurred attempting to store application_credential - "+
					"Duplicate entry found with name %s.", a.Name)
			}
		}
		if want.Secret == "" {
			want.Secret = s.newSecret()
		}
		a.Secret = newSecret(s.ids, want.Secret)
		if limit := s.conf.ApplicationCredential.UserLimit; limit != nil && *limit >= 0 && len(s.credentialsOf(tx, a.UserID)) >= *limit {
			return fail.New(fail.Forbidden, "Unable to create additional application credentials, maximum of %d already exceeded "+
				"for user.", *limit)
		}
		a.AccessRules = s.useRules(tx, a.UserID, a.AccessRules)
		s.credentials.Put(tx, a)
		out.ApplicationCredential = s.credentialView(c, tx, a)
		return nil
	})
	out.ApplicationCredential.Secret = want.Secret
	return out, err
}

// newSecret is 64 random bytes, as text.
func (s *Service) newSecret() string {
	var b [64]byte
	_, _ = s.ids.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// credentialRoles are the ids of the roles that a new credential gets. None may be one that the caller's token lacks.
func (s *Service) credentialRoles(r state.Reader, id *httpapi.Identity, wanted []credentialRef) ([]string, error) {
	var held []string
	for _, role := range id.Roles {
		held = append(held, role.ID)
	}
	if len(wanted) == 0 {
		return held, nil
	}
	var roles []string
	for _, ref := range wanted {
		if ref.ID == "" {
			role, ok := s.globalRole(r, ref.Name)
			if !ok {
				return nil, fail.New(fail.NotFound, "Role %s is not defined", ref.Name)
			}
			ref.ID = role.ID
		}
		roles = appendNew(roles, ref.ID)
	}
	if s.release != release.Zed { // Zed takes the roles as they are named
		roles = s.withImplied(r, roles)
	}
	for _, role := range roles {
		if !slices.Contains(held, role) {
			return nil, fail.New(fail.Invalid,
				"Invalid application credential: Cannot create an application credential with unassigned role")
		}
	}
	return roles, nil
}

// parseExpiry reads a time, which must be yet to come; "" is never.
func parseExpiry(s string, now time.Time) (*time.Time, error) {
	if s == "" {
		return nil, nil
	}
	at, err := parseISO(strings.TrimSuffix(s, "Z"))
	if err != nil {
		return nil, fail.New(fail.Invalid, "Timestamp not in expected format.%s", incorrect)
	}
	if at.Before(now) {
		return nil, fail.New(fail.Invalid, "The 'expires_at' must not be before now.%s", incorrect)
	}
	return &at, nil
}

// parseISO reads a time in UTC as the usual clients write it.
// Gap: of the other forms of ISO 8601 that upstream reads (offsets, weeks, parts left out) only the date alone is known.
func parseISO(s string) (time.Time, error) {
	var firstErr error
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		t, err := time.Parse(layout, s) // a fraction of a second may follow seconds
		if err == nil {
			return t, nil
		}
		if firstErr == nil {
			firstErr = err
		}
	}
	return time.Time{}, firstErr
}
