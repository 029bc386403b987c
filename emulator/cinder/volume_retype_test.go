package cinder_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// standing is what a retype may change of a volume.
func (p *pair) standing(volume string) string {
	p.tb.Helper()
	v := p.show("admin", volume)
	return fmt.Sprint(v["status"], " ", v["volume_type"], " ", v["os-vol-host-attr:host"], " ", v["migration_status"])
}

const hostOne, hostTwo = "fauxstack@lvmdriver-1#lvmdriver-1", "fauxstack@lvmdriver-2#lvmdriver-2"

// The driver takes the new type where the volume is, and from then on the type counts: for its uploads, for its quota, and
// for whether the type is in use.
func TestRetypeInPlace(t *testing.T) {
	p := newPair(t)
	gold := p.typeWith(object{"image_service:store_id": "cheap", "volume_backend_name": "lvmdriver-1"})
	silver := p.typeWith(object{"image_service:store_id": "reliable"})
	volume := p.volume("demo", object{"size": 2, "volume_type": gold})
	first := p.upload("demo", volume, object{"image_name": "x"})
	p.act("demo", volume, "os-retype", object{"new_type": silver})
	if got := p.standing(volume); got != "available "+silver+" "+hostOne+" <nil>" {
		t.Error(got)
	}
	for image, store := range map[string]string{first: "cheap", p.upload("demo", volume, object{"image_name": "x"}): "reliable"} {
		if i := p.must("demo", "GET", image, nil); i["stores"] != store {
			t.Errorf("image in %v", i["stores"])
		}
	}
	usage := p.must("admin", "GET", "/os-quota-sets/"+projectOf("demo")+"?usage=true", nil)["quota_set"].(object)
	for name, want := range map[string]float64{"volumes_" + gold: 0, "volumes_" + silver: 1, "gigabytes_" + gold: 0, "gigabytes_" + silver: 2, "gigabytes": 2} {
		if got := usage[name].(object)["in_use"]; got != want {
			t.Errorf("%s: %v in use", name, got)
		}
	}
	specs := object{"extra_specs": object{"a": "b"}}
	p.refused("admin", "POST", "/types/"+p.typeID(silver)+"/extra_specs", specs, 400, "Volume Type is currently in use.")
	p.must("admin", "POST", "/types/"+p.typeID(gold)+"/extra_specs", specs)
}

func (p *pair) typeID(name string) string {
	p.tb.Helper()
	for _, each := range p.must("admin", "GET", "/types", nil)["volume_types"].([]any) {
		if typ := each.(object); typ["name"] == name {
			return typ["id"].(string)
		}
	}
	p.tb.Fatalf("no type %s", name)
	return ""
}

// A new type that the volume's backend cannot have moves the volume if it may be moved; otherwise all is as it was, and
// nobody is told (observed on release Zed).
func TestRetypeToAnotherBackend(t *testing.T) {
	for name, tc := range map[string]struct {
		specs    object
		policy   any
		attached bool
		want     string // "" for nothing has changed
	}{
		"never, said":       {object{"volume_backend_name": "lvmdriver-2"}, "never", false, "available lvmdriver-1 " + hostOne + " <nil>"},
		"never, not said":   {object{"volume_backend_name": "lvmdriver-2"}, nil, false, "available lvmdriver-1 " + hostOne + " <nil>"},
		"on demand":         {object{"volume_backend_name": "lvmdriver-2"}, "on-demand", false, "available NEW " + hostTwo + " success"},
		"on demand, in use": {object{"volume_backend_name": "lvmdriver-2"}, "on-demand", true, "in-use lvmdriver-1 " + hostOne + " error"},
		"in use, in place":  {object{"a:b": "c"}, "never", true, "in-use NEW " + hostOne + " <nil>"},
		"nowhere":           {object{"volume_backend_name": "nowhere"}, "on-demand", false, "available lvmdriver-1 " + hostOne + " <nil>"},
		"another zone":      {object{"RESKEY:availability_zones": "mars"}, "on-demand", false, "available lvmdriver-1 " + hostOne + " <nil>"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t)
			typ := p.typeWith(tc.specs)
			volume := p.volume("demo", object{"size": 1, "volume_type": "lvmdriver-1"})
			if tc.attached {
				p.act("demo", volume, "os-attach", object{"instance_uuid": serverA, "mountpoint": "/dev/vdb"})
			}
			params := object{"new_type": p.typeID(typ)}
			if tc.policy != nil {
				params["migration_policy"] = tc.policy
			}
			p.act("demo", volume, "os-retype", params)
			if got, want := p.standing(volume), strings.Replace(tc.want, "NEW", typ, 1); got != want {
				t.Errorf("\n got: %s\nwant: %s", got, want)
			}
			if told := p.messages("demo"); len(told) > 0 {
				t.Errorf("told: %v", told)
			}
		})
	}
}

