package cinder_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// Which fields a volume has depends on the microversion and on who asks (recorded on release Zed).
func TestVolumeViewByMicroversion(t *testing.T) {
	const base = "id status size availability_zone created_at updated_at name description volume_type snapshot_id source_volid metadata links " +
		"user_id bootable encrypted replication_status consistencygroup_id multiattach attachments os-vol-tenant-attr:tenant_id"
	const admin = " migration_status os-vol-mig-status-attr:migstat os-vol-mig-status-attr:name_id os-vol-host-attr:host"
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1})
	p.show("demo", volume)
	for _, tc := range []struct{ user, version, fields string }{
		{"demo", "3.0", base},
		{"demo", "3.13", base + " group_id"},
		{"demo", "3.21", base + " group_id"},
		{"demo", "3.48", base + " group_id shared_targets service_uuid"},
		{"demo", "3.61", base + " group_id shared_targets service_uuid"},
		{"demo", "3.63", base + " group_id shared_targets service_uuid volume_type_id"},
		{"demo", "3.71", base + " group_id shared_targets service_uuid volume_type_id consumes_quota"},
		{"admin", "3.0", base + admin},
		{"admin", "3.21", base + admin + " group_id provider_id"},
		{"admin", "3.71", base + admin + " group_id provider_id shared_targets service_uuid cluster_name volume_type_id consumes_quota"},
	} {
		got := p.show(tc.user, tc.version+" "+volume)
		for _, field := range strings.Fields(tc.fields) {
			if _, ok := got[field]; !ok {
				t.Errorf("%s at %s: no %s", tc.user, tc.version, field)
			}
			delete(got, field)
		}
		if len(got) > 0 {
			t.Errorf("%s at %s: too much: %v", tc.user, tc.version, got)
		}
	}
}

func TestCreateAndDeleteAVolume(t *testing.T) {
	p := newPair(t)
	a := p.ask("demo", "POST", "/volumes", object{"volume": object{"size": "2", "name": " n ", "description": " d ", "metadata": object{"a": "b"}}})
	if a.status != 202 || !strings.Contains(a.body, `"status":"creating"`) || !strings.Contains(a.body, `"shared_targets":true`) {
		t.Fatal(a)
	}
	list := p.must("demo", "GET", "/volumes/detail", nil)["volumes"].([]any)
	v := list[0].(object)
	if len(list) != 1 || v["status"] != "available" || v["name"] != "n" || v["description"] != "d" || v["size"] != 2.0 || v["bootable"] != "false" ||
		v["volume_type"] != "__DEFAULT__" || v["shared_targets"] != false || v["service_uuid"] == nil {
		t.Errorf("%v", list)
	}
	path := "/volumes/" + v["id"].(string)
	d := p.ask("demo", "DELETE", path, nil)
	if d.status != 202 || d.body != "" || d.header.Get("X-Compute-Request-Id") != "" || d.header.Get("Content-Type") != "text/html; charset=UTF-8" {
		t.Errorf("%v", d)
	}
	p.refused("demo", "GET", path, nil, 404, "Volume "+v["id"].(string)+" could not be found.")
	if u := p.must("demo", "GET", "/limits", nil)["limits"].(object)["absolute"].(object); u["totalVolumesUsed"] != 0.0 || u["totalGigabytesUsed"] != 0.0 {
		t.Errorf("%v", u)
	}
}

