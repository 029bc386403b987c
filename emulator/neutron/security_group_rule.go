package neutron

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// GroupRule lets traffic of the ports in a group through.
type GroupRule struct {
	ID          string
	ProjectID   string
	Direction   string
	EtherType   string
	Protocol    string // a name or a number; "" for any
	PortMin     *int   // of ICMP, the type
	PortMax     *int   // of ICMP, the code
	RemoteIP    string // "" for any
	RemoteGroup string // id; "" for none
	Description *string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

var groupRuleAttributes = []attribute{
	{name: "id", filters: true, sorts: true},
	{name: "security_group_id", post: true, required: true, filters: true, sorts: true, read: groupID},
	{name: "remote_group_id", post: true, filters: true, sorts: true},
	{name: "direction", post: true, required: true, filters: true, sorts: true, read: direction},
	{name: "protocol", post: true, filters: true, sorts: true, read: protocol},
	{name: "port_range_min", post: true, filters: true, sorts: true, read: portNumber},
	{name: "port_range_max", post: true, filters: true, sorts: true, read: portNumber},
	{name: "ethertype", post: true, filters: true, sorts: true, read: etherType},
	{name: "remote_ip_prefix", post: true, filters: true, sorts: true, read: remotePrefix},
	{name: "project_id", post: true, filters: true, sorts: true, read: words},
	{name: "description", post: true, put: true, filters: true, sorts: true, read: words},
	{name: "revision_number", filters: true, sorts: true},
	{name: "created_at"},
	{name: "updated_at"},
}

// protocols are the names that rules may use, in the order in which a refusal lists them (neutron_lib/constants.py,
// IP_PROTOCOL_MAP).
var protocols = []struct {
	name   string
	number int
}{
	{"ah", 51},
	{"dccp", 33},
	{"egp", 8},
	{"esp", 50},
	{"gre", 47},
	{"hopopt", 0},
	{"icmp", 1},
	{"igmp", 2},
	{"ip", 0},
	{"ipip", 4},
	{"ipv6-encap", 41},
	{"ipv6-frag", 44},
	{"ipv6-icmp", 58},
	{"icmpv6", 58},
	{"ipv6-nonxt", 59},
	{"ipv6-opts", 60},
	{"ipv6-route", 43},
	{"ospf", 89},
	{"pgm", 113},
	{"rsvp", 46},
	{"sctp", 132},
	{"tcp", 6},
	{"udp", 17},
	{"udplite", 136},
	{"vrrp", 112},
}

const (
	icmp   = 1
	icmpV6 = 58
)

// withPorts are the protocols that have ports.
var withPorts = []string{"dccp", "sctp", "tcp", "udp", "udplite"}

// protocolNumber is what a protocol is called by a name or a number that protocol has read.
func protocolNumber(p string) int {
	for _, known := range protocols {
		if known.name == p {
			return known.number
		}
	}
	n, _ := strconv.Atoi(strings.TrimSpace(p))
	return n
}

func groupID(v schema.Value) (schema.Value, error) {
	text, err := words(v)
	if err == nil && len(text.(string)) > 36 {
		return nil, reason("'" + text.(string) + "' exceeds maximum length of 36")
	}
	return text, err
}

func direction(v schema.Value) (schema.Value, error) {
	if v == "ingress" || v == "egress" {
		return v, nil
	}
	return nil, reason(schema.Str(v) + " is not in valid_values")
}

// protocol is convert_protocol of neutron/extensions/securitygroup.py: "" is any.
func protocol(v schema.Value) (schema.Value, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case int, string:
		text := schema.Str(v)
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
			if n >= 0 && n <= 255 {
				return text, nil
			}
			break
		}
		name := strings.ToLower(text)
		if name == "any" {
			return "", nil
		}
		for _, known := range protocols {
			if known.name == name {
				return name, nil
			}
		}
	}
	var names []string
	for _, known := range protocols {
		names = append(names, "'"+known.name+"'")
	}
	return nil, raised(fail.Invalid, "SecurityGroupRuleInvalidProtocol", "Security group rule protocol %s not supported. Only protocol values "+
		"(None, 'any', %s) and integer representations [0 to 255] are supported.", schema.Str(v), strings.Join(names, ", "))
}

// portNumber is convert_validate_port_value; nil is any.
func portNumber(v schema.Value) (schema.Value, error) {
	switch v := v.(type) {
	case nil:
		return (*int)(nil), nil
	case int, string:
		if n, err := strconv.Atoi(strings.TrimSpace(schema.Str(v))); err == nil && n >= 0 && n <= 65535 {
			return &n, nil
		}
	}
	return nil, invalidPort(schema.Str(v))
}

func invalidPort(value string) error {
	return raised(fail.Invalid, "SecurityGroupInvalidPortValue", "Invalid value for port %s", value)
}

func etherType(v schema.Value) (schema.Value, error) {
	text, _ := v.(string)
	for _, known := range []string{"IPv4", "IPv6"} {
		if strings.EqualFold(known, text) {
			return known, nil
		}
	}
	return nil, raised(fail.Invalid, "SecurityGroupRuleInvalidEtherType",
		"Security group rule for ethertype '%s' not supported. Allowed values are ['IPv4', 'IPv6'].", schema.Str(v))
}

// remotePrefix is convert_ip_prefix_to_cidr: the length is added, bits past it stay; "" is any.
func remotePrefix(v schema.Value) (schema.Value, error) {
	switch v {
	case nil, "", false, 0:
		return "", nil
	}
	prefix, err := cidr(v)
	if err != nil {
		return nil, raised(fail.Invalid, "InvalidCIDR", "Invalid CIDR %s given as IP prefix.", schema.Str(v))
	}
	return prefix.(netip.Prefix).String(), nil
}

