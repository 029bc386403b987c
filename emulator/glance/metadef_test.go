package glance_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

const spaces = "/v2/metadefs/namespaces"

const died = "The server has either erred or is incapable of performing the requested operation."

// wantBody checks a good answer, in which times may be any.
func (c *cloud) wantBody(a answer, status int, want string) {
	c.t.Helper()
	if a.status != status || a.body != want {
		c.t.Errorf("%d %s\nwant %d %s", a.status, a.body, status, want)
	}
}

const fullNamespace = `{"namespace": "X::full", "display_name": "d", "visibility": "public", "owner": "o",
	"properties": {"p1": {"title": "T", "type": "string", "default": 5, "enum": ["a"], "minimum": 1.7, "items": {"enum": ["q"], "type": "string"}}},
	"objects": [{"name": "o1", "description": "od", "required": ["x", "y"], "properties": {"op": {"title": "T", "type": "integer"}}}],
	"tags": [{"name": "t1"}, {"name": "T2"}], "resource_type_associations": [{"name": "OS::X", "properties_target": "image", "prefix": "pre:"}]}`

// The answers are those of the reference cloud, but for the times.
func TestMetadefNamespace(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	a := c.do("admin", "POST", spaces, fullNamespace)
	const head = `{"namespace":"X::full","display_name":"d","visibility":"public","protected":false,"owner":"o",` +
		`"created_at":"2026-11-22T15:00:01Z","updated_at":"2026-11-22T15:00:01Z",`
	const property = `{"type":"string","title":"T","default":"5","minimum":1,"enum":["a"],"items":{"type":"string","enum":["q"]}}`
	const tail = `"self":"/v2/metadefs/namespaces/X::full","schema":"/v2/schemas/metadefs/namespace"}`
	c.wantBody(a, 201, head+`"resource_type_associations":[{"name":"OS::X","prefix":"pre:","properties_target":"image"}],"properties":{"p1":`+property+
		`},"objects":[{"name":"o1","required":["x","y"],"description":"od","properties":{"op":{"type":"integer","title":"T"}}}],`+
		`"tags":[{"name":"t1"},{"name":"T2"}],`+tail)
	if got := a.header.Get("Location"); got != "http://cloud.test/image/v2/metadefs/namespaces/X::full" {
		t.Errorf("Location %s", got)
	}
	const stamps = `"created_at":"2026-11-22T15:00:01Z","updated_at":"2026-11-22T15:00:01Z"`
	shown := func(prefix string) string {
		return head + `"resource_type_associations":[{"name":"OS::X","prefix":"pre:","properties_target":"image",` + stamps + `}],` +
			`"properties":{"` + prefix + `p1":` + property + `},"objects":[{"name":"o1","required":["` + prefix + `x","` + prefix + `y"],"description":"od",` +
			`"properties":{"` + prefix + `op":{"type":"integer","title":"T"}},` + stamps + `,"self":"/v2/metadefs/namespaces/X::full/objects/o1",` +
			`"schema":"/v2/schemas/metadefs/object"}],"tags":[{"name":"T2"},{"name":"t1"}],` + tail
	}
	c.wantBody(c.do("demo", "GET", spaces+"/X::full", ""), 200, shown(""))
	c.wantBody(c.do("demo", "GET", spaces+"/X::full?resource_type=OS::X", ""), 200, shown("pre:"))
	c.wantBody(c.do("demo", "GET", spaces+"/X::full?resource_type=OS::Y", ""), 200, shown(""))
	c.want(c.do("demo", "GET", spaces+"/X::full?foo=bar", ""), 500, died)
	c.wantBody(c.do("demo", "GET", spaces+"/X::full/tags", ""), 200, `{"tags":[{"name":"T2"},{"name":"t1"}]}`)
	c.wantBody(c.do("demo", "GET", spaces+"/X::full/properties", ""), 200, `{"properties":{"p1":`+property+`}}`)
	c.wantBody(c.do("demo", "GET", spaces+"/X::full/properties/p1", ""), 200, `{"name":"p1",`+property[1:])
	c.wantBody(c.do("demo", "GET", spaces+"/X::full/properties/pre:p1?resource_type=OS::X", ""), 200, `{"name":"p1",`+property[1:])
	c.want(c.do("demo", "GET", spaces+"/X::full/properties/p1?resource_type=OS::X", ""), 404,
		"Property p1 does not start with the expected resource type association prefix of 'pre:'.")
	c.want(c.do("demo", "GET", spaces+"/X::full/properties/p1?resource_type=OS::Y", ""), 404,
		"The metadata definition resource-type with name=OS::Y, was not found.")
	c.wantBody(c.do("demo", "GET", spaces+"/X::full/resource_types", ""), 200,
		`{"resource_type_associations":[{"name":"OS::X","prefix":"pre:","properties_target":"image",`+stamps+`}]}`)
	c.want(c.do("admin", "DELETE", spaces+"/X::full", ""), 204, "")
	c.want(c.do("admin", "GET", spaces+"/X::full", ""), 404, "Metadata definition namespace=X::full was not found.")
	c.wantBody(c.do("demo", "GET", "/v2/metadefs/resource_types", ""), 200, `{"resource_types":[{"name":"OS::X",`+stamps+`}]}`)
}

