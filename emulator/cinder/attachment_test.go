package cinder

import (
	"fmt"
	"strings"
	"testing"
)

const (
	serverOne = "11111111-2222-3333-4444-555555555555"
	serverTwo = "21111111-2222-3333-4444-555555555555"
	testHost  = `{"initiator": "iqn.1993-08.org.debian:01:cad181614cec", "ip": "192.168.1.20", "host": "tempest-1", "multipath": false, "mountpoint": "/dev/vdb", "mode": "rw"}`
)

// newVolume makes a volume of demo's and returns its id.
func (c *testCloud) newVolume(tb testing.TB, more string) string {
	tb.Helper()
	out := c.must(tb, "demo", "POST", "/volumes", `{"volume": {"size": 1`+more+`}}`)
	return out["volume"].(map[string]any)["id"].(string)
}

// attach makes an attachment of demo's and returns its path.
func (c *testCloud) attachmentOf(tb testing.TB, volume, more string) string {
	tb.Helper()
	out := c.must(tb, "demo", "POST", "/attachments", `{"attachment": {"volume_uuid": "`+volume+`"`+more+`}}`)
	return "/attachments/" + out["attachment"].(map[string]any)["id"].(string)
}

func (c *testCloud) statusOf(tb testing.TB, volume string) string {
	tb.Helper()
	v := c.must(tb, "admin", "GET", "/volumes/"+volume, "")["volume"].(map[string]any)
	return fmt.Sprint(v["status"], " ", len(v["attachments"].([]any)))
}

// protocol makes all backends speak one.
func speaking(protocol string) func(*Config, *Ports) {
	return func(cfg *Config, _ *Ports) {
		for i := range cfg.Backends {
			cfg.Backends[i].Capabilities = map[string]any{"storage_protocol": protocol}
		}
	}
}

// A server's attachment from the reservation to its end, as release Zed answers it.
func TestAttachmentLife(t *testing.T) {
	c := newTestCloud(t, speaking("local"))
	v := c.newVolume(t, "")
	a := c.attachmentOf(t, v, `, "instance_uuid": "`+serverOne+`"`)
	shown := func() map[string]any {
		return c.must(t, "demo", "GET", a, "")["attachment"].(map[string]any)
	}
	if got := fmt.Sprint(shown()); got != "map[attach_mode:null attached_at: connection_info:map[] detached_at: id:"+strings.TrimPrefix(a, "/attachments/")+
		" instance:"+serverOne+" status:reserved volume_id:"+v+"]" {
		t.Error(got)
	}
	if got := c.statusOf(t, v); got != "reserved 0" {
		t.Error(got)
	}
	c.refused(t, "demo", "POST", "/attachments", `{"attachment": {"volume_uuid": "`+v+`", "instance_uuid": "`+serverTwo+`"}}`, 400,
		"Invalid volume: Volume "+v+" status must be available or downloading to reserve, but the current status is reserved.")
	again := c.attachmentOf(t, v, `, "instance_uuid": "`+serverOne+`"`)

	out := c.must(t, "demo", "PUT", a, `{"attachment": {"connector": `+testHost+`}}`)["attachment"].(map[string]any)
	if out["status"] != "reserved" || out["attach_mode"] != "null" || out["attached_at"] != "" {
		t.Errorf("what is answered is from before: %v", out)
	}
	info := out["connection_info"].(map[string]any)
	if got := typeKeys(info); got != "access_mode attachment_id cacheable device_path driver_volume_type encrypted enforce_multipath qos_specs" {
		t.Error(got)
	}
	if info["driver_volume_type"] != "local" || info["access_mode"] != "rw" || !strings.HasSuffix(info["device_path"].(string), "/volume-"+v) {
		t.Error(info)
	}
	if got := shown(); got["status"] != "attaching" || got["attach_mode"] != "rw" || got["attached_at"] == "" {
		t.Error(got)
	}
	if got := c.statusOf(t, v); got != "attaching 0" {
		t.Error(got)
	}
	if status, body := c.as("demo", "POST", a+"/action", `{"os-complete": null}`); status != 204 || body != "" {
		t.Errorf("os-complete: %d %s", status, body)
	}
	volume := c.must(t, "admin", "GET", "/volumes/"+v, "")["volume"].(map[string]any)
	user := volume["attachments"].([]any)[0].(map[string]any)
	if volume["status"] != "in-use" || user["device"] != "/dev/vdb" || user["server_id"] != serverOne || user["host_name"] != "tempest-1" {
		t.Error(volume)
	}
	left := c.must(t, "demo", "DELETE", again, "")["attachments"].([]any)
	if len(left) != 1 || left[0].(map[string]any)["status"] != "attached" || c.statusOf(t, v) != "in-use 1" {
		t.Error(left, c.statusOf(t, v))
	}
	if left := c.must(t, "demo", "DELETE", a, "")["attachments"].([]any); len(left) != 0 || c.statusOf(t, v) != "available 0" {
		t.Error(left, c.statusOf(t, v))
	}
}

