package glance

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// ImportFilteringOpts says which addresses data may be fetched from when a caller asks for it, by web-download and by
// tasks of the type "import". Without it there is none. Fields keep upstream's spelling, and its defaults: http and https, on
// their own ports, from any host. Of an allowed and a disallowed list, only the first counts.
//
// Other than upstream's, hosts on this machine and in private networks are allowed only by name, in AllowedHosts.
type ImportFilteringOpts struct {
	AllowedSchemes    []string `yaml:"allowed_schemes,omitempty" json:"allowed_schemes,omitempty"`
	DisallowedSchemes []string `yaml:"disallowed_schemes,omitempty" json:"disallowed_schemes,omitempty"`
	AllowedHosts      []string `yaml:"allowed_hosts,omitempty" json:"allowed_hosts,omitempty"`
	DisallowedHosts   []string `yaml:"disallowed_hosts,omitempty" json:"disallowed_hosts,omitempty"`
	// AllowedPorts are all when empty but not left out.
	AllowedPorts    []int `yaml:"allowed_ports,omitempty" json:"allowed_ports,omitempty"`
	DisallowedPorts []int `yaml:"disallowed_ports,omitempty" json:"disallowed_ports,omitempty"`
}

func (o *ImportFilteringOpts) withDefaults() *ImportFilteringOpts {
	if o == nil {
		return nil
	}
	filled := *o
	if filled.AllowedSchemes == nil {
		filled.AllowedSchemes = []string{"http", "https"}
	}
	if filled.AllowedPorts == nil {
		filled.AllowedPorts = []int{80, 443}
	}
	return &filled
}

// passes tells whether data may be fetched from an address. An address without a port is not asked about it.
func (o *ImportFilteringOpts) passes(address string) bool {
	if o == nil || address == "" {
		return false
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !listed(u.Scheme, o.AllowedSchemes, o.DisallowedSchemes) {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if !plainHost(host) || !listed(host, o.AllowedHosts, o.DisallowedHosts) {
		return false
	}
	if u.Port() == "" {
		return true
	}
	port, err := strconv.Atoi(u.Port())
	return err == nil && (port == 0 || listed(port, o.AllowedPorts, o.DisallowedPorts))
}

func listed[T comparable](v T, allowed, disallowed []T) bool {
	if len(allowed) > 0 {
		return slices.Contains(allowed, v)
	}
	return !slices.Contains(disallowed, v)
}

// plainHost refuses numbers that some resolvers take for addresses: 2130706433, 127.1.
func plainHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return strings.ContainsFunc(host, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
}

// reaches tells whether a host may turn out to be at an address.
func (o *ImportFilteringOpts) reaches(host, address string) bool {
	literal, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(literal)
	if err != nil {
		return false
	}
	ip = ip.Unmap()
	inside := ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() || ip.IsMulticast()
	return !inside || slices.Contains(o.AllowedHosts, strings.ToLower(host))
}
