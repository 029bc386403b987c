package cinder

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Answers and sentences in this file were observed on a cloud of release Zed, unless a comment says otherwise.

// typeKeys are the keys with which a type is shown.
func typeKeys(view any) string {
	return strings.Join(slices.Sorted(maps.Keys(view.(map[string]any))), " ")
}

func TestVolumeTypeViews(t *testing.T) {
	c := newTestCloud(t)
	created := c.must(t, "admin", "POST", "/types", `{"volume_type": {"name": "t", "description": "d",
		"extra_specs": {"a": "b", "multiattach": "<is> True", "RESKEY:availability_zones": "nova", "n": null}}}`)["volume_type"]
	if keys := typeKeys(created); keys != "description extra_specs id is_public name os-volume-type-access:is_public" {
		t.Errorf("create: %s", keys)
	}
	path := "/types/" + created.(map[string]any)["id"].(string)

	shown := c.must(t, "admin", "GET", path, "")["volume_type"]
	if keys := typeKeys(shown); keys != "description extra_specs id is_public name os-volume-type-access:is_public qos_specs_id" {
		t.Errorf("show to an administrator: %s", keys)
	}
	if specs := fmt.Sprint(shown.(map[string]any)["extra_specs"]); specs != "map[RESKEY:availability_zones:nova a:b multiattach:<is> True n:<nil>]" {
		t.Errorf("show to an administrator: %s", specs)
	}
	shown = c.must(t, "demo", "GET", path, "")["volume_type"]
	if keys := typeKeys(shown); keys != "description extra_specs id is_public name os-volume-type-access:is_public" {
		t.Errorf("show to a member: %s", keys)
	}
	if specs := fmt.Sprint(shown.(map[string]any)["extra_specs"]); specs != "map[RESKEY:availability_zones:nova multiattach:<is> True]" {
		t.Errorf("show to a member: %s", specs)
	}
	updated := c.must(t, "admin", "PUT", path, `{"volume_type": {"name": "u", "is_public": "no", "description": ""}}`)["volume_type"]
	if keys := typeKeys(updated); keys != "description extra_specs id is_public name" {
		t.Errorf("update: %s", keys)
	}
	standard := c.must(t, "admin", "GET", "/types/default", "")["volume_type"]
	if keys := typeKeys(standard); keys != "description extra_specs id is_public name qos_specs_id" {
		t.Errorf("default: %s", keys)
	}
}

func TestVolumeTypeList(t *testing.T) {
	c := newTestCloud(t)
	c.newType(t, "older", `{"a": "b", "RESKEY:availability_zones": "nova,east"}`)
	private := c.must(t, "admin", "POST", "/types", `{"volume_type": {"name": "private", "extra_specs": {"a": "b"}, "os-volume-type-access:is_public": false}}`)
	id := private["volume_type"].(map[string]any)["id"].(string)
	c.must(t, "admin", "POST", "/types/"+id+"/action", `{"addProjectAccess": {"project": "`+testProjects["alt"]+`"}}`)

	const all = "private older lvmdriver-2 lvmdriver-1 __DEFAULT__"
	const public = "older lvmdriver-2 lvmdriver-1 __DEFAULT__"
	for _, test := range []struct{ user, query, want string }{
		{"demo", "", public},
		{"alt", "", all},
		{"admin", "", public},
		{"admin", "is_public=None", all},
		{"admin", "is_public=false", "private"},
		{"demo", "is_public=false", public},
		{"admin", "is_public=none&name=private", "private"},
		{"admin", "name=nobody", ""},
		{"admin", "foo=bar", ""},
		{"admin", "sort=name:asc", "__DEFAULT__ lvmdriver-1 lvmdriver-2 older"},
		{"admin", "sort_key=name&sort_dir=desc", "older lvmdriver-2 lvmdriver-1 __DEFAULT__"},
		{"admin", "limit=2", "older lvmdriver-2"},
		{"admin", "limit=0", ""},
		{"admin", "offset=3", "__DEFAULT__"},
		{"admin", "marker=unheard-of", public},
		{"admin", "is_public=none&extra_specs={'a':'b'}", "private older"},
		{"admin", "extra_specs={'a':'c'}", ""},
		{"admin", "extra_specs={'RESKEY:availability_zones':'ea'}", "older"},
		{"demo", "extra_specs={'a':'b'}", ""},
		{"demo", "extra_specs={'RESKEY:availability_zones':'nova'}", "older"},
	} {
		if got := strings.Join(c.typeNames(t, test.user, "/types?"+test.query), " "); got != test.want {
			t.Errorf("%s ?%s\n got: %s\nwant: %s", test.user, test.query, got, test.want)
		}
	}
	if got := strings.Join(c.typeNames(t, "demo", "3.51 /types?extra_specs={'a':'b'}&foo=bar"), " "); got != public {
		t.Errorf("before 3.52 users have no filters: %s", got)
	}
	c.refused(t, "demo", "GET", "/types?foo=bar", "", 400, "Invalid filters foo are found in query options.")
	c.refused(t, "admin", "GET", "/types?is_public=bogus", "", 400, "Invalid is_public filter [bogus]")
	c.refused(t, "admin", "GET", "/types?sort=nope", "", 400, "Invalid input received: Invalid sort key")
	c.refused(t, "admin", "GET", "/types?sort=name:up", "", 400, "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'.")
	c.refused(t, "admin", "GET", "/types?limit=-1", "", 400, "limit param must be positive")
	c.refused(t, "admin", "GET", "/types?extra_specs={a:b}", "", 500, serverError)
}

