package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// oneInferenceOut says that one role implies another.
type oneInferenceOut struct {
	RoleInference struct {
		PriorRole roleRef `json:"prior_role"`
		Implies   roleRef `json:"implies"`
	} `json:"role_inference"`
	Links selfLink `json:"links"`
}

// implication finds the two roles of the path, which are the rule's target, so missing ones are found out first.
func (s *Service) implication(c *httpapi.Call, r state.Reader) (prior, implied Role, err error) {
	prior, ok := s.roles.Get(r, c.Var("prior_role_id"))
	if !ok {
		return prior, implied, fail.Missing("role", c.Var("prior_role_id"))
	}
	if implied, ok = s.roles.Get(r, c.Var("implied_role_id")); !ok {
		return prior, implied, fail.Missing("role", c.Var("implied_role_id"))
	}
	return prior, implied, enforce(c, nil)
}

func (s *Service) oneInference(c *httpapi.Call, prior, implied Role) oneInferenceOut {
	ref := func(r Role) roleRef { return roleRef{r.ID, r.Name, selfLink{c.URL("/v3/roles/" + r.ID)}} }
	var out oneInferenceOut
	out.RoleInference.PriorRole, out.RoleInference.Implies = ref(prior), ref(implied)
	out.Links.Self = c.URL("/v3/roles/" + prior.ID + "/implies/" + implied.ID)
	return out
}

func notImplied(prior, implied Role) error {
	return fail.New(fail.NotFound, "%s does not imply %s.", prior.ID, implied.ID)
}

// roleImpliedShow serves GET /v3/roles/{prior_role_id}/implies/{implied_role_id}.
func (s *Service) roleImpliedShow(c *httpapi.Call) (oneInferenceOut, error) {
	view := s.db.View()
	prior, implied, err := s.implication(c, view)
	if err == nil && !s.inferences.Has(view, newInference(prior.ID, implied.ID).Key) {
		err = notImplied(prior, implied)
	}
	return s.oneInference(c, prior, implied), err
}

// roleImpliedCheck serves HEAD of the same.
func (s *Service) roleImpliedCheck(c *httpapi.Call) error {
	_, err := s.roleImpliedShow(c)
	return err
}

// roleImpliedSet serves PUT /v3/roles/{prior_role_id}/implies/{implied_role_id}.
func (s *Service) roleImpliedSet(c *httpapi.Call) (oneInferenceOut, error) {
	var prior, implied Role
	err := s.db.Update(func(tx *state.Tx) error {
		var err error
		if prior, implied, err = s.implication(c, tx); err != nil {
			return err
		}
		if implied.Name == "admin" || prior.DomainID == "" && implied.DomainID != "" {
			return fail.New(fail.Forbidden, "%s cannot be an implied roles.", implied.ID)
		}
		rule := newInference(prior.ID, implied.ID)
		if s.inferences.Has(tx, rule.Key) {
			return conflict("implied_role", "Duplicate entry")
		}
		s.inferences.Put(tx, rule)
		return nil
	})
	return s.oneInference(c, prior, implied), err
}

// roleImpliedDelete serves DELETE /v3/roles/{prior_role_id}/implies/{implied_role_id}.
func (s *Service) roleImpliedDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		prior, implied, err := s.implication(c, tx)
		if err == nil && !s.inferences.Delete(tx, newInference(prior.ID, implied.ID).Key) {
			err = notImplied(prior, implied)
		}
		return err
	})
}
