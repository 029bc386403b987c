package cinder_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// The expectations are those of the reference cloud (release Zed).
func TestManageAVolume(t *testing.T) {
	p := newPair(t)
	volume := p.disk("demo", object{"size": 2})
	host := p.show("admin", "/volumes/"+volume)["os-vol-host-attr:host"].(string)
	list := "/manageable_volumes/detail?host=" + url.QueryEscape(host)
	listed := func() string {
		t.Helper()
		var all []string
		for _, v := range p.must("admin", "GET", list, nil)["manageable-volumes"].([]any) {
			v := v.(object)
			all = append(all, fmt.Sprint(v["reference"].(object)["source-name"], v["size"], v["safe_to_manage"], v["reason_not_safe"], v["cinder_id"]))
		}
		return strings.Join(all, " ")
	}
	if got, want := listed(), "volume-"+volume+"2 false already managed"+volume; strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("%s, want %s", got, want)
	}
	manage := func(source string) object {
		return object{"volume": object{"host": host, "name": " back ", "bootable": true, "ref": object{"source-name": source}}}
	}
	p.refused("admin", "POST", "/manageable_volumes", manage("volume-"+volume), 400,
		"Unable to manage existing volume. The volume is already managed")
	p.refused("demo", "POST", "/volumes/"+volume+"/action", object{"os-unmanage": object{}}, 403,
		"Policy doesn't allow volume_extension:volume_unmanage to be performed.")
	p.must("admin", "POST", "/volumes/"+volume+"/action", object{"os-unmanage": object{}})
	p.refused("demo", "GET", "/volumes/"+volume, nil, 404, "Volume "+volume+" could not be found.")
	if got, want := listed(), "volume-"+volume+"2 true"; !strings.HasPrefix(strings.ReplaceAll(got, " ", ""), strings.ReplaceAll(want, " ", "")) {
		t.Errorf("%s, want %s", got, want)
	}
	made := p.must("admin", "POST", "/manageable_volumes", manage("volume-"+volume))["volume"].(object)
	if made["status"] != "creating" || made["size"] != 0.0 || made["consumes_quota"] != nil || made["name"] != "back" {
		t.Errorf("%v", made)
	}
	if v := p.show("admin", "/volumes/"+made["id"].(string)); v["status"] != "available" || v["size"] != 2.0 || v["bootable"] != "true" {
		t.Errorf("%v", v)
	}
	wrong := p.must("admin", "POST", "/os-volume-manage", manage("nope"))["volume"].(object)["id"].(string)
	if v := p.show("admin", "/volumes/"+wrong); v["status"] != "error" || v["size"] != 0.0 {
		t.Errorf("%v", v)
	}
	usage := p.must("admin", "GET", "/os-quota-sets/"+projectOf("admin")+"?usage=true", nil)["quota_set"].(object)
	if got := usage["volumes"].(object)["in_use"]; got != 1.0 {
		t.Errorf("%v volumes are counted", got)
	}
	p.must("admin", "DELETE", "/volumes/"+wrong, nil)
	p.refused("admin", "GET", "/volumes/"+wrong, nil, 404, "Volume "+wrong+" could not be found.")

	p.refused("admin", "GET", "/os-volume-manage?host=zork", nil, 404, "Service cinder-volume could not be found on host zork.")
	p.refused("admin", "GET", "/os-volume-manage", nil, 400, "Invalid input received: One and only one of cluster and host must be set.")
	p.refused("admin", "GET", "3.7 "+list, nil, 404, "The resource could not be found.")
	p.refused("admin", "GET", list+"&sort=zork", nil, 400, "Invalid sort keys passed: zork")
	p.refused("admin", "GET", list+"&sort=size:up", nil, 400, "Invalid sort dirs passed: up")
	p.refused("demo", "GET", list, nil, 403, "Policy doesn't allow volume_extension:list_manageable to be performed.")
	p.refused("admin", "POST", "/os-volume-manage", object{"volume": object{"host": "zork@beta#beta", "ref": object{}}}, 400, "Host 'zork@beta#beta' not found")
	p.refused("admin", "POST", "/os-volume-manage", object{"volume": object{"host": host, "ref": object{}, "volume_type": "zork"}}, 400,
		"Invalid volume type: Cannot find requested 'zork' volume type")
}

func TestManageASnapshot(t *testing.T) {
	p := newPair(t)
	volume := p.disk("admin", object{"size": 1})
	host := p.show("admin", "/volumes/"+volume)["os-vol-host-attr:host"].(string)
	sn := p.snapshot("admin", object{"volume_id": volume})
	p.must("admin", "POST", "/snapshots/"+sn+"/action", object{"os-unmanage": object{}})
	p.refused("admin", "GET", "/snapshots/"+sn, nil, 404, "Snapshot "+sn+" could not be found.")
	list := p.must("admin", "GET", "/manageable_snapshots?host="+url.QueryEscape(host), nil)["manageable-snapshots"].([]any)
	if len(list) != 1 || fmt.Sprint(list[0]) != fmt.Sprintf("map[reference:map[source-name:_snapshot-%s] safe_to_manage:true size:1 "+
		"source_reference:map[source-name:volume-%s]]", sn, volume) {
		t.Errorf("%v", list)
	}
	for source, want := range map[string]string{"snapshot-" + sn: "available", "nope": "error"} {
		made := p.must("admin", "POST", "/manageable_snapshots", object{"snapshot": object{
			"volume_id": volume, "name": "back", "ref": object{"source-name": source},
		}})["snapshot"].(object)
		got := p.must("admin", "GET", "/snapshots/"+made["id"].(string), nil)["snapshot"].(object)
		if made["status"] != "creating" || got["status"] != want || got["name"] != "back" {
			t.Errorf("%v", got)
		}
	}
}