func (c *testCloud) typeNames(tb testing.TB, user, path string) []string {
	tb.Helper()
	var names []string
	for _, v := range c.must(tb, user, "GET", path, "")["volume_types"].([]any) {
		names = append(names, v.(map[string]any)["name"].(string))
	}
	return names
}

func TestVolumeTypePages(t *testing.T) {
	c := newTestCloud(t)
	var got []string
	path := "/types?limit=2&sort=name"
	for range 5 {
		page := c.must(t, "demo", "GET", path, "")
		for _, v := range page["volume_types"].([]any) {
			got = append(got, v.(map[string]any)["name"].(string))
		}
		links, ok := page["volume_type_links"].([]any)
		if !ok {
			break
		}
		href := links[0].(map[string]any)["href"].(string)
		prefix := "http://cloud.test/volume/v3/" + testProjects["demo"]
		if !strings.HasPrefix(href, prefix+"/types?limit=2&sort=name&marker=") {
			t.Fatal(href)
		}
		path = strings.TrimPrefix(href, prefix)
	}
	if want := []string{"lvmdriver-2", "lvmdriver-1", "__DEFAULT__"}; !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}

func TestVolumeTypeRefusals(t *testing.T) {
	c := newTestCloud(t)
	path := c.newType(t, "t", `{}`)
	id := strings.TrimPrefix(path, "/types/")
	standard := c.must(t, "admin", "GET", "/types/default", "")["volume_type"].(map[string]any)["id"].(string)
	for _, test := range []struct {
		user, method, path, body string
		status                   int
		message                  string
	}{
		{"admin", "POST", "/types", `{}`, 400, "'volume_type' is a required property"},
		{"admin", "POST", "/types", `{"volume_type": {}}`, 400, "Invalid input for field/attribute volume_type. Value: {}. 'name' is a required property"},
		{"demo", "POST", "/types", `{"volume_type": {}}`, 400, "Invalid input for field/attribute volume_type. Value: {}. 'name' is a required property"},
		{"demo", "POST", "/types", `{"volume_type": {"name": "x"}}`, 403, "Policy doesn't allow volume_extension:type_create to be performed."},
		{"admin", "POST", "/types", `{"volume_type": {"name": "t"}}`, 409, "Volume Type t already exists."},
		{"admin", "POST", "/types", `{"volume_type": {"name": ""}}`, 400, "Invalid input for field/attribute name. Value: . '' is too short"},
		{"admin", "POST", "/types", `{"volume_type": {"name": "  "}}`, 400, "An invalid 'name' value was provided. The 'name' can not be empty."},
		{"admin", "POST", "/types", `{"volume_type": {"name": 1}}`, 400, "Invalid input for field/attribute name. Value: 1. 1 is not of type 'string'"},
		{
			"admin", "POST", "/types", `{"volume_type": {"name": "x", "foo": 1}}`, 400,
			"Invalid input for field/attribute volume_type. Value: {'name': 'x', 'foo': 1}. Additional properties are not allowed ('foo' was unexpected)",
		},
		{
			"admin", "POST", "/types", `{"volume_type": {"name": "x", "store": "fast"}}`, 400,
			"Invalid input for field/attribute volume_type. Value: {'name': 'x', 'store': 'fast'}. Additional properties are not allowed ('store' was unexpected)",
		},
		{
			"admin", "POST", "/types", `{"volume_type": {"name": "x", "extra_specs": {"a b/": "c", "é": "x"}}}`, 400,
			"Invalid input for field/attribute extra_specs. Value: {'a b/': 'c', 'é': 'x'}. 'é' does not match any of the regexes: '^[a-zA-Z0-9-_:. /]{1,255}$'",
		},
		{
			"admin", "POST", "/types", `{"volume_type": {"name": "x", "extra_specs": {"k": 1}}}`, 400,
			"Invalid input for field/attribute k. Value: 1. 1 is not of type 'string', 'null'",
		},
		{"admin", "PUT", path, `{"volume_type": {}}`, 400, "Specify volume type name, description, is_public or a combination thereof."},
		{"admin", "PUT", path, `{"volume_type": {"name": null}}`, 400, "Specify volume type name, description, is_public or a combination thereof."},
		{"admin", "PUT", path, `{"volume_type": {"name": " "}}`, 400, "Volume type name can not be empty."},
		{"admin", "PUT", path, `{"volume_type": {"name": "__DEFAULT__"}}`, 409, "Volume Type __DEFAULT__ already exists."},
		{"admin", "PUT", "/types/nope", `{"volume_type": {"name": "q"}}`, 404, "Volume type nope could not be found."},
		{"demo", "PUT", "/types/nope", `{"volume_type": {"name": "q"}}`, 403, "Policy doesn't allow volume_extension:type_update to be performed."},
		{"demo", "GET", "/types/nope", "", 404, "Volume type nope could not be found."},
		{"admin", "DELETE", "/types/nope", "", 404, "Volume type nope could not be found."},
		{"demo", "DELETE", path, "", 403, "Policy doesn't allow volume_extension:type_delete to be performed."},
		{"admin", "DELETE", "/types/" + standard, "", 400, "The volume type " + standard + " is a default volume type and cannot be deleted."},
		{"admin", "GET", path + "/os-volume-type-access", "", 404, "Access list not available for public volume types."},
		{"demo", "GET", path + "/os-volume-type-access", "", 403, "Policy doesn't allow volume_extension:volume_type_access:get_all_for_type to be performed."},
		{
			"admin", "POST", path + "/action", `{"addProjectAccess": {"project": "x"}}`, 400,
			"Invalid volume type: Type access modification is not applicable to public volume type.",
		},
		{"admin", "POST", "/types/nope/action", `{"addProjectAccess": {"project": "x"}}`, 404, "Volume type nope could not be found."},
		{"admin", "POST", path + "/action", `{"addProjectAccess": {}}`, 400, "Invalid input for field/attribute addProjectAccess. Value: {}. 'project' is a required property"},
		{"admin", "POST", path + "/action", `{"foo": {}}`, 400, "There is no such action: foo. Verify the request body and Content-Type header and try again."},
	} {
		c.refused(t, test.user, test.method, test.path, test.body, test.status, test.message)
	}
	c.hold(t, id)
	c.refused(t, "admin", "DELETE", path, "", 400, "Target volume type is still in use.")
}

