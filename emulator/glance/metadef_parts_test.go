package glance_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

func withNamespace(t *testing.T) (*cloud, string) {
	c := newCloud(t, empty(), release.Latest)
	c.want(c.do("admin", "POST", spaces, `{"namespace": "N"}`), 201, "")
	c.want(c.do("admin", "POST", spaces, `{"namespace": "M"}`), 201, "")
	return c, spaces + "/N"
}

// The messages are those of the reference cloud.
func TestMetadefObjects(t *testing.T) {
	c, path := withNamespace(t)
	const stamps = `"created_at":"2026-11-22T15:00:03Z","updated_at":"2026-11-22T15:00:03Z","self":"/v2/metadefs/namespaces/N/objects/a","schema":"/v2/schemas/metadefs/object"}`
	c.wantBody(c.do("admin", "POST", path+"/objects", `{"name": "a"}`), 201, `{"name":"a",`+stamps)
	c.wantBody(c.do("admin", "GET", path+"/objects/a", ""), 200, `{"name":"a","required":[],"properties":{},`+stamps)
	c.want(c.do("admin", "POST", path+"/objects", `{"name": "a"}`), 409, "A metadata definition object with name=a already exists in namespace=N.")
	c.want(c.do("admin", "POST", path+"/objects", `{"name": "b", "required": ["x,y"]}`), 201, "")
	if a := c.do("admin", "GET", path+"/objects/b", ""); !strings.Contains(a.body, `"required":["x","y"]`) {
		t.Error(a.body)
	}
	for _, bad := range []string{`"foo": 1`, `"confidential": true`} {
		a := c.do("admin", "POST", path+"/objects", `{"name": "c", "properties": {"p": {"title": "x", "type": "string", `+bad+`}}}`)
		if a.status != 400 || !strings.HasPrefix(a.message(), "Provided object does not match schema 'property': Additional properties are not allowed") {
			t.Errorf("%d %s", a.status, a.message())
		}
		status := map[string]int{`"foo": 1`: 500, `"confidential": true`: 200}[bad]
		c.want(c.do("admin", "PUT", path+"/objects/b", `{"name": "b", "properties": {"p": {"title": "x", "type": "string", `+bad+`}}}`), status, died)
	}
	c.want(c.do("admin", "POST", path+"/objects", `{"name": "c", "required": ["😀"]}`), 400, "Couldn't create metadata object: Required can't contain 4 byte unicode characters.")
	c.want(c.do("admin", "PUT", path+"/objects/b", `{"name": "😀"}`), 400, "Couldn't update metadata object: Name can't contain 4 byte unicode characters.")
	c.want(c.do("admin", "PUT", path+"/objects/b", `{"name": "a"}`), 409,
		"Invalid update. It would result in a duplicate metadata definition object with the same name=b in namespace=N.")
	c.want(c.do("admin", "PUT", path+"/objects/nope", `{"name": "a"}`), 404, "Could not find metadata object nope")
	c.want(c.do("admin", "PUT", path+"/objects/b", `{"name": "b2"}`), 200, "")
	c.want(c.do("admin", "GET", path+"/objects/b", ""), 404, "Could not find metadata object b")
	for query, want := range map[string]answer{
		"?limit=1": {status: 200}, "?marker=nope": {status: 200}, "?limit=0": {status: 400, body: "limit param must be positive"},
		"?limit=x": {status: 400, body: "limit param must be an integer"}, "?sort_dir=x": {status: 400, body: "Invalid sort direction: x"},
		"?visibility=x": {status: 400, body: "Invalid visibility value: x"}, "?visibility=shared": {status: 200},
	} {
		a := c.do("admin", "GET", path+"/objects"+query, "")
		c.want(a, want.status, want.body)
		if a.status == 200 && strings.Count(a.body, `"name"`) != 2 {
			t.Errorf("%s: %s", query, a.body)
		}
	}
}

