package glance_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

const md5ABC = "900150983cd24fb0d6963f7d28e17f72"

func TestUpload(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", rawImage)
	a := c.upload("demo", id, "abc", "X-Image-Meta-Store", "cheap")
	if a.status != 204 || a.body != "" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	shown := c.show(id)
	for name, want := range map[string]any{
		"status": "active", "size": 3.0, "virtual_size": 3.0, "checksum": md5ABC, "os_hash_algo": "sha512", "stores": "cheap",
		"os_hash_value": "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	} {
		if got := c.field(shown, name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	c.want(c.upload("demo", id, "abc"), 409, "Image status transition from active to saving is not allowed")
	if got := c.field(c.show(c.active("abc")), "stores"); got != "fast" {
		t.Errorf("without a store it goes to %v", got)
	}
}

// The order of the checks is that of glance/api/v2/image_data.py: type, store, image, right to upload, status, formats.
func TestUploadRefusals(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	bare := c.create("admin", `{"disk_format": "raw"}`)
	nothing := c.create("admin", `{}`)
	public := c.create("admin", `{"visibility": "public", "disk_format": "raw", "container_format": "bare"}`)
	for _, row := range []struct {
		user, id, media, store string
		status                 int
		message                string
	}{
		{"admin", "nope", "text/plain", "nope", 415, "The request media type text/plain is not supported by this server.|Invalid content type text/plain"},
		{"admin", "nope", octets, "nope", 400, "Store for identifier nope not found"},
		{"admin", "nope", octets, "CHEAP", 400, "Store for identifier CHEAP not found"},
		{"admin", "nope", octets, "cheap", 404, "No image found with ID nope"},
		{"demo", bare, octets, "", 404, "No image found with ID " + bare},
		{"demo", public, octets, "", 403, "You are not authorized to complete upload_image action."},
		{"admin", bare, octets, "archive", 400, "Property container_format must be set prior to saving data."},
		{"admin", nothing, octets, "", 400, "Properties disk_format, container_format must be set prior to saving data."},
		{"admin", public, octets, "archive", 410, "Error in store configuration. Adding images to store is disabled."},
	} {
		headers := []string{"Content-Type", row.media}
		if row.store != "" {
			headers = append(headers, "X-Image-Meta-Store", row.store)
		}
		a := c.do(row.user, "PUT", "/v2/images/"+row.id+"/file", "abc", headers...)
		c.want(a, row.status, row.message)
	}
	if got := c.field(c.show(public), "status"); got != "queued" {
		t.Errorf("after a refusal it is %v", got)
	}
	c.want(c.upload("admin", public, "abc"), 204, "")
}

// What stores say is what upstream's tell, and the image is "queued" again.
func TestUploadToStoresInTrouble(t *testing.T) {
	const full = "Image storage media is full: There is not enough disk space on the image storage media."
	for name, row := range map[string]struct {
		change  func(*cloud) error
		status  int
		message string
	}{
		"read-only": {func(c *cloud) error {
			return c.SetStore("cheap", func(s *glance.StoreConfig) { s.Type = "http" })
		}, 410, "Error in store configuration. Adding images to store is disabled."},
		"full": {func(c *cloud) error {
			return c.SetStore("cheap", func(s *glance.StoreConfig) { s.Full = true })
		}, 413, full},
		"too small": {func(c *cloud) error {
			return c.SetStore("cheap", func(s *glance.StoreConfig) { s.Capacity = 2 })
		}, 413, full},
		"not to be written": {func(c *cloud) error {
			return c.SetStore("cheap", func(s *glance.StoreConfig) { s.DenyWrites = true })
		}, 503, "Insufficient permissions on image storage media: Permission to write image storage media denied."},
		"no directory": {func(c *cloud) error {
			return c.SetStore("cheap", func(s *glance.StoreConfig) { s.Path = "/dev/null/x" })
		}, 500, "The server has either erred or is incapable of performing the requested operation."},
		"removed":   {func(c *cloud) error { return c.RemoveStore("cheap") }, 400, "Store for identifier cheap not found"},
		"size cap":  {func(c *cloud) error { return c.SetImageSizeCap(2) }, 413, "The incoming image is too large: The provided image is too large."},
		"exact cap": {func(c *cloud) error { return c.SetImageSizeCap(3) }, 204, ""},
		"room for just that": {func(c *cloud) error {
			return c.SetStore("cheap", func(s *glance.StoreConfig) { s.Capacity = 3 })
		}, 204, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t, empty(), release.Latest)
			id := c.create("demo", rawImage)
			if err := row.change(c); err != nil {
				t.Fatal(err)
			}
			c.want(c.upload("demo", id, "abc", "X-Image-Meta-Store", "cheap"), row.status, row.message)
			want := "queued"
			if row.status == 204 {
				want = "active"
			}
			if got := c.field(c.show(id), "status"); got != want {
				t.Errorf("the image is %v", got)
			}
			if row.status != 204 {
				c.want(c.upload("demo", id, "ab"), 204, "") // to the default store
			}
		})
	}
}

