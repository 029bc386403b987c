package neutron

import (
	"net/netip"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// pool is a range of addresses that a subnet gives away.
type pool struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

// hostRoute is a route that a subnet tells its hosts.
type hostRoute struct {
	Destination string `json:"destination"`
	NextHop     string `json:"nexthop"`
}

// fixedIP is an address of a port; in a request either field may be empty.
type fixedIP struct {
	SubnetID string `json:"subnet_id"`
	Address  string `json:"ip_address"`
}

// allocationPools reads type:ip_pools.
func allocationPools(v schema.Value) (schema.Value, error) {
	list, ok := v.(schema.List)
	if !ok {
		return nil, invalidInput("Invalid data format for allocation pools")
	}
	pools := make([]pool, 0, len(list))
	for _, item := range list {
		entry, ok := item.(schema.Dict)
		if !ok {
			return nil, invalidInput("Invalid data format for allocation pools")
		}
		ends, err := addresses(entry, "start", "end")
		if err != nil {
			return nil, err
		}
		pools = append(pools, pool{ends[0], ends[1]})
	}
	return pools, nil
}

// addresses reads two addresses, the only keys of an object.
func addresses(entry schema.Dict, keys ...string) ([]string, error) {
	if err := exactly(entry, keys...); err != nil {
		return nil, err
	}
	var out []string
	for _, key := range keys {
		value, _ := entry.Get(key)
		if !isAddress(value) {
			return nil, notAddress(value)
		}
		out = append(out, netip.MustParseAddr(value.(string)).String())
	}
	return out, nil
}

// exactly is type:dict's check of an object's keys.
func exactly(entry schema.Dict, keys ...string) error {
	right := len(entry) == len(keys)
	var have string
	for i, p := range entry {
		if i > 0 {
			have += ", "
		}
		have += "'" + p.Key + "'"
	}
	var want string
	for i, key := range keys {
		if i > 0 {
			want += ", "
		}
		want += "'" + key + "'"
		right = right && entry.Has(key)
	}
	if right {
		return nil
	}
	return reason("Validation of dictionary's keys failed. Expected keys: {" + want + "} Provided keys: {" + have + "}")
}

// hostRoutes reads type:hostroutes; null is none.
func hostRoutes(v schema.Value) (schema.Value, error) {
	if v == nil {
		return []hostRoute{}, nil
	}
	list, ok := v.(schema.List)
	if !ok {
		return nil, reason("Invalid data format for hostroute: '" + schema.Str(v) + "'")
	}
	routes := make([]hostRoute, 0, len(list))
	for _, item := range list {
		entry, ok := item.(schema.Dict)
		if !ok {
			return nil, reason("Invalid data format for hostroute: '" + schema.Str(item) + "'")
		}
		if err := exactly(entry, "destination", "nexthop"); err != nil {
			return nil, err
		}
		to, _ := entry.Get("destination")
		text, _ := to.(string)
		if _, err := netip.ParsePrefix(text); err != nil {
			return nil, reason("'" + schema.Str(to) + "' is not a valid IP subnet")
		}
		hop, _ := entry.Get("nexthop")
		if !isAddress(hop) {
			return nil, notAddress(hop)
		}
		routes = append(routes, hostRoute{text, hop.(string)})
	}
	return routes, nil
}

// nameservers reads type:nameservers; null is none.
func nameservers(v schema.Value) (schema.Value, error) {
	if v == nil {
		return []string{}, nil
	}
	list, ok := v.(schema.List)
	if text, isText := v.(string); isText {
		// Quirk: a string is a list of its letters (neutron_lib/api/validators, validate_nameservers).
		for _, letter := range text {
			list = append(list, string(letter))
		}
	} else if !ok {
		return nil, reason("Invalid data format for nameserver: '" + schema.Str(v) + "'")
	}
	servers, seen := make([]string, 0, len(list)), map[string]bool{}
	for _, item := range list {
		if !isAddress(item) {
			return nil, reason("'" + schema.Str(item) + "' is not a valid nameserver. " + string(notAddress(item)))
		}
		if seen[item.(string)] {
			return nil, reason("Duplicate nameserver '" + item.(string) + "'")
		}
		seen[item.(string)] = true
		servers = append(servers, item.(string))
	}
	return servers, nil
}

// fixedIPs reads type:fixed_ips.
func fixedIPs(v schema.Value) (schema.Value, error) {
	list, ok := v.(schema.List)
	if !ok {
		return nil, reason("Invalid data format for fixed IP: '" + schema.Str(v) + "'")
	}
	ips, seen := make([]fixedIP, 0, len(list)), map[string]bool{}
	for _, item := range list {
		entry, ok := item.(schema.Dict)
		if !ok {
			return nil, reason("Invalid data format for fixed IP: '" + schema.Str(item) + "'")
		}
		var ip fixedIP
		if address, ok := entry.Get("ip_address"); ok {
			if !isAddress(address) {
				return nil, notAddress(address)
			}
			ip.Address = netip.MustParseAddr(address.(string)).String()
			if seen[ip.Address] {
				return nil, reason("Duplicate IP address '" + ip.Address + "'")
			}
			seen[ip.Address] = true
		}
		if subnet, ok := entry.Get("subnet_id"); ok {
			if _, err := uuid(subnet); err != nil {
				return nil, err
			}
			ip.SubnetID = subnet.(string)
		}
		ips = append(ips, ip)
	}
	return ips, nil
}

// uuids reads a list of ids; null is none (type:uuid_list).
func uuids(v schema.Value) (schema.Value, error) {
	if v == nil {
		return []string{}, nil
	}
	list, ok := v.(schema.List)
	if !ok {
		return nil, reason("'" + schema.Str(v) + "' is not a list")
	}
	ids := make([]string, 0, len(list))
	for _, item := range list {
		if _, err := uuid(item); err != nil {
			return nil, err
		}
		ids = append(ids, item.(string))
	}
	return ids, nil
}

// object reads an object; null is an empty one (type:dict_or_none).
func object(v schema.Value) (schema.Value, error) {
	switch v := v.(type) {
	case nil:
		return schema.Dict{}, nil
	case schema.Dict:
		return v, nil
	}
	return nil, reason("'" + schema.Str(v) + "' is not a dictionary")
}
