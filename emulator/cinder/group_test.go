package cinder

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Answers and sentences in this file were observed on a cloud of release Zed, but for replication, of which it has none:
// that is as group/api.py and volume/manager.py have it.

// groupCloud is a cloud with a group type, two volume types on the first backend, and a group of one of them.
type groupCloud struct {
	*testCloud
	groupType, typeID, otherType, group string
}

func newGroupCloud(t *testing.T, change ...func(*Config, *Ports)) groupCloud {
	t.Helper()
	c := groupCloud{testCloud: newTestCloud(t, change...)}
	c.groupType = c.newGroupType(t, "gt", `{}`)
	c.typeID = strings.TrimPrefix(c.newType(t, "one", `{"volume_backend_name": "lvmdriver-1"}`), "/types/")
	c.otherType = strings.TrimPrefix(c.newType(t, "two", `{"volume_backend_name": "lvmdriver-1"}`), "/types/")
	c.group = c.newGroup(t, `"name": " g ", "description": " d "`)
	c.shown(t, c.group)
	return c
}

func (c *groupCloud) newGroup(tb testing.TB, more string) string {
	tb.Helper()
	out := c.must(tb, "demo", "POST", "/groups", `{"group": {"group_type": "gt", "volume_types": ["one"], `+more+`}}`)
	return out["group"].(map[string]any)["id"].(string)
}

func (c *groupCloud) shown(tb testing.TB, group string) map[string]any {
	tb.Helper()
	return c.must(tb, "demo", "GET", "/groups/"+group+"?list_volume=true", "")["group"].(map[string]any)
}

func (c *groupCloud) act(tb testing.TB, user, group, body string) {
	tb.Helper()
	if status, answer := c.as(user, "POST", "/groups/"+group+"/action", body); status != 202 || answer != "" {
		tb.Fatalf("%s: %d %s", body, status, answer)
	}
}

func TestGroupViews(t *testing.T) {
	c := newGroupCloud(t)
	const since313 = "availability_zone created_at description group_type id name status volume_types"
	for version, want := range map[string]string{
		"3.13": since313, "3.14": "availability_zone created_at description group_snapshot_id group_type id name source_group_id status volume_types",
		"3.25": "availability_zone created_at description group_snapshot_id group_type id name source_group_id status volume_types volumes",
		"3.38": "availability_zone created_at description group_snapshot_id group_type id name replication_status source_group_id status volume_types volumes",
		"3.58": "availability_zone created_at description group_snapshot_id group_type id name project_id replication_status source_group_id status volume_types volumes",
	} {
		got := c.must(t, "admin", "GET", version+" /groups/"+c.group+"?list_volume=1", "")["group"]
		if typeKeys(got) != want {
			t.Errorf("%s: %s", version, typeKeys(got))
		}
	}
	g := c.shown(t, c.group)
	if got := fmt.Sprint(g["name"], g["description"], g["status"], g["availability_zone"], g["replication_status"], g["project_id"], g["volume_types"]); got !=
		"gdavailablenovadisabled<nil> ["+c.typeID+"]" {
		t.Error(got)
	}
	for _, tc := range []struct {
		user, query string
		want        int
	}{
		{"demo", "", 1},
		{"demo", "/detail?list_volume=true", 1},
		{"demo", "?name=g", 1},
		{"demo", "?name=x", 0},
		{"alt", "", 0},
		{"admin", "", 0},
		{"admin", "?all_tenants=1", 1},
		{"admin", "?all_tenants=1&status=error", 0},
	} {
		if got := c.must(t, tc.user, "GET", "/groups"+tc.query, "")["groups"].([]any); len(got) != tc.want {
			t.Errorf("%s %s: %v", tc.user, tc.query, got)
		}
	}
}

