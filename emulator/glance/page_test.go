package glance_test

import (
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// The pages are the reference cloud's, byte for byte.
func TestErrorsByAccept(t *testing.T) {
	c := newCloud(t, empty(), release.Zed)
	const detailJSON = `{"message":"Access was denied to this resource.<br /><br />\nAttribute 'deleted' is reserved.\n\n","code":"403 Forbidden","title":"Forbidden"}`
	const detailHTML = "<html>\n <head>\n  <title>403 Forbidden</title>\n </head>\n <body>\n  <h1>403 Forbidden</h1>\n" +
		"  Access was denied to this resource.<br /><br />\nAttribute &#x27;deleted&#x27; is reserved.\n\n\n </body>\n</html>"
	const detailText = "403 Forbidden\n\nAccess was denied to this resource.\n\n Attribute 'deleted' is reserved.  "
	html := []string{detailHTML, "text/html; charset=UTF-8"}
	json := []string{detailJSON, "application/json"}
	text := []string{detailText, "text/plain; charset=UTF-8"}
	for accept, want := range map[string][]string{
		"application/json":                    json,
		"application/*":                       json,
		"*/*":                                 html,
		"text/html":                           html,
		"application/json, text/plain, */*":   html,
		"application/json;q=0.5, text/html":   html,
		"text/html;q=0.5, application/json":   json,
		"image/png, */*;q=0.1":                html,
		"text/*;q=0, */*":                     json,
		"garbage":                             html,
		"text/html;q=7":                       html,
		"text/html;level=1, application/json": json,
		"text/plain":                          text,
		"":                                    text,
	} {
		a := c.do("admin", "POST", "/v2/images", `{"deleted": "x"}`, "Accept", accept)
		if a.status != 403 || a.body != want[0] || a.header.Get("Content-Type") != want[1] {
			t.Errorf("Accept %q: %d %q, %q", accept, a.status, a.header.Get("Content-Type"), a.body)
		}
	}
}

func TestErrorsOfTheRouter(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	missing := "The resource could not be found."
	for _, path := range []string{"/v2/", "/v2/nope", "/v2/images/", "/v2/images/x/y/z", "/v2/schemas/nope", "/v2/images/a%2Fb"} {
		c.want(c.do("admin", "GET", path, ""), 404, missing)
	}
	for path, allow := range map[string]string{
		"/v2/images": "GET, POST", "/v2/images/x": "GET, PATCH, DELETE", "/v2/images/x/file": "GET, PUT", "/v2/images/x/tags/t": "PUT, DELETE",
		"/v2/images/x/members/m": "GET, PUT, DELETE", "/v2/images/x/locations": "POST", "/v2/cache/x": "DELETE, PUT",
		"/v2/metadefs/namespaces/n/tags/t": "GET, POST, PUT, DELETE",
	} {
		a := c.do("admin", "FOO", path, "")
		c.want(a, 405, "The method FOO is not allowed for this resource.")
		if got := a.header.Get("Allow"); got != allow {
			t.Errorf("%s: Allow %q", path, got)
		}
	}
	c.want(c.do("admin", "POST", "/v2/images/x/tasks", ""), 404, missing)
	c.want(c.do("admin", "FOO", "/v2/nope", ""), 501, "The request method FOO is not implemented for this server.")
	if a := c.do("admin", "HEAD", "/v2/images", ""); a.status != 405 || a.body != "" || a.header.Get("Content-Type") != "text/html; charset=UTF-8" {
		t.Errorf("HEAD: %d %v %q", a.status, a.header, a.body)
	}
	if a := c.do("admin", "GET", "/v2", ""); a.status != 302 || a.header.Get("Location") != "http://cloud.test/image/v2/" {
		t.Errorf("/v2: %d %v", a.status, a.header)
	}
}

func TestWithoutAToken(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	for _, user := range []string{"", "nobody"} {
		a := c.do(user, "GET", "/v2/images", "")
		c.want(a, 401, "This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong "+
			"credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.")
		if got := a.header.Get("Www-Authenticate"); got != `Keystone uri="http://cloud.test/identity"` || a.header.Get("X-Openstack-Request-Id") != "" {
			t.Errorf("%v", a.header)
		}
	}
	c.want(c.do("", "GET", "/v2/nope", ""), 401, c.do("", "GET", "/v2/images", "").message())
}

func TestRequestIDs(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	for sent, want := range map[string]string{"req-mine": "req-mine", "mine": "req-mine"} {
		if got := c.do("admin", "GET", "/v2/images", "", "X-Openstack-Request-Id", sent).header.Get("X-Openstack-Request-Id"); got != want {
			t.Errorf("%q becomes %q", sent, got)
		}
	}
}
