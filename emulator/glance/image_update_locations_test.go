package glance_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

func showingLocations(c *glance.Config) {
	c.ShowMultipleLocations, c.ShowImageDirectURL = true, true
	c.ImageLocationQuota = 3
}

const sum = "9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043"

// What is refused, and how, is read off glance/api/v2/images.py and glance/location.py.
func TestLocationsByPatch(t *testing.T) {
	c, at := mirror(t, release.Latest, showingLocations)
	id := c.create("admin", rawImage)
	if a := c.show(id); !strings.Contains(a.body, `"locations":[]`) || strings.Contains(a.body, "direct_url") {
		t.Error(a.body)
	}
	add := func(to, value string) answer {
		return c.patch("admin", id, `[{"op": "add", "path": "/locations/`+to+`", "value": `+value+`}]`)
	}
	for value, want := range map[string]string{
		`{"url": "` + at + `/nope", "metadata": {}}`:            "Invalid location",
		`{"url": "` + at + `/short", "metadata": {}}`:           "The Store URI was malformed.",
		`{"url": "file:///etc/passwd", "metadata": {}}`:         "Invalid location",
		`{"url": "nowhere://x", "metadata": {}}`:                "Invalid location",
		`{"url": "http://192.0.2.1/image.raw", "metadata": {}}`: "Invalid location",
	} {
		c.want(add("-", value), 400, want)
	}
	place := func(path, metadata string) string {
		return `{"url": "` + at + path + `", "metadata": {` + metadata + `}`
	}
	for given, want := range map[string]string{
		`{"checksum": "zz341402abc4b2a76b9719d911017c59", "os_hash_algo": "sha512", "os_hash_value": "` + sum + `"}`: "checksum (zz341402abc4b2a76b9719d911017c59) is not a valid hexadecimal value",
		`{"os_hash_algo": "md5", "os_hash_value": "00"}`:                                                             "os_hash_algo must be sha512, not md5",
		`{"os_hash_algo": "sha512", "os_hash_value": "00"}`:                                                          "os_hash_value (00) is not the correct size for sha512 (should be 64 bytes)",
	} {
		c.want(add("-", place("/ok", "")+`, "validation_data": `+given+`}`), 409, want)
	}
	c.want(add("x", place("/ok", "")+"}"), 400, "Invalid position for adding a location.")
	c.want(add("-", place("/ok", `"n": 1`)+"}"), 500, "The server has either erred or is incapable of performing the requested operation.")
	c.want(add("-", place("/ok", `"foo": "bar"`)+`, "validation_data": {"os_hash_algo": "sha512", "os_hash_value": "`+sum+`"}}`), 200, "")
	a := c.show(id)
	if c.field(a, "status") != "active" || c.field(a, "os_hash_value") != sum || c.field(a, "checksum") != nil || c.field(a, "size") != 5.0 ||
		c.field(a, "stores") != "archive" || c.field(a, "direct_url") != at+"/ok" ||
		!strings.Contains(a.body, `"locations":[{"url":"`+at+`/ok","metadata":{"foo":"bar","store":"archive"}}]`) {
		t.Error(a.body)
	}
	if got := c.do("admin", http.MethodGet, "/v2/images/"+id+"/file", ""); got.body != "hello" {
		t.Errorf("%d %s", got.status, got.body)
	}
	c.want(add("-", place("/ok", `"foo": "bar"`)+"}"), 400, "The location "+at+"/ok already exists")
	c.want(c.patch("admin", id, `[{"op": "remove", "path": "/locations/0"}]`), 403, "Cannot remove last location in the image.")
	c.want(add("-", place("/ok#new", "")+`, "validation_data": {"os_hash_algo": "sha512", "os_hash_value": "`+strings.Repeat("0", 128)+`"}}`), 409,
		"os_hash_value is already set with a different value")
	c.want(add("0", place("/ok#new", "")+"}"), 200, "")
	c.want(add("-", place("/away", "")+"}"), 200, "")
	c.want(add("-", place("/stream", "")+"}"), 413, "The limit has been exceeded on the number of allowed image locations. Attempted: 4, Maximum: 3")
	c.want(c.patch("admin", id, `[{"op": "remove", "path": "/locations/3"}]`), 400, "Invalid position for removing a location.")
	c.want(c.patch("admin", id, `[{"op": "remove", "path": "/locations/-"}]`), 200, "")
	if got := c.field(c.show(id), "direct_url"); got != at+"/ok#new" {
		t.Error(got)
	}
}

func TestReplacedLocations(t *testing.T) {
	c, at := mirror(t, release.Latest, showingLocations)
	id := c.create("admin", rawImage)
	replace := func(value string) answer {
		return c.patch("admin", id, `[{"op": "replace", "path": "/locations", "value": [`+value+`]}]`)
	}
	c.want(replace(""), 403, "Access was denied to this resource.|Cannot set locations to empty list.")
	one, two := `{"url": "`+at+`/ok", "metadata": {}}`, `{"url": "`+at+`/away", "metadata": {}}`
	c.want(replace(one+","+one), 400, "The location "+at+"/ok already exists")
	c.want(replace(one+","+two), 200, "")
	c.want(replace(`{"url": "`+at+`/ok", "metadata": {"date": "2015-10-15"}},`+two), 200, "")
	before := c.show(id)
	if !strings.Contains(before.body, `[{"url":"`+at+`/ok","metadata":{"date":"2015-10-15","store":"archive"}},{"url":"`+at+`/away","metadata":{"store":"archive"}}]`) {
		t.Error(before.body)
	}
	has := "Original locations is not empty: [{'id': 1, 'url': '" + at + "/ok', 'metadata': {'date': '2015-10-15', 'store': 'archive'}, 'status': 'active'}, " +
		"{'id': 2, 'url': '" + at + "/away', 'metadata': {'store': 'archive'}, 'status': 'active'}]"
	c.want(replace(one), 400, has)
	c.want(replace(one+`, {"url": "`+at+`/ok#new", "metadata": {}}`), 400, has)
	if after := c.show(id); after.body != before.body {
		t.Errorf("%s\n%s", before.body, after.body)
	}
}

// A store's own data is among the locations, and goes when its location does.
func TestLocationsOfStores(t *testing.T) {
	cfg := empty()
	showingLocations(&cfg)
	c := newCloud(t, cfg, release.Latest)
	id := c.active("hello", "X-Image-Meta-Store", "cheap")
	a := c.show(id)
	if c.field(a, "direct_url") != "file:///var/lib/glance/cheap/"+id {
		t.Error(a.body)
	}
	c.want(c.patch("demo", c.create("demo", rawImage), `[{"op": "remove", "path": "/locations/0"}]`), 403, "You are not authorized to complete delete_image_location action.")
}
