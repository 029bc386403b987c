package glance_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// slowCloud takes that long for each store of an import, at a second for each request.
func slowCloud(t *testing.T, delay time.Duration) *cloud {
	t.Helper()
	c := newCloud(t, empty(), release.Latest)
	c.front.Queue.SetDelays(sim.Delays{By: map[string]time.Duration{"glance.image.import_store": delay}}, nil)
	return c
}

// staged makes an image of demo's with data to import.
func (c *cloud) staged(data string) string {
	c.t.Helper()
	id := c.create("demo", rawImage)
	c.want(c.stage("demo", id, data), 204, "")
	return id
}

func (c *cloud) stage(user, id, data string, headers ...string) answer {
	c.t.Helper()
	return c.send(user, "PUT", "/v2/images/"+id+"/stage", strings.NewReader(data), append([]string{"Content-Type", octets}, headers...)...)
}

func (c *cloud) importImage(user, id, body string, headers ...string) answer {
	c.t.Helper()
	return c.do(user, "POST", "/v2/images/"+id+"/import", body, headers...)
}

// progress is what the import of an image can be seen to do from now on: its status, its stores, those to come, those
// that failed, and whether it is locked.
func (c *cloud) progress(id string) []string {
	c.t.Helper()
	var seen []string
	for range 20 {
		a := c.show(id)
		now := c.field(a, "status").(string)
		for _, name := range []string{"stores", "os_glance_importing_to_stores", "os_glance_failed_import"} {
			value, ok := c.field(a, name).(string)
			if !ok {
				value = "-"
			}
			now += " [" + value + "]"
		}
		if c.field(a, "os_glance_import_task") != nil {
			now += " locked"
		}
		if len(seen) == 0 || seen[len(seen)-1] != now {
			seen = append(seen, now)
		}
	}
	return seen
}

// tasks are the status and the message of each task of an image.
func (c *cloud) tasks(id string) []string {
	c.t.Helper()
	var list []string
	for _, v := range c.field(c.do("admin", "GET", "/v2/images/"+id+"/tasks", ""), "tasks").([]any) {
		task := v.(map[string]any)
		list = append(list, fmt.Sprintf("%s %q", task["status"], task["message"]))
	}
	return list
}

// task is the last of an image's tasks.
func (c *cloud) task(id string) string {
	c.t.Helper()
	all := c.tasks(id)
	return all[len(all)-1]
}

const (
	byStaging = `{"method": {"name": "glance-direct"}`
	byCopying = `{"method": {"name": "copy-image"}`
	crashed   = `failure "Task failed due to Internal Error"`
	copied    = `success "Copied 0 MiB"`
)