func TestGroupRefusals(t *testing.T) {
	c := newGroupCloud(t)
	reserved := serviceUUID(consistencyType)
	create := func(fields string) string { return `{"group": {` + fields + `}}` }
	for _, tc := range []struct {
		user, method, path, body string
		status                   int
		message                  string
	}{
		{"demo", "POST", "3.12 /groups", create(`"group_type": "gt", "volume_types": ["one"]`), 404, notFound},
		{"demo", "POST", "/groups", create(`"group_type": "nope", "volume_types": ["one"]`), 404, "Group type with name nope could not be found."},
		{"demo", "POST", "/groups", create(`"group_type": "` + serverOne + `", "volume_types": ["one"]`), 404, "Group type " + serverOne + " could not be found."},
		{"demo", "POST", "/groups", create(`"group_type": "gt", "volume_types": ["nope"]`), 404, "Volume type with name nope could not be found."},
		{"demo", "POST", "/groups", create(`"group_type": "gt", "volume_types": []`), 400, "Invalid input for field/attribute volume_types. Value: []. [] is too short"},
		{"demo", "POST", "/groups", create(`"group_type": "gt", "volume_types": ["one"], "availability_zone": "foo"`), 400, "Invalid input received: Availability zone 'foo' is invalid."},
		{
			"demo", "POST", "/groups", create(`"group_type": "default_cgsnapshot_type", "volume_types": ["one"]`), 400,
			"Group_type " + reserved + " is reserved for migrating CGs to groups. Migrated group can only be operated by CG APIs.",
		},
		{"alt", "GET", "/groups/" + c.group, "", 404, "Group " + c.group + " could not be found."},
		{"demo", "GET", "/groups/" + c.group + "?list_volume=x", "", 400, "Value 'x' for 'list_volume' is not a boolean."},
		{"demo", "GET", "/groups?status=available", "", 400, "Invalid filters status are found in query options."},
		{"demo", "GET", "/groups?marker=nope", "", 404, "Group nope could not be found."},
		{"demo", "GET", "/groups?sort=foo:asc", "", 400, "Invalid input received: Invalid sort key"},
		{"demo", "PUT", "/groups/" + c.group, create(``), 400, "Invalid input for field/attribute group. Value: {}. {} is not valid under any of the given schemas"},
		{
			"demo", "PUT", "/groups/" + c.group, create(`"name": "g"`), 400,
			"Invalid Group: Cannot update group " + c.group + " because no valid name, description, add_volumes, or remove_volumes were provided.",
		},
		{
			"demo", "PUT", "/groups/" + c.group, create(`"add_volumes": "nope"`), 400,
			"Invalid volume: Cannot add volume nope to group " + c.group + " because volume cannot be found.",
		},
		{
			"demo", "PUT", "/groups/" + c.group, create(`"remove_volumes": "nope"`), 400,
			"Invalid volume: Cannot remove volume nope from group " + c.group + " because it is not in the group.",
		},
		{"demo", "PUT", "/groups/" + c.group, create(`"add_volumes": "a,b", "remove_volumes": "b"`), 400, "Invalid volume: UUIDs ['b'] are in both add and remove volume list."},
		{"demo", "POST", "/groups/action", `{"delete": {}}`, 400, badRequest},
		{"demo", "POST", "/groups/" + c.group + "/action", `{"create-from-src": {"source_group_id": "` + c.group + `"}}`, 400, badRequest},
		{"demo", "POST", "/groups/" + c.group + "/action", `{"reset_status": {"status": "error"}}`, 403, "Policy doesn't allow group:reset_status to be performed."},
		{
			"admin", "POST", "/groups/" + c.group + "/action", `{"reset_status": {"status": "foo"}}`, 400,
			"Invalid Group Status: Group status: foo is invalid, valid status are: ('error', 'available', 'creating', 'deleting', 'deleted', 'updating', 'in-use', 'error_deleting').",
		},
		{"admin", "POST", "3.19 /groups/" + c.group + "/action", `{"reset_status": {"status": "error"}}`, 404, notFound},
		{"demo", "POST", "/groups/" + c.group + "/action", `{"enable_replication": {}}`, 400, "Invalid group type: Group " + c.group + " is not a replication group type."},
		{"demo", "POST", "3.37 /groups/" + c.group + "/action", `{"enable_replication": {}}`, 404, notFound},
		{"demo", "POST", "/groups/action", `{"create-from-src": {}}`, 400, "Invalid input for field/attribute create-from-src. Value: {}. {} is not valid under any of the given schemas"},
		{"demo", "POST", "/groups/action", `{"create-from-src": {"source_group_id": "` + c.group + `"}}`, 400, "Invalid Group: Source Group is empty. No group will be created."},
		{
			"demo", "POST", "/group_snapshots", `{"group_snapshot": {"group_id": "` + c.group + `"}}`, 400,
			"Invalid Group: Source group cannot be empty or in 'creating' or 'updating' state. No group snapshot will be created.",
		},
		{"demo", "POST", "/groups/action", `{"create-from-src": {"group_snapshot_id": "` + serverOne + `"}}`, 404, "GroupSnapshot " + serverOne + " could not be found."},
		{"admin", "DELETE", "/group_types/" + c.groupType, "", 400, "Target group type is still in use. Group Type " + c.groupType + " deletion is not allowed with groups present with the type."},
	} {
		c.refused(t, tc.user, tc.method, tc.path, tc.body, tc.status, tc.message)
	}
}