// Refusals of POST /volumes, in the words of the reference cloud (release Zed).
func TestVolumeCreateRefusals(t *testing.T) {
	p := newPair(t, func(s *setup) { s.cinder.PerVolumeSizeLimit = 2000 })
	const unknown = "52cb18ea-6c0d-44e8-8c2a-f7899da85cf4"
	for _, tc := range []struct {
		body    string
		status  int
		message string
	}{
		{`{"volume":{}}`, 400, "The server could not comply with the request since it is either malformed or otherwise incorrect."},
		{`{"volume":{"size":0}}`, 400, "Invalid input for field/attribute size. Value: 0. 0 is less than the minimum of 1"},
		{`{"volume":{"size":"abc"}}`, 400, "Invalid input for field/attribute size. Value: abc. 'abc' does not match '^[0-9]+$'"},
		{`{"volume":{"size":1.5}}`, 400, "Invalid input for field/attribute size. Value: 1.5. 1.5 is not of type 'integer', 'string', 'null'"},
		{`{"volume":{"size":99999999999}}`, 400, "Invalid input for field/attribute size. Value: 99999999999. 99999999999 is greater than the maximum of 2147483647"},
		{`{"volume":{"size":1001}}`, 413, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested 1001G, quota is 1000G and 0G has been consumed."},
		{`{"volume":{"size":2001}}`, 413, "VolumeSizeExceedsLimit: Requested volume size 2001G is larger than maximum allowed limit 2000G."},
		{`{"volume":{"size":1,"volume_type":"nope"}}`, 404, "Volume type with name nope could not be found."},
		{`{"volume":{"size":1,"volume_type":"` + unknown + `"}}`, 404, "Volume type " + unknown + " could not be found."},
		{`{"volume":{"size":1,"snapshot_id":"` + unknown + `"}}`, 404, "Snapshot " + unknown + " could not be found."},
		{`{"volume":{"size":1,"source_volid":"` + unknown + `"}}`, 404, "Volume " + unknown + " could not be found."},
		{`{"volume":{"size":1,"consistencygroup_id":"` + unknown + `"}}`, 404, "Group " + unknown + " could not be found."},
		{`{"volume":{"size":1,"group_id":"` + unknown + `"}}`, 404, "Group " + unknown + " could not be found."},
		{`{"volume":{"size":1,"backup_id":"` + unknown + `"}}`, 404, "Backup " + unknown + " could not be found."},
		{`{"volume":{"size":1,"imageRef":""}}`, 400, "Invalid image identifier or unable to access requested image."},
		{`{"volume":{"size":1,"imageRef":"` + unknown + `"}}`, 400, "Invalid image identifier or unable to access requested image."},
		{`{"volume":{"size":1,"availability_zone":"mars"}}`, 400, "Availability zone 'mars' is invalid."},
		{`{"volume":{"size":1,"bogus":1}}`, 400, "Invalid input for field/attribute volume. Value: {'size': 1, 'bogus': 1}. Additional properties are not allowed ('bogus' was unexpected)"},
		{`{"volume":{"size":1,"metadata":{"a!":"1"}}}`, 400, "Invalid input for field/attribute metadata. Value: {'a!': '1'}. 'a!' does not match any of the regexes: '^[a-zA-Z0-9-_:. /]{1,255}$'"},
		{`{"volume":{"size":1,"name":"` + strings.Repeat("a", 300) + `"}}`, 400, "Invalid input received: name has 300 characters, more than 255."},
		{`{"volume":{"size":1},"OS-SCH-HNT:scheduler_hints":{"same_host":"x"}}`, 400, "Invalid input for field/attribute same_host. Value: x. 'x' is not valid under any of the given schemas"},
		{`[]`, 400, "[] is not of type 'object'"},
		{`{`, 400, "Malformed request body"},
	} {
		p.refused("demo", "POST", "/volumes", tc.body, tc.status, tc.message)
	}
	p.refused("reader", "POST", "/volumes", `{"volume":{"size":1}}`, 403, "Policy doesn't allow volume:create to be performed.")
	if a := p.ask("demo", "POST", "/volumes", `{"volume":{"size":1001}}`); a.header.Get("Retry-After") != "0" || !strings.Contains(a.body, `"retryAfter":"0"`) {
		t.Errorf("%v", a)
	}
}

func TestVolumeWithoutABackend(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1, "volume_type": p.typeWith(object{"store_id": "cheap"})})
	if v := p.show("admin", volume); v["status"] != "error" || v["os-vol-host-attr:host"] != nil {
		t.Errorf("%v", v)
	}
	told := p.messages("demo")
	if len(told) != 1 || told[0] != "schedule allocate volume:Could not find any available weighted backend." {
		t.Errorf("told: %q", told)
	}
	p.must("demo", "DELETE", volume, nil)
	if a := p.ask("demo", "GET", volume, nil); a.status != 404 {
		t.Error(a)
	}
}

