package nova_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
)

// A key of each kind, with the fingerprint that ssh-keygen and openssl print.
const (
	edKey   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO02Mo0eAckjSzZfNqJ1vXhNjc6CR4BeOqvFrjnHJCzu me"
	edPrint = "be:25:19:e5:d4:bb:f4:a0:c5:09:8f:36:57:8f:24:1d"
	ecKey   = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBLyQxn2D2OpZvHfZLc5Zt2EFoOyfFm7yJzuBaacTJ+dtN5j+0XI9S9ZdMGOWQuJbAA7AH3sx9QEm2q2MiY9jBfs= ec"
	ecPrint = "e4:0e:4e:51:56:3a:97:e1:cf:58:9a:ed:54:5c:4b:46"
	cert    = `-----BEGIN CERTIFICATE-----
MIIBbDCCAROgAwIBAgIUXg22nOgMeG0t4MnNhcA9EHDv4FAwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBeDAeFw0yNjExMjMwNzI0MzZaFw0zNjExMjAwNzI0MzZaMAwx
CjAIBgNVBAMMAXgwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASRpn7gDebTpjF2
vBfAbgwE1j2mVzkE1+t8E1KyloN6dEEFB8TpNs3aAmkOpGBfp6PuYiPb6aKNiGLp
OcqXM2lmo1MwUTAdBgNVHQ4EFgQUksAUNbILToi5O/pSliq8exrm/9owHwYDVR0j
BBgwFoAUksAUNbILToi5O/pSliq8exrm/9owDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNHADBEAiA0mzm/eSYb+OI5cHNfDS42nIF7O14MmjrAj4jf0xsAewIg
cVqGuTlk2rvrmGRLuoTJK/ZkGp1xMEocbdsJELYx6Vk=
-----END CERTIFICATE-----
`
	certPrint = "a0:5c:42:d1:08:91:8c:40:54:dd:cf:2f:5f:85:9c:6e:bd:3d:b2:fe"
)

// send asks Compute as somebody, and reads the answer; want is among what it says.
func (l *lab) send(user, version, method, path, body string) (int, map[string]any) {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), method, l.compute.Endpoint+path, strings.NewReader(body))
	l.must(err)
	r.Header.Set("X-Auth-Token", l.cloud.BlockStorageAs(l, user).TokenID)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("OpenStack-API-Version", "compute "+version)
	resp, err := l.cloud.Transport().RoundTrip(r)
	l.must(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	l.must(err)
	var out map[string]any
	if len(text) > 0 {
		l.must(json.Unmarshal(text, &out))
	}
	return resp.StatusCode, out
}

// said is the sentence of a failure.
func said(out map[string]any) string {
	for _, v := range out {
		if failure, ok := v.(map[string]any); ok && failure["message"] != nil {
			return fmt.Sprint(failure["message"])
		}
	}
	return fmt.Sprint(out)
}

func keyBody(name, public, more string) string {
	asked := fmt.Sprintf(`"name": %q`, name)
	if public != "" {
		asked += fmt.Sprintf(`, "public_key": %q`, public)
	}
	return `{"keypair": {` + asked + more + `}}`
}