func TestVolumesInGroups(t *testing.T) {
	c := newGroupCloud(t)
	v := c.newVolume(t, `, "volume_type": "one", "group_id": "`+c.group+`"`)
	if got := fmt.Sprint(c.shown(t, c.group)["volumes"]); got != "["+v+"]" {
		t.Error(got)
	}
	if got := c.must(t, "demo", "GET", "/volumes/"+v, "")["volume"].(map[string]any)["group_id"]; got != c.group {
		t.Error(got)
	}
	volume := func(fields string) string { return `{"volume": {"size": 1, ` + fields + `}}` }
	c.refused(t, "demo", "POST", "/volumes", volume(`"group_id": "`+c.group+`"`), 400,
		"Invalid input received: volume_type must be provided when creating a volume in a group.")
	c.refused(t, "demo", "POST", "/volumes", volume(`"group_id": "nope", "volume_type": "one"`), 404, "Group nope could not be found.")
	status, answer := c.as("demo", "POST", "/volumes", volume(`"group_id": "`+c.group+`", "volume_type": "two"`))
	if status != 400 || !strings.Contains(answer, "Invalid volume_type provided: VolumeType(created_at=") ||
		!strings.Contains(answer, "(requested type must be supported by this group).") {
		t.Errorf("%d %s", status, answer)
	}
	c.refused(t, "demo", "DELETE", "/volumes/"+v, "", 400, "Invalid volume: Volume status must be available or error or error_restoring or "+
		"error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be "+
		"disassociated from snapshots after volume transfer.")
	c.refused(t, "demo", "POST", "/groups/"+c.group+"/action", `{"delete": {}}`, 400,
		"Invalid Group: Group "+c.group+" still contains volumes. The delete-volumes flag is required to delete it.")

	w := c.newVolume(t, `, "volume_type": "one"`)
	put := func(fields string) {
		t.Helper()
		if status, answer := c.as("demo", "PUT", "/groups/"+c.group, `{"group": {`+fields+`}}`); status != 202 {
			t.Fatalf("%s: %d %s", fields, status, answer)
		}
	}
	put(`"add_volumes": "` + w + `", "remove_volumes": "` + v + `", "name": "other"`)
	if g := c.shown(t, c.group); fmt.Sprint(g["volumes"], " ", g["name"], " ", g["status"]) != "["+w+"] other available" {
		t.Error(g)
	}
	c.must(t, "demo", "DELETE", "/volumes/"+v, "")
	c.newType(t, "elsewhere", `{"volume_backend_name": "lvmdriver-2"}`)
	x := c.newVolume(t, `, "volume_type": "elsewhere"`)
	c.statusOf(t, x)
	c.refused(t, "demo", "PUT", "/groups/"+c.group, `{"group": {"add_volumes": "`+x+`"}}`, 400, "Invalid volume: Cannot add volume "+x+" to group "+
		c.group+" because volume type "+c.typeOfVolume(x)+" is not supported by the group.")
	c.must(t, "admin", "POST", "/groups/"+c.group+"/action", `{"reset_status": {"status": "ERROR"}}`)
	c.refused(t, "demo", "PUT", "/groups/"+c.group, `{"group": {"remove_volumes": "`+w+`"}}`, 400, "Invalid Group: Group status must be available.")
	c.act(t, "demo", c.group, `{"delete": {"delete-volumes": true}}`)
	if got := c.must(t, "demo", "GET", "/groups", "")["groups"].([]any); len(got) != 0 {
		t.Error(got)
	}
	if status, _ := c.as("demo", "GET", "/volumes/"+w, ""); status != 404 {
		t.Error(status)
	}
}