// check is _validate_base_security_group_rule_attributes of neutron/db/securitygroups_db.py, which makes some values canonical.
func (r *GroupRule) check() error {
	if r.EtherType == "IPv6" {
		switch r.Protocol {
		case "icmp", "icmpv6":
			r.Protocol = "ipv6-icmp"
		case "1":
			r.Protocol = "58"
		}
	}
	if r.PortMin != nil && r.PortMax != nil && *r.PortMin == 1 && *r.PortMax == 65535 {
		r.PortMin, r.PortMax = nil, nil
	}
	if err := r.checkPorts(); err != nil {
		return err
	}
	if r.RemoteIP != "" {
		version := "IPv6"
		if netip.MustParsePrefix(r.RemoteIP).Addr().Is4() {
			version = "IPv4"
		}
		if version != r.EtherType {
			return raised(fail.Invalid, "SecurityGroupRuleParameterConflict", "Conflicting value ethertype %s for CIDR %s", r.EtherType, r.RemoteIP)
		}
	}
	only6 := []string{"ipv6-encap", "ipv6-frag", "ipv6-icmp", "icmpv6", "ipv6-nonxt", "ipv6-opts", "ipv6-route", "41", "44", "58", "59", "60", "43"}
	switch {
	case r.EtherType == "IPv4" && slices.Contains(only6, r.Protocol):
		return raised(fail.Invalid, "SecurityGroupEthertypeConflictWithProtocol", "Invalid ethertype %s for protocol %s.", r.EtherType, r.Protocol)
	case r.RemoteIP != "" && r.RemoteGroup != "":
		return raised(fail.Invalid, "SecurityGroupMultipleRemoteEntites",
			"Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided.")
	}
	return nil
}

// checkPorts is _validate_port_range.
func (r *GroupRule) checkPorts() error {
	if r.PortMin == nil && r.PortMax == nil {
		return nil
	}
	if r.Protocol == "" {
		return raised(fail.Invalid, "SecurityGroupProtocolRequiredWithPorts", "Must also specify protocol if port range is given.")
	}
	number := protocolNumber(r.Protocol)
	switch {
	case slices.ContainsFunc(withPorts, func(name string) bool { return protocolNumber(name) == number }):
		if r.PortMin != nil && *r.PortMin == 0 || r.PortMax != nil && *r.PortMax == 0 {
			return invalidPort("0")
		}
		if r.PortMin == nil || r.PortMax == nil || *r.PortMin > *r.PortMax {
			return raised(fail.Invalid, "SecurityGroupInvalidPortRange", "For TCP/UDP protocols, port_range_min must be <= port_range_max")
		}
	case number == icmp || number == icmpV6:
		for _, half := range []struct {
			attribute, field string
			value            *int
		}{{"port_range_min", "type", r.PortMin}, {"port_range_max", "code", r.PortMax}} {
			if half.value != nil && *half.value > 255 {
				return raised(fail.Invalid, "SecurityGroupInvalidIcmpValue", "Invalid value for ICMP %s (%s) %d. It must be 0 to 255.",
					half.field, half.attribute, *half.value)
			}
		}
		if r.PortMin == nil {
			return raised(fail.Invalid, "SecurityGroupMissingIcmpType",
				"ICMP code (port-range-max) %d is provided but ICMP type (port-range-min) is missing.", *r.PortMax)
		}
	default:
		return raised(fail.Invalid, "SecurityGroupInvalidProtocolForPort", "Ports cannot be specified for protocol %d. Ports are only supported for %s.",
			number, strings.ToUpper(strings.Join(withPorts, ", ")))
	}
	return nil
}

// same tells whether two rules of a group let the same through (_rule_to_key).
func (r *GroupRule) same(o *GroupRule) bool { return r.key() == o.key() }

func (r *GroupRule) key() string {
	remote, traffic := r.RemoteIP, "any"
	if remote == "0.0.0.0/0" || remote == "::/0" {
		remote = ""
	}
	if r.Protocol != "" {
		traffic = strconv.Itoa(protocolNumber(r.Protocol))
	}
	return fmt.Sprint(r.Direction, r.EtherType, portOf(r.PortMax), portOf(r.PortMin), " ", traffic, " ", r.RemoteGroup, " ", remote)
}

// portOf is a port on the wire: null for any.
func portOf(port *int) any {
	if port == nil {
		return nil
	}
	return *port
}

// countRules counts the rules of a project's groups.
func (s *Service) countRules(r state.Reader, project string) int {
	n := 0
	for g := range s.groups.All(r) {
		for _, rule := range g.Rules {
			if rule.ProjectID == project {
				n++
			}
		}
	}
	return n
}

func groupRuleView(g SecurityGroup, rule GroupRule) schema.Dict {
	return schema.Dict{
		{"id", rule.ID},
		{"tenant_id", rule.ProjectID},
		{"project_id", rule.ProjectID},
		{"security_group_id", g.ID},
		{"ethertype", rule.EtherType},
		{"direction", rule.Direction},
		{"protocol", orNull(rule.Protocol)},
		{"port_range_min", portOf(rule.PortMin)},
		{"port_range_max", portOf(rule.PortMax)},
		{"remote_ip_prefix", orNull(rule.RemoteIP)},
		{"remote_group_id", orNull(rule.RemoteGroup)},
		{"description", descriptionOf(rule)},
		{"created_at", stamp(rule.CreatedAt)},
		{"updated_at", stamp(rule.UpdatedAt)},
		{"revision_number", 0},
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// descriptionOf is null of rules that a group begins with.
func descriptionOf(rule GroupRule) any {
	if rule.Description == nil {
		return nil
	}
	return *rule.Description
}
