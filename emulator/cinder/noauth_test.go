package cinder

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func newNoAuthCloud(t *testing.T, strategy string) *testCloud {
	return newTestCloud(t, func(c *Config, _ *Ports) { c.AuthStrategy = strategy })
}

func noAuthRequest(c *testCloud, method, path string, headers map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://cloud.test/volume"+path, http.NoBody)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	c.front.ServeHTTP(w, r)
	return w
}

// What cinder.api.middleware.auth answers under webob.
func TestWithoutAuthWhoeverBringsNoTokenIsGivenOne(t *testing.T) {
	none := map[string]string{}
	for _, test := range []struct {
		name, strategy, path string
		headers              map[string]string
		token, address       string
	}{
		{"nothing said", authNone, "/v3/", none, "admin:admin", "/v3"},
		{"a path and a query", authNone, "/v3/abc/volumes?limit=1&name=%C3%A9", none, "admin:admin", "/v3/abc/volumes?limit=1&name=%C3%A9"},
		{"a path that nothing serves", authNone, "/v3/x//", map[string]string{"X-Auth-User": "u", "X-Auth-Project-Id": "p"}, "u:p", "/v3/x"},
		{"a query that ends in a slash", authNone, "/v3/%C3%A9%20b/?a=/", none, "admin:admin", "/v3/%C3%A9%20b/?a="},
		{"with the project", authNoneIncludeProjectID, "/v3/", none, "admin:admin", "/v3/admin"},
		{"with the project of a header", authNoneIncludeProjectID, "/v3/x//", map[string]string{"X-Auth-User": "u", "X-Auth-Project-Id": "p"}, "u:p", "/v3/x/p"},
		{"with the project behind a query", authNoneIncludeProjectID, "/v3/x?limit=1", none, "admin:admin", "/v3/x?limit=1/admin"},
		{"with a project that is a path", authNoneIncludeProjectID, "/v3/x", map[string]string{"X-Auth-Project-Id": "/abs"}, "admin:/abs", "/abs"},
		{"with no project", authNoneIncludeProjectID, "/v3/x", map[string]string{"X-Auth-Project-Id": ""}, "admin:", "/v3/x/"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := noAuthRequest(newNoAuthCloud(t, test.strategy), "GET", test.path, test.headers)
			want := test.address
			if strings.HasPrefix(want, "/v3") {
				want = "http://cloud.test/volume" + want
			}
			h := w.Header()
			if w.Code != http.StatusNoContent || h.Get("X-Auth-Token") != test.token || h.Get("X-Server-Management-Url") != want {
				t.Errorf("%d, token %q, address %q; want 204, %q, %q", w.Code, h.Get("X-Auth-Token"), h.Get("X-Server-Management-Url"), test.token, want)
			}
			if got := h.Get("Content-Type"); got != "text/plain; charset=UTF-8" {
				t.Errorf("content type %q", got)
			}
			if h.Get("X-Openstack-Request-Id") == "" {
				t.Error("no request id")
			}
		})
	}
}

// A token is USER:PROJECT; everybody is an administrator.
func TestWithoutAuthATokenIsBelieved(t *testing.T) {
	for _, test := range []struct {
		name, token, path string
		want              int
	}{
		{"user and project", "u:abc", "/v3/abc/volumes", 200},
		{"one word is both", "abc", "/v3/abc/volumes", 200},
		{"an empty project is the user", "abc:", "/v3/abc/volumes", 200},
		{"no user", ":abc", "/v3/abc/volumes", 200},
		{"another project", "u:abc", "/v3/abd/volumes", 400},
		{"the project is what follows the first colon", "u:abc:d", "/v3/abc/volumes", 400},
		{"an empty token", "", "/v3/volumes", 200},
		{"no project in the path", "u:abc", "/v3/volumes", 200},
		{"a project that is no id", "u:admin", "/v3/admin/volumes", 404},
		{"what administrators may", "u:abc", "/v3/abc/os-services", 200},
		{"versions for everybody", "u:abc", "/", 300},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newNoAuthCloud(t, authNone)
			w := noAuthRequest(c, "GET", test.path, map[string]string{"X-Auth-Token": test.token})
			if w.Code != test.want {
				t.Errorf("%d %s; want %d", w.Code, w.Body, test.want)
			}
		})
	}
}

// Recorded of a Zed.
func TestPathsAreReadAsLatin1(t *testing.T) {
	c := newTestCloud(t)
	for path, want := range map[string]string{
		"/volumes/%C3%A9":           "Volume Ã© could not be found.",
		"/volumes/%E2%82%AC":        "Volume â\u0082¬ could not be found.",
		"/snapshots/%C3%A9":         "Snapshot Ã© could not be found.",
		"/types/%C3%A9":             "Volume type Ã© could not be found.",
		"/types/%C3%A9/extra_specs": "Volume type Ã© could not be found.",
		"/backups/%C3%A9":           "Backup Ã© could not be found.",
		"/qos-specs/%C3%A9":         "No such QoS spec Ã©.",
	} {
		if status, body := c.as("admin", "GET", path, ""); status != 404 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s; want %s", path, status, body, want)
		}
	}
}

func TestKeystoneIsAskedByDefault(t *testing.T) {
	c := newTestCloud(t)
	for token, want := range map[string]int{"u:abc": 401, "admin": 200} {
		if w := noAuthRequest(c, "GET", "/v3/os-services", map[string]string{"X-Auth-Token": token}); w.Code != want {
			t.Errorf("token %s: %d, want %d", token, w.Code, want)
		}
	}
	if w := noAuthRequest(c, "GET", "/v3/", nil); w.Code != 401 {
		t.Errorf("without a token: %d", w.Code)
	}
	cfg := DefaultConfig()
	cfg.AuthStrategy = "none"
	if err := cfg.Validate(); err == nil || !strings.HasPrefix(err.Error(), "block_storage.auth_strategy: ") {
		t.Errorf("auth_strategy none: %v", err)
	}
}
