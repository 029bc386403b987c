package glance

import (
	"html"
	"net/http"
	"regexp"
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
	media := preferred(c.Request.Header.Values("Accept"))
	if c.Request.Method == http.MethodHead {
		media = mediaHTML // what stands in the header when there is no body to choose a type for
	}
	switch media {
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

// preferred is the offer that a request's Accept header likes best, or "". Without the header it is "", too: that is how
// webob reads its absence here. A header that is not well formed is none, and anything goes.
func preferred(accept []string) string {
	header := strings.Join(accept, ",")
	ranges, ok := readAccept(header)
	if !ok {
		return mediaHTML
	}
	best, bestQuality := "", 0.0
	for _, offer := range []string{mediaHTML, mediaJSON} {
		if q := quality(ranges, offer); q > bestQuality {
			best, bestQuality = offer, q
		}
	}
	return best
}

// mediaRange is one element of an Accept header.
type mediaRange struct {
	media      string
	parameters bool // other than q
	quality    float64
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"

var acceptElement = regexp.MustCompile(`^(` + token + `/` + token + `)((?:\s*;\s*` + token + `=(?:` + token + `|"(?:[^"\\]|\\.)*"))*)$`)

func readAccept(header string) ([]mediaRange, bool) {
	var ranges []mediaRange
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		m := acceptElement.FindStringSubmatch(part)
		if m == nil {
			return nil, false
		}
		r := mediaRange{media: strings.ToLower(m[1]), quality: 1}
		for p := range strings.SplitSeq(m[2], ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
			switch strings.ToLower(name) {
			case "":
			case "q":
				q, err := strconv.ParseFloat(value, 64)
				if err != nil || q < 0 || q > 1 {
					return nil, false
				}
				r.quality = q
			default:
				r.parameters = true
			}
		}
		ranges = append(ranges, r)
	}
	return ranges, true
}

// quality is that of the most specific range that has the offer; one with parameters has none.
func quality(ranges []mediaRange, offer string) float64 {
	kind, _, _ := strings.Cut(offer, "/")
	quality, specificity := 0.0, 0
	for _, r := range ranges {
		s := 0
		switch r.media {
		case offer:
			s = 3
		case kind + "/*":
			s = 2
		case "*/*":
			s = 1
		}
		if s > specificity && !r.parameters {
			quality, specificity = r.quality, s
		}
	}
	return quality
}