func TestCapacityCountsWhatIsThere(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	if err := c.SetStore("cheap", func(s *glance.StoreConfig) { s.Capacity = 5 }); err != nil {
		t.Fatal(err)
	}
	first := c.active("abc", "X-Image-Meta-Store", "cheap")
	second := c.create("admin", rawImage)
	if a := c.upload("admin", second, "abc", "X-Image-Meta-Store", "cheap"); a.status != 413 {
		t.Errorf("%d", a.status)
	}
	c.do("admin", "DELETE", "/v2/images/"+first, "")
	c.want(c.upload("admin", second, "abc", "X-Image-Meta-Store", "cheap"), 204, "")
}

// The messages are those of glance_store's file driver.
func TestUploadOfAnotherSize(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", rawImage)
	big := strings.Repeat("x", 100_000)
	for _, row := range []struct {
		data, size string
		status     int
		message    string
	}{
		{"abc", "4", 400, "Size mismatch: expected 4 bytes, got 3 bytes"},
		{"abc", "2", 400, "Size exceeds: expected 2 bytes, got 3 bytes"},
		{big, "10", 400, "Size exceeds: expected 10 bytes, got 65536 bytes"},
		{big, "70000", 400, "Size exceeds: expected 70000 bytes, got 100000 bytes"},
		{"abc", "x", 400, "Invalid or missing image size in request headers."},
		{"abc", "3", 204, ""},
	} {
		c.want(c.upload("demo", id, row.data, "X-Openstack-Image-Size", row.size), row.status, row.message)
	}
	old := newCloud(t, empty(), release.Zed)
	old.want(old.upload("demo", old.create("demo", rawImage), "abc", "X-Openstack-Image-Size", "99"), 204, "")
}

// A handle's content is taken over: hundreds of gigabytes of zeros are uploaded at once, with its true sums.
func TestUploadOfAContentHandle(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	client := http.Client{Transport: httpapi.Transport{Handler: c.front}}
	put := func(n int64) (string, int) {
		id := c.create("demo", rawImage)
		req, err := http.NewRequest(http.MethodPut, "http://cloud.test/image/v2/images/"+id+"/file", content.Zeros(n).NewReader())
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Auth-Token", "demo")
		req.Header.Set("Content-Type", octets)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		return id, resp.StatusCode
	}
	id, status := put(1 << 30)
	if got := c.field(c.show(id), "checksum"); status != 204 || got != "cd573cfaace07e7949bc0c46028904ff" {
		t.Errorf("%d, checksum %v", status, got)
	}
	if _, status := put(1<<40 + 1); status != 413 {
		t.Errorf("more than the cap: %d", status)
	}
	id, status = put(256 << 30)
	if got := c.field(c.show(id), "size"); status != 204 || got != float64(256<<30) {
		t.Fatalf("%d, size %v", status, got)
	}
	req, err := http.NewRequest(http.MethodGet, "http://cloud.test/image/v2/images/"+id+"/file", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", "demo")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if h, ok := resp.Body.(content.Handle); !ok || h.Content().Size() != 256<<30 {
		t.Errorf("the download is a %T", resp.Body)
	}
}

