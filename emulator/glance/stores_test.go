package glance_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// The flags are strings, and the bodies those of the reference cloud but for where the data lies.
func TestStoresInfo(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	a := c.do("demo", "GET", "/v2/info/stores", "")
	want := `{"stores":[{"id":"reliable","description":"Has a good transfer speed/price ratio"},` +
		`{"id":"fast","description":"Fast store with short transfer time","default":"true"},` +
		`{"id":"cheap","description":"Inexpensive store for seldom used images"},` +
		`{"id":"archive","description":"Read-only store of published images","read-only":"true"}]}`
	if a.status != 200 || a.body != want {
		t.Errorf("%d %s", a.status, a.body)
	}
	c.want(c.do("demo", "GET", "/v2/info/stores", "x"), 400, "A body is not expected with this request.")
	c.want(c.do("demo", "GET", "/v2/info/stores/detail", ""), 403, "You are not authorized to complete stores_info_detail action.")
	c.want(c.do("nova", "GET", "/v2/info/stores/detail", ""), 200, "")
	a = c.do("admin", "GET", "/v2/info/stores/detail", "")
	for _, want := range []string{
		`{"id":"archive","description":"Read-only store of published images","read-only":"true","type":"http","properties":{},"weight":0}`,
		`"type":"file","properties":{"chunk_size":65536,"data_dir":"/var/lib/glance/cheap","thin_provisioning":false},"weight":0`,
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s in %s", want, a.body)
		}
	}
	old := newCloud(t, empty(), release.Zed)
	if a := old.do("admin", "GET", "/v2/info/stores/detail", ""); strings.Contains(a.body, "weight") {
		t.Errorf("%s", a.body)
	}
	old.want(old.do("nova", "GET", "/v2/info/stores/detail", ""), 403, "You are not authorized to complete stores_info_detail action.")
}

func TestStoresOfEveryType(t *testing.T) {
	cfg := empty()
	cfg.Stores = nil
	for _, kind := range []string{"rbd", "swift", "s3", "cinder", "http", "file", "memory"} {
		cfg.Stores = append(cfg.Stores, glance.StoreConfig{ID: "a-" + kind, Type: kind})
	}
	cfg.DefaultStore = ""
	c := newCloud(t, cfg, release.Latest)
	a := c.do("admin", "GET", "/v2/info/stores/detail", "")
	for _, want := range []string{
		`"type":"rbd","properties":{"chunk_size":8388608,"pool":"images","thin_provisioning":false,"fsid":null}`,
		`"type":"swift","properties":{"container":"glance","large_object_chunk_size":209715200,"large_object_size":5368709120}`,
		`"type":"s3","properties":{"s3_store_large_object_chunk_size":10485760,"s3_store_large_object_size":104857600,"s3_store_thread_pools":10}`,
		`"type":"cinder","properties":{"use_multipath":false,"volume_type":null}`,
		`"id":"a-rbd","default":"true"`, `"id":"a-memory","type":"file"`,
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s in %s", want, a.body)
		}
	}
	c.active("abc", "X-Image-Meta-Store", "a-s3")
}

func TestSingleStore(t *testing.T) {
	cfg := empty()
	cfg.SingleStore = true
	c := newCloud(t, cfg, release.Latest)
	c.want(c.do("demo", "GET", "/v2/info/stores", ""), 404, "Multi backend is not supported at this site.")
	c.want(c.do("demo", "GET", "/v2/info/stores/detail", ""), 404, "Multi backend is not supported at this site.")
	a := c.do("admin", "POST", "/v2/images", rawImage)
	if got := a.header.Get("OpenStack-image-store-ids"); got != "" {
		t.Errorf("stores offered: %s", got)
	}
	id := c.field(a, "id").(string)
	c.want(c.upload("admin", id, "abc", "X-Image-Meta-Store", "nope"), 204, "") // the header counts for nothing
	if got := c.field(c.show(id), "stores"); got != nil {
		t.Errorf("stores: %v", got)
	}
	if a := c.do("admin", "GET", "/v2/images/"+id+"/file", ""); a.body != "abc" {
		t.Errorf("%d %s", a.status, a.body)
	}
	c.want(c.do("admin", "DELETE", "/v2/stores/fast/"+id, ""), 404, "The resource could not be found.")
	if a := c.do("demo", "GET", "/versions", ""); strings.Contains(a.body, "v2.8") || !strings.Contains(a.body, "v2.9") {
		t.Errorf("%s", a.body)
	}
	if err := c.SetSingleStore(false); err != nil {
		t.Fatal(err)
	}
	if a := c.do("admin", "GET", "/v2/images/"+id+"/file", ""); a.body != "abc" {
		t.Errorf("with stores again: %d %s", a.status, a.body)
	}
	c.want(c.do("admin", "DELETE", "/v2/images/"+id, ""), 204, "")
}

