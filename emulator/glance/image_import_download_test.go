package glance_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// mirror is a server of images on this machine, and a Glance that may fetch from it.
func mirror(t *testing.T, rel release.Release, changes ...func(*glance.Config)) (*cloud, string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			w.Header().Set("Content-Length", "5")
			_, _ = w.Write([]byte("hello"))
		case "/stream":
			w.(http.Flusher).Flush()
			_, _ = w.Write([]byte("hello"))
		case "/short":
			w.Header().Set("Content-Length", "50")
			_, _ = w.Write([]byte("hello"))
		case "/away":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/astray":
			http.Redirect(w, r, "http://localhost:1/ok", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		t.Fatal(err)
	}
	cfg := empty()
	cfg.EnabledImportMethods = []string{"web-download", "glance-download"}
	cfg.ImportFilteringOpts = &glance.ImportFilteringOpts{AllowedHosts: []string{"127.0.0.1"}, AllowedPorts: []int{port}}
	for _, change := range changes {
		change(&cfg)
	}
	return newCloud(t, cfg, rel), server.URL
}

// What becomes of the image and its task is as on the reference cloud.
func TestImportByDownload(t *testing.T) {
	c, at := mirror(t, release.Latest)
	for path, status := range map[string]string{"/ok": "active", "/stream": "active", "/away": "active", "/nope": "queued", "/short": "queued", "/astray": "queued"} {
		id := c.create("demo", rawImage)
		c.want(c.importImage("demo", id, `{"method": {"name": "web-download", "uri": "`+at+path+`"}, "stores": ["fast", "cheap"]}`), 202, "")
		a := c.show(id)
		if got := c.field(a, "status"); got != status {
			t.Errorf("%s: %s", path, a.body)
		}
		failed, stores := "cheap,fast", any(nil)
		if status == "active" {
			failed, stores = "", "fast,cheap"
		}
		if c.field(a, "os_glance_failed_import") != failed || c.field(a, "os_glance_importing_to_stores") != "" || c.field(a, "stores") != stores {
			t.Errorf("%s: %s", path, a.body)
		}
		want := `"status":"success"`
		if status == "queued" {
			want = `"status":"failure"`
		}
		if tasks := c.do("demo", "GET", "/v2/images/"+id+"/tasks", ""); !strings.Contains(tasks.body, want) {
			t.Errorf("%s: %s", path, tasks.body)
		}
	}
	c.want(c.importImage("demo", c.create("demo", rawImage), `{"method": {"name": "web-download", "uri": "http://localhost/x"}}`), 400,
		"URI for web-download does not pass filtering: http://localhost/x")
}

// An answer without a length was no answer to older releases (reference).
func TestImportOfUnknownLength(t *testing.T) {
	c, at := mirror(t, release.Zed)
	id := c.create("demo", rawImage)
	c.want(c.importImage("demo", id, `{"method": {"name": "web-download", "uri": "`+at+`/stream"}}`), 202, "")
	if a := c.show(id); c.field(a, "status") != "queued" {
		t.Error(a.body)
	}
}

func TestImportFromAnotherRegion(t *testing.T) {
	c, _ := mirror(t, release.Latest)
	id := c.create("demo", rawImage)
	method := func(more string) string { return `{"method": {"name": "glance-download"` + more + `}}` }
	c.want(c.importImage("demo", id, method("")), 400, "'glance_region' needs to be set for glance-download import method")
	c.want(c.importImage("demo", id, method(`, "glance_region": "two"`)), 400, "'glance_image_id' needs to be set for glance-download import method")
	c.want(c.importImage("demo", id, method(`, "glance_region": "two", "glance_image_id": "x"`)), 400, "Remote image id does not look like a UUID: x")
	c.want(c.importImage("demo", id, method(`, "glance_region": "two", "glance_image_id": "`+id+`"`)), 202, "")
	if a := c.show(id); c.field(a, "status") != "queued" || c.field(a, "os_glance_failed_import") != "fast" {
		t.Error(a.body)
	}
}

// The answers are those of the reference cloud, but where newer releases look at the address at once.
func TestTaskCreate(t *testing.T) {
	c, at := mirror(t, release.Latest)
	const path = "/v2/tasks"
	for body, want := range map[string]answer{
		``:                                  {status: 400, body: "Body expected in request."},
		`[]`:                                {status: 400, body: "Task 'type' is required"},
		`{"type": "import"}`:                {status: 400, body: "Task 'input' is required"},
		`{"type": "import", "input": {}}`:   {status: 400, body: "Invalid location: None"},
		`{"type": "import", "input": null}`: {status: 400, body: "Invalid location: None"},
		`{"type": "import", "input": {"import_from": 5}}`:                    {status: 500, body: died},
		`{"type": "import", "input": {"import_from": "file:///etc/passwd"}}`: {status: 400, body: "File based imports are not allowed. Please use a non-local source of image data."},
		`{"type": "import", "input": {"import_from": "ftp://x/y"}}`:          {status: 400, body: "The given uri is not valid. Please specify a valid uri from the following list of supported uri ['http']"},
		`{"type": "import", "input": {"import_from": "http://x/y"}}`:         {status: 400, body: "URI for legacy import task does not pass filtering: http://x/y"},
	} {
		c.want(c.do("admin", "POST", path, body), want.status, want.body)
	}
	c.want(c.do("demo", "POST", path, ""), 403, "You are not authorized to complete tasks_api_access action.")
	for body, want := range map[string]string{
		`{"type": "import", "input": {"import_from": "` + at + `/ok"}}`:                                                        "failure Input does not contain 'import_from_format' field",
		`{"type": "import", "input": {"import_from": "` + at + `/nope", "import_from_format": "raw", "image_properties": {}}}`: "failure Task failed due to Internal Error",
		`{"type": "api_image_import", "input": {}}`:                                                                            "failure Input to api_image_import task is empty.",
		`{"type": "api_image_import", "input": {"image_id": "nope"}}`:                                                          "processing ",
		`{"type": "location_import", "input": {"image_id": "nope"}}`:                                                           "failure Input does not contain 'loc_url' field",
	} {
		a := c.do("admin", "POST", path, body)
		id, _ := c.field(a, "id").(string)
		if a.status != 201 || c.field(a, "status") != "pending" || a.header.Get("Location") != "http://cloud.test/image/v2/tasks/"+id {
			t.Errorf("%d %s", a.status, a.body)
		}
		a = c.do("admin", "GET", path+"/"+id, "")
		if got := c.field(a, "status").(string) + " " + c.field(a, "message").(string); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
	a := c.do("admin", "POST", path, `{"type": "import", "input": {"import_from": "`+at+`/ok", "import_from_format": "raw",
		"image_properties": {"disk_format": "raw", "container_format": "bare", "name": "legacy", "foo": "bar"}}}`)
	a = c.do("admin", "GET", path+"/"+c.field(a, "id").(string), "")
	result, ok := c.field(a, "result").(map[string]any)
	if !ok || c.field(a, "status") != "success" || c.field(a, "type") != "import" {
		t.Fatal(a.body)
	}
	a = c.show(result["image_id"].(string))
	if c.field(a, "status") != "active" || c.field(a, "owner") != nil || c.field(a, "virtual_size") != 512.0 || c.field(a, "foo") != "bar" || c.field(a, "name") != "legacy" {
		t.Error(a.body)
	}
	if a := c.do("admin", "POST", path, `{"type": "x", "input": {}}`); !strings.Contains(a.message(), "'x' is not one of ['import', 'api_image_import', 'location_import']") {
		t.Error(a.body)
	}
}