func TestUploadToAReservedStore(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.active("abc", "X-Image-Meta-Store", "os_glance_staging_store")
	if got := c.field(c.show(id), "stores"); got != "os_glance_staging_store" {
		t.Errorf("stores: %v", got)
	}
	if a := c.do("admin", "GET", "/v2/images/"+id+"/file", ""); a.body != "abc" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// A client that goes away half way leaves the image as it found it.
func TestUploadCutOff(t *testing.T) {
	for name, row := range map[string]struct{ dir, path, sent string }{
		"in memory":             {"", "file", "Content-Length: 1000000\r\n\r\nhalf"},
		"in a directory":        {t.TempDir(), "file", "Content-Length: 1000000\r\n\r\nhalf"},
		"between chunks":        {"", "file", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"},
		"within a chunk":        {"", "file", "Transfer-Encoding: chunked\r\n\r\n40\r\nhalf"},
		"on its way":            {"", "stage", "Content-Length: 1000000\r\n\r\nhalf"},
		"on its way, in chunks": {"", "stage", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"},
	} {
		cfg := empty()
		cfg.Stores[1].Path = row.dir
		c := newCloud(t, cfg, release.Latest)
		id := c.create("demo", rawImage)
		served := make(chan struct{})
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer close(served)
			c.front.ServeHTTP(w, r)
		}))
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "PUT /image/v2/images/%s/%s HTTP/1.1\r\nHost: x\r\nX-Auth-Token: demo\r\nContent-Type: %s\r\n%s", id, row.path, octets, row.sent)
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		<-served
		srv.Close()
		a := c.show(id)
		if c.field(a, "status") != "queued" || c.field(a, "size") != nil || c.field(a, "checksum") != nil {
			t.Errorf("%s: %s", name, a.body)
		}
		c.want(c.send("demo", "PUT", "/v2/images/"+id+"/"+row.path, strings.NewReader("abc"), "Content-Type", octets), 204, "")
	}
}

// An image that is deleted while its data is on the way is gone.
func TestUploadOfAnImageThatIsDeleted(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", rawImage)
	body := &hooked{data: "abc", hook: func() {
		if got := c.field(c.show(id), "status"); got != "saving" {
			t.Errorf("meanwhile it is %v", got)
		}
		c.want(c.do("demo", "DELETE", "/v2/images/"+id, ""), 204, "")
	}}
	a := c.send("demo", "PUT", "/v2/images/"+id+"/file", body, "Content-Type", octets)
	c.want(a, 410, "Image "+id+" could not be found after upload. The image may have been deleted during the upload, cleaning up the chunks uploaded.")
	c.want(c.show(id), 404, "No image found with ID "+id)
}