func (c *groupCloud) typeOfVolume(id string) string {
	v, _ := c.volumes.Get(c.db.View(), id)
	return v.TypeID
}

func TestGroupSnapshotsAndWhatComesOfThem(t *testing.T) {
	c := newGroupCloud(t)
	v := c.newVolume(t, `, "volume_type": "one", "group_id": "`+c.group+`"`)
	out := c.must(t, "demo", "POST", "/group_snapshots", `{"group_snapshot": {"group_id": "`+c.group+`", "name": " gs "}}`)["group_snapshot"].(map[string]any)
	id := out["id"].(string)
	if fmt.Sprint(out["name"], out["group_type_id"]) != " gs "+c.groupType || len(out) != 3 {
		t.Error(out)
	}
	one := "/group_snapshots/" + id
	for version, want := range map[string]string{
		"3.14": "created_at description group_id group_type_id id name status",
		"3.58": "created_at description group_id group_type_id id name project_id status",
	} {
		if got := typeKeys(c.must(t, "admin", "GET", version+" "+one, "")["group_snapshot"]); got != want {
			t.Errorf("%s: %s", version, got)
		}
	}
	snapshots := c.must(t, "demo", "GET", "/snapshots/detail", "")["snapshots"].([]any)
	if sn := snapshots[0].(map[string]any); len(snapshots) != 1 || sn["group_snapshot_id"] != id || sn["status"] != "available" || sn["volume_id"] != v {
		t.Error(snapshots)
	}
	for query, want := range map[string]int{"": 1, "/detail": 1, "?name=x": 0, "?group_id=" + c.group: 1, "?status=available": 1} {
		if got := c.must(t, "demo", "GET", "/group_snapshots"+query, "")["group_snapshots"].([]any); len(got) != want {
			t.Errorf("%s: %v", query, got)
		}
	}
	if got := c.must(t, "demo", "GET", "3.28 /group_snapshots?limit=0&foo=bar", "")["group_snapshots"].([]any); len(got) != 1 {
		t.Errorf("before 3.29 there are no pages: %v", got)
	}
	const busy = "Invalid GroupSnapshot: GroupSnapshot status must be available or error, and no Group can be currently using it as source for its creation."
	for _, tc := range []struct {
		user, method, path, body string
		status                   int
		message                  string
	}{
		{"demo", "POST", "/group_snapshots", `{"group_snapshot": {}}`, 400, "Invalid input for field/attribute group_snapshot. Value: {}. 'group_id' is a required property"},
		{"demo", "POST", "/group_snapshots", `{"group_snapshot": {"group_id": "` + serverOne + `"}}`, 404, "Group " + serverOne + " could not be found."},
		{"demo", "GET", "/group_snapshots/nope", "", 404, "GroupSnapshot nope could not be found."},
		{"alt", "GET", one, "", 404, "GroupSnapshot " + id + " could not be found."},
		{"demo", "GET", "/group_snapshots?foo=bar", "", 400, "Invalid filters foo are found in query options."},
		{"demo", "GET", "/group_snapshots?marker=nope", "", 404, "GroupSnapshot nope could not be found."},
		{
			"admin", "POST", one + "/action", `{"reset_status": {"status": "foo"}}`, 400,
			"Invalid GroupSnapshot Status: Group snapshot status: foo is invalid, valid statuses are: ('error', 'available', 'creating', 'deleting', 'deleted', 'updating', 'error_deleting').",
		},
		{"demo", "POST", one + "/action", `{"reset_status": {"status": "error"}}`, 403, "Policy doesn't allow group:reset_group_snapshot_status to be performed."},
		{"demo", "POST", "/groups/" + c.group + "/action", `{"delete": {"delete-volumes": true}}`, 400, "Invalid Group: Group has existing snapshots."},
	} {
		c.refused(t, tc.user, tc.method, tc.path, tc.body, tc.status, tc.message)
	}
	for _, source := range []string{`"group_snapshot_id": "` + id + `"`, `"source_group_id": "` + c.group + `"`} {
		made := c.must(t, "demo", "POST", "/groups/action", `{"create-from-src": {"name": "n", `+source+`}}`)["group"].(map[string]any)["id"].(string)
		g := c.shown(t, made)
		volumes := g["volumes"].([]any)
		if g["status"] != "available" || len(volumes) != 1 || !strings.Contains(source, fmt.Sprint(g["group_snapshot_id"])) && !strings.Contains(source, fmt.Sprint(g["source_group_id"])) {
			t.Fatal(source, g)
		}
		got := c.must(t, "demo", "GET", "/volumes/"+volumes[0].(string), "")["volume"].(map[string]any)
		if got["status"] != "available" || got["group_id"] != made || got["snapshot_id"] == nil && got["source_volid"] != v {
			t.Error(got)
		}
		c.act(t, "demo", made, `{"delete": {"delete-volumes": "True"}}`)
	}
	c.must(t, "demo", "DELETE", one, "")
	c.shown(t, c.group)
	c.refused(t, "demo", "GET", one, "", 404, "GroupSnapshot "+id+" could not be found.")
	if got := c.must(t, "demo", "GET", "/snapshots", "")["snapshots"].([]any); len(got) != 0 {
		t.Error(got)
	}
	u := c.must(t, "admin", "GET", "/os-quota-sets/"+testProjects["demo"]+"?usage=true", "")["quota_set"].(map[string]any)
	if fmt.Sprint(u["groups"], u["snapshots"]) != "map[in_use:1 limit:10 reserved:0] map[in_use:0 limit:10 reserved:0]" {
		t.Error(u["groups"], u["snapshots"])
	}
	_ = c.db.Update(func(tx *state.Tx) error {
		g, _ := c.groupSnapshots.Get(tx, id)
		g.ID, g.ProjectID, g.Status = "busy", testProjects["demo"], GroupCreating
		c.groupSnapshots.Put(tx, g)
		return nil
	})
	c.refused(t, "demo", "DELETE", "/group_snapshots/busy", "", 400, busy)
}