func TestStoresOfAnImageByWeight(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.active("abc")
	for _, store := range []string{"cheap", "reliable"} {
		if err := c.AlsoIn(id, store); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.field(c.show(id), "stores"); got != "fast,cheap,reliable" {
		t.Errorf("stores: %v", got)
	}
	if err := c.SetStore("reliable", func(s *glance.StoreConfig) { s.Weight = 100 }); err != nil {
		t.Fatal(err)
	}
	if got := c.field(c.show(id), "stores"); got != "reliable,fast,cheap" {
		t.Errorf("stores: %v", got)
	}
}

// Weights say where data is read, not where it goes: that is the default store, or all of them in their own order.
func TestWeightsDoNotChooseTheStoreOfAnUpload(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	if err := c.SetStore("cheap", func(s *glance.StoreConfig) { s.Weight = 100 }); err != nil {
		t.Fatal(err)
	}
	if got := c.field(c.show(c.active("abc")), "stores"); got != "fast" {
		t.Errorf("uploaded to %v", got)
	}
	id := c.staged("abc")
	c.want(c.importImage("demo", id, byStaging+`}`), 202, "")
	if got := c.field(c.show(id), "stores"); got != "fast" {
		t.Errorf("imported to %v", got)
	}
	id = c.staged("abc")
	c.want(c.importImage("demo", id, byStaging+`, "all_stores": true}`), 202, "")
	if got := c.field(c.do("admin", "GET", "/v2/images/"+id+"/tasks", ""), "tasks").([]any)[0].(map[string]any)["input"].(map[string]any)["backend"]; !slices.Equal(got.([]any), []any{"reliable", "fast", "cheap"}) {
		t.Errorf("imported to %v", got)
	}
	if got := c.field(c.show(id), "stores"); got != "cheap,reliable,fast" {
		t.Errorf("shown in %v", got)
	}
}

// The answers are those of the reference cloud, where only one store was concerned.
func TestDeleteFromAStore(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.active("abc")
	c.want(c.do("admin", "DELETE", "/v2/stores/nope/"+id, ""), 409, "The selected store nope is not available on this node.")
	c.want(c.do("admin", "DELETE", "/v2/stores/fast/nope", ""), 404, "Failed to find image nope")
	c.want(c.do("demo", "DELETE", "/v2/stores/fast/"+id, ""), 404, "Failed to find image "+id)
	c.want(c.do("admin", "DELETE", "/v2/stores/fast/"+id, ""), 403, "Cannot delete image data from the only store containing it. Consider deleting the image instead.")
	c.want(c.do("admin", "DELETE", "/v2/stores/fast/"+c.create("admin", rawImage), ""), 409, "It's not allowed to remove image data from store if image status is not 'active'")
	if err := c.AlsoIn(id, "cheap"); err != nil {
		t.Fatal(err)
	}
	c.want(c.do("admin", "DELETE", "/v2/stores/reliable/"+id, ""), 404, "Image "+id+" is not stored in store reliable.")
	c.want(c.do("admin", "DELETE", "/v2/stores/fast/"+id, ""), 204, "")
	if got := c.field(c.show(id), "stores"); got != "cheap" {
		t.Errorf("stores: %v", got)
	}
	mine := c.create("demo", rawImage)
	c.want(c.upload("demo", mine, "abc"), 204, "")
	c.want(c.do("demo", "DELETE", "/v2/stores/fast/"+mine, ""), 403, "You are not authorized to complete delete_image_location action.")
}

func TestStoresAreState(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	before := c.db.Snapshot()
	for _, err := range []error{
		c.AddStore(glance.StoreConfig{ID: "new", Type: "memory", Description: "d"}), c.SetDefaultStore("new"), c.RemoveStore("cheap"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	a := c.do("demo", "GET", "/v2/info/stores", "")
	if strings.Contains(a.body, "cheap") || !strings.HasSuffix(a.body, `{"id":"new","description":"d","default":"true"}]}`) {
		t.Errorf("%s", a.body)
	}
	if got := c.field(c.show(c.active("abc")), "stores"); got != "new" {
		t.Errorf("stores: %v", got)
	}
	_ = c.db.Restore(before)
	if n := len(c.Stores()); n != 4 || c.Stores()[2].ID != "cheap" {
		t.Errorf("%d stores: %+v", n, c.Stores())
	}
	for name, err := range map[string]error{
		"add twice":       c.AddStore(glance.StoreConfig{ID: "fast"}),
		"add reserved":    c.AddStore(glance.StoreConfig{ID: "os_glance_x"}),
		"add of no type":  c.AddStore(glance.StoreConfig{ID: "y", Type: "tape"}),
		"remove unknown":  c.RemoveStore("nope"),
		"set unknown":     c.SetStore("nope", func(*glance.StoreConfig) {}),
		"set of no type":  c.SetStore("fast", func(s *glance.StoreConfig) { s.Type = "tape" }),
		"default unknown": c.SetDefaultStore("nope"),
		"no cap":          c.SetImageSizeCap(0),
	} {
		if err == nil {
			t.Errorf("%s was let through", name)
		}
	}
}

func TestDirectoryStore(t *testing.T) {
	dir := t.TempDir()
	cfg := empty()
	cfg.Stores[1].Path = dir
	c := newCloud(t, cfg, release.Latest)
	id := c.active("abc")
	if data, err := os.ReadFile(filepath.Join(dir, id)); string(data) != "abc" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	if a := c.do("admin", "GET", "/v2/images/"+id+"/file", "", "Range", "bytes=1-1"); a.body != "b" {
		t.Errorf("%d %s", a.status, a.body)
	}
	c.want(c.do("admin", "DELETE", "/v2/images/"+id, ""), 204, "")
	if left, err := os.ReadDir(dir); len(left) != 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestConfigMistakes(t *testing.T) {
	if err := glance.DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	cfg := glance.Config{
		Stores: []glance.StoreConfig{
			{ID: "os_glance_x"}, {ID: "a b"}, {ID: "same"}, {ID: "same", Type: "tape", Capacity: -1},
		},
		DefaultStore: "nope", ImageSizeCap: -1, LimitParamDefault: -1,
		Images: []glance.ImageConfig{{ID: "x", Visibility: "some", DiskFormat: "x", ContainerFormat: "y", Size: -1, Store: "z"}},
	}
	err := cfg.Validate()
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	for _, want := range []string{
		"image.stores[0].id: 'os_glance_' prefix", "image.stores[1].id", `image.stores[3].id: "same" is there twice`, "image.stores[3].type",
		"image.stores[3].capacity", `image.default_store: "nope"`, "image.image_size_cap", "image.limit_param_default", "image.images[0].id",
		"image.images[0].visibility", "image.images[0].disk_format", "image.images[0].container_format", "image.images[0]: size", "image.images[0].store",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
	if err := (glance.Config{}).Validate(); err == nil || !strings.Contains(err.Error(), "image.stores: want at least one") {
		t.Errorf("%v", err)
	}
}

func TestSeededImage(t *testing.T) {
	c := newCloud(t, glance.DefaultConfig(), release.Latest)
	a := c.do("demo", "GET", "/v2/images?name=cirros", "")
	for _, want := range []string{`"status":"active"`, `"visibility":"public"`, `"size":16777216`, `"stores":"fast"`, `"disk_format":"raw"`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s in %s", want, a.body)
		}
	}
}
