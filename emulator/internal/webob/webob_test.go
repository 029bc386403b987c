package webob

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// Recorded from Cinder's 404 on release Zed.
func TestPageByAccept(t *testing.T) {
	const (
		markup = "<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n  Gone.<br /><br />\n\n\n\n </body>\n</html>"
		text   = "404 Not Found\n\nGone.\n\n   "
		object = `{"message":"Gone.\u003cbr /\u003e\u003cbr /\u003e\n\n\n","code":"404 Not Found","title":"Not Found"}`
	)
	for accept, want := range map[string]string{
		"":                                      text,
		"*/*":                                   markup,
		"text/*":                                markup,
		"text/plain":                            text,
		"application/xml":                       text,
		"application/json":                      object,
		"application/json, text/html":           markup,
		"*/*;q=0.1, application/json;q=0.5":     object,
		"text/html;level=1, application/json":   object,
		"text/html;q=7":                         markup,
		"not well formed":                       markup,
		"text/html;q=0, application/json;q=0.1": object,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		if accept != "" {
			r.Header.Set("Accept", accept)
		}
		reply := Page(&httpapi.Call{Request: r}, 404, "Gone.")
		got := string(reply.Raw)
		if reply.JSON != nil {
			raw, err := json.Marshal(reply.JSON)
			if err != nil {
				t.Fatal(err)
			}
			got = string(raw)
		}
		if reply.Status != 404 || got != want {
			t.Errorf("%q: %d %q", accept, reply.Status, got)
		}
	}
}

func FuzzAccept(f *testing.F) {
	for _, s := range []string{"*/*", "text/html;q=0.5, application/json", `a/b;c="d,e"`, "garbage", "a/b;q=NaN", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		switch preferred([]string{s}) {
		case mediaHTML, mediaJSON, "":
		default:
			t.Errorf("%q", s)
		}
	})
}
