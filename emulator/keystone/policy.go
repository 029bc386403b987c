package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Policy is a text that a service may make policy of; Identity only keeps it.
type Policy struct {
	ID    string
	Type  string
	Blob  any
	Extra map[string]any
}

func (p *Policy) attribute(name string) (any, bool) { return p.Type, name == "type" }

type policyView struct {
	ID    string   `json:"id"`
	Blob  any      `json:"blob"`
	Type  string   `json:"type"`
	Links selfLink `json:"links"`

	extra map[string]any
}

func (v policyView) MarshalJSON() ([]byte, error) {
	type plain policyView
	return withExtra(v.extra, plain(v))
}

func newPolicyView(p Policy, collection string) policyView {
	return policyView{ID: p.ID, Blob: p.Blob, Type: p.Type, Links: selfLink{collection + "/" + p.ID}, extra: p.Extra}
}

type policyOut struct {
	Policy policyView `json:"policy"`
}

type policiesOut struct {
	Policies  []policyView `json:"policies"`
	Links     listLinks    `json:"links"`
	Truncated bool         `json:"truncated,omitempty"`
}

var (
	policyProperties = schema.Dict{member("blob", anyText), member("type", shortText)}
	policyCreateBody = schema.New(object(policyProperties, []string{"blob", "type"}, true))
	policyUpdateBody = schema.New(schema.Dict{
		member("type", "object"), member("properties", policyProperties),
		member("minProperties", 1), member("additionalProperties", true),
	})
)

func policyAttributes() []string { return []string{"id", "blob", "type"} }

// policyList serves GET /v3/policies.
func (s *Service) policyList(c *httpapi.Call) (policiesOut, error) {
	if err := enforce(c, nil); err != nil {
		return policiesOut{}, err
	}
	rows := selected(s.policies.All(s.db.View()), filtersOf(c, "type"))
	p, err := paged(s, c, rows, func(p *Policy) string { return p.ID })
	return policiesOut{views(p.rows, c.URL("/v3/policies"), newPolicyView), p.links, p.truncated}, err
}

// policy finds the policy of the path, once the caller may ask about it.
func (s *Service) policy(c *httpapi.Call, r state.Reader) (Policy, error) {
	if err := enforce(c, nil); err != nil {
		return Policy{}, err
	}
	p, ok := s.policies.Get(r, c.Var("policy_id"))
	if !ok {
		return p, fail.Missing("policy", c.Var("policy_id"))
	}
	return p, nil
}

// policyShow serves GET /v3/policies/{policy_id}.
func (s *Service) policyShow(c *httpapi.Call) (policyOut, error) {
	p, err := s.policy(c, s.db.View())
	return policyOut{newPolicyView(p, c.URL("/v3/policies"))}, err
}

// policyCreate serves POST /v3/policies.
func (s *Service) policyCreate(c *httpapi.Call) (policyOut, error) {
	in, err := refOf(c, "policy")
	if err != nil {
		return policyOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return policyOut{}, err
	}
	if err := checkWhole(policyCreateBody, orEmptyDict(in.members)); err != nil {
		return policyOut{}, err
	}
	in = in.normalized()
	p := Policy{ID: s.ids.Hex(), Type: in.text("type"), Blob: in.get("blob"), Extra: in.extra(nil, policyAttributes()...)}
	err = s.db.Update(func(tx *state.Tx) error {
		s.policies.Put(tx, p)
		return nil
	})
	return policyOut{newPolicyView(p, c.URL("/v3/policies"))}, err
}

// policyUpdate serves PATCH /v3/policies/{policy_id}.
func (s *Service) policyUpdate(c *httpapi.Call) (policyOut, error) {
	in, err := refOf(c, "policy")
	if err != nil {
		return policyOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return policyOut{}, err
	}
	if err := checkWhole(policyUpdateBody, orEmptyDict(in.members)); err != nil {
		return policyOut{}, err
	}
	if in.has("id") && in.get("id") != schema.Value(c.Var("policy_id")) {
		return policyOut{}, fail.New(fail.Invalid, "Cannot change policy ID")
	}
	var p Policy
	err = s.db.Update(func(tx *state.Tx) error {
		if p, err = s.policy(c, tx); err != nil {
			return err
		}
		if in.has("type") {
			p.Type = in.text("type")
		}
		if in.has("blob") {
			p.Blob = in.get("blob")
		}
		p.Extra = in.extra(p.Extra, policyAttributes()...)
		s.policies.Put(tx, p)
		return nil
	})
	return policyOut{newPolicyView(p, c.URL("/v3/policies"))}, err
}

// policyDelete serves DELETE /v3/policies/{policy_id}.
func (s *Service) policyDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		p, err := s.policy(c, tx)
		if err != nil {
			return err
		}
		s.policies.Delete(tx, p.ID)
		deleteWhere(tx, s.associations, s.associations.All(tx), func(a *policyAssociation) bool { return a.PolicyID == p.ID })
		return nil
	})
}
