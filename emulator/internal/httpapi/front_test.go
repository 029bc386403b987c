package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// shop is a service of two resources, small enough to see what the kernel does.
type shop struct{ handled []string }

type thing struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

func (s *shop) show(c *httpapi.Call) (thing, error) {
	s.handled = append(s.handled, c.Op)
	return thing{c.Var("id"), c.URL("/things/" + c.Var("id"))}, nil
}

func (s *shop) create(_ *httpapi.Call, in thing) (thing, error) { return in, nil }

func (s *shop) sibling(c *httpapi.Call) (string, error) { return c.Sibling("/image", "/v2"), nil }

func (s *shop) infinite(*httpapi.Call) (float64, error) { return math.Inf(1), nil }

func (s *shop) forgetful(*httpapi.Call) (thing, error) { return thing{}, nil }

func (s *shop) crash(*httpapi.Call) error { panic("crash") }

func (s *shop) odd(*httpapi.Call) error { return errors.New("nobody mapped this") }

func (s *shop) stream(*httpapi.Call) (httpapi.Reply, error) {
	return httpapi.Reply{Stream: io.NopCloser(strings.NewReader("0123456789")), Length: 10}, nil
}

func (s *shop) cut(*httpapi.Call) (httpapi.Reply, error) {
	broken := io.MultiReader(strings.NewReader("01234"), errReader{})
	return httpapi.Reply{Stream: io.NopCloser(broken), Length: 10}, nil
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("the store broke") }

func rows() []httpapi.Operation[*shop] {
	named := schema.New(schema.Dict{{Key: "type", Value: "object"}, {Key: "required", Value: schema.List{"name"}}})
	return []httpapi.Operation[*shop]{
		{Op: "shop.things.show", Method: "GET", Path: "/things/{id}", Handle: httpapi.Get((*shop).show)},
		{Op: "shop.things.best", Method: "GET", Path: "/things/best", Handle: httpapi.Get((*shop).show)},
		{
			Op: "shop.things.create", Method: "POST", Path: "/things", Success: 201, Body: httpapi.Schema(named),
			Handle: httpapi.JSON((*shop).create),
		},
		{Op: "shop.things.delete", Method: "DELETE", Path: "/things/{id}"},
		{
			Op: "shop.things.paint", Method: "POST", Path: "/things/{id}/action", Action: "paint", Success: 202,
			Handle: httpapi.Do(func(s *shop, c *httpapi.Call) error { return nil }),
		},
		{
			Op: "shop.things.sell", Method: "POST", Path: "/things/{id}/action", Action: "sell", Policy: "admin_only",
			Handle: httpapi.Do(func(s *shop, c *httpapi.Call) error { return nil }),
		},
		{
			Op: "shop.things.forgetful", Method: "GET", Path: "/forgetful", Policy: "anyone", Late: true,
			Handle: httpapi.Get((*shop).forgetful),
		},
		{Op: "shop.sibling", Method: "GET", Path: "/sibling", Handle: httpapi.Get((*shop).sibling)},
		{Op: "shop.infinite", Method: "GET", Path: "/infinite", Handle: httpapi.Get((*shop).infinite)},
		{Op: "shop.things.crash", Method: "GET", Path: "/crash", Handle: httpapi.Do((*shop).crash)},
		{Op: "shop.things.odd", Method: "GET", Path: "/odd", Handle: httpapi.Do((*shop).odd)},
		{Op: "shop.things.stream", Method: "GET", Path: "/stream", Handle: (*shop).stream},
		{Op: "shop.things.cut", Method: "GET", Path: "/cut", Handle: (*shop).cut},
		{Op: "shop.open", Method: "GET", Path: "/open", Public: true, Handle: httpapi.Get((*shop).show)},
	}
}

func dialect() *httpapi.Dialect[*shop] {
	status := map[fail.Kind]int{
		fail.Invalid: 400, fail.Unauthenticated: 401, fail.Forbidden: 403, fail.NotFound: 404,
		fail.TooLarge: 413, fail.NotImplemented: 501, fail.Internal: 500,
	}
	rules := policy.New(map[string]string{"admin_only": "role:admin", "anyone": ""})
	return &httpapi.Dialect[*shop]{
		Name: "shop", MaxBody: 1000, IDHeaders: []string{"X-Request-Id"}, HeadIsGet: true,
		Public: func(string) bool { return false },
		NoRoute: func(c *httpapi.Call, allowed []string) httpapi.Reply {
			return httpapi.Reply{Status: 404, JSON: map[string]any{"allowed": allowed}}
		},
		Error: func(c *httpapi.Call, err *fail.Error) httpapi.Reply {
			return httpapi.Reply{Status: status[err.Kind], JSON: map[string]string{"error": err.Error()}}
		},
		Rules: func(*shop) *policy.Rules { return rules },
	}
}

