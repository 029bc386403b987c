package cinder

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Answers and sentences in this file were observed on a cloud of release Zed.

func TestQuotaSets(t *testing.T) {
	c := newTestCloud(t)
	mine := "/os-quota-sets/" + testProjects["demo"]
	shown := c.must(t, "demo", "GET", mine, "")["quota_set"]
	const defaults = "map[backup_gigabytes:1000 backups:10 gigabytes:1000 gigabytes___DEFAULT__:-1 gigabytes_lvmdriver-1:-1 gigabytes_lvmdriver-2:-1 " +
		"groups:10 id:%s per_volume_gigabytes:-1 snapshots:10 snapshots___DEFAULT__:-1 snapshots_lvmdriver-1:-1 snapshots_lvmdriver-2:-1 " +
		"volumes:10 volumes___DEFAULT__:-1 volumes_lvmdriver-1:-1 volumes_lvmdriver-2:-1]"
	if got, want := fmt.Sprint(shown), fmt.Sprintf(defaults, testProjects["demo"]); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := fmt.Sprint(c.must(t, "demo", "GET", mine+"/defaults", "")["quota_set"]), fmt.Sprintf(defaults, testProjects["demo"]); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := fmt.Sprint(c.must(t, "admin", "GET", "/os-quota-sets/nobody", "")["quota_set"]), fmt.Sprintf(defaults, "nobody"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	typ, _ := c.typeNamed(c.db.View(), "lvmdriver-1")
	c.hold(t, typ.ID)
	used := c.must(t, "demo", "GET", mine+"?usage=True", "")["quota_set"].(map[string]any)
	if got := fmt.Sprint(used["volumes"], used["gigabytes_lvmdriver-1"], used["volumes_lvmdriver-2"], used["per_volume_gigabytes"], used["id"]); got !=
		"map[in_use:1 limit:10 reserved:0] map[in_use:1 limit:-1 reserved:0] map[in_use:0 limit:-1 reserved:0] map[in_use:0 limit:-1 reserved:0]"+testProjects["demo"] {
		t.Error(got)
	}
	set := c.must(t, "admin", "PUT", mine, `{"quota_set": {"volumes": 5, "volumes_lvmdriver-1": 3, "groups": 4, "tenant_id": "x", "per_volume_gigabytes": "7"}}`)["quota_set"].(map[string]any)
	if got := fmt.Sprint(set["volumes"], set["volumes_lvmdriver-1"], set["groups"], set["per_volume_gigabytes"], set["gigabytes"], set["id"]); got != "5 3 4 7 1000 <nil>" {
		t.Error(got)
	}
	c.refused(t, "admin", "PUT", mine, `{"quota_set": {"gigabytes": 9, "volumes": 0}}`, 400,
		"Quota volumes limit must be equal or greater than existing resources. Current usage is 1 and the requested limit is 0.")
	c.must(t, "admin", "PUT", mine, `{"quota_set": {"gigabytes": 0}}`) // it had no limit of its own yet
	limits := c.must(t, "demo", "GET", "/limits", "")["limits"].(map[string]any)["absolute"]
	if got := fmt.Sprint(limits); got != "map[maxTotalBackupGigabytes:1000 maxTotalBackups:10 maxTotalSnapshots:10 maxTotalVolumeGigabytes:0 maxTotalVolumes:5 "+
		"totalBackupGigabytesUsed:0 totalBackupsUsed:0 totalGigabytesUsed:1 totalSnapshotsUsed:0 totalVolumesUsed:1]" {
		t.Error(got)
	}
	c.must(t, "admin", "DELETE", mine, "")
	if got := fmt.Sprint(c.must(t, "demo", "GET", mine, "")["quota_set"]); got != fmt.Sprintf(defaults, testProjects["demo"]) {
		t.Error(got)
	}
}

func TestQuotaRefusals(t *testing.T) {
	c := newTestCloud(t)
	const malformed = badRequest
	for _, test := range []struct {
		user, method, path, body string
		status                   int
		message                  string
	}{
		{"demo", "GET", "/os-quota-sets/" + testProjects["alt"], "", 403, "Policy doesn't allow volume_extension:quotas:show to be performed."},
		{"demo", "GET", "/os-quota-sets/" + testProjects["alt"] + "/defaults", "", 403, "Policy doesn't allow volume_extension:quotas:show to be performed."},
		{"demo", "GET", "/os-quota-sets/" + testProjects["demo"] + "?usage=maybe", "", 400, "Value 'maybe' for 'usage' is not a boolean."},
		{"demo", "DELETE", "/os-quota-sets/x", "", 403, "Policy doesn't allow volume_extension:quotas:delete to be performed."},
		{"demo", "PUT", "/os-quota-sets/x", `{"quota_set": {"volumes": 5}}`, 403, "Policy doesn't allow volume_extension:quotas:update to be performed."},
		{"admin", "PUT", "/os-quota-sets/x", `{}`, 400, "'quota_set' is a required property"},
		{"admin", "PUT", "/os-quota-sets/x", `{"quota_set": {}}`, 400, "Invalid input for field/attribute quota_set. Value: {}. {} does not have enough properties"},
		{"admin", "PUT", "/os-quota-sets/x", `{"quota_set": []}`, 400, "Invalid input for field/attribute quota_set. Value: []. [] is not of type 'object'"},
		{"admin", "PUT", "/os-quota-sets/x", `{"quota_set": {"volumes": "6"}}`, 400, malformed},
		{"admin", "PUT", "/os-quota-sets/x", `{"quota_set": {"volumes": -2}}`, 400, "volumes must be >= -1"},
		{"admin", "PUT", "/os-quota-sets/x", `{"quota_set": {"volumes": "x"}}`, 400, "volumes must be an integer"},
		{"admin", "PUT", "/os-quota-sets/x", `{"quota_set": {"volumes": true}}`, 400, "volumes must be an integer"},
		{"admin", "PUT", "/os-quota-sets/x", `{"quota_set": {"volumes": 1.5}}`, 400, "volumes must be an integer"},
		{"admin", "PUT", "/os-quota-sets/x", `{"quota_set": {"volumes": null}}`, 400, "volumes must be an integer"},
		{"admin", "PUT", "/os-quota-sets/x", `{"quota_set": {"volumes": 99999999999}}`, 400, "volumes must be <= 2147483647"},
		{"admin", "PUT", "/os-quota-sets/x", `{"quota_set": {"foo": 1, "bar": 2}}`, 400, "Invalid input received: Bad key(s) in quota set: foo, bar"},
		{"admin", "PUT", "/os-quota-sets/" + strings.Repeat("x", 256), `{"quota_set": {"volumes": 1}}`, 400, "quota_set_name has 256 characters, more than 255."},
		{"demo", "GET", "/os-quota-class-sets/default", "", 403, "Policy doesn't allow volume_extension:quota_classes:get to be performed."},
		{"admin", "PUT", "/os-quota-class-sets/zz", `{"quota_class_set": {"foo": 7}}`, 400, "Invalid input received: Bad key(s) in quota class set: foo"},
	} {
		c.refused(t, test.user, test.method, test.path, test.body, test.status, test.message)
	}
}

func TestTheDefaultQuotaClassHoldsForProjects(t *testing.T) {
	c := newTestCloud(t)
	set := c.must(t, "admin", "PUT", "/os-quota-class-sets/default", `{"quota_class_set": {"volumes": 7, "gigabytes": "70"}}`)["quota_class_set"].(map[string]any)
	if got := fmt.Sprint(set["volumes"], set["gigabytes"], set["id"]); got != "7 70 <nil>" {
		t.Error(got)
	}
	set = c.must(t, "demo", "GET", "/os-quota-sets/"+testProjects["demo"], "")["quota_set"].(map[string]any)
	if got := fmt.Sprint(set["volumes"], set["gigabytes"], set["backups"]); got != "7 70 10" {
		t.Error(got)
	}
	set = c.must(t, "admin", "GET", "/os-quota-class-sets/other", "")["quota_class_set"].(map[string]any)
	if got := fmt.Sprint(set["volumes"], set["id"]); got != "7other" {
		t.Error(got)
	}
}

func TestLimitsOfAnotherProject(t *testing.T) {
	c := newTestCloud(t)
	c.must(t, "admin", "PUT", "/os-quota-sets/x", `{"quota_set": {"volumes": 3}}`)
	for _, test := range []struct {
		user, path string
		want       float64
	}{
		{"admin", "/limits?project_id=x", 3},
		{"admin", "/limits?tenant_id=x", 3},
		{"admin", "3.38 /limits?project_id=x", 10},
		{"demo", "/limits?project_id=x", 10},
	} {
		limits := c.must(t, test.user, "GET", test.path, "")["limits"].(map[string]any)["absolute"].(map[string]any)
		if limits["maxTotalVolumes"] != test.want {
			t.Errorf("%s %s: %v", test.user, test.path, limits["maxTotalVolumes"])
		}
	}
}

// What a volume is about to take is reserved until it has it, or until it is clear that it will not (volume/api.py, _extend
// and retype). The sentence was observed on a cloud of release Zed.
func TestQuotaIsReservedForWhatIsUnderWay(t *testing.T) {
	c := newTestCloud(t)
	demo := testProjects["demo"]
	v := idOf(c.must(t, "demo", "POST", "/volumes", `{"volume": {"size": 1, "volume_type": "lvmdriver-1"}}`), "volume")
	c.must(t, "demo", "GET", "/volumes/"+v, "")
	from, _ := c.typeNamed(c.db.View(), "lvmdriver-1")
	to, _ := c.typeNamed(c.db.View(), "lvmdriver-2")
	is := func(when, want string) {
		t.Helper()
		view := c.db.View()
		var got []string
		for _, typ := range []string{"", from.ID, to.ID} {
			u := c.usageOf(view, demo, typ)
			got = append(got, fmt.Sprintf("%d+%d/%d+%d", u.Volumes, u.ReservedVolumes, u.Gigabytes, u.ReservedGigabytes))
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	act := func(body string) { c.must(t, "demo", "POST", "/volumes/"+v+"/action", body) }
	settle := func() { c.must(t, "demo", "GET", "/volumes/"+v, "") }
	limit := func(resource string, n int) {
		c.must(t, "admin", "PUT", "/os-quota-sets/"+demo, fmt.Sprintf(`{"quota_set": {"%s": %d}}`, resource, n))
	}
	is("before", "1+0/1+0 1+0/1+0 0+0/0+0")
	limit("gigabytes_lvmdriver-1", 2)
	c.refused(t, "demo", "POST", "/volumes/"+v+"/action", `{"os-extend": {"new_size": 3}}`, 413,
		"VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested 2G, quota is 1000G and 1G has been consumed.")
	limit("gigabytes_lvmdriver-1", -1)
	act(`{"os-extend": {"new_size": 3}}`)
	is("extending", "1+0/1+2 1+0/1+2 0+0/0+0")
	settle()
	is("extended", "1+0/3+0 1+0/3+0 0+0/0+0")
	act(`{"os-retype": {"new_type": "lvmdriver-2"}}`)
	is("retyping", "1+0/3+0 1+0/3+0 0+1/0+3")
	settle()
	is("not retyped", "1+0/3+0 1+0/3+0 0+0/0+0")
	act(`{"os-retype": {"new_type": "lvmdriver-2", "migration_policy": "on-demand"}}`)
	settle()
	is("retyped", "1+0/3+0 0+0/0+0 1+0/3+0")
	act(`{"os-extend": {"new_size": 4}}`)
	if err := c.db.Update(func(tx *state.Tx) error { c.dropVolume(tx, v); return nil }); err != nil {
		t.Fatal(err)
	}
	settled := "0+0/0+0 0+0/0+0 0+0/0+0"
	is("gone", settled)
	c.must(t, "demo", "GET", "/volumes", "")
	is("gone for good", settled)
}
