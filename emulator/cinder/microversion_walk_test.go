package cinder

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// change is what a microversion brought (cinder/api/openstack/rest_api_version_history.rst).
type change struct {
	ops    []string // operations that are there from then on
	field  string   // "USER PATH KEY": the answer's object has the key from then on
	refuse string   // "USER METHOD PATH BODY": not refused until then
	accept string   // the same: refused until then
	count  string   // "USER PATH N M": a list of N things until then, of M from then on
	check  func(t *testing.T, w *walk, before, from string)
	// elsewhere says where the change is tested, or why there is nothing to see of it.
	elsewhere string
}

// walk is a cloud with one of each thing that microversions changed the look of.
type walk struct {
	groupCloud
	volume, snapshot string
}

func newWalk(t *testing.T) *walk {
	t.Helper()
	w := &walk{groupCloud: newGroupCloud(t, func(cfg *Config, _ *Ports) { cfg.Backends[0].Cluster = "c@lvm" })}
	w.volume = w.newVolume(t, `, "name": "vol", "metadata": {"k": "v"}, "volume_type": "one"`)
	w.snapshot = w.must(t, "demo", "POST", "/snapshots", `{"snapshot": {"volume_id": "`+w.volume+`", "name": "b", "metadata": {"k": "v"}}}`)["snapshot"].(map[string]any)["id"].(string)
	w.must(t, "demo", "POST", "/snapshots", `{"snapshot": {"volume_id": "`+w.volume+`", "name": "a"}}`)
	_ = w.db.Update(func(tx *state.Tx) error {
		w.groupSnapshots.Put(tx, GroupSnapshot{ID: w.ids.UUID(), ProjectID: testProjects["demo"], GroupID: w.group, Status: GroupAvailable})
		w.createMessage(tx, jobAuth{ProjectID: testProjects["demo"]}, actionAttachVolume, w.volume, detailUnknownError)
		return nil
	})
	w.shown(t, w.group)
	return w
}

// path fills in the ids of the cloud's things.
func (w *walk) path(text string) string {
	return strings.NewReplacer("VOLUME", w.volume, "SNAPSHOT", w.snapshot, "GROUP", w.group).Replace(text)
}

// ask sends "USER METHOD PATH BODY" at a version.
func (w *walk) ask(request, version string) (int, string) {
	words := strings.SplitN(w.path(request), " ", 4)
	words = append(words, "")
	return w.as(words[0], words[1], version+" "+words[2], words[3])
}

// things is the length of the only list of an answer.
func (w *walk) things(t *testing.T, user, path, version string) int {
	t.Helper()
	for _, v := range w.must(t, user, "GET", version+" "+w.path(path), "") {
		if list, ok := v.([]any); ok {
			return len(list)
		}
	}
	t.Fatalf("%s: no list", path)
	return 0
}

// object is the first object in an answer, or the first of its list.
func object(answer map[string]any) map[string]any {
	for _, v := range answer {
		switch v := v.(type) {
		case map[string]any:
			return v
		case []any:
			if len(v) > 0 {
				o, _ := v[0].(map[string]any)
				return o
			}
		}
	}
	return nil
}

