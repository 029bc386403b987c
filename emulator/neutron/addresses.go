package neutron

import (
	"net/netip"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

func overlaps(before []netip.Prefix, p netip.Prefix) bool {
	return slices.ContainsFunc(before, p.Overlaps)
}

// firstGateway is the gateway of a subnet that names none: the first address behind the subnet's own, which in IPv6 is as
// good as any (neutron/db/ipam_backend_mixin.py, _gateway_ip_str).
func firstGateway(p netip.Prefix) netip.Addr {
	if p.Addr().Is6() {
		return p.Masked().Addr()
	}
	return p.Masked().Addr().Next()
}

// lastOf is the last address of a range.
func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(bytes)*8; i++ {
		bytes[i/8] |= 1 << (7 - i%8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

// ends are the first and the last address of a subnet that hosts can have.
func ends(p netip.Prefix) (first, last netip.Addr) {
	first, last = p.Masked().Addr(), lastOf(p)
	switch {
	case first == last || p.Addr().Is4() && p.Bits() > 30:
	case p.Addr().Is4():
		first, last = first.Next(), last.Prev()
	default:
		first = first.Next()
	}
	return first, last
}

// usable tells whether a host of the subnet can have the address.
func usable(p netip.Prefix, a netip.Addr) bool {
	first, last := ends(p)
	return a.Is4() == p.Addr().Is4() && !a.Less(first) && !last.Less(a)
}

// poolsAround are the pools of a subnet that names none: all usable addresses but the gateway.
func poolsAround(p netip.Prefix, gateway string) []pool {
	first, last := ends(p)
	g, err := netip.ParseAddr(gateway)
	switch {
	case err != nil || !usable(p, g) || first == last:
		return []pool{{first.String(), last.String()}}
	case g == first:
		return []pool{{first.Next().String(), last.String()}}
	case g == last:
		return []pool{{first.String(), last.Prev().String()}}
	}
	return []pool{{first.String(), g.Prev().String()}, {g.Next().String(), last.String()}}
}

func inPool(p pool, a netip.Addr) bool {
	return !a.Less(netip.MustParseAddr(p.Start)) && !netip.MustParseAddr(p.End).Less(a)
}

// used are the addresses of a network's ports but one, by subnet.
func (s *Service) used(r state.Reader, network, but string) map[fixedIP]bool {
	used := map[fixedIP]bool{}
	for p := range s.portsOf(r, network) {
		if p.ID == but {
			continue
		}
		for _, ip := range p.IPs {
			used[ip] = true
		}
	}
	return used
}

// free is the first address of a subnet's pools that is not used.
func free(n Subnet, used map[fixedIP]bool) (fixedIP, bool) {
	for _, p := range n.Pools {
		for a := netip.MustParseAddr(p.Start); a.IsValid() && inPool(p, a); a = a.Next() {
			if ip := (fixedIP{n.ID, a.String()}); !used[ip] {
				return ip, true
			}
		}
	}
	return fixedIP{}, false
}

// allocate gives a port its addresses: those that are asked for, or else one of each version that the network has subnets
// of (neutron/db/ipam_pluggable_backend.py).
func (s *Service) allocate(tx *state.Tx, p Port, asked []fixedIP, any bool) ([]fixedIP, error) {
	subnets := slices.Collect(s.subnetsOf(tx, p.NetworkID))
	used := s.used(tx, p.NetworkID, p.ID)
	ips := []fixedIP{}
	if any {
		for _, version := range []int{4, 6} {
			of := slices.DeleteFunc(slices.Clone(subnets), func(n Subnet) bool { return n.version() != version })
			ip, err := firstFree(of, used, p.NetworkID)
			if err != nil {
				return nil, err
			}
			ips = append(ips, ip...)
		}
		return ips, nil
	}
	for _, want := range asked {
		n, err := s.subnetOfIP(tx, subnets, p.NetworkID, want)
		if err != nil {
			return nil, err
		}
		ip := fixedIP{n.ID, want.Address}
		if want.Address == "" {
			found, err := firstFree([]Subnet{n}, used, p.NetworkID)
			if err != nil {
				return nil, err
			}
			ip = found[0]
		}
		if used[ip] {
			return nil, raised(fail.Conflict, "IpAddressAlreadyAllocated", "IP address %s already allocated in subnet %s", ip.Address, ip.SubnetID)
		}
		used[ip] = true
		ips = append(ips, ip)
	}
	return ips, nil
}

// firstFree is an address of the first of the subnets that has one; none if there are no subnets.
func firstFree(subnets []Subnet, used map[fixedIP]bool, network string) ([]fixedIP, error) {
	if len(subnets) == 0 {
		return nil, nil
	}
	for _, n := range subnets {
		if ip, ok := free(n, used); ok {
			return []fixedIP{ip}, nil
		}
	}
	return nil, raised(fail.Conflict, "IpAddressGenerationFailure", "No more IP addresses available on network %s.", network)
}

// subnetOfIP is _get_subnet_for_fixed_ip of neutron/db/ipam_backend_mixin.py.
func (s *Service) subnetOfIP(tx *state.Tx, subnets []Subnet, network string, want fixedIP) (Subnet, error) {
	if len(subnets) == 0 {
		return Subnet{}, invalidInput("IP allocation requires subnets for network")
	}
	address, _ := netip.ParseAddr(want.Address)
	if want.SubnetID != "" {
		i := slices.IndexFunc(subnets, func(n Subnet) bool { return n.ID == want.SubnetID })
		switch {
		case i < 0 && !s.subnets.Has(tx, want.SubnetID):
			return Subnet{}, absent("subnet", want.SubnetID)
		case i < 0:
			return Subnet{}, invalidInput("Failed to create port on network %s, because fixed_ips included invalid subnet %s", network, want.SubnetID)
		case want.Address != "" && !usable(subnets[i].prefix(), address):
			return Subnet{}, raised(fail.Invalid, "InvalidIpForSubnet", "IP address %s is not a valid IP for the specified subnet.", want.Address)
		}
		return subnets[i], nil
	}
	if want.Address == "" {
		return Subnet{}, invalidInput("IP allocation requires subnet_id or ip_address")
	}
	for _, n := range subnets {
		if usable(n.prefix(), address) {
			return n, nil
		}
	}
	return Subnet{}, raised(fail.Invalid, "InvalidIpForNetwork", "IP address %s is not a valid IP for any of the subnets on the specified network.", want.Address)
}
