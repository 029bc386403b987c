package glance_test

import (
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// The answers are those of the reference cloud, under its release.
func TestUpdateRefusals(t *testing.T) {
	c := newCloud(t, empty(), release.Zed)
	id := c.create("admin", rawImage)
	for _, row := range []struct {
		changes string
		status  int
		message string
	}{
		{`{}`, 400, "Request body must be a JSON array of operation objects."},
		{`[3]`, 400, "Operations must be JSON objects."},
		{`[{"op": "zap", "path": "/x"}]`, 400, "Invalid operation: `zap`. It must be one of the following: add, remove, replace."},
		{`[{"op": 5, "path": "/x"}]`, 400, "Invalid operation: `5`. It must be one of the following: add, remove, replace."},
		{`[{"path": "/x"}]`, 400, "Unable to find `op` in JSON Schema change. It must be one of the following: add, remove, replace."},
		{`[{"op": "add"}]`, 400, "Unable to find 'path' in JSON Schema change"},
		{`[{"op": "add", "path": "x"}]`, 400, `Pointer ` + "`x`" + ` does not start with "/".`},
		{`[{"op": "add", "path": "/a//b"}]`, 400, "Pointer `/a//b` contains adjacent \"/\"."},
		{`[{"op": "add", "path": "/a/"}]`, 400, "Pointer `/a/` end with \"/\"."},
		{`[{"op": "add", "path": "/a~2"}]`, 400, "Pointer `/a~2` contains \"~\" not part of a recognized escape sequence."},
		{`[{"op": "add", "path": 5}]`, 500, "The server has either erred or is incapable of performing the requested operation."},
		{`[{"op": "add", "path": "/x"}]`, 400, `Operation "add" requires a member named "value".`},
		{`[{"op": "add", "path": "/x/y", "value": "1"}]`, 400, "Invalid JSON pointer for this resource: '/x/y'"},
		{`[{"op": "replace", "path": "/x", "value": "1"}]`, 409, "There was a conflict when trying to complete your request.|Property x does not exist."},
		{`[{"op": "remove", "path": "/x"}]`, 409, "There was a conflict when trying to complete your request.|Property x does not exist."},
		{`[{"op": "remove", "path": "/name"}]`, 403, "Access was denied to this resource.|Property name may not be removed."},
		{`[{"op": "replace", "path": "/id", "value": "1"}]`, 403, "Attribute 'id' is read-only."},
		{`[{"op": "replace", "path": "/size", "value": 1}]`, 403, "Attribute 'size' is read-only."},
		{`[{"op": "replace", "path": "/deleted", "value": "1"}]`, 403, "Attribute 'deleted' is reserved."},
		{`[{"op": "add", "path": "/os_glance_x", "value": "1"}]`, 403, "Attribute 'os_glance_x' is reserved."},
		{`[{"op": "replace", "path": "/min_disk", "value": -4}]`, 400, "Invalid value '-4' for parameter 'min_disk': Cannot be a negative value"},
		{`[{"op": "replace", "path": "/locations", "value": []}]`, 403, "Access was denied to this resource.|Cannot set locations to empty list."},
		{`[{"op": "add", "path": "/locations/-", "value": {"url": "http://x/y", "metadata": {}}}]`, 403, "It's not allowed to add locations if locations are invisible."},
		{`[{"op": "remove", "path": "/locations/0"}]`, 403, "It's not allowed to remove locations if locations are invisible."},
		{`[{"op": "add", "path": "/new", "value": "1"}, {"op": "remove", "path": "/none"}]`, 409, "There was a conflict when trying to complete your request.|Property none does not exist."},
	} {
		t.Run(row.changes, func(t *testing.T) {
			before := c.db.Snapshot()
			c.t = t
			c.want(c.patch("admin", id, row.changes), row.status, row.message)
			if c.db.Snapshot() != before {
				t.Error("something changed")
			}
		})
	}
	c.t = t
	c.want(c.patch("admin", "nope", `[]`), 404, "No image found with ID nope")
	c.want(c.patch("demo", id, `[]`), 404, "No image found with ID "+id)
	a := c.do("admin", "PATCH", "/v2/images/"+id, `[]`, "Content-Type", "application/json")
	c.want(a, 415, "The request media type application/json is not supported by this server.")
	if got := a.header.Get("Accept-Patch"); got != patch4+", "+patch10 {
		t.Errorf("Accept-Patch: %q", got)
	}
}

func TestUpdate(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", `{"name": "x", "foo": "1", "gone": "1"}`)
	a := c.patch("demo", id, `[
		{"op": "replace", "path": "/name", "value": "日本"}, {"op": "add", "path": "/k ey", "value": "v"},
		{"op": "add", "path": "/a~1b~0c", "value": "w"}, {"op": "remove", "path": "/gone"},
		{"op": "replace", "path": "/tags", "value": ["t", "u", "t"]}, {"op": "add", "path": "/foo", "value": "2"},
		{"op": "replace", "path": "/disk_format", "value": "raw"}, {"op": "replace", "path": "/min_ram", "value": 64}]`)
	for _, want := range []string{`"a/b~c":"w"`, `"k ey":"v"`, `"foo":"2"`, `"name":"日本"`, `"tags":["t","u"]`, `"disk_format":"raw"`, `"min_ram":64`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s in %s", want, a.body)
		}
	}
	if strings.Contains(a.body, "gone") || a.body != c.show(id).body {
		t.Errorf("answered %s\nshown as %s", a.body, c.show(id).body)
	}
	if b := c.patch("demo", id, `[]`); b.body != a.body {
		t.Errorf("no changes at all make it %s", b.body)
	}
	c.want(c.patch("demo", id, `[{"op": "replace", "path": "/owner", "value": "x"}]`), 403,
		"Access was denied to this resource.|Owner can't be updated by non admin.")
	c.want(c.patch("demo", id, `[{"op": "replace", "path": "/visibility", "value": "public"}]`), 403,
		"You are not authorized to complete publicize_image action.")
	c.want(c.patch("admin", id, `[{"op": "replace", "path": "/visibility", "value": "public"}]`), 200, "")
	c.want(c.patch("alt", id, `[{"op": "add", "path": "/x", "value": "y"}]`), 403, "You are not authorized to complete modify_image action.")
	c.want(c.patch("alt", id, `[{"op": "add", "path": "/x", "value": 5}]`), 400,
		"Provided object does not match schema 'image': 5 is not of type 'string'\n\nFailed validating 'type' in schema['additionalProperties']:\n    {'type': 'string'}\n\nOn instance['x']:\n    5")
}

