package nova_test

import (
	"fmt"
	"strings"
	"testing"
)

// What a server is told when it is made and changed is told again, by microversion
// (nova/api/openstack/compute/views/servers.py).
func TestServersTellWhatTheyWereTold(t *testing.T) {
	l := newLab(t)
	image := l.cirros()
	status, made := l.send("demo", "2.94", "POST", "servers", `{"server": {"name": "My Box_1", "flavorRef": "1", "imageRef": "`+image+`", "networks": "none",
		"accessIPv4": "192.0.2.7", "accessIPv6": "2001:0db8:0::7", "OS-DCF:diskConfig": "AUTO", "config_drive": true, "tags": ["a", "b", "a"],
		"adminPass": "sesame", "availability_zone": "nova", "user_data": "aGVsbG8=", "description": "mine"}, "os:scheduler_hints": {"query": "[]"}}`)
	if status != 202 {
		t.Fatalf("%d %v", status, made)
	}
	server := made["server"].(map[string]any)
	if server["adminPass"] != "sesame" || server["OS-DCF:diskConfig"] != "AUTO" {
		t.Errorf("%v", server)
	}
	path := "servers/" + server["id"].(string)
	tells := func(version string, keys ...string) string {
		_, body := l.send("demo", version, "GET", path, "")
		var told []string
		for _, key := range keys {
			told = append(told, fmt.Sprint(body["server"].(map[string]any)[key]))
		}
		return strings.Join(told, " ")
	}
	const hostname = "OS-EXT-SRV-ATTR:hostname"
	if got := tells("2.90", "accessIPv4", "accessIPv6", "OS-DCF:diskConfig", "config_drive", "tags", hostname, "description"); got !=
		"192.0.2.7 2001:db8::7 AUTO True [a b] my-box-1 mine" {
		t.Error(got)
	}
	if got := tells("2.89", hostname); got != "<nil>" {
		t.Error(got)
	}
	status, changed := l.send("demo", "2.90", "PUT", path, `{"server": {"accessIPv4": "192.0.2.8", "OS-DCF:diskConfig": "MANUAL", "hostname": "other", "description": null}}`)
	if status != 200 {
		t.Errorf("%d %v", status, changed)
	}
	if got := tells("2.90", "accessIPv4", "accessIPv6", "OS-DCF:diskConfig", hostname, "description"); got != "192.0.2.8 2001:db8::7 MANUAL other <nil>" {
		t.Error(got)
	}
	for version, want := range map[string]bool{"2.74": false, "2.75": true} {
		_, changed := l.send("demo", version, "PUT", path, `{"server": {"name": "x"}}`)
		_, shown := changed["server"].(map[string]any)["OS-EXT-STS:vm_state"]
		if _, grouped := changed["server"].(map[string]any)["security_groups"]; shown != want || grouped {
			t.Errorf("%s: %v", version, changed)
		}
	}
	status, reserved := l.send("demo", "2.1", "POST", "servers", `{"server": {"name": "x", "flavorRef": "1", "imageRef": "`+image+`", "return_reservation_id": "True"}}`)
	reservation, _ := reserved["reservation_id"].(string)
	if status != 202 || len(reserved) != 1 || !strings.HasPrefix(reservation, "r-") {
		t.Errorf("%d %v", status, reserved)
	}
	if got := l.names("demo", "2.1", "servers?reservation_id="+reservation, "servers"); got != "x" {
		t.Error(got)
	}
}

// By the schemas of nova/api/openstack/compute/schemas/servers.py; what they let pass and this cannot do is 501.
func TestNewServersRefused(t *testing.T) {
	l := newLab(t)
	image := l.cirros()
	for _, test := range []struct {
		version, more string
		status        int
		want          string
	}{
		{"2.1", `"colour": "blue"`, 400, "Additional properties are not allowed ('colour' was unexpected)"},
		{"2.1", `"description": "x"`, 400, "Additional properties are not allowed ('description' was unexpected)"},
		{"2.18", `"networks": "none"`, 400, "'none' is not of type 'array'"},
		{"2.37", `"config_drive": false`, 400, "'networks' is a required property"},
		{"2.51", `"networks": "none", "tags": ["a"]`, 400, "('tags' was unexpected)"},
		{"2.57", `"networks": "none", "personality": []`, 400, "('personality' was unexpected)"},
		{"2.1", `"accessIPv4": "here"`, 400, "'here' is not a 'ipv4'"},
		{"2.1", `"config_drive": "perhaps"`, 400, "'perhaps' is not one of"},
		{"2.1", `"metadata": {"a": 1}`, 400, "1 is not of type 'string'"},
		{"2.1", `"user_data": "!"`, 400, "'!' is not a 'base64'"},
		{"2.1", `"availability_zone": "moon"`, 400, "The requested availability zone is not available"},
		{"2.1", `"availability_zone": "nova:compute"`, 403, "Policy doesn't allow os_compute_api:servers:create:forced_host to be performed."},
		{"2.74", `"networks": "none", "host": "x"`, 403, "Policy doesn't allow os_compute_api:servers:create:requested_destination to be performed."},
		{"2.1", `"min_count": 3, "max_count": 2`, 400, "min_count must be <= max_count"},
		{"2.1", `"min_count": 2`, 501, "nova.servers.create of several servers"},
		{"2.63", `"networks": "none", "trusted_image_certificates": ["a"]`, 501, "trusted_image_certificates"},
	} {
		body := `{"server": {"name": "x", "flavorRef": "1", "imageRef": "` + image + `", ` + test.more + `}}`
		if status, answer := l.send("demo", test.version, "POST", "servers", body); status != test.status || !strings.Contains(fmt.Sprint(answer), test.want) {
			t.Errorf("%s %s: %d %v; want %d %s", test.version, test.more, status, answer, test.status, test.want)
		}
	}
	if got := l.names("demo", "2.1", "servers", "servers"); got != "" {
		t.Errorf("made all the same: %s", got)
	}
}
