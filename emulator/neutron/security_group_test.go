package neutron_test

import (
	"fmt"
	"strings"
	"testing"
)

// By neutron/db/securitygroups_db.py.
func TestSecurityGroups(t *testing.T) {
	l := newLab(t)
	group := l.create("demo", "security-group", `"name": "web", "description": "d"`)
	id := group["id"].(string)
	var rules []string
	for _, rule := range group["security_group_rules"].([]any) {
		r := rule.(map[string]any)
		rules = append(rules, fmt.Sprint(r["direction"], " ", r["ethertype"], " ", r["description"]))
	}
	if got := strings.Join(rules, ", "); got != "egress IPv4 <nil>, egress IPv6 <nil>" || group["revision_number"] != 1.0 {
		t.Errorf("made: %v", group)
	}
	if got := l.names("demo", "security-groups", "?sort_key=name&sort_dir=asc"); got != "default web" {
		t.Errorf("listed: %q", got)
	}
	if got := l.names("alt_demo", "security-groups", ""); got != "default" {
		t.Errorf("listed by another: %q", got)
	}
	rule := l.create("demo", "security-group-rule", `"security_group_id": "`+id+`", "direction": "ingress", "protocol": "TCP", "port_range_min": "22", "port_range_max": 22, "remote_ip_prefix": "10.0.0.5"`)
	if rule["protocol"] != "tcp" || rule["port_range_min"] != 22.0 || rule["remote_ip_prefix"] != "10.0.0.5/32" || rule["description"] != "" || rule["ethertype"] != "IPv4" {
		t.Errorf("rule: %v", rule)
	}
	ruleID := rule["id"].(string)
	_, out := l.ask("demo", "GET", "/v2.0/security-groups/"+id, "")
	if got := out["security_group"].(map[string]any); got["revision_number"] != 2.0 || len(got["security_group_rules"].([]any)) != 3 {
		t.Errorf("with a rule: %v", got)
	}
	_, out = l.ask("demo", "GET", "/v2.0/security-group-rules?protocol=tcp&port_range_min=22&fields=id", "")
	if got := fmt.Sprint(out["security_group_rules"]); got != "[map[id:"+ruleID+"]]" {
		t.Errorf("rules: %s", got)
	}
	all := l.create("demo", "security-group-rule", `"security_group_id": "`+id+`", "direction": "ingress", "ethertype": "ipv6", "protocol": "icmp", "port_range_min": 1`)
	if all["protocol"] != "ipv6-icmp" || all["ethertype"] != "IPv6" {
		t.Errorf("a rule of ICMP: %v", all)
	}
	all = l.create("demo", "security-group-rule", `"security_group_id": "`+id+`", "direction": "ingress", "protocol": "udp", "port_range_min": 1, "port_range_max": 65535`)
	if all["port_range_min"] != nil || all["port_range_max"] != nil {
		t.Errorf("a rule of all ports: %v", all)
	}
	l.create("demo", "security-group-rule", `"security_group_id": "`+id+`", "direction": "ingress", "protocol": 112, "remote_group_id": "`+id+`"`)
	other := l.create("demo", "security-group", `"name": "web"`)["id"].(string)
	l.create("demo", "security-group-rule", `"security_group_id": "`+other+`", "direction": "ingress", "remote_group_id": "`+id+`"`)
	if status, out := l.ask("demo", "PUT", "/v2.0/security-groups/"+id, `{"security_group": {"name": "db"}}`); status != 200 || out["security_group"].(map[string]any)["revision_number"] != 6.0 {
		t.Errorf("renamed: %d %v", status, out)
	}
	if status, _ := l.ask("demo", "DELETE", "/v2.0/security-group-rules/"+ruleID, ""); status != 204 {
		t.Errorf("deleting the rule: %d", status)
	}
	port := l.create("demo", "port", `"network_id": "`+l.private()+`", "security_groups": ["`+id+`"]`)["id"].(string)
	if status, out := l.ask("demo", "DELETE", "/v2.0/security-groups/"+id, ""); status != 409 || message(out) != "SecurityGroupInUse: Security Group "+id+" in use." {
		t.Errorf("deleting a group in use: %d %s", status, message(out))
	}
	l.ask("demo", "DELETE", "/v2.0/ports/"+port, "")
	if status, _ := l.ask("demo", "DELETE", "/v2.0/security-groups/"+id, ""); status != 204 {
		t.Errorf("deleting the group: %d", status)
	}
	_, out = l.ask("demo", "GET", "/v2.0/security-groups/"+other, "")
	if got := out["security_group"].(map[string]any)["security_group_rules"].([]any); len(got) != 2 {
		t.Errorf("rules that speak of a group that is gone: %v", got)
	}
}

// private is the id of the network that all share.
func (l *lab) private() string {
	l.Helper()
	_, out := l.ask("demo", "GET", "/v2.0/networks?name=private", "")
	return out["networks"].([]any)[0].(map[string]any)["id"].(string)
}

