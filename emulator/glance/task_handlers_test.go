package glance_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// The answers are the reference's, but for ids and times.
func TestTasks(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.staged("hello")
	if got := c.do("demo", "GET", "/v2/images/"+id+"/tasks", ""); got.body != `{"tasks":[]}` {
		t.Errorf("before: %s", got.body)
	}
	request := c.importImage("demo", id, byStaging+`, "stores": ["cheap", "fast"]}`).header.Get("X-Openstack-Request-Id")
	a := c.do("demo", "GET", "/v2/images/"+id+"/tasks", "")
	task := c.field(a, "tasks").([]any)[0].(map[string]any)["id"].(string)
	plain := func(a answer) string {
		s := strings.NewReplacer(id, "IMAGE", task, "TASK", request, "REQUEST").Replace(strings.TrimSpace(a.body))
		s = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}`).ReplaceAllString(s, "MICROTIME")
		return regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`).ReplaceAllString(s, "TIME")
	}
	const input = `{"image_id":"IMAGE","import_req":{"method":{"name":"glance-direct"},"stores":["cheap","fast"]},"backend":["cheap","fast"]}`
	for name, row := range map[string]struct {
		got  answer
		want string
	}{
		"of the image": {a, `{"tasks":[{"id":"TASK","type":"api_image_import","status":"success","owner":"demo-project","expires_at":"MICROTIME",` +
			`"created_at":"MICROTIME","updated_at":"MICROTIME","deleted_at":null,"deleted":false,"image_id":"IMAGE","request_id":"REQUEST",` +
			`"user_id":"demo","input":` + input + `,"result":{"image_id":"IMAGE"},"message":"Copied 0 MiB"}]}`},
		"by itself": {c.do("admin", "GET", "/v2/tasks/"+task, ""), `{"id":"TASK","type":"api_image_import","status":"success","owner":"demo-project",` +
			`"created_at":"TIME","updated_at":"TIME","self":"/v2/tasks/TASK","schema":"/v2/schemas/task","expires_at":"TIME","input":` + input +
			`,"message":"Copied 0 MiB","result":{"image_id":"IMAGE"},"image_id":"IMAGE","request_id":"REQUEST","user_id":"demo"}`},
		"in a list": {c.do("admin", "GET", "/v2/tasks", ""), `{"tasks":[{"id":"TASK","type":"api_image_import","status":"success","owner":"demo-project",` +
			`"created_at":"TIME","updated_at":"TIME","self":"/v2/tasks/TASK","schema":"/v2/schemas/task","expires_at":"TIME"}],` +
			`"first":"/v2/tasks","schema":"/v2/schemas/tasks"}`},
	} {
		if diff := cmp.Diff(row.want, plain(row.got)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}

	const forbidden = "You are not authorized to complete tasks_api_access action."
	c.want(c.do("demo", "GET", "/v2/tasks", ""), 403, forbidden)
	c.want(c.do("demo", "GET", "/v2/tasks/"+task, ""), 403, forbidden)
	c.want(c.do("demo", "DELETE", "/v2/tasks/nope", ""), 403, forbidden)
	c.want(c.do("admin", "GET", "/v2/tasks/nope", ""), 404, "Could not find task nope")
	c.want(c.do("alt", "GET", "/v2/images/"+id+"/tasks", ""), 404, "The resource could not be found.")
	deleted := c.do("admin", "DELETE", "/v2/tasks/"+task, "")
	c.want(deleted, 405, "This operation is currently not permitted on Glance Tasks. They are auto deleted after reaching the time based on their expires_at property.")
	if got := deleted.header.Get("Allow"); got != "GET" || strings.Contains(deleted.body, "<br") {
		t.Errorf("Allow: %s, %s", got, deleted.body)
	}

	c.want(c.importImage("admin", id, byCopying+`, "stores": ["reliable"]}`), 202, "")
	if got := len(c.field(c.do("demo", "GET", "/v2/images/"+id+"/tasks", ""), "tasks").([]any)); got != 1 {
		t.Errorf("of its own and the administrator's task, a project sees %d", got)
	}
}

func TestListOfTasks(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	var ids []string
	for _, options := range []string{``, `, "stores": ["archive"]`, `, "stores": ["cheap"]`} {
		id := c.staged("hello")
		c.want(c.importImage("demo", id, byStaging+options+"}"), 202, "")
		ids = append(ids, c.field(c.do("admin", "GET", "/v2/tasks?limit=1", ""), "tasks").([]any)[0].(map[string]any)["id"].(string))
	}
	c.do("admin", "GET", "/v2/tasks", "")
	for query, want := range map[string]string{
		"":                              "2 1 0",
		"?limit=0":                      "",
		"?limit=2":                      "2 1 next=limit=2&marker=1",
		"?limit=2&marker=1":             "0",
		"?sort_dir=asc":                 "0 1 2",
		"?sort_key=status&sort_dir=asc": "1 0 2",
		"?status=failure":               "1",
		"?owner=nobody":                 "",
		"?foo=bar":                      "2 1 0",
		"?type=import":                  "",
		"?limit=1&limit=x":              "2 next=limit=x&marker=2",
		"?limit=99999999999999999999":   "2 1 0",
		"?id=1":                         "1",
		"?sort_key=owner&limit=1&owner=demo-project": "2 next=sort_key=owner&limit=1&owner=demo-project&marker=2",
	} {
		for i, id := range ids {
			query = strings.ReplaceAll(strings.ReplaceAll(query, "marker="+string(rune('0'+i)), "marker="+id), "?id="+string(rune('0'+i)), "?id="+id)
		}
		a := c.do("admin", "GET", "/v2/tasks"+query, "")
		var got []string
		for _, v := range c.field(a, "tasks").([]any) {
			got = append(got, v.(map[string]any)["id"].(string))
		}
		if next, ok := c.field(a, "next").(string); ok {
			got = append(got, "next="+strings.TrimPrefix(next, "/v2/tasks?"))
		}
		text := strings.Join(got, " ")
		for i, id := range ids {
			text = strings.ReplaceAll(text, id, string(rune('0'+i)))
		}
		if text != want {
			t.Errorf("%s: %s, want %s", query, text, want)
		}
	}
	for query, message := range map[string]string{
		"limit=-1": "limit param must be positive", "limit=x": "limit param must be an integer", "marker=x": "Invalid marker format",
		"marker=00000000-0000-0000-0000-000000000000": "Task with the given id 00000000-0000-0000-0000-000000000000 was not found",
		"sort_dir=x": "Invalid sort direction: x", "sort_key=x": "Sort key supplied was not valid.", "status=x": "Invalid status value: x",
		"type=api_image_import": "Invalid type value: api_image_import",
	} {
		c.want(c.do("admin", "GET", "/v2/tasks?"+query, ""), 400, message)
	}
}
