package cinder_test

import (
	"fmt"
	"testing"
)

// The expectations are those of the reference cloud (release Zed).
func TestTransfer(t *testing.T) {
	p := newPair(t)
	volume := p.disk("demo", object{"size": 1})
	sn := p.snapshot("demo", object{"volume_id": volume})
	made := p.must("demo", "POST", "3.0 /os-volume-transfer", object{"transfer": object{"volume_id": volume, "name": " t "}})["transfer"].(object)
	id, key := made["id"].(string), made["auth_key"].(string)
	if made["name"] != "t" || len(key) != 16 || len(made) != 6 {
		t.Errorf("%v", made)
	}
	for version, want := range map[string]int{"3.0": 5, "3.54": 5, "3.55": 6, "3.57": 9} {
		if got := p.must("demo", "GET", version+" /volume-transfers/"+id, nil)["transfer"].(object); len(got) != want || got["auth_key"] != nil {
			t.Errorf("%s: %v", version, got)
		}
	}
	if got := p.show("demo", "/volumes/"+volume)["status"]; got != "awaiting-transfer" {
		t.Errorf("%v", got)
	}
	accept := func(key any) object { return object{"accept": object{"auth_key": key}} }
	again := object{"transfer": object{"volume_id": volume}}
	gone := "Transfer " + id + " could not be found."
	p.refused("demo", "POST", "/volume-transfers", again, 400, "Invalid volume: status must be available")
	p.refused("alt", "GET", "/volume-transfers/"+id, nil, 404, gone)
	p.refused("alt", "DELETE", "/volume-transfers/"+id, nil, 404, gone)
	p.refused("alt", "POST", "/volume-transfers/"+id+"/accept", accept("x"), 400,
		"Invalid auth key: Attempt to transfer "+id+" with invalid auth key.")
	p.must("admin", "PUT", "/os-quota-sets/"+projectOf("alt"), object{"quota_set": object{"snapshots": 0}})
	p.refused("alt", "POST", "/volume-transfers/"+id+"/accept", accept(key), 413,
		"SnapshotLimitExceeded: Maximum number of snapshots allowed (0) exceeded")
	p.must("admin", "PUT", "/os-quota-sets/"+projectOf("alt"), object{"quota_set": object{"snapshots": 1, "gigabytes": 1}})
	p.refused("alt", "POST", "/volume-transfers/"+id+"/accept", accept(key), 413, "Requested volume or snapshot exceeds allowed gigabytes "+
		"quota. Requested 1G, quota is 1G and 1G has been consumed.")
	p.must("admin", "PUT", "/os-quota-sets/"+projectOf("alt"), object{"quota_set": object{"gigabytes": 2}})
	p.must("alt", "POST", "/volume-transfers/"+id+"/accept", accept(key))
	v := p.show("alt", "/volumes/"+volume)
	if v["status"] != "available" || v["user_id"] != "alt-id" || v["os-vol-tenant-attr:tenant_id"] != projectOf("alt") {
		t.Errorf("%v", v)
	}
	if got := p.must("alt", "GET", "/snapshots/"+sn, nil)["snapshot"].(object)["user_id"]; got != "alt-id" {
		t.Errorf("%v", got)
	}
	for user, want := range map[string]string{"demo": "0 0 0", "alt": "1 1 2"} {
		u := p.must("admin", "GET", "/os-quota-sets/"+projectOf(user)+"?usage=true", nil)["quota_set"].(object)
		in := func(name string) any { return u[name].(object)["in_use"] }
		if got := fmt.Sprintf("%v %v %v", in("volumes"), in("snapshots"), in("gigabytes")); got != want {
			t.Errorf("%s: %s", user, got)
		}
	}
	for _, user := range []string{"demo", "alt", "admin"} {
		p.refused(user, "GET", "/volume-transfers/"+id, nil, 404, gone)
	}
	// Without the snapshots, which then keep the volume from going.
	made = p.must("alt", "POST", "3.55 /volume-transfers", object{"transfer": object{"volume_id": volume, "no_snapshots": true}})["transfer"].(object)
	p.must("demo", "POST", "/volume-transfers/"+made["id"].(string)+"/accept", accept(made["auth_key"]))
	p.refused("demo", "DELETE", "/volumes/"+volume+"?cascade=true", nil, 400, "Invalid volume: Volume status must be available or error or "+
		"error_restoring or error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, "+
		"awaiting a transfer, or be disassociated from snapshots after volume transfer.")
	p.must("admin", "DELETE", "/volumes/"+volume+"?cascade=true", nil)
}

func TestTransferList(t *testing.T) {
	p := newPair(t)
	ids := make([]string, 3)
	for i := range ids {
		volume := p.disk("demo", object{"size": 1})
		ids[i] = p.must("demo", "POST", "/volume-transfers", object{"transfer": object{"volume_id": volume, "name": fmt.Sprint(i)}})["transfer"].(object)["id"].(string)
	}
	for path, want := range map[string]string{
		"/volume-transfers":                       "210",
		"/volume-transfers?limit=2":               "21",
		"/volume-transfers?marker=" + ids[1]:      "0",
		"/volume-transfers?sort=created_at:asc":   "012",
		"/volume-transfers?name=1":                "1",
		"/volume-transfers?foo=1":                 "",
		"/volume-transfers/detail?offset=1":       "0", // which counts twice
		"3.58 /volume-transfers":                  "012",
		"3.58 /volume-transfers?limit=1":          "",
		"/os-volume-transfer":                     "012",
		"/os-volume-transfer?limit=1":             "",
		"/os-volume-transfer/detail?all_tenants=": "012",
	} {
		got := ""
		for _, tr := range p.must("demo", "GET", path, nil)["transfers"].([]any) {
			got += tr.(object)["name"].(string)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	p.refused("demo", "GET", "/volume-transfers?sort=zork", nil, 400, "Invalid input received: Invalid sort key")
	p.refused("demo", "GET", "/volume-transfers?marker=zork", nil, 404, "Transfer zork could not be found.")
	p.refused("demo", "GET", "3.50 /os-volume-transfer?limit=x", nil, 400, "limit param must be an integer")
	p.must("demo", "DELETE", "/os-volume-transfer/"+ids[0], nil)
	if got := len(p.must("alt", "GET", "/volume-transfers?all_tenants=1", nil)["transfers"].([]any)); got != 0 {
		t.Errorf("%d", got)
	}
	if got := len(p.must("admin", "GET", "/volume-transfers?all_tenants=1", nil)["transfers"].([]any)); got != 2 {
		t.Errorf("%d", got)
	}
}