// By nova/api/openstack/compute/keypairs.py and its views.
func TestKeyPairs(t *testing.T) {
	l := newLab(t)
	for _, test := range []struct{ name, kind, public, want string }{
		{"ed", "ssh", edKey, edPrint}, {"ec", "ssh", ecKey, ecPrint}, {"win", "x509", cert, certPrint},
	} {
		status, out := l.send("demo", "2.92", "POST", "os-keypairs", keyBody(test.name, test.public, `, "type": "`+test.kind+`"`))
		k, _ := out["keypair"].(map[string]any)
		if status != 201 || k["fingerprint"] != test.want || k["type"] != test.kind || k["user_id"] == "" || k["private_key"] != nil {
			t.Errorf("%s: %d %v", test.name, status, out)
		}
	}
	_, out := l.send("demo", "2.1", "GET", "os-keypairs/ed", "")
	k := out["keypair"].(map[string]any)
	if k["id"] != 1.0 || k["deleted"] != false || k["public_key"] != edKey || k["type"] != nil || k["user_id"] == nil {
		t.Errorf("shown: %v", k)
	}
	if at, ok := k["updated_at"]; !ok || at != nil || len(fmt.Sprint(k["created_at"])) != len("2026-11-22T15:03:10.000000") {
		t.Errorf("times: %v", k)
	}
	_, out = l.send("demo", "2.35", "GET", "os-keypairs?limit=2", "")
	if got := fmt.Sprint(out["keypairs"].([]any)[0], out["keypairs_links"]); !strings.Contains(got, "name:ec") || !strings.Contains(got, "limit=2&marker=ed") {
		t.Errorf("the first page: %s", got)
	}
	_, out = l.send("demo", "2.34", "GET", "os-keypairs?limit=1", "")
	if list := out["keypairs"].([]any); len(list) != 3 || out["keypairs_links"] != nil {
		t.Errorf("before there were pages: %v", out)
	}
	owner := fmt.Sprint(k["user_id"])
	for _, test := range []struct {
		name, user, version, method, path, body string
		status                                  int
		want                                    string
	}{
		{"again", "demo", "2.2", "POST", "", keyBody("ed", edKey, ""), 409, "Key pair 'ed' already exists."},
		{"no key", "demo", "2.1", "POST", "", keyBody("x", "ssh-rsa JUNK nova@ubuntu", ""), 400, "Keypair data is invalid: failed to generate fingerprint"},
		{"a key of another kind", "demo", "2.1", "POST", "", keyBody("x", "ssh-rsa "+strings.Fields(edKey)[1], ""), 400, "Keypair data is invalid: failed to generate fingerprint"},
		{"an empty key", "demo", "2.1", "POST", "", `{"keypair": {"name": "x", "public_key": ""}}`, 400, "Keypair data is invalid: failed to generate fingerprint"},
		{"no name", "demo", "2.1", "POST", "", `{"keypair": {}}`, 400, "Invalid input for field/attribute keypair. Value: {}. 'name' is a required property"},
		{"a name of marks", "demo", "2.91", "POST", "", keyBody("a.b@c", edKey, ""), 400, `Invalid input for field/attribute name. Value: a.b@c. 'a.b@c' does not match '^[_\\- a-zA-Z0-9]+$'`},
		{"a type too early", "demo", "2.1", "POST", "", keyBody("x", edKey, `, "type": "ssh"`), 400, "Invalid input for field/attribute keypair. Value: {'name': 'x', 'public_key': '" + edKey + "', 'type': 'ssh'}. Additional properties are not allowed ('type' was unexpected)"},
		{"none is made", "demo", "2.92", "POST", "", keyBody("x", "", ""), 400, "Invalid input for field/attribute keypair. Value: {'name': 'x'}. 'public_key' is a required property"},
		{"spaces", "demo", "2.92", "POST", "", keyBody(" x", edKey, ""), 400, "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace."},
		{"for another", "alt_demo", "2.10", "POST", "", keyBody("x", edKey, `, "user_id": "`+owner+`"`), 403, "Policy doesn't allow os_compute_api:os-keypairs:create to be performed."},
		{"another's", "alt_demo", "2.10", "GET", "/ed?user_id=" + owner, "", 403, "Policy doesn't allow os_compute_api:os-keypairs:show to be performed."},
		{"another's, too early", "admin", "2.9", "GET", "/ed?user_id=" + owner, "", 404, ""},
		{"another's, for the administrator", "admin", "2.10", "GET", "/ed?user_id=" + owner, "", 200, ""},
		{"not there", "demo", "2.1", "GET", "/nothing", "", 404, "Keypair nothing not found for user " + owner},
		{"no marker", "demo", "2.35", "GET", "?marker=nothing", "", 400, "Marker nothing could not be found."},
		{"no such parameter", "demo", "2.75", "GET", "/ed?limit=1", "", 400, "Additional properties are not allowed ('limit' was unexpected)"},
		{"names of today", "demo", "2.92", "POST", "", keyBody("a.b@c", edKey, ""), 201, ""},
		{"deleted by its owner, early", "demo", "2.1", "DELETE", "/ed", "", 202, ""},
		{"deleted by the administrator", "admin", "2.10", "DELETE", "/ec?user_id=" + owner, "", 204, ""},
		{"deleted already", "demo", "2.2", "DELETE", "/ed", "", 404, "Keypair ed not found for user " + owner},
	} {
		status, out := l.send(test.user, test.version, test.method, "os-keypairs"+test.path, test.body)
		if status != test.status || test.want != "" && said(out) != test.want {
			t.Errorf("%s: %d %s\n\twant %d %s", test.name, status, said(out), test.status, test.want)
		}
	}
}

