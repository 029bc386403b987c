package control

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/control/client"
)

// Whatever is sent to the control API, it is answered, and never with a failure of its own.
func FuzzControlAPI(f *testing.F) {
	for _, seed := range []struct{ method, path, body string }{
		{"POST", "/clouds", `{"name":"a","options":{"stores":["x"],"clock":"step","step":"1s","delays":{"cinder.*":"1s"}},"fixture":"image: {}"}`},
		{"POST", "/clouds/default/fork", `{"name":"b"}`},
		{"PATCH", "/clouds/default/clock", `{"mode":"manual","speed":2}`},
		{"POST", "/clouds/default/stores", `{"id":"s","path":"/"}`},
		{"PATCH", "/clouds/default/stores/fast", `{"read_only":true}`},
		{"PUT", "/clouds/default/quotas/demo", `{"volumes":1}`},
		{"POST", "/clouds/default/faults", `{"op":"*","status":503,"times":1}`},
		{"GET", "/clouds/default/requests?status=4xx&body=a=b&since=2030-01-01T00:00:00Z", ""},
		{"PUT", "/clouds/default/snapshots/a/file", "fauxstack"},
		{"GET", "/clouds/%2e%2e/..", ""},
	} {
		f.Add(seed.method, seed.path, seed.body)
	}
	s, err := New(Config{Now: time.Now, MaxClouds: 10})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	if _, err := s.Open(First); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, path, body string) {
		if strings.Contains(path, "events") || strings.Contains(path, "wait") || strings.Contains(path, "listen") || strings.Contains(body, "listen") {
			t.Skip("it would not end, or listen")
		}
		if strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || method == "" || strings.ContainsAny(path, " \t\r\n\x00") {
			t.Skip("no request line")
		}
		r := httptest.NewRequest("GET", "http://localhost/", strings.NewReader(body))
		u, err := r.URL.Parse("http://localhost" + client.Root + path)
		if err != nil || u.Host != "localhost" {
			t.Skip("no URL")
		}
		r.Method, r.URL, r.RequestURI = method, u, u.RequestURI()
		w := httptest.NewRecorder()
		s.serveControl(w, r)
		if w.Code >= 500 && w.Code != 503 {
			t.Errorf("%s %s %s: %d %s", method, path, body, w.Code, w.Body)
		}
		if s.clouds.get(First) == nil {
			if _, err := s.Open(First); err != nil {
				t.Fatal(err)
			}
		}
		if s.clouds.count() > 5 {
			for _, name := range s.clouds.names() {
				if name != First {
					if err := s.Delete(name); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	})
}

// Every Host header names a cloud or the first one.
func FuzzHost(f *testing.F) {
	for _, seed := range []string{"blue.localhost:80", "[::1]:4580", "localhost", "a.b.example.com", ".localhost", "", ":"} {
		f.Add(seed)
	}
	s, err := New(Config{Now: time.Now, BaseHosts: []string{"b.example.com"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if name := s.cloudOfHost(host); name != First && !strings.Contains(strings.ToLower(host), name) {
			t.Errorf("%q: %q", host, name)
		}
		isLocalName(host)
	})
}