func TestAttachmentLists(t *testing.T) {
	c := newTestCloud(t)
	v := c.newVolume(t, "")
	a := c.attachmentOf(t, v, `, "instance_uuid": "`+serverOne+`"`)
	b := c.attachmentOf(t, v, `, "instance_uuid": "`+serverOne+`"`)
	c.attachmentOf(t, c.newVolume(t, ""), "")
	first := strings.TrimPrefix(a, "/attachments/")
	for _, tc := range []struct {
		user, query string
		want        int
	}{
		{"demo", "", 3},
		{"demo", "?volume_id=" + v, 2},
		{"demo", "?instance_id=" + serverOne, 2},
		{"demo", "?attach_status=reserved", 3},
		{"demo", "?status=reserved", 0},
		{"demo", "?limit=1", 1},
		{"demo", "?limit=2&sort=created_at:asc&marker=" + first, 2},
		{"demo", "?limit=0", 0},
		{"alt", "", 0},
		{"admin", "", 0},
		{"admin", "?all_tenants=1", 3},
		{"admin", "?all_tenants=1&foo=bar", 0},
	} {
		if got := c.must(t, tc.user, "GET", "/attachments"+tc.query, "")["attachments"].([]any); len(got) != tc.want {
			t.Errorf("%s %s: %v", tc.user, tc.query, got)
		}
	}
	if got := c.must(t, "demo", "GET", "3.30 /attachments?foo=bar", "")["attachments"].([]any); len(got) != 3 {
		t.Errorf("before 3.31 unknown filters are passed over: %v", got)
	}
	newest := c.must(t, "demo", "GET", "/attachments/detail", "")["attachments"].([]any)[1].(map[string]any)
	if newest["id"] != strings.TrimPrefix(b, "/attachments/") || len(newest) != 8 {
		t.Errorf("%v", newest)
	}
	c.refused(t, "demo", "GET", "/attachments?foo=bar", "", 400, "Invalid filters foo are found in query options.")
	c.refused(t, "demo", "GET", "/attachments?marker=nope", "", 404, "Volume attachment could not be found with filter: attachment_id = nope.")
	c.refused(t, "demo", "GET", "/attachments?sort_key=foo", "", 400, "Invalid input received: Invalid sort key")
	c.refused(t, "demo", "GET", "3.26 /attachments", "", 404, notFound)
	if got := c.must(t, "alt", "GET", a, "")["attachment"].(map[string]any); got["volume_id"] != v {
		t.Errorf("by its id anybody sees it: %v", got)
	}
}