// The messages are those of the reference cloud.
func TestMetadefProperties(t *testing.T) {
	c, path := withNamespace(t)
	path += "/properties"
	c.wantBody(c.do("admin", "POST", path, `{"title": "t", "name": "a", "type": "integer", "default": 1.5, "maximum": 1e30}`), 201,
		`{"name":"a","type":"integer","title":"t","default":"1.5","maximum":1000000000000000019884624838656}`)
	c.want(c.do("admin", "POST", path, `{"name": "a", "title": "t", "type": "string"}`), 409, "A metadata definition property with name=a already exists in namespace=N.")
	c.want(c.do("admin", "POST", path, `{"name": "b", "title": "t", "type": "string", "enum": ["a", null]}`), 201, "")
	c.want(c.do("admin", "POST", path, `{"name": "c", "title": "t", "type": "string", "created_at": 1}`), 403, "Attribute 'created_at' is read-only.")
	c.want(c.do("admin", "POST", path, `{"name": "c", "title": "😀", "type": "string"}`), 400, "Couldn't create metadata property: Title can't contain 4 byte unicode characters.")
	c.want(c.do("admin", "PUT", path+"/a", `{"name": "b", "title": "t", "type": "string"}`), 409,
		"Invalid update. It would result in a duplicate metadata definition property with the same name=a in namespace=N.")
	c.wantBody(c.do("admin", "PUT", path+"/a", `{"name": "z", "title": "t2", "type": "string"}`), 200, `{"name":"z","type":"string","title":"t2"}`)
	c.wantBody(c.do("admin", "GET", path, ""), 200, `{"properties":{"z":{"name":"z","type":"string","title":"t2"},"b":{"name":"b","type":"string","title":"t","enum":["a",null]}}}`)
	c.want(c.do("admin", "GET", path+"/z?foo=bar", ""), 500, died)
	c.want(c.do("admin", "DELETE", path+"/z", ""), 204, "")
	c.want(c.do("admin", "DELETE", path+"/z", ""), 404, "Could not find property z")
}

// The messages are those of the reference cloud.
func TestMetadefTags(t *testing.T) {
	c, path := withNamespace(t)
	path += "/tags"
	list := func(query, want string) {
		t.Helper()
		c.wantBody(c.do("admin", "GET", path+query, ""), 200, `{"tags":[`+want+`]}`)
	}
	c.want(c.do("admin", "POST", path, `{}`), 500, died)
	c.wantBody(c.do("admin", "POST", path, `{"tags": [{"name": "a"}, {"name": "b"}]}`), 201, `{"tags":[{"name":"a"},{"name":"b"}]}`)
	c.wantBody(c.do("admin", "POST", path, `{"tags": []}`), 201, `{"tags":[]}`)
	list("", `{"name":"b"},{"name":"a"}`)
	c.want(c.do("admin", "POST", path, `{"tags": [{"name": "c"}]}`), 201, "")
	list("", `{"name":"c"}`)
	c.want(c.do("admin", "POST", path, `{"tags": [{"name": "d"}]}`, "X-Openstack-Append", "Yes"), 201, "")
	list("", `{"name":"d"},{"name":"c"}`)
	const twice = "A metadata tag with name=d already exists in namespace=N. (Please note that metadata tag names are case insensitive)."
	c.want(c.do("admin", "POST", path, `{"tags": [{"name": "e"}, {"name": "d"}]}`, "X-Openstack-Append", "true"), 409, twice)
	c.want(c.do("admin", "POST", path+"/d", ""), 409, twice)
	c.want(c.do("admin", "POST", path+"/x", "{}"), 400, "A body is not expected with this request.")
	a := c.do("admin", "POST", path+"/h", "")
	if a.status != 201 || c.field(a, "name") != "h" || c.field(a, "created_at") == nil {
		t.Errorf("%d %s", a.status, a.body)
	}
	list("?limit=1", `{"name":"h"}`)
	list("?limit=0", ``)
	list("?limit=", `{"name":"h"},{"name":"d"},{"name":"c"}`)
	list("?marker=h", `{"name":"d"},{"name":"c"}`)
	list("?sort_key=name&sort_dir=asc", `{"name":"c"},{"name":"d"},{"name":"h"}`)
	list("?sort_key=name&marker=d", `{"name":"c"}`)
	for query, want := range map[string]answer{
		"?limit=x": {status: 400, body: "limit param must be an integer"}, "?limit=-1": {status: 400, body: "limit param must be positive"},
		"?sort_key=foo": {status: 500, body: died}, "?marker=nope": {status: 404, body: "Could not find metadata tag nope"},
	} {
		c.want(c.do("admin", "GET", path+query, ""), want.status, want.body)
	}
	c.want(c.do("admin", "PUT", path+"/h", `{"name": "d"}`), 409, twice)
	c.want(c.do("admin", "PUT", path+"/h", `{"name": "i"}`), 200, "")
	c.want(c.do("admin", "PUT", path+"/h", `{"name": "i"}`), 404, "Could not find metadata tag h")
	c.want(c.do("admin", "DELETE", path+"/i", ""), 204, "")
	a = c.do("admin", "POST", path+"/"+strings.Repeat("x", 81), "")
	if a.status != 400 || !strings.HasPrefix(a.message(), "Provided object does not match schema 'tag': 'x") {
		t.Errorf("%d %s", a.status, a.message())
	}
}

