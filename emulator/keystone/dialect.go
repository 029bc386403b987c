package keystone

import (
	"html"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// maxBody is oslo.middleware's limit for bodies, which no operation here comes near.
const maxBody = 114688

var dialect = sync.OnceValue(func() *httpapi.Dialect[*Service] {
	return &httpapi.Dialect[*Service]{
		Name:        "keystone",
		MaxBody:     maxBody,
		IDHeaders:   []string{"X-Openstack-Request-Id"},
		HeadIsGet:   true,
		TrimSlash:   true,
		TokenLast:   true,
		TellsGone:   true,
		Public:      func(string) bool { return true },
		NoRoute:     noRoute,
		Before:      before,
		SchemaError: schemaError,

		NoBodyIsEmpty: true,
		Validator:     &schema.Validator{Draft: schema.Draft202012, Formats: formats(), NumericStrings: true},
		Error:         errorReply,
		Rules:         func(s *Service) *policy.Rules { return s.rules },
	}
})

// before checks the body of any request, wanted or not, ahead of who makes it.
func before(_ *Service, c *httpapi.Call) error {
	c.Header().Set("Vary", "X-Auth-Token")
	return checkBody(c)
}

// checkBody wants a body, if there is one, to say that it is JSON and to be an object.
func checkBody(c *httpapi.Call) error {
	raw, err := c.Raw()
	if err != nil || len(raw) == 0 {
		return err
	}
	if !claimsJSON(c.Request.Header.Get("Content-Type")) {
		return &fail.Error{Kind: fail.Invalid, Resource: contentType}
	}
	value, err := c.Value()
	if err != nil {
		return err
	}
	if _, ok := value.(schema.Dict); !ok {
		return &fail.Error{Kind: fail.Invalid, Resource: httpapi.MalformedBody}
	}
	return nil
}

func claimsJSON(header string) bool {
	if header == "" {
		return true
	}
	kind, _, _ := mime.ParseMediaType(header)
	return kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")
}

// schemaError words a mistake in a body as upstream's request validation does: by the last step of its path only.
func schemaError(_ *httpapi.Call, err *schema.Error) error {
	if len(err.Path) == 0 {
		return fail.New(fail.Invalid, "%s", err.Message())
	}
	return fail.New(fail.Invalid, "Invalid input for field/attribute %s. Value: %s. %s",
		schema.Str(err.Path[len(err.Path)-1]), schema.Str(err.Instance), err.Message())
}

// noRoute answers as Flask does: a page for an unknown path, and the methods for a known one.
func noRoute(c *httpapi.Call, allowed []string) httpapi.Reply {
	c.Header().Set("Vary", "X-Auth-Token")
	if err := checkBody(c); err != nil {
		if failure := fail.As(err); failure != nil {
			return errorReply(c, failure)
		}
	}
	if merged, ok := mergeSlashes(c.Path); ok {
		return moved(c, merged)
	}
	if len(allowed) == 0 {
		return notFoundPage()
	}
	if slices.Contains(allowed, http.MethodGet) && !slices.Contains(allowed, http.MethodHead) {
		allowed = append(allowed, http.MethodHead)
	}
	allowed = append(allowed, http.MethodOptions)
	slices.Sort(allowed)
	c.Header().Set("Allow", strings.Join(allowed, ", "))
	switch {
	case c.Request.Method == http.MethodOptions:
		c.Header().Set("Content-Type", htmlType)
		return httpapi.Reply{Status: http.StatusOK}
	case c.Path == "/" || c.Path == "/v3": // these two are not flask_restful's
		return page(http.StatusMethodNotAllowed, "The method is not allowed for the requested URL.")
	}
	return httpapi.Reply{
		Status: http.StatusMethodNotAllowed,
		JSON:   map[string]string{"message": "The method is not allowed for the requested URL."},
	}
}

// notFoundPage answers where upstream has no path.
func notFoundPage() httpapi.Reply {
	return page(http.StatusNotFound, "The requested URL was not found on the server. If you entered the URL manually "+
		"please check your spelling and try again.")
}

const htmlType = "text/html; charset=utf-8"

// page is one of werkzeug's.
func page(status int, text string) httpapi.Reply {
	name := http.StatusText(status)
	return httpapi.Reply{
		Status: status, Header: http.Header{"Content-Type": {htmlType}},
		Raw: []byte("<!doctype html>\n<html lang=en>\n<title>" + strconv.Itoa(status) + " " + name + "</title>\n<h1>" + name +
			"</h1>\n<p>" + text + "</p>\n"),
	}
}

// mergeSlashes makes one of several slashes in a row.
func mergeSlashes(path string) (string, bool) {
	if !strings.Contains(path, "//") {
		return path, false
	}
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path, true
}

// moved sends the client to the path without empty segments.
func moved(c *httpapi.Call, path string) httpapi.Reply {
	where := c.URL(path)
	if c.Request.URL.RawQuery != "" {
		where += "?" + c.Request.URL.RawQuery
	}
	link := html.EscapeString(where)
	return httpapi.Reply{
		Status: http.StatusPermanentRedirect,
		Header: http.Header{"Content-Type": {htmlType}, "Location": {where}},
		Raw: []byte("<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n" +
			"<p>You should be redirected automatically to the target URL: <a href=\"" + link + "\">" + link +
			"</a>. If not, click the link.\n"),
	}
}

// tooLarge is oslo.middleware's answer, which is not in the service's envelope.
func tooLarge(c *httpapi.Call) httpapi.Reply {
	c.Header().Del("Vary")
	return httpapi.Reply{
		Status: http.StatusRequestEntityTooLarge, Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}},
		Raw: []byte("<html>\n <head>\n  <title>413 Request Entity Too Large</title>\n </head>\n <body>\n" +
			"  <h1>413 Request Entity Too Large</h1>\n  Request is too large. Larger than max_request_body_size (114688)." +
			"<br /><br />\n\n\n\n </body>\n</html>"),
	}
}