// The answers are those of the reference cloud.
func TestMetadefBodies(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	before := c.db.Snapshot()
	const property = `{"namespace": "X", "properties": {"p": {"title": "a", "type": "string", `
	for body, want := range map[string]answer{
		``:                                    {status: 400, body: "Body expected in request."},
		`[]`:                                  {status: 500, body: died},
		`3`:                                   {status: 400, body: "Unexpected body type. Expected list/dict."},
		`{"namespace": "X", "self": "x"}`:     {status: 403, body: "Attribute 'self' is read-only."},
		`{"namespace": "X😀"}`:                 {status: 400, body: "Couldn't create metadata namespace: Namespace can't contain 4 byte unicode characters."},
		property + `"foo": 1}}}`:              {status: 500, body: died},
		property + `"enum": [1]}}}`:           {status: 500, body: died},
		property + `"items": {}}}}`:           {status: 500, body: died},
		property + `"required": ["a"]}}}`:     {status: 500, body: died},
		`{"namespace": "X", "objects": [{}]}`: {status: 500, body: died},
		`{"namespace": "X", "objects": [{"name": "a"}, {"name": "a"}]}`:                    {status: 409, body: "A metadata definition object with name=a already exists in namespace=X."},
		`{"namespace": "X", "tags": [{"name": "a"}, {"name": "a"}]}`:                       {status: 409, body: "A metadata tag with name=a already exists in namespace=X. (Please note that metadata tag names are case insensitive)."},
		`{"namespace": "X", "resource_type_associations": [{"name": "a"}, {"name": "a"}]}`: {status: 409, body: "The metadata definition resource-type association of resource-type=a to namespace=X already exists."},
		property + `"default": "é"}}}`:                                                     {status: 400, body: "Error decoding your request. Either the URL or the request body contained characters that could not be decoded by Glance"},
	} {
		c.want(c.do("admin", "POST", spaces, body), want.status, want.body)
	}
	for body, begins := range map[string]string{
		`{}`: "'namespace' is a required property\n\nFailed validating 'required' in schema:\n    {'additionalProperties': False,\n" +
			"     'definitions': {'positiveInteger': {'minimum': 0, 'type': 'integer'},\n",
		`{"namespace": 5}`:                           "5 is not of type 'string'\n\nFailed validating 'type' in schema['properties']['namespace']:",
		`{"namespace": "X", "foo": 1}`:               "Additional properties are not allowed ('foo' was unexpected)\n",
		`{"namespace": "X", "visibility": "shared"}`: "'shared' is not one of ['public', 'private']\n",
		`{"namespace": "X", "properties": {"p": {}}}`: "'title' is a required property\n\nFailed validating 'required' in " +
			"schema['properties']['properties']['additionalProperties']:\n    {'properties': {'additionalItems': {'type': 'boolean'},\n",
	} {
		a := c.do("admin", "POST", spaces, body)
		if want := "Provided object does not match schema 'namespace': " + begins; a.status != 400 || !strings.HasPrefix(a.message(), want) {
			t.Errorf("%s: %d %q", body, a.status, a.message())
		}
	}
	if c.db.Snapshot() != before {
		t.Error("something changed")
	}
	c.want(c.do("admin", "POST", spaces, property+`"confidential": "yes", "default": true}}}`), 201, "")
	c.wantBody(c.do("admin", "GET", spaces+"/X/properties", ""), 200, `{"properties":{"p":{"type":"string","title":"a","default":"True","confidential":true}}}`)
	c.want(c.do("admin", "POST", spaces, `{"namespace": "X"}`), 409, "The metadata definition namespace=X already exists.")
}

