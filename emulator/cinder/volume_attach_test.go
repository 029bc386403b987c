package cinder_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

const (
	serverA = "11111111-2222-3333-4444-555555555555"
	serverB = "22222222-2222-3333-4444-555555555555"
)

// attachments are those that a volume shows, as "server host device", and the status and metadata that go with them.
func (p *pair) attachments(user, volume string) (ids []string, summary string) {
	p.tb.Helper()
	v := p.show(user, volume)
	var told []string
	for _, each := range v["attachments"].([]any) {
		a := each.(object)
		if id := strings.TrimPrefix(volume, "/volumes/"); a["id"] != id || a["volume_id"] != id || a["attached_at"] == nil || len(a) != 7 {
			p.tb.Errorf("attachment %v", a)
		}
		ids = append(ids, a["attachment_id"].(string))
		told = append(told, fmt.Sprintf("%v %v %v", a["server_id"], a["host_name"], a["device"]))
	}
	return ids, fmt.Sprintf("%v %v [%s]", v["status"], v["metadata"], strings.Join(told, ", "))
}

func (p *pair) act(user, volume, action string, params any) {
	p.tb.Helper()
	p.must(user, "POST", volume+"/action", object{action: params})
}

// The whole round, as release Zed answers it.
func TestAttachAndDetach(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1})
	check := func(user, want string) []string {
		t.Helper()
		ids, got := p.attachments(user, volume)
		if got != want {
			t.Errorf("\n got: %s\nwant: %s", got, want)
		}
		return ids
	}
	p.act("demo", volume, "os-unreserve", nil)
	p.act("demo", volume, "os-roll_detaching", object{})
	check("demo", "available map[] []")
	p.act("demo", volume, "os-reserve", object{"a": 1})
	check("demo", "attaching map[] []")
	p.act("demo", volume, "os-unreserve", "anything")
	check("demo", "available map[] []")

	p.act("demo", volume, "os-reserve", nil)
	p.act("demo", volume, "os-attach", object{"instance_uuid": serverA, "mountpoint": "/dev/vdb"})
	ids := check("demo", "in-use map[attached_mode:rw readonly:False] ["+serverA+" <nil> /dev/vdb]")
	p.act("demo", volume, "os-begin_detaching", nil)
	check("demo", "detaching map[attached_mode:rw readonly:False] ["+serverA+" <nil> /dev/vdb]")
	p.act("demo", volume, "os-roll_detaching", nil)
	check("demo", "in-use map[attached_mode:rw readonly:False] ["+serverA+" <nil> /dev/vdb]")
	p.act("demo", volume, "os-begin_detaching", nil)
	p.act("demo", volume, "os-detach", object{"attachment_id": ids[0]})
	check("demo", "available map[readonly:False] []")

	p.act("demo", volume, "os-attach", object{"host_name": " \u00fc  \u00e9/:x_Y.\u4e16-", "mountpoint": "/dev/vdc", "mode": "ro"})
	check("demo", "in-use map[attached_mode:ro readonly:False] [<nil> <nil> /dev/vdc]")
	check("admin", "in-use map[attached_mode:ro readonly:False] [<nil> \u00fc--\u00e9x-y /dev/vdc]")
	if v := p.must("demo", "PUT", volume, object{"volume": object{"name": "n"}})["volume"].(object); len(v["attachments"].([]any)) != 1 {
		t.Errorf("update answers %v", v)
	}
	p.act("demo", volume, "os-detach", object{})
	p.act("demo", volume, "os-detach", object{"attachment_id": nil})
	check("demo", "available map[readonly:False] []")
}

