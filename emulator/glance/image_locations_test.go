package glance_test

import (
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// What is refused, and how, is read off glance/api/v2/images.py.
func TestLocations(t *testing.T) {
	cfg := empty()
	cfg.Stores = append(cfg.Stores, glance.StoreConfig{ID: "blocks", Type: "rbd"})
	c := newCloud(t, cfg, release.Latest)
	full := c.active("hello", "X-Image-Meta-Store", "blocks")
	c.wantBody(c.do("admin", "GET", "/v2/images/"+full+"/locations", ""), 200,
		`[{"url":"rbd://images/`+full+`/snap","metadata":{"store":"blocks"}}]`)
	const formats = `"disk_format": "raw", "container_format": "bare", "visibility": "public"`
	id := c.create("admin", `{`+formats+`}`)
	path := "/v2/images/" + id + "/locations"
	c.wantBody(c.do("nova", "GET", path, ""), 200, `[]`)
	c.want(c.do("looker", "GET", path, ""), 403, "You are not authorized to complete fetch_image_location action.")
	c.want(c.do("demo", "POST", path, `{"url": "http://x/y"}`), 403, "You are not authorized to complete add_image_location action.")
	mine := c.create("demo", `{"disk_format": "raw", "container_format": "bare"}`)
	c.want(c.do("demo", "POST", "/v2/images/"+mine+"/locations", `{"url": "rbd://a/b/c/d"}`), 403, "http store must be enabled to use location API by normal user.")
	c.want(c.do("nova", "POST", "/v2/images/"+full+"/locations", `{"url": "x"}`), 404, "No image found with ID "+full)
	c.want(c.do("admin", "POST", "/v2/images/"+full+"/locations", `{"url": "x"}`), 409, "It's not allowed to add locations if image status is active.")
	url := `"url": "rbd://images/` + full + `/snap"`
	for data, want := range map[string]string{
		`{"os_hash_algo": "md5", "os_hash_value": "zz"}`: "os_hash_value (zz) is not a valid hexadecimal value",
		`{"os_hash_algo": "md5", "os_hash_value": "00"}`: "os_hash_value: (00) is not the correct size for md5 (should be (16) bytes)",
	} {
		c.want(c.do("nova", "POST", path, `{`+url+`, "validation_data": `+data+`}`), 400, want)
	}
	for _, body := range []string{`{}`, `[]`, `{"url": 5}`, `{"url": "x", "validation_data": {"os_hash_algo": "md5"}}`} {
		if a := c.do("nova", "POST", path, body); a.status != 400 || !strings.HasPrefix(a.message(), "Provided object does not match schema 'location': ") {
			t.Errorf("%s: %d %s", body, a.status, a.message())
		}
	}
	for _, bad := range []string{
		`{"url": "rbd://images/nope/snap"}`, `{"url": "file:///etc/passwd"}`, `{"url": "http://127.0.0.1:1/x"}`,
		`{` + url + `, "validation_data": {"os_hash_algo": "md5", "os_hash_value": "00000000000000000000000000000000"}}`,
	} {
		c.want(c.do("nova", "POST", path, bad), 202, "")
		if a := c.show(id); c.field(a, "status") != "queued" || strings.Contains(a.body, "os_glance_import_task") {
			t.Errorf("%s: %s", bad, a.body)
		}
	}
	c.want(c.do("nova", "POST", path, `{`+url+`, "validation_data": {"os_hash_algo": "md5", "os_hash_value": "5d41402abc4b2a76b9719d911017c592"}}`), 202, "")
	a := c.show(id)
	if c.field(a, "status") != "active" || c.field(a, "os_hash_algo") != "md5" || c.field(a, "os_hash_value") != "5d41402abc4b2a76b9719d911017c592" ||
		c.field(a, "stores") != "blocks" || c.field(a, "size") != 5.0 {
		t.Error(a.body)
	}
	if got := c.do("demo", "GET", "/v2/images/"+id+"/file", ""); got.body != "hello" {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := c.do("admin", "GET", "/v2/images/"+id+"/tasks", ""); !strings.Contains(got.body, `"type":"location_import","status":"success"`) {
		t.Error(got.body)
	}
}

func TestLocationsOfOlderReleases(t *testing.T) {
	c := newCloud(t, empty(), release.Caracal)
	c.want(c.do("admin", "GET", "/v2/images/"+c.active("abc")+"/locations", ""), 404, "The resource could not be found.")
}
