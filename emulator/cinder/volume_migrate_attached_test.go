package cinder

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// volumeOfServer is a cloud with a volume that a server has.
func volumeOfServer(t *testing.T, nova *fakeNova) (c *testCloud, volume, attachment string) {
	t.Helper()
	c = newTestCloud(t, nova.port)
	volume = c.newVolume(t, "")
	attachment = c.attachmentOf(t, volume, `, "instance_uuid": "`+serverOne+`", "connector": `+testHost)
	c.must(t, "demo", "POST", attachment+"/action", `{"os-complete": {}}`)
	return c, volume, attachment
}

func (c *testCloud) volumeShown(t *testing.T, user, id string) map[string]any {
	t.Helper()
	return c.must(t, user, "GET", "/volumes/"+id, "")["volume"].(map[string]any)
}

// migrate sends a volume to the backend that it is not on, and returns where it was and where it is to go.
func (c *testCloud) migrate(t *testing.T, volume string) (from, to string) {
	t.Helper()
	from = c.volumeShown(t, "admin", volume)["os-vol-host-attr:host"].(string)
	for _, b := range c.backends {
		if b.Host != from {
			to = b.Host
		}
	}
	c.must(t, "admin", "POST", "/volumes/"+volume+"/action", `{"os-migrate_volume": {"host": "`+to+`"}}`)
	c.volumeShown(t, "admin", volume) // by then it is under way
	return from, to
}

// targetsSeen are the copies that somebody sees in the list of volumes.
func (c *testCloud) targetsSeen(t *testing.T, user string) []string {
	t.Helper()
	var ids []string
	for _, v := range c.must(t, user, "GET", "/volumes/detail", "")["volumes"].([]any) {
		v := v.(map[string]any)
		if status, _ := v["migration_status"].(string); user == "demo" && len(v) > 0 || strings.HasPrefix(status, "target:") {
			ids = append(ids, v["id"].(string))
		}
	}
	return ids
}

// A volume in use, while its server is asked to change over, and after Nova has told how that went: by volume/manager.py,
// migrate_volume_completion, and objects/volume.py, finish_volume_migration; fields were observed on release Zed, whose volumes
// migrate by a copy, too.
func TestMigrationOfVolumeInUse(t *testing.T) {
	for name, test := range map[string]struct {
		failed bool
		status string
	}{
		"the server has changed over": {false, "success"},
		"it has not":                  {true, "error"},
	} {
		t.Run(name, func(t *testing.T) {
			nova := &fakeNova{status: 202}
			c, volume, attachment := volumeOfServer(t, nova)
			project := c.volumeShown(t, "admin", volume)["os-vol-tenant-attr:tenant_id"].(string)
			from, to := c.migrate(t, volume)
			if v := c.volumeShown(t, "admin", volume); v["status"] != "in-use" || v["migration_status"] != "migrating" || v["os-vol-host-attr:host"] != from {
				t.Fatalf("%v", v)
			}
			if got := c.targetsSeen(t, "demo"); len(got) != 1 || got[0] != volume {
				t.Errorf("demo sees %v", got)
			}
			if n := c.usageOf(c.db.View(), project, "").Volumes; n != 1 {
				t.Errorf("quota of %d volumes is in use", n)
			}
			admins, err := c.must(t, "admin", "GET", "/volumes/detail?all_tenants=1", "")["volumes"].([]any)
			if !err || len(admins) != 2 {
				t.Fatalf("the administrator sees %v", admins)
			}
			target := ""
			for _, v := range admins {
				if v := v.(map[string]any); v["id"] != volume {
					target = v["id"].(string)
					if v["migration_status"] != "target:"+volume || v["status"] != "available" || v["os-vol-host-attr:host"] != to || v["size"] != 1.0 {
						t.Errorf("%v", v)
					}
				}
			}
			asked := "cinders-own compute 2.1 PUT /compute/v2.1/servers/" + serverOne + "/os-volume_attachments/" + volume +
				` {"volumeAttachment":{"volumeId":"` + target + `"}}`
			if len(nova.asked) != 1 || nova.asked[0] != asked {
				t.Errorf("asked: %q", nova.asked)
			}

			nova.status = http.StatusNotFound // it has no attachments to tell of
			if !test.failed {
				copied := c.attachmentOf(t, target, `, "instance_uuid": "`+serverOne+`", "connector": `+testHost)
				c.must(t, "demo", "POST", copied+"/action", `{"os-complete": {}}`)
				c.must(t, "demo", "DELETE", attachment, "")
				attachment = copied
			}
			answer := c.must(t, "admin", "POST", "/volumes/"+volume+"/action",
				fmt.Sprintf(`{"os-migrate_volume_completion": {"new_volume": %q, "error": %v}}`, target, test.failed))
			if answer["save_volume_id"] != volume {
				t.Errorf("%v", answer)
			}
			v := c.volumeShown(t, "admin", volume)
			at, name := from, any(nil)
			if !test.failed {
				at, name = to, target
			}
			if v["status"] != "in-use" || v["migration_status"] != test.status || v["os-vol-host-attr:host"] != at || v["os-vol-mig-status-attr:name_id"] != name {
				t.Errorf("%v", v)
			}
			attachments := v["attachments"].([]any)
			if len(attachments) != 1 || "/attachments/"+attachments[0].(map[string]any)["attachment_id"].(string) != attachment {
				t.Errorf("%v", attachments)
			}
			if status, _ := c.as("admin", "GET", "/volumes/"+target, ""); status != http.StatusNotFound {
				t.Errorf("the copy: %d", status)
			}
			if n := c.usageOf(c.db.View(), project, "").Volumes; n != 1 {
				t.Errorf("quota of %d volumes is in use", n)
			}
		})
	}
}