type tokens struct{}

func (tokens) Authenticate(_ context.Context, token string) (*httpapi.Identity, error) {
	if token != "good" {
		return nil, fail.New(fail.Unauthenticated, "")
	}
	return &httpapi.Identity{ProjectID: "p", Creds: policy.Creds{Roles: []string{"member"}}}, nil
}

func front(s *shop) *httpapi.Front {
	clock := sim.NewClock(sim.Real, time.Time{}, 0)
	quiet := slog.New(slog.DiscardHandler)
	table := httpapi.NewTable(func(path string) string {
		return strings.SplitN(path, "/", 3)[1]
	}, rows())
	return &httpapi.Front{
		Services: map[string]httpapi.Service{"/shop": httpapi.Bind(s, table, dialect())},
		Tokens:   tokens{}, IDs: sim.NewIDs(1), Clock: clock, Queue: sim.NewQueue(new(state.DB), clock, quiet),
		Log: httpapi.NewRequestLog(8), Logger: quiet,
	}
}

func ask(h http.Handler, method, target, token, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if token != "" {
		r.Header.Set("X-Auth-Token", token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestTheOrderOfChecks(t *testing.T) {
	for name, row := range map[string]struct {
		method, path, token, body string
		want                      int
	}{
		"served":                        {"GET", "/shop/things/7", "good", "", 200},
		"without a token":               {"GET", "/shop/things/7", "", "", 401},
		"with a bad token":              {"GET", "/shop/things/7", "bad", "", 401},
		"token before route":            {"GET", "/shop/nowhere", "", "", 401},
		"no route":                      {"GET", "/shop/nowhere", "good", "", 404},
		"no method":                     {"PATCH", "/shop/things/7", "good", "", 404},
		"no service":                    {"GET", "/nova/servers", "good", "", 404},
		"public":                        {"GET", "/shop/open", "", "", 200},
		"public, bad token":             {"GET", "/shop/open", "bad", "", 200},
		"head is get":                   {"HEAD", "/shop/things/7", "good", "", 200},
		"created":                       {"POST", "/shop/things", "good", `{"name": "x"}`, 201},
		"broken JSON":                   {"POST", "/shop/things", "good", `{"name": `, 400},
		"against the schema":            {"POST", "/shop/things", "good", `{}`, 400},
		"not what the handler can hold": {"POST", "/shop/things", "good", `{"name": 7}`, 400},
		"too large":                     {"POST", "/shop/things", "good", `"` + strings.Repeat("x", 2000) + `"`, 413},
		"not emulated":                  {"DELETE", "/shop/things/7", "good", "", 501},
		"an action":                     {"POST", "/shop/things/7/action", "good", `{"paint": {}}`, 202},
		"an action the policy refuses":  {"POST", "/shop/things/7/action", "good", `{"sell": {}}`, 403},
		"no such action":                {"POST", "/shop/things/7/action", "good", `{"burn": {}}`, 400},
		"two actions at once":           {"POST", "/shop/things/7/action", "good", `{"paint": {}, "sell": {}}`, 400},
		"an action that is no object":   {"POST", "/shop/things/7/action", "good", `[]`, 400},
		"a handler that forgot policy":  {"GET", "/shop/forgetful", "good", "", 500},
		"a handler that panics":         {"GET", "/shop/crash", "good", "", 500},
		"a view that JSON cannot hold":  {"GET", "/shop/infinite", "good", "", 500},
		"an error nobody mapped":        {"GET", "/shop/odd", "good", "", 500},
	} {
		if got := ask(front(new(shop)), row.method, row.path, row.token, row.body); got.Code != row.want {
			t.Errorf("%s: %d, want %d: %s", name, got.Code, row.want, got.Body)
		}
	}
}

func TestLiteralSegmentsWinOverVariables(t *testing.T) {
	s := new(shop)
	f := front(s)
	ask(f, "GET", "/shop/things/best", "good", "")
	ask(f, "GET", "/shop/things/other", "good", "")
	if got := strings.Join(s.handled, " "); got != "shop.things.best shop.things.show" {
		t.Errorf("handled by %s", got)
	}
}

func TestURLsFollowTheClient(t *testing.T) {
	f := front(new(shop))
	for name, row := range map[string]struct {
		header http.Header
		want   string
	}{
		"host":      {http.Header{}, "http://example.com/shop/things/7"},
		"forwarded": {http.Header{"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"cloud.test:8443, inner"}, "X-Forwarded-Prefix": {"/os/"}}, "https://cloud.test:8443/os/shop/things/7"},
	} {
		r := httptest.NewRequest("GET", "/shop/things/7", nil)
		row.header.Set("X-Auth-Token", "good")
		r.Header = row.header
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		var out thing
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || out.URL != row.want {
			t.Errorf("%s: %s (%v)", name, out.URL, err)
		}
	}
	r := httptest.NewRequest("GET", "/things/7", nil)
	r.Header.Set("X-Auth-Token", "good")
	w := httptest.NewRecorder()
	f.At("/shop").ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), `"http://example.com/things/7"`) {
		t.Errorf("on a port of its own: %s", w.Body)
	}
}

func TestSiblingsAreOnTheirOwnPortsWhereTheClientUsesThose(t *testing.T) {
	f := front(new(shop))
	f.Ports = map[string]string{"/image": "9292"}
	for _, row := range []struct {
		name, target, want string
		handler            http.Handler
	}{
		{"one address", "http://cloud.test:4580/shop/sibling", "http://cloud.test:4580/image/v2", f},
		{"own ports", "http://cloud.test:8776/sibling", "http://cloud.test:9292/v2", f.At("/shop")},
		{"own ports, IPv6", "http://[::1]:8776/sibling", "http://[::1]:9292/v2", f.At("/shop")},
	} {
		if got := ask(row.handler, "GET", row.target, "good", ""); got.Body.String() != `"`+row.want+`"` {
			t.Errorf("%s: %s, want %s", row.name, got.Body, row.want)
		}
	}
}

func TestTransportHandsStreamsOver(t *testing.T) {
	client := http.Client{Transport: httpapi.Transport{Handler: front(new(shop))}}
	get := func(path string) (*http.Response, error) {
		r, _ := http.NewRequest("GET", "http://anywhere/shop"+path, nil)
		r.Header.Set("X-Auth-Token", "good")
		return client.Do(r)
	}
	resp, err := get("/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); string(body) != "0123456789" || err != nil || resp.ContentLength != 10 {
		t.Errorf("%q (%v), length %d", body, err, resp.ContentLength)
	}
}

func TestAnAnswerCutShortBreaksTheConnection(t *testing.T) {
	f := front(new(shop))
	server := httptest.NewServer(f)
	defer server.Close()
	r, _ := http.NewRequest("GET", server.URL+"/shop/cut", nil)
	r.Header.Set("X-Auth-Token", "good")
	resp, err := server.Client().Do(r)
	if err == nil {
		defer resp.Body.Close()
		_, err = io.ReadAll(resp.Body)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		t.Errorf("the client must notice, but got %v", err)
	}
}

func TestRequestLogIsBoundedAndWithoutSecrets(t *testing.T) {
	f := front(new(shop))
	for range 20 {
		ask(f, "POST", "/shop/things", "good", `{"name": "x", "password": "hush\"hush", "token": {"id": "hush"}}`)
	}
	entries := f.Log.Entries()
	if len(entries) != 8 {
		t.Fatalf("%d entries", len(entries))
	}
	for _, e := range entries {
		if strings.Contains(string(e.RequestBody), "hush") || e.RequestHeader.Get("X-Auth-Token") == "good" {
			t.Errorf("a secret: %s %v", e.RequestBody, e.RequestHeader)
		}
		if e.Op != "shop.things.create" || e.Status != 201 || e.ProjectID != "p" {
			t.Errorf("%+v", e)
		}
	}
}

func TestTablesAreChecked(t *testing.T) {
	table := httpapi.NewTable(func(string) string { return "" }, rows())
	if err := table.Check(); err != nil {
		t.Error(err)
	}
	double := append(rows(), httpapi.Operation[*shop]{Op: "shop.again", Method: "GET", Path: "/open"})
	if httpapi.NewTable(func(string) string { return "" }, double).Check() == nil {
		t.Error("two operations in one place must be found")
	}
}
