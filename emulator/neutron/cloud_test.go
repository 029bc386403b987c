package neutron_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/neutron"
)

// lab is a cloud with Networking, and tokens of its users.
type lab struct {
	*testing.T
	cloud  *emulator.Emulator
	tokens map[string]string
	match  string // If-Match
}

func newLab(t *testing.T, networks ...neutron.NetworkConfig) *lab {
	t.Helper()
	fixture := emulator.DefaultFixture()
	fixture.Network = neutron.Config{Enabled: true, Networks: networks}
	l := &lab{t, emulator.Start(t, emulator.WithFixture(fixture)), map[string]string{}, ""}
	for _, user := range []string{"admin", "demo", "alt_demo"} {
		l.tokens[user] = l.cloud.BlockStorageAs(t, user).TokenID
	}
	return l
}

// ask sends a request of a user's and reads the answer.
func (l *lab) ask(user, method, path, body string) (int, map[string]any) {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), method, "http://fauxstack.internal"+emulator.NetworkPath+path, strings.NewReader(body))
	if err != nil {
		l.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", l.tokens[user])
	if l.match != "" {
		r.Header.Set("If-Match", l.match)
	}
	resp, err := l.cloud.Transport().RoundTrip(r)
	if err != nil {
		l.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		l.Fatal(err)
	}
	var out map[string]any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &out); err != nil {
			l.Fatalf("%s %s: %v: %s", method, path, err, text)
		}
	}
	return resp.StatusCode, out
}

// create makes something and gives the view of it.
func (l *lab) create(user, resource, body string) map[string]any {
	l.Helper()
	path := "/v2.0/" + resource + "s"
	resource = strings.ReplaceAll(resource, "-", "_")
	status, out := l.ask(user, "POST", path, fmt.Sprintf(`{%q: {%s}}`, resource, body))
	if status != http.StatusCreated {
		l.Fatalf("%s %s: %d %v", resource, body, status, out)
	}
	return out[resource].(map[string]any)
}

