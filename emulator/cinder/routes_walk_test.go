package cinder

import (
	"slices"
	"strings"
	"testing"
)

// badQueries are what no list can use, or at least none can find anything by.
func badQueries() []string {
	return []string{
		"", "?limit=99999999999999999999", "?limit=-1", "?limit=x", "?offset=-1", "?offset=99999999999", "?marker=%00", "?sort=%00:up",
		"?sort=name:asc,,:", "?sort_key=%ff", "?metadata=%7B%5B", "?metadata=%7B'a':'b'%7D", "?size=x", "?size=%5B1,'x'%5D", "?name=%00",
		"?name~=%25%25_", "?status=" + strings.Repeat("%5B", 500), "?created_at=gt:gt:gt:", "?updated_at=,,,", "?host=%00", "?all_tenants=%00",
		"?with_count=%00", "?with_count=1&all_tenants=1", "?%00=%00", "?%ff=%ff", "?=", "?&&&", "?id=1e999999", "?user_id=None",
		"?consumes_quota=%00", "?availability_zone=%00", "?volume_size=1", "?use_quota=1", "?name~=", "?host=x&sort=id",
	}
}

// walkBadInput sends rows all that they cannot use, and checks that nothing of it is answered by 5xx and that no refusal
// changes anything. There is something of id, which the variables of paths stand for first.
func (c *testCloud) walkBadInput(t *testing.T, rows []row, id string, envelopes ...string) {
	t.Helper()
	ids := []string{id, "nope", "a%2Fb", "%00", "..", "%ff", strings.Repeat("9", 5000), "\u00e9"}
	ask := func(user, method, path, body string) {
		if err := c.queue.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		before := c.db.Snapshot()
		status, answer := c.as(user, method, path, body)
		if status >= 500 {
			t.Errorf("%s %s %.80q %.80q: %d %s", user, method, path, body, status, answer)
		}
		if status >= 300 && c.db.Snapshot() != before {
			t.Errorf("%s %s %.80q %.80q: refused with %d, but the state has changed", user, method, path, body, status)
		}
	}
	for _, row := range rows {
		for _, one := range ids {
			path := strings.TrimPrefix(row.Path, project)
			for _, name := range []string{"{id}", "{volume_id}", "{snapshot_id}", "{backup_id}", "{key}", "{group_type_id}", "{host_name}"} {
				path = strings.ReplaceAll(path, name, one)
			}
			if row.Method == "GET" || row.Method == "DELETE" {
				if row.Method == "DELETE" && one == id {
					continue
				}
				for _, q := range badQueries() {
					ask("admin", row.Method, path+q, "")
					ask("demo", row.Method, path+q, "")
					ask("demo", row.Method, "3.30 "+path+q, "")
					if one != id {
						break
					}
				}
				continue
			}
			for i, body := range badBodies() {
				envelope := row.Action
				if envelope == "" {
					envelope = envelopes[i%len(envelopes)]
				}
				ask("admin", row.Method, path, strings.ReplaceAll(body, "ENVELOPE", envelope))
				ask("demo", row.Method, "3.0 "+path, strings.ReplaceAll(body, "ENVELOPE", envelope))
			}
		}
	}
}

// aVolume makes a volume, which is available when the next request is served.
func (c *testCloud) aVolume(t *testing.T) string {
	t.Helper()
	return c.must(t, "demo", "POST", "/volumes", `{"volume": {"size": 1}}`)["volume"].(map[string]any)["id"].(string)
}

func TestBadInputForSnapshots(t *testing.T) {
	c := newTestCloud(t)
	id := c.must(t, "demo", "POST", "/snapshots", `{"snapshot": {"volume_id": "`+c.aVolume(t)+`"}}`)["snapshot"].(map[string]any)["id"].(string)
	c.walkBadInput(t, snapshotRows(), id, "snapshot", "metadata", "meta")
}

// The schemas of all rows are schemas.
func TestSchemas(t *testing.T) {
	for _, op := range slices.Concat(snapshotRows(), backupRows(), transferRows(), manageRows(), volumeActionRows()) {
		for _, body := range op.Body {
			if err := body.Schema.Check(); err != nil {
				t.Errorf("%s: %v", op.Op, err)
			}
		}
	}
}
