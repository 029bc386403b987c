package glance_test

import (
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// The answers are those of the reference cloud, under its release.
func TestCreateRefusals(t *testing.T) {
	c := newCloud(t, empty(), release.Zed)
	taken := c.create("admin", `{"id": "aaaaaaaa-0000-4000-8000-000000000001"}`)
	for name, row := range map[string]struct {
		user, body string
		status     int
		message    string
	}{
		"no body":             {"admin", "", 400, "Body expected in request."},
		"not JSON":            {"admin", "x", 400, "Malformed JSON in request body."},
		"a number":            {"admin", "3", 400, "Unexpected body type. Expected list/dict."},
		"null":                {"admin", "null", 400, "Unexpected body type. Expected list/dict."},
		"an array":            {"admin", "[]", 500, "The server has either erred or is incapable of performing the requested operation."},
		"a field of the view": {"admin", `{"stores": "x"}`, 403, "Attribute 'stores' is read-only."},
		"a reserved name":     {"admin", `{"deleted": "x"}`, 403, "Access was denied to this resource.|Attribute 'deleted' is reserved."},
		"Glance's own names":  {"admin", `{"os_glance_x": "x"}`, 403, "Access was denied to this resource.|Attribute 'os_glance_x' is reserved."},
		"locations":           {"admin", `{"locations": []}`, 403, "Attribute 'locations' is reserved."},
		"size":                {"admin", `{"size": 3}`, 403, "Attribute 'size' is read-only."},
		"a negative disk":     {"admin", `{"min_disk": -1}`, 400, "Invalid value '-1' for parameter 'min_disk': Cannot be a negative value"},
		"a disk too great":    {"admin", `{"min_disk": 3000000000}`, 400, "'min_disk' value out of range, must not exceed 2147483647."},
		"a disk beyond all":   {"admin", `{"min_ram": 99999999999999999999}`, 400, "'min_ram' value out of range, must not exceed 2147483647."},
		"an id twice":         {"admin", `{"id": "` + taken + `"}`, 409, "Image ID " + taken + " already exists!"},
		"for another project": {"demo", `{"owner": "xyz"}`, 403, "You are not permitted to create images owned by 'xyz'."},
		"for nobody":          {"demo", `{"owner": null}`, 403, "You are not permitted to create images owned by 'None'."},
		"public by a member":  {"demo", `{"visibility": "public"}`, 403, "You are not authorized to complete publicize_image action."},
		"a wide character":    {"admin", `{"name": "😀"}`, 400, "Name can't contain 4 byte unicode characters."},
		"a wide key":          {"admin", `{"a😀": "x"}`, 400, "Property names can't contain 4 byte unicode."},
		"a property's type":   {"admin", `{"foo": 3}`, 400, "Provided object does not match schema 'image': 3 is not of type 'string'\n\nFailed validating 'type' in schema['additionalProperties']:\n    {'type': 'string'}\n\nOn instance['foo']:\n    3"},
		"a long property":     {"admin", `{"` + strings.Repeat("k", 256) + `": "x"}`, 400, "Custom property should not be greater than 255 characters."},
	} {
		t.Run(name, func(t *testing.T) {
			before := c.db.Snapshot()
			c.t = t
			c.want(c.do(row.user, "POST", "/v2/images", row.body), row.status, row.message)
			if c.db.Snapshot() != before {
				t.Error("something changed")
			}
		})
	}
	c.t = t
	a := c.do("admin", "POST", "/v2/images", `{"disk_format": "zzz"}`)
	if want := "'zzz' is not one of [None, 'ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop']"; a.status != 400 || !strings.Contains(a.message(), want) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestCreate(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	a := c.do("demo", "POST", "/v2/images", `{"name": "x", "tags": ["b", "a", "b"], "foo": "1", "min_ram": 64, "os_hidden": true}`)
	id := c.field(a, "id").(string)
	want := `{"foo":"1","name":"x","disk_format":null,"container_format":null,"visibility":"shared","size":null,"virtual_size":null,` +
		`"status":"queued","checksum":null,"protected":false,"min_ram":64,"min_disk":0,"owner":"demo-project","os_hidden":true,` +
		`"os_hash_algo":null,"os_hash_value":null,"id":"` + id + `","created_at":"2026-11-22T15:00:01Z",` +
		`"updated_at":"2026-11-22T15:00:01Z","tags":["b","a"],"self":"/v2/images/` + id + `","file":"/v2/images/` + id + `/file",` +
		`"schema":"/v2/schemas/image"}`
	if a.status != 201 || a.body != want {
		t.Errorf("%d\n got %s\nwant %s", a.status, a.body, want)
	}
	for name, want := range map[string]string{
		"Location":                       "http://cloud.test/image/v2/images/" + id,
		"OpenStack-image-import-methods": "glance-direct,web-download,copy-image",
		"OpenStack-image-store-ids":      "reliable,fast,cheap,archive",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
	if b := c.show(id); b.body != a.body {
		t.Errorf("shown as %s", b.body)
	}
	c.want(c.do("demo", "POST", "/v2/images", `{"owner": "xyz"}`), 403,
		"Access was denied to this resource.|You are not permitted to create images owned by 'xyz'")
	c.want(c.do("looker", "POST", "/v2/images", `{}`), 403, "You are not authorized to complete add_image action.")
	c.want(c.do("admin", "POST", "/v2/images", `{"owner": "xyz", "visibility": "public", "protected": true}`), 201, "")
}

func TestCreateQuotas(t *testing.T) {
	cfg := empty()
	cfg.ImagePropertyQuota, cfg.ImageTagQuota, cfg.ImageMemberQuota = 1, 1, 1
	c := newCloud(t, cfg, release.Latest)
	c.want(c.do("demo", "POST", "/v2/images", `{"a": "1", "b": "2"}`), 413,
		"The limit has been exceeded on the number of allowed image properties. Attempted: 2, Maximum: 1")
	c.want(c.do("demo", "POST", "/v2/images", `{"tags": ["a", "b"]}`), 413,
		"The limit has been exceeded on the number of allowed image tags. Attempted: 2, Maximum: 1")
	id := c.create("demo", `{"a": "1", "tags": ["t"]}`)
	c.want(c.patch("demo", id, `[{"op": "add", "path": "/b", "value": "2"}]`), 413,
		"The limit has been exceeded on the number of allowed image properties. Attempted: 2, Maximum: 1")
	c.want(c.do("demo", "PUT", "/v2/images/"+id+"/tags/u", ""), 413, "Image tag limit exceeded for image "+id+
		": The limit has been exceeded on the number of allowed image tags. Attempted: 2, Maximum: 1:")
	c.want(c.do("demo", "POST", "/v2/images/"+id+"/members", `{"member": "m1"}`), 200, "")
	c.want(c.do("demo", "POST", "/v2/images/"+id+"/members", `{"member": "m2"}`), 413, "Image member limit exceeded for image "+id+
		": The limit has been exceeded on the number of allowed image members for this image. Attempted: 2, Maximum: 1:")
}
