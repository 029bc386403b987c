package neutron

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Port is a port of a network: of a server's, usually.
type Port struct {
	ID           string
	Name         string
	Description  string
	ProjectID    string
	NetworkID    string
	MAC          string
	IPs          []fixedIP
	Up           bool // admin_state_up
	DeviceID     string
	DeviceOwner  string
	Host         string // that it is bound to; "" for none
	VNICType     string
	Profile      string // JSON of binding:profile, "" for {}
	PortSecurity bool
	Groups       []string // ids of security groups
	Revision     int
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// status is ACTIVE of ports that are bound, as if an agent had seen to it.
func (p Port) status() string {
	if p.Host == "" {
		return "DOWN"
	}
	return "ACTIVE"
}

var portAttributes = []attribute{
	{name: "id", filters: true, sorts: true},
	{name: "name", post: true, put: true, filters: true, sorts: true, read: words},
	{name: "network_id", post: true, required: true, filters: true, sorts: true, read: uuid},
	{name: "admin_state_up", post: true, put: true, filters: true, sorts: true, read: boolean},
	{name: "mac_address", post: true, put: true, filters: true, sorts: true, enforced: true, read: mac},
	{name: "fixed_ips", post: true, put: true, filters: true, enforced: true, read: fixedIPs},
	{name: "device_id", post: true, put: true, filters: true, sorts: true, enforced: true, read: words},
	{name: "device_owner", post: true, put: true, filters: true, sorts: true, enforced: true, read: words},
	{name: "project_id", post: true, filters: true, sorts: true, read: words},
	{name: "status", filters: true, sorts: true},
	{name: "binding:vif_type", enforced: true},
	{name: "binding:vif_details", enforced: true},
	{name: "binding:vnic_type", post: true, put: true, enforced: true, read: vnicType},
	{name: "binding:host_id", post: true, put: true, filters: true, enforced: true, read: hostOrNone},
	{name: "binding:profile", post: true, put: true, enforced: true, read: object},
	{name: "port_security_enabled", post: true, put: true, enforced: true, read: boolean},
	{name: "security_groups", post: true, put: true, filters: true, read: uuids},
	{name: "description", post: true, put: true, filters: true, sorts: true, read: words},
	{name: "revision_number", filters: true, sorts: true},
	{name: "created_at"},
	{name: "updated_at"},
}

// vnicType reads one of portbindings.VNIC_TYPES.
func vnicType(v schema.Value) (schema.Value, error) {
	switch v {
	case "normal", "direct", "macvtap", "baremetal", "direct-physical", "virtio-forwarder", "smart-nic", "vdpa", "accelerator-direct",
		"accelerator-direct-physical", "remote-managed":
		return v, nil
	}
	return nil, reason(schema.Str(v) + " is not in valid_values")
}

func hostOrNone(v schema.Value) (schema.Value, error) {
	if v == nil {
		return "", nil
	}
	return words(v)
}

// portView is a port on the wire, as far as the caller may see it.
func portView(c *httpapi.Call, p Port, on Network) schema.Dict {
	view := schema.Dict{
		{"id", p.ID},
		{"name", p.Name},
		{"network_id", p.NetworkID},
		{"tenant_id", p.ProjectID},
		{"project_id", p.ProjectID},
		{"mac_address", p.MAC},
		{"admin_state_up", p.Up},
		{"status", p.status()},
		{"device_id", p.DeviceID},
		{"device_owner", p.DeviceOwner},
		{"fixed_ips", listOf(p.IPs)},
		{"port_security_enabled", p.PortSecurity},
		{"security_groups", listOf(p.Groups)},
		{"binding:vnic_type", p.VNICType},
		{"description", p.Description},
		{"created_at", stamp(p.CreatedAt)},
		{"updated_at", stamp(p.UpdatedAt)},
		{"revision_number", p.Revision},
	}
	vif, details := "unbound", schema.Dict{}
	if p.Host != "" {
		vif, details = "ovs", schema.Dict{{"connectivity", "l2"}, {"port_filter", true}, {"ovs_hybrid_plug", false}, {"datapath_type", "system"}, {"bridge_name", "br-int"}}
	}
	target := portTarget(p, on)
	for _, binding := range []schema.Pair{
		{Key: "binding:host_id", Value: p.Host},
		{Key: "binding:vif_type", Value: vif},
		{Key: "binding:vif_details", Value: details},
		{Key: "binding:profile", Value: p.profile()},
	} {
		if c.May("get_port:"+binding.Key, target) {
			view = append(view, binding)
		}
	}
	return view
}

func (p Port) profile() schema.Value {
	if v, err := schema.Decode([]byte(p.Profile)); err == nil {
		return v
	}
	return schema.Dict{}
}

func portTarget(p Port, on Network) policy.Map {
	return targetOf(schema.Dict{{"project_id", p.ProjectID}, {"tenant_id", p.ProjectID}, {"device_owner", p.DeviceOwner}}, on)
}

// portFor finds a port that the caller may see, and its network.
func (s *Service) portFor(c *httpapi.Call, r state.Reader, id string) (Port, Network, error) {
	p, ok := s.ports.Get(r, id)
	on, _ := s.networks.Get(r, p.NetworkID)
	if !ok || c.AuthorizeFor("get_port", portTarget(p, on)) != nil {
		return p, on, absent("port", id)
	}
	return p, on, nil
}

// portsOf yields the ports of a network, in the order of their ids.
func (s *Service) portsOf(r state.Reader, network string) iter.Seq[Port] {
	return func(yield func(Port) bool) {
		for p := range s.portsByNetwork.Ascend(r, Port{NetworkID: network}) {
			if p.NetworkID != network || !yield(p) {
				return
			}
		}
	}
}

// newMAC draws an address under the configuration's default base_mac.
func (s *Service) newMAC() string {
	var b [3]byte
	_, _ = s.ids.Read(b[:]) // it never fails
	return fmt.Sprintf("fa:16:3e:%02x:%02x:%02x", b[0], b[1], b[2])
}

// isTrusted tells ports of the network's own devices, which security groups are not for (neutron_lib.utils.net).
func isTrusted(owner string) bool { return strings.HasPrefix(owner, "network:") }