func TestAttachRefusals(t *testing.T) {
	p := newPair(t)
	volume, other := p.volume("demo", object{"size": 1}), p.volume("demo", object{"size": 1})
	id, action := strings.TrimPrefix(volume, "/volumes/"), volume+"/action"
	refused := func(name string, params any, status int, message string) {
		t.Helper()
		p.refused("demo", "POST", action, object{name: params}, status, message)
	}
	field := func(name, value, why string) string {
		return "Invalid input for field/attribute " + name + ". Value: " + value + ". " + why
	}
	server := object{"instance_uuid": serverA, "mountpoint": "/dev/vdb"}
	for _, tc := range []struct {
		action  string
		params  any
		message string
	}{
		{"os-attach", nil, field("os-attach", "None", "None is not of type 'object'")},
		{"os-attach", object{}, field("os-attach", "{}", "'mountpoint' is a required property")},
		{
			"os-attach",
			object{"mountpoint": "/dev/vdb"},
			field("os-attach", "{'mountpoint': '/dev/vdb'}", "{'mountpoint': '/dev/vdb'} is not valid under any of the given schemas"),
		},
		{"os-attach", object{"instance_uuid": "x", "mountpoint": "/dev/vdb"}, field("instance_uuid", "x", "'x' is not a 'uuid'")},
		{"os-attach", object{"instance_uuid": nil, "mountpoint": "/dev/vdb"}, field("instance_uuid", "None", "None is not of type 'string'")},
		{"os-attach", object{"instance_uuid": serverA, "mountpoint": ""}, field("mountpoint", "", "'' is too short")},
		{"os-attach", object{"host_name": "h", "mountpoint": "/dev/vdb", "mode": "rx"}, field("mode", "rx", "'rx' is not one of ['rw', 'ro']")},
		{"os-detach", []any{}, field("os-detach", "[]", "[] is not of type 'object', 'null'")},
		{"os-detach", object{"attachment_id": "zz"}, field("attachment_id", "zz", "'zz' is not valid under any of the given schemas")},
		{"os-detach", object{"x": nil}, field("os-detach", "{'x': None}", "Additional properties are not allowed ('x' was unexpected)")},
		{"os-begin_detaching", nil, "Invalid volume: Unable to detach volume. Volume status must be 'in-use' and attach_status must be 'attached' to detach."},
	} {
		refused(tc.action, tc.params, 400, tc.message)
	}
	const compute = "ConflictNovaUsingAttachment: Detach volume from instance  using the Compute API"
	const broken = "The server has either erred or is incapable of performing the requested operation."
	refused("os-detach", object{"attachment_id": serverA}, 409, compute)
	refused("os-detach", nil, 500, broken)
	for _, name := range []string{"reserve", "unreserve", "attach", "begin_detaching", "roll_detaching", "detach"} {
		params := object{}
		if name == "attach" {
			params = server
		}
		p.refused("alt", "POST", action, object{"os-" + name: params}, 404, "Volume "+id+" could not be found.")
		p.refused("reader", "POST", action, object{"os-" + name: params}, 403,
			"Policy doesn't allow volume_extension:volume_actions:"+name+" to be performed.")
	}

	p.act("demo", volume, "os-reserve", nil)
	refused("os-reserve", nil, 400, "Invalid volume: Volume status must be available to reserve, but the status is attaching.")
	p.act("demo", volume, "os-attach", server)
	refused("os-reserve", nil, 400, "Invalid volume: Volume status must be available to reserve, but the status is in-use.")
	refused("os-attach", object{"instance_uuid": serverB, "mountpoint": "/dev/vdb"}, 400,
		"Invalid volume: volume is already attached and multiple attachments are not enabled")
	refused("os-attach", server, 500, broken)
	p.act("admin", volume, "os-attach", server)
	ids, _ := p.attachments("demo", volume)
	if len(ids) != 1 {
		t.Errorf("attached again: %v", ids)
	}
	p.refused("demo", "POST", other+"/action", object{"os-detach": object{"attachment_id": ids[0]}}, 400,
		"Invalid input received: Mismatched volume and attachment")
	p.act("admin", volume, "os-reset_status", object{"status": "maintenance"})
	refused("os-attach", server, 400, "Invalid volume: The volume cannot be attached in maintenance mode.")
	refused("os-detach", object{}, 400, "Invalid volume: The volume cannot be detached in maintenance mode.")
}

