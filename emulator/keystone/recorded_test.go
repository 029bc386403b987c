package keystone_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// The recordings in testdata/recorded are what a real Keystone (Zed) answered to the stories in the .txt files beside
// them. To make them again: go test -run Recorded -record http://127.0.0.1:5000 -record-password PASSWORD
var (
	record         = flag.String("record", "", "address of a real Keystone to record")
	recordPassword = flag.String("record-password", "secret", "password of its admin and demo")
)

// step is one request of a story, and what came of it.
type step struct {
	Request string `json:"request"`
	Body    string `json:"body,omitempty"`
	Status  int    `json:"status"`
	Answer  any    `json:"answer,omitempty"`
}

// story is a text of requests: METHOD PATH [as WHO] [save NAME=member.member ...], with the body on the lines below that
// are indented. Names begin with a dollar where they are used.
func story(t *testing.T, path string) []string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	for line := range strings.Lines(string(raw)) {
		switch line = strings.TrimRight(line, "\n"); {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "\t"):
			steps[len(steps)-1] += "\n" + strings.TrimSpace(line)
		default:
			steps = append(steps, line)
		}
	}
	return steps
}

// teller makes the requests of a story on one cloud.
type teller struct {
	send  func(method, path, body string, headers ...string) (int, http.Header, string)
	base  string
	names map[string]string
	pass  string
}

func (w *teller) fill(s string) string {
	keys := make([]string, 0, len(w.names))
	for k := range w.names {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return len(b) - len(a) })
	for _, k := range keys {
		s = strings.ReplaceAll(s, "$"+k, w.names[k])
	}
	return strings.ReplaceAll(s, "$PASSWORD", w.pass)
}

var (
	anyID   = regexp.MustCompile(`\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b`)
	anyTime = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?`)
	secrets = regexp.MustCompile(`"(secret|access|audit_ids)": ?("[^"]*"|\[[^\]]*\])`)
)

// same takes out of an answer what differs from run to run.
func (w *teller) same(body string) any {
	body = strings.ReplaceAll(body, w.base, "")
	for name, value := range w.names {
		if len(value) > 3 && !strings.HasPrefix(name, "token") {
			body = strings.ReplaceAll(body, value, "$"+name)
		}
	}
	body = secrets.ReplaceAllString(body, `"$1":"SECRET"`)
	body = anyTime.ReplaceAllString(anyID.ReplaceAllString(body, "ID"), "TIME")
	var v any
	if json.Unmarshal([]byte(body), &v) != nil {
		return nil // pages are compared elsewhere
	}
	return sorted(v)
}

// sorted puts lists of named things in the order of their names, and leaves out the catalog, of which every cloud has its
// own.
func sorted(v any) any {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "catalog")
		for key := range v {
			v[key] = sorted(v[key])
		}
	case []any:
		for i := range v {
			v[i] = sorted(v[i])
		}
		name := func(v any) string { m, _ := v.(map[string]any); s, _ := m["name"].(string); return s }
		slices.SortStableFunc(v, func(a, b any) int { return strings.Compare(name(a), name(b)) })
	}
	return v
}

func (w *teller) tell(t *testing.T, text string) step {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n")
	words := strings.Fields(head)
	who := "token_admin"
	var saves []string
	for i := 2; i < len(words); i++ {
		switch words[i] {
		case "as":
			who = "token_" + words[i+1]
			i++
		case "save":
			saves = words[i+1:]
			i = len(words)
		}
	}
	headers := []string{"Content-Type: application/json"}
	if token := w.names[who]; token != "" {
		headers = append(headers, "X-Auth-Token: "+token)
	}
	status, header, answer := w.send(words[0], w.fill(words[1]), w.fill(body), headers...)
	var v any
	_ = json.Unmarshal([]byte(answer), &v)
	for _, save := range saves {
		name, path, _ := strings.Cut(save, "=")
		if path == "token" {
			w.names["token_"+name] = header.Get("X-Subject-Token")
			continue
		}
		var steps []any
		for _, p := range strings.Split(path, ".") {
			if p == "0" {
				steps = append(steps, 0)
			} else {
				steps = append(steps, p)
			}
		}
		s, ok := (reply{json: v}).at(steps...).(string)
		if !ok {
			t.Fatalf("%s: no %s in %d %s", head, path, status, answer)
		}
		w.names[name] = s
	}
	return step{Request: head, Body: body, Status: status, Answer: w.same(answer)}
}

func realCloud(t *testing.T, base string) *teller {
	t.Helper()
	return &teller{
		base: base, names: map[string]string{}, pass: *recordPassword,
		send: func(method, path, body string, headers ...string) (int, http.Header, string) {
			req, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range headers {
				name, value, _ := strings.Cut(h, ": ")
				req.Header.Set(name, value)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			raw, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, resp.Header, string(raw)
		},
	}
}

func ourCloud(t *testing.T) *teller {
	t.Helper()
	c := startAs(t, release.Zed, keystone.Config{})
	return &teller{
		base: "http://cloud.test/identity", names: map[string]string{}, pass: "secret",
		send: func(method, path, body string, headers ...string) (int, http.Header, string) {
			r := c.do(method, path, body, headers...)
			return r.StatusCode, r.Header, r.body
		},
	}
}

const prologue = `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"%[1]s","domain":{"id":"default"},` +
	`"password":"$PASSWORD"}}},"scope":{"project":{"name":"%[1]s","domain":{"id":"default"}}}}}`

func (w *teller) all(t *testing.T, steps []string) []step {
	t.Helper()
	for _, who := range []string{"admin", "demo"} {
		w.tell(t, "POST /v3/auth/tokens as nobody save "+who+"=token "+who+"_id=token.user.id "+who+"_project=token.project.id\n"+
			fmt.Sprintf(prologue, who))
	}
	for _, role := range []string{"admin", "member", "reader"} {
		w.tell(t, "GET /v3/roles?name="+role+" save role_"+role+"=roles.0.id")
	}
	told := make([]step, len(steps))
	for i, text := range steps {
		told[i] = w.tell(t, text)
	}
	return told
}

func TestRecorded(t *testing.T) {
	stories, err := filepath.Glob("testdata/recorded/*.txt")
	if err != nil || len(stories) == 0 {
		t.Fatal("no stories", err)
	}
	for _, path := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			steps, golden := story(t, path), strings.TrimSuffix(path, ".txt")+".json"
			if *record != "" {
				raw, err := json.MarshalIndent(realCloud(t, *record).all(t, steps), "", " ")
				if err == nil {
					err = os.WriteFile(golden, append(raw, '\n'), 0o644)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			raw, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			var want []step
			if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&want); err != nil {
				t.Fatal(err)
			}
			got := ourCloud(t).all(t, steps)
			for i := range want {
				if i >= len(got) || got[i].Request != want[i].Request {
					t.Fatalf("the story was changed and not recorded again, at %s", want[i].Request)
				}
				want[i].Answer = sorted(want[i].Answer)
				if diff := cmp.Diff(want[i], got[i]); diff != "" {
					t.Errorf("%s %s\n%s", want[i].Request, want[i].Body, diff)
				}
			}
		})
	}
}
