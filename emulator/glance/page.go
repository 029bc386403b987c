package glance

import (
	"html"
	"net/http"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// explanations are webob's own, of errors that bring none.
var explanations = map[int]string{
	http.StatusBadRequest: "The server could not comply with the request since it is either malformed or otherwise incorrect.",
	http.StatusUnauthorized: "This server could not verify that you are authorized to access the document you requested. Either you " +
		"supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the " +
		"credentials required.",
	http.StatusForbidden:                    "Access was denied to this resource.",
	http.StatusNotFound:                     "The resource could not be found.",
	http.StatusConflict:                     "There was a conflict when trying to complete your request.",
	http.StatusGone:                         "This resource is no longer available. No forwarding address is given.",
	http.StatusRequestEntityTooLarge:        "The body of your request was too large for this server.",
	http.StatusRequestedRangeNotSatisfiable: "The Range requested is not available.",
	http.StatusInternalServerError:          "The server has either erred or is incapable of performing the requested operation.",
	http.StatusServiceUnavailable:           "The server is currently unavailable. Please try again at a later time.",
}

// page is an error as webob renders it: an explanation, by default webob's own for the status, and a detail.
func page(c *httpapi.Call, status int, explanation, detail string) httpapi.Reply {
	if explanation == "" {
		explanation = explanations[status]
	}
	return pageOf(c, status, explanation, "<br /><br />\n", detail+"\n\n")
}

// pageOf renders the parts of a body: text, then what is markup or text by its place. Of the three, only those that are
// not markup are escaped in HTML.
func pageOf(c *httpapi.Call, status int, text, markup, rest string) httpapi.Reply {
	title := http.StatusText(status)
	if status == http.StatusRequestedRangeNotSatisfiable {
		title = "Request Range Not Satisfiable"
	}
	line := strconv.Itoa(status) + " " + title
	switch preferred(c.Request.Header.Values("Accept")) {
	case mediaHTML:
		body := escape(text) + markup + escape(rest)
		return rendered(status, "text/html; charset=UTF-8", "<html>\n <head>\n  <title>"+line+"</title>\n </head>\n <body>\n  <h1>"+
			line+"</h1>\n  "+body+"\n </body>\n</html>")
	case mediaJSON:
		return httpapi.Reply{Status: status, JSON: pageJSON{text + markup + rest, line, title}}
	}
	return rendered(status, "text/plain; charset=UTF-8", line+"\n\n"+stripTags(text+markup+rest))
}

type pageJSON struct {
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

// stripTags makes plain text of a body: its lines become one, and its tags the ends of lines, or nothing.
func stripTags(s string) string {
	s = strings.NewReplacer("\n", " ", "\r", "").Replace(s)
	var b strings.Builder
	for {
		before, tag, found := strings.Cut(s, "<")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(tag, ">")
		if !closed {
			b.WriteString("<" + tag)
			return b.String()
		}
		if strings.HasPrefix(name, "br") {
			b.WriteByte('\n')
		}
		s = after
	}
}

// What webob can render an error as, in the order in which it offers it. Whoever accepts neither gets plain text.
const (
	mediaHTML = "text/html"
	mediaJSON = "application/json"
)

// preferred is the offer that a request's Accept header likes best, or "". Without the header it is "", too: that is how
// webob reads its absence here.
func preferred(accept []string) string {
	best, bestQuality := "", 0.0
	for _, offer := range []string{mediaHTML, mediaJSON} {
		if q := quality(strings.Join(accept, ","), offer); q > bestQuality {
			best, bestQuality = offer, q
		}
	}
	return best
}

// quality is that of the most specific range that has the offer; a range with parameters of its own has none.
func quality(accept, offer string) float64 {
	kind, _, _ := strings.Cut(offer, "/")
	quality, specificity := 0.0, 0
	for part := range strings.SplitSeq(accept, ",") {
		media, params, _ := strings.Cut(part, ";")
		s := 0
		switch strings.ToLower(strings.TrimSpace(media)) {
		case offer:
			s = 3
		case kind + "/*":
			s = 2
		case "*/*":
			s = 1
		}
		if s <= specificity {
			continue
		}
		if q, ok := qualityOf(params); ok {
			quality, specificity = q, s
		}
	}
	return quality
}

func qualityOf(params string) (float64, bool) {
	q := 1.0
	for p := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		switch strings.ToLower(name) {
		case "":
		case "q":
			n, err := strconv.ParseFloat(value, 64)
			if err != nil || n < 0 || n > 1 {
				return 0, false
			}
			q = n
		default:
			return 0, false
		}
	}
	return q, true
}