func TestGroupQuota(t *testing.T) {
	c := newGroupCloud(t, func(cfg *Config, _ *Ports) { cfg.Quotas = map[string]int{"groups": 1} })
	c.refused(t, "demo", "POST", "/groups", `{"group": {"group_type": "gt", "volume_types": ["one"]}}`, 413,
		"GroupLimitExceeded: Maximum number of groups allowed (1) exceeded")
	c.refused(t, "demo", "POST", "/groups/action", `{"create-from-src": {"source_group_id": "`+c.group+`"}}`, 400,
		"Maximum number of groups allowed (1) exceeded")
}

func TestGroupReplication(t *testing.T) {
	c := newGroupCloud(t, func(cfg *Config, _ *Ports) { cfg.Backends[0].ReplicationTargets = []string{"north"} })
	c.newGroupType(t, "replicated", `{"group_replication_enabled": "<is> True"}`)
	c.newType(t, "copied", `{"volume_backend_name": "lvmdriver-1", "replication_enabled": "<is> True"}`)
	id := c.must(t, "demo", "POST", "/groups", `{"group": {"group_type": "replicated", "volume_types": ["copied"]}}`)["group"].(map[string]any)["id"].(string)
	if got := fmt.Sprint(c.must(t, "demo", "POST", "/groups/"+id+"/action", `{"list_replication_targets": {}}`)); got != "map[replication_targets:[map[backend_id:north]]]" {
		t.Error(got)
	}
	is := func(want string) {
		t.Helper()
		if g := c.shown(t, id); fmt.Sprint(g["status"], " ", g["replication_status"]) != want {
			t.Errorf("%v, want %s", g, want)
		}
	}
	c.refused(t, "demo", "POST", "/groups/"+id+"/action", `{"failover_replication": {}}`, 400, "Invalid Group: Group "+id+" replication status must be "+
		"['enabled', 'failed-over'], but current status is: disabled. Cannot failover replication.")
	c.act(t, "demo", id, `{"enable_replication": {}}`)
	is("available enabled")
	c.act(t, "demo", id, `{"failover_replication": {"secondary_backend_id": "north"}}`)
	is("available failed-over")
	c.act(t, "demo", id, `{"failover_replication": {"secondary_backend_id": "default"}}`)
	is("available enabled")
	c.act(t, "demo", id, `{"disable_replication": {}}`)
	is("available disabled")
}

