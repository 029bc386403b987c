package cinder

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Answers and sentences in this file were observed on a cloud of release Zed.

func TestServices(t *testing.T) {
	c := newTestCloud(t)
	for _, test := range []struct{ version, binary, keys string }{
		{"3.0", "cinder-scheduler", "binary disabled_reason host state status updated_at zone"},
		{"3.0", "cinder-volume", "active_backend_id binary disabled_reason frozen host replication_status state status updated_at zone"},
		{"3.7", "cinder-backup", "binary cluster disabled_reason host state status updated_at zone"},
		{"3.49", "cinder-volume", "active_backend_id backend_state binary cluster disabled_reason frozen host replication_status state status updated_at zone"},
	} {
		list := c.must(t, "admin", "GET", test.version+" /os-services?binary="+test.binary, "")["services"].([]any)
		if got := typeKeys(list[0]); got != test.keys {
			t.Errorf("%s %s: %s", test.version, test.binary, got)
		}
	}
	if n := len(c.must(t, "admin", "GET", "/os-services", "")["services"].([]any)); n != 4 {
		t.Errorf("%d services", n)
	}
	if n := len(c.must(t, "admin", "GET", "/os-services?host=nope", "")["services"].([]any)); n != 0 {
		t.Errorf("%d services", n)
	}
	got := c.must(t, "admin", "PUT", "/os-services/disable-log-reason", `{"host": "fauxstack@lvmdriver-2", "binary": "cinder-volume", "disabled_reason": "x"}`)
	if fmt.Sprint(got) != "map[binary:cinder-volume disabled:true disabled_reason:x host:fauxstack@lvmdriver-2 service: status:disabled]" {
		t.Error(got)
	}
	list := c.must(t, "admin", "GET", "/os-services?host=fauxstack@lvmdriver-2", "")["services"].([]any)
	if svc := list[0].(map[string]any); svc["status"] != "disabled" || svc["disabled_reason"] != "x" {
		t.Error(svc)
	}
	if n := len(c.must(t, "admin", "GET", "/os-hosts", "")["hosts"].([]any)); n != 3 {
		t.Errorf("%d hosts", n)
	}
	zones := c.must(t, "demo", "GET", "/os-availability-zone", "")
	if fmt.Sprint(zones) != "map[availabilityZoneInfo:[map[zoneName:nova zoneState:map[available:true]]]]" {
		t.Error(zones)
	}
	for _, test := range []struct {
		user, path, body string
		status           int
		message          string
	}{
		{"admin", "disable", `{"host": "nope", "binary": "cinder-volume"}`, 404, "Service cinder-volume could not be found on host nope."},
		{"admin", "disable", `{"binary": "cinder-volume"}`, 400, "Invalid input received: Host field is missing."},
		{"admin", "disable", `{"host": "x"}`, 400, "{'host': 'x'} is not valid under any of the given schemas"},
		{"admin", "enable", `{"host": "x", "service": "cinder-volume"}`, 404, "Service cinder-volume could not be found on host x."},
		{"demo", "disable", `{"host": "x", "service": "cinder-volume"}`, 403, "Policy doesn't allow volume_extension:services:update to be performed."},
	} {
		c.refused(t, test.user, "PUT", "/os-services/"+test.path, test.body, test.status, test.message)
	}
	c.refused(t, "demo", "GET", "/os-services", "", 403, "Policy doesn't allow volume_extension:services:index to be performed.")
}

func TestPools(t *testing.T) {
	c := newTestCloud(t)
	for _, test := range []struct{ path, want string }{
		{"", "map[pools:[map[name:fauxstack@lvmdriver-1#lvmdriver-1] map[name:fauxstack@lvmdriver-2#lvmdriver-2]]]"},
		{"?name=fauxstack@lvmdriver-2%23lvmdriver-2", "map[pools:[map[name:fauxstack@lvmdriver-2#lvmdriver-2]]]"},
		{"?name=foo", "map[pools:[]]"},
	} {
		if got := fmt.Sprint(c.must(t, "admin", "GET", "/scheduler-stats/get_pools"+test.path, "")); got != test.want {
			t.Errorf("%s: %s", test.path, got)
		}
	}
	if got := fmt.Sprint(c.must(t, "admin", "GET", "3.28 /scheduler-stats/get_pools?volume_backend_name=lvmdriver-1&multiattach=yes&reserved_percentage=0", "")); got !=
		"map[pools:[map[name:fauxstack@lvmdriver-1#lvmdriver-1]]]" {
		t.Error(got)
	}
	if n := len(c.must(t, "admin", "GET", "3.20 /scheduler-stats/get_pools?foo=foo", "")["pools"].([]any)); n != 2 {
		t.Errorf("%d pools", n)
	}
	pools := c.must(t, "admin", "GET", "/scheduler-stats/get_pools?detail=True", "")["pools"].([]any)
	caps := pools[0].(map[string]any)["capabilities"].(map[string]any)
	if got := fmt.Sprint(caps["storage_protocol"], caps["total_capacity_gb"], caps["allocated_capacity_gb"], caps["volume_backend_name"]); got != "iSCSI1000 0lvmdriver-1" {
		t.Error(got)
	}
	c.refused(t, "admin", "GET", "/scheduler-stats/get_pools?foo=foo", "", 400, "Invalid filters foo are found in query options.")
	c.refused(t, "admin", "GET", "/scheduler-stats/get_pools?detail=xx", "", 400, "Value 'xx' for 'detail' is not a boolean.")
	c.refused(t, "admin", "GET", "/scheduler-stats/get_pools?volume_type=lvmdriver-1", "", 400, badRequest)
	c.refused(t, "demo", "GET", "/scheduler-stats/get_pools", "", 403, "Policy doesn't allow scheduler_extension:scheduler_stats:get_pools to be performed.")
}

