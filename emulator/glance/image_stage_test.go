package glance_test

import (
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

func TestStaging(t *testing.T) {
	for _, rel := range []release.Release{release.Zed, release.Latest} {
		c := newCloud(t, empty(), rel)
		id := c.create("demo", `{}`) // formats are only needed for the import
		a := c.stage("demo", id, "hello")
		if a.status != 204 || a.body != "" || a.header.Get("Content-Type") != "text/html; charset=UTF-8" {
			t.Fatalf("%d %q %v", a.status, a.body, a.header)
		}
		shown := c.show(id)
		for name, want := range map[string]any{"status": "uploading", "size": 5.0, "checksum": nil, "virtual_size": nil, "stores": nil} {
			if got := c.field(shown, name); got != want {
				t.Errorf("%s: %v", name, got)
			}
		}
		c.want(c.do("demo", "GET", "/v2/images/"+id+"/file", ""), 204, "")
		c.want(c.stage("demo", id, "hello"), 409, "Image status transition from uploading to uploading is not allowed")
		c.want(c.upload("demo", id, "hello"), 409, "Image status transition from uploading to saving is not allowed")
		c.want(c.importImage("demo", id, byStaging+"}"), 409, "'container_format' needs to be set before import")
		c.want(c.do("demo", "DELETE", "/v2/images/"+id, ""), 204, "")
	}
}

func TestStagingNothing(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.staged("")
	c.want(c.importImage("demo", id, byStaging+"}"), 202, "")
	shown := c.show(id)
	for name, want := range map[string]any{"status": "active", "size": 0.0, "checksum": "d41d8cd98f00b204e9800998ecf8427e", "virtual_size": nil} {
		if got := c.field(shown, name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestStagingRefusals(t *testing.T) {
	cfg := empty()
	cfg.ImageSizeCap = 4
	c := newCloud(t, cfg, release.Latest)
	id, active := c.create("demo", rawImage), c.active("abc")
	public := c.create("admin", `{"visibility": "public"}`)
	for _, row := range []struct {
		user, id, data string
		headers        []string
		status         int
		message        string
	}{
		{"demo", "nope", "x", []string{"Content-Type", "text/plain"}, 415, "The request media type text/plain is not supported by this server.|Invalid content type text/plain"},
		{"demo", "nope", "x", []string{"X-Openstack-Image-Size", "x"}, 400, "Invalid or missing image size in request headers."},
		{"demo", "nope", "x", nil, 404, "No image found with ID nope"},
		{"demo", strings.Repeat("x", 5000), "x", nil, 404, "No image found with ID " + strings.Repeat("x", 5000)},
		{"alt", id, "x", nil, 404, "No image found with ID " + id},
		{"demo", public, "x", nil, 403, "You are not authorized to complete modify_image action."},
		{"admin", active, "x", nil, 409, "Image status transition from active to uploading is not allowed"},
		{"demo", id, "hello", nil, 413, "The incoming image is too large: The provided image is too large."},
		{"demo", id, "abc", []string{"X-Openstack-Image-Size", "4"}, 400, "Size mismatch: expected 4 bytes, got 3 bytes"},
	} {
		c.want(c.stage(row.user, row.id, row.data, row.headers...), row.status, row.message)
	}
	if shown := c.show(id); c.field(shown, "status") != "queued" || c.field(shown, "size") != nil {
		t.Errorf("after refusals: %s", shown.body)
	}
	c.want(c.stage("demo", id, "abc"), 204, "")
}

func TestStagingIsOff(t *testing.T) {
	cfg := empty()
	cfg.EnabledImportMethods = []string{"copy-image"}
	c := newCloud(t, cfg, release.Latest)
	c.want(c.stage("demo", "nope", "x", "Content-Type", "text/plain"), 404, "'glance-direct' method is not available at this site.")
	c.want(c.importImage("demo", "nope", byStaging+"}"), 400, "Unknown import method name 'glance-direct'.")
}