// The LVM driver takes no consistent snapshots, and fails to make a consistency group.
func TestConsistencyGroups(t *testing.T) {
	c := newGroupCloud(t)
	make := func() string {
		return c.must(t, "demo", "POST", "3.0 /consistencygroups", `{"consistencygroup": {"name": " cg ", "volume_types": "one,"}}`)["consistencygroup"].(map[string]any)["id"].(string)
	}
	failed := "/consistencygroups/" + make()
	for range 2 {
		if got := c.must(t, "demo", "GET", failed, "")["consistencygroup"].(map[string]any); got["status"] != "error" {
			t.Error(got)
		}
		c.must(t, "demo", "POST", failed+"/delete", `{"consistencygroup": {"force": true}}`)
	}
	c.newGroupType(t, "consistent", `{"consistent_group_snapshot_enabled": "<is> True"}`)
	id := c.must(t, "demo", "POST", "/groups", `{"group": {"group_type": "consistent", "volume_types": ["one"]}}`)["group"].(map[string]any)["id"].(string)
	if got := c.shown(t, id); got["status"] != "available" {
		t.Error(got)
	}

	c = newGroupCloud(t, func(cfg *Config, _ *Ports) {
		cfg.Backends[0].Capabilities = map[string]any{"consistent_group_snapshot_enabled": true}
	})
	id = make()
	got := c.must(t, "demo", "GET", "3.0 /consistencygroups/"+id, "")["consistencygroup"].(map[string]any)
	if fmt.Sprint(got["name"], " ", got["status"], got["volume_types"]) != "cg available["+c.typeID+"]" {
		t.Error(got)
	}
	reserved := "Group_type " + serviceUUID(consistencyType) + " is reserved for migrating CGs to groups. Migrated group can only be operated by CG APIs."
	c.refused(t, "demo", "GET", "/groups/"+id, "", 400, reserved)
	if got := c.must(t, "demo", "GET", "/groups", "")["groups"].([]any); len(got) != 1 {
		t.Error(got)
	}
	if got := c.must(t, "demo", "GET", "/consistencygroups", "")["consistencygroups"].([]any); len(got) != 2 {
		t.Errorf("all groups are listed: %v", got)
	}
	for _, tc := range []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"POST", "/consistencygroups", `{"consistencygroup": {"name": "x"}}`, 400, "volume_types must be provided to create consistency group x."},
		{"POST", "/consistencygroups", `{"consistencygroup": {"volume_types": ""}}`, 400, "volume_types must be provided to create consistency group None."},
		{"POST", "/consistencygroups", `{"consistencygroup": {"volume_types": "nope"}}`, 404, "Volume type with name nope could not be found."},
		{"GET", "/consistencygroups/nope", "", 404, "Group nope could not be found."},
		{"GET", "/consistencygroups?sort=foo", "", 400, "Invalid input received: Invalid sort key"},
		{"PUT", "3.5 /consistencygroups/" + id + "/update", `{"consistencygroup": {"name": ""}}`, 400, "Name, description, add_volumes, and remove_volumes can not be all empty in the request body."},
		{"PUT", "3.6 /consistencygroups/" + id + "/update", `{"consistencygroup": {}}`, 400, "Must specify one or more of the following keys to update: name, description, add_volumes, remove_volumes."},
		{"POST", "/consistencygroups/create_from_src", `{"consistencygroup-from-src": {"name": "n"}}`, 400, "Either 'cgsnapshot_id' or 'source_cgid' must be provided to create consistency group n from source."},
		{"GET", "/cgsnapshots/nope", "", 404, "GroupSnapshot nope could not be found."},
	} {
		c.refused(t, "demo", tc.method, tc.path, tc.body, tc.status, tc.message)
	}
	c.must(t, "demo", "PUT", "3.6 /consistencygroups/"+id+"/update", `{"consistencygroup": {"name": ""}}`)
	member := c.newVolume(t, `, "volume_type": "one", "consistencygroup_id": "`+id+`"`)
	if got := c.must(t, "demo", "GET", "3.0 /volumes/"+member, "")["volume"].(map[string]any); got["consistencygroup_id"] != id {
		t.Error(got)
	}
	gs := c.must(t, "demo", "POST", "/cgsnapshots", `{"cgsnapshot": {"consistencygroup_id": "`+id+`", "name": "s"}}`)["cgsnapshot"].(map[string]any)["id"].(string)
	if got := c.must(t, "demo", "GET", "/cgsnapshots/detail", "")["cgsnapshots"].([]any)[0].(map[string]any); got["status"] != "available" || got["consistencygroup_id"] != id || len(got) != 6 {
		t.Error(got)
	}
	if got := c.must(t, "demo", "GET", "/group_snapshots", "")["group_snapshots"].([]any); len(got) != 0 {
		t.Error(got)
	}
	made := c.must(t, "demo", "POST", "/consistencygroups/create_from_src", `{"consistencygroup-from-src": {"cgsnapshot_id": "`+gs+`"}}`)["consistencygroup"].(map[string]any)["id"].(string)
	c.must(t, "demo", "POST", "/consistencygroups/"+made+"/delete", `{"consistencygroup": {"force": true}}`)
	c.must(t, "demo", "DELETE", "/cgsnapshots/"+gs, "")
	c.shown(t, c.group)
	c.refused(t, "demo", "POST", "/consistencygroups/"+id+"/delete", `{}`, 400,
		"Invalid Group: Group "+id+" still contains volumes. The delete-volumes flag is required to delete it.")
	c.must(t, "demo", "POST", "/consistencygroups/"+id+"/delete", `{"consistencygroup": {"force": true}}`)
	if got := c.must(t, "demo", "GET", "/consistencygroups", "")["consistencygroups"].([]any); len(got) != 1 {
		t.Error(got)
	}
}

