package cinder

import (
	"slices"
	"strings"
	"testing"
)

func TestBadInputForAttachments(t *testing.T) {
	c := newTestCloud(t)
	v := c.aVolume(t)
	id := strings.TrimPrefix(c.attachmentOf(t, v, ""), "/attachments/")
	rows := slices.DeleteFunc(attachmentRows(), func(r row) bool { return r.Op == "cinder.attachments.update" }) // wants a host, see TestAttachmentRefusals
	c.walkBadInput(t, rows, id, "attachment")
	c.walkBadInput(t, connectionRows(), v)
}

func TestBadInputForQoSSpecs(t *testing.T) {
	c := newTestCloud(t)
	id := c.must(t, "admin", "POST", "/qos-specs", `{"qos_specs": {"name": "q"}}`)["qos_specs"].(map[string]any)["id"].(string)
	c.walkBadInput(t, qosRows(), id, "qos_specs", "keys")
}

func TestBadInputForOperators(t *testing.T) {
	c := newTestCloud(t)
	c.walkBadInput(t, operatorRows(), "fauxstack@lvmdriver-1", "host", "cluster", "name", "level", "binary", "x")
}

func TestBadInputForGroups(t *testing.T) {
	c := newGroupCloud(t)
	c.walkBadInput(t, groupTypeRows(), c.groupType, "group_type", "group_specs", "k")
	rows := slices.DeleteFunc(slices.Concat(genericGroupRows(), groupActionRows()), func(r row) bool {
		return r.Method == "DELETE" // breaks upstream, see routes_groups.go
	})
	c.walkBadInput(t, rows, c.group, "group")
	c.walkBadInput(t, consistencyRows(), c.group, "consistencygroup", "consistencygroup-from-src", "cgsnapshot")
}

func TestBadInputForGroupSnapshots(t *testing.T) {
	c := newGroupCloud(t)
	c.newVolume(t, `, "volume_type": "one", "group_id": "`+c.group+`"`)
	c.shown(t, c.group)
	id := c.must(t, "demo", "POST", "/group_snapshots", `{"group_snapshot": {"group_id": "`+c.group+`"}}`)["group_snapshot"].(map[string]any)["id"].(string)
	c.walkBadInput(t, groupSnapshotRows(), id, "group_snapshot")
}

// The schemas of these rows are schemas.
func TestSchemasOfGroupsAndOperators(t *testing.T) {
	for _, op := range slices.Concat(attachmentRows(), connectionRows(), qosRows(), operatorRows(), groupRows(), consistencyRows()) {
		for _, body := range op.Body {
			if err := body.Schema.Check(); err != nil {
				t.Errorf("%s: %v", op.Op, err)
			}
		}
	}
}
