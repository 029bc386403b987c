package glance_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// Paths are Latin 1, bodies UTF-8. The answers are the reference's.
func TestNamesInPaths(t *testing.T) {
	c := newCloud(t, empty(), release.Zed)
	id := c.create("admin", `{"name": "x", "tags": ["é"]}`)
	path := "/v2/images/" + id
	for _, row := range []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"DELETE", path + "/tags/%C3%A9", "", 404, "The resource could not be found."},
		{"PUT", path + "/tags/%C3%A9", "", 204, ""},
		{"PUT", path + "/tags/%F0%9F%98%80", "", 204, ""},
		{"PUT", path + "/tags/" + strings.Repeat("%C3%A9", 127), "", 204, ""},
		{"GET", "/v2/images/%C3%A9", "", 404, "No image found with ID Ã©"},
		{"POST", path + "/members", `{"member": "é"}`, 200, ""},
		{"GET", path + "/members/%C3%A9", "", 404, "Ã© not found in the member list of the image " + id + "."},
		{"POST", "/v2/metadefs/namespaces", `{"namespace": "é"}`, 201, ""},
		{"GET", "/v2/metadefs/namespaces/%C3%A9", "", 404, "Metadata definition namespace=Ã© was not found."},
	} {
		c.want(c.do("admin", row.method, row.path, row.body), row.status, row.message)
	}
	a := c.do("admin", "PUT", path+"/tags/"+strings.Repeat("%C3%A9", 128), "")
	if a.status != 400 || !strings.Contains(a.body, "is too long") {
		t.Errorf("%d %s", a.status, a.body)
	}
	tags := c.field(c.show(id), "tags").([]any)
	for _, tag := range []string{"é", "Ã©", "ð\u009f\u0098\u0080"} {
		if !slices.Contains(tags, any(tag)) {
			t.Errorf("no %q in %q", tag, tags)
		}
	}
}