// hold makes a volume of a type, as far as types and quotas can tell.
func (c *testCloud) hold(tb testing.TB, typeID string) {
	tb.Helper()
	_ = c.db.Update(func(tx *state.Tx) error {
		c.putVolume(tx, Volume{ID: c.ids.UUID(), TypeID: typeID, ProjectID: testProjects["demo"], Size: 1})
		return nil
	})
}

func TestVolumeTypeAccess(t *testing.T) {
	c := newTestCloud(t)
	created := c.must(t, "admin", "POST", "/types", `{"volume_type": {"name": "t", "os-volume-type-access:is_public": false}}`)
	id := created["volume_type"].(map[string]any)["id"].(string)
	path := "/types/" + id
	c.refused(t, "demo", "GET", path, "", 404, "Volume type "+id+" could not be found.")
	c.must(t, "admin", "POST", path+"/action", `{"addProjectAccess": {"project": "`+testProjects["demo"]+`"}}`)
	c.must(t, "demo", "GET", path, "")
	c.refused(t, "admin", "POST", path+"/action", `{"addProjectAccess": {"project": "`+testProjects["demo"]+`"}}`, 409,
		"Volume type access for "+id+" / "+testProjects["demo"]+" combination already exists.")
	if got := fmt.Sprint(c.must(t, "admin", "GET", path+"/os-volume-type-access", "")); got !=
		"map[volume_type_access:[map[project_id:"+testProjects["demo"]+" volume_type_id:"+id+"]]]" {
		t.Error(got)
	}
	c.must(t, "admin", "POST", path+"/action", `{"removeProjectAccess": {"project": "`+testProjects["demo"]+`"}}`)
	c.refused(t, "admin", "POST", path+"/action", `{"removeProjectAccess": {"project": "`+testProjects["demo"]+`"}}`, 404,
		"Volume type access not found for "+id+" / "+testProjects["demo"]+" combination.")

	old := newTestCloud(t, func(_ *Config, p *Ports) { p.Release = release.Zed })
	old.refused(t, "admin", "POST", old.newType(t, "t", `{}`)+"/action", `{"addProjectAccess": {"project": "nonsense"}}`, 400,
		"Invalid input for field/attribute project. Value: nonsense. 'nonsense' is not a 'uuid'")
}

