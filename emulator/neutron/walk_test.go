package neutron_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/neutron"
)

// Whatever is sent, nobody's plan is an answer of 500.
func TestNothingFromTheWireBreaksAnything(t *testing.T) {
	const network, subnet = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"
	l := newLab(t, neutron.NetworkConfig{ID: network, Name: "n", Shared: true, Subnets: []neutron.SubnetConfig{{ID: subnet, CIDR: "10.0.0.0/24"}}})
	values := []string{
		"null", "true", "1", "1e99", "-1", `""`, `"x"`, `"é"`, `"::ffff:10.0.0.1"`, `"fe80::1%eth0"`, `"10.0.0.0/0"`, `"::/0"`, `"fd00::/127"`, `"10.0.0.0/32"`, "[]", "[null]", `["x"]`,
		`["10.0.0.1"]`, "{}", `{"a": {}}`, "[{}]", `[{"start": "10.0.0.9", "end": "10.0.0.2"}]`, `[{"start": "::1", "end": "10.0.0.2"}]`,
		`[{"destination": "10.0.0.0/8", "nexthop": "::1"}]`, `[{"subnet_id": "` + subnet + `", "ip_address": "10.0.0.255"}]`, `[{"ip_address": "::1"}]`,
		`"` + network + `"`, "99999999999999999999999999", "4", "6",
	}
	attributes := map[string][]string{
		"network": {"name", "admin_state_up", "shared", "router:external", "mtu", "port_security_enabled", "availability_zone_hints", "description", "project_id", "tenant_id", "id", "subnets"},
		"subnet":  {"name", "ip_version", "network_id", "cidr", "gateway_ip", "allocation_pools", "dns_nameservers", "host_routes", "enable_dhcp", "ipv6_ra_mode", "prefixlen", "subnetpool_id", "project_id"},
		"port":    {"name", "network_id", "mac_address", "fixed_ips", "device_id", "device_owner", "binding:host_id", "binding:profile", "binding:vnic_type", "security_groups", "port_security_enabled", "project_id"},
	}
	group := l.create("admin", "security-group", `"name": "g"`)["id"].(string)
	attributes["security_group"] = []string{"name", "description", "project_id", "security_group_rules"}
	attributes["security_group_rule"] = []string{
		"security_group_id", "direction", "protocol", "port_range_min", "port_range_max", "ethertype", "remote_ip_prefix", "remote_group_id", "description", "project_id",
	}
	needed := map[string]string{"security_group_rule": `"security_group_id": "` + group + `", "direction": "ingress"`, "network": "", "subnet": `"network_id": "` + network + `", "ip_version": 4, "cidr": "10.9.0.0/24"`, "port": `"network_id": "` + network + `"`}
	send := func(method, path, body string) {
		t.Helper()
		if status, out := l.ask("admin", method, "/v2.0"+path, body); status == http.StatusInternalServerError {
			t.Errorf("%s %s %s: %d %v", method, path, body, status, out)
		}
	}
	for resource, names := range attributes {
		for _, name := range names {
			for _, value := range values {
				rest := needed[resource]
				if strings.Contains(rest, fmt.Sprintf("%q:", name)) {
					parts := strings.Split(rest, ", ")
					rest = ""
					for _, part := range parts {
						if !strings.HasPrefix(part, fmt.Sprintf("%q:", name)) {
							rest += part + ", "
						}
					}
					rest = strings.TrimSuffix(rest, ", ")
				}
				if rest != "" {
					rest += ", "
				}
				path := "/" + strings.ReplaceAll(resource, "_", "-") + "s"
				send("POST", path, fmt.Sprintf(`{%q: {%s%q: %s}}`, resource, rest, name, value))
				send("PUT", path+"/"+map[string]string{"network": network, "subnet": subnet, "port": "x", "security_group": group, "security_group_rule": "x"}[resource], fmt.Sprintf(`{%q: {%q: %s}}`, resource, name, value))
			}
		}
	}
	for _, row := range neutron.Operations() {
		path := strings.TrimPrefix(row.Path, "/v2.0")
		for _, id := range []string{network, "x", "%00", "%ff", "a%2Fb", strings.Repeat("9", 3000)} {
			at := path
			for strings.Contains(at, "{") {
				begin, end := strings.Index(at, "{"), strings.Index(at, "}")
				at = at[:begin] + id + at[end+1:]
			}
			for _, query := range []string{"", "?limit=1&page_reverse=true", "?fields=&fields=x", "?sort_key=id&sort_dir=desc", "?id=%ff&id="} {
				if row.Method != "GET" && query != "" || row.Path == "" || row.Method == "DELETE" && id == network {
					continue
				}
				send(row.Method, at+query, map[bool]string{true: "[1]"}[row.Method == "POST" || row.Method == "PUT"])
			}
		}
	}
}