func TestAttachmentRefusals(t *testing.T) {
	c := newTestCloud(t)
	v := c.newVolume(t, "")
	a := c.attachmentOf(t, v, "")
	field := func(name, value, why string) string {
		return "Invalid input for field/attribute " + name + ". Value: " + value + ". " + why
	}
	nope := "Volume attachment could not be found with filter: attachment_id = nope."
	for _, tc := range []struct {
		user, method, path, body string
		status                   int
		message                  string
	}{
		{"demo", "GET", "/attachments/nope", "", 404, nope},
		{"demo", "DELETE", "/attachments/nope", "", 404, nope},
		{"alt", "DELETE", a, "", 403, "Policy doesn't allow volume:attachment_delete to be performed."},
		{"alt", "PUT", a, `{"attachment": {"connector": {"host": "x"}}}`, 403, "Policy doesn't allow volume:attachment_update to be performed."},
		{"alt", "POST", a + "/action", `{"os-complete": null}`, 404, "Volume " + v + " could not be found."},
		{"demo", "POST", "3.43 " + a + "/action", `{"os-complete": null}`, 404, notFound},
		{"demo", "PUT", a, `{"attachment": {"connector": {"ip": "x"}}}`, 500, "Unable to update the attachment."},
		{"demo", "PUT", a, `{"attachment": {"connector": {"host": "x"}}}`, 400, "Invalid input received: Connector doesn't have required information: initiator"},
		{"demo", "PUT", a, `{"attachment": {"connector": {}}}`, 400, field("connector", "{}", "{} does not have enough properties")},
		{"demo", "POST", "/attachments", `{"attachment": {"volume_uuid": "nope"}}`, 400, field("volume_uuid", "nope", "'nope' is not a 'uuid'")},
		{"demo", "POST", "/attachments", `{"attachment": {"volume_uuid": "` + serverOne + `"}}`, 404, "Volume " + serverOne + " could not be found."},
		{"alt", "POST", "/attachments", `{"attachment": {"volume_uuid": "` + v + `"}}`, 404, "Volume " + v + " could not be found."},
		{"demo", "POST", "/attachments", `{"attachment": {"volume_uuid": "` + v + `", "mode": "rx"}}`, 400, field("mode", "rx", "'rx' is not one of ['rw', 'ro']")},
		{
			"demo", "POST", "3.53 /attachments", `{"attachment": {"volume_uuid": "` + v + `", "mode": "rw"}}`, 400,
			field("attachment", "{'volume_uuid': '"+v+"', 'mode': 'rw'}", "Additional properties are not allowed ('mode' was unexpected)"),
		},
	} {
		c.refused(t, tc.user, tc.method, tc.path, tc.body, tc.status, tc.message)
	}
	c.must(t, "admin", "POST", "/volumes/"+v+"/action", `{"os-reset_status": {"status": "error"}}`)
	c.refused(t, "demo", "POST", "/attachments", `{"attachment": {"volume_uuid": "`+v+`"}}`, 400,
		"Invalid volume: Volume attachments can not be created if the volume is in an error state. The Volume "+v+" currently has a status of: error ")
	c.refused(t, "demo", "PUT", a, `{"attachment": {"connector": `+testHost+`}}`, 409,
		"Resource conflict: Volume attachments can not be updated if the volume is in an error state. The Volume "+v+" currently has a status of: error ")
}

// A host that cannot be connected leaves the reservation behind.
func TestAttachmentWithConnector(t *testing.T) {
	c := newTestCloud(t)
	v := c.newVolume(t, "")
	status, body := c.as("demo", "POST", "/attachments", `{"attachment": {"volume_uuid": "`+v+`", "connector": {"host": "x"}}}`)
	if status != 500 || !strings.Contains(body, "Unable to create attachment for volume (Invalid input received: Connector doesn't have required information: initiator).") {
		t.Errorf("%d %s", status, body)
	}
	if got := c.statusOf(t, v); got != "reserved 0" {
		t.Error(got)
	}
	w := c.newVolume(t, "")
	a := c.attachmentOf(t, w, `, "mode": "ro", "connector": `+testHost)
	got := c.must(t, "demo", "GET", a, "")["attachment"].(map[string]any)
	if got["status"] != "attaching" || got["attach_mode"] != "ro" || got["instance"] != nil {
		t.Error(got)
	}
	if err := c.SetDriverInitialized("lvmdriver-1", false); err != nil {
		t.Fatal(err)
	}
	_ = c.SetDriverInitialized("lvmdriver-2", false)
	c.refused(t, "demo", "DELETE", a, "", 500, serverError)
	if status, _ := c.as("demo", "PUT", a, `{"attachment": {"connector": `+testHost+`}}`); status != 500 {
		t.Error(status)
	}
	if m := c.must(t, "demo", "GET", "/messages", "")["messages"].([]any); m[0].(map[string]any)["event_id"] != "VOLUME_VOLUME_004_002" {
		t.Error(m)
	}
}

