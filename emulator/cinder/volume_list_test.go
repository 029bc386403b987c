package cinder_test

import (
	"crypto/md5"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// listed are the names of the volumes that a list gives.
func (p *pair) listed(user, path string) []string {
	p.tb.Helper()
	names := []string{}
	for _, v := range p.must(user, "GET", path, nil)["volumes"].([]any) {
		names = append(names, v.(object)["name"].(string))
	}
	return names
}

// The expectations are those of the reference cloud (release Zed), whose volumes were made in the order c, b, a.
func TestVolumeList(t *testing.T) {
	p := newPair(t)
	for _, name := range []string{"c", "b", "A"} {
		p.volume("demo", object{"name": name, "size": map[string]int{"c": 2}[name] + 1, "metadata": object{"n": name, "all": "1"}})
	}
	p.volume("alt", object{"name": "other", "size": 1})
	p.must("demo", "GET", "/volumes", nil) // lets them become available
	id := map[string]string{}
	for _, v := range p.must("demo", "GET", "/volumes", nil)["volumes"].([]any) {
		id[v.(object)["name"].(string)] = v.(object)["id"].(string)
	}
	for query, want := range map[string]string{
		"":                                       "A b c",
		"?limit=2":                               "A b",
		"?limit=99999999999999999999":            "A b c",
		"?limit=0":                               "",
		"?offset=1&limit=1":                      "b",
		"?marker=" + id["b"]:                     "c",
		"?limit=1&marker=" + id["A"]:             "b",
		"?sort=name:asc":                         "A b c",
		"?sort=name:desc":                        "c b A",
		"?sort=created_at:asc":                   "c b A",
		"?sort=created_at:asc&limit=2":           "c b",
		"?sort_key=size":                         "c A b",
		"?sort=size:desc,name:asc":               "c A b",
		"?sort=name:asc&marker=" + id["A"]:       "b c",
		"?sort=created_at:asc&marker=" + id["c"]: "b A",
		"?name=b":                                "b",
		"?name=x":                                "",
		"?status=available":                      "A b c",
		"?status=AVAILABLE":                      "",
		"?status=" + url.QueryEscape(`["available","error"]`): "A b c",
		"?status=available,error":                             "",
		"?size=3":                                             "c",
		"?bootable=1":                                         "",
		"?metadata=" + url.QueryEscape(`{'n': 'b', 'all': '1'}`): "b",
		"?metadata=x":                        "",
		"?created_at=gt:2020-01-01T00:00:00": "A b c",
		"?created_at=" + url.QueryEscape("lt:2020-01-01T00:00:00Z,gt:2019-01-01"): "",
		"?consumes_quota=true":    "A b c",
		"?all_tenants=1":          "A b c",
		"?migration_status=none":  "",
		"?availability_zone=nova": "A b c",
	} {
		if got := strings.Join(p.listed("demo", "/volumes"+query), " "); got != want {
			t.Errorf("%s: %q, not %q", query, got, want)
		}
	}
	for query, want := range map[string]string{
		"/volumes?all_tenants=1": "other A b c",
		"/volumes":               "",
		"/volumes?all_tenants=0": "", // what is not taken out is no field of volumes
		"/volumes?all_tenants=1&project_id=" + projectOf("alt"): "other",
		"/volumes?all_tenants=1&name~=o":                        "other",
		"/volumes?all_tenants=1&bogus=1":                        "",
		"3.0 /volumes?all_tenants=1&with_count=1":               "",
	} {
		if got := strings.Join(p.listed("admin", query), " "); got != want {
			t.Errorf("admin, %s: %q, not %q", query, got, want)
		}
	}
	for query, want := range map[string]string{
		"?limit=-1":                          "limit param must be positive",
		"?limit=x":                           "limit param must be an integer",
		"?offset=-1":                         "offset must be >= 0",
		"?offset=99999999999":                "offset must be <= 2147483647",
		"?sort=bogus":                        "Invalid input received: Invalid sort key",
		"?sort=":                             "Invalid input received: Invalid sort key",
		"?sort=name:up":                      "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'.",
		"?sort=name&sort_dir=asc":            "The 'sort_key' and 'sort_dir' parameters are deprecated and cannot be used with the 'sort' parameter.",
		"?bootable=x":                        "Invalid input received: 'bootable = x'",
		"?bogus=1":                           "Invalid filters bogus are found in query options.",
		"?name~=c":                           "Invalid filters name~ are found in query options.",
		"?with_count=x":                      "Value 'x' for 'with_count' is not a boolean.",
		"?created_at=gt:xx":                  "Invalid xx value",
		"?created_at=zz:2020-01-01T00:00:00": "Invalid zz operator",
		"?created_at=2020-01-01T00:00:00":    "Invalid 2020-01-01T00 operator",
		"?consumes_quota=x":                  "Value 'x' for 'use_quota' is not a boolean.",
	} {
		p.refused("demo", "GET", "/volumes"+query, nil, 400, want)
	}
	p.refused("demo", "GET", "/volumes?marker=nope", nil, 404, "Volume nope could not be found.")

	page := p.must("demo", "GET", "/volumes/detail?limit=2&with_count=true", nil)
	next := page["volumes_links"].([]any)[0].(object)["href"]
	if page["count"] != 3.0 || next != "http://cloud.test/volume/v3/"+projectOf("demo")+"/volumes/detail?limit=2&with_count=true&marker="+id["b"] {
		t.Errorf("%v", page)
	}
	summary := p.must("demo", "GET", "/volumes/summary", nil)["volume-summary"].(object)
	if summary["total_count"] != 3.0 || summary["total_size"] != 5.0 || len(summary["metadata"].(object)["n"].([]any)) != 3 {
		t.Errorf("%v", summary)
	}
}

func TestOldMicroversionsDropWhatTheyDoNotKnow(t *testing.T) {
	p := newPair(t)
	p.volume("demo", object{"name": "a", "size": 1})
	for _, query := range []string{"?bogus=1", "?name~=z", "?with_count=x", "?created_at=gt:xx", "?all_tenants=x", "?group_id=x"} {
		if got := p.listed("demo", "3.0 /volumes"+query); len(got) != 1 {
			t.Errorf("%s: %v", query, got)
		}
	}
	for _, value := range []string{"x", "1", "yes"} {
		if got := p.listed("demo", "3.0 /volumes?bootable="+value); len(got) != 0 {
			t.Errorf("bootable=%s: %v", value, got)
		}
	}
}

func TestVolumeMetadata(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1, "metadata": object{"k": "v"}})
	id, metadata := strings.TrimPrefix(volume, "/volumes/"), volume+"/metadata"
	step := func(method, path string, body any, want string) {
		t.Helper()
		if a := p.ask("demo", method, path, body); a.status != 200 || a.body != want {
			t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
		}
	}
	step("POST", metadata, object{"metadata": object{"a": "b"}}, `{"metadata":{"a":"b","k":"v"}}`)
	step("PUT", metadata, object{"metadata": object{"c": "d"}}, `{"metadata":{"c":"d"}}`)
	step("PUT", metadata+"/c", object{"meta": object{"c": "dd"}}, `{"meta":{"c":"dd"}}`)
	step("GET", "3.0 "+metadata, nil, `{"metadata":{"c":"dd"}}`)
	step("GET", metadata+"/c", nil, `{"meta":{"c":"dd"}}`)
	a := p.ask("demo", "GET", metadata, nil)
	tag := fmt.Sprintf("%x", md5.Sum([]byte(a.body))) // of the body as Python writes it
	if a.body != `{"metadata": {"c": "dd"}}` || a.header.Get("Etag") != tag {
		t.Errorf("%v", a)
	}
	step("DELETE", metadata+"/c", nil, "")
	p.refused("demo", "DELETE", metadata+"/c", nil, 404, "Volume "+id+" has no metadata with key c.")
	p.refused("demo", "GET", metadata+"/c", nil, 404, "Volume "+id+" has no metadata with key c.")
	p.refused("demo", "PUT", metadata+"/z", object{"meta": object{"c": "d"}}, 400, "Request body and URI mismatch")
	p.refused("demo", "PUT", metadata+"/z", object{"meta": object{}}, 400, "Invalid input for field/attribute meta. Value: {}. {} does not have enough properties")
	p.refused("demo", "POST", metadata, object{}, 400, "'metadata' is a required property")
	p.refused("alt", "GET", metadata, nil, 404, "Volume "+id+" could not be found.")
}

