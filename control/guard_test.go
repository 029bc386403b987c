package control_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/control"
	"github.com/fauxstack/fauxstack/control/client"
)

func TestTheControlListenerKeepsPagesOut(t *testing.T) {
	s := serve(t)
	host := strings.TrimPrefix(s.server.ControlURL(), "http://")
	for name, row := range map[string]struct {
		headers []string
		status  int
	}{
		"a program":                     {nil, 200},
		"localhost":                     {[]string{"Host: localhost:4581"}, 200},
		"below localhost":               {[]string{"Host: fauxstack.localhost"}, 200},
		"IPv6":                          {[]string{"Host: [::1]:4581"}, 200},
		"a name made to mean loopback":  {[]string{"Host: evil.example.com:4581"}, 403},
		"a name that looks like it":     {[]string{"Host: localhost.example.com"}, 403},
		"another address":               {[]string{"Host: 192.0.2.1"}, 403},
		"a page of another origin":      {[]string{"Origin: http://evil.example.com"}, 403},
		"a page without an origin":      {[]string{"Origin: null"}, 403},
		"a page of the same origin":     {[]string{"Origin: http://" + host}, 200},
		"a form on another site":        {[]string{"Sec-Fetch-Site: cross-site"}, 403},
		"a page on another port":        {[]string{"Sec-Fetch-Site: same-site"}, 403},
		"typed into the address bar":    {[]string{"Sec-Fetch-Site: none"}, 200},
		"a proxy does not change that":  {[]string{"Host: evil.example.com", "X-Forwarded-Host: localhost"}, 403},
		"nor does a token that is none": {[]string{"Host: evil.example.com", "X-Fauxstack-Token: x"}, 403},
	} {
		if a := s.api("GET", "/clouds", "", row.headers...); a.status != row.status || a.status == 403 && !strings.HasPrefix(a.message(), "forbidden: ") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if a := s.api("GET", "/health", "", "Host: evil.example.com"); a.status != 200 {
		t.Errorf("health: %d", a.status)
	}
}

func TestTheControlAPIBesideTheCloudsNeedsAToken(t *testing.T) {
	open := serve(t)
	for path, status := range map[string]int{"/_fauxstack/health": 200, "/_fauxstack/clouds": 403, "/_fauxstack/": 403, "/_fauxstack": 403} {
		a := open.ask("GET", open.URL()+path, "", "X-Fauxstack-Token: ")
		if a.status != status || status == 403 && !strings.Contains(a.message(), open.server.ControlURL()) {
			t.Errorf("without a token, %s: %d %s", path, a.status, a.body)
		}
	}
	s := serve(t, func(c *control.Config) { c.Token = "s3cret" })
	for _, base := range []string{s.URL(), s.server.ControlURL()} {
		for token, status := range map[string]int{"": 401, "s3cre": 401, "s3cret2": 401, "s3cret": 200} {
			if a := s.ask("GET", base+"/_fauxstack/clouds", "", "X-Fauxstack-Token: "+token, "Host: far.example.com"); a.status != status {
				t.Errorf("token %q: %d %s", token, a.status, a.body)
			}
		}
		if a := s.ask("GET", base+"/_fauxstack/health", ""); a.status != 200 {
			t.Errorf("health: %d", a.status)
		}
	}
	// URLs are those under which the client reached the server.
	a := s.ask("GET", s.URL()+"/_fauxstack/clouds/default", "", "X-Fauxstack-Token: s3cret", "Host: far.example.com", "X-Forwarded-Proto: https")
	if !strings.Contains(a.body, `"url":"https://far.example.com"`) {
		t.Error(a.body)
	}
	beside, err := client.New(s.URL(), client.WithToken("s3cret"), client.WithHTTPClient(s.http))
	if err != nil {
		t.Fatal(err)
	}
	if clouds, err := beside.Clouds(t.Context()); err != nil || len(clouds) != 1 {
		t.Errorf("%v, %v", clouds, err)
	}
	if _, err := s.WithoutToken(t).Clouds(t.Context()); err == nil || !strings.Contains(err.Error(), "wants its token") {
		t.Error(err)
	}
}

// WithoutToken is a client of the same server that has forgotten the token.
func (s *server) WithoutToken(t *testing.T) *client.Client {
	t.Helper()
	c, err := client.New(s.Client.URL(), client.WithHTTPClient(s.http))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	for want, cfg := range map[string]control.Config{
		"needs a token":      {Control: "0.0.0.0:0", Now: time.Now},
		"not a loopback":     {Control: ":4581", Now: time.Now},
		"want HOST:PORT":     {Listen: "here", Now: time.Now},
		"want 1 or more":     {MaxClouds: -1, Now: time.Now},
		"the time":           {},
		"control address \"": {Control: "4581", Now: time.Now},
	} {
		if _, err := control.New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", cfg, err, want)
		}
	}
	if _, err := control.New(control.Config{Control: "0.0.0.0:0", Token: "x", Now: time.Now}); err != nil {
		t.Error(err)
	}
}

func TestHealthWhileSeeding(t *testing.T) {
	s, err := control.New(control.Config{Listen: "127.0.0.1:0", Control: "127.0.0.1:0", Now: time.Now, Version: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	defer s.Close()
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(s.URL(), client.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		t.Fatal(err)
	}
	if h, err := c.Health(t.Context()); err != nil || h.Status != "seeding" || h.Version != "v1" {
		t.Errorf("%+v, %v", h, err)
	}
	resp, err := (&http.Client{Transport: transport}).Get(s.URL() + "/identity/v3")
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("a cloud that is not there yet: %s", resp.Status)
	}
	if _, err := s.Open(control.First); err != nil {
		t.Fatal(err)
	}
	s.Ready()
	if h, err := c.Health(t.Context()); err != nil || h.Status != "ready" || h.Clouds != 1 {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestAControlPortThatIsTaken(t *testing.T) {
	first := serve(t)
	address := strings.TrimPrefix(first.server.ControlURL(), "http://")
	second, err := control.New(control.Config{Control: address, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Listen(); err == nil {
		t.Error("two servers have one address")
	}
	second.Close()
	third := serve(t, func(c *control.Config) { c.Control, c.ControlMayMove = address, true })
	if third.server.ControlURL() == first.server.ControlURL() {
		t.Error("two servers have one address")
	}
}
