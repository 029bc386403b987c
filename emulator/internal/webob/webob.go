// Package webob renders errors as the Python library of that name does, which answers for OpenStack services where their
// own code has not been reached: in HTML, in JSON or in plain text, as the client's Accept prefers.
package webob

import (
	"html"
	"net/http"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// What webob can render an error as, in the order in which it offers it. Whoever accepts neither gets plain text.
const (
	mediaHTML = "text/html"
	mediaJSON = "application/json"
)

// Page is an error of a status with an explanation.
func Page(c *httpapi.Call, status int, explanation string) httpapi.Reply {
	title := http.StatusText(status)
	line := strconv.Itoa(status) + " " + title
	media := preferred(c.Request.Header.Values("Accept"))
	if c.Request.Method == http.MethodHead {
		media = mediaHTML // what stands in the header when there is no body to choose a type for
	}
	const after = "<br /><br />\n\n\n"
	switch media {
	case mediaHTML:
		return rendered(status, "text/html; charset=UTF-8", "<html>\n <head>\n  <title>"+line+"</title>\n </head>\n <body>\n  <h1>"+
			line+"</h1>\n  "+escape(explanation)+after+"\n </body>\n</html>")
	case mediaJSON:
		return httpapi.Reply{Status: status, JSON: page{explanation + after, line, title}}
	}
	return rendered(status, "text/plain; charset=UTF-8", line+"\n\n"+explanation+"\n\n   ")
}

type page struct {
	Message string `json:"message"`
	Code    string `json:"code"`
	Title   string `json:"title"`
}

func rendered(status int, media, body string) httpapi.Reply {
	return httpapi.Reply{Status: status, Raw: []byte(body), Header: http.Header{"Content-Type": {media}}}
}

// escape is Python's html.escape, which differs from Go's in how it writes quotes.
func escape(s string) string {
	return strings.NewReplacer("&#39;", "&#x27;", "&#34;", "&quot;").Replace(html.EscapeString(s))
}
