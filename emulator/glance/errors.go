package glance

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/webob"
)

// Resources of failures whose wording is not just their text.
const (
	// inDetail is a failure whose text stands below webob's own explanation, for that is where upstream's raise without a
	// keyword puts it.
	inDetail = "detail"
	// statusMove is a change of status that upstream's state machine does not have.
	statusMove = "status"
	// unserialized is what upstream's serializer dies of: the server's own 500, without a body.
	unserialized = "serializer"
)

// detailed is a failure whose text is a detail.
func detailed(kind fail.Kind, format string, args ...any) *fail.Error {
	e := fail.New(kind, format, args...)
	e.Resource = inDetail
	return e
}

// crash is what upstream answers where it dies of a request itself.
func crash() error { return fail.New(fail.Internal, "") }

// reply words a failure.
func reply(c *httpapi.Call, err *fail.Error) httpapi.Reply {
	status := err.Kind.Status()
	switch {
	case err.Resource == unserialized:
		forgetRequestID(c)
		return httpapi.Reply{Status: status, Header: http.Header{"Content-Type": {"text/plain"}}}
	case err.Kind == fail.Unauthenticated:
		// The token is checked ahead of what gives a request its id.
		forgetRequestID(c)
		c.Header()["Www-Authenticate"] = []string{`Keystone uri="` + c.Sibling("/identity", "") + `"`}
		return webob.Page(c, status, "")
	case err.Resource == fail.FromFault:
		return webob.Page(c, err.Status(), err.Text)
	case err.Kind == fail.UnsupportedMedia:
		return webob.PageOf(c, status, "The request media type "+mediaTypeOf(c)+" is not supported by this server.\n", "<br /><br />\n", err.Text)
	case err.Kind == fail.NotImplemented:
		return webob.Page(c, status, "The operation "+err.ID+" is not emulated yet.")
	case err.Resource == inDetail:
		return webob.Detailed(c, status, "", err.Text)
	}
	return webob.Page(c, status, explanationOf(err))
}

func explanationOf(err *fail.Error) string {
	switch {
	case err.Resource == httpapi.PolicyRule:
		return "You are not authorized to complete " + err.ID + " action."
	case err.Resource == statusMove:
		return "Image status transition from " + err.Have + " to " + err.Want[0] + " is not allowed"
	case err.Resource == httpapi.MalformedBody:
		return "Malformed JSON in request body."
	}
	return err.Text
}

func forgetRequestID(c *httpapi.Call) { delete(c.Header(), requestIDHeader) }

// noRoute answers what no row serves: a path that is not there, or a method that it does not have. Lists of versions are
// the same for every method.
func (s *Service) noRoute(c *httpapi.Call, allowed []string) httpapi.Reply {
	switch {
	case c.Path == versionsPath:
		return httpapi.Reply{Status: http.StatusMultipleChoices, JSON: s.versionDocument(c)}
	case c.Path == allVersionsPath:
		return httpapi.Reply{JSON: s.versionDocument(c)}
	case c.Path == "/v2":
		c.Header()["Location"] = []string{c.URL("/v2/")}
		return webob.Rendered(http.StatusFound, "text/plain; charset=utf8", "")
	case len(allowed) > 0 && refusesMethods(c.Path):
		c.Header()["Allow"] = []string{allow(c.Path, allowed)}
		return webob.PageOf(c, http.StatusMethodNotAllowed, "The method "+c.Request.Method+" is not allowed for this resource. ", "<br /><br />\n", "")
	case !slices.Contains(knownMethods, c.Request.Method):
		return webob.PageOf(c, http.StatusNotImplemented, "\nThe request method "+c.Request.Method+" is not implemented for this server. ", "<br /><br />\n", "")
	}
	return webob.Page(c, http.StatusNotFound, "")
}

// knownMethods are those that upstream's router takes an unknown path for an unknown path with.
var knownMethods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"}

// refusesMethods tells whether upstream's router knows that a path exists when the method is wrong.
// Quirk: it has forgotten two paths, which are 404 then (glance/api/v2/router.py).
func refusesMethods(path string) bool {
	return path != "/v2/info/usage" && !(strings.HasPrefix(path, "/v2/images/") && strings.HasSuffix(path, "/tasks"))
}

// allow lists methods in the order of upstream's router.
// Quirk: of locations it tells one method only, and those of a cached image in an order of its own.
func allow(path string, methods []string) string {
	switch {
	case strings.HasSuffix(path, "/locations"):
		return "POST"
	case strings.HasPrefix(path, "/v2/cache/") && slices.Contains(methods, "PUT"):
		return "DELETE, PUT"
	}
	order := []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	order = slices.DeleteFunc(order, func(m string) bool { return !slices.Contains(methods, m) })
	return strings.Join(order, ", ")
}

// mediaTypeOf is the request's Content-Type; the reference takes one that is missing for text/plain.
func mediaTypeOf(c *httpapi.Call) string {
	if v := c.Request.Header.Get("Content-Type"); v != "" {
		return v
	}
	return "text/plain"
}