// names are those in a list.
func (l *lab) names(user, collection, query string) string {
	l.Helper()
	status, out := l.ask(user, "GET", "/v2.0/"+collection+query, "")
	if status != http.StatusOK {
		return fmt.Sprint(status, " ", message(out))
	}
	var names []string
	for _, item := range out[strings.ReplaceAll(collection, "-", "_")].([]any) {
		name, _ := item.(map[string]any)["name"].(string)
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// message is the class and the sentence of a failure.
func message(out map[string]any) string {
	failure, _ := out["NeutronError"].(map[string]any)
	if failure == nil {
		return fmt.Sprint(out)
	}
	return fmt.Sprint(failure["type"], ": ", failure["message"])
}

func TestNetworkingIsListedWithCompute(t *testing.T) {
	for _, test := range []struct {
		name string
		opts []emulator.Option
		want bool
	}{
		{"default", nil, false},
		{"with compute", []emulator.Option{emulator.WithCompute()}, true},
	} {
		_, err := emulator.Start(t, test.opts...).Image(t).EndpointLocator(gophercloud.EndpointOpts{
			Type: "network", Availability: gophercloud.AvailabilityPublic, Region: "RegionOne",
		})
		if (err == nil) != test.want {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestDefaultNetworks(t *testing.T) {
	l := newLab(t)
	for _, user := range []string{"admin", "demo"} {
		if got := l.names(user, "networks", "?sort_key=name&sort_dir=asc"); got != "private public" {
			t.Errorf("%s sees %q", user, got)
		}
	}
	if got := l.names("demo", "networks", "?name=private"); got != "private" {
		t.Errorf("by name: %q", got)
	}
	if got := l.names("demo", "subnets", "?shared=true"); got != "private-subnet" {
		t.Errorf("shared subnets: %q", got)
	}
}

// By neutron/api/api_common.py, and neutron_lib's attributes.
func TestListsAreAskedFor(t *testing.T) {
	l := newLab(t, neutron.NetworkConfig{
		ID: "11111111-0000-4000-8000-000000000000", Name: "c", Shared: true, Subnets: []neutron.SubnetConfig{{CIDR: "10.0.0.0/24"}},
	}, neutron.NetworkConfig{ID: "22222222-0000-4000-8000-000000000000", Name: "b", Shared: true},
		neutron.NetworkConfig{ID: "33333333-0000-4000-8000-000000000000", Name: "a", External: true},
		neutron.NetworkConfig{ID: "44444444-0000-4000-8000-000000000000", Name: "hidden", Project: "somebody"})
	for _, test := range []struct{ name, query, want string }{
		{"by id, without an order", "", "c b a"},
		{"an order", "?sort_key=name&sort_dir=asc", "a b c"},
		{"the other way", "?sort_key=name&sort_dir=desc", "c b a"},
		{"a name", "?name=b", "b"},
		{"several names", "?name=b&name=a", "b a"},
		{"a boolean", "?router:external=True", "a"},
		{"a boolean in other words", "?shared=yes", "c b"},
		{"two attributes", "?shared=true&name=a", ""},
		{"nothing", "?description=", "c b a"},
		{"no boolean", "?shared=maybe", "400 InvalidInput: Invalid input for operation: 'maybe' cannot be converted to boolean."},
		{"no attribute", "?foo=1&bar=2", "400 HTTPBadRequest: ['foo', 'bar'] is invalid attribute for filtering"},
		{"an order of nothing", "?sort_key=foo&sort_dir=asc", "400 HTTPBadRequest: ['foo'] is invalid attribute for sort_keys"},
		{"an order without direction", "?sort_key=name", "400 HTTPBadRequest: The number of sort_keys and sort_dirs must be same"},
		{"an order in a strange direction", "?sort_key=name&sort_dir=up", "400 HTTPBadRequest: ['up'] is invalid value for sort_dirs, valid value is 'asc' and 'desc'"},
		{"a page", "?limit=2", "c b"},
		{"the next page", "?limit=2&marker=22222222-0000-4000-8000-000000000000", "a"},
		{"the page before", "?limit=1&marker=33333333-0000-4000-8000-000000000000&page_reverse=True", "b"},
		{"a marker that is not there", "?limit=2&marker=x", "c b"},
		{"a marker without a limit", "?marker=22222222-0000-4000-8000-000000000000", "c b a"},
		{"a strange limit", "?limit=-1", "400 BadRequest: Bad limit request: Limit must be an integer 0 or greater and not '-1'."},
	} {
		if got := l.names("demo", "networks", test.query); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if got := l.names("admin", "networks", ""); got != "c b a hidden" {
		t.Errorf("the administrator sees %q", got)
	}
	_, out := l.ask("demo", "GET", "/v2.0/networks?limit=2&fields=id&name=a&name=b&name=c", "")
	const at = "http://fauxstack.internal/networking/v2.0/networks?limit=2&fields=id&name=a&name=b&name=c&marker="
	if got := fmt.Sprint(out["networks_links"]); got != "[map[href:"+at+"22222222-0000-4000-8000-000000000000 rel:next] map[href:"+
		at+"11111111-0000-4000-8000-000000000000&page_reverse=True rel:previous]]" {
		t.Errorf("links: %s", got)
	}
	if got := fmt.Sprint(out["networks"].([]any)[0]); got != "map[id:11111111-0000-4000-8000-000000000000]" {
		t.Errorf("fields: %s", got)
	}
}

// What prepare_request_body of neutron/api/v2/base.py says with the attributes of neutron_lib, and its exceptions.
func TestBadRequests(t *testing.T) {
	const private, subnet = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"
	l := newLab(t, neutron.NetworkConfig{ID: private, Name: "private", Shared: true, Subnets: []neutron.SubnetConfig{{ID: subnet, CIDR: "10.0.0.0/24"}}})
	mine := l.create("demo", "network", `"name": "mine"`)["id"].(string)
	l.create("demo", "subnet", `"network_id": "`+mine+`", "ip_version": 4, "cidr": "10.1.0.0/24"`)
	onMine := func(rest string) string {
		return `{"subnet": {"network_id": "` + mine + `", "ip_version": 4` + rest + `}}`
	}
	port := func(network, rest string) string { return `{"port": {"network_id": "` + network + `"` + rest + `}}` }
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"no body", "POST", "/networks", "", 400, "HTTPBadRequest: Unable to find 'network' in request body"},
		{"no object", "POST", "/networks", "[]", 400, "HTTPBadRequest: Body contains invalid data"},
		{"no network", "POST", "/networks", `{"net": {}}`, 400, "HTTPBadRequest: Unable to find 'network' in request body"},
		{"a name that is a number", "POST", "/networks", `{"network": {"name": 1}}`, 400, "HTTPBadRequest: Invalid input for name. Reason: '1' is not a valid string."},
		{"no such attribute", "POST", "/networks", `{"network": {"foo": 1}}`, 400, "HTTPBadRequest: Unrecognized attribute(s) 'foo'"},
		{"an id", "POST", "/networks", `{"network": {"id": "x"}}`, 400, "HTTPBadRequest: Attribute 'id' not allowed in POST"},
		{"no boolean", "POST", "/networks", `{"network": {"admin_state_up": null}}`, 400, "InvalidInput: Invalid input for operation: 'None' cannot be converted to boolean."},
		{"another project", "POST", "/networks", `{"network": {"tenant_id": "q"}}`, 400, "HTTPBadRequest: Specifying 'project_id' other than the authenticated project in request is not allowed for the current user."},
		{"two projects", "POST", "/networks", `{"network": {"tenant_id": "q", "project_id": "p"}}`, 400, "HTTPBadRequest: 'project_id' and 'tenant_id' do not match"},
		{"shared", "POST", "/networks", `{"network": {"shared": true}}`, 403, "PolicyNotAuthorized: (rule:create_network and rule:create_network:shared) is disallowed by policy"},
		{"of another", "PUT", "/networks/" + private, `{"network": {"name": "x"}}`, 403, "PolicyNotAuthorized: rule:update_network is disallowed by policy"},
		{"not there", "GET", "/networks/x", "", 404, "NetworkNotFound: Network x could not be found."},
		{"read-only", "PUT", "/networks/" + mine, `{"network": {"status": "x"}}`, 400, "HTTPBadRequest: Cannot update read-only attribute status"},

		{"no version", "POST", "/subnets", `{"subnet": {}}`, 400, "HTTPBadRequest: Failed to parse request. Required attribute 'ip_version' not specified"},
		{"version 5", "POST", "/subnets", `{"subnet": {"network_id": "` + mine + `", "ip_version": 5}}`, 400, "HTTPBadRequest: Invalid input for ip_version. Reason: 5 is not in valid_values."},
		{"no range", "POST", "/subnets", onMine(""), 400, "BadRequest: Bad subnets request: a subnetpool must be specified in the absence of a cidr."},
		{"a bad range", "POST", "/subnets", onMine(`, "cidr": "bad"`), 400, "InvalidInput: Invalid input for operation: bad is not in a CIDR format."},
		{"of version 6", "POST", "/subnets", onMine(`, "cidr": "fd00::/64"`), 400, "InvalidInput: Invalid input for operation: cidr 'fd00::/64' does not match the ip_version '4'."},
		{"a bad gateway", "POST", "/subnets", onMine(`, "cidr": "10.2.0.0/24", "gateway_ip": "x"`), 400, "HTTPBadRequest: Invalid input for gateway_ip. Reason: 'x' is not a valid IP address."},
		{"a nameserver twice", "POST", "/subnets", onMine(`, "cidr": "10.2.0.0/24", "dns_nameservers": ["1.1.1.1", "1.1.1.1"]`), 400, "HTTPBadRequest: Invalid input for dns_nameservers. Reason: Duplicate nameserver '1.1.1.1'."},
		{"half a pool", "POST", "/subnets", onMine(`, "cidr": "10.2.0.0/24", "allocation_pools": [{"start": "10.2.0.1", "end": "y"}]`), 400, "HTTPBadRequest: Invalid input for allocation_pools. Reason: 'y' is not a valid IP address."},
		{"a pool outside", "POST", "/subnets", onMine(`, "cidr": "10.2.0.0/24", "allocation_pools": [{"start": "10.2.0.9", "end": "10.2.1.9"}]`), 400, "OutOfBoundsAllocationPool: The allocation pool 10.2.0.9-10.2.1.9 spans beyond the subnet cidr 10.2.0.0/24."},
		{"a pool with the gateway", "POST", "/subnets", onMine(`, "cidr": "10.2.0.0/24", "allocation_pools": [{"start": "10.2.0.1", "end": "10.2.0.9"}]`), 409, "GatewayConflictWithAllocationPools: Gateway ip 10.2.0.1 conflicts with allocation pool 10.2.0.1-10.2.0.9."},
		{"overlapping", "POST", "/subnets", onMine(`, "cidr": "10.1.0.0/16"`), 400, "InvalidInput: Invalid input for operation: Requested subnet with cidr: 10.1.0.0/16 for network: " + mine + " overlaps with another subnet."},
		{"too small for DHCP", "POST", "/subnets", onMine(`, "cidr": "10.2.0.0/31"`), 400, "InvalidInput: Invalid input for operation: Subnet has a prefix length that is incompatible with DHCP service enabled."},
		{"in another's network", "POST", "/subnets", `{"subnet": {"network_id": "` + private + `", "ip_version": 4, "cidr": "10.9.0.0/24"}}`, 403, "PolicyNotAuthorized: rule:create_subnet is disallowed by policy"},

		{"no network of a port", "POST", "/ports", `{"port": {}}`, 400, "HTTPBadRequest: Failed to parse request. Required attribute 'network_id' not specified"},
		{"no such network", "POST", "/ports", port("55555555-0000-4000-8000-000000000000", ""), 404, "NetworkNotFound: Network 55555555-0000-4000-8000-000000000000 could not be found."},
		{"a bad MAC", "POST", "/ports", port(mine, `, "mac_address": "x"`), 400, "HTTPBadRequest: Invalid input for mac_address. Reason: 'x' is not a valid MAC address."},
		{"an address twice", "POST", "/ports", port(mine, `, "fixed_ips": [{"ip_address": "10.1.0.9"}, {"ip_address": "10.1.0.9"}]`), 400, "HTTPBadRequest: Invalid input for fixed_ips. Reason: Duplicate IP address '10.1.0.9'."},
		{"an address elsewhere", "POST", "/ports", port(mine, `, "fixed_ips": [{"ip_address": "10.7.0.9"}]`), 400, "InvalidIpForNetwork: IP address 10.7.0.9 is not a valid IP for any of the subnets on the specified network."},
		{"a subnet elsewhere", "POST", "/ports", port(mine, `, "fixed_ips": [{"subnet_id": "`+subnet+`"}]`), 400, "InvalidInput: Invalid input for operation: Failed to create port on network " + mine + ", because fixed_ips included invalid subnet " + subnet + "."},
		{"an address in another's network", "POST", "/ports", port(private, `, "fixed_ips": [{"ip_address": "10.0.0.9"}]`), 403, "PolicyNotAuthorized: ((rule:create_port and rule:create_port:fixed_ips) and rule:create_port:fixed_ips:ip_address) is disallowed by policy"},
		{"a host", "POST", "/ports", port(mine, `, "binding:host_id": "h"`), 403, "PolicyNotAuthorized: (rule:create_port and rule:create_port:binding:host_id) is disallowed by policy"},
		{"no such group", "POST", "/ports", port(mine, `, "security_groups": ["55555555-0000-4000-8000-000000000000"]`), 404, "SecurityGroupNotFound: Security group 55555555-0000-4000-8000-000000000000 does not exist"},

		{"no extension", "GET", "/extensions/nothing", "", 404, "HTTPNotFound: Extension with alias nothing does not exist"},
		{"quotas of members", "GET", "/quotas/x", "", 403, "PolicyNotAuthorized: rule:get_quota is disallowed by policy"},
		{"not emulated", "POST", "/routers", `{"router": {}}`, 501, "NotImplementedError: neutron.routers.create exists upstream and is not emulated."},
		{"not listed", "GET", "/trunks", "", 501, "NotImplementedError: GET /v2.0/trunks is not emulated; `fauxstack operations --service neutron` lists what is."},
		{"no such method", "PATCH", "/networks", "", 405, "HTTPMethodNotAllowed: "},
	} {
		status, out := l.ask("demo", test.method, "/v2.0"+test.path, test.body)
		if got := message(out); status != test.status || got != test.want {
			t.Errorf("%s: %d %s\n\twant %d %s", test.name, status, got, test.status, test.want)
		}
	}
}

// Ports are how servers come to addresses.
func TestPortsHaveAddresses(t *testing.T) {
	l := newLab(t)
	_, out := l.ask("demo", "GET", "/v2.0/networks?name=private", "")
	private := out["networks"].([]any)[0].(map[string]any)["id"].(string)
	_, out = l.ask("demo", "GET", "/v2.0/security-groups?name=default", "")
	group := out["security_groups"].([]any)[0].(map[string]any)["id"].(string)

	port := l.create("demo", "port", `"network_id": "`+private+`", "device_id": "box"`)
	ips := port["fixed_ips"].([]any)
	if len(ips) != 1 || ips[0].(map[string]any)["ip_address"] != "10.0.0.2" || port["status"] != "DOWN" || port["binding:host_id"] != nil {
		t.Errorf("port: %v", port)
	}
	if got := fmt.Sprint(port["security_groups"]); got != "["+group+"]" {
		t.Errorf("security groups: %s, want %s", got, group)
	}
	second := l.create("admin", "port", `"network_id": "`+private+`", "binding:host_id": "host", "device_owner": "compute:nova"`)
	if second["fixed_ips"].([]any)[0].(map[string]any)["ip_address"] != "10.0.0.3" || second["status"] != "ACTIVE" || second["binding:vif_type"] != "ovs" {
		t.Errorf("port of the administrator: %v", second)
	}
	if got := l.names("demo", "ports", "?device_id=box&fixed_ips=ip_address%3D10.0.0.2"); got != "" && strings.Contains(got, " ") {
		t.Errorf("ports: %q", got)
	}
	if status, _ := l.ask("demo", "GET", "/v2.0/ports/"+second["id"].(string), ""); status != http.StatusNotFound {
		t.Errorf("another's port: %d", status)
	}
	if status, out := l.ask("admin", "DELETE", "/v2.0/networks/"+private, ""); status != http.StatusConflict || !strings.Contains(message(out), "NetworkInUse") {
		t.Errorf("deleting a network with ports: %d %s", status, message(out))
	}
	if status, out := l.ask("admin", "POST", "/v2.0/ports", `{"port": {"network_id": "`+private+`", "fixed_ips": [{"ip_address": "10.0.0.2"}]}}`); status != http.StatusConflict {
		t.Errorf("an address that is taken: %d %s", status, message(out))
	}
	id := port["id"].(string)
	if status, _ := l.ask("demo", "DELETE", "/v2.0/ports/"+id, ""); status != http.StatusNoContent {
		t.Errorf("deleting: %d", status)
	}
	if status, out := l.ask("demo", "DELETE", "/v2.0/ports/"+id, ""); status != http.StatusNotFound || message(out) != "PortNotFound: Port "+id+" could not be found." {
		t.Errorf("deleting again: %d %s", status, message(out))
	}
}

func TestSubnetsGiveAddresses(t *testing.T) {
	l := newLab(t)
	n := l.create("demo", "network", `"name": "mine"`)["id"].(string)
	for _, test := range []struct{ name, body, want string }{
		{"by default", `"ip_version": 4, "cidr": "10.1.0.7/24"`, "10.1.0.0/24 10.1.0.1 [map[end:10.1.0.254 start:10.1.0.2]]"},
		{"without a gateway", `"ip_version": 4, "cidr": "10.2.0.0/30", "gateway_ip": null`, "10.2.0.0/30 <nil> [map[end:10.2.0.2 start:10.2.0.1]]"},
		{
			"a gateway in the middle", `"ip_version": "4", "cidr": "10.3.0.0/29", "gateway_ip": "10.3.0.3"`,
			"10.3.0.0/29 10.3.0.3 [map[end:10.3.0.2 start:10.3.0.1] map[end:10.3.0.6 start:10.3.0.4]]",
		},
		{"version 6", `"ip_version": 6, "cidr": "fd00::/64"`, "fd00::/64 fd00:: [map[end:fd00::ffff:ffff:ffff:ffff start:fd00::1]]"},
	} {
		sub := l.create("demo", "subnet", `"network_id": "`+n+`", `+test.body)
		if got := fmt.Sprint(sub["cidr"], " ", sub["gateway_ip"], " ", sub["allocation_pools"]); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	port := l.create("demo", "port", `"network_id": "`+n+`"`)
	if got := len(port["fixed_ips"].([]any)); got != 2 {
		t.Errorf("%d addresses; want one of each version", got)
	}
	sub := port["fixed_ips"].([]any)[0].(map[string]any)["subnet_id"].(string)
	if status, out := l.ask("demo", "DELETE", "/v2.0/subnets/"+sub, ""); status != http.StatusConflict || !strings.HasPrefix(message(out), "SubnetInUse") {
		t.Errorf("deleting a subnet in use: %d %s", status, message(out))
	}
}

// By neutron/services/revisions/revision_plugin.py.
func TestChangesOfOneRevision(t *testing.T) {
	l := newLab(t)
	id := l.create("demo", "network", `"name": "mine"`)["id"].(string)
	for _, test := range []struct {
		match  string
		status int
	}{
		{"revision_number=1", 200},
		{"revision_number=1", 412},
		{`"revision_number=2"`, 200},
		{"revision_number=x", 400},
		{"revision_number=3,revision_number=3", 400},
		{"something", 200},
	} {
		l.match = test.match
		if status, out := l.ask("demo", "PUT", "/v2.0/networks/"+id, `{"network": {"name": "n"}}`); status != test.status {
			t.Errorf("%s: %d %s; want %d", test.match, status, message(out), test.status)
		}
	}
	l.match = "revision_number=1"
	if status, out := l.ask("demo", "DELETE", "/v2.0/networks/"+id, ""); status != 412 ||
		message(out) != "RevisionNumberConstraintFailed: Constrained to 1, but current revision is 4" {
		t.Errorf("deleting an old revision: %d %s", status, message(out))
	}
}
