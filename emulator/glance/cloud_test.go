package glance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// cloud is a Glance behind a front door, with tokens that are the names of users.
type cloud struct {
	*glance.Service
	t     testing.TB
	db    *state.DB
	front *httpapi.Front
}

// tokens knows every user by name; each has a project of its own, "<name>-project".
type tokens map[string][]string

var users = tokens{
	"admin":  {"admin", "manager", "member", "reader"},
	"demo":   {"member", "reader"},
	"alt":    {"member", "reader"},
	"looker": {"reader"},
	"nova":   {"service"},
}

func (u tokens) Authenticate(_ context.Context, token string) (*httpapi.Identity, error) {
	roles, ok := u[token]
	if !ok {
		return nil, fail.New(fail.Unauthenticated, "")
	}
	id := &httpapi.Identity{UserID: token, ProjectID: token + "-project", Token: token}
	for _, r := range roles {
		id.Roles = append(id.Roles, httpapi.Role{ID: r, Name: r})
	}
	id.Creds = policy.Creds{UserID: id.UserID, ProjectID: id.ProjectID, Roles: roles}
	return id, nil
}

// empty is the default configuration without images.
func empty() glance.Config {
	cfg := glance.DefaultConfig()
	cfg.Images = nil
	return cfg
}

func newCloud(t testing.TB, cfg glance.Config, rel release.Release) *cloud {
	t.Helper()
	return newLimitedCloud(t, cfg, rel, nil)
}

// newLimitedCloud has limits as Keystone would have.
func newLimitedCloud(t testing.TB, cfg glance.Config, rel release.Release, limit func(project, resource string) (int, bool)) *cloud {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db := new(state.DB)
	clock := sim.NewClock(sim.Step, time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC), time.Second)
	queue := sim.NewQueue(db, clock, log)
	ids := sim.NewIDs(7)
	s, err := glance.New(glance.Ports{DB: db, Clock: clock, Queue: queue, IDs: ids, Logger: log, Release: rel, Limit: limit}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	c := &cloud{Service: s, t: t, db: db, front: &httpapi.Front{
		Services: map[string]httpapi.Service{"/image": s.API()}, Tokens: users, IDs: ids, Clock: clock, Queue: queue,
		Log: httpapi.NewRequestLog(0), Logger: log,
	}}
	t.Cleanup(func() {
		if n := c.front.Bugs(); n > 0 {
			t.Errorf("%d answers were nobody's plan", n)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// answer is a response that was read.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request as a user. The path is that of the service; headers come in pairs. Errors come back as JSON unless
// an Accept is given.
func (c *cloud) do(user, method, path, body string, headers ...string) answer {
	c.t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	return c.send(user, method, path, r, headers...)
}

func (c *cloud) send(user, method, path string, body io.Reader, headers ...string) answer {
	c.t.Helper()
	req := httptest.NewRequestWithContext(c.t.Context(), method, "/image"+path, body)
	req.Host = "cloud.test"
	if user != "" {
		req.Header.Set("X-Auth-Token", user)
	}
	req.Header.Set("Accept", "application/json")
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
		} else {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	c.front.ServeHTTP(w, req)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// message is the text of an error, without webob's markup.
func (a answer) message() string {
	var page struct{ Message string }
	if json.Unmarshal([]byte(a.body), &page) != nil {
		return a.body
	}
	explanation, detail, _ := strings.Cut(page.Message, "<br /><br />\n")
	explanation, detail = strings.TrimSpace(explanation), strings.TrimSpace(detail)
	if detail == "" {
		return explanation
	}
	return explanation + "|" + detail
}

// want checks the status, and the message of an error: its explanation, a bar, and its detail.
func (c *cloud) want(a answer, status int, message string) {
	c.t.Helper()
	got := a.message()
	if a.status != status || status >= 400 && got != message {
		c.t.Errorf("got %d %q\nwant %d %q", a.status, got, status, message)
	}
}

// field reads one member of a JSON answer.
func (c *cloud) field(a answer, name string) any {
	c.t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(a.body), &object); err != nil {
		c.t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return object[name]
}

const (
	octets  = "application/octet-stream"
	patch10 = "application/openstack-images-v2.1-json-patch"
	patch4  = "application/openstack-images-v2.0-json-patch"
)

// create makes an image as a user, and returns its id.
func (c *cloud) create(user, body string) string {
	c.t.Helper()
	a := c.do(user, "POST", "/v2/images", body)
	if a.status != 201 {
		c.t.Fatalf("%d %s", a.status, a.body)
	}
	return c.field(a, "id").(string)
}

const rawImage = `{"name": "x", "disk_format": "raw", "container_format": "bare"}`

// active makes an image of admin's with data.
func (c *cloud) active(data string, headers ...string) string {
	c.t.Helper()
	id := c.create("admin", rawImage)
	if a := c.upload("admin", id, data, headers...); a.status != 204 {
		c.t.Fatalf("%d %s", a.status, a.body)
	}
	return id
}

func (c *cloud) upload(user, id, data string, headers ...string) answer {
	c.t.Helper()
	return c.send(user, "PUT", "/v2/images/"+id+"/file", bytes.NewReader([]byte(data)), append([]string{"Content-Type", octets}, headers...)...)
}

func (c *cloud) patch(user, id, changes string) answer {
	c.t.Helper()
	return c.do(user, "PATCH", "/v2/images/"+id, changes, "Content-Type", patch10)
}

func (c *cloud) show(id string) answer {
	c.t.Helper()
	return c.do("admin", "GET", "/v2/images/"+id, "")
}
