package nova

import (
	"encoding/json"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// addressView is an address of a server's; of the fields, lists of addresses alone have the first two.
type addressView struct {
	Version int    `json:"version"`
	Addr    string `json:"addr"`
	Type    string `json:"OS-EXT-IPS:type,omitempty"`
	MAC     string `json:"OS-EXT-IPS-MAC:mac_addr,omitempty"`
}

// addressesOf are a server's addresses, by the names of its networks (nova/api/openstack/compute/views/addresses.py).
func addressesOf(v *Server, all bool) map[string][]addressView {
	by := map[string][]addressView{}
	for _, p := range v.Ports {
		for _, ip := range p.Addresses {
			a := addressView{Version: 4, Addr: ip}
			if strings.Contains(ip, ":") {
				a.Version = 6
			}
			if all {
				a.Type, a.MAC = "fixed", p.MAC
			}
			by[p.NetworkName] = append(by[p.NetworkName], a)
		}
	}
	return by
}

type addressesOut struct {
	Addresses map[string][]addressView `json:"addresses"`
}

// addressList serves GET /servers/{server_id}/ips. API reference: Compute, "List Ips".
func (s *Service) addressList(c *httpapi.Call) (addressesOut, error) {
	v, err := s.serverFor(c, s.db.View())
	return addressesOut{addressesOf(&v, false)}, err
}

// addressShow serves GET /servers/{server_id}/ips/{network_label}. API reference: Compute, "Show Ip Details".
func (s *Service) addressShow(c *httpapi.Call) (map[string][]addressView, error) {
	v, err := s.serverFor(c, s.db.View())
	if err != nil {
		return nil, err
	}
	label := c.Var("network_label")
	addresses, ok := addressesOf(&v, false)[label]
	if !ok {
		return nil, fail.New(fail.NotFound, "Instance is not a member of specified network")
	}
	return map[string][]addressView{label: addresses}, nil
}

// interfaceView is a port of a server's (nova/api/openstack/compute/attach_interfaces.py).
type interfaceView struct {
	NetworkID string          `json:"net_id"`
	PortID    string          `json:"port_id"`
	MAC       string          `json:"mac_addr"`
	State     string          `json:"port_state"`
	IPs       json.RawMessage `json:"fixed_ips"`
	Tag       any             `json:"tag,omitempty"` // *string, since 2.70
}

type interfacesOut struct {
	Interfaces []interfaceView `json:"interfaceAttachments"`
}

// interfaceList serves GET /servers/{server_id}/os-interface, as Neutron has them. API reference: Compute, "List Port
// Interfaces".
func (s *Service) interfaceList(c *httpapi.Call) (interfacesOut, error) {
	out := interfacesOut{[]interfaceView{}}
	v, err := s.serverFor(c, s.db.View())
	if err != nil || s.networks == nil {
		return out, err
	}
	ports, err := s.networks.portsOf(c.Context(), authOf(c), v.ID)
	for _, p := range ports {
		view := interfaceView{NetworkID: p.NetworkID, PortID: p.ID, MAC: p.MAC, State: p.Status, IPs: p.IPs}
		if c.Version.AtLeast(mvAttachmentTag) {
			view.Tag = (*string)(nil)
		}
		out.Interfaces = append(out.Interfaces, view)
	}
	return out, err
}