func TestAttachReadonly(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1})
	p.act("demo", volume, "os-update_readonly_flag", object{"readonly": true})
	p.act("demo", volume, "os-reserve", nil)
	p.refused("demo", "POST", volume+"/action", object{"os-attach": object{"instance_uuid": serverA, "mountpoint": "/dev/vdb"}}, 400,
		"Invalid attaching mode 'rw' for volume "+strings.TrimPrefix(volume, "/volumes/")+".")
	p.act("demo", volume, "os-attach", object{"instance_uuid": serverA, "mountpoint": "/dev/vdb", "mode": "ro"})
	if _, got := p.attachments("demo", volume); got != "in-use map[attached_mode:ro readonly:True] ["+serverA+" <nil> /dev/vdb]" {
		t.Error(got)
	}
}

func TestAttachToManyServers(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1, "volume_type": p.typeWith(object{"multiattach": "<is> True"})})
	p.act("demo", volume, "os-attach", object{"instance_uuid": serverA, "mountpoint": "/dev/vdb"})
	p.act("demo", volume, "os-reserve", nil)
	p.act("demo", volume, "os-unreserve", nil)
	if v := p.show("demo", volume); v["status"] != "in-use" {
		t.Errorf("unreserved: %v", v["status"])
	}
	p.act("demo", volume, "os-reserve", nil)
	p.refused("demo", "POST", volume+"/action", object{"os-reserve": nil}, 400,
		"Invalid volume: Volume status must be available or in-use to reserve, but the status is attaching.")
	p.refused("demo", "POST", volume+"/action", object{"os-attach": object{"instance_uuid": serverB, "mountpoint": "/dev/vdb", "mode": "ro"}}, 400,
		"Invalid volume: being attached by different mode")
	p.act("demo", volume, "os-attach", object{"instance_uuid": serverB, "mountpoint": "/dev/vdc"})
	p.act("demo", volume, "os-attach", object{"host_name": "h", "mountpoint": "/dev/vdd"})
	ids, got := p.attachments("admin", volume)
	if want := "in-use map[attached_mode:rw readonly:False] [" + serverA + " <nil> /dev/vdb, " + serverB + " <nil> /dev/vdc, <nil> h /dev/vdd]"; got != want {
		t.Fatalf("\n got: %s\nwant: %s", got, want)
	}
	p.refused("demo", "POST", volume+"/action", object{"os-detach": object{}}, 409,
		"ConflictNovaUsingAttachment: Detach volume from instance  using the Compute API")
	p.act("demo", volume, "os-begin_detaching", object{})
	p.act("demo", volume, "os-detach", object{"attachment_id": ids[1]})
	if _, got := p.attachments("demo", volume); got != "in-use map[readonly:False] ["+serverA+" <nil> /dev/vdb, <nil> <nil> /dev/vdd]" {
		t.Error(got)
	}
	p.act("admin", volume, "os-reset_status", object{"status": "error", "attach_status": "detached"})
	if _, got := p.attachments("demo", volume); got != "available map[readonly:False] []" {
		t.Errorf("reset: %s", got)
	}
}

// asService makes every request one that a service passes on.
type asService struct{ users }

func (a asService) Authenticate(ctx context.Context, token string) (*httpapi.Identity, error) {
	id, err := a.users.Authenticate(ctx, token)
	if err == nil {
		id.Creds.ServiceRoles = []string{"service"}
	}
	return id, err
}

