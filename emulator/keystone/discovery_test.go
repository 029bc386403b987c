package keystone_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/keystone"
)

func TestVersions(t *testing.T) {
	c := start(t, keystone.Config{})
	r := c.want(300, c.get("/", ""))
	if r.at("versions", "values", 0, "links", 0, "href") != "http://cloud.test/identity/v3/" || r.Header.Get("Location") != "http://cloud.test/identity/v3/" {
		t.Errorf("%v %s", r.Header, r.body)
	}
	for _, path := range []string{"/v3", "/v3/"} {
		r := c.want(200, c.get(path, "bogus")) // a bad token is no token
		if r.at("version", "id") != "v3.14" || r.at("version", "status") != "stable" {
			t.Error(r.body)
		}
	}
}

// TestURLsFollowTheClient asks through a proxy and on a port of the service's own.
func TestURLsFollowTheClient(t *testing.T) {
	c := start(t, keystone.Config{})
	through := []string{"X-Forwarded-Proto: https", "X-Forwarded-Host: cloud.example", "X-Forwarded-Prefix: /os"}
	r := c.want(201, c.do("POST", "/v3/auth/tokens", passwordOf("demo", inProject("demo")), through...))
	for i := 0; r.at("token", "catalog", i) != nil; i++ {
		url := r.at("token", "catalog", i, "endpoints", 0, "url").(string)
		if !strings.HasPrefix(url, "https://cloud.example/os/") || strings.Contains(url, "$") {
			t.Errorf("endpoint %s", url)
		}
	}
	r = c.want(401, c.do("GET", "/v3/users", "", through...))
	if got := r.Header.Get("Www-Authenticate"); got != `Keystone uri="https://cloud.example/os/identity/v3"` {
		t.Error(got)
	}
	req := httptest.NewRequest(http.MethodGet, "http://cloud.test:5000/", nil)
	w := httptest.NewRecorder()
	c.front.At("/identity").ServeHTTP(w, req)
	if got := w.Header().Get("Location"); got != "http://cloud.test:5000/v3/" {
		t.Error(got)
	}
}

// TestRoutes holds how Flask and its extension answer, as the reference cloud did.
func TestRoutes(t *testing.T) {
	c := start(t, keystone.Config{})
	for _, test := range []struct {
		method, path string
		status       int
		allow, body  string
	}{
		{"GET", "/v4", 404, "", "<title>404 Not Found</title>"},
		{"GET", "/v3/nothing", 404, "", "<title>404 Not Found</title>"},
		{"PUT", "/v3", 405, "GET, HEAD, OPTIONS", "<title>405 Method Not Allowed</title>"},
		{"PUT", "/v3/auth/tokens", 405, "DELETE, GET, HEAD, OPTIONS, POST", `{"message":"The method is not allowed for the requested URL."}`},
		{"OPTIONS", "/v3/auth/tokens", 200, "DELETE, GET, HEAD, OPTIONS, POST", ""},
		{"GET", "/v3//users", 308, "", "Redirecting"},
		{"GET", "/v3/users/", 401, "", unauthenticated},
		{"HEAD", "/v3", 200, "", ""},
		{"GET", "/v3/OS-FEDERATION/saml2/metadata", 501, "", "keystone.os-federation.saml2.metadata.show"},
	} {
		r := c.do(test.method, test.path, "")
		if r.StatusCode != test.status || r.Header.Get("Allow") != test.allow || !strings.Contains(r.body, test.body) {
			t.Errorf("%s %s: %d %q %s", test.method, test.path, r.StatusCode, r.Header.Get("Allow"), r.body)
		}
	}
	if r := c.want(413, c.do("POST", "/v3/auth/tokens", strings.Repeat(" ", 200000))); !strings.Contains(r.body, "max_request_body_size (114688)") {
		t.Error(r.body)
	}
	if r := c.want(400, c.do("POST", "/v3/nothing", "{", "Content-Type: application/json")); !strings.Contains(r.message(), "valid JSON") {
		t.Error(r.message())
	}
	if r := c.want(400, c.do("POST", "/v3/users", "{}", "Content-Type: text/plain")); !strings.Contains(r.message(), "application/json in Content-Type header") {
		t.Error(r.message())
	}
}
