package keystone

import (
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Trust lets one user, the trustee, use roles of another, the trustor, on a project.
type Trust struct {
	ID                string
	TrustorID         string
	TrusteeID         string
	ProjectID         string
	Impersonation     bool
	Roles             []string
	ExpiresAt         *time.Time
	RemainingUses     *int
	RedelegatedID     string // the trust that this one hands on
	RedelegationCount int    // how often this one can be handed on
	Extra             map[string]any
}

// live tells whether a trust can be used, and shown, now.
func (t *Trust) live(now time.Time) bool {
	return (t.ExpiresAt == nil || !now.After(*t.ExpiresAt)) && (t.RemainingUses == nil || *t.RemainingUses > 0)
}

func trustAttributes() []string {
	return []string{
		"id", "trustor_user_id", "trustee_user_id", "project_id", "impersonation", "roles", "expires_at", "remaining_uses",
		"redelegated_trust_id", "redelegation_count", "deleted_at", "allow_redelegation",
	}
}

type trustView struct {
	ID                string      `json:"id"`
	TrustorID         string      `json:"trustor_user_id"`
	TrusteeID         string      `json:"trustee_user_id"`
	ProjectID         *string     `json:"project_id"`
	Impersonation     bool        `json:"impersonation"`
	ExpiresAt         *string     `json:"expires_at"`
	RemainingUses     *int        `json:"remaining_uses"`
	DeletedAt         *string     `json:"deleted_at"`
	RedelegatedID     *string     `json:"redelegated_trust_id"`
	RedelegationCount int         `json:"redelegation_count"`
	Roles             *[]roleView `json:"roles,omitempty"` // not in lists
	RolesLinks        *listLinks  `json:"roles_links,omitempty"`
	Links             selfLink    `json:"links"`

	extra map[string]any
}

func (v trustView) MarshalJSON() ([]byte, error) {
	type plain trustView
	return withExtra(v.extra, plain(v))
}

const trustsPath = "/v3/OS-TRUST/trusts"

func newTrustView(t Trust, collection string) trustView {
	v := trustView{
		ID: t.ID, TrustorID: t.TrustorID, TrusteeID: t.TrusteeID, ProjectID: orNull(t.ProjectID), Impersonation: t.Impersonation,
		RemainingUses: t.RemainingUses, RedelegatedID: orNull(t.RedelegatedID), RedelegationCount: t.RedelegationCount,
		Links: selfLink{collection + "/" + t.ID}, extra: t.Extra,
	}
	if at := stamp(t.ExpiresAt); at != nil {
		*at += "Z"
		v.ExpiresAt = at
	}
	return v
}

// trustRoles shows the roles of a trust that are still there.
func (s *Service) trustRoles(c *httpapi.Call, r state.Reader, t Trust) []roleView {
	roles := []roleView{}
	for _, id := range t.Roles {
		if role, ok := s.roles.Get(r, id); ok {
			roles = append(roles, newRoleView(role, c.URL("/v3/roles")))
		}
	}
	return roles
}

// wholeTrustView is a trust with its roles.
// Quirk: the roles' link is none that the API has.
func (s *Service) wholeTrustView(c *httpapi.Call, r state.Reader, t Trust) trustView {
	v := newTrustView(t, c.URL(trustsPath))
	roles := s.trustRoles(c, r, t)
	v.Roles, v.RolesLinks = &roles, &listLinks{Self: c.URL("/v3/" + t.ID + "/roles")}
	return v
}

// pedigree are a trust and those that it hands on, the first one last.
func (t *tables) pedigree(r state.Reader, trust Trust) []Trust {
	chain := []Trust{trust}
	for trust.RedelegatedID != "" && len(chain) < 64 {
		above, ok := t.trusts.Get(r, trust.RedelegatedID)
		if !ok {
			break
		}
		chain = append(chain, above)
		trust = above
	}
	return chain
}

// delegatedRoles are the roles that a trust gives: those that it names, with what they imply, all of which the first
// trustor must still have.
func (t *tables) delegatedRoles(r state.Reader, trust Trust) ([]string, error) {
	chain := t.pedigree(r, trust)
	has := t.rolesOn(r, chain[len(chain)-1].TrustorID, target{onProject, trust.ProjectID})
	roles := t.withImplied(r, slices.Clone(trust.Roles))
	for _, role := range roles {
		if !slices.Contains(has, role) {
			return nil, &fail.Error{Kind: fail.Forbidden} // the trustee has no delegated roles
		}
	}
	return roles, nil
}

// deleteTrust takes away a trust and those that hand it on. Their tokens end.
func (s *Service) deleteTrust(tx *state.Tx, id string) {
	for _, t := range collect(s.trusts.All(tx)) {
		if t.RedelegatedID == id {
			s.deleteTrust(tx, t.ID)
		}
	}
	s.trusts.Delete(tx, id)
	s.revoke(tx, revokedTrust, id)
}