// Volumes of a type that is replicated fail over with their backend, and with their group.
func TestReplicatedVolumes(t *testing.T) {
	c := newGroupCloud(t, func(cfg *Config, _ *Ports) { cfg.Backends[0].ReplicationTargets = []string{"north"} })
	c.newGroupType(t, "replicated", `{"consistent_group_replication_enabled": "<is> True"}`)
	c.newType(t, "copied", `{"volume_backend_name": "lvmdriver-1", "replication_enabled": "<is> True"}`)
	id := c.must(t, "demo", "POST", "/groups", `{"group": {"group_type": "replicated", "volume_types": ["copied"]}}`)["group"].(map[string]any)["id"].(string)
	c.shown(t, id)
	v := c.newVolume(t, `, "volume_type": "copied", "group_id": "`+id+`"`)
	is := func(want string) {
		t.Helper()
		got := c.must(t, "demo", "GET", "/volumes/"+v, "")["volume"].(map[string]any)
		if fmt.Sprint(got["status"], " ", got["replication_status"]) != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
	is("available enabled")
	c.act(t, "demo", id, `{"enable_replication": {}}`)
	c.act(t, "demo", id, `{"failover_replication": {}}`)
	is("available failed-over")
	c.act(t, "demo", id, `{"failover_replication": {"secondary_backend_id": "default"}}`)
	c.must(t, "demo", "POST", "/volumes/"+v+"/action", `{"os-attach": {"instance_uuid": "`+serverOne+`", "mountpoint": "/dev/vdb"}}`)
	c.refused(t, "demo", "POST", "/groups/"+id+"/action", `{"failover_replication": {}}`, 400,
		"Invalid volume: Volume "+v+" is attached but allow_attached_volume flag is False. Cannot failover replication.")
	if status, _ := c.as("admin", "PUT", "/os-services/failover_host", `{"host": "fauxstack@lvmdriver-1"}`); status != 202 {
		t.Error(status)
	}
	is("in-use failed-over")
}

// What a group's job will do, a restart leaves to it.
func TestGroupsSurviveRestarts(t *testing.T) {
	c := newGroupCloud(t)
	v := c.newVolume(t, `, "volume_type": "one", "group_id": "`+c.group+`"`)
	c.shown(t, c.group)
	made := c.must(t, "demo", "POST", "/groups/action", `{"create-from-src": {"source_group_id": "`+c.group+`"}}`)["group"].(map[string]any)["id"].(string)
	_ = c.db.Update(func(tx *state.Tx) error {
		c.Restart(tx)
		return nil
	})
	g := c.shown(t, made)
	volumes := g["volumes"].([]any)
	if g["status"] != "available" || len(volumes) != 1 || c.statusOf(t, volumes[0].(string)) != "available 0" || volumes[0] == v {
		t.Error(g)
	}
}