// An image whose data cannot be had lets the volume be scheduled three times, and end without a backend.
func TestVolumeFromAnImageThatCannotBeRead(t *testing.T) {
	p := newPair(t)
	image := p.must("demo", "POST", "/v2/images", object{"name": "seed", "disk_format": "raw", "container_format": "bare"})
	path := "/v2/images/" + image["id"].(string)
	if a := p.ask("demo", "PUT", path+"/file", "x"); a.status != 204 {
		t.Fatal(a)
	}
	if err := p.glance.RemoveStore("fast"); err != nil {
		t.Fatal(err)
	}
	volume := p.volume("demo", object{"size": 1, "imageRef": "seed"})
	if v := p.show("demo", volume); v["status"] != "error" || v["bootable"] != "false" {
		t.Errorf("%v", v)
	}
	if told := p.messages("demo"); len(told) != 1 || told[0] != "schedule allocate volume:Could not find any available weighted backend." {
		t.Errorf("told: %q", told)
	}
	if n := strings.Count(strings.Join(p.asked, "\n"), "/file"); n != 3 {
		t.Errorf("%d downloads: %v", n, p.asked)
	}
}

func TestVolumeFromAnImageThatDoesNotFit(t *testing.T) {
	p := newPair(t)
	add := func(fields object, size int) string {
		image := p.must("demo", "POST", "/v2/images", fields)
		if a := p.ask("demo", "PUT", "/v2/images/"+image["id"].(string)+"/file", strings.Repeat("\x00", size)); a.status != 204 {
			t.Fatal(a)
		}
		return image["id"].(string)
	}
	raw := object{"name": "big", "disk_format": "raw", "container_format": "bare", "min_disk": 3}
	big := add(raw, 1)
	raw["min_disk"] = 0
	add(raw, 1)
	queued := p.must("demo", "POST", "/v2/images", object{"name": "queued", "disk_format": "raw", "container_format": "bare"})["id"].(string)
	for ref, want := range map[string]string{
		big:    "Invalid input received: Volume size 2GB cannot be smaller than the image minDisk size 3GB.",
		queued: "Invalid input received: Image " + queued + " is not active.",
	} {
		p.refused("demo", "POST", "/volumes", object{"volume": object{"size": 2, "imageRef": ref}}, 400, want)
	}
	p.refused("demo", "POST", "/volumes", object{"volume": object{"size": 2, "imageRef": "big"}}, 409,
		"Multiple matches found for 'big', use an ID to be more specific.")
}

func TestCloneOfAVolume(t *testing.T) {
	p := newPair(t)
	source := p.volume("demo", object{"size": 2})
	id := strings.TrimPrefix(source, "/volumes/")
	p.must("demo", "POST", source+"/action", object{"os-set_bootable": object{"bootable": true}})
	p.must("demo", "POST", source+"/action", object{"os-set_image_metadata": object{"metadata": object{"os": "x"}}})
	p.refused("demo", "POST", "/volumes", object{"volume": object{"size": 1, "source_volid": id}}, 400,
		"Invalid input received: Volume size '1'GB cannot be smaller than original volume size  2GB. They must be >= original volume size.")
	clone := p.show("demo", p.volume("demo", object{"source_volid": id}))
	metadata, _ := clone["volume_image_metadata"].(object)
	if clone["status"] != "available" || clone["size"] != 2.0 || clone["source_volid"] != id || clone["bootable"] != "true" || metadata["os"] != "x" {
		t.Errorf("%v", clone)
	}
	p.must("admin", "POST", source+"/action", object{"os-reset_status": object{"status": "error"}})
	p.refused("demo", "POST", "/volumes", object{"volume": object{"source_volid": id}}, 400,
		"Invalid volume: Originating source volume status must be one of 'available, in-use' values")
}