// Room is no question on the backend where the volume is.
func TestRetypeOnAFullBackend(t *testing.T) {
	p := newPair(t, func(s *setup) { s.cinder.Backends = []cinder.Backend{{Name: "lvmdriver-1", TotalCapacity: 1}} })
	typ := p.typeWith(object{"a:b": "c"})
	volume := p.volume("demo", object{"size": 1, "volume_type": "lvmdriver-1"})
	p.act("demo", volume, "os-retype", object{"new_type": typ})
	if got := p.standing(volume); got != "available "+typ+" "+hostOne+" <nil>" {
		t.Error(got)
	}
}

func TestRetypeWithoutDriver(t *testing.T) {
	p := newPair(t)
	typ := p.typeWith(object{"a:b": "c"})
	volume := p.volume("demo", object{"size": 1, "volume_type": "lvmdriver-1"})
	if err := p.cinder.SetDriverInitialized("lvmdriver-1", false); err != nil {
		t.Fatal(err)
	}
	p.act("demo", volume, "os-retype", object{"new_type": typ})
	if got := p.standing(volume); got != "available lvmdriver-1 "+hostOne+" <nil>" {
		t.Error(got)
	}
}

// A driver leaves encryption to a copy, which needs leave to migrate and gets a key of its own.
func TestRetypeToAnEncryptedType(t *testing.T) {
	p := newPair(t)
	typ := p.typeWith(object{"volume_backend_name": "lvmdriver-1"})
	p.must("admin", "POST", "/types/"+p.typeID(typ)+"/encryption", object{"encryption": object{"provider": "luks", "control_location": "front-end"}})
	volume := p.volume("demo", object{"size": 1, "volume_type": "lvmdriver-1"})
	p.act("demo", volume, "os-retype", object{"new_type": typ})
	if got := p.standing(volume); got != "available lvmdriver-1 "+hostOne+" <nil>" {
		t.Error(got)
	}
	p.act("demo", volume, "os-retype", object{"new_type": typ, "migration_policy": "on-demand"})
	if got, v := p.standing(volume), p.show("demo", volume); got != "available "+typ+" "+hostOne+" success" || v["encrypted"] != true {
		t.Error(got, v["encrypted"])
	}
	p.act("demo", volume, "os-retype", object{"new_type": "lvmdriver-1", "migration_policy": "on-demand"})
	if v := p.show("demo", volume); v["encrypted"] != false {
		t.Error(v)
	}
}

func TestRetypeUnderWay(t *testing.T) {
	p := newPair(t, func(s *setup) {
		s.clock = sim.Manual
		s.delays = map[string]time.Duration{"cinder.volume.retype": time.Second, "cinder.volume.migrate": time.Minute}
	})
	typ := p.typeWith(object{"volume_backend_name": "lvmdriver-2", "multiattach": "<is> True"})
	volume := p.volume("demo", object{"size": 1, "volume_type": "lvmdriver-1"})
	p.advance(time.Second)
	p.act("demo", volume, "os-retype", object{"new_type": typ, "migration_policy": "on-demand"})
	check := func(want string) {
		t.Helper()
		if got := p.standing(volume); got != want {
			t.Errorf("\n got: %s\nwant: %s", got, want)
		}
	}
	check("retyping lvmdriver-1 " + hostOne + " <nil>")
	if v := p.show("demo", volume); v["multiattach"] != true {
		t.Error("the volume is not yet for many servers")
	}
	id := strings.TrimPrefix(volume, "/volumes/")
	p.refused("demo", "POST", volume+"/action", object{upload: object{"image_name": "x"}}, 400, "Invalid volume: Volume "+id+" status must be available")
	p.refused("demo", "POST", volume+"/action", object{"os-retype": object{"new_type": "lvmdriver-2"}}, 400,
		"Invalid input received: Invalid volume_type passed, retypes affecting multiattach are only allowed on available volumes, the specified volume "+
			"however currently has a status of: retyping.")
	p.advance(time.Second)
	check("retyping lvmdriver-1 " + hostOne + " migrating")
	p.advance(time.Minute)
	check("available " + typ + " " + hostTwo + " success")
}

