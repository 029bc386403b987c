package neutron

import (
	"encoding/json"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// portList serves GET /ports. API reference: Networking, "List ports".
func (s *Service) portList(c *httpapi.Call) (schema.Dict, error) {
	r := s.db.View()
	var views []schema.Dict
	for p := range s.ports.All(r) {
		on, _ := s.networks.Get(r, p.NetworkID)
		if c.May("get_port", portTarget(p, on)) {
			views = append(views, portView(c, p, on))
		}
	}
	return page(c, "ports", portAttributes, views)
}

// portShow serves GET /ports/{port_id}. API reference: Networking, "Show port details".
func (s *Service) portShow(c *httpapi.Call) (schema.Dict, error) {
	p, on, err := s.portFor(c, s.db.View(), c.Var("port_id"))
	if err != nil {
		return nil, err
	}
	return schema.Dict{{"port", only(fieldsOf(c), portView(c, p, on))}}, nil
}

// portCreate serves POST /ports. API reference: Networking, "Create port".
func (s *Service) portCreate(c *httpapi.Call) (out schema.Dict, err error) {
	given, err := readBody(c, "port", portAttributes, true)
	if err != nil {
		return nil, err
	}
	p := Port{
		ID: s.ids.UUID(), ProjectID: of(given, "project_id", c.Auth.ProjectID), NetworkID: of(given, "network_id", ""), Up: true,
		MAC: of(given, "mac_address", s.newMAC()), VNICType: "normal", Revision: 1, CreatedAt: c.Now,
	}
	err = s.db.Update(func(tx *state.Tx) error {
		on, err := s.networkFor(c, tx, p.NetworkID)
		if err != nil {
			return err
		}
		p.PortSecurity = on.PortSecurity
		p.set(c, given)
		if err := enforce(c, "create_port", portAttributes, given, portTarget(p, on)); err != nil {
			return err
		}
		if err := exceeded("port", countOf(s.ports.All(tx), func(o Port) bool { return o.ProjectID == p.ProjectID })); err != nil {
			return err
		}
		if err := s.checkMAC(tx, p); err != nil {
			return err
		}
		if p.IPs, err = s.allocate(tx, p, of[[]fixedIP](given, "fixed_ips", nil), !given.Has("fixed_ips")); err != nil {
			return err
		}
		if p.Groups, err = s.groupsFor(c, tx, p, given); err != nil {
			return err
		}
		s.ports.Put(tx, p)
		out = schema.Dict{{"port", portView(c, p, on)}}
		return nil
	})
	return out, err
}

// set takes over what a request gives, but for addresses and security groups.
func (p *Port) set(c *httpapi.Call, given schema.Dict) {
	p.Name, p.Description = of(given, "name", p.Name), of(given, "description", p.Description)
	p.Up, p.PortSecurity = of(given, "admin_state_up", p.Up), of(given, "port_security_enabled", p.PortSecurity)
	p.DeviceID, p.DeviceOwner = of(given, "device_id", p.DeviceID), of(given, "device_owner", p.DeviceOwner)
	p.MAC, p.Host, p.VNICType = of(given, "mac_address", p.MAC), of(given, "binding:host_id", p.Host), of(given, "binding:vnic_type", p.VNICType)
	if profile, ok := given.Get("binding:profile"); ok {
		if text, err := json.Marshal(profile); err == nil { // which came as JSON
			p.Profile = string(text)
		}
	}
	p.UpdatedAt = c.Now
}

func (s *Service) checkMAC(tx *state.Tx, p Port) error {
	for o := range s.portsOf(tx, p.NetworkID) {
		if o.ID != p.ID && o.MAC == p.MAC {
			return raised(fail.Conflict, "MacAddressInUse", "Unable to complete operation for network %s. The mac address %s is in use.", p.NetworkID, p.MAC)
		}
	}
	return nil
}

// groupsFor are the security groups of a port: those that are named, or else the project's default one.
func (s *Service) groupsFor(c *httpapi.Call, tx *state.Tx, p Port, given schema.Dict) ([]string, error) {
	if isTrusted(p.DeviceOwner) {
		return nil, nil
	}
	named, ok := given.Get("security_groups")
	if !ok {
		if !p.PortSecurity {
			return nil, nil
		}
		if id := s.defaultGroup(tx, p.ProjectID); id != "" {
			return []string{id}, nil
		}
		return nil, nil
	}
	ids := named.([]string)
	var missing []string
	for _, id := range ids {
		if g, ok := s.groups.Get(tx, id); !ok || g.ProjectID != p.ProjectID && !isAdmin(c) {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		return nil, absent("security_group", strings.Join(missing, ", "))
	}
	if len(ids) > 0 && !p.PortSecurity {
		return nil, raised(fail.Invalid, "PortSecurityAndIPRequiredForSecurityGroups", "Port security must be enabled and port must have an IP address in order to use security groups.")
	}
	return ids, nil
}

// portUpdate serves PUT /ports/{port_id}. API reference: Networking, "Update port".
func (s *Service) portUpdate(c *httpapi.Call) (out schema.Dict, err error) {
	given, err := readBody(c, "port", portAttributes, false)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		p, on, err := s.portFor(c, tx, c.Var("port_id"))
		if err != nil {
			return err
		}
		p.set(c, given)
		if err := enforce(c, "update_port", portAttributes, given, portTarget(p, on)); err != nil {
			return err
		}
		if err := matched(c, p.Revision); err != nil {
			return err
		}
		if err := s.checkMAC(tx, p); err != nil {
			return err
		}
		if ips, ok := given.Get("fixed_ips"); ok {
			if p.IPs, err = s.allocate(tx, p, ips.([]fixedIP), false); err != nil {
				return err
			}
		}
		if given.Has("security_groups") {
			if p.Groups, err = s.groupsFor(c, tx, p, given); err != nil {
				return err
			}
		}
		p.Revision++
		s.ports.Put(tx, p)
		out = schema.Dict{{"port", portView(c, p, on)}}
		return nil
	})
	return out, err
}

// portDelete serves DELETE /ports/{port_id}. API reference: Networking, "Delete port".
func (s *Service) portDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		p, on, err := s.portFor(c, tx, c.Var("port_id"))
		if err != nil {
			return err
		}
		if err := enforce(c, "delete_port", nil, nil, portTarget(p, on)); err != nil {
			return err
		}
		if err := matched(c, p.Revision); err != nil {
			return err
		}
		s.ports.Delete(tx, p.ID)
		return nil
	})
}