func TestRenamingATypeKeepsItsQuotas(t *testing.T) {
	c := newTestCloud(t)
	path := c.newType(t, "t", `{}`)
	c.hold(t, strings.TrimPrefix(path, "/types/"))
	c.must(t, "admin", "PUT", "/os-quota-sets/"+testProjects["demo"], `{"quota_set": {"volumes_t": 5}}`)
	c.must(t, "admin", "PUT", path, `{"volume_type": {"name": "new_name"}}`)
	set := c.must(t, "demo", "GET", "/os-quota-sets/"+testProjects["demo"]+"?usage=True", "")["quota_set"].(map[string]any)
	if got := fmt.Sprint(set["volumes_new_name"], set["volumes_t"]); got != "map[in_use:1 limit:5 reserved:0] <nil>" {
		t.Error(got)
	}
}

func TestTheVariantOfAStoreProperty(t *testing.T) {
	c := newTestCloud(t, func(cfg *Config, _ *Ports) { cfg.Variants.TypeStoreProperty = true })
	c.refused(t, "admin", "POST", "/types", `{"volume_type": {"name": "t", "store": "nowhere"}}`, 404, "Store nowhere not enabled in glance.")
	created := c.must(t, "admin", "POST", "/types", `{"volume_type": {"name": "t", "store": "cheap", "extra_specs": {"image_service:store_id": "fast"}}}`)
	view := created["volume_type"].(map[string]any)
	id := view["id"].(string)
	if typ, _ := c.types.Get(c.db.View(), id); view["store"] != "cheap" || typ.StoreID() != "cheap" {
		t.Errorf("%v, %s", view, typ.StoreID())
	}
	c.refused(t, "admin", "PUT", "/types/"+id, `{"volume_type": {"store": "archive"}}`, 400, "Store archive is read-only in glance.")
	c.must(t, "admin", "PUT", "/types/"+id, `{"volume_type": {"store": ""}}`)
	shown := c.must(t, "demo", "GET", "/types/"+id, "")["volume_type"].(map[string]any)
	if store, there := shown["store"]; store != nil || !there {
		t.Error(shown)
	}
	if typ, _ := c.types.Get(c.db.View(), id); typ.StoreID() != "fast" {
		t.Errorf("without the property the extra spec counts, not %q", typ.StoreID())
	}
}