func microversionChanges() map[int]change {
	return map[int]change{
		1:  {check: uploadFields},
		2:  {refuse: "demo GET /volumes?bootable=x"},
		3:  {ops: []string{"messages.list", "messages.show", "messages.delete"}},
		4:  {count: "admin /volumes?all_tenants=1&glance_metadata={'a':'b'} 1 0"},
		5:  {count: "demo /messages?limit=0 1 0"},
		6:  {accept: `demo PUT /consistencygroups/GROUP/update {"consistencygroup": {"name": "", "description": ""}}`},
		7:  {ops: []string{"clusters.list", "clusters.list_detail", "clusters.show", "clusters.enable", "clusters.disable"}, field: "admin /os-services?binary=cinder-volume cluster"},
		8:  {elsewhere: "manageable volumes and snapshots, which upstream serves at any microversion"},
		9:  {ops: []string{"backups.update"}},
		10: {count: "demo /volumes?group_id=nope 1 0"},
		11: {ops: []string{"group_types.list", "group_types.create", "group_types.show", "group_types.update", "group_types.delete", "group_types.group_specs.list"}},
		12: {ops: []string{"volumes.summary"}},
		13: {ops: []string{"groups.list", "groups.list_detail", "groups.create", "groups.show", "groups.update"}, field: "demo /volumes/VOLUME group_id"},
		14: {
			ops:   []string{"group_snapshots.list", "group_snapshots.create", "group_snapshots.show", "group_snapshots.delete"},
			field: "demo /groups/GROUP group_snapshot_id",
		},
		15: {check: etags},
		16: {elsewhere: "migration to a cluster"},
		17: {elsewhere: "managing what is on a cluster"},
		18: {elsewhere: "backups"},
		19: {ops: []string{"group_snapshots.reset_status"}},
		20: {ops: []string{"groups.reset_status"}},
		21: {field: "admin /volumes/VOLUME provider_id"},
		22: {count: "demo /snapshots?metadata={'k':'x'} 2 0"},
		23: {check: forcedDelete},
		24: {ops: []string{"workers.cleanup"}},
		25: {field: "demo /groups/GROUP?list_volume=true volumes"},
		26: {field: "admin /clusters/c@lvm frozen", ops: []string{"os-services.failover"}},
		27: {ops: []string{"attachments.list", "attachments.list_detail", "attachments.create", "attachments.show", "attachments.update", "attachments.delete"}},
		28: {count: "admin /scheduler-stats/get_pools?volume_backend_name=nope 2 0"},
		29: {count: "demo /group_snapshots?limit=0 1 0"},
		30: {check: sortedByName},
		31: {refuse: "demo GET /volumes?foo=bar"},
		32: {ops: []string{"os-services.get_log", "os-services.set_log"}},
		33: {ops: []string{"resource_filters.list"}},
		34: {elsewhere: "filters by a part of a text: users may not without configuration, administrators might before (observed on release Zed)"},
		35: {refuse: "admin GET /scheduler-stats/get_pools?volume_type=nope"},
		36: {field: "demo /volumes/summary metadata"},
		37: {elsewhere: "backups"},
		38: {
			ops:   []string{"groups.enable_replication", "groups.disable_replication", "groups.failover_replication", "groups.list_replication_targets"},
			field: "demo /groups/GROUP replication_status",
		},
		39: {check: limitsOfAnother},
		40: {ops: []string{"volumes.revert"}},
		41: {field: "demo /snapshots/SNAPSHOT user_id"},
		42: {check: extendInUse},
		43: {elsewhere: "backups"},
		44: {ops: []string{"attachments.os-complete"}},
		45: {check: counts},
		46: {elsewhere: "volumes from Nova's images"},
		47: {refuse: `demo POST /volumes {"volume": {"size": 1, "backup_id": 5}}`},
		48: {field: "demo /volumes/VOLUME shared_targets"},
		49: {field: "admin /os-services?binary=cinder-volume backend_state"},
		50: {elsewhere: "it only says that volumes can be attached to several servers"},
		51: {elsewhere: "backups"},
		52: {check: filteredTypes},
		53: {refuse: `demo POST /volumes {"volume": {"size": 1, "status": "x"}}`},
		54: {accept: `demo POST /attachments {"attachment": {"volume_uuid": "VOLUME", "mode": "ro"}}`},
		55: {elsewhere: "TestTransfer: fields; upstream serves the new address at any microversion"},
		56: {elsewhere: "backups"},
		57: {elsewhere: "transfers"},
		58: {check: groupOwner},
		59: {elsewhere: "transfers"},
		60: {elsewhere: "times are compared since 3.31, as release Zed does"},
		61: {field: "admin /volumes/VOLUME cluster_name"},
		62: {ops: []string{"default-types.list", "default-types.show", "default-types.update", "default-types.delete"}},
		63: {field: "demo /volumes/VOLUME volume_type_id"},
		64: {check: encryptionKey},
		65: {field: "demo /volumes/VOLUME consumes_quota"},
		66: {refuse: `demo POST /snapshots {"snapshot": {"volume_id": "VOLUME", "force": false}}`},
		67: {elsewhere: "paths without a project, which are served at any microversion"},
		68: {ops: []string{"volumes.os-reimage"}},
		69: {elsewhere: "shared_targets may be null, for volumes of drivers that nobody here has"},
		70: {elsewhere: "transfers"},
		71: {elsewhere: "os-extend_volume_completion, which upstream serves at any microversion"},
	}
}

