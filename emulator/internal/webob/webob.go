// Package webob renders errors as the Python library of that name does, by which OpenStack services answer what their
// own code has not worded: in HTML, in JSON or in plain text, as the client's Accept prefers.
package webob

import (
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

const (
	malformed   = "The server could not comply with the request since it is either malformed or otherwise incorrect."
	serverError = "The server has either erred or is incapable of performing the requested operation."
)

// explanations are webob's own, of errors that bring none.
var explanations = map[int]string{
	http.StatusBadRequest: malformed,
	http.StatusUnauthorized: "This server could not verify that you are authorized to access the document you requested. Either you " +
		"supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the " +
		"credentials required.",
	http.StatusPaymentRequired:               "Access was denied for financial reasons.",
	http.StatusForbidden:                     "Access was denied to this resource.",
	http.StatusNotFound:                      "The resource could not be found.",
	http.StatusMethodNotAllowed:              malformed,
	http.StatusNotAcceptable:                 malformed,
	http.StatusProxyAuthRequired:             "Authentication with a local proxy is needed.",
	http.StatusRequestTimeout:                "The server has waited too long for the request to be sent by the client.",
	http.StatusConflict:                      "There was a conflict when trying to complete your request.",
	http.StatusGone:                          "This resource is no longer available. No forwarding address is given.",
	http.StatusLengthRequired:                "Content-Length header required.",
	http.StatusPreconditionFailed:            "Request precondition failed.",
	http.StatusRequestEntityTooLarge:         "The body of your request was too large for this server.",
	http.StatusRequestURITooLong:             "The request URI was too long for this server.",
	http.StatusUnsupportedMediaType:          malformed,
	http.StatusRequestedRangeNotSatisfiable:  "The Range requested is not available.",
	http.StatusExpectationFailed:             "Expectation failed.",
	http.StatusUnprocessableEntity:           "Unable to process the contained instructions",
	http.StatusLocked:                        "The resource is locked",
	http.StatusPreconditionRequired:          "This request is required to be conditional",
	http.StatusTooManyRequests:               "The client has sent too many requests in a given amount of time",
	http.StatusRequestHeaderFieldsTooLarge:   "The request header fields were too large",
	http.StatusInternalServerError:           serverError,
	http.StatusNotImplemented:                serverError,
	http.StatusBadGateway:                    "Bad gateway.",
	http.StatusServiceUnavailable:            "The server is currently unavailable. Please try again at a later time.",
	http.StatusGatewayTimeout:                "The gateway has timed out.",
	http.StatusHTTPVersionNotSupported:       "The HTTP version is not supported.",
	http.StatusInsufficientStorage:           "There was not enough space to save the resource",
	http.StatusNetworkAuthenticationRequired: "Network authentication is required",
}

// Explanation is webob's own for a status; that of the nearest hundred when it does not know the status.
func Explanation(status int) string {
	if text, ok := explanations[status]; ok {
		return text
	}
	return explanations[status/100*100]
}

// Page is an error of a status with an explanation; webob's own for the status when it is empty.
func Page(c *httpapi.Call, status int, explanation string) httpapi.Reply {
	return Detailed(c, status, explanation, "")
}

// Detailed is a Page with a detail below the explanation.
func Detailed(c *httpapi.Call, status int, explanation, detail string) httpapi.Reply {
	if explanation == "" {
		explanation = Explanation(status)
	}
	return PageOf(c, status, explanation, "<br /><br />\n", detail+"\n\n")
}

// PageOf renders the parts of a body: text, then what is markup or text by its place. Of the three, only those that are
// not markup are escaped in HTML.
func PageOf(c *httpapi.Call, status int, text, markup, rest string) httpapi.Reply {
	title := http.StatusText(status)
	if status == http.StatusRequestedRangeNotSatisfiable {
		title = "Request Range Not Satisfiable"
	}
	line := strings.TrimSpace(strconv.Itoa(status) + " " + title)
	media := preferred(c.Request.Header.Values("Accept"))
	if c.Request.Method == http.MethodHead {
		media = mediaHTML // what stands in the header when there is no body to choose a type for
	}
	switch media {
	case mediaHTML:
		body := escape(text) + markup + escape(rest)
		return Rendered(status, "text/html; charset=UTF-8", "<html>\n <head>\n  <title>"+line+"</title>\n </head>\n <body>\n  <h1>"+
			line+"</h1>\n  "+body+"\n </body>\n</html>")
	case mediaJSON:
		return httpapi.Reply{Status: status, JSON: page{text + markup + rest, line, title}}
	}
	return Rendered(status, "text/plain; charset=UTF-8", line+"\n\n"+stripTags(text+markup+rest))
}

type page struct {
	Message string `json:"message"`
	Code    string `json:"code"`
	Title   string `json:"title"`
}

// Rendered is an answer of a media type other than JSON.
func Rendered(status int, media, body string) httpapi.Reply {
	return httpapi.Reply{Status: status, Raw: []byte(body), Header: http.Header{"Content-Type": {media}}}
}

// escape is Python's html.escape, which differs from Go's in how it writes quotes.
func escape(s string) string {
	return strings.NewReplacer("&#39;", "&#x27;", "&#34;", "&quot;").Replace(html.EscapeString(s))
}

var (
	lineBreak = regexp.MustCompile(`(?is)<br.*?>`)
	anyTag    = regexp.MustCompile(`(?s)<.*?>`)
)

// stripTags makes plain text of a body: its lines become one, and its tags the ends of lines, or nothing.
func stripTags(s string) string {
	s = strings.NewReplacer("\n", " ", "\r", "").Replace(s)
	return anyTag.ReplaceAllString(lineBreak.ReplaceAllString(s, "\n"), "")
}

// What webob can render an error as, in the order in which it offers it. Whoever accepts neither gets plain text.
const (
	mediaHTML = "text/html"
	mediaJSON = "application/json"
)

// WantsJSON tells whether the client's Accept prefers JSON to HTML.
func WantsJSON(c *httpapi.Call) bool {
	return preferred(c.Request.Header.Values("Accept")) == mediaJSON
}
