package neutron

import (
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Network is a network. Ports and subnets name it.
type Network struct {
	ID           string
	Name         string
	Description  string
	ProjectID    string
	Up           bool // admin_state_up
	Shared       bool
	External     bool
	PortSecurity bool
	Revision     int
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// mtu is what networks of the type local have by default.
const mtu = 1500

// networkAttributes are those of network, external-net, net-mtu, port-security, availability zones and the standard ones.
var networkAttributes = []attribute{
	{name: "id", filters: true, sorts: true},
	{name: "name", post: true, put: true, filters: true, sorts: true, read: words},
	{name: "subnets"},
	{name: "admin_state_up", post: true, put: true, filters: true, sorts: true, read: boolean},
	{name: "status", filters: true, sorts: true},
	{name: "project_id", post: true, filters: true, sorts: true, read: words},
	{name: "shared", post: true, put: true, filters: true, enforced: true, read: boolean},
	{name: "router:external", post: true, put: true, filters: true, enforced: true, read: boolean},
	{name: "mtu", filters: true, sorts: true},
	{name: "port_security_enabled", post: true, put: true, enforced: true, read: boolean},
	{name: "availability_zone_hints", post: true, read: nothing("availability_zone_hints")},
	{name: "availability_zones"},
	{name: "description", post: true, put: true, filters: true, sorts: true, read: words},
	{name: "revision_number", filters: true, sorts: true},
	{name: "created_at"},
	{name: "updated_at"},
}

// view is a network on the wire.
func (s *Service) networkView(r state.Reader, n Network) schema.Dict {
	subnets := []string{}
	for sub := range s.subnetsOf(r, n.ID) {
		subnets = append(subnets, sub.ID)
	}
	zones := []string{}
	if len(subnets) > 0 {
		zones = append(zones, zone) // where its DHCP agent is
	}
	return schema.Dict{
		{"id", n.ID},
		{"name", n.Name},
		{"tenant_id", n.ProjectID},
		{"project_id", n.ProjectID},
		{"admin_state_up", n.Up},
		{"mtu", mtu},
		{"status", "ACTIVE"},
		{"subnets", subnets},
		{"shared", n.Shared},
		{"availability_zone_hints", []string{}},
		{"availability_zones", zones},
		{"router:external", n.External},
		{"description", n.Description},
		{"port_security_enabled", n.PortSecurity},
		{"created_at", stamp(n.CreatedAt)},
		{"updated_at", stamp(n.UpdatedAt)},
		{"revision_number", n.Revision},
	}
}

// stamp is a moment as Neutron's views have it: UTC, seconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// networkTarget is a network as rules see it.
func networkTarget(n Network) policy.Map {
	return targetOf(schema.Dict{{"project_id", n.ProjectID}, {"tenant_id", n.ProjectID}}, n)
}

// networkFor finds a network that the caller may see.
func (s *Service) networkFor(c *httpapi.Call, r state.Reader, id string) (Network, error) {
	n, ok := s.networks.Get(r, id)
	if !ok || c.AuthorizeFor("get_network", networkTarget(n)) != nil {
		return n, absent("network", id)
	}
	return n, nil
}

// exceeded refuses one more of a resource than the default quotas allow (neutron/conf/quota.py).
func exceeded(resource string, have int) error {
	if limit, ok := quotas[resource]; ok && have >= limit {
		return raised(fail.Conflict, "OverQuota", "Quota exceeded for resources: ['%s'].", resource)
	}
	return nil
}
