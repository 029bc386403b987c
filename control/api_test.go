package control_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fauxstack/fauxstack/control"
	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

// contract is openapi.yaml, ready to hold answers against.
type contract struct {
	paths   map[string]any
	schemas *jsonschema.Compiler
}

func readContract(t *testing.T) *contract {
	t.Helper()
	text, err := yaml.YAMLToJSON([]byte(control.OpenAPI))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{doc.(map[string]any)["paths"].(map[string]any), jsonschema.NewCompiler()}
	c.schemas.AssertFormat()
	if err := c.schemas.AddResource("mem:///openapi", doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// operations are all "METHOD /path" that the contract has.
func (c *contract) operations() []string {
	var list []string
	for path, item := range c.paths {
		for method := range item.(map[string]any) {
			if method != "parameters" {
				list = append(list, strings.ToUpper(method)+" "+path)
			}
		}
	}
	slices.Sort(list)
	return list
}

func TestTheContractHasEveryRouteAndNoOther(t *testing.T) {
	if a, b := strings.Join(control.Routes(), "\n"), strings.Join(readContract(t).operations(), "\n"); a != b {
		t.Errorf("routes:\n%s\n\nopenapi.yaml:\n%s", a, b)
	}
}

// pathOf is the contract's path that a request's path is one of.
func (c *contract) pathOf(path string) string {
	best := ""
	for template := range c.paths {
		pattern := "^" + regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), "[^/]+") + "$"
		if regexp.MustCompile(pattern).MatchString(path) && (best == "" || !strings.Contains(template, "{")) {
			best = template
		}
	}
	return best
}

func escaped(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(path, "~", "~0"), "/", "~1"), "%", "%25")
}

