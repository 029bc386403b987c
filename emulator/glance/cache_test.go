package glance_test

import (
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// Without a cache, the answers are those of the reference cloud.
func TestNoCache(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.active("abc")
	const none = "Caching via API is not supported at this site."
	c.want(c.do("admin", "GET", "/v2/cache", ""), 404, none)
	c.want(c.do("demo", "GET", "/v2/cache", ""), 403, "You are not authorized to complete cache_list action.")
	c.want(c.do("admin", "DELETE", "/v2/cache", ""), 404, none)
	c.want(c.do("admin", "DELETE", "/v2/cache/nope", ""), 500, died)
	c.want(c.do("admin", "DELETE", "/v2/cache/"+id, ""), 404, none)
	c.want(c.do("admin", "PUT", "/v2/cache/nope", ""), 404, "Image nope not found.")
	c.want(c.do("admin", "PUT", "/v2/cache/"+id, ""), 404, none)
	c.want(c.do("demo", "PUT", "/v2/cache/"+id, ""), 404, "Image "+id+" not found.")
	c.want(c.do("admin", "GET", "/v2/cache", "{}"), 400, "A body is not expected with this request.")
	c.want(c.do("admin", "PUT", "/v2/cache/"+id, "{}"), 500, died)
	c.wantBody(c.do("demo", "GET", "/v2/info/usage", ""), 200, `{"usage":{}}`)
	c.want(c.do("demo", "GET", "/v2/info/usage", "{}"), 500, died)
}

func TestCache(t *testing.T) {
	cfg := empty()
	cfg.ImageCacheDir, cfg.ImageCacheMaxSize = "/var/lib/glance/image-cache", 4
	c := newCloud(t, cfg, release.Zed)
	id, other := c.active("abc"), c.active("defg")
	c.want(c.do("admin", "DELETE", "/v2/cache/nope", ""), 404, "Image nope not found.")
	c.want(c.do("admin", "PUT", "/v2/cache/"+c.create("admin", "{}"), ""), 400, "Only images with status active can be targeted for queueing")
	c.want(c.do("admin", "PUT", "/v2/cache/"+id, ""), 202, "")
	c.wantBody(c.do("admin", "GET", "/v2/cache", ""), 200,
		`{"cached_images":[{"image_id":"`+id+`","last_accessed":1795359609.0,"last_modified":1795359609.0,"size":3,"hits":0}],"queued_images":[]}`)
	for range 2 {
		c.want(c.do("admin", "GET", "/v2/images/"+other+"/file", ""), 200, "")
	}
	c.want(c.do("admin", "GET", "/v2/images/"+id+"/file", "", "Range", "bytes=0-1"), 206, "")
	c.wantBody(c.do("admin", "GET", "/v2/cache", ""), 200,
		`{"cached_images":[{"image_id":"`+id+`","last_accessed":1795359609.0,"last_modified":1795359609.0,"size":3,"hits":0},`+
			`{"image_id":"`+other+`","last_accessed":1795359611.0,"last_modified":1795359610.0,"size":4,"hits":1}],"queued_images":[]}`)
	c.want(c.do("admin", "POST", "/v2/cache/prune", ""), 404, "The resource could not be found.")
	c.want(c.do("admin", "DELETE", "/v2/images/"+id, ""), 204, "")
	c.want(c.do("admin", "DELETE", "/v2/cache", "", "X-Image-Cache-Clear-Target", "queue"), 204, "")
	if a := c.do("admin", "GET", "/v2/cache", ""); len(c.field(a, "cached_images").([]any)) != 1 {
		t.Error(a.body)
	}
	c.want(c.do("admin", "DELETE", "/v2/cache", "", "X-Image-Cache-Clear-Target", "x"), 400,
		"If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string.")
	c.want(c.do("admin", "DELETE", "/v2/cache", ""), 204, "")
	c.wantBody(c.do("admin", "GET", "/v2/cache", ""), 200, `{"cached_images":[],"queued_images":[]}`)
}

func TestCacheIsPruned(t *testing.T) {
	cfg := empty()
	cfg.ImageCacheDir, cfg.ImageCacheMaxSize = "/cache", 5
	c := newCloud(t, cfg, release.Latest)
	id, other := c.active("abc"), c.active("defg")
	for _, i := range []string{other, id, other} {
		c.want(c.do("admin", "GET", "/v2/images/"+i+"/file", ""), 200, "")
	}
	c.wantBody(c.do("admin", "POST", "/v2/cache/prune", ""), 200, `{"total_files_pruned":1,"total_bytes_pruned":3}`)
	c.wantBody(c.do("admin", "POST", "/v2/cache/prune", ""), 200, `{"total_files_pruned":0,"total_bytes_pruned":0}`)
	c.wantBody(c.do("admin", "GET", "/v2/cache/nodes/"+other, ""), 200, `["http://127.0.0.1:9292"]`)
	c.wantBody(c.do("admin", "GET", "/v2/cache/nodes/"+id, ""), 200, `[]`)
	c.want(c.do("admin", "GET", "/v2/cache/nodes/nope", ""), 404, "Image nope not found.")
	c.wantBody(c.do("admin", "POST", "/v2/cache/clean", ""), 200, "")
	if err := c.RemoveStore("fast"); err != nil {
		t.Fatal(err)
	}
	c.want(c.do("admin", "GET", "/v2/images/"+other+"/file", ""), 200, "")
}

// The versions are those of glance/api/versions.py, with image_cache_dir set.
func TestVersionsOfTheCache(t *testing.T) {
	cfg := empty()
	cfg.ImageCacheDir = "/cache"
	for rel, want := range map[release.Release]string{
		release.Latest: "v2.18 v2.17 v2.16 v2.15 v2.14 v2.13 v2.12 v2.11 v2.10 v2.9 v2.8 v2.7 v2.6 v2.5 v2.4 v2.3 v2.2 v2.1 v2.0",
		release.Zed:    "v2.16 v2.15 v2.14 v2.13 v2.12 v2.11 v2.10 v2.9 v2.8 v2.7 v2.6 v2.5 v2.4 v2.3 v2.2 v2.1 v2.0",
	} {
		c := newCloud(t, cfg, rel)
		var ids []string
		for i, v := range c.field(c.do("", "GET", "/versions", ""), "versions").([]any) {
			version := v.(map[string]any)
			ids = append(ids, version["id"].(string))
			if (version["status"] == "CURRENT") != (i == 0) {
				t.Errorf("%s: %v", rel, version)
			}
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: %s", rel, got)
		}
	}
}
