package keystone

import (
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type trustOut struct {
	Trust trustView `json:"trust"`
}

type trustsOut struct {
	Trusts []trustView `json:"trusts"`
	Links  listLinks   `json:"links"`
}

type trustRolesOut struct {
	Roles []roleView `json:"roles"`
	Links listLinks  `json:"links"`
}

var trustCreateBody = enveloped("trust", object(schema.Dict{
	member("trustor_user_id", anyText),
	member("trustee_user_id", anyText),
	member("impersonation", wholeTruth),
	member("project_id", textOrNull),
	member("remaining_uses", schema.Dict{member("type", schema.List{"integer", "null"}), member("minimum", 1)}),
	member("expires_at", schema.Dict{member("type", schema.List{"null", "string"})}),
	member("allow_redelegation", schema.Dict{member("type", schema.List{"boolean", "null"})}),
	member("redelegation_count", schema.Dict{member("type", schema.List{"integer", "null"}), member("minimum", 0)}),
	member("redelegated_trust_id", textOrNull),
	member("roles", schema.Dict{
		member("type", "array"),
		member("items", schema.Dict{
			member("type", "object"),
			member("properties", schema.Dict{member("id", idText), member("name", anyName)}),
			member("minProperties", 1),
			member("maxProperties", 1),
			member("additionalProperties", false),
		}),
	}),
}, []string{"trustor_user_id", "trustee_user_id", "impersonation"}, true))

// trusting refuses to have trusts managed by means of an application credential.
func trusting(id *httpapi.Identity) error {
	if id.ApplicationCredentialID != "" {
		return forbidden("Using method 'application_credential' is not allowed for managing trusts.")
	}
	return nil
}

// trustList serves GET /v3/OS-TRUST/trusts.
func (s *Service) trustList(c *httpapi.Call) (trustsOut, error) {
	trustor, trustee := c.Query().Get("trustor_user_id"), c.Query().Get("trustee_user_id")
	var err error
	switch {
	case trustor != "":
		err = enforceRule(c, "identity:list_trusts_for_trustor", map[string]any{"target.trust.trustor_user_id": trustor})
	case trustee != "":
		err = enforceRule(c, "identity:list_trusts_for_trustee", map[string]any{"target.trust.trustee_user_id": trustee})
	default:
		err = enforce(c, nil)
	}
	if err == nil {
		err = trusting(c.Auth)
	}
	if err != nil {
		return trustsOut{}, err
	}
	var rows []Trust
	for t := range s.trusts.All(s.db.View()) {
		if trustor != "" && t.TrustorID == trustor || trustor == "" && trustee != "" && t.TrusteeID == trustee ||
			len(c.Query()) == 0 {
			rows = append(rows, t)
		}
	}
	return trustsOut{views(rows, c.URL(trustsPath), newTrustView), linksOf(c)}, nil
}

// trustOf finds the trust of the path, which is the rule's target, so a missing one is found out first.
func (s *Service) trustOf(c *httpapi.Call, r state.Reader) (Trust, error) {
	t, ok := s.trusts.Get(r, c.Var("trust_id"))
	if !ok || !t.live(c.Now) {
		return t, fail.Missing("trust", c.Var("trust_id"))
	}
	err := enforce(c, map[string]any{
		"target.trust.trustor_user_id": t.TrustorID, "target.trust.trustee_user_id": t.TrusteeID,
	})
	if err == nil {
		err = trusting(c.Auth)
	}
	return t, err
}

// trustShow serves GET /v3/OS-TRUST/trusts/{trust_id}.
func (s *Service) trustShow(c *httpapi.Call) (trustOut, error) {
	view := s.db.View()
	t, err := s.trustOf(c, view)
	return trustOut{s.wholeTrustView(c, view, t)}, err
}

// trustRoleList serves GET /v3/OS-TRUST/trusts/{trust_id}/roles.
func (s *Service) trustRoleList(c *httpapi.Call) (trustRolesOut, error) {
	view := s.db.View()
	t, err := s.trustOf(c, view)
	return trustRolesOut{s.trustRoles(c, view, t), listLinks{Self: c.URL("/v3/" + t.ID + "/roles")}}, err
}

// trustRoleShow serves GET /v3/OS-TRUST/trusts/{trust_id}/roles/{role_id}.
func (s *Service) trustRoleShow(c *httpapi.Call) (roleOut, error) {
	view := s.db.View()
	t, err := s.trustOf(c, view)
	if err != nil {
		return roleOut{}, err
	}
	role, ok := s.roles.Get(view, c.Var("role_id"))
	if !ok || !slices.Contains(t.Roles, role.ID) {
		return roleOut{}, fail.Missing("role", c.Var("role_id"))
	}
	return roleOut{newRoleView(role, c.URL("/v3/roles"))}, nil
}

// trustDelete serves DELETE /v3/OS-TRUST/trusts/{trust_id}.
func (s *Service) trustDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		t, err := s.trustOf(c, tx)
		if err == nil {
			s.deleteTrust(tx, t.ID)
		}
		return err
	})
}

