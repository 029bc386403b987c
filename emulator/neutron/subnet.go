package neutron

import (
	"iter"
	"net/netip"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Subnet is a range of addresses in a network. Addresses are kept in their canonical form.
type Subnet struct {
	ID          string
	Name        string
	Description string
	ProjectID   string
	NetworkID   string
	CIDR        string
	Gateway     string // "" for none
	Pools       []pool
	DHCP        bool
	Nameservers []string
	Routes      []hostRoute
	Revision    int
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// prefix is the subnet's range.
func (n Subnet) prefix() netip.Prefix { return netip.MustParsePrefix(n.CIDR) }

func (n Subnet) version() int {
	if n.prefix().Addr().Is4() {
		return 4
	}
	return 6
}

var subnetAttributes = []attribute{
	{name: "id", filters: true, sorts: true},
	{name: "name", post: true, put: true, filters: true, sorts: true, read: words},
	{name: "ip_version", post: true, required: true, filters: true, sorts: true, read: ipVersion},
	{name: "network_id", post: true, required: true, filters: true, sorts: true, read: uuid},
	{name: "subnetpool_id", post: true, filters: true, sorts: true, read: nothing("subnetpool_id")},
	{name: "prefixlen", post: true, read: nothing("prefixlen")},
	{name: "cidr", post: true, filters: true, sorts: true, read: cidr},
	{name: "gateway_ip", post: true, put: true, filters: true, sorts: true, read: addressOrNone},
	{name: "allocation_pools", post: true, put: true, read: allocationPools},
	{name: "dns_nameservers", post: true, put: true, read: nameservers},
	{name: "host_routes", post: true, put: true, read: hostRoutes},
	{name: "project_id", post: true, filters: true, sorts: true, read: words},
	{name: "enable_dhcp", post: true, put: true, filters: true, sorts: true, read: boolean},
	{name: "ipv6_ra_mode", post: true, filters: true, sorts: true, read: nothing("ipv6_ra_mode")},
	{name: "ipv6_address_mode", post: true, filters: true, sorts: true, read: nothing("ipv6_address_mode")},
	{name: "shared", filters: true},
	{name: "description", post: true, put: true, filters: true, sorts: true, read: words},
	{name: "revision_number", filters: true, sorts: true},
	{name: "created_at"},
	{name: "updated_at"},
}

func subnetView(n Subnet) schema.Dict {
	var gateway any
	if n.Gateway != "" {
		gateway = n.Gateway
	}
	return schema.Dict{
		{"id", n.ID},
		{"name", n.Name},
		{"tenant_id", n.ProjectID},
		{"project_id", n.ProjectID},
		{"network_id", n.NetworkID},
		{"ip_version", n.version()},
		{"subnetpool_id", nil},
		{"enable_dhcp", n.DHCP},
		{"ipv6_ra_mode", nil},
		{"ipv6_address_mode", nil},
		{"gateway_ip", gateway},
		{"cidr", n.CIDR},
		{"allocation_pools", listOf(n.Pools)},
		{"host_routes", listOf(n.Routes)},
		{"dns_nameservers", listOf(n.Nameservers)},
		{"description", n.Description},
		{"created_at", stamp(n.CreatedAt)},
		{"updated_at", stamp(n.UpdatedAt)},
		{"revision_number", n.Revision},
	}
}

// listOf is a list on the wire: never null.
func listOf[V any](list []V) []V {
	if list == nil {
		return []V{}
	}
	return list
}

func subnetTarget(n Subnet, within Network) policy.Map {
	return targetOf(schema.Dict{{"project_id", n.ProjectID}, {"tenant_id", n.ProjectID}}, within)
}

// subnetFor finds a subnet that the caller may see, and its network.
func (s *Service) subnetFor(c *httpapi.Call, r state.Reader, id string) (Subnet, Network, error) {
	n, ok := s.subnets.Get(r, id)
	within, _ := s.networks.Get(r, n.NetworkID)
	if !ok || c.AuthorizeFor("get_subnet", subnetTarget(n, within)) != nil {
		return n, within, absent("subnet", id)
	}
	return n, within, nil
}

// subnetsOf yields the subnets of a network, in the order of their ids.
func (s *Service) subnetsOf(r state.Reader, network string) iter.Seq[Subnet] {
	return func(yield func(Subnet) bool) {
		for n := range s.subnetsByNetwork.Ascend(r, Subnet{NetworkID: network}) {
			if n.NetworkID != network || !yield(n) {
				return
			}
		}
	}
}

// countOf counts what holds.
func countOf[V any](all iter.Seq[V], holds func(V) bool) int {
	n := 0
	for v := range all {
		if holds(v) {
			n++
		}
	}
	return n
}