func TestVolumeDeleteRefusals(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1})
	const tail = "must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer."
	p.refused("demo", "DELETE", volume+"?cascade=maybe", nil, 400, "Value 'maybe' for 'cascade' is not a boolean.")
	p.refused("demo", "DELETE", volume+"?force=true", nil, 403, "Policy doesn't allow volume:force_delete to be performed.")
	p.refused("demo", "POST", volume+"/action", object{"os-force_delete": nil}, 403,
		"Policy doesn't allow volume_extension:volume_admin_actions:force_delete to be performed.")
	p.must("admin", "POST", volume+"/action", object{"os-reset_status": object{"status": "maintenance"}})
	p.refused("demo", "DELETE", volume, nil, 400, "Invalid volume: Volume status must be available or error or error_restoring or "+
		"error_extending or error_managing and "+tail)
	p.must("admin", "POST", volume+"/action", object{"os-reset_status": object{"attach_status": "attached"}})
	p.refused("admin", "POST", volume+"/action", object{"os-force_delete": object{}}, 400, "Invalid volume: Volume  "+tail)
	p.must("admin", "POST", volume+"/action", object{"os-reset_status": object{"attach_status": "detached"}})
	p.must("admin", "DELETE", "3.23 "+volume+"?force=true", nil)
	if a := p.ask("demo", "GET", volume, nil); a.status != 404 {
		t.Error(a)
	}
}

func TestExtendAVolume(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1})
	id, action := strings.TrimPrefix(volume, "/volumes/"), volume+"/action"
	p.refused("demo", "POST", action, object{"os-extend": object{"new_size": 1}}, 400,
		"Invalid input received: New size for extend must be greater than current size. (current: 1, extended: 1).")
	p.refused("demo", "POST", action, object{"os-extend": object{"new_size": 5000}}, 413,
		"VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested 4999G, quota is 1000G and 1G has been consumed.")
	p.must("demo", "POST", action, object{"os-extend": object{"new_size": "3"}})
	if v := p.show("demo", volume); v["status"] != "available" || v["size"] != 3.0 {
		t.Errorf("%v", v)
	}
	if u := p.must("demo", "GET", "/limits", nil)["limits"].(object)["absolute"].(object); u["totalGigabytesUsed"] != 3.0 {
		t.Errorf("%v", u)
	}
	p.must("admin", "POST", action, object{"os-reset_status": object{"status": "error"}})
	p.refused("demo", "POST", action, object{"os-extend": object{"new_size": 5}}, 400,
		"Invalid volume: Volume "+id+" status must be '{'status': 'available'}' to extend, currently error.")
}

func TestLifecycleTakesTime(t *testing.T) {
	p := newPair(t, func(s *setup) {
		s.clock = sim.Manual
		s.delays = map[string]time.Duration{
			"cinder.volume.create": time.Second, "cinder.volume.download_image": time.Second,
			"cinder.volume.delete": time.Second, "cinder.volume.extend": time.Second,
		}
	})
	image := p.must("demo", "POST", "/v2/images", object{"name": "seed", "disk_format": "raw", "container_format": "bare"})
	p.ask("demo", "PUT", "/v2/images/"+image["id"].(string)+"/file", "\x00")
	volume := p.volume("demo", object{"size": 1, "imageRef": image["id"]})
	status := func(want string) {
		t.Helper()
		if v := p.show("demo", volume); v["status"] != want {
			t.Errorf("%v, not %s", v["status"], want)
		}
		p.advance(time.Second)
	}
	status("creating")
	status("downloading")
	p.must("demo", "POST", volume+"/action", object{"os-extend": object{"new_size": 2}})
	status("extending")
	p.must("demo", "DELETE", volume, nil)
	status("deleting")
	if a := p.ask("demo", "GET", volume, nil); a.status != 404 {
		t.Error(a)
	}
}