// What hosts are told, by the protocol of the backend.
func TestConnectionInfo(t *testing.T) {
	for protocol, want := range map[string]string{
		"iSCSI": "iscsi: access_mode auth_method auth_password auth_username cacheable encrypted enforce_multipath qos_specs target_discovered target_iqn " +
			"target_lun target_portal volume_id",
		"ceph":    "rbd: access_mode auth_enabled auth_username cacheable cluster_name discard encrypted enforce_multipath hosts name ports qos_specs secret_type secret_uuid volume_id",
		"NVMe-oF": "nvmeof: access_mode cacheable encrypted enforce_multipath nqn ns_id qos_specs target_port target_portal transport_type",
		"NFS":     "nfs: access_mode cacheable encrypted enforce_multipath export format name qos_specs",
		"FC":      "fibre_channel: access_mode cacheable encrypted enforce_multipath initiator_target_map qos_specs target_discovered target_lun target_wwn",
		"local":   "local: access_mode cacheable device_path encrypted enforce_multipath qos_specs",
	} {
		t.Run(protocol, func(t *testing.T) {
			c := newTestCloud(t, speaking(protocol))
			v := "/volumes/" + c.newVolume(t, "")
			out := c.must(t, "demo", "POST", v+"/action", `{"os-initialize_connection": {"connector": {"host": "h", "initiator": "iqn.x", "wwpns": ["50014380186b3f65"]}}}`)
			info := out["connection_info"].(map[string]any)
			if got := fmt.Sprintf("%s: %s", info["driver_volume_type"], typeKeys(info["data"])); got != want {
				t.Errorf("\n got: %s\nwant: %s", got, want)
			}
			if status, body := c.as("demo", "POST", v+"/action", `{"os-terminate_connection": {"connector": {"host": "h"}}}`); status != 202 || body != "" {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	c := newTestCloud(t)
	id := c.newVolume(t, "")
	c.statusOf(t, id)
	v := "/volumes/" + id + "/action"
	c.refused(t, "demo", "POST", v, `{"os-initialize_connection": {"connector": {"host": "h"}}}`, 400,
		"Invalid input received: Connector doesn't have required information: initiator")
	c.refused(t, "demo", "POST", v, `{"os-force_detach": {}}`, 403, "Policy doesn't allow volume_extension:volume_admin_actions:force_detach to be performed.")
}

func TestForceDetach(t *testing.T) {
	c := newTestCloud(t)
	v := c.newVolume(t, "")
	c.must(t, "demo", "POST", "/volumes/"+v+"/action", `{"os-attach": {"instance_uuid": "`+serverOne+`", "mountpoint": "/dev/vdb"}}`)
	c.must(t, "admin", "POST", "/volumes/"+v+"/action", `{"os-reset_status": {"status": "error"}}`)
	if status, body := c.as("admin", "POST", "/volumes/"+v+"/action", `{"os-force_detach": {"connector": {}}}`); status != 202 || body != "" {
		t.Errorf("%d %s", status, body)
	}
	if got := c.statusOf(t, v); got != "available 0" {
		t.Error(got)
	}
}

// Several servers may have a volume of a type that says so.
func TestMultiattach(t *testing.T) {
	c := newTestCloud(t)
	c.newType(t, "shared", `{"multiattach": "<is> True"}`)
	v := c.newVolume(t, `, "volume_type": "shared"`)
	one := c.attachmentOf(t, v, `, "instance_uuid": "`+serverOne+`", "connector": `+testHost)
	c.refused(t, "demo", "POST", "/attachments", `{"attachment": {"volume_uuid": "`+v+`", "instance_uuid": "`+serverTwo+`"}}`, 400,
		"Invalid volume: Volume "+v+" status must be available or in-use or downloading to reserve, but the current status is attaching.")
	c.must(t, "demo", "POST", one+"/action", `{"os-complete": {}}`)
	two := c.attachmentOf(t, v, `, "instance_uuid": "`+serverTwo+`", "connector": `+testHost)
	c.must(t, "demo", "POST", two+"/action", `{"os-complete": {}}`)
	if got := c.statusOf(t, v); got != "in-use 2" {
		t.Error(got)
	}
	c.must(t, "demo", "DELETE", one, "")
	if got := c.statusOf(t, v); got != "in-use 1" {
		t.Error(got)
	}
	// A volume for one server may have two reservations of that server's, and only one of them a host.
	w := c.newVolume(t, "")
	server := `, "instance_uuid": "` + serverOne + `"`
	c.must(t, "demo", "PUT", c.attachmentOf(t, w, server), `{"attachment": {"connector": `+testHost+`}}`)
	c.must(t, "admin", "POST", "/volumes/"+w+"/action", `{"os-reset_status": {"status": "in-use"}}`)
	c.refused(t, "demo", "PUT", c.attachmentOf(t, w, server), `{"attachment": {"connector": `+testHost+`}}`, 409,
		"Resource conflict: duplicate connectors detected on volume "+w)
}