// Where Nova refuses, or is not there, a volume stays where it is, and nothing of the copy does. The second was observed on
// release Zed.
func TestMigrationThatNovaRefuses(t *testing.T) {
	for _, status := range []int{http.StatusConflict, http.StatusServiceUnavailable, 0} {
		c, volume, _ := volumeOfServer(t, &fakeNova{status: status})
		if status == 0 {
			c.compute = nil
		}
		from, _ := c.migrate(t, volume)
		v := c.volumeShown(t, "admin", volume)
		if v["status"] != "in-use" || v["migration_status"] != "error" || v["os-vol-host-attr:host"] != from || len(v["attachments"].([]any)) != 1 {
			t.Errorf("%d: %v", status, v)
		}
		if all := c.must(t, "admin", "GET", "/volumes?all_tenants=1", "")["volumes"].([]any); len(all) != 1 {
			t.Errorf("%d: %v", status, all)
		}
	}
}

// The copies that are not those of the volume (volume/api.py, migrate_volume_completion).
func TestCompletionOfAnothersMigration(t *testing.T) {
	nova := &fakeNova{status: 202}
	c, volume, _ := volumeOfServer(t, nova)
	c.migrate(t, volume)
	other, bystander := c.newVolume(t, ""), c.newVolume(t, "")
	c.must(t, "admin", "POST", "/volumes/"+other+"/action", `{"os-reset_status": {"migration_status": "migrating"}}`)
	c.refused(t, "admin", "POST", "/volumes/"+volume+"/action", `{"os-migrate_volume_completion": {"new_volume": "`+other+`"}}`, 400,
		"Invalid volume: Destination has migration_status migrating, expected target:"+volume+".")
	c.refused(t, "admin", "POST", "/volumes/"+volume+"/action", `{"os-migrate_volume_completion": {"new_volume": "`+bystander+`"}}`, 400,
		"Invalid volume: Destination volume not mid-migration.")
	if v := c.volumeShown(t, "admin", volume); v["migration_status"] != "migrating" {
		t.Errorf("%v", v)
	}
}

// Clients that have not taken the server to the copy, as those before attachments did not, find it there all the same.
func TestCompletionOfTheOldFlow(t *testing.T) {
	nova := &fakeNova{status: 202}
	c, volume, before := volumeOfServer(t, nova)
	_, to := c.migrate(t, volume)
	_, target, _ := strings.Cut(nova.asked[0], `"volumeId":"`)
	target = target[:36]
	made := c.volumeShown(t, "admin", volume)["created_at"].(string)
	c.must(t, "admin", "POST", "/volumes/"+volume+"/action", `{"os-migrate_volume_completion": {"new_volume": "`+target+`"}}`)
	v := c.volumeShown(t, "admin", volume)
	attachments := v["attachments"].([]any)
	if v["os-vol-host-attr:host"] != to || v["status"] != "in-use" || len(attachments) != 1 {
		t.Fatalf("%v", v)
	}
	a := attachments[0].(map[string]any)
	if a["server_id"] != serverOne || a["attachment_id"] == strings.TrimPrefix(before, "/attachments/") {
		t.Errorf("%v", a)
	}
	whole, err := time.Parse("2006-01-02T15:04:05.000000", made)
	if want := whole.Truncate(time.Second).Format("2006-01-02T15:04:05.000000"); err != nil || v["created_at"] != want {
		t.Errorf("made at %s, then %s", made, v["created_at"])
	}
}
