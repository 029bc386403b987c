package emulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
)

func TestFindingRequests(t *testing.T) {
	emu := emulator.Start(t, emulator.WithDelay("cinder.volume.upload_image", time.Minute))
	cinder := emu.BlockStorage(t)
	if _, err := volumes.Get(t.Context(), cinder, "nowhere").Extract(); err == nil {
		t.Fatal("found what is not there")
	}
	mark, _ := emu.Requests().Last()
	if _, err := uploadBlank(t.Context(), cinder, emu.ImageAs(t, "admin"), "lvmdriver-1"); err != nil {
		t.Fatal(err)
	}
	emu.Settle()
	all := emu.Requests()
	upload := all.Find(emulator.ByOp("cinder.volumes.os-volume_upload_image"))
	if len(upload) != 1 {
		t.Fatalf("uploads:\n%s", upload)
	}
	for _, row := range []struct {
		name     string
		matchers []emulator.RequestMatcher
		want     int
	}{
		{"nothing", nil, len(all)},
		{"operations", match(emulator.ByOp("glance.images.create,cinder.volumes.sh*")), 2},
		{"method and status", match(emulator.ByMethod("get"), emulator.ByStatus(404, 500)), 1},
		{"status class", match(emulator.RequestFilter{Status: "4xx"}), 1},
		{"project by name", match(emulator.ByProject("admin")), len(all.Find(emulator.ByUser("admin")))},
		{"project by id", match(emulator.ByProject(upload[0].ProjectID), emulator.ByOp("glance.*")), 3},
		{"path", match(emulator.ByPath("/volume/*/action")), 1},
		{"internal, and what caused it", match(emulator.Internal(true), emulator.ByRequestID(upload[0].RequestID)), 3},
		{"after", match(emulator.After(mark), emulator.ByStatus(404)), 0},
		{"since", match(emulator.Since(emu.Now())), 0},
		{"header", match(emulator.ByHeader("user-agent", "gophercloud*"), emulator.ByOp("cinder.*")), 3},
		{"body", match(emulator.ByBody("os-volume_upload_image.disk_format", "r*w")), 1},
		{"number in a body", match(emulator.ByBody("volume.size", "1")), 1},
		{"answer", match(emulator.ByAnswer("volume.status", "creating")), 1},
		{"a function", match(emulator.MatchFunc(func(r emulator.Request) bool { return r.BytesIn == 1<<30 })), 1},
		{"a fault", match(emulator.ByFault("*")), 0},
	} {
		if got := all.Find(row.matchers...); len(got) != row.want {
			t.Errorf("%s: %d, want %d:\n%s", row.name, len(got), row.want, got)
		}
	}
	emu.ClearRequests()
	if n := len(emu.Requests()); n != 0 {
		t.Errorf("%d after clearing", n)
	}
}

func match(list ...emulator.RequestMatcher) []emulator.RequestMatcher { return list }

func TestFiltersAreWrittenDown(t *testing.T) {
	internal := true
	want := emulator.RequestFilter{
		Op: "a.*,b", Method: "GET", Path: "/x*", Status: "4xx,500-503", Project: "p", User: "u", RequestID: "req-1", Fault: "*",
		Internal: &internal, After: 7, Since: time.Date(2026, 1, 1, 0, 0, 0, 5, time.UTC),
		Header: map[string]string{"X-A": "b: c"}, Body: map[string]string{"a.b": "c=d"}, Answer: map[string]string{"x": "*"},
	}
	got, err := emulator.ParseRequestFilter(want.Values())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for query, message := range map[string]string{
		"statsu=1":    `parameter "statsu" is unknown; the nearest are status, `,
		"status=many": `status "many": want such as 404, 4xx or 500-599`,
		"internal=x":  `internal "x": want true or false`,
		"after=-1":    `after "-1": want`,
		"since=today": `since "today": want a time such as`,
		"header=x":    `header "x": want Name: pattern`,
		"body==x":     `body "=x": want field=pattern`,
	} {
		v, _ := url.ParseQuery(query)
		if _, err := emulator.ParseRequestFilter(v); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func FuzzFilters(f *testing.F) {
	f.Add("op=a*&status=4xx&header=A: b&body=a.b=c")
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		filter, err := emulator.ParseRequestFilter(v)
		if err != nil {
			return
		}
		again, err := emulator.ParseRequestFilter(filter.Values())
		if err != nil || !cmp.Equal(filter, again) {
			t.Errorf("%v became %v, %v", filter, again, err)
		}
		filter.MatchesRequest(emulator.Request{Status: 404, URL: "/x?y", RequestBody: emulator.Body(`{"a": [1]}`)})
	})
}

func TestWaitingForARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu := emulator.Start(t)
		glance := emu.Image(t)
		past, err := emu.WaitForRequest(t.Context(), emulator.ByOp("keystone.auth.tokens.issue"))
		if err != nil || past.Status != 201 {
			t.Errorf("what has come already: %v, %v", past, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		go func() {
			time.Sleep(time.Minute)
			for range 3 {
				_, _ = images.Get(ctx, glance, "nowhere").Extract()
			}
		}()
		r, err := emu.WaitForRequest(ctx, emulator.ByStatus(404))
		if err != nil || r.Op != "glance.images.show" {
			t.Errorf("%v, %v", r, err)
		}
		synctest.Wait()
		if _, err := emu.WaitForRequest(ctx, emulator.ByMethod("DELETE")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting in vain: %v", err)
		}
	})
}

func TestRequestsInJSON(t *testing.T) {
	emu := emulator.Start(t)
	if _, err := uploadBlank(t.Context(), emu.BlockStorage(t), emu.Image(t), "lvmdriver-1"); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(emu.Requests())
	if err != nil {
		t.Fatal(err)
	}
	var again emulator.Requests
	if err := json.Unmarshal(raw, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(emu.Requests(), again, cmp.Comparer(time.Time.Equal), cmp.Comparer(func(a, b emulator.Body) bool { return string(a) == string(b) })); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(string(raw), `"secret"`) {
		t.Error("the password is there")
	}
}

// A pasted command asks what the client asked.
func TestCurlCommands(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	r := emulator.Request{
		Method: "POST", Site: "http://cloud.test", URL: "/volume/v3/x?name=it's&b=$HOME",
		RequestHeader: http.Header{
			"X-Auth-Token": {"***"}, "Content-Type": {"application/json"}, "Content-Length": {"9"}, "X-Quote": {`a'b "c" $(d)`},
		},
		RequestBody: emulator.Body(`{"a": "it's $HOME"}`),
	}
	want := []string{
		"curl", "-sS", "-X", "POST", "http://127.0.0.1:1/volume/v3/x?name=it's&b=$HOME",
		"-H", "Content-Type: application/json", "-H", "X-Auth-Token: t0ken", "-H", `X-Quote: a'b "c" $(d)`,
		"--data-binary", `{"a": "it's $HOME"}`,
	}
	script := `OS_TOKEN=t0ken; curl() { printf 'curl\0'; for a in "$@"; do printf '%s\0' "$a"; done; }; ` + r.Curl("http://127.0.0.1:1/")
	out, err := exec.Command(sh, "-c", script).Output()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")); diff != "" {
		t.Error(diff)
	}
	plain := emulator.Request{Method: "HEAD", Site: "http://cloud.test", URL: "/x"}.Curl("")
	if plain != "curl -sS --head http://cloud.test/x" {
		t.Error(plain)
	}
}

func TestAFailedTestShowsItsRequests(t *testing.T) {
	tb := &witness{TB: t}
	emu := emulator.Start(tb)
	if _, err := volumes.Get(t.Context(), emu.BlockStorage(t), "nowhere").Extract(); err == nil {
		t.Fatal("found what is not there")
	}
	tb.cleanup()
	if !strings.Contains(tb.logged, "404 GET /volume/v3/") || !strings.Contains(tb.logged, `got  {"itemNotFound":{`) {
		t.Errorf("logged:\n%s", tb.logged)
	}
}

// witness is a test that has failed.
type witness struct {
	testing.TB
	cleanup func()
	logged  string
}

func (w *witness) Cleanup(f func()) { w.cleanup = f }
func (w *witness) Failed() bool     { return true }
func (w *witness) Logf(format string, args ...any) {
	w.logged += fmt.Sprintf(format, args...) + "\n"
}