// Every microversion is what upstream made it: what it brought is there from it on, and is not before.
func TestMicroversions(t *testing.T) {
	since := map[string]string{}
	for _, op := range operations().Operations() {
		since[strings.TrimPrefix(op.Op, "cinder.")] = op.Since
	}
	changes := microversionChanges()
	for minor := 1; minor <= maxMicroversion(release.Latest).Minor; minor++ {
		before, from := fmt.Sprintf("3.%d", minor-1), fmt.Sprintf("3.%d", minor)
		t.Run(from, func(t *testing.T) {
			ch, ok := changes[minor]
			if !ok {
				t.Fatal("nobody says what it changed")
			}
			for _, op := range ch.ops {
				if since[op] != from {
					t.Errorf("%s is there since %q", op, since[op])
				}
			}
			ch.walk(t, newWalk(t), before, from)
		})
	}
}

func (ch change) walk(t *testing.T, w *walk, before, from string) {
	t.Helper()
	if words := strings.Fields(ch.field); len(words) == 3 {
		for version, want := range map[string]bool{before: false, from: true} {
			status, _ := w.ask(words[0]+" GET "+words[1], version)
			if status == http.StatusNotFound && !want {
				continue // nor is the whole operation there
			}
			o := object(w.must(t, words[0], "GET", version+" "+w.path(words[1]), ""))
			if _, has := o[words[2]]; has != want {
				t.Errorf("at %s %s is there: %v in %v", version, words[2], has, o)
			}
		}
	}
	if words := strings.Fields(ch.count); len(words) == 4 {
		for version, want := range map[string]string{before: words[2], from: words[3]} {
			if n := fmt.Sprint(w.things(t, words[0], words[1], version)); n != want {
				t.Errorf("at %s %s has %s things, want %s", version, words[1], n, want)
			}
		}
	}
	if ch.refuse != "" {
		if status, answer := w.ask(ch.refuse, from); status < 400 || status >= 500 {
			t.Errorf("at %s: %d %s", from, status, answer)
		}
		if status, answer := w.ask(ch.refuse, before); status >= 300 {
			t.Errorf("at %s: %d %s", before, status, answer)
		}
	}
	if ch.accept != "" {
		if status, answer := w.ask(ch.accept, before); status < 400 || status >= 500 {
			t.Errorf("at %s: %d %s", before, status, answer)
		}
		if status, answer := w.ask(ch.accept, from); status >= 300 {
			t.Errorf("at %s: %d %s", from, status, answer)
		}
	}
	if ch.check != nil {
		ch.check(t, w, before, from)
	}
}

// 3.1: the body of an upload may say who sees the image.
func uploadFields(t *testing.T, w *walk, before, from string) {
	for version, want := range map[string]string{before: "Additional properties are not allowed", from: "'nope' is not one of"} {
		_, answer := w.ask(`demo POST /volumes/VOLUME/action {"os-volume_upload_image": {"image_name": "i", "visibility": "nope"}}`, version)
		if !strings.Contains(answer, want) {
			t.Errorf("at %s: %s", version, answer)
		}
	}
}

// 3.15: metadata have an ETag.
func etags(t *testing.T, w *walk, before, from string) {
	for version, want := range map[string]bool{before: false, from: true} {
		r := httptest.NewRequest("GET", "http://cloud.test/volume/v3/"+testProjects["demo"]+"/volumes/"+w.volume+"/metadata", http.NoBody)
		r.Header.Set("X-Auth-Token", "demo")
		r.Header.Set("OpenStack-API-Version", "volume "+version)
		recorder := httptest.NewRecorder()
		w.front.ServeHTTP(recorder, r)
		if got := recorder.Header().Get("ETag") != ""; got != want {
			t.Errorf("at %s there is an ETag: %v", version, got)
		}
	}
}

