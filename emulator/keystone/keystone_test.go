package keystone_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// cloud is an Identity service behind the whole HTTP stack, with a clock that stands still.
type cloud struct {
	testing.TB
	*keystone.Service
	db    *state.DB
	queue *sim.Queue
	front *httpapi.Front
}

func start(t testing.TB, cfg keystone.Config) *cloud { return startAs(t, release.Latest, cfg) }

func startAs(t testing.TB, r release.Release, cfg keystone.Config) *cloud {
	t.Helper()
	c := &cloud{TB: t, db: new(state.DB)}
	log := slog.New(slog.DiscardHandler)
	clock := sim.NewClock(sim.Manual, time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC), 0)
	c.queue = sim.NewQueue(c.db, clock, log)
	ids := sim.NewIDs(7)
	service, err := keystone.New(keystone.Ports{DB: c.db, Clock: clock, Queue: c.queue, IDs: ids, Logger: log, Release: r}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.Service = service
	c.front = &httpapi.Front{
		Services: map[string]httpapi.Service{"/identity": service.API()}, Tokens: service, IDs: ids,
		Clock: clock, Queue: c.queue, Logger: log,
	}
	t.Cleanup(func() {
		if n := c.front.Bugs(); n != 0 {
			t.Errorf("%d answers were nobody's plan", n)
		}
	})
	return c
}

// reply is an answer, read whole.
type reply struct {
	*http.Response
	body string
	json any
}

// at follows names and indexes into the answer's JSON; what is not there is nil.
func (r reply) at(path ...any) any {
	v := r.json
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := v.(map[string]any)
			v = object[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

// message is the text of an error.
func (r reply) message() string {
	s, _ := r.at("error", "message").(string)
	return s
}

// do makes a request. Headers are "Name: value"; one more string without a colon is the token.
func (c *cloud) do(method, path, body string, headers ...string) reply {
	c.Helper()
	req := httptest.NewRequest(method, "http://cloud.test/identity"+path, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, ok := strings.Cut(h, ": ")
		if !ok {
			name, value = "X-Auth-Token", h
		}
		req.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	c.front.ServeHTTP(w, req)
	r := reply{Response: w.Result()}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		c.Fatal(err)
	}
	r.body = string(raw)
	_ = json.Unmarshal(raw, &r.json) // pages are not JSON
	return r
}

func (c *cloud) get(path, token string) reply { c.Helper(); return c.do("GET", path, "", token) }

// want fails the test unless the answer has the status.
func (c *cloud) want(status int, r reply) reply {
	c.Helper()
	if r.StatusCode != status {
		c.Fatalf("%d, want %d: %s", r.StatusCode, status, r.body)
	}
	return r
}

// Bodies of requests for tokens.
func passwordOf(user, scope string) string {
	return fmt.Sprintf(`{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":%q,"domain":{"id":"default"},`+
		`"password":"secret"}}}%s}}`, user, withScope(scope))
}

func tokenFrom(token, scope string) string {
	return fmt.Sprintf(`{"auth":{"identity":{"methods":["token"],"token":{"id":%q}}%s}}`, token, withScope(scope))
}

func withScope(scope string) string {
	if scope == "" {
		return ""
	}
	return `,"scope":` + scope
}

func inProject(name string) string {
	return fmt.Sprintf(`{"project":{"name":%q,"domain":{"id":"default"}}}`, name)
}

const (
	system        = `{"system":{"all":true}}`
	domain        = `{"domain":{"id":"default"}}`
	explicitlyNot = `"unscoped"`
)

// login gets a token.
func (c *cloud) login(user, scope string) string {
	c.Helper()
	return c.want(201, c.do("POST", "/v3/auth/tokens", passwordOf(user, scope))).Header.Get("X-Subject-Token")
}

func (c *cloud) admin() string { c.Helper(); return c.login("admin", inProject("admin")) }
func (c *cloud) demo() string  { c.Helper(); return c.login("demo", inProject("demo")) }

// id looks up the id of a thing by its name.
func (c *cloud) id(collection, name string) string {
	c.Helper()
	list := c.want(200, c.get("/v3/"+collection+"?name="+name, c.admin()))
	id, ok := list.at(collection, 0, "id").(string)
	if !ok {
		c.Fatalf("there is no %s among the %s", name, collection)
	}
	return id
}
