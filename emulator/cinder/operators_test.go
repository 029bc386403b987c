package cinder

import (
	"fmt"
	"strings"
	"testing"
)

// Answers and sentences in this file were observed on a cloud of release Zed, but for those about clusters and replication,
// of which it has none: they are those of api/v3/clusters.py and volume/api.py.

func volumeServices(tb testing.TB, c *testCloud, host string) map[string]any {
	tb.Helper()
	return c.must(tb, "admin", "GET", "/os-services?binary=cinder-volume&host="+host, "")["services"].([]any)[0].(map[string]any)
}

func TestFreezeAndThaw(t *testing.T) {
	c := newTestCloud(t)
	const host, body = "fauxstack@lvmdriver-1", `{"host": "fauxstack@lvmdriver-1"}`
	is := func(want string) {
		t.Helper()
		svc := volumeServices(t, c, host)
		if got := fmt.Sprint(svc["status"], " ", svc["disabled_reason"], " ", svc["frozen"]); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if status, answer := c.as("admin", "PUT", "/os-services/freeze", body); status != 200 || answer != "" {
		t.Errorf("%d %q", status, answer)
	}
	is("disabled frozen true")
	c.refused(t, "admin", "PUT", "/os-services/freeze", body, 400,
		"Invalid input received: No service could be changed: frozen in ['"+host+"'] must be False to failover.")
	c.must(t, "admin", "PUT", "/os-services/thaw", body)
	is("enabled  false")
	for _, tc := range []struct {
		user, path, body string
		status           int
		message          string
	}{
		{"admin", "/os-services/thaw", body, 400, "Invalid input received: No service could be changed: frozen in ['" + host + "'] must be True to failover."},
		{"admin", "/os-services/freeze", `{"host": "nope"}`, 400, "No service found with host=nope"},
		{"admin", "/os-services/freeze", `{"cluster": "x"}`, 400, "No service found with cluster=x"},
		{"admin", "/os-services/freeze", `{}`, 400, "Invalid input received: One and only one of cluster and host must be set."},
		{"admin", "/os-services/freeze", `{"cluster": "x", "host": "y"}`, 400, "Invalid input received: One and only one of cluster and host must be set."},
		{"admin", "3.25 /os-services/freeze", `{"cluster": "x"}`, 400, "Invalid input received: Host field is missing."},
		{"admin", "/os-services/freeze", `{"host": ""}`, 400, "Invalid input for field/attribute host. Value: . '' is too short"},
		{"demo", "/os-services/freeze", body, 403, "Policy doesn't allow volume_extension:services:update to be performed."},
		{"admin", "/os-services/failover_host", body, 400, "Invalid input received: No service could be changed: replication_status in ['" + host +
			"'] must be ['enabled', 'failed-over'] and must be up to failover."},
		{"admin", "/os-services/failover", `{"host": "nope"}`, 400, "No service found with host=nope"},
	} {
		c.refused(t, tc.user, "PUT", tc.path, tc.body, tc.status, tc.message)
	}
}

func TestFailoverHost(t *testing.T) {
	c := newTestCloud(t, func(cfg *Config, _ *Ports) { cfg.Backends[0].ReplicationTargets = []string{"north", "south"} })
	const host = "fauxstack@lvmdriver-1"
	is := func(want string) {
		t.Helper()
		svc := volumeServices(t, c, host)
		if got := fmt.Sprint(svc["replication_status"], " ", svc["active_backend_id"], " ", svc["status"], " ", svc["disabled_reason"]); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	v := c.newVolume(t, `, "volume_type": "lvmdriver-1"`)
	is("enabled <nil> enabled <nil>")
	over := func(target string) {
		t.Helper()
		if status, answer := c.as("admin", "PUT", "/os-services/failover", `{"host": "`+host+`", "backend_id": "`+target+`"}`); status != 202 || answer != "" {
			t.Errorf("%d %q", status, answer)
		}
	}
	over("nowhere")
	is("enabled <nil> enabled <nil>")
	over("")
	is("failed-over north disabled failed-over")
	over("south")
	is("failed-over south disabled failed-over")
	over("nowhere")
	is("failed-over south disabled failed-over")
	over("default")
	is("enabled <nil> enabled ")
	got := c.must(t, "demo", "GET", "/volumes/"+v, "")["volume"].(map[string]any)
	if got["status"] != "error" || got["replication_status"] != "not-capable" {
		t.Error(got)
	}
}

func TestLogLevels(t *testing.T) {
	c := newTestCloud(t)
	levels := func(body string) []any {
		t.Helper()
		return c.must(t, "admin", "PUT", "/os-services/get-log", body)["log_levels"].([]any)
	}
	if got := len(levels(`{}`)); got != 5 {
		t.Errorf("%d services", got)
	}
	for body, want := range map[string]int{
		`{"server": "nope"}`: 0, `{"binary": "cinder-volume"}`: 2, `{"binary": "cinder-api"}`: 1, `{"server": "fauxstack"}`: 3, `{"binary": "*"}`: 5,
	} {
		if got := levels(body); len(got) != want {
			t.Errorf("%s: %v", body, got)
		}
	}
	one := `{"binary": "cinder-volume", "server": "fauxstack@lvmdriver-1", "prefix": "cinder.volume.m"`
	if got := fmt.Sprint(levels(one + `}`)); got != "[map[binary:cinder-volume host:fauxstack@lvmdriver-1 levels:map[cinder.volume.manager:INFO]]]" {
		t.Error(got)
	}
	if status, answer := c.as("admin", "PUT", "/os-services/set-log", one+`, "level": "debug"}`); status != 202 || answer != "" {
		t.Errorf("%d %q", status, answer)
	}
	if got := fmt.Sprint(levels(`{"binary": "cinder-volume", "prefix": "cinder.volume.manager"}`)); got !=
		"[map[binary:cinder-volume host:fauxstack@lvmdriver-1 levels:map[cinder.volume.manager:DEBUG]] map[binary:cinder-volume host:fauxstack@lvmdriver-2 levels:map[cinder.volume.manager:INFO]]]" {
		t.Error(got)
	}
	c.refused(t, "admin", "PUT", "/os-services/set-log", `{}`, 400, "Invalid input received:  is not a valid log level.")
	c.refused(t, "admin", "PUT", "/os-services/set-log", `{"level": null}`, 400, "Invalid input received:  is not a valid log level.")
	c.refused(t, "admin", "PUT", "/os-services/set-log", `{"level": "foo"}`, 400, "Invalid input received: foo is not a valid log level.")
	c.refused(t, "admin", "PUT", "/os-services/get-log", `{"binary": "foo"}`, 400,
		"Invalid input for field/attribute binary. Value: foo. 'foo' is not one of ['cinder-scheduler', 'cinder-volume', 'cinder-backup', 'cinder-api', '', '*']")
}

func TestClusters(t *testing.T) {
	c := newTestCloud(t)
	c.refused(t, "admin", "GET", "/clusters/nope", "", 404, "Cluster {'binary': 'cinder-volume', 'name': 'nope'} could not be found.")
	c.refused(t, "admin", "PUT", "/clusters/disable", `{"name": "x"}`, 404, "Cluster {'binary': 'cinder-volume', 'name': 'x'} could not be found.")
	c.refused(t, "admin", "PUT", "/clusters/enable", `{}`, 400, "'name' is a required property")
	c.refused(t, "admin", "GET", "/clusters?foo=1", "", 400, "Invalid input received: Invalid filter keys: foo")
	c.refused(t, "admin", "GET", "/clusters?is_up=x", "", 400, "Value 'x' for 'is_up' is not a boolean.")
	c.refused(t, "admin", "GET", "3.25 /clusters?frozen=1", "", 400, "Invalid input received: Invalid filter keys: frozen")
	c.refused(t, "admin", "GET", "3.6 /clusters", "", 404, notFound)
	c.refused(t, "demo", "GET", "/clusters", "", 403, "Policy doesn't allow clusters:get_all to be performed.")
	if got := c.must(t, "admin", "GET", "/clusters?frozen=1", "")["clusters"].([]any); len(got) != 0 {
		t.Error(got)
	}

	c = newTestCloud(t, func(cfg *Config, _ *Ports) {
		for i := range cfg.Backends {
			cfg.Backends[i].Cluster = "twins@lvm"
		}
	})
	const summary, replicated = "binary name state status", "binary name replication_status state status"
	for path, want := range map[string]string{
		"3.7 /clusters": summary, "3.26 /clusters": replicated, "3.26 /clusters?num_hosts=2&disabled=no&is_up=1&name=twins@lvm": replicated,
		"3.7 /clusters/detail":  "binary created_at disabled_reason last_heartbeat name num_down_hosts num_hosts state status updated_at",
		"3.26 /clusters/detail": "active_backend_id binary created_at disabled_reason frozen last_heartbeat name num_down_hosts num_hosts replication_status state status updated_at",
	} {
		got := c.must(t, "admin", "GET", path, "")["clusters"].([]any)
		if len(got) != 1 || typeKeys(got[0]) != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	v := c.newVolume(t, "")
	if got := fmt.Sprint(c.must(t, "admin", "PUT", "3.7 /clusters/disable", `{"name": "twins@lvm", "disabled_reason": " why "}`)); got !=
		"map[cluster:map[binary:cinder-volume disabled_reason:why name:twins@lvm state:up status:disabled]]" {
		t.Error(got)
	}
	if got := c.must(t, "admin", "GET", "/volumes/"+v, "")["volume"].(map[string]any)["cluster_name"]; got != "twins@lvm#lvmdriver-1" {
		t.Error(got)
	}
	if got := c.statusOf(t, c.newVolume(t, "")); got != "error 0" {
		t.Error("made in a cluster that is disabled:", got)
	}
	got := c.must(t, "admin", "PUT", "/clusters/enable", `{"name": "twins@lvm"}`)["cluster"].(map[string]any)
	if got["status"] != "enabled" || got["disabled_reason"] != nil {
		t.Error(got)
	}
	if status, _ := c.as("admin", "PUT", "/os-services/freeze", `{"host": "fauxstack@lvmdriver-1"}`); status != 200 {
		t.Error(status)
	}
	if svc := volumeServices(t, c, "fauxstack@lvmdriver-2"); svc["frozen"] != true || svc["cluster"] != "twins@lvm" {
		t.Error("of a cluster, all are frozen:", svc)
	}
}

func TestHostUpdateAndCleanup(t *testing.T) {
	c := newTestCloud(t)
	for _, tc := range []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"PUT", "/os-hosts/fauxstack@lvmdriver-1", `{"status": "enable"}`, 500, serverError},
		{"PUT", "/os-hosts/fauxstack@lvmdriver-1", `{"status": "foo"}`, 400, "Invalid status: 'foo'"},
		{"PUT", "/os-hosts/fauxstack@lvmdriver-1", `{"foo": "enable"}`, 400, "Invalid update setting: 'foo'"},
		{"PUT", "/os-hosts/nope", `{"status": "enable"}`, 404, "Host nope could not be found."},
		{"PUT", "/os-hosts", `{"status": "enable"}`, 400, badRequest},
		{"POST", "/workers/cleanup", `{"foo": 1}`, 400, "Additional properties are not allowed ('foo' was unexpected)"},
		{"POST", "/workers/cleanup", `{"resource_type": "foo"}`, 400, "Invalid input received: Resource type Foo not valid, must be Volume or Snapshot"},
		{
			"POST", "/workers/cleanup", `{"resource_id": "` + serverOne + `"}`, 400,
			"Invalid input received: ('There is no resource with UUID %s pending cleanup.', '" + serverOne + "')",
		},
		{"POST", "3.23 /workers/cleanup", `{}`, 404, notFound},
	} {
		c.refused(t, "admin", tc.method, tc.path, tc.body, tc.status, tc.message)
	}
	v := c.newVolume(t, `, "volume_type": "lvmdriver-1"`)
	c.must(t, "demo", "POST", "/snapshots", `{"snapshot": {"volume_id": "`+v+`"}}`)
	for _, each := range c.must(t, "admin", "GET", "/os-hosts/fauxstack@lvmdriver-1", "")["host"].([]any) {
		r := each.(map[string]any)["resource"].(map[string]any)
		if fmt.Sprint(r["volume_count"], r["total_volume_gb"], r["snapshot_count"], r["total_snapshot_gb"]) != "1111" {
			t.Error(r)
		}
	}
	if got := fmt.Sprint(c.must(t, "admin", "PUT", "/os-hosts/fauxstack@lvmdriver-1", `{}`)); got != "map[]" {
		t.Error(got)
	}
	for body, want := range map[string]int{
		`{}`: 0, `{"service_id": 5}`: 0, `{"is_up": true}`: 4, `{"is_up": true, "binary": "cinder-volume"}`: 2, `{"is_up": "true", "service_id": "1"}`: 0,
		`{"is_up": true, "host": "fauxstack@lvmdriver-1"}`: 1, `{"is_up": true, "disabled": "yes"}`: 0, `{"is_up": 1, "service_id": 2}`: -1,
	} {
		status, answer := c.as("admin", "POST", "/workers/cleanup", body)
		if want < 0 {
			if status != 400 {
				t.Errorf("%s: %d %s", body, status, answer)
			}
			continue
		}
		if got := c.must(t, "admin", "POST", "/workers/cleanup", body)["cleaning"].([]any); len(got) != want {
			t.Errorf("%s: %v", body, got)
		}
	}
}

// The sentence is that of objects/base.py (assert_not_frozen).
func TestWhatIsOnAFrozenBackendStaysAsItIs(t *testing.T) {
	c := newTestCloud(t)
	const frozen = "Invalid input received: Modification operations are not allowed on frozen storage backends."
	v := c.aVolume(t)
	snapshot := idOf(c.must(t, "demo", "POST", "/snapshots", `{"snapshot": {"volume_id": "`+v+`"}}`), "snapshot")
	c.must(t, "demo", "GET", "/snapshots/"+snapshot, "")
	row, _ := c.volumes.Get(c.db.View(), v)
	service, _, _ := strings.Cut(row.Host, "#")
	body := `{"host": "` + service + `"}`
	c.must(t, "admin", "PUT", "/os-services/freeze", body)
	c.refused(t, "demo", "POST", "/snapshots", `{"snapshot": {"volume_id": "`+v+`"}}`, 400, frozen)
	c.refused(t, "demo", "DELETE", "/snapshots/"+snapshot, "", 400, frozen)
	c.refused(t, "demo", "DELETE", "/volumes/"+v+"?cascade=true", "", 400, frozen)
	c.must(t, "demo", "PUT", "/volumes/"+v, `{"volume": {"name": "new"}}`)
	c.must(t, "admin", "PUT", "/os-services/thaw", body)
	c.must(t, "demo", "DELETE", "/volumes/"+v+"?cascade=true", "")
}