// Up to 2.91 Nova makes keys; the same cloud makes the same ones.
func TestKeyPairsAreMade(t *testing.T) {
	var made [2]string
	for i := range made {
		l := newLab(t, emulator.WithSeed(7))
		status, out := l.send("demo", "2.1", "POST", "os-keypairs", keyBody("x", "", ""))
		k, _ := out["keypair"].(map[string]any)
		block, _ := pem.Decode([]byte(fmt.Sprint(k["private_key"])))
		if status != 200 || block == nil || !strings.HasSuffix(fmt.Sprint(k["public_key"]), " Generated-by-Nova") {
			t.Fatalf("%d %v", status, out)
		}
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		l.must(err)
		l.must(key.Validate())
		if key.N.BitLen() != 2048 {
			t.Errorf("%d bits", key.N.BitLen())
		}
		made[i] = fmt.Sprint(k["fingerprint"], k["public_key"])
	}
	if made[0] != made[1] {
		t.Errorf("%s and %s", made[0], made[1])
	}
}

// The quota is each user's own (nova/compute/api.py, _check_key_pair_quotas), and comes before the key is looked at.
func TestKeyPairsAreCounted(t *testing.T) {
	l := newLab(t)
	for i := range 100 {
		if status, out := l.send("demo", "2.1", "POST", "os-keypairs", keyBody(fmt.Sprint("k", i), edKey, "")); status != 200 {
			t.Fatalf("%d %v", status, out)
		}
	}
	if status, out := l.send("demo", "2.1", "POST", "os-keypairs", keyBody("more", "junk", "")); status != 403 || said(out) != "Quota exceeded, too many key pairs." {
		t.Errorf("%d %v", status, out)
	}
	if status, _ := l.send("alt_demo", "2.1", "POST", "os-keypairs", keyBody("more", edKey, "")); status != 200 {
		t.Errorf("another user: %d", status)
	}
}

func TestServersHaveKeysAndGroups(t *testing.T) {
	l := newLab(t)
	l.send("demo", "2.2", "POST", "os-keypairs", keyBody("mine", edKey, ""))
	group := l.group("web")
	l.group("twins")
	l.group("twins")
	image := l.cirros()
	boot := func(more string) (int, map[string]any) {
		t.Helper()
		return l.send("demo", "2.37", "POST", "servers", `{"server": {"name": "box", "flavorRef": "1", "imageRef": "`+image+`", "networks": "auto"`+more+`}}`)
	}
	for _, test := range []struct{ more, key, groups string }{
		{"", "<nil>", "[map[name:default]]"},
		{`, "key_name": "mine", "security_groups": [{"name": "web"}]`, "mine", "[map[name:web]]"},
		{`, "security_groups": [{"name": "` + group + `"}, {"name": "web"}]`, "<nil>", "[map[name:web]]"},
		{`, "security_groups": [{"name": "default"}]`, "<nil>", "[map[name:default]]"},
		{`, "security_groups": [{"name": "default"}, {"name": "web"}]`, "<nil>", "[map[name:web] map[name:default]]"},
	} {
		status, out := boot(test.more)
		if status != 202 {
			t.Fatalf("%s: %d %s", test.more, status, said(out))
		}
		id := fmt.Sprint(out["server"].(map[string]any)["id"])
		_, out = l.send("demo", "2.1", "GET", "servers/"+id, "")
		v := out["server"].(map[string]any)
		got := fmt.Sprint(v["security_groups"])
		if swapped := "[map[name:default] map[name:web]]"; got == swapped {
			got = "[map[name:web] map[name:default]]" // in the order of ids
		}
		if v["status"] != "ACTIVE" || fmt.Sprint(v["key_name"]) != test.key || got != test.groups {
			t.Errorf("%s: %v of %v in %s", test.more, v["status"], v["key_name"], got)
		}
	}
	_, out := l.send("demo", "2.1", "GET", "servers/detail?limit=2", "")
	for _, v := range out["servers"].([]any) {
		if v.(map[string]any)["security_groups"] == nil {
			t.Errorf("listed without groups: %v", v)
		}
	}
	for _, test := range []struct {
		more   string
		status int
		want   string
	}{
		{`, "key_name": "none"`, 400, "Invalid key_name provided."},
		{`, "key_name": ""`, 400, "Invalid input for field/attribute key_name. Value: . '' is too short"},
		{`, "security_groups": [{"name": "none"}]`, 400, "Unable to find security_group with name or id 'none'"},
		{`, "security_groups": [{"name": "twins"}]`, 409, "Multiple security_group matches found for name 'twins', use an ID to be more specific."},
		{`, "security_groups": ["web"]`, 400, "Invalid input for field/attribute 0. Value: web. 'web' is not of type 'object'"},
	} {
		if status, out := boot(test.more); status != test.status || said(out) != test.want {
			t.Errorf("%s: %d %s\n\twant %d %s", test.more, status, said(out), test.status, test.want)
		}
	}
}

