package keystone

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// policyAssociation says which policy is for an endpoint, a service, or a service in a region.
type policyAssociation struct {
	Key        string
	PolicyID   string
	EndpointID string
	ServiceID  string
	RegionID   string
}

func newPolicyAssociation(policy, endpoint, service, region string) policyAssociation {
	return policyAssociation{Key: keyOf(endpoint, service, region), PolicyID: policy, EndpointID: endpoint, ServiceID: service, RegionID: region}
}

// association checks the rule and finds what the path is about.
func (s *Service) association(c *httpapi.Call, r state.Reader) (policyAssociation, error) {
	a := newPolicyAssociation(c.Var("policy_id"), c.Var("endpoint_id"), c.Var("service_id"), c.Var("region_id"))
	if _, err := s.policy(c, r); err != nil {
		return a, err
	}
	switch {
	case a.EndpointID != "" && !s.endpoints.Has(r, a.EndpointID):
		return a, fail.Missing("endpoint", a.EndpointID)
	case a.ServiceID != "" && !s.services.Has(r, a.ServiceID):
		return a, fail.Missing("service", a.ServiceID)
	case a.RegionID != "" && !s.regions.Has(r, a.RegionID):
		return a, fail.Missing("region", a.RegionID)
	}
	return a, nil
}

var errNoAssociation = fail.New(fail.NotFound, "Could not find policy association.")

// policyAssociationCheck serves GET of /v3/policies/{policy_id}/OS-ENDPOINT-POLICY/endpoints/{endpoint_id},
// .../services/{service_id} and .../services/{service_id}/regions/{region_id}.
func (s *Service) policyAssociationCheck(c *httpapi.Call) error {
	view := s.db.View()
	a, err := s.association(c, view)
	if err != nil {
		return err
	}
	if have, ok := s.associations.Get(view, a.Key); !ok || have.PolicyID != a.PolicyID {
		return errNoAssociation
	}
	return nil
}

// policyAssociationSet serves PUT of them: one policy at most is for the same.
func (s *Service) policyAssociationSet(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		a, err := s.association(c, tx)
		if err == nil {
			s.associations.Put(tx, a)
		}
		return err
	})
}

// policyAssociationDelete serves DELETE of them. There need not be one.
func (s *Service) policyAssociationDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		a, err := s.association(c, tx)
		if err != nil {
			return err
		}
		if have, ok := s.associations.Get(tx, a.Key); ok && have.PolicyID == a.PolicyID {
			s.associations.Delete(tx, a.Key)
		}
		return nil
	})
}

// policyEndpointList serves GET /v3/policies/{policy_id}/OS-ENDPOINT-POLICY/endpoints.
func (s *Service) policyEndpointList(c *httpapi.Call) (endpointsOut, error) {
	view := s.db.View()
	p, err := s.policy(c, view)
	if err != nil {
		return endpointsOut{}, err
	}
	var rows []Endpoint
	for a := range s.associations.All(view) {
		if a.PolicyID != p.ID {
			continue
		}
		for e := range s.endpoints.All(view) {
			if s.covers(view, a, e) {
				rows = append(rows, e)
			}
		}
	}
	out := s.endpointsOut(c, rows)
	for i := range out.Endpoints {
		out.Endpoints[i].bare = true
	}
	return out, nil
}

// covers tells whether an association is for an endpoint: one for a region is for the regions within, too.
func (s *Service) covers(r state.Reader, a policyAssociation, e Endpoint) bool {
	switch {
	case a.EndpointID != "":
		return e.ID == a.EndpointID
	case a.RegionID == "":
		return e.ServiceID == a.ServiceID
	}
	return e.ServiceID == a.ServiceID && slices.Contains(s.around(r, e.RegionID), a.RegionID)
}

// around lists a region and those that it is within, the nearest first.
func (s *Service) around(r state.Reader, id string) []string {
	var ids []string
	for id != "" {
		ids = append(ids, id)
		region, _ := s.regions.Get(r, id)
		id = region.ParentRegionID
	}
	return ids
}

// endpointPolicyShow serves GET /v3/endpoints/{endpoint_id}/OS-ENDPOINT-POLICY/policy: the policy for the endpoint itself,
// or else for its service in the nearest region, or else for its service.
// Quirk: the policy's link leads to an endpoint.
func (s *Service) endpointPolicyShow(c *httpapi.Call) (policyOut, error) {
	if err := enforce(c, nil); err != nil {
		return policyOut{}, err
	}
	view := s.db.View()
	e, ok := s.endpoints.Get(view, c.Var("endpoint_id"))
	if !ok {
		return policyOut{}, fail.Missing("endpoint", c.Var("endpoint_id"))
	}
	places := []policyAssociation{newPolicyAssociation("", e.ID, "", "")}
	for _, region := range s.around(view, e.RegionID) {
		places = append(places, newPolicyAssociation("", "", e.ServiceID, region))
	}
	for _, place := range append(places, newPolicyAssociation("", "", e.ServiceID, "")) {
		if a, ok := s.associations.Get(view, place.Key); ok {
			p, _ := s.policies.Get(view, a.PolicyID) // goes with its associations
			return policyOut{newPolicyView(p, c.URL("/v3/endpoints"))}, nil
		}
	}
	return policyOut{}, fail.New(fail.NotFound, "No policy is associated with endpoint %s.", e.ID)
}