// The steps are those that the reference cloud goes through, as far as they can be seen between jobs.
func TestImportOfStagedData(t *testing.T) {
	for name, row := range map[string]struct {
		options string
		steps   []string
		task    string
	}{
		"the default store": {``, []string{"importing [-] [fast] [] locked", "active [fast] [] []"}, copied},
		"two stores": {`, "stores": ["cheap", "fast"]`, []string{
			"importing [-] [cheap,fast] [] locked", "importing [cheap] [fast] [] locked", "active [cheap,fast] [] []",
		}, copied},
		"all that can be written to": {`, "all_stores": true`, []string{
			"importing [-] [cheap,fast,reliable] [] locked", "importing [reliable] [cheap,fast] [] locked",
			"importing [reliable,fast] [cheap] [] locked", "active [reliable,fast,cheap] [] []",
		}, copied},
		"a read-only store": {`, "stores": ["archive"]`, []string{
			"importing [-] [archive] [] locked", "importing [-] [] [archive]",
		}, crashed},
		"a read-only store at the end": {`, "stores": ["cheap", "archive"]`, []string{
			"importing [-] [archive,cheap] [] locked", "importing [cheap] [archive] [] locked", "importing [-] [] [archive]",
		}, crashed},
		"a read-only store at the beginning": {`, "stores": ["archive", "cheap"]`, []string{
			"importing [-] [archive,cheap] [] locked", "importing [-] [cheap] [archive]",
		}, crashed},
		"some will do": {`, "stores": ["archive", "cheap", "fast"], "all_stores_must_succeed": false`, []string{
			"importing [-] [archive,cheap,fast] [] locked", "importing [-] [cheap,fast] [archive] locked",
			"active [cheap] [fast] [archive] locked", "active [cheap,fast] [] [archive]",
		}, copied},
		"some will do, and none does": {`, "stores": ["archive"], "all_stores_must_succeed": false`, []string{
			"importing [-] [archive] [] locked", "queued [-] [] [archive]",
		}, crashed},
		"no store at all": {`, "stores": []`, []string{"queued [-] [] []"}, crashed},
		"a store twice":   {`, "stores": ["cheap", "cheap"]`, []string{"importing [-] [cheap] [] locked"}, crashed},
		"the staging area": {`, "stores": ["os_glance_staging_store"]`, []string{
			"importing [-] [os_glance_staging_store] [] locked", "importing [-] [] [os_glance_staging_store]",
		}, crashed},
	} {
		t.Run(name, func(t *testing.T) {
			c := slowCloud(t, 3*time.Second)
			id := c.staged("hello")
			a := c.importImage("demo", id, byStaging+row.options+"}")
			if a.status != 202 || a.body != "" || a.header.Get("Content-Type") != "text/html; charset=UTF-8" {
				t.Errorf("%d %q %v", a.status, a.body, a.header)
			}
			if diff := cmp.Diff(row.steps, c.progress(id)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got := c.task(id); got != row.task {
				t.Errorf("the task is %s, want %s", got, row.task)
			}
			a = c.do("demo", "GET", "/v2/images/"+id+"/file", "")
			if active := strings.HasPrefix(row.steps[len(row.steps)-1], "active"); active && a.body != "hello" || !active && a.status != 204 {
				t.Errorf("the data is %d %q", a.status, a.body)
			}
			c.want(c.do("demo", "DELETE", "/v2/images/"+id, ""), 204, "")
		})
	}
}

func TestImportByCopying(t *testing.T) {
	for name, row := range map[string]struct {
		options string
		steps   []string
		task    string
	}{
		"one more": {`, "stores": ["cheap"]`, []string{"active [fast] [cheap] [] locked", "active [fast,cheap] [] []"}, copied},
		"all others": {`, "all_stores": true`, []string{
			"active [fast] [cheap,reliable] [] locked", "active [fast,reliable] [cheap] [] locked", "active [fast,reliable,cheap] [] []",
		}, copied},
		"a read-only store": {`, "stores": ["archive"]`, []string{"active [fast] [archive] [] locked", "active [fast] [] [archive]"}, crashed},
		"a read-only store at the end": {`, "stores": ["cheap", "archive"]`, []string{
			"active [fast] [archive,cheap] [] locked", "active [fast,cheap] [archive] [] locked", "active [fast] [] [archive]",
		}, crashed},
		"some will do": {`, "stores": ["archive", "cheap"], "all_stores_must_succeed": false`, []string{
			"active [fast] [archive,cheap] [] locked", "active [fast] [cheap] [archive] locked", "active [fast,cheap] [] [archive]",
		}, copied},
		"none will do": {`, "stores": ["archive"], "all_stores_must_succeed": false`, []string{
			"active [fast] [archive] [] locked", "active [fast] [] [archive]",
		}, `success ""`},
		"no store at all": {`, "stores": []`, []string{"active [fast] [] []"}, `success ""`},
	} {
		t.Run(name, func(t *testing.T) {
			c := slowCloud(t, 3*time.Second)
			id := c.active("hello")
			c.want(c.importImage("admin", id, byCopying+row.options+"}"), 202, "")
			if diff := cmp.Diff(row.steps, c.progress(id)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got := c.task(id); got != row.task {
				t.Errorf("the task is %s, want %s", got, row.task)
			}
			if got := c.do("admin", "GET", "/v2/images/"+id+"/file", "").body; got != "hello" {
				t.Errorf("the data is %q", got)
			}
		})
	}
}

func TestCopyingToAllStoresWhenItIsEverywhereDoesNothing(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.active("hello")
	c.want(c.importImage("admin", id, byCopying+`, "all_stores": true}`), 202, "")
	before := c.show(id).body
	c.want(c.importImage("admin", id, byCopying+`, "all_stores": true}`), 202, "")
	if diff := cmp.Diff(before, c.show(id).body); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
	if got := c.tasks(id); len(got) != 1 {
		t.Errorf("tasks: %v", got)
	}
}

// Copies share their bytes: of 64 GiB in four stores, none is moved.
func TestCopyingCopiesNothing(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("admin", rawImage)
	const size = 64 << 30
	req := httptest.NewRequestWithContext(t.Context(), "PUT", "/image/v2/images/"+id+"/file", nil)
	req.Body, req.ContentLength = content.Zeros(size).NewReader(), size
	req.Header.Set("X-Auth-Token", "admin")
	req.Header.Set("Content-Type", octets)
	w := httptest.NewRecorder()
	c.front.ServeHTTP(w, req)
	if w.Code != 204 {
		t.Fatal(w.Code, w.Body)
	}
	c.want(c.importImage("admin", id, byCopying+`, "all_stores": true}`), 202, "")
	if got := c.field(c.show(id), "stores"); got != "fast,reliable,cheap" {
		t.Errorf("it is in %v", got)
	}
	if got, want := c.task(id), fmt.Sprintf("success %q", "Copied 65536 MiB"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestImportIntoStoresInTrouble(t *testing.T) {
	for name, change := range map[string]func(*glance.StoreConfig){
		"full":          func(s *glance.StoreConfig) { s.Full = true },
		"small":         func(s *glance.StoreConfig) { s.Capacity = 4 },
		"without a way": func(s *glance.StoreConfig) { s.DenyWrites = true },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t, empty(), release.Latest)
			if err := c.SetStore("cheap", change); err != nil {
				t.Fatal(err)
			}
			id := c.staged("hello")
			c.want(c.importImage("demo", id, byStaging+`, "stores": ["reliable", "cheap"], "all_stores_must_succeed": false}`), 202, "")
			if diff := cmp.Diff([]string{"active [reliable] [] [cheap]"}, c.progress(id)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			c.want(c.importImage("admin", id, byCopying+`, "stores": ["fast", "cheap"]}`), 202, "")
			if diff := cmp.Diff([]string{"active [reliable] [] [cheap]"}, c.progress(id)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if err := c.SetStore("cheap", func(s *glance.StoreConfig) { s.Full, s.Capacity, s.DenyWrites = false, 0, false }); err != nil {
				t.Fatal(err)
			}
			c.want(c.importImage("admin", id, byCopying+`, "stores": ["fast", "cheap"]}`), 202, "")
			if diff := cmp.Diff([]string{"active [reliable,fast,cheap] [] []"}, c.progress(id)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestImportLocks(t *testing.T) {
	c := slowCloud(t, 4*time.Hour)
	id := c.active("hello")
	toCheap := byCopying + `, "stores": ["cheap"]}`
	c.want(c.importImage("admin", id, byCopying+`, "stores": ["cheap", "reliable"]}`), 202, "")
	// The lock is looked at before the stores, and after the right to copy (glance/api/v2/images.py).
	c.want(c.importImage("admin", id, byCopying+`, "stores": ["nowhere"]}`), 409, "Image has active task")
	c.want(c.importImage("admin", id, toCheap), 409, "Image has active task")
	c.want(c.importImage("demo", id, toCheap), 404, "No image found with ID "+id)
	for range 3500 { // of a second each
		c.show(id)
	}
	c.want(c.importImage("admin", id, toCheap), 409, "Image has active task")
	for range 100 {
		c.show(id)
	}
	c.want(c.importImage("admin", id, toCheap), 202, "")
	if got := c.progress(id); got[0] != "active [fast] [cheap] [] locked" {
		t.Errorf("what the first import left behind: %v", got)
	}
	if diff := cmp.Diff([]string{`failure "Expired lock preempted"`, `processing ""`}, c.tasks(id)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAnImageThatIsDeletedMeanwhile(t *testing.T) {
	for _, steps := range []int{0, 1} { // before the first store, and after it
		c := slowCloud(t, 3*time.Second)
		id := c.staged("hello")
		c.want(c.importImage("demo", id, byStaging+`, "stores": ["cheap", "fast"]}`), 202, "")
		task := c.field(c.do("admin", "GET", "/v2/tasks", ""), "tasks").([]any)[0].(map[string]any)["id"].(string)
		for range 4 * steps {
			c.show(id)
		}
		c.want(c.do("demo", "DELETE", "/v2/images/"+id, ""), 204, "")
		for range 10 {
			c.want(c.show(id), 404, "No image found with ID "+id)
		}
		a := c.do("admin", "GET", "/v2/tasks/"+task, "")
		if c.field(a, "status") != "failure" || c.field(a, "message") != "Task failed due to Internal Error" {
			t.Errorf("%d: %s", steps, a.body)
		}
	}
}

// What is refused, in the order and the words of the reference.
func TestImportRefusals(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	queued, staged, active, public := c.create("demo", rawImage), c.staged("x"), c.active("hello"), c.create("admin", `{"visibility": "public", "disk_format": "raw", "container_format": "bare"}`)
	noDisk, noContainer := c.create("demo", `{"container_format": "bare"}`), c.create("demo", `{"disk_format": "raw"}`)
	const (
		download = `{"method": {"name": "web-download", "uri": "http://127.0.0.1:9/x"}`
		died     = "The server has either erred or is incapable of performing the requested operation."
		filtered = "URI for web-download does not pass filtering: "
		both     = "All_stores parameter can't be used with x-image-meta-store header or stores parameter"
	)
	stores := func(v string) string { return download + `, "stores": ` + v + "}" }
	uri := func(v string) string { return `{"method": {"name": "web-download", "uri": ` + v + "}}" }
	for _, row := range []struct {
		user, id, body, header string
		status                 int
		message                string
	}{
		{"demo", "nope", ``, "", 400, "Body expected in request."},
		{"demo", "nope", `{"a"`, "", 400, "Malformed JSON in request body."},
		{"demo", "nope", `"x"`, "", 400, "Unexpected body type. Expected list/dict."},
		{"demo", "nope", `[]`, "", 500, died},
		{"demo", "nope", `{}`, "", 400, "Import request requires a 'method' field."},
		{"demo", "nope", `{"method": {}}`, "", 400, "Import request requires a 'name' field."},
		{"demo", "nope", `{"method": null}`, "", 500, died},
		{"demo", "nope", `{"method": "name"}`, "", 500, died},
		{"demo", "nope", `{"method": {"name": null}}`, "", 400, "Unknown import method name 'None'."},
		{"demo", "nope", `{"method": {"name": {"a": true}}}`, "", 400, "Unknown import method name '{'a': True}'."},
		{"demo", "nope", `{"method": {"name": "glance-download"}}`, "", 400, "Unknown import method name 'glance-download'."},
		{"demo", "nope", byStaging + `, "all_stores_must_succeed": null}`, "", 400, "'all_stores_must_succeed' must be boolean value only"},
		{"demo", "nope", byStaging + `, "all_stores": 1}`, "", 400, "'all_stores' must be boolean value only"},
		{"demo", "nope", byStaging + "}", "", 404, "No image found with ID nope"},
		{"alt", staged, byStaging + "}", "", 404, "No image found with ID " + staged},

		{"demo", queued, byStaging + `, "all_stores": true, "stores": []}`, "", 409, "Image needs to be staged before 'glance-direct' method can be used"},
		{"demo", queued, byCopying + "}", "", 409, "Only images with status active can be targeted for copying"},
		{"admin", active, byStaging + "}", "", 409, "Image with status active cannot be target for import"},
		{"admin", active, download + "}", "", 409, "Image with status active cannot be target for import"},
		{"demo", staged, download + "}", "", 409, "Image needs to be in 'queued' state to use 'web-download' method"},
		{"demo", noDisk, download + "}", "", 409, "'disk_format' needs to be set before import"},
		{"demo", noContainer, download + "}", "", 409, "'container_format' needs to be set before import"},
		{"demo", public, stores(`["nowhere"]`), "", 403, "You are not authorized to complete modify_image action."},

		{"demo", staged, byStaging + `, "all_stores": true, "stores": []}`, "", 400, both},
		{"demo", staged, byStaging + `, "all_stores": true}`, "fast", 400, both},
		{"demo", staged, byStaging + `, "stores": ["nowhere"]}`, "fast", 400, "Stores parameter and x-image-meta-store header can't be both specified"},
		{"demo", staged, byStaging + `}`, "nowhere", 409, "Store for identifier nowhere not found"},
		{"demo", queued, stores(`["cheap", "nowhere"]`), "", 409, "Store for identifier nowhere not found"},
		{"demo", queued, stores(`"cheap"`), "", 409, "Store for identifier c not found"},
		{"demo", queued, stores(`[1]`), "", 409, "Store for identifier 1 not found"},
		{"demo", queued, stores(`[null]`), "", 409, "Store for identifier None not found"},
		{"demo", queued, stores(`[""]`), "", 409, "Store for identifier  not found"},
		{"demo", queued, stores(`{"nowhere": 1}`), "", 409, "Store for identifier nowhere not found"},
		{"demo", queued, stores(`null`), "", 500, died},
		{"demo", queued, stores(`1`), "", 500, died},
		{"demo", queued, stores(`[[]]`), "", 500, died},
		{"demo", queued, stores(`[{}]`), "", 500, died},
		{"demo", queued, stores(`{"cheap": 1}`), "", 400, filtered + "http://127.0.0.1:9/x"},
		{"demo", queued, `{"method": {"name": "web-download"}}`, "", 400, filtered + "None"},
		{"demo", queued, uri(`"gopher://127.0.0.1/x"`), "", 400, filtered + "gopher://127.0.0.1/x"},
		{"demo", queued, uri(`"http://[x"`), "", 400, filtered + "http://[x"},
		{"demo", queued, uri(`""`), "", 400, strings.TrimSpace(filtered)},
		{"demo", queued, uri(`[]`), "", 400, filtered + "[]"},
		{"demo", queued, uri(`5`), "", 500, died},
		{"demo", queued, uri(`true`), "", 500, died},
		{"demo", queued, uri(`{"a": 1}`), "", 500, died},

		{"admin", active, byCopying + "}", "", 400, "Image is already present at store 'fast'"},
		{"admin", active, byCopying + "}", "fast", 400, "Image is already present at store 'fast'"},
		{"admin", active, byCopying + `, "stores": ["cheap", "fast"]}`, "", 400, "Image is already present at store 'fast'"},
	} {
		var headers []string
		if row.header != "" {
			headers = []string{"X-Image-Meta-Store", row.header}
		}
		before := c.db.Snapshot()
		c.want(c.importImage(row.user, row.id, row.body, headers...), row.status, row.message)
		if c.db.Snapshot() != before {
			t.Errorf("%s changed something", row.body)
		}
	}
}

func TestOldReleasesLookAtTheOwnerOfWhatIsImported(t *testing.T) {
	c := newCloud(t, empty(), release.Zed)
	public := c.create("admin", `{"visibility": "public", "disk_format": "raw", "container_format": "bare"}`)
	c.want(c.stage("demo", public, "x"), 403, "You do not own this image")
	c.want(c.stage("admin", public, "x"), 204, "")
	c.want(c.importImage("demo", public, byStaging+"}"), 403, "You do not own this image")
	c.want(c.importImage("admin", public, byStaging+"}"), 202, "")
	c.show(public)
	c.want(c.importImage("demo", public, byCopying+`, "stores": ["cheap"]}`), 403, "You are not authorized to complete copy_image action.")
}

func TestImportWhereStoresHaveNoNames(t *testing.T) {
	cfg := empty()
	cfg.SingleStore = true
	c := newCloud(t, cfg, release.Latest)
	queued := c.create("demo", rawImage)
	c.want(c.importImage("demo", queued, `{"method": {"name": "web-download"}, "all_stores_must_succeed": false}`), 400,
		"All_stores_must_succeed can only be set with enabled_backends None")
	id := c.staged("hello")
	c.want(c.importImage("demo", id, byStaging+`, "all_stores": true, "stores": ["nowhere"]}`), 202, "")
	if diff := cmp.Diff([]string{"active [-] [] []"}, c.progress(id)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := c.do("demo", "GET", "/v2/images/"+id+"/file", "").body; got != "hello" {
		t.Errorf("%q", got)
	}
}