func (c *cloud) spaces(a answer) string {
	c.t.Helper()
	var page struct {
		Namespaces []struct{ Namespace string }
		Next       string
	}
	if err := json.Unmarshal([]byte(a.body), &page); err != nil || a.status != 200 {
		c.t.Fatalf("%d %s", a.status, a.body)
	}
	var names []string
	for _, n := range page.Namespaces {
		names = append(names, n.Namespace)
	}
	if page.Next != "" {
		names = append(names, page.Next)
	}
	return strings.Join(names, " ")
}

// What is refused is refused as by the reference cloud.
func TestMetadefList(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	for _, body := range []string{
		`{"namespace": "b", "visibility": "public", "resource_type_associations": [{"name": "OS::X"}]}`, `{"namespace": "c", "protected": true}`,
		`{"namespace": "a", "visibility": "public", "display_name": "z"}`, `{"namespace": "d", "owner": "demo-project"}`,
	} {
		c.want(c.do("admin", "POST", spaces, body), 201, "")
	}
	for query, want := range map[string]string{
		"":                                    "d a c b",
		"?limit=2":                            "d a /v2/metadefs/namespaces?limit=2&marker=a",
		"?limit=2&marker=a":                   "c b /v2/metadefs/namespaces?limit=2&marker=b",
		"?limit=0":                            "",
		"?sort_key=namespace&sort_dir=asc":    "a b c d",
		"?sort_key=namespace":                 "d c b a",
		"?sort_key=protected&limit=1":         "c /v2/metadefs/namespaces?sort_key=protected&limit=1&marker=c",
		"?visibility=private":                 "d c",
		"?visibility=":                        "",
		"?resource_types=OS::X,OS::Y":         "b",
		"?resource_types=":                    "",
		"?foo=bar":                            "d a c b",
		"?sort_key=display_name&sort_dir=asc": "b c d a",
	} {
		if got := c.spaces(c.do("admin", "GET", spaces+query, "")); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if got := c.spaces(c.do("demo", "GET", spaces, "")); got != "d a b" {
		t.Errorf("demo sees %q", got)
	}
	for query, want := range map[string]answer{
		"?limit=x":       {status: 500, body: died},
		"?limit=-1":      {status: 400, body: "limit param must be positive"},
		"?marker=":       {status: 500, body: died},
		"?marker=nope":   {status: 404, body: "Metadata definition namespace=nope was not found."},
		"?marker=c":      {status: 403, body: "Forbidding request, metadata definition namespace=c is not visible."},
		"?sort_key=foo":  {status: 500, body: died},
		"?sort_dir=foo":  {status: 400, body: "Invalid sort direction: foo"},
		"?visibility=zz": {status: 400, body: "Invalid visibility value: zz"},
	} {
		c.want(c.do("demo", "GET", spaces+query, ""), want.status, want.body)
	}
}

// Who may do what, and how it is told: as by the reference cloud.
func TestMetadefAccess(t *testing.T) {
	for _, rel := range []release.Release{release.Latest, release.Zed} {
		c := newCloud(t, empty(), rel)
		c.want(c.do("admin", "POST", spaces, `{"namespace": "priv"}`), 201, "")
		c.want(c.do("admin", "POST", spaces, `{"namespace": "pub", "visibility": "public"}`), 201, "")
		c.want(c.do("demo", "POST", spaces, `{"namespace": "x"}`), 403, "You are not authorized to complete add_metadef_namespace action.")
		for _, row := range []struct{ method, below, body, rule string }{
			{"PUT", "", `{"namespace": "x"}`, "modify_metadef_namespace"},
			{"DELETE", "", "", "delete_metadef_namespace"},
			{"POST", "/objects", `{"name": "a"}`, "add_metadef_object"},
			{"DELETE", "/objects", "", "delete_metadef_namespace"},
			{"PUT", "/objects/a", `{"name": "a"}`, "modify_metadef_object"},
			{"DELETE", "/objects/a", "", "delete_metadef_object"},
			{"POST", "/properties", `{"name": "a", "title": "a", "type": "string"}`, "add_metadef_property"},
			{"PUT", "/properties/a", `{"name": "a", "title": "a", "type": "string"}`, "modify_metadef_property"},
			{"DELETE", "/properties/a", "", "remove_metadef_property"},
			{"DELETE", "/properties", "", "delete_metadef_namespace"},
			{"POST", "/tags", `{"tags": [{"name": "a"}]}`, "add_metadef_tags"},
			{"DELETE", "/tags", "", "delete_metadef_namespace"},
			{"POST", "/tags/a", "", "add_metadef_tag"},
			{"PUT", "/tags/a", `{"name": "a"}`, "modify_metadef_tag"},
			{"DELETE", "/tags/a", "", "delete_metadef_tag"},
			{"POST", "/resource_types", `{"name": "a"}`, "add_metadef_resource_type_association"},
			{"DELETE", "/resource_types/a", "", "remove_metadef_resource_type_association"},
		} {
			c.want(c.do("demo", row.method, spaces+"/pub"+row.below, row.body), 403, "You are not authorized to complete "+row.rule+" action.")
			c.want(c.do("demo", row.method, spaces+"/priv"+row.below, row.body), 404, "Namespace priv not found")
		}
		for below, want := range map[string]string{
			"": "The resource could not be found.", "/objects": "Namespace priv not found", "/objects/a": "Namespace priv not found",
			"/properties": "Namespace priv not found", "/properties/a": "Namespace priv not found", "/tags": "Namespace priv not found",
			"/tags/a": "Namespace priv not found", "/resource_types": "Namespace priv not found",
		} {
			c.want(c.do("demo", "GET", spaces+"/priv"+below, ""), 404, want)
		}
		for below, want := range map[string]answer{
			"/objects": {status: 200}, "/objects/a": {status: 404, body: "Could not find metadata object a"}, "/properties": {status: 200},
			"/properties/a": {status: 404, body: "Could not find property a"}, "/tags": {status: 200},
			"/tags/a": {status: 404, body: "Could not find metadata tag a"}, "/resource_types": {status: 200},
		} {
			c.want(c.do("looker", "GET", spaces+"/pub"+below, ""), want.status, want.body)
		}
		c.want(c.do("admin", "GET", spaces+"/nope/objects", ""), 404, "Metadata definition namespace=nope was not found.")
		c.want(c.do("admin", "GET", spaces+"/nope/tags", ""), 404, "Namespace nope not found")
		status := 404
		if rel == release.Zed {
			status = 200
		}
		c.want(c.do("nova", "GET", spaces, ""), status, "The resource could not be found.")
	}
}

func TestMetadefProtected(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	c.want(c.do("admin", "POST", spaces, strings.Replace(fullNamespace, "{", `{"protected": true, `, 1)), 201, "")
	const path = spaces + "/X::full"
	for below, want := range map[string]string{
		"": "namespace X::full", "/objects": "namespace X::full", "/tags": "namespace X::full", "/properties": "namespace X::full",
		"/objects/o1": "object o1", "/tags/t1": "tag t1", "/properties/p1": "property p1", "/resource_types/OS::X": "resource-type-association OS::X",
	} {
		c.want(c.do("admin", "DELETE", path+below, ""), 403, "Metadata definition "+want+" is protected and cannot be deleted.")
	}
	a := c.do("admin", "PUT", path, `{"namespace": "X::new"}`)
	if a.status != 200 || c.field(a, "visibility") != "private" || c.field(a, "protected") != false || c.field(a, "owner") != "admin-project" {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, below := range []string{"/objects/o1", "/tags/t1", "/properties/p1", "/resource_types/OS::X", "/objects", "/tags", "/properties", ""} {
		c.want(c.do("admin", "DELETE", spaces+"/X::new"+below, ""), 204, "")
	}
}
