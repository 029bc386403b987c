package neutron

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// subnetList serves GET /subnets. API reference: Networking, "List subnets".
func (s *Service) subnetList(c *httpapi.Call) (schema.Dict, error) {
	r := s.db.View()
	var views []schema.Dict
	for n := range s.subnets.All(r) {
		within, _ := s.networks.Get(r, n.NetworkID)
		if c.May("get_subnet", subnetTarget(n, within)) {
			views = append(views, append(subnetView(n), schema.Pair{Key: "shared", Value: within.Shared}))
		}
	}
	out, err := page(c, "subnets", subnetAttributes, views)
	if err == nil {
		views, _ = out[0].Value.([]schema.Dict)
		for i := range views { // what can be filtered by and is not shown
			views[i] = slices.DeleteFunc(views[i], func(p schema.Pair) bool { return p.Key == "shared" })
		}
	}
	return out, err
}

// subnetShow serves GET /subnets/{subnet_id}. API reference: Networking, "Show subnet details".
func (s *Service) subnetShow(c *httpapi.Call) (schema.Dict, error) {
	n, _, err := s.subnetFor(c, s.db.View(), c.Var("subnet_id"))
	if err != nil {
		return nil, err
	}
	return schema.Dict{{"subnet", only(fieldsOf(c), subnetView(n))}}, nil
}