// trustCreate serves POST /v3/OS-TRUST/trusts. With a token of a trust, it hands that one on.
func (s *Service) trustCreate(c *httpapi.Call) (trustOut, error) {
	in, err := refOf(c, "trust")
	if err != nil {
		return trustOut{}, err
	}
	if err := enforce(c, aboutRef("trust", in)); err != nil {
		return trustOut{}, err
	}
	roles, _ := in.get("roles").(schema.List)
	switch err := trusting(c.Auth); {
	case err != nil:
		return trustOut{}, err
	case in.text("project_id") != "" && len(roles) == 0:
		return trustOut{}, forbidden("At least one role should be specified")
	case c.Auth.UserID != in.text("trustor_user_id"):
		return trustOut{}, forbidden("The authenticated user should match the trustor")
	}
	t := Trust{
		TrustorID: in.text("trustor_user_id"), TrusteeID: in.text("trustee_user_id"), ProjectID: in.text("project_id"),
		Impersonation: in.flag("impersonation", false), RedelegatedID: in.text("redelegated_trust_id"),
		Extra: in.extra(nil, trustAttributes()...),
	}
	if in.get("remaining_uses") != nil {
		uses := in.number("remaining_uses")
		t.RemainingUses = &uses
	}
	var out trustOut
	err = s.db.Update(func(tx *state.Tx) error {
		if err := s.planTrust(tx, &t, in, roles, c.Now); err != nil {
			return err
		}
		if err := s.redelegate(tx, &t, in, c.Auth); err != nil {
			return err
		}
		t.ID = s.ids.Hex()
		s.trusts.Put(tx, t)
		out.Trust = s.wholeTrustView(c, tx, t)
		return nil
	})
	return out, err
}

// planTrust finds who and what a trust names: the trustee, roles that the trustor has, a time to come.
func (s *Service) planTrust(r state.Reader, t *Trust, in ref, roles schema.List, now time.Time) error {
	if !s.users.Has(r, t.TrusteeID) {
		return fail.Missing("user", t.TrusteeID)
	}
	for _, item := range roles {
		d, _ := dig(item)
		id := text(d, "id")
		if id == "" {
			role, ok := s.globalRole(r, text(d, "name"))
			if !ok {
				return fail.New(fail.NotFound, "Role %s is not defined", text(d, "name"))
			}
			id = role.ID
		}
		t.Roles = append(t.Roles, id)
	}
	var has []string
	if t.ProjectID != "" {
		if !s.projects.Has(r, t.ProjectID) {
			return fail.Missing("project", t.ProjectID)
		}
		chain := s.pedigree(r, *t)
		has = s.rolesOn(r, chain[len(chain)-1].TrustorID, target{onProject, t.ProjectID})
	}
	for _, id := range t.Roles {
		if !slices.Contains(has, id) {
			return fail.Missing("role", id)
		}
	}
	var err error
	t.ExpiresAt, err = parseExpiry(in.text("expires_at"), now)
	return err
}

// redelegate works out how often a trust can be handed on, and whether it may hand on another.
func (s *Service) redelegate(r state.Reader, t *Trust, in ref, id *httpapi.Identity) error {
	most, asked := s.conf.Trust.MaxRedelegationCount, in.number("redelegation_count")
	given := in.get("redelegation_count") != nil
	open := in.flag("allow_redelegation", false) && !(given && asked == 0)
	switch {
	case !open:
		t.RedelegationCount = 0
	case asked > most: // upstream hides the reason
		return &fail.Error{Kind: fail.Forbidden}
	case t.RemainingUses != nil:
		return fail.New(fail.Invalid, "remaining_uses must not be set if redelegation is allowed")
	case given:
		t.RedelegationCount = asked
	default:
		t.RedelegationCount = most
	}
	if id.TrustID == "" {
		return nil
	}
	from, ok := s.trusts.Get(r, id.TrustID)
	if !ok {
		return fail.Missing("trust", id.TrustID)
	}
	t.RedelegatedID = from.ID
	if open && asked != 0 && asked != from.RedelegationCount-1 {
		return &fail.Error{Kind: fail.Forbidden}
	}
	if open && !given {
		t.RedelegationCount = from.RedelegationCount - 1
	}
	for _, above := range s.pedigree(r, from) {
		if !handsOn(above, t, most) {
			return &fail.Error{Kind: fail.Forbidden}
		}
	}
	return nil
}

// handsOn tells whether a trust may be handed on as another is planned: not more often, longer, with more roles or in
// another's name.
func handsOn(from Trust, t *Trust, most int) bool {
	if from.RedelegationCount <= 0 || from.RedelegationCount > most || t.RemainingUses != nil {
		return false
	}
	switch {
	case t.ExpiresAt == nil:
		t.ExpiresAt = from.ExpiresAt
	case from.ExpiresAt != nil && from.ExpiresAt.Before(*t.ExpiresAt):
		return false
	}
	for _, role := range t.Roles {
		if !slices.Contains(from.Roles, role) {
			return false
		}
	}
	return from.Impersonation || !t.Impersonation
}