func TestReadonlyAndBootable(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1, "metadata": object{"k": "v"}})
	before := p.show("demo", volume)["updated_at"]
	p.must("demo", "POST", volume+"/action", object{"os-update_readonly_flag": object{"readonly": "on"}})
	v := p.show("demo", volume)
	if fmt.Sprint(v["metadata"]) != "map[k:v readonly:True]" || v["updated_at"] != before {
		t.Errorf("%v", v)
	}
	if m := p.must("demo", "GET", volume+"/metadata", nil); fmt.Sprint(m) != "map[metadata:map[k:v]]" {
		t.Errorf("%v", m)
	}
	a := p.ask("demo", "POST", volume+"/action", object{"os-set_bootable": object{"bootable": "True"}})
	if a.status != 200 || a.body != "" || a.header.Get("Content-Type") != "application/json" || p.show("demo", volume)["bootable"] != "true" {
		t.Errorf("%v", a)
	}
}

func TestMicroversions(t *testing.T) {
	for _, tc := range []struct {
		release release.Release
		version string
		status  int
		named   string
		message string
	}{
		{release.Latest, "3.27", 200, "volume 3.27", ""},
		{release.Latest, "latest", 200, "volume 3.71", ""},
		{release.Zed, "latest", 200, "volume 3.70", ""},
		{release.Zed, "3.71", 406, "volume 3.71", "Version 3.71 is not supported by the API. Minimum is 3.0 and maximum is 3.70."},
		{release.Latest, "2.0", 406, "", "Version 2.0 is not supported by the API. Minimum is 3.0 and maximum is 3.71."},
		{release.Latest, "4.0", 406, "volume 4.0", "Version 4.0 is not supported by the API. Minimum is 3.0 and maximum is 3.71."},
		{release.Latest, "3", 400, "", "API Version String 3 is of invalid format. Must be of format MajorNum.MinorNum."},
		{release.Latest, "3.05", 400, "", "API Version String 3.05 is of invalid format. Must be of format MajorNum.MinorNum."},
	} {
		p := newPair(t, func(s *setup) { s.release = tc.release })
		a := p.ask("demo", "GET", tc.version+" /volumes", nil)
		if a.status != tc.status || a.message() != tc.message || a.header.Get("OpenStack-API-Version") != tc.named {
			t.Errorf("%s at %s: %d %s %q", tc.version, tc.release, a.status, a.body, a.header.Get("OpenStack-API-Version"))
		}
	}
}

// What upstream answers by hand names webob's media type (api/contrib/types_manage.py and its neighbours; seen on Zed).
func TestTypesAnswerByHand(t *testing.T) {
	p := newPair(t)
	made := p.must("admin", "POST", "/types", object{"volume_type": object{"name": "t", "os-volume-type-access:is_public": false}})
	path := "/types/" + made["volume_type"].(object)["id"].(string)
	p.must("admin", "POST", path+"/encryption", object{"encryption": object{"provider": "luks", "control_location": "front-end"}})
	for _, tc := range []struct {
		method, path string
		body         any
	}{
		{"POST", path + "/action", object{"addProjectAccess": object{"project": strings.Repeat("a", 32)}}},
		{"POST", path + "/action", object{"removeProjectAccess": object{"project": strings.Repeat("a", 32)}}},
		{"DELETE", path + "/encryption/provider", nil},
		{"DELETE", path, nil},
	} {
		a := p.ask("admin", tc.method, tc.path, tc.body)
		if a.status != 202 || a.body != "" || a.header.Get("Content-Type") != "text/html; charset=UTF-8" {
			t.Errorf("%s %s: %+v", tc.method, tc.path, a)
		}
	}
}
