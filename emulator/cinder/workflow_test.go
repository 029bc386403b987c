package cinder_test

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

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// pair is a Cinder and a Glance on one state. Tokens are the names of users, who have a project each.
type pair struct {
	tb     testing.TB
	cinder *cinder.Service
	glance *glance.Service
	front  *httpapi.Front
	db     *state.DB
	queue  *sim.Queue

	// intercept, if it is set, may answer what Cinder asks Glance.
	intercept func(r *http.Request) *http.Response
	asked     []string // what Cinder asked Glance
}

type setup struct {
	cinder  cinder.Config
	glance  glance.Config
	clock   sim.Mode
	release release.Release
	delays  map[string]time.Duration // by transition
}

func newPair(tb testing.TB, change ...func(*setup)) *pair {
	tb.Helper()
	set := setup{cinder: cinder.DefaultConfig(), glance: glance.DefaultConfig(), clock: sim.Real, release: release.Latest}
	for _, f := range change {
		f(&set)
	}
	quiet := slog.New(slog.DiscardHandler)
	db, ids := new(state.DB), sim.NewIDs(7)
	clock := sim.NewClock(set.clock, time.Time{}, 0)
	queue := sim.NewQueue(db, clock, quiet)
	queue.SetDelays(sim.Delays{By: set.delays}, nil)
	p := &pair{tb: tb, db: db, queue: queue}
	var err error
	p.glance, err = glance.New(glance.Ports{DB: db, Clock: clock, Queue: queue, IDs: ids, Logger: quiet, Release: set.release}, set.glance)
	if err != nil {
		tb.Fatal(err)
	}
	p.cinder, err = cinder.New(cinder.Ports{
		DB: db, Clock: clock, Queue: queue, IDs: ids, Logger: quiet, Release: set.release,
		Image: roundTripper(p.toGlance), ImageEndpoint: "http://cloud.test/image",
	}, set.cinder)
	if err != nil {
		tb.Fatal(err)
	}
	p.front = &httpapi.Front{
		Services: map[string]httpapi.Service{"/image": p.glance.API(), "/volume": p.cinder.API()},
		Tokens:   users{}, IDs: ids, Clock: clock, Queue: queue, Log: httpapi.NewRequestLog(0),
		Logger: slog.New(slog.NewTextHandler(tb.Output(), nil)),
	}
	return p
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (p *pair) toGlance(r *http.Request) (*http.Response, error) {
	p.asked = append(p.asked, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/image"))
	if p.intercept != nil {
		if answer := p.intercept(r); answer != nil {
			return answer, nil
		}
	}
	return httpapi.Transport{Handler: p.front}.RoundTrip(r.WithContext(httpapi.Internal(r.Context())))
}

type users struct{}

func (users) Authenticate(_ context.Context, token string) (*httpapi.Identity, error) {
	roles := map[string][]string{"admin": {"admin", "member", "reader"}, "demo": {"member", "reader"}, "alt": {"member", "reader"}, "reader": {"reader"}}[token]
	if roles == nil {
		return nil, fail.New(fail.Unauthenticated, "")
	}
	project := projectOf(token)
	return &httpapi.Identity{
		UserID: token + "-id", UserName: token, ProjectID: project, ProjectName: token, Token: token,
		Creds: policy.Creds{UserID: token + "-id", ProjectID: project, Roles: roles},
	}, nil
}

func projectOf(user string) string {
	if user == "reader" {
		user = "demo"
	}
	return fmt.Sprintf("%032x", user)
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; a path that begins with "/v2" is Glance's. 3.70 is asked for, unless the path begins with another
// microversion and a space.
func (p *pair) ask(user, method, path string, body any) answer {
	p.tb.Helper()
	version := "3.70"
	if v, rest, ok := strings.Cut(path, " "); ok {
		version, path = v, rest
	}
	url := "http://cloud.test/volume/v3/" + projectOf(user) + path
	if strings.HasPrefix(path, "/v2/") {
		url = "http://cloud.test/image" + path
	}
	var reader io.Reader = http.NoBody
	if text, ok := body.(string); ok {
		reader = strings.NewReader(text)
	} else if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			p.tb.Fatal(err)
		}
		reader = strings.NewReader(string(raw))
	}
	r := httptest.NewRequest(method, url, reader)
	r.Header.Set("X-Auth-Token", user)
	r.Header.Set("Accept", "*/*")
	r.Header.Set("OpenStack-API-Version", "volume "+version)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
		if strings.HasSuffix(path, "/file") {
			r.Header.Set("Content-Type", "application/octet-stream")
		}
	}
	w := httptest.NewRecorder()
	p.front.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

type object = map[string]any

// must sends a request that has to succeed.
func (p *pair) must(user, method, path string, body any) object {
	p.tb.Helper()
	a := p.ask(user, method, path, body)
	if a.status >= 300 {
		p.tb.Fatalf("%s %s %v: %d %s", method, path, body, a.status, a.body)
	}
	var out object
	if a.body != "" {
		if err := json.Unmarshal([]byte(a.body), &out); err != nil {
			p.tb.Fatalf("%s %s: %v in %q", method, path, err, a.body)
		}
	}
	return out
}

// refused sends a request that has to be refused with these words, and to change nothing.
func (p *pair) refused(user, method, path string, body any, status int, message string) {
	p.tb.Helper()
	if err := p.queue.RunDue(context.Background()); err != nil {
		p.tb.Fatal(err)
	}
	before := p.db.Snapshot()
	a := p.ask(user, method, path, body)
	if a.status != status || a.message() != message {
		p.tb.Errorf("%s %s %v\n got: %d %s\nwant: %d %s", method, path, body, a.status, a.body, status, message)
	}
	if p.db.Snapshot() != before {
		p.tb.Errorf("%s %s %v was refused, and has changed the state", method, path, body)
	}
}

// message is what a fault says.
func (a answer) message() string {
	var fault map[string]struct{ Message string }
	_ = json.Unmarshal([]byte(a.body), &fault) // no fault says nothing
	for _, f := range fault {
		return f.Message
	}
	return ""
}

// volume makes a volume and returns its path.
func (p *pair) volume(user string, fields object) string {
	p.tb.Helper()
	out := p.must(user, "POST", "/volumes", object{"volume": fields})
	return "/volumes/" + out["volume"].(object)["id"].(string)
}

func (p *pair) show(user, path string) object {
	p.tb.Helper()
	return p.must(user, "GET", path, nil)["volume"].(object)
}

// typeWith makes a volume type with extra specs and returns its name.
func (p *pair) typeWith(specs object) string {
	p.tb.Helper()
	name := fmt.Sprintf("type-%d", len(p.must("admin", "GET", "/types", nil)["volume_types"].([]any)))
	p.must("admin", "POST", "/types", object{"volume_type": object{"name": name, "extra_specs": specs}})
	return name
}

const upload = "os-volume_upload_image"

// upload sends a volume to an image and returns the image's path.
func (p *pair) upload(user, volume string, params object) string {
	p.tb.Helper()
	out := p.must(user, "POST", volume+"/action", object{upload: params})
	return "/v2/images/" + out[upload].(object)["image_id"].(string)
}

// messages are what users were told, newest first.
func (p *pair) messages(user string) []string {
	p.tb.Helper()
	var texts []string
	for _, m := range p.must(user, "GET", "/messages", nil)["messages"].([]any) {
		texts = append(texts, m.(object)["user_message"].(string))
	}
	return texts
}

func (p *pair) advance(d time.Duration) {
	p.tb.Helper()
	if err := p.queue.Advance(context.Background(), d); err != nil {
		p.tb.Fatal(err)
	}
}