func TestHostsCapabilitiesExtensionsAndFilters(t *testing.T) {
	c := newTestCloud(t)
	host := c.must(t, "admin", "GET", "/os-hosts/fauxstack@lvmdriver-1", "")
	if fmt.Sprint(host) != "map[host:[map[resource:map[host:fauxstack@lvmdriver-1 project:(total) snapshot_count:0 total_snapshot_gb:0 total_volume_gb:0 volume_count:0]]]]" {
		t.Error(host)
	}
	c.refused(t, "admin", "GET", "/os-hosts/nope", "", 404, "Service cinder-volume could not be found on host nope.")
	caps := c.must(t, "admin", "GET", "/capabilities/fauxstack@lvmdriver-1", "")
	if got := typeKeys(caps); got != "description display_name driver_version namespace pool_name properties replication_targets storage_protocol vendor_name visibility volume_backend_name" {
		t.Error(got)
	}
	c.refused(t, "admin", "GET", "/capabilities/nope", "", 404, "Can't find service: nope")
	if n := len(c.must(t, "demo", "GET", "/extensions", "")["extensions"].([]any)); n != 32 {
		t.Errorf("%d extensions", n)
	}
	if got := c.must(t, "demo", "GET", "/extensions/os-hosts", "")["extension"].(map[string]any)["name"]; got != "Hosts" {
		t.Error(got)
	}
	c.refused(t, "demo", "GET", "/extensions/nope", "", 404, notFound)
	if got := fmt.Sprint(c.must(t, "demo", "GET", "/resource_filters?resource=pool", "")); got != "map[resource_filters:[map[filters:[name volume_type] resource:pool]]]" {
		t.Error(got)
	}
	if n := len(c.must(t, "demo", "GET", "/resource_filters", "")["resource_filters"].([]any)); n != 9 {
		t.Errorf("%d resources", n)
	}
	c.refused(t, "demo", "GET", "3.32 /resource_filters", "", 404, notFound)
}

func TestDefaultTypes(t *testing.T) {
	keystone := func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		switch id := strings.TrimPrefix(r.URL.Path, "/identity/v3/projects/"); {
		case id == "nope":
			w.WriteHeader(http.StatusNotFound)
		case r.Header.Get("X-Auth-Token") != "admin" && id != testProjects[r.Header.Get("X-Auth-Token")]:
			w.WriteHeader(http.StatusForbidden)
		}
		return w.Result(), nil
	}
	c := newTestCloud(t, func(_ *Config, p *Ports) {
		p.Identity, p.IdentityEndpoint = roundTrip(keystone), "http://cloud.test/identity"
	})
	typ, _ := c.typeNamed(c.db.View(), "lvmdriver-1")
	alt := "/default-types/" + testProjects["alt"]

	set := c.must(t, "admin", "PUT", alt, `{"default_type": {"volume_type": "lvmdriver-1"}}`)
	want := "map[default_type:map[project_id:" + testProjects["alt"] + " volume_type_id:" + typ.ID + "]]"
	if got := fmt.Sprint(set); got != want {
		t.Error(got)
	}
	if got := fmt.Sprint(c.must(t, "admin", "GET", alt, "")); got != want {
		t.Error(got)
	}
	if got := fmt.Sprint(c.must(t, "admin", "GET", "/default-types", "")); got != "map[default_types:[map[project_id:"+testProjects["alt"]+" volume_type_id:"+typ.ID+"]]]" {
		t.Error(got)
	}
	if got := c.must(t, "alt", "GET", "/types/default", "")["volume_type"].(map[string]any)["name"]; got != "lvmdriver-1" {
		t.Error(got)
	}
	const notYours = "You are not authorized to perform this operation."
	for _, test := range []struct {
		user, method, path, body string
		status                   int
		message                  string
	}{
		{"demo", "GET", "/default-types", "", 403, notYours},
		{"demo", "GET", "/default-types/" + testProjects["demo"], "", 403, notYours},
		{"demo", "DELETE", "/default-types/" + testProjects["demo"], "", 403, notYours},
		{"demo", "GET", alt, "", 500, serverError}, // Keystone says 403, which nobody expects
		{"admin", "GET", "3.61 /default-types", "", 404, notFound},
		{"admin", "GET", "/default-types/" + testProjects["admin"], "", 404, "Default type for project " + testProjects["admin"] + " not found."},
		{"admin", "PUT", "/default-types/nope", `{"default_type": {"volume_type": "lvmdriver-1"}}`, 404, "Project with id nope not found."},
		{"admin", "DELETE", "/default-types/nope", "", 404, "Project with id nope not found."},
		{"admin", "PUT", alt, `{"default_type": {"volume_type": "nope"}}`, 400, "Volume type with name nope could not be found."},
		{"admin", "PUT", alt, `{"default_type": {}}`, 400, "Invalid input for field/attribute default_type. Value: {}. 'volume_type' is a required property"},
		{"admin", "PUT", alt, `{}`, 500, serverError},
		{"admin", "DELETE", "/types/" + typ.ID, "", 400, "The volume type " + typ.ID + " is a default volume type and cannot be deleted."},
	} {
		c.refused(t, test.user, test.method, test.path, test.body, test.status, test.message)
	}
	for range 2 {
		if status, _ := c.as("admin", "DELETE", alt, ""); status != 204 {
			t.Errorf("delete: %d", status)
		}
	}
}
