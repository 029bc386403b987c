package keystone

import (
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// ApplicationCredential lets a program act as a user on one project, with some of the user's roles.
type ApplicationCredential struct {
	ID           string
	Name         string
	Description  *string
	UserID       string
	ProjectID    string
	Secret       secretHash
	ExpiresAt    *time.Time
	Unrestricted *bool
	Roles        []string
	AccessRules  []accessRule
}

// accessRule is one thing that a credential may be used for.
type accessRule struct {
	ID      string `json:"id"`
	Service string `json:"service"`
	Path    string `json:"path"`
	Method  string `json:"method"`
}

func (a *ApplicationCredential) unrestricted() bool { return a.Unrestricted != nil && *a.Unrestricted }

func (a *ApplicationCredential) expired(now time.Time) bool {
	return a.ExpiresAt != nil && !now.Before(*a.ExpiresAt)
}

// limit leaves of a user's roles those that the credential was made for.
func (a *ApplicationCredential) limit(roles []httpapi.Role) []httpapi.Role {
	return slices.DeleteFunc(roles, func(r httpapi.Role) bool { return !slices.Contains(a.Roles, r.ID) })
}

func (a *ApplicationCredential) attribute(name string) (any, bool) {
	if name == "name" {
		return a.Name, true
	}
	return nil, false
}

// credentialView is an application credential as the API shows it; the secret only once.
type credentialView struct {
	ID           string       `json:"id"`
	Name         string       `json:"name"`
	Description  *string      `json:"description"`
	UserID       string       `json:"user_id"`
	ProjectID    string       `json:"project_id"`
	System       *string      `json:"system"` // upstream has the column, and nothing that fills it
	ExpiresAt    *string      `json:"expires_at"`
	Unrestricted *bool        `json:"unrestricted"`
	Roles        []roleView   `json:"roles"`
	AccessRules  []accessRule `json:"access_rules,omitempty"`
	Secret       string       `json:"secret,omitempty"`
	Links        selfLink     `json:"links"`
}

// credentialsCollection begins the links of application credentials.
// Quirk: there is no such path; the resource lies under the user.
const credentialsCollection = "/v3/application_credentials"

func (s *Service) credentialView(c *httpapi.Call, r state.Reader, a ApplicationCredential) credentialView {
	v := credentialView{
		ID: a.ID, Name: a.Name, Description: a.Description, UserID: a.UserID, ProjectID: a.ProjectID,
		Unrestricted: a.Unrestricted, Roles: []roleView{}, AccessRules: a.AccessRules,
		Links: selfLink{c.URL(credentialsCollection + "/" + a.ID)},
	}
	if a.ExpiresAt != nil {
		at := a.ExpiresAt.Format("2006-01-02T15:04:05.000000")
		v.ExpiresAt = &at
	}
	for _, id := range a.Roles {
		if role, ok := s.roles.Get(r, id); ok {
			v.Roles = append(v.Roles, newRoleView(role, ""))
		}
	}
	return v
}
