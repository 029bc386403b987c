package control_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fauxstack/fauxstack/control"
	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

func TestMain(m *testing.M) {
	// A connection that net/http gives up on is there for half a second more.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// server is one that listens on free ports, with the cloud default, and what talks to it.
type server struct {
	*client.Client
	server *control.Server
	t      *testing.T
	http   *http.Client
}

func serve(t *testing.T, change ...func(*control.Config)) *server {
	t.Helper()
	cfg := control.Config{Listen: "127.0.0.1:0", Control: "127.0.0.1:0", Version: "test", Now: time.Now}
	for _, f := range change {
		f(&cfg)
	}
	s, err := control.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		transport.CloseIdleConnections()
	})
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(control.First, emulator.WithSeed(1)); err != nil {
		t.Fatal(err)
	}
	s.Ready()
	httpClient := &http.Client{Transport: transport}
	address := s.ControlURL()
	if address == "" {
		address = s.URL()
	}
	c, err := client.New(address, client.WithHTTPClient(httpClient), client.WithToken(cfg.Token))
	if err != nil {
		t.Fatal(err)
	}
	return &server{c, s, t, httpClient}
}

// URL is the clouds' address.
func (s *server) URL() string { return s.server.URL() }

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; headers are "Name: value". The path is below the address, such as "/_fauxstack/clouds".
func (s *server) ask(method, url, body string, headers ...string) answer {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if r.Header.Set(name, value); name == "Host" {
			r.Host = value
		}
	}
	resp, err := s.http.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(raw)}
}

// api asks the control API at its own listener.
func (s *server) api(method, path, body string, headers ...string) answer {
	s.t.Helper()
	return s.ask(method, s.server.ControlURL()+client.Root+path, body, headers...)
}

// message is the sentence of an error.
func (a answer) message() string {
	var out struct {
		Error struct{ Code, Message string }
	}
	if err := json.NewDecoder(bytes.NewBufferString(a.body)).Decode(&out); err != nil {
		return "no error body: " + a.body
	}
	return out.Error.Code + ": " + out.Error.Message
}

func (s *server) mustCreate(spec client.Spec) client.Cloud {
	s.t.Helper()
	cloud, err := s.Create(s.t.Context(), spec)
	if err != nil {
		s.t.Fatal(err)
	}
	return cloud
}