// check holds an answer against the contract.
func (c *contract) check(method, path string, a answer) error {
	path, _, _ = strings.Cut(path, "?")
	template := c.pathOf(path)
	item, _ := c.paths[template].(map[string]any)
	operation, _ := item[strings.ToLower(method)].(map[string]any)
	if operation == nil {
		return fmt.Errorf("%s %s is not in the contract", method, path)
	}
	responses := operation["responses"].(map[string]any)
	key := fmt.Sprint(a.status)
	if responses[key] == nil && a.status >= 400 {
		key = "default"
	}
	response, _ := responses[key].(map[string]any)
	if response == nil {
		return fmt.Errorf("status %d is not in the contract, which has %v", a.status, slices.Sorted(maps.Keys(responses)))
	}
	place := "/paths/" + escaped(template) + "/" + strings.ToLower(method) + "/responses/" + key
	if ref, ok := response["$ref"].(string); ok {
		place = strings.TrimPrefix(ref, "#")
	}
	if a.status == http.StatusNoContent {
		if a.body != "" {
			return fmt.Errorf("a body with 204: %s", a.body)
		}
		return nil
	}
	if kind := a.header.Get("Content-Type"); kind != "application/json" {
		return nil // what is no JSON has no schema worth the name
	}
	schema, err := c.schemas.Compile("mem:///openapi#" + place + "/content/application~1json/schema")
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(a.body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// checkRequest holds a request's body against the contract.
func (c *contract) checkRequest(method, path, body string) error {
	template := c.pathOf(path)
	schema, err := c.schemas.Compile("mem:///openapi#/paths/" + escaped(template) + "/" + strings.ToLower(method) + "/requestBody/content/application~1json/schema")
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// A tour through the whole API: each good body is in the contract, each answer is as the contract has it, and every
// operation is met.
func TestAnswersAreAsTheContractHasThem(t *testing.T) {
	s, c := serve(t), readContract(t)
	met := map[string]bool{
		"GET /openapi.yaml": true, "GET /clouds/{cloud}/events": true, "GET /clouds/{cloud}/snapshots/{snapshot}/file": true,
		"PUT /clouds/{cloud}/snapshots/{snapshot}/file": true, "GET /clouds/{cloud}/data/volumes/{volume}": true,
		"PUT /clouds/{cloud}/data/volumes/{volume}": true, "GET /clouds/{cloud}/data/snapshots/{snapshot}": true,
		"GET /clouds/{cloud}/data/backups/{backup}": true,
	} // by tests of their own
	for _, row := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/health", "", 200, `"ready"`},
		{"POST", "/clouds", `{"name":"blue","options":{"clock":"manual","delays":{"cinder.volume.create":"30s"},"faults":[{"op":"cinder.volumes.list","status":503,"times":1}]}}`, 201, `"faults":1`},
		{"POST", "/clouds", `{"name":"blue"}`, 409, "already"},
		{"GET", "/clouds", "", 200, `"blue"`},
		{"GET", "/clouds/blue", "", 200, `"clock":"manual"`},
		{"GET", "/clouds/bleu", "", 404, `did you mean \"blue\"?`},
		{"POST", "/clouds/blue/fork", `{"name":"green"}`, 201, `"forked_off":"blue"`},
		{"DELETE", "/clouds/green", "", 204, ""},
		{"GET", "/clouds/blue/users", "", 200, `"name":"alt_demo"`},

		{"PATCH", "/clouds/blue/clock", `{"jitter":0.5,"delays":{"cinder.volume.*":"1m0s"}}`, 200, `"1m0s"`},
		{"PATCH", "/clouds/blue/clock", `{"mode":"sundial"}`, 400, "want real, manual or step"},
		{"GET", "/clouds/blue/clock", "", 200, `"manual"`},
		{"POST", "/clouds/blue/clock/advance", `{"by":"30s"}`, 200, `"now"`},
		{"POST", "/clouds/blue/clock/advance", `{"by":"-30s"}`, 400, "want a time"},
		{"POST", "/clouds/blue/clock/settle", "", 200, `"pending":0`},
		{"GET", "/clouds/blue/jobs", "", 200, `"jobs"`},

		{"GET", "/clouds/blue/stores", "", 200, `"read_only":true`},
		{"POST", "/clouds/blue/stores", `{"id":"tape","type":"swift","default":true,"capacity":1000}`, 201, `"default":true`},
		{"POST", "/clouds/blue/stores", `{"id":"tape"}`, 409, "already"},
		{"POST", "/clouds/blue/stores", `{"id":"disk","path":"/var/lib"}`, 403, "in memory"},
		{"POST", "/clouds/blue/stores", `{"id":"disk","type":"swift","read_only":true}`, 400, "read_only"},
		{"POST", "/clouds/blue/stores", `{"id":"old","read_only":true}`, 201, `"type":"http"`},
		{"GET", "/clouds/blue/stores/tape", "", 200, `"capacity":1000`},
		{"PATCH", "/clouds/blue/stores/tape", `{"full":true,"read_only":true}`, 200, `"read_only":true,"full":true`},
		{"PATCH", "/clouds/blue/stores/tape", `{"read_only":false}`, 200, `"read_only":false`},
		{"PATCH", "/clouds/blue/stores/tape", `{"default":false}`, 400, "make another store the default"},
		{"PATCH", "/clouds/blue/stores/tap", `{}`, 404, `did you mean \"tape\"?`},
		{"DELETE", "/clouds/blue/stores/old", "", 204, ""},
		{"PATCH", "/clouds/blue/glance", `{"single_store":true,"image_size_cap":5,"default_store":"fast"}`, 200, `"default_store":"fast","single_store":true,"image_size_cap":5`},
		{"PATCH", "/clouds/blue/glance", `{"default_store":"fats"}`, 404, `did you mean \"fast\"?`},
		{"GET", "/clouds/blue/glance", "", 200, `"image_size_cap":5`},
		{"GET", "/clouds/blue/backends", "", 200, `"initialized":true`},
		{"PATCH", "/clouds/blue/backends/lvmdriver-1", `{"initialized":false}`, 200, `"initialized":false`},
		{"PATCH", "/clouds/blue/backends/lvmdriver-3", `{"initialized":false}`, 404, "did you mean"},
		{"PATCH", "/clouds/blue/backends/lvmdriver-1", `{}`, 400, "want true or false"},
		{"PUT", "/clouds/blue/quotas/demo", `{"volumes":2,"gigabytes":-1}`, 200, `"volumes":{"limit":2,"in_use":0}`},
		{"PUT", "/clouds/blue/quotas/demo", `{"volumse":2}`, 400, "want one of"},
		{"GET", "/clouds/blue/quotas/demo", "", 200, `"gigabytes":{"limit":-1,"in_use":0}`},
		{"GET", "/clouds/blue/quotas/dmeo", "", 404, `did you mean \"demo\"?`},

		{"POST", "/clouds/blue/faults", `{"op":"glance.images.upload","nth":2,"status":503,"latency":"1s"}`, 201, `"hits":0`},
		{"POST", "/clouds/blue/faults", `{"op":"glance.images.uplaod","status":503}`, 400, "glance.images.upload"},
		{"POST", "/clouds/blue/faults", `{"op":"glance.images.upload","sttaus":503}`, 400, `did you mean \"status\"?`},
		{"GET", "/clouds/blue/faults", "", 200, `"latency":"1s"`},
		{"GET", "/clouds/blue/faults/FAULT", "", 200, `"nth":2`},
		{"DELETE", "/clouds/blue/faults/FAULT", "", 204, ""},
		{"GET", "/clouds/blue/faults/FAULT", "", 404, "there is no fault"},
		{"DELETE", "/clouds/blue/faults", "", 204, ""},

		{"GET", "/clouds/blue/requests?method=POST&op=keystone.*", "", 200, `"requests":[]`},
		{"GET", "/clouds/default/requests?status=404&wait=10s", "", 200, `"status":404`},
		{"GET", "/clouds/default/requests?status=599&wait=1ms", "", 408, "no such request within 1ms"},
		{"GET", "/clouds/default/requests?stauts=404", "", 400, "status"},
		{"GET", "/clouds/default/requests?wait=soon", "", 400, "want a time"},
		{"GET", "/clouds/default/requests.har?status=404", "", 200, `"entries"`},
		{"DELETE", "/clouds/default/requests", "", 204, ""},
		{"GET", "/clouds/default/requests", "", 200, `"requests":[]`},
		{"GET", "/clouds/default/events?kind=noise", "", 400, "want one of"},

		{"POST", "/clouds/blue/snapshots", `{"name":"one"}`, 201, `"one"`},
		{"POST", "/clouds/blue/snapshots", `{"name":"one"}`, 409, "already"},
		{"POST", "/clouds/blue/snapshots", `{"name":"One"}`, 400, "want 1 to 63"},
		{"GET", "/clouds/blue/snapshots", "", 200, `"one"`},
		{"POST", "/clouds/blue/snapshots/one/restore", "", 200, `"snapshots":1`},
		{"POST", "/clouds/blue/snapshots/two/restore", "", 404, "there are: one"},
		{"DELETE", "/clouds/blue/snapshots/one", "", 204, ""},
		{"POST", "/clouds/blue/reset", "", 200, `"name":"blue"`},
		{"GET", "/clouds/blue/glance", "", 200, `"single_store":false`},
		{"DELETE", "/clouds/blue", "", 204, ""},
	} {
		if strings.Contains(row.path, "status=404") {
			s.ask("GET", s.URL()+"/nothing/here", "") // for the request log
		}
		path := strings.ReplaceAll(row.path, "FAULT", "fault-2")
		a := s.api(row.method, path, row.body)
		if a.status != row.status || !strings.Contains(a.body, row.want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", row.method, path, row.body, a.status, a.body, row.status, row.want)
		}
		if err := c.check(row.method, path, a); err != nil {
			t.Errorf("%s %s: %v\n%s", row.method, path, err, a.body)
		}
		if row.body != "" && row.status < 300 {
			if err := c.checkRequest(row.method, path, row.body); err != nil {
				t.Errorf("%s %s: the body: %v", row.method, path, err)
			}
		}
		if bare, _, _ := strings.Cut(path, "?"); row.status < 300 {
			met[row.method+" "+c.pathOf(bare)] = true
		}
	}
	for _, op := range c.operations() {
		if !met[op] {
			t.Errorf("%s is not tested", op)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	s := serve(t)
	for _, row := range []struct{ method, path, want, allow string }{
		{"GET", "/cluods", "not_found: the control API has no /_fauxstack/cluods", ""},
		{"PUT", "/clouds", "method_not_allowed: PUT /_fauxstack/clouds: want GET or POST", "GET, POST"},
		{"GET", "/clouds/default/reset", "want POST", "POST"},
		{"GET", "/clouds/default/nothing", "openapi.yaml lists what it has", ""},
	} {
		if a := s.api(row.method, row.path, ""); !strings.Contains(a.message(), row.want) || a.header.Get("Allow") != row.allow {
			t.Errorf("%s %s: %v %s", row.method, row.path, a.header, a.body)
		}
	}
	if a := s.api("GET", "/openapi.yaml", ""); a.body != control.OpenAPI {
		t.Errorf("%.100s", a.body)
	}
}

func TestEvents(t *testing.T) {
	s := serve(t)
	s.mustCreate(client.Spec{Name: "blue"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cloud := must(s.server.Cloud("blue"))(t)
	next := make(chan emulator.Event)
	ended := make(chan error, 1)
	go func() {
		for e, err := range s.Events(ctx, "blue", emulator.EventCloud) {
			if err != nil {
				ended <- err
				return
			}
			next <- e
		}
		ended <- nil
	}()
	// Until the stream is open nobody hears anything, so it is said until somebody does.
	heard := make(chan struct{})
	go func() {
		for {
			select {
			case <-heard:
				return
			case <-ctx.Done():
				return
			default:
				if err := cloud.Reset(); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	if e := <-next; e.Kind != emulator.EventCloud || e.Cloud.What != "reset" {
		t.Errorf("%+v", e)
	}
	close(heard)
	go func() {
		for range next {
		}
	}()
	if err := s.Delete(ctx, "blue"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("a stream ends with its cloud: %v", err)
	}
	close(next)
	for _, err := range s.Events(ctx, "blue") {
		if err == nil || !strings.Contains(err.Error(), "no cloud") {
			t.Error(err)
		}
	}
}

func TestAStreamEndsWithTheServer(t *testing.T) {
	s := serve(t)
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.server.ControlURL()+"/_fauxstack/clouds/default/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Error(kind)
	}
	if err := s.server.Close(); err != nil {
		t.Error(err)
	}
	if err := json.NewDecoder(resp.Body).Decode(new(any)); err == nil {
		t.Error("something was said")
	}
}

// A stream in which nothing happens shows that it is there, and what follows is whole.
func TestAStreamHasAPulse(t *testing.T) {
	s := serve(t, func(c *control.Config) { c.Heartbeat = time.Millisecond })
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.server.ControlURL()+"/_fauxstack/clouds/default/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for range 3 {
		if !lines.Scan() || lines.Text() != ":" || !lines.Scan() || lines.Text() != "" {
			t.Fatalf("%q, %v", lines.Text(), lines.Err())
		}
	}
	if err := s.server.Close(); err != nil {
		t.Error(err)
	}
	for lines.Scan() {
		if text := lines.Text(); text != ":" && text != "" {
			t.Errorf("%q", text)
		}
	}
}
