package neutron

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// networkList serves GET /networks. API reference: Networking, "List networks".
func (s *Service) networkList(c *httpapi.Call) (schema.Dict, error) {
	r := s.db.View()
	var views []schema.Dict
	for n := range s.networks.All(r) {
		if c.May("get_network", networkTarget(n)) {
			views = append(views, s.networkView(r, n))
		}
	}
	return page(c, "networks", networkAttributes, views)
}

// networkShow serves GET /networks/{network_id}. API reference: Networking, "Show network details".
func (s *Service) networkShow(c *httpapi.Call) (schema.Dict, error) {
	r := s.db.View()
	n, err := s.networkFor(c, r, c.Var("network_id"))
	if err != nil {
		return nil, err
	}
	return schema.Dict{{"network", only(fieldsOf(c), s.networkView(r, n))}}, nil
}

// networkCreate serves POST /networks. API reference: Networking, "Create network".
func (s *Service) networkCreate(c *httpapi.Call) (schema.Dict, error) {
	given, err := readBody(c, "network", networkAttributes, true)
	if err != nil {
		return nil, err
	}
	n := Network{
		ID: s.ids.UUID(), ProjectID: of(given, "project_id", c.Auth.ProjectID), Up: true, PortSecurity: true, Revision: 1, CreatedAt: c.Now,
	}
	n.set(c, given)
	if err := enforce(c, "create_network", networkAttributes, given, networkTarget(n)); err != nil {
		return nil, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if err := exceeded("network", countOf(s.networks.All(tx), func(o Network) bool { return o.ProjectID == n.ProjectID })); err != nil {
			return err
		}
		s.defaultGroup(tx, n.ProjectID)
		s.networks.Put(tx, n)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return schema.Dict{{"network", s.networkView(s.db.View(), n)}}, nil
}

// set takes over what a request gives.
func (n *Network) set(c *httpapi.Call, given schema.Dict) {
	n.Name, n.Description = of(given, "name", n.Name), of(given, "description", n.Description)
	n.Up, n.Shared = of(given, "admin_state_up", n.Up), of(given, "shared", n.Shared)
	n.External, n.PortSecurity = of(given, "router:external", n.External), of(given, "port_security_enabled", n.PortSecurity)
	n.UpdatedAt = c.Now
}

// networkUpdate serves PUT /networks/{network_id}. API reference: Networking, "Update network".
func (s *Service) networkUpdate(c *httpapi.Call) (out schema.Dict, err error) {
	given, err := readBody(c, "network", networkAttributes, false)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		n, err := s.networkFor(c, tx, c.Var("network_id"))
		if err != nil {
			return err
		}
		if err := enforce(c, "update_network", networkAttributes, given, networkTarget(n)); err != nil {
			return err
		}
		if err := matched(c, n.Revision); err != nil {
			return err
		}
		n.set(c, given)
		n.Revision++
		s.networks.Put(tx, n)
		out = schema.Dict{{"network", s.networkView(tx, n)}}
		return nil
	})
	return out, err
}

// networkDelete serves DELETE /networks/{network_id}. API reference: Networking, "Delete network". Its subnets go with it.
func (s *Service) networkDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		n, err := s.networkFor(c, tx, c.Var("network_id"))
		if err != nil {
			return err
		}
		if err := enforce(c, "delete_network", nil, nil, networkTarget(n)); err != nil {
			return err
		}
		if err := matched(c, n.Revision); err != nil {
			return err
		}
		if used := slices.Collect(s.portsOf(tx, n.ID)); len(used) > 0 {
			return raised(fail.Conflict, "NetworkInUse",
				"Unable to complete operation on network %s. There are one or more ports still in use on the network, id for these ports is: %s.",
				n.ID, joinedIDs(used))
		}
		for _, sub := range slices.Collect(s.subnetsOf(tx, n.ID)) {
			s.subnets.Delete(tx, sub.ID)
		}
		s.networks.Delete(tx, n.ID)
		return nil
	})
}
