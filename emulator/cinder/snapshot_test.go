package cinder_test

import (
	"fmt"
	"strings"
	"testing"
)

// snapshot makes a snapshot and returns its id.
func (p *pair) snapshot(user string, fields object) string {
	p.tb.Helper()
	return p.must(user, "POST", "3.65 /snapshots", object{"snapshot": fields})["snapshot"].(object)["id"].(string)
}

// disk makes a volume and returns its id.
func (p *pair) disk(user string, fields object) string {
	p.tb.Helper()
	return strings.TrimPrefix(p.volume(user, fields), "/volumes/")
}

// The expectations are those of the reference cloud (release Zed).
func TestSnapshotViewByMicroversion(t *testing.T) {
	p := newPair(t)
	volume := p.disk("demo", object{"size": 2, "name": "v"})
	made := p.must("demo", "POST", "3.65 /snapshots", object{"snapshot": object{
		"volume_id": volume, "name": " s1 ", "display_name": "x", "metadata": object{"a": "b"}, "force": "false",
	}})["snapshot"].(object)
	if made["status"] != "creating" || made["name"] != "s1" || made["size"] != 2.0 || made["updated_at"] != nil || len(made) != 12 {
		t.Errorf("%v", made)
	}
	id := made["id"].(string)
	for version, want := range map[string]string{"3.0": "11", "3.13": "11", "3.14": "12", "3.40": "12", "3.41": "13", "3.64": "13", "3.65": "14"} {
		sn := p.must("demo", "GET", version+" /snapshots/"+id, nil)["snapshot"].(object)
		if fmt.Sprint(len(sn)) != want || sn["status"] != "available" {
			t.Errorf("%s: %d fields, %v", version, len(sn), sn)
		}
	}
	sn := p.must("demo", "GET", "/snapshots/"+id, nil)["snapshot"].(object)
	for key, want := range map[string]any{
		"os-extended-snapshot-attributes:progress": "100%", "os-extended-snapshot-attributes:project_id": projectOf("demo"),
		"user_id": "demo-id", "consumes_quota": true, "group_snapshot_id": nil, "volume_id": volume, "description": nil,
	} {
		if sn[key] != want {
			t.Errorf("%s is %v", key, sn[key])
		}
	}
	p.refused("alt", "GET", "/snapshots/"+id, nil, 404, "Snapshot "+id+" could not be found.")
	if got := p.must("admin", "GET", "/snapshots?all_tenants=1&volume_id="+volume, nil)["snapshots"].([]any); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

func TestSnapshotRefusals(t *testing.T) {
	p := newPair(t)
	volume := p.disk("demo", object{"size": 1})
	id := p.snapshot("demo", object{"volume_id": volume})
	p.refused("demo", "POST", "3.66 /snapshots", object{"snapshot": object{"volume_id": volume, "force": false}}, 400,
		"Since microversion 3.66 the 'force' flag is invalid for this request.  For backward compatability, however, when the 'force' flag "+
			"is passed with a value evaluating to True, it is silently ignored.")
	p.refused("demo", "POST", "/snapshots", object{"snapshot": object{"volume_id": nil}}, 404, "Volume None could not be found.")
	p.refused("demo", "POST", "/snapshots", object{"snapshot": object{"volume_id": "zz"}}, 400,
		"Invalid input for field/attribute volume_id. Value: zz. 'zz' is not valid under any of the given schemas")
	p.refused("demo", "PUT", "/snapshots/"+id, object{"snapshot": object{}}, 400,
		"Invalid input for field/attribute snapshot. Value: {}. {} is not valid under any of the given schemas")
	p.refused("demo", "GET", "/snapshots/"+id+"/metadata/zork", nil, 404, "Snapshot "+id+" has no metadata with key zork.")
	p.refused("demo", "PUT", "/snapshots/"+id+"/metadata/zork", object{"meta": object{"a": "b"}}, 400, "Request body and URI mismatch")
	action := func(user string, body object, status int, message string) {
		t.Helper()
		p.refused(user, "POST", "/snapshots/"+id+"/action", body, status, message)
	}
	update := func(status, progress string) object {
		return object{"os-update_snapshot_status": object{"status": status, "progress": progress}}
	}
	action("demo", update("creating", "80x"), 400, "Invalid input received: progress must be an integer percentage between 0 and 100")
	action("demo", update("creating", "zx%"), 400, "Invalid input received: progress must be an integer percentage")
	action("demo", update("creating", ""), 400, "Snapshot status available not allowed for update_snapshot_status")
	action("admin", object{"os-reset_status": object{"status": "zork"}}, 400, "Snapshot status: zork is invalid, valid statuses are: "+
		"('error', 'available', 'creating', 'deleting', 'deleted', 'updating', 'error_deleting', 'unmanaging', 'backing-up', 'restoring').")
	action("demo", object{"os-reset_status": object{"status": "error"}}, 403,
		"Policy doesn't allow volume_extension:snapshot_admin_actions:reset_status to be performed.")
	const undeletable = "Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and " +
		"must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after " +
		"volume transfer."
	p.refused("demo", "DELETE", "/volumes/"+volume, nil, 400, undeletable)
	p.must("admin", "POST", "/snapshots/"+id+"/action", object{"os-reset_status": object{"status": "Deleting"}})
	p.refused("demo", "DELETE", "/volumes/"+volume+"?cascade=true", nil, 400, undeletable)
	p.refused("demo", "DELETE", "/snapshots/"+id, nil, 400,
		"Invalid snapshot: Snapshot status must be available or error and must not be part of a group.")
	p.must("admin", "POST", "/snapshots/"+id+"/action", object{"os-reset_status": object{"status": "creating"}})
	action("demo", update("deleting", ""), 400, "Provided snapshot status deleting not allowed for snapshot with status creating.")
	p.must("demo", "POST", "/snapshots/"+id+"/action", update("available", "33%"))
	if got := p.must("demo", "GET", "/snapshots/"+id, nil)["snapshot"].(object)["os-extended-snapshot-attributes:progress"]; got != "33%" {
		t.Errorf("%v", got)
	}
	p.must("demo", "DELETE", "/volumes/"+volume+"?cascade=true", nil)
	p.refused("demo", "GET", "/snapshots/"+id, nil, 404, "Snapshot "+id+" could not be found.")
	p.refused("demo", "GET", "/volumes/"+volume, nil, 404, "Volume "+volume+" could not be found.")
}

func TestSnapshotList(t *testing.T) {
	p := newPair(t)
	one, two := p.disk("demo", object{"size": 1}), p.disk("demo", object{"size": 2})
	id := map[string]string{}
	for _, name := range []string{"c", "b", "a"} {
		volume := one
		if name == "b" {
			volume = two
		}
		id[name] = p.snapshot("demo", object{"volume_id": volume, "name": name, "metadata": object{"n": name}})
	}
	for query, want := range map[string]string{
		"":                            "a b c",
		"?limit=2":                    "a b",
		"?limit=1&marker=" + id["a"]:  "b",
		"?sort=name:desc":             "c b a",
		"?sort=created_at:asc":        "c b a",
		"?volume_id=" + two:           "b",
		"?name=c":                     "c",
		"?status=error":               "",
		"?metadata={'n':'a'}":         "a",
		"?metadata=x":                 "",
		"?availability_zone=nova":     "a b c",
		"?consumes_quota=true":        "a b c",
		"?consumes_quota=0":           "",
		"?all_tenants=zork":           "a b c",
		"?limit=0":                    "",
		"?sort_key=volume_size&limit": "",
	} {
		if query == "?sort_key=volume_size&limit" {
			p.refused("demo", "GET", "/snapshots"+query, nil, 400, "limit param must be an integer")
			continue
		}
		var names []string
		for _, sn := range p.must("demo", "GET", "/snapshots/detail"+query, nil)["snapshots"].([]any) {
			names = append(names, sn.(object)["name"].(string))
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	p.refused("demo", "GET", "3.29 /snapshots?sort=name:asc", nil, 400, "Invalid input received: Invalid sort key")
	p.refused("demo", "GET", "/snapshots?foo=x", nil, 400, "Invalid filters foo are found in query options.")
	p.refused("demo", "GET", "/snapshots?marker=zork", nil, 404, "Snapshot zork could not be found.")
	p.refused("demo", "GET", "/snapshots?with_count=x", nil, 400, "Value 'x' for 'with_count' is not a boolean.")
	if out := p.must("demo", "GET", "/snapshots?with_count=True&limit=1", nil); out["count"] != 3.0 || len(out["snapshots_links"].([]any)) != 1 {
		t.Errorf("%v", out)
	}
	if out := p.must("demo", "GET", "3.21 /snapshots?metadata={'n':'a'}&foo=1", nil); len(out["snapshots"].([]any)) != 3 {
		t.Errorf("%v", out)
	}
}

func TestSnapshotMetadata(t *testing.T) {
	p := newPair(t)
	id := p.snapshot("demo", object{"volume_id": p.disk("demo", object{"size": 1}), "metadata": object{"a": "b"}})
	path := "/snapshots/" + id + "/metadata"
	for i, step := range []struct {
		method, path string
		body         object
		want         string
	}{
		{"GET", "", nil, "map[metadata:map[a:b]]"},
		{"POST", "", object{"metadata": object{"c": "d"}}, "map[metadata:map[a:b c:d]]"},
		{"PUT", "/c", object{"meta": object{"c": "e"}}, "map[meta:map[c:e]]"},
		{"GET", "/c", nil, "map[meta:map[c:e]]"},
		{"DELETE", "/c", nil, "map[]"},
		{"GET", "", nil, "map[metadata:map[a:b]]"},
		{"PUT", "", object{"metadata": object{"x": "y"}}, "map[metadata:map[x:y]]"},
	} {
		var body any
		if step.body != nil {
			body = step.body
		}
		if got := fmt.Sprint(p.must("demo", step.method, path+step.path, body)); got != step.want {
			t.Errorf("%d: %s", i, got)
		}
	}
}

// A snapshot keeps what the volume held, and volumes made of it hold that.
func TestVolumeFromASnapshot(t *testing.T) {
	p := newPair(t)
	volume := p.disk("demo", object{"size": 1, "volume_type": "lvmdriver-2"})
	sn := p.snapshot("demo", object{"volume_id": volume})
	p.must("demo", "POST", "/volumes/"+volume+"/action", object{"os-extend": object{"new_size": 2}})
	made := p.disk("demo", object{"snapshot_id": sn, "size": 3})
	v := p.show("admin", "/volumes/"+made)
	if v["snapshot_id"] != sn || v["size"] != 3.0 || v["status"] != "available" || v["volume_type"] != "lvmdriver-2" ||
		v["os-vol-host-attr:host"] != p.show("admin", "/volumes/"+volume)["os-vol-host-attr:host"] {
		t.Errorf("%v", v)
	}
	if v := p.show("demo", p.volume("demo", object{"snapshot_id": sn})); v["size"] != 1.0 {
		t.Errorf("%v", v["size"])
	}
	refused := func(fields object, status int, message string) {
		t.Helper()
		p.refused("demo", "POST", "/volumes", object{"volume": fields}, status, message)
	}
	big := p.snapshot("demo", object{"volume_id": volume})
	refused(object{"snapshot_id": big, "size": 1}, 400,
		"Invalid input received: Volume size '1'GB cannot be smaller than the snapshot size 2GB. They must be >= original snapshot size.")
	refused(object{"snapshot_id": big, "source_volid": volume}, 400,
		"Invalid input received: May specify only one of backup, imageRef, snapshot, source volume")
	other := p.typeID("lvmdriver-1")
	refused(object{"snapshot_id": big, "volume_type": "lvmdriver-1"}, 400, "Invalid input received: Invalid volume_type provided: "+other+
		" (requested type is not compatible; recommend omitting the type argument).")
	refused(object{"source_volid": volume, "volume_type": "lvmdriver-1"}, 400, "Invalid input received: Invalid volume_type provided: "+other+
		" (requested type is not compatible; either match source volume, or omit type argument).")
	p.must("admin", "POST", "/snapshots/"+big+"/action", object{"os-reset_status": object{"status": "error"}})
	refused(object{"snapshot_id": big}, 400, "Invalid snapshot: Originating snapshot status must be one of 'available' values")
	refused(object{"snapshot_id": volume}, 404, "Snapshot "+volume+" could not be found.")
}

func TestSnapshotQuota(t *testing.T) {
	p := newPair(t, func(s *setup) { s.cinder.Quotas = map[string]int{"snapshots": 2, "gigabytes": 6} })
	volume := p.disk("demo", object{"size": 2})
	first := p.snapshot("demo", object{"volume_id": volume})
	p.snapshot("demo", object{"volume_id": volume})
	p.refused("demo", "POST", "/snapshots", object{"snapshot": object{"volume_id": volume}}, 413, "VolumeSizeExceedsAvailableQuota: Requested "+
		"volume or snapshot exceeds allowed gigabytes quota. Requested 2G, quota is 6G and 6G has been consumed.")
	p.must("demo", "DELETE", "/snapshots/"+first, nil)
	p.snapshot("demo", object{"volume_id": volume})
	p.must("admin", "PUT", "/os-quota-sets/"+projectOf("demo"), object{"quota_set": object{"gigabytes": 100}})
	p.refused("demo", "POST", "/snapshots", object{"snapshot": object{"volume_id": volume}}, 413,
		"SnapshotLimitExceeded: Maximum number of snapshots allowed (2) exceeded")
	usage := p.must("demo", "GET", "/os-quota-sets/"+projectOf("demo")+"?usage=true", nil)["quota_set"].(object)
	if got := fmt.Sprint(usage["snapshots"].(object)["in_use"], usage["gigabytes"].(object)["in_use"]); got != "2 6" {
		t.Errorf("%s", got)
	}
}