// A service may detach what others may not.
func TestDetachByService(t *testing.T) {
	p := newPair(t)
	p.front.Tokens = asService{}
	volume := p.volume("demo", object{"size": 1, "volume_type": p.typeWith(object{"multiattach": "<is> True"})})
	for _, server := range []string{serverA, serverB} {
		p.act("demo", volume, "os-attach", object{"instance_uuid": server, "mountpoint": "/dev/vdb"})
	}
	p.refused("demo", "POST", volume+"/action", object{"os-detach": object{}}, 400,
		"Invalid volume: Detach volume failed: More than one attachment, but no attachment_id provided.")
	p.act("demo", volume, "os-begin_detaching", nil)
	p.act("demo", volume, "os-detach", object{"attachment_id": serverA}) // which is no attachment
	if v := p.show("demo", volume); v["status"] != "in-use" || len(v["attachments"].([]any)) != 2 {
		t.Errorf("%v", v)
	}
}

func TestAttachWithoutDriver(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1, "volume_type": p.typeWith(object{"volume_backend_name": "lvmdriver-1"})})
	down := func(down bool) {
		if err := p.cinder.SetDriverInitialized("lvmdriver-1", !down); err != nil {
			t.Fatal(err)
		}
	}
	attach := object{"os-attach": object{"instance_uuid": serverA, "mountpoint": "/dev/vdb"}}
	p.act("demo", volume, "os-reserve", nil)
	down(true)
	if a := p.ask("demo", "POST", volume+"/action", attach); a.status != 500 {
		t.Errorf("attach: %d %s", a.status, a.body)
	}
	if _, got := p.attachments("demo", volume); got != "attaching map[attached_mode:rw readonly:False] []" {
		t.Error(got)
	}
	if told := p.messages("demo"); len(told) != 1 || told[0] != "attach volume:Driver is not initialized at present." {
		t.Errorf("told: %q", told)
	}
	down(false)
	p.act("demo", volume, "os-unreserve", nil)
	p.act("admin", volume, "os-reset_status", object{"status": "available", "attach_status": "detached"})
	p.must("demo", "POST", volume+"/action", attach)
	down(true)
	if a := p.ask("demo", "POST", volume+"/action", object{"os-detach": object{}}); a.status != 500 {
		t.Errorf("detach: %d %s", a.status, a.body)
	}
}

// What an upload leaves a volume in depends on what is attached when the bytes have moved.
func TestUploadOfAVolumeThatIsDetachedMeanwhile(t *testing.T) {
	p := newPair(t, func(s *setup) {
		s.clock, s.cinder.EnableForceUpload = sim.Manual, true
		s.delays = map[string]time.Duration{"cinder.volume.upload_image": time.Minute}
	})
	for _, detached := range []bool{false, true} {
		volume := p.volume("demo", object{"size": 1})
		p.advance(time.Second)
		p.act("demo", volume, "os-attach", object{"instance_uuid": serverA, "mountpoint": "/dev/vdb"})
		image := p.upload("demo", volume, object{"image_name": "x", "force": true})
		want := "in-use"
		if detached {
			want = "available"
			p.act("demo", volume, "os-detach", object{})
		}
		if v := p.show("demo", volume); v["status"] != "uploading" {
			t.Errorf("under way: %v", v["status"])
		}
		p.advance(time.Minute)
		if v, i := p.show("demo", volume), p.must("demo", "GET", image, nil); v["status"] != want || i["status"] != "active" {
			t.Errorf("volume %v, image %v", v["status"], i["status"])
		}
	}
}

// Nothing of a volume's attachments outlives it.
func TestDeleteForgetsAttachments(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1})
	p.act("demo", volume, "os-attach", object{"instance_uuid": serverA, "mountpoint": "/dev/vdb"})
	ids, _ := p.attachments("demo", volume)
	p.act("admin", volume, "os-reset_status", object{"attach_status": "detached"})
	p.must("demo", "DELETE", volume, nil)
	other := p.volume("demo", object{"size": 1})
	p.refused("demo", "POST", other+"/action", object{"os-detach": object{"attachment_id": ids[0]}}, 409,
		"ConflictNovaUsingAttachment: Detach volume from instance  using the Compute API")
}