// group makes a security group of the demo project.
func (l *lab) group(name string) string {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), "POST", "http://fauxstack.internal"+emulator.NetworkPath+"/v2.0/security-groups",
		strings.NewReader(`{"security_group": {"name": "`+name+`"}}`))
	l.must(err)
	r.Header.Set("X-Auth-Token", l.compute.Token())
	resp, err := l.cloud.Transport().RoundTrip(r)
	l.must(err)
	defer resp.Body.Close()
	var out struct {
		Group struct{ ID string } `json:"security_group"`
	}
	l.must(json.NewDecoder(resp.Body).Decode(&out))
	return out.Group.ID
}

// By nova/api/openstack/compute/limits.py, availability_zone.py, services.py and their schemas.
func TestLimitsZonesAndServices(t *testing.T) {
	l := newLab(t)
	l.bootedFrom(l.volume(), false)
	absolute := func(version string) map[string]any {
		t.Helper()
		_, out := l.send("demo", version, "GET", "limits", "")
		return out["limits"].(map[string]any)["absolute"].(map[string]any)
	}
	all := absolute("2.1")
	if len(all) != 19 || all["maxTotalInstances"] != 10.0 || all["totalInstancesUsed"] != 1.0 || all["totalCoresUsed"] != 1.0 || all["totalRAMUsed"] != 512.0 {
		t.Errorf("limits: %v", all)
	}
	for version, want := range map[string]int{"2.36": 14, "2.39": 13, "2.57": 11} {
		if got := len(absolute(version)); got != want {
			t.Errorf("%d limits at %s; want %d", got, version, want)
		}
	}
	if status, _ := l.send("demo", "2.1", "GET", "limits?tenant_id=x", ""); status != 403 {
		t.Errorf("limits of another project: %d", status)
	}
	if _, out := l.send("demo", "2.1", "GET", "os-availability-zone", ""); fmt.Sprint(out) != "map[availabilityZoneInfo:[map[hosts:<nil> zoneName:nova zoneState:map[available:true]]]]" {
		t.Errorf("zones: %v", out)
	}
	if _, out := l.send("admin", "2.1", "GET", "os-availability-zone/detail", ""); !strings.Contains(fmt.Sprint(out), "map[compute-1:map[nova-compute:map[active:true available:true") {
		t.Errorf("zones in detail: %v", out)
	}
	if status, _ := l.send("demo", "2.1", "GET", "os-services", ""); status != 403 {
		t.Errorf("services, for a member: %d", status)
	}
	for query, want := range map[string]int{"": 1, "?binary=nova-compute&host=compute-1": 1, "?binary=nova-scheduler": 0} {
		_, out := l.send("admin", "2.53", "GET", "os-services"+query, "")
		list := out["services"].([]any)
		if len(list) != want || want > 0 && (list[0].(map[string]any)["forced_down"] != false || len(list[0].(map[string]any)["id"].(string)) != 36) {
			t.Errorf("services%s: %v", query, list)
		}
	}
}
