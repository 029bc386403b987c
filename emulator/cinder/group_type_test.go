package cinder

import (
	"fmt"
	"strings"
	"testing"
)

// Answers and sentences in this file were observed on a cloud of release Zed.

func (c *testCloud) newGroupType(tb testing.TB, name, specs string) string {
	tb.Helper()
	out := c.must(tb, "admin", "POST", "/group_types", fmt.Sprintf(`{"group_type": {"name": %q, "group_specs": %s}}`, name, specs))
	return out["group_type"].(map[string]any)["id"].(string)
}

func TestGroupTypes(t *testing.T) {
	c := newTestCloud(t)
	id := c.newGroupType(t, "gt", `{"a": "b"}`)
	private := c.must(t, "admin", "POST", "/group_types", `{"group_type": {"name": "p", "is_public": "no"}}`)["group_type"].(map[string]any)["id"].(string)
	one := "/group_types/" + id
	if got := fmt.Sprint(c.must(t, "admin", "GET", one, "")); got != "map[group_type:map[description:<nil> group_specs:map[a:b] id:"+id+" is_public:true name:gt]]" {
		t.Error(got)
	}
	if got := typeKeys(c.must(t, "demo", "GET", one, "")["group_type"]); got != "description id is_public name" {
		t.Error(got)
	}
	names := func(user, query string) string {
		t.Helper()
		var out []string
		for _, each := range c.must(t, user, "GET", "/group_types"+query, "")["group_types"].([]any) {
			out = append(out, each.(map[string]any)["name"].(string))
		}
		return strings.Join(out, " ")
	}
	for query, want := range map[string]string{
		"": "gt default_cgsnapshot_type", "?is_public=None": "p gt default_cgsnapshot_type", "?is_public=false": "p", "?limit=1": "gt",
		"?sort=name:asc": "default_cgsnapshot_type gt", "?marker=" + id: "default_cgsnapshot_type", "?marker=nope": "gt default_cgsnapshot_type",
		"?name=foo": "gt default_cgsnapshot_type", "?offset=1": "default_cgsnapshot_type",
	} {
		if got := names("admin", query); got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
	if got := names("demo", "?is_public=None"); got != "gt default_cgsnapshot_type" {
		t.Error(got)
	}
	for _, body := range []string{`{"name": "gt2", "description": null}`, `{"description": "dd"}`, `{"is_public": false}`} {
		c.must(t, "admin", "PUT", one, `{"group_type": `+body+`}`)
	}
	got := c.must(t, "admin", "GET", one, "")["group_type"].(map[string]any)
	if fmt.Sprint(got["name"], got["description"], got["is_public"]) != "gt2ddfalse" {
		t.Error(got)
	}
	for _, tc := range []struct {
		user, method, path, body string
		status                   int
		message                  string
	}{
		{"demo", "GET", "/group_types/" + private, "", 404, "Group type " + private + " could not be found."},
		{"demo", "GET", "/group_types/default", "", 404, "Default group type can not be found."},
		{"admin", "POST", "/group_types", `{"group_type": {"name": "p"}}`, 409, "Group Type p already exists."},
		{"admin", "POST", "/group_types", `{"group_type": {"name": " "}}`, 400, "An invalid 'name' value was provided. The 'name' can not be empty."},
		{"admin", "POST", "/group_types", `{"group_type": {}}`, 400, "Invalid input for field/attribute group_type. Value: {}. 'name' is a required property"},
		{"demo", "POST", "/group_types", `{"group_type": {"name": "x"}}`, 403, "Policy doesn't allow group:group_types:create to be performed."},
		{"admin", "POST", "3.10 /group_types", `{"group_type": {"name": "x"}}`, 404, notFound},
		{"admin", "PUT", one, `{"group_type": {"name": "p"}}`, 409, "Group Type p already exists."},
		{"admin", "PUT", one, `{"group_type": {"name": null}}`, 400, "Specify group type name, description or a combination thereof."},
		{"admin", "PUT", one, `{"group_type": {"name": "  "}}`, 400, "Group type name can not be empty."},
		{"admin", "PUT", "/group_types/nope", `{"group_type": {"name": "x"}}`, 404, "Group type nope could not be found."},
		{"admin", "GET", "/group_types?is_public=foo", "", 400, "Invalid is_public filter [foo]"},
		{"admin", "DELETE", "/group_types/nope", "", 404, "Group type nope could not be found."},
		{"admin", "GET", one + "/group_specs/nope", "", 404, "Group Type " + id + " has no extra spec with key nope."},
		{"admin", "DELETE", one + "/group_specs/nope", "", 404, "Group Type " + id + " has no specs with key nope."},
		{"admin", "PUT", one + "/group_specs/k", `{"x": "v"}`, 400, "Request body and URI mismatch"},
		{"admin", "PUT", one + "/group_specs/k", `{}`, 400, "{} does not have enough properties"},
		{"admin", "PUT", "/group_types/nope/group_specs/k", `{"k": "v"}`, 404, "Group type nope could not be found."},
		{"demo", "GET", one + "/group_specs", "", 403, "Policy doesn't allow group:group_types_specs:get_all to be performed."},
	} {
		c.refused(t, tc.user, tc.method, tc.path, tc.body, tc.status, tc.message)
	}
	if got := fmt.Sprint(c.must(t, "admin", "POST", one+"/group_specs", `{"group_specs": {"k": "v", "n": null}}`)); got != "map[group_specs:map[k:v n:<nil>]]" {
		t.Error(got)
	}
	if got := fmt.Sprint(c.must(t, "admin", "PUT", one+"/group_specs/new", `{"new": "z"}`)); got != "map[new:z]" {
		t.Error(got)
	}
	c.must(t, "admin", "DELETE", one+"/group_specs/k", "")
	if got := fmt.Sprint(c.must(t, "admin", "GET", one+"/group_specs", "")); got != "map[group_specs:map[a:b n:<nil> new:z]]" {
		t.Error(got)
	}
	c.must(t, "admin", "DELETE", one, "")
	c.refused(t, "admin", "GET", one, "", 404, "Group type "+id+" could not be found.")
}