func TestUpdateInDraft4(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", `{"foo": "1"}`)
	draft4 := func(changes string) answer {
		return c.do("demo", "PATCH", "/v2/images/"+id, changes, "Content-Type", patch4)
	}
	c.want(draft4(`[{"add": "/bar", "value": "7"}, {"replace": "/foo", "value": "2"}, {"replace": "/name", "value": "n"}]`), 200, "")
	c.want(draft4(`[{"remove": "/bar"}]`), 200, "")
	c.want(draft4(`[{"add": "/foo", "value": "7"}]`), 409, "There was a conflict when trying to complete your request.|Property foo already present.")
	c.want(draft4(`[{"add": "/name", "value": "7"}]`), 409, "There was a conflict when trying to complete your request.|Property name already present.")
	c.want(draft4(`[{"add": "/a", "remove": "/b", "value": "7"}]`), 400, `Operation objects must contain only one member named "add", "remove", or "replace".`)
	c.want(draft4(`[{"zap": "/a"}]`), 400, `Operation objects must contain exactly one member named "add", "remove", or "replace".`)
}

func TestFormatsAreFixedOnceThereIsData(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.active("abc")
	c.want(c.patch("admin", id, `[{"op": "replace", "path": "/disk_format", "value": "qcow2"}]`), 403,
		"Attribute disk_format can be only replaced for a queued image.")
}

// What upstream's object of an image has a part of that name for, no PATCH makes a custom property. The answers are the
// reference's.
func TestUpdateOfOccupiedNames(t *testing.T) {
	c := newCloud(t, empty(), release.Zed)
	id := c.create("demo", `{"member": "m", "name": "x"}`)
	const died = "The server has either erred or is incapable of performing the requested operation."
	for _, row := range []struct {
		media, changes string
		status         int
		message        string
	}{
		{patch10, `[{"op": "add", "path": "/delete", "value": "1"}]`, 200, ""},
		{patch10, `[{"op": "replace", "path": "/context", "value": "1"}]`, 200, ""},
		{patch10, `[{"op": "replace", "path": "/member", "value": "z"}]`, 200, ""},
		{patch10, `[{"op": "remove", "path": "/member"}]`, 403, "Access was denied to this resource.|Property member may not be removed."},
		{patch10, `[{"op": "remove", "path": "/helper"}]`, 403, "Access was denied to this resource.|Property helper may not be removed."},
		{patch10, `[{"op": "add", "path": "/base", "value": "1"}]`, 500, died},
		{patch10, `[{"op": "replace", "path": "/extra_properties", "value": "1"}]`, 500, died},
		{patch10, `[{"op": "replace", "path": "/image_id", "value": "1"}]`, 404, "No image found with ID 1"},
		{patch10, `[{"op": "add", "path": "/image_id", "value": "` + id + `"}]`, 200, ""},
		{patch4, `[{"add": "/repo", "value": "1"}]`, 409, "There was a conflict when trying to complete your request.|Property repo already present."},
		{patch4, `[{"replace": "/repo", "value": "1"}]`, 200, ""},
	} {
		c.want(c.do("demo", "PATCH", "/v2/images/"+id, row.changes, "Content-Type", row.media), row.status, row.message)
	}
	a := c.show(id)
	if got := c.field(a, "member"); got != "m" {
		t.Errorf("member is %v", got)
	}
	for _, name := range []string{"delete", "context", "image_id", "repo"} {
		if got := c.field(a, name); got != nil {
			t.Errorf("%s is %v", name, got)
		}
	}
}

// An image can be given away by who goes on seeing it.
func TestGivingAnImageAway(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", rawImage)
	give := `[{"op": "add", "path": "/owner", "value": "alt-project"}]`
	c.want(c.patch("demo", id, give), 403, "Forbidding request, image "+id+" not visible")
	if got := c.field(c.show(id), "owner"); got != "demo-project" {
		t.Errorf("it is %v's", got)
	}
	c.want(c.patch("demo", id, `[{"op": "replace", "path": "/visibility", "value": "community"}]`), 200, "")
	c.want(c.patch("demo", id, give), 200, "")
	if got := c.field(c.show(id), "owner"); got != "alt-project" {
		t.Errorf("it is %v's", got)
	}
}
