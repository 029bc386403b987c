package glance_test

import (
	"testing"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

func TestDownload(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.active("0123456789")
	path := "/v2/images/" + id + "/file"
	a := c.do("admin", "GET", path, "")
	if a.status != 200 || a.body != "0123456789" {
		t.Errorf("%d %q", a.status, a.body)
	}
	for name, want := range map[string]string{
		"Content-Type": octets, "Content-Length": "10", "Content-Md5": "781e5e245d69b566979b86e28d23f2c7", "Content-Range": "",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	queued := c.create("admin", rawImage)
	c.want(c.do("admin", "GET", "/v2/images/"+queued+"/file", ""), 204, "")
	c.want(c.do("admin", "GET", "/v2/images/nope/file", ""), 404, "No image found with ID nope")
	c.want(c.do("demo", "GET", path, ""), 404, "No image found with ID "+id)
	c.want(c.do("admin", "GET", path, "x"), 400, "A body is not expected with this request.")
	c.want(c.patch("admin", id, `[{"op": "replace", "path": "/visibility", "value": "public"}]`), 200, "")
	c.want(c.do("demo", "GET", path, ""), 200, "")
	c.want(c.do("looker", "GET", path, ""), 403, "You are not authorized to complete download_image action.")
}

// The answers are those of the reference cloud.
func TestDownloadRanges(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	path := "/v2/images/" + c.active("0123456789") + "/file"
	const bad, far = "The Range requested is not available.|Invalid Range header.", "Start position MUST be in the inclusive range [0, 9]."
	for _, row := range []struct {
		header, value string
		status        int
		body, span    string
	}{
		{"Range", "bytes=0-3", 206, "0123", "bytes 0-3/10"},
		{"Range", "bytes=2-", 206, "23456789", "bytes 2-9/10"},
		{"Range", "bytes=-4", 206, "6789", "bytes 6-9/10"},
		{"Range", "bytes=-40", 206, "0123456789", "bytes 0-9/10"},
		{"Range", "bytes=-0", 206, "0123456789", "bytes 0-9/10"},
		{"Range", "bytes=9-9", 206, "9", "bytes 9-9/10"},
		{"Range", "bytes=0-100", 206, "0123456789", "bytes 0-9/10"},
		{"Range", "bytes=0-99999999999999999999", 206, "0123456789", "bytes 0-9/10"},
		{"Range", "BYTES = 1 - 2", 206, "12", "bytes 1-2/10"},
		{"Range", "bytes=10-", 416, "The Range requested is not available.|Invalid start position in Range header. " + far, ""},
		{"Range", "bytes=99999999999999999999-", 416, "The Range requested is not available.|Invalid start position in Range header. " + far, ""},
		{"Range", "bytes=5-2", 416, bad, ""},
		{"Range", "bits=0-1", 416, bad, ""},
		{"Range", "bytes=0-1,3-4", 400, "Requests with multiple ranges are not supported in Glance. You may make multiple single-range requests instead.", ""},
		{"Range", "bytes=-", 500, "", ""},
		{"Content-Range", "bytes 0-3/10", 206, "0123", "bytes 0-3/10"},
		{"Content-Range", "bytes 2-5/*", 206, "2345", "bytes 2-5/10"},
		{"Content-Range", "bytes 2-50/100", 206, "23456789", "bytes 2-9/10"},
		{"Content-Range", "bytes 5-2/10", 416, "The Range requested is not available.|Invalid Content-Range header.", ""},
		{"Content-Range", "bytes 20-30/*", 416, "The Range requested is not available.|Invalid stop position in Content-Range header. The stop position MUST be in the inclusive range [0, 9].", ""},
		{"Content-Range", "bytes 20-30/100", 416, "The Range requested is not available.|Invalid start position in Content-Range header. " + far, ""},
		{"Content-Range", "bytes */10", 500, "", ""},
	} {
		a := c.do("admin", "GET", path, "", row.header, row.value)
		if a.status != row.status || a.message() != row.body && a.body != row.body || a.header.Get("Content-Range") != row.span {
			t.Errorf("%s: %s: %d %q %q", row.header, row.value, a.status, a.body, a.header.Get("Content-Range"))
		}
	}
}

func TestDownloadOfADeactivatedImage(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.active("abc")
	path := "/v2/images/" + id
	c.want(c.patch("admin", id, `[{"op": "replace", "path": "/visibility", "value": "public"}]`), 200, "")
	c.want(c.do("demo", "POST", path+"/actions/deactivate", ""), 403, "You are not authorized to complete deactivate action.")
	for range 2 {
		c.want(c.do("admin", "POST", path+"/actions/deactivate", ""), 204, "")
	}
	c.want(c.do("demo", "GET", path+"/file", ""), 403, "The requested image has been deactivated. Image data download is forbidden.")
	c.want(c.do("admin", "GET", path+"/file", ""), 200, "")
	if got := c.field(c.do("demo", "GET", path, ""), "stores"); got != nil {
		t.Errorf("demo is told where the data is: %v", got)
	}
	if got := c.field(c.show(id), "status"); got != "deactivated" {
		t.Errorf("it is %v", got)
	}
	c.want(c.do("admin", "POST", path+"/actions/reactivate", ""), 204, "")
	c.want(c.do("demo", "GET", path+"/file", ""), 200, "")
	queued := c.create("admin", rawImage)
	c.want(c.do("admin", "POST", "/v2/images/"+queued+"/actions/deactivate", ""), 403, "Not allowed to deactivate image in status 'queued'")
}

func TestDownloadPreference(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	path := "/v2/images/" + c.active("abc") + "/file?prefer="
	c.want(c.do("admin", "GET", path+"cheap,%20fast,", ""), 200, "")
	c.want(c.do("admin", "GET", path+"nope", ""), 400, "Store 'nope' is not configured.")
	if err := c.SetSingleStore(true); err != nil {
		t.Fatal(err)
	}
	c.want(c.do("admin", "GET", path+"cheap", ""), 400, "Store selection for download is not available when multiple backends are not enabled.")
	old := newCloud(t, empty(), release.Zed)
	old.want(old.do("admin", "GET", "/v2/images/"+old.active("abc")+"/file?prefer=nope", ""), 200, "")
}

// An image whose store was taken away shows as before; its data cannot be read, nor can it be deleted (reference).
func TestAnImageWhoseStoreIsGone(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.active("abc", "X-Image-Meta-Store", "cheap")
	if err := c.RemoveStore("cheap"); err != nil {
		t.Fatal(err)
	}
	a := c.show(id)
	if c.field(a, "status") != "active" || c.field(a, "stores") != "cheap" {
		t.Errorf("%s", a.body)
	}
	if a := c.do("admin", "GET", "/v2/images/"+id+"/file", ""); a.status != 500 || a.body != "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	c.want(c.do("admin", "DELETE", "/v2/images/"+id, ""), 500, "The server has either erred or is incapable of performing the requested operation.")
	if err := c.AddStore(glance.StoreConfig{ID: "cheap"}); err != nil {
		t.Fatal(err)
	}
	c.want(c.do("admin", "DELETE", "/v2/images/"+id, ""), 204, "")
	c.want(c.show(id), 404, "No image found with ID "+id)
	c.want(c.do("admin", "DELETE", "/v2/images/"+id, ""), 404, "Failed to find image "+id+" to delete")
	c.want(c.do("admin", "POST", "/v2/images", `{"id": "`+id+`"}`), 409, "Image ID "+id+" already exists!")
}

func TestDelete(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", `{"protected": true}`)
	c.want(c.do("demo", "DELETE", "/v2/images/"+id, ""), 403, "Image "+id+" is protected and cannot be deleted.")
	c.want(c.patch("demo", id, `[{"op": "replace", "path": "/protected", "value": false}]`), 200, "")
	c.want(c.do("alt", "DELETE", "/v2/images/"+id, ""), 404, "Failed to find image "+id+" to delete")
	c.want(c.do("demo", "DELETE", "/v2/images/"+id, "x"), 400, "A body is not expected with this request.")
	c.want(c.do("demo", "DELETE", "/v2/images/"+id, ""), 204, "")
	community := c.create("demo", `{"visibility": "community"}`)
	c.want(c.do("alt", "DELETE", "/v2/images/"+community, ""), 403, "You are not authorized to complete delete_image action.")
}

// What a snapshot has, it keeps, whatever becomes of the image afterwards.
func TestSnapshotsKeepData(t *testing.T) {
	for _, path := range []string{"", t.TempDir()} {
		cfg := empty()
		cfg.Stores[1].Path = path
		c := newCloud(t, cfg, release.Latest)
		id := c.active("abc")
		snapshot := c.db.Snapshot()
		c.want(c.do("admin", "DELETE", "/v2/images/"+id, ""), 204, "")
		_ = c.db.Restore(snapshot)
		if a := c.do("admin", "GET", "/v2/images/"+id+"/file", ""); a.body != "abc" {
			t.Errorf("in %q: %d %s", path, a.status, a.body)
		}
		c.want(c.do("admin", "DELETE", "/v2/images/"+id, ""), 204, "")
	}
}