// What else is changed while data is on its way is lost, as it is on the reference, which saves the image as it was before.
func TestChangesDuringAnUploadAreLost(t *testing.T) {
	for _, path := range []string{"/file", "/stage"} {
		c := newCloud(t, empty(), release.Latest)
		id := c.create("demo", rawImage)
		body := &hooked{data: "abc", hook: func() {
			a := c.patch("demo", id, `[{"op": "replace", "path": "/name", "value": "y"}, {"op": "add", "path": "/foo", "value": "1"}]`)
			if a.status != 200 || c.field(a, "name") != "y" {
				t.Errorf("%d %s", a.status, a.body)
			}
		}}
		c.want(c.send("demo", "PUT", "/v2/images/"+id+path, body, "Content-Type", octets), 204, "")
		if a := c.show(id); c.field(a, "name") != "x" || c.field(a, "foo") != nil || c.field(a, "size") != 3.0 {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}

// What an image is in the middle of, nothing else begins. The answers are the reference's.
func TestOneThingAtATime(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	for path, status := range map[string]string{"/file": "saving", "/stage": "uploading"} {
		id := c.create("demo", rawImage)
		other := func(to string) answer {
			return c.send("demo", "PUT", "/v2/images/"+id+to, strings.NewReader("other"), "Content-Type", octets)
		}
		begun := &hooked{data: "abc", hook: func() {
			c.want(other("/file"), 409, "Image status transition from "+status+" to saving is not allowed")
			c.want(other("/stage"), 409, "Image status transition from "+status+" to uploading is not allowed")
			c.want(c.importImage("demo", id, `{"method": {"name": "web-download", "uri": "http://x/y"}}`), 409,
				"Image needs to be in 'queued' state to use 'web-download' method")
			c.want(c.do("admin", "POST", "/v2/images/"+id+"/actions/deactivate", ""), 403, "Not allowed to deactivate image in status '"+status+"'")
			c.want(c.patch("demo", id, `[{"op": "replace", "path": "/disk_format", "value": "qcow2"}]`), 403,
				"Attribute disk_format can be only replaced for a queued image.")
			c.want(c.do("demo", "GET", "/v2/images/"+id+"/file", ""), 204, "")
		}}
		c.want(c.send("demo", "PUT", "/v2/images/"+id+path, begun, "Content-Type", octets), 204, "")
		if got := c.field(c.show(id), "size"); got != 3.0 {
			t.Errorf("its size is %v", got)
		}
	}
	slow := slowCloud(t, time.Minute)
	id := slow.staged("hello")
	slow.want(slow.importImage("demo", id, byStaging+`}`), 202, "")
	for slow.field(slow.show(id), "status") != "importing" {
		slow.show(id)
	}
	for path, to := range map[string]string{"/file": "saving", "/stage": "uploading"} {
		a := slow.send("demo", "PUT", "/v2/images/"+id+path, strings.NewReader("other"), "Content-Type", octets)
		slow.want(a, 409, "Image status transition from importing to "+to+" is not allowed")
	}
}

// hooked does something ahead of its first byte.
type hooked struct {
	data string
	hook func()
}

func (h *hooked) Read(p []byte) (int, error) {
	if h.hook != nil {
		h.hook()
		h.hook = nil
	}
	if h.data == "" {
		return 0, io.EOF
	}
	n := copy(p, h.data)
	h.data = h.data[n:]
	return n, nil
}

func TestTwoUploadsAtOnce(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", rawImage)
	statuses := make([]int, 8)
	var all sync.WaitGroup
	for i := range statuses {
		all.Go(func() { statuses[i] = c.upload("demo", id, "abc").status })
	}
	all.Wait()
	good := 0
	for _, s := range statuses {
		switch s {
		case 204:
			good++
		case 409:
		default:
			t.Errorf("%d", s)
		}
	}
	if good != 1 {
		t.Errorf("%d of them succeeded", good)
	}
}

func TestUploadInFormats(t *testing.T) {
	qcow2 := "QFI\xfb" + strings.Repeat("\x00", 20) + "\x00\x00\x00\x00\x01\x00\x00\x00" + strings.Repeat("\x00", 600)
	for _, row := range []struct {
		release         release.Release
		disk, container string
		data            string
		status          int
		message         string
		virtual         any
	}{
		{release.Latest, "qcow2", "bare", qcow2, 204, "", float64(1 << 24)},
		{release.Zed, "qcow2", "bare", qcow2, 204, "", float64(1 << 24)},
		{release.Latest, "qcow2", "bare", "junk", 415, "Image disk_format qcow2 does not match stream data raw", nil},
		{release.Zed, "qcow2", "bare", "junk", 204, "", nil},
		{release.Latest, "ami", "ami", "junk", 204, "", nil},
		{release.Latest, "qcow2", "ovf", "junk", 204, "", nil},
		{release.Latest, "raw", "bare", qcow2, 204, "", float64(632)},
	} {
		c := newCloud(t, empty(), row.release)
		id := c.create("demo", fmt.Sprintf(`{"disk_format": %q, "container_format": %q}`, row.disk, row.container))
		a := c.upload("demo", id, row.data)
		if a.status != row.status || !strings.Contains(a.body, row.message) {
			t.Errorf("%v: %d %s", row.disk, a.status, a.body)
		}
		if got := c.field(c.show(id), "virtual_size"); got != row.virtual {
			t.Errorf("%s %s %s: virtual size %v", row.release, row.disk, row.container, got)
		}
	}
}