func TestRetypeRefusals(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1, "volume_type": "lvmdriver-1"})
	action := volume + "/action"
	big, multi := p.typeWith(object{"provisioning:min_vol_size": "2"}), p.typeWith(object{"multiattach": "<is> True"})
	same := p.typeWith(object{"a:b": "c"})
	odd := p.typeWith(object{"multiattach": "<is> True", "encryption": "x"})
	private := p.must("admin", "POST", "/types", object{"volume_type": object{"name": "private", "os-volume-type-access:is_public": false}})["volume_type"].(object)["id"].(string)
	field := func(name, value, why string) string {
		return "Invalid input for field/attribute " + name + ". Value: " + value + ". " + why
	}
	const needs = "Invalid volume: Retype needs volume to be in available or in-use state, not be part of an active migration or a consistency group, " +
		"requested type has to be different that the one from the volume, and for in-use volumes front-end qos specs cannot change."
	for _, tc := range []struct {
		params  any
		status  int
		message string
	}{
		{nil, 400, field("os-retype", "None", "None is not of type 'object'")},
		{object{}, 400, field("os-retype", "{}", "'new_type' is a required property")},
		{object{"new_type": 1}, 400, field("new_type", "1", "1 is not of type 'string'")},
		{object{"new_type": "x", "migration_policy": "y"}, 400, field("migration_policy", "y", "'y' is not one of ['on-demand', 'never']")},
		{object{"new_type": "x", "migration_policy": nil}, 400, field("migration_policy", "None", "None is not one of ['on-demand', 'never']")},
		{object{"new_type": "x", "y": 1}, 400, field("os-retype", "{'new_type': 'x', 'y': 1}", "Additional properties are not allowed ('y' was unexpected)")},
		{object{"new_type": "x"}, 404, "Volume type with name x could not be found."},
		{object{"new_type": ""}, 404, "Volume type with name  could not be found."},
		{object{"new_type": "a/b\u0000"}, 404, "Volume type with name a/b\u0000 could not be found."},
		{object{"new_type": serverA}, 404, "Volume type " + serverA + " could not be found."},
		{object{"new_type": "private"}, 404, "Volume type " + private + " could not be found."},
		{object{"new_type": big}, 400, "Invalid input received: Specified volume size of '1' is less than the minimum required size of '2' for volume type '" + big + "'."},
		{object{"new_type": odd}, 400, "Invalid input received: Retype requested both encryption and multi-attach, which is not supported."},
		{object{"new_type": "lvmdriver-1"}, 400, needs},
	} {
		p.refused("demo", "POST", action, object{"os-retype": tc.params}, tc.status, tc.message)
	}
	to := object{"os-retype": object{"new_type": same}}
	p.refused("reader", "POST", action, to, 403, "Policy doesn't allow volume:retype to be performed.")
	p.refused("alt", "POST", action, to, 404, "Volume "+strings.TrimPrefix(volume, "/volumes/")+" could not be found.")

	quota := "/os-quota-sets/" + projectOf("demo")
	p.must("admin", "PUT", quota, object{"quota_set": object{"volumes_" + same: 0, "volumes": 1}})
	p.refused("demo", "POST", action, to, 413, "VolumeLimitExceeded: Maximum number of volumes allowed (0) exceeded for quota 'volumes_"+same+"'.")
	p.must("admin", "PUT", quota, object{"quota_set": object{"volumes_" + same: 1, "gigabytes_" + same: 0}})
	p.refused("demo", "POST", action, to, 413, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes_"+same+
		" quota. Requested 1G, quota is 0G and 0G has been consumed.")
	p.must("admin", "PUT", quota, object{"quota_set": object{"gigabytes_" + same: 1}})

	p.act("admin", volume, "os-reset_status", object{"migration_status": "starting"})
	p.refused("demo", "POST", action, to, 400, needs)
	p.act("admin", volume, "os-reset_status", object{"migration_status": "none", "status": "error"})
	p.refused("demo", "POST", action, to, 400, needs)
	p.refused("demo", "POST", action, object{"os-retype": object{"new_type": multi}}, 400, "Invalid input received: Invalid volume_type passed, retypes "+
		"affecting multiattach are only allowed on available volumes, the specified volume however currently has a status of: error.")
	p.act("admin", volume, "os-reset_status", object{"status": "available"})
	p.act("demo", volume, "os-retype", object{"new_type": same})
	if v := p.show("demo", volume); v["volume_type"] != same {
		t.Errorf("the quotas that are just met are passed: %v", v["volume_type"])
	}
}