func TestVolumeImageMetadata(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1})
	id, action := strings.TrimPrefix(volume, "/volumes/"), volume+"/action"
	const none = "Glance metadata for volume/snapshot %s cannot be found."
	p.refused("demo", "POST", action, object{"os-show_image_metadata": nil}, 404, strings.Replace(none, "%s", id, 1))
	p.must("demo", "POST", action, object{"os-set_image_metadata": object{"metadata": object{"x": "y"}}})
	if a := p.ask("demo", "POST", action, object{"os-show_image_metadata": object{}}); a.body != `{"metadata":{"x":"y"}}` {
		t.Error(a)
	}
	if a := p.ask("demo", "POST", action, object{"os-unset_image_metadata": object{"key": "x"}}); a.status != 200 || a.body != "" {
		t.Error(a)
	}
	p.refused("demo", "POST", action, object{"os-unset_image_metadata": object{"key": "x"}}, 404, strings.Replace(none, "%s", id, 1))
}

// Volumes of a name are listed as all are: the newest first, in pages, of the caller's project.
func TestVolumesOfAName(t *testing.T) {
	p := newPair(t)
	var ids []string
	for range 3 {
		ids = append(ids, strings.TrimPrefix(p.volume("demo", object{"name": "twin", "size": 1}), "/volumes/"))
		p.volume("demo", object{"name": "twins", "size": 1})
		p.volume("alt", object{"name": "twin", "size": 1})
		p.volume("demo", object{"size": 1})
	}
	p.must("demo", "PUT", "/volumes/"+ids[1], object{"volume": object{"description": "d"}})
	for query, want := range map[string][]string{
		"?name=twin":                               {ids[2], ids[1], ids[0]},
		"?name=twin&limit=2":                       {ids[2], ids[1]},
		"?name=twin&limit=2&marker=" + ids[1]:      {ids[0]},
		"?name=twin&sort=created_at:asc&offset=1":  {ids[1], ids[2]},
		"?name=twin&status=error":                  nil,
		"?name=" + url.QueryEscape(`["twin","x"]`): {ids[2], ids[1], ids[0]},
		"?name=Twin":                               nil,
	} {
		var got []string
		for _, v := range p.must("demo", "GET", "/volumes"+query, nil)["volumes"].([]any) {
			got = append(got, v.(object)["id"].(string))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	all := p.must("admin", "GET", "/volumes?all_tenants=1&name=twin&with_count=true", nil)
	if len(all["volumes"].([]any)) != 6 || all["count"] != 6.0 {
		t.Errorf("of all projects: %v", all)
	}
	nameless := p.volume("demo", object{"size": 1})
	if got := p.show("demo", nameless)["status"]; got != "available" {
		t.Errorf("a volume without a name is %v", got)
	}
	p.must("demo", "DELETE", nameless, nil)
	p.refused("demo", "GET", nameless, nil, 404, "Volume "+strings.TrimPrefix(nameless, "/volumes/")+" could not be found.")
	p.must("demo", "PUT", "/volumes/"+ids[0], object{"volume": object{"name": "other"}})
	if got := len(p.listed("demo", "/volumes?name=twin")); got != 2 {
		t.Errorf("after a new name, %d are called the old one", got)
	}
}