// 3.23: volumes are deleted by force.
func forcedDelete(t *testing.T, w *walk, before, from string) {
	for version, want := range map[string]string{before: "have snapshots", from: "Value 'x' for 'force' is not a boolean."} {
		if _, answer := w.ask("demo DELETE /volumes/VOLUME?force=x", version); !strings.Contains(answer, want) {
			t.Errorf("at %s: %s", version, answer)
		}
	}
}

// 3.30: snapshots are sorted by their names; until then nobody knows the column.
func sortedByName(t *testing.T, w *walk, before, from string) {
	if status, answer := w.ask("demo GET /snapshots?sort=name:asc", before); status != http.StatusBadRequest {
		t.Errorf("at %s: %d %s", before, status, answer)
	}
	list := w.must(t, "demo", "GET", from+" /snapshots?sort=name:asc", "")["snapshots"].([]any)
	if list[0].(map[string]any)["name"] != "a" {
		t.Errorf("at %s: %v", from, list)
	}
}

// 3.39: administrators see the limits of other projects.
func limitsOfAnother(t *testing.T, w *walk, before, from string) {
	for version, want := range map[string]float64{before: 0, from: 1} {
		got := w.must(t, "admin", "GET", version+" /limits?project_id="+testProjects["demo"], "")["limits"].(map[string]any)["absolute"].(map[string]any)
		if got["totalVolumesUsed"] != want {
			t.Errorf("at %s: %v", version, got)
		}
	}
}

// 3.42: volumes that are in use grow.
func extendInUse(t *testing.T, w *walk, before, from string) {
	w.must(t, "demo", "POST", "/volumes/"+w.volume+"/action", `{"os-attach": {"instance_uuid": "`+serverOne+`", "mountpoint": "/dev/vdb"}}`)
	const extend = `demo POST /volumes/VOLUME/action {"os-extend": {"new_size": 2}}`
	if status, _ := w.ask(extend, before); status != http.StatusBadRequest {
		t.Errorf("at %s: %d", before, status)
	}
	if status, answer := w.ask(extend, from); status != http.StatusAccepted {
		t.Errorf("at %s: %d %s", from, status, answer)
	}
}

// 3.45: lists tell how long they are.
func counts(t *testing.T, w *walk, before, from string) {
	for version, want := range map[string]any{before: nil, from: float64(1)} {
		// Until 3.45 with_count is no filter, which only administrators may name.
		status, answer := w.ask("demo GET /volumes?with_count=true", version)
		if want == nil {
			if status != http.StatusBadRequest {
				t.Errorf("at %s: %d %s", version, status, answer)
			}
			continue
		}
		if got := w.must(t, "demo", "GET", version+" /volumes?with_count=true", "")["count"]; got != want {
			t.Errorf("at %s: %v", version, got)
		}
	}
}

// 3.52: volume types are filtered by their extra specs, and refuse filters that they do not know.
func filteredTypes(t *testing.T, w *walk, before, from string) {
	if n, m := w.things(t, "demo", "/types?extra_specs={'multiattach':'x'}", before), w.things(t, "demo", "/types?extra_specs={'multiattach':'x'}", from); n == 0 || m != 0 {
		t.Errorf("%d types before, %d then", n, m)
	}
}

// 3.58: groups tell administrators whose they are.
func groupOwner(t *testing.T, w *walk, before, from string) {
	for version, want := range map[string]any{before: nil, from: testProjects["demo"]} {
		if got := object(w.must(t, "admin", "GET", version+" /groups/"+w.group, ""))["project_id"]; got != want {
			t.Errorf("at %s: %v", version, got)
		}
	}
}

// 3.64: encrypted volumes tell the id of their key.
func encryptionKey(t *testing.T, w *walk, before, from string) {
	typ := w.newType(t, "secret", `{}`)
	w.must(t, "admin", "POST", typ+"/encryption", `{"encryption": {"provider": "luks", "control_location": "front-end", "cipher": "aes-xts-plain64", "key_size": 256}}`)
	v := w.newVolume(t, `, "volume_type": "secret"`)
	for version, want := range map[string]bool{before: false, from: true} {
		if _, has := object(w.must(t, "demo", "GET", version+" /volumes/"+v, ""))["encryption_key_id"]; has != want {
			t.Errorf("at %s: %v", version, has)
		}
	}
}