// The messages are those of the reference cloud.
func TestMetadefAssociations(t *testing.T) {
	c, path := withNamespace(t)
	path += "/resource_types"
	c.wantBody(c.do("admin", "POST", path, `{"prefix": "p_", "name": "OS::X"}`), 201,
		`{"name":"OS::X","prefix":"p_","created_at":"2026-11-22T15:00:03Z","updated_at":"2026-11-22T15:00:03Z"}`)
	c.want(c.do("admin", "POST", path, `{"name": "OS::X"}`), 409, "The metadata definition resource-type association of resource-type=OS::X to namespace=N already exists.")
	c.want(c.do("admin", "DELETE", path+"/nope", ""), 404, "Failed to find resource type nope to delete")
	c.want(c.do("admin", "GET", spaces+"/M/properties/p?resource_type=OS::X", ""), 404,
		"The metadata definition resource-type association of resource-type=OS::X to namespace=M, was not found.")
	c.want(c.do("admin", "DELETE", path+"/OS::X", ""), 204, "")
	if a := c.do("admin", "GET", "/v2/metadefs/resource_types", ""); strings.Count(a.body, `"OS::X"`) != 1 {
		t.Error(a.body)
	}
}

func TestMetadefsAreLoaded(t *testing.T) {
	cfg := empty()
	cfg.Metadefs = "example"
	c := newCloud(t, cfg, release.Latest)
	a := c.do("demo", "GET", spaces+"/Example::Guest?resource_type=OS::Nova::Flavor", "")
	if a.status != 200 || !strings.Contains(a.body, `"guest:console":{"type":"string"`) || strings.Contains(a.body, "updated_at") || c.field(a, "owner") != "admin" {
		t.Errorf("%d %s", a.status, a.body)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.json": `{"namespace": "A", "visibility": "public"}`, "b.json": `{"namespace": "A", "display_name": "never"}`, "c.txt": `{`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg.Metadefs = dir
	if got := newCloud(t, cfg, release.Latest).do("demo", "GET", spaces+"/A", ""); got.status != 200 || strings.Contains(got.body, "never") {
		t.Errorf("%d %s", got.status, got.body)
	}
	for name, text := range map[string]string{"bad.json": `{`, "worse.json": `{"namespace": "B", "tags": [{"nme": "x"}]}`, "worst.json": `[]`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, source := range []string{dir, t.TempDir(), filepath.Join(dir, "nowhere")} {
		cfg.Metadefs = source
		db, log := new(state.DB), slog.New(slog.DiscardHandler)
		clock := sim.NewClock(sim.Step, time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC), 0)
		_, err := glance.New(glance.Ports{DB: db, Clock: clock, Queue: sim.NewQueue(db, clock, log), IDs: sim.NewIDs(1), Logger: log, Release: release.Latest}, cfg)
		if err == nil || !strings.Contains(err.Error(), "image.metadefs") {
			t.Errorf("%s: %v", source, err)
		}
	}
}
