package cinder

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// testCloud is a Cinder behind its front door, with users "admin", "demo" and "alt" whose tokens are their names, and
// a Glance that only knows its stores.
type testCloud struct {
	*Service
	front  *httpapi.Front
	stores string // what GET /v2/info/stores answers, or "" for a Glance with a single store
	asked  int    // how often Glance was asked
}

// testProjects are the projects of the users.
var testProjects = map[string]string{
	"admin": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"demo":  "dddddddddddddddddddddddddddddddd",
	"alt":   "cccccccccccccccccccccccccccccccc",
}

const referenceStores = `{"stores": [{"id": "reliable"}, {"id": "fast", "default": "true"}, {"id": "cheap"}, {"id": "archive", "read-only": "true"}]}`

func newTestCloud(tb testing.TB, change ...func(*Config, *Ports)) *testCloud {
	tb.Helper()
	quiet := slog.New(slog.DiscardHandler)
	db, clock, ids := new(state.DB), sim.NewClock(sim.Real, time.Time{}, 0), sim.NewIDs(1)
	c := &testCloud{stores: referenceStores}
	ports := Ports{
		DB: db, Clock: clock, Queue: sim.NewQueue(db, clock, quiet), IDs: ids, Logger: quiet, Release: release.Latest,
		Image: roundTrip(c.glance), ImageEndpoint: "http://glance.test",
	}
	cfg := DefaultConfig()
	for _, f := range change {
		f(&cfg, &ports)
	}
	s, err := New(ports, cfg)
	if err != nil {
		tb.Fatal(err)
	}
	c.Service = s
	c.front = &httpapi.Front{
		Services: map[string]httpapi.Service{"/volume": s.API()}, Tokens: testTokens{}, IDs: ids,
		Clock: clock, Queue: ports.Queue, Log: httpapi.NewRequestLog(8), Logger: slog.New(slog.NewTextHandler(tb.Output(), nil)),
	}
	return c
}

// glance answers as a real one does, to the one question that volume types have for it.
func (c *testCloud) glance(r *http.Request) (*http.Response, error) {
	c.asked++
	w := httptest.NewRecorder()
	switch {
	case !strings.HasSuffix(r.URL.Path, "/v2/info/stores"):
		w.WriteHeader(http.StatusTeapot)
	case r.Header.Get("X-Auth-Token") != "admin":
		w.WriteHeader(http.StatusUnauthorized)
	case c.stores == "":
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n  "+
			"Multi backend is not supported at this site.<br /><br />\n\n\n\n </body>\n</html>")
	default:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, c.stores)
	}
	return w.Result(), nil
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type testTokens struct{}

func (testTokens) Authenticate(_ context.Context, token string) (*httpapi.Identity, error) {
	project, ok := testProjects[token]
	if !ok {
		return nil, fail.New(fail.Unauthenticated, "")
	}
	roles := []string{"member", "reader"}
	if token == "admin" {
		roles = append(roles, "admin")
	}
	id := &httpapi.Identity{
		UserID: token + "-user", UserName: token, ProjectID: project, Token: token,
		Creds: policy.Creds{UserID: token + "-user", ProjectID: project, Roles: roles},
	}
	return id, nil
}

// as sends a request of a user's, to a path below the user's project. The path may begin with a microversion and a
// space; 3.70 is asked for otherwise.
func (c *testCloud) as(user, method, path, body string) (int, string) {
	version := "3.70"
	if v, rest, ok := strings.Cut(path, " "); ok {
		version, path = v, rest
	}
	var reader io.Reader = http.NoBody
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, "http://cloud.test/volume/v3/"+testProjects[user]+path, reader)
	r.Header.Set("X-Auth-Token", user)
	r.Header.Set("OpenStack-API-Version", "volume "+version)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	c.front.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// must sends a request that has to succeed, and decodes the answer.
func (c *testCloud) must(tb testing.TB, user, method, path, body string) map[string]any {
	tb.Helper()
	status, answer := c.as(user, method, path, body)
	if status >= 300 {
		tb.Fatalf("%s %s %s: %d %s", method, path, body, status, answer)
	}
	out := map[string]any{}
	if answer != "" {
		if err := json.Unmarshal([]byte(answer), &out); err != nil {
			tb.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
	return out
}

// refused checks a refusal: its status and its message.
func (c *testCloud) refused(tb testing.TB, user, method, path, body string, status int, message string) {
	tb.Helper()
	before := c.db.Snapshot()
	got, answer := c.as(user, method, path, body)
	var fault map[string]struct {
		Code    int
		Message string
	}
	_ = json.Unmarshal([]byte(answer), &fault)
	said := ""
	for _, f := range fault {
		said = f.Message
	}
	if got != status || said != message {
		tb.Errorf("%s %s %s %s\n got: %d %s\nwant: %d %s", user, method, path, body, got, answer, status, message)
	}
	if c.db.Snapshot() != before {
		tb.Errorf("%s %s %s changed the state though it was refused", method, path, body)
	}
}

// newType makes a volume type with extra specs, which are JSON, and returns its path.
func (c *testCloud) newType(tb testing.TB, name, specs string) string {
	tb.Helper()
	out := c.must(tb, "admin", "POST", "/types", fmt.Sprintf(`{"volume_type": {"name": %q, "extra_specs": %s}}`, name, specs))
	return "/types/" + out["volume_type"].(map[string]any)["id"].(string)
}