// By neutron/extensions/securitygroup.py and neutron/db/securitygroups_db.py.
func TestSecurityGroupsRefused(t *testing.T) {
	const nowhere = "55555555-0000-4000-8000-000000000000"
	l := newLab(t)
	id := l.create("demo", "security-group", `"name": "web"`)["id"].(string)
	_, out := l.ask("demo", "GET", "/v2.0/security-groups?name=default", "")
	byDefault := out["security_groups"].([]any)[0].(map[string]any)["id"].(string)
	rule := l.create("demo", "security-group-rule", `"security_group_id": "`+id+`", "direction": "ingress", "protocol": "tcp", "remote_ip_prefix": "0.0.0.0/0"`)["id"].(string)
	rules := func(rest string) string {
		return `{"security_group_rule": {"security_group_id": "` + id + `", "direction": "ingress"` + rest + `}}`
	}
	const group, groups, all = "/security-groups/", "/security-groups", "/security-group-rules"
	for _, test := range []struct {
		name, user, method, path, body string
		status                         int
		want                           string
	}{
		{"called default", "demo", "POST", groups, `{"security_group": {"name": "Default"}}`, 409, "SecurityGroupDefaultAlreadyExists: Default security group already exists."},
		{"renamed to it", "demo", "PUT", group + id, `{"security_group": {"name": "default"}}`, 409, "SecurityGroupDefaultAlreadyExists: Default security group already exists."},
		{"the default, renamed", "demo", "PUT", group + byDefault, `{"security_group": {"name": "x"}}`, 409, "SecurityGroupCannotUpdateDefault: Updating default security group not allowed."},
		{"the default, described", "demo", "PUT", group + byDefault, `{"security_group": {"description": "x"}}`, 200, ""},
		{"the default, deleted", "demo", "DELETE", group + byDefault, "", 409, "SecurityGroupCannotRemoveDefault: Insufficient rights for removing default security group."},
		{"a long name", "demo", "POST", groups, `{"security_group": {"name": "` + strings.Repeat("a", 256) + `"}}`, 400, "HTTPBadRequest: Invalid input for name. Reason: '" + strings.Repeat("a", 256) + "' exceeds maximum length of 255."},
		{"rules of its own", "demo", "POST", groups, `{"security_group": {"security_group_rules": []}}`, 400, "HTTPBadRequest: Attribute 'security_group_rules' not allowed in POST"},
		{"not there", "demo", "GET", group + nowhere, "", 404, "SecurityGroupNotFound: Security group " + nowhere + " does not exist"},
		{"another's", "alt_demo", "DELETE", group + id, "", 404, "SecurityGroupNotFound: Security group " + id + " does not exist"},
		{"another's rule", "alt_demo", "DELETE", all + "/" + rule, "", 404, "SecurityGroupRuleNotFound: Security group rule " + rule + " does not exist"},
		{"a rule in another's group", "alt_demo", "POST", all, rules(""), 403, "PolicyNotAuthorized: rule:create_security_group_rule is disallowed by policy"},

		{"no direction", "demo", "POST", all, `{"security_group_rule": {"security_group_id": "` + id + `"}}`, 400, "HTTPBadRequest: Failed to parse request. Required attribute 'direction' not specified"},
		{"a strange direction", "demo", "POST", all, `{"security_group_rule": {"security_group_id": "` + id + `", "direction": "up"}}`, 400, "HTTPBadRequest: Invalid input for direction. Reason: up is not in valid_values."},
		{"no such group", "demo", "POST", all, `{"security_group_rule": {"security_group_id": "` + nowhere + `", "direction": "egress"}}`, 404, "SecurityGroupNotFound: Security group " + nowhere + " does not exist"},
		{"no such remote group", "demo", "POST", all, rules(`, "remote_group_id": "` + nowhere + `"`), 404, "SecurityGroupNotFound: Security group " + nowhere + " does not exist"},
		{"two remotes", "demo", "POST", all, rules(`, "remote_group_id": "` + id + `", "remote_ip_prefix": "10.0.0.0/8"`), 400, "SecurityGroupMultipleRemoteEntites: Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided."},
		{"there already", "demo", "POST", all, rules(`, "protocol": "6"`), 409, "SecurityGroupRuleExists: Security group rule already exists. Rule id is " + rule + "."},
		{"no ethertype", "demo", "POST", all, rules(`, "ethertype": "IPv5"`), 400, "SecurityGroupRuleInvalidEtherType: Security group rule for ethertype 'IPv5' not supported. Allowed values are ['IPv4', 'IPv6']."},
		{"no prefix", "demo", "POST", all, rules(`, "remote_ip_prefix": "x"`), 400, "InvalidCIDR: Invalid CIDR x given as IP prefix."},
		{"a prefix of another kind", "demo", "POST", all, rules(`, "remote_ip_prefix": "fd00::/8"`), 400, "SecurityGroupRuleParameterConflict: Conflicting value ethertype IPv4 for CIDR fd00::/8"},
		{"a protocol of another kind", "demo", "POST", all, rules(`, "protocol": "icmpv6"`), 400, "SecurityGroupEthertypeConflictWithProtocol: Invalid ethertype IPv4 for protocol icmpv6."},
		{"ports of nothing", "demo", "POST", all, rules(`, "port_range_min": 1, "port_range_max": 2`), 400, "SecurityGroupProtocolRequiredWithPorts: Must also specify protocol if port range is given."},
		{"ports of VRRP", "demo", "POST", all, rules(`, "protocol": "vrrp", "port_range_min": 1`), 400, "SecurityGroupInvalidProtocolForPort: Ports cannot be specified for protocol 112. Ports are only supported for DCCP, SCTP, TCP, UDP, UDPLITE."},
		{"ports backwards", "demo", "POST", all, rules(`, "protocol": "tcp", "port_range_min": 2, "port_range_max": 1`), 400, "SecurityGroupInvalidPortRange: For TCP/UDP protocols, port_range_min must be <= port_range_max"},
		{"half of them", "demo", "POST", all, rules(`, "protocol": "udp", "port_range_min": 2`), 400, "SecurityGroupInvalidPortRange: For TCP/UDP protocols, port_range_min must be <= port_range_max"},
		{"port 0", "demo", "POST", all, rules(`, "protocol": "tcp", "port_range_min": 0, "port_range_max": 1`), 400, "SecurityGroupInvalidPortValue: Invalid value for port 0"},
		{"port 65536", "demo", "POST", all, rules(`, "protocol": "tcp", "port_range_max": 65536`), 400, "SecurityGroupInvalidPortValue: Invalid value for port 65536"},
		{"a type of ICMP", "demo", "POST", all, rules(`, "protocol": "icmp", "port_range_min": 256`), 400, "SecurityGroupInvalidIcmpValue: Invalid value for ICMP type (port_range_min) 256. It must be 0 to 255."},
		{"a code without one", "demo", "POST", all, rules(`, "protocol": "icmp", "port_range_max": 1`), 400, "SecurityGroupMissingIcmpType: ICMP code (port-range-max) 1 is provided but ICMP type (port-range-min) is missing."},
		{"protocol 256", "demo", "POST", all, rules(`, "protocol": 256`), 400, "SecurityGroupRuleInvalidProtocol: Security group rule protocol 256 not supported. Only protocol values (None, 'any', 'ah', 'dccp', 'egp', 'esp', 'gre', 'hopopt', 'icmp', 'igmp', 'ip', 'ipip', 'ipv6-encap', 'ipv6-frag', 'ipv6-icmp', 'icmpv6', 'ipv6-nonxt', 'ipv6-opts', 'ipv6-route', 'ospf', 'pgm', 'rsvp', 'sctp', 'tcp', 'udp', 'udplite', 'vrrp') and integer representations [0 to 255] are supported."},
		{"a change of a rule", "demo", "PUT", all + "/" + rule, `{"security_group_rule": {}}`, 405, "HTTPMethodNotAllowed: "},
		{"the default, deleted by the administrator", "admin", "DELETE", group + byDefault, "", 204, ""},
	} {
		status, out := l.ask(test.user, test.method, "/v2.0"+test.path, test.body)
		if got := message(out); status != test.status || test.want != "" && got != test.want {
			t.Errorf("%s: %d %s\n\twant %d %s", test.name, status, got, test.status, test.want)
		}
	}
}

// The default quotas are 10 groups, and 100 rules in all of them.
func TestSecurityGroupsAreCounted(t *testing.T) {
	l := newLab(t)
	last := ""
	for i := range 9 { // and the default one
		last = l.create("demo", "security-group", fmt.Sprintf(`"name": "g%d"`, i))["id"].(string)
	}
	if status, out := l.ask("demo", "POST", "/v2.0/security-groups", `{"security_group": {}}`); status != 409 || message(out) != "OverQuota: Quota exceeded for resources: ['security_group']." {
		t.Errorf("one more group: %d %s", status, message(out))
	}
	made := 4 + 9*2
	for ; made < 100; made++ {
		l.create("demo", "security-group-rule", fmt.Sprintf(`"security_group_id": %q, "direction": "ingress", "protocol": %d`, last, 100+made))
	}
	body := `{"security_group_rule": {"security_group_id": "` + last + `", "direction": "egress", "protocol": 6}}`
	if status, out := l.ask("demo", "POST", "/v2.0/security-group-rules", body); status != 409 || message(out) != "OverQuota: Quota exceeded for resources: ['security_group_rule']." {
		t.Errorf("one more rule: %d %s", status, message(out))
	}
}