// subnetCreate serves POST /subnets. API reference: Networking, "Create subnet".
func (s *Service) subnetCreate(c *httpapi.Call) (schema.Dict, error) {
	given, err := readBody(c, "subnet", subnetAttributes, true)
	if err != nil {
		return nil, err
	}
	n := Subnet{
		ID: s.ids.UUID(), ProjectID: of(given, "project_id", c.Auth.ProjectID), NetworkID: of(given, "network_id", ""), DHCP: true,
		CreatedAt: c.Now,
	}
	err = s.db.Update(func(tx *state.Tx) error {
		within, err := s.networkFor(c, tx, n.NetworkID)
		if err != nil {
			return err
		}
		if err := enforce(c, "create_subnet", subnetAttributes, given, subnetTarget(n, within)); err != nil {
			return err
		}
		if err := exceeded("subnet", countOf(s.subnets.All(tx), func(o Subnet) bool { return o.ProjectID == n.ProjectID })); err != nil {
			return err
		}
		asked, ok := given.Get("cidr")
		if !ok {
			return raised(fail.Invalid, "BadRequest", "Bad subnets request: a subnetpool must be specified in the absence of a cidr.")
		}
		n.CIDR = asked.(netip.Prefix).Masked().String()
		if version := of(given, "ip_version", 0); version != n.version() {
			return invalidInput("cidr '%s' does not match the ip_version '%d'", asked.(netip.Prefix), version)
		}
		if !given.Has("gateway_ip") {
			n.Gateway = firstGateway(n.prefix()).String()
		}
		if err := n.set(c, given, true); err != nil {
			return err
		}
		var others []netip.Prefix
		for o := range s.subnetsOf(tx, within.ID) {
			others = append(others, o.prefix())
		}
		switch {
		case n.prefix().Bits() == 0:
			return invalidInput("0 is not allowed as CIDR prefix length")
		case overlaps(others, n.prefix()):
			return invalidInput("Requested subnet with cidr: %s for network: %s overlaps with another subnet", n.CIDR, within.ID)
		}
		s.subnets.Put(tx, n)
		within.Revision, within.UpdatedAt = within.Revision+1, c.Now
		s.networks.Put(tx, within)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return schema.Dict{{"subnet", subnetView(n)}}, nil
}

// set takes over what a request gives, and checks it together (neutron/db/db_base_plugin_v2.py, _validate_subnet).
func (n *Subnet) set(c *httpapi.Call, given schema.Dict, create bool) error {
	n.Name, n.Description, n.UpdatedAt = of(given, "name", n.Name), of(given, "description", n.Description), c.Now
	wasDHCP := n.DHCP && !create
	n.DHCP = of(given, "enable_dhcp", n.DHCP)
	if n.DHCP && !wasDHCP {
		if err := n.suitsDHCP(); err != nil {
			return err
		}
	}
	if v, ok := given.Get("gateway_ip"); ok {
		n.Gateway, _ = v.(string)
		if err := n.checkGateway(); err != nil {
			return err
		}
	}
	n.Nameservers = of(given, "dns_nameservers", n.Nameservers)
	if len(n.Nameservers) > 5 {
		return raised(fail.Invalid, "DNSNameServersExhausted",
			"Unable to complete operation for %s. The number of DNS nameservers exceeds the limit 5.", newOr(n.ID, create))
	}
	for _, server := range n.Nameservers {
		if err := n.sameVersion("dns_nameserver", server); err != nil {
			return err
		}
	}
	n.Routes = of(given, "host_routes", n.Routes)
	if len(n.Routes) > 20 {
		return raised(fail.Invalid, "HostRoutesExhausted",
			"Unable to complete operation for %s. The number of host routes exceeds the limit 20.", newOr(n.ID, create))
	}
	for _, route := range n.Routes {
		if err := n.sameVersion("nexthop", route.NextHop); err != nil {
			return err
		}
	}
	pools, asked := given.Get("allocation_pools")
	switch {
	case asked:
		n.Pools = pools.([]pool)
		if err := n.checkPools(); err != nil {
			return err
		}
	case create:
		n.Pools = poolsAround(n.prefix(), n.Gateway)
	}
	return n.gatewayOutsidePools()
}

func newOr(id string, create bool) string {
	if create {
		return "new subnet"
	}
	return id
}

func (n *Subnet) suitsDHCP() error {
	p := n.prefix()
	switch {
	case p.Addr().BitLen()-p.Bits() < 2:
		return invalidInput("Subnet has a prefix length that is incompatible with DHCP service enabled")
	case p.Addr().IsMulticast():
		return invalidInput("Multicast IP subnet is not supported if enable_dhcp is True")
	case p.Addr().IsLoopback():
		return invalidInput("Loopback IP subnet is not supported if enable_dhcp is True")
	case p.Addr().Is4() && p.Addr().IsUnspecified():
		return invalidInput("First IP '0.0.0.0' of network is not supported if enable_dhcp is True.")
	}
	return nil
}

func (n *Subnet) sameVersion(name, address string) error {
	if netip.MustParseAddr(address).Is4() != (n.version() == 4) {
		return invalidInput("%s '%s' does not match the ip_version '%d'", name, address, n.version())
	}
	return nil
}

func (n *Subnet) checkGateway() error {
	if n.Gateway == "" {
		return nil
	}
	if err := n.sameVersion("gateway_ip", n.Gateway); err != nil {
		return err
	}
	if at := netip.MustParseAddr(n.Gateway); n.prefix().Contains(at) && !usable(n.prefix(), at) {
		return invalidInput("Gateway is not valid on subnet")
	}
	return nil
}

// checkPools is validate_allocation_pools of neutron/db/ipam_backend_mixin.py.
func (n *Subnet) checkPools() error {
	for i, p := range n.Pools {
		start, end := netip.MustParseAddr(p.Start), netip.MustParseAddr(p.End)
		text := fmt.Sprintf("%s-%s", start, end)
		switch {
		case start.Is4() != n.prefix().Addr().Is4() || end.Is4() != start.Is4() || end.Less(start):
			return raised(fail.Invalid, "InvalidAllocationPool", "The allocation pool %s is not valid.", text)
		case !usable(n.prefix(), start) || !usable(n.prefix(), end):
			return raised(fail.Invalid, "OutOfBoundsAllocationPool", "The allocation pool %s spans beyond the subnet cidr %s.", text, n.CIDR)
		}
		for _, other := range n.Pools[i+1:] {
			if from, to := netip.MustParseAddr(other.Start), netip.MustParseAddr(other.End); !to.Less(start) && !end.Less(from) {
				return raised(fail.Conflict, "OverlappingAllocationPools", "Found overlapping allocation pools: %s %s for subnet %s.",
					text, other.Start+"-"+other.End, n.CIDR)
			}
		}
	}
	return nil
}

func (n *Subnet) gatewayOutsidePools() error {
	for _, p := range n.Pools {
		if n.Gateway != "" && inPool(p, netip.MustParseAddr(n.Gateway)) {
			return raised(fail.Conflict, "GatewayConflictWithAllocationPools", "Gateway ip %s conflicts with allocation pool %s-%s.", n.Gateway, p.Start, p.End)
		}
	}
	return nil
}

// subnetUpdate serves PUT /subnets/{subnet_id}. API reference: Networking, "Update subnet".
func (s *Service) subnetUpdate(c *httpapi.Call) (out schema.Dict, err error) {
	given, err := readBody(c, "subnet", subnetAttributes, false)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		n, within, err := s.subnetFor(c, tx, c.Var("subnet_id"))
		if err != nil {
			return err
		}
		if err := enforce(c, "update_subnet", subnetAttributes, given, subnetTarget(n, within)); err != nil {
			return err
		}
		if err := matched(c, n.Revision); err != nil {
			return err
		}
		if err := n.set(c, given, false); err != nil {
			return err
		}
		n.Revision++
		s.subnets.Put(tx, n)
		out = schema.Dict{{"subnet", subnetView(n)}}
		return nil
	})
	return out, err
}

// subnetDelete serves DELETE /subnets/{subnet_id}. API reference: Networking, "Delete subnet".
func (s *Service) subnetDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		n, on, err := s.subnetFor(c, tx, c.Var("subnet_id"))
		if err != nil {
			return err
		}
		if err := enforce(c, "delete_subnet", nil, nil, subnetTarget(n, on)); err != nil {
			return err
		}
		if err := matched(c, n.Revision); err != nil {
			return err
		}
		for p := range s.portsOf(tx, n.NetworkID) {
			if slices.ContainsFunc(p.IPs, func(ip fixedIP) bool { return ip.SubnetID == n.ID }) {
				return raised(fail.Conflict, "SubnetInUse",
					"Unable to complete operation on subnet %s: One or more ports have an IP allocation from this subnet.", n.ID)
			}
		}
		s.subnets.Delete(tx, n.ID)
		return nil
	})
}

// joinedIDs are the ids of ports, as a sentence has them.
func joinedIDs(ports []Port) string {
	var ids []string
	for _, p := range ports {
		ids = append(ids, p.ID)
	}
	return strings.Join(ids, ",")
}
