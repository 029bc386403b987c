package emulator

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// HAR writes the requests as an HTTP Archive 1.2, which browsers' developer tools and others open. What the format has no
// place for is in fields that begin with an underscore: _operation, _requestId, _causedBy, _project, _user, _internal,
// _fault and _cloudTime. A body that was cut or not kept is shorter than its size.
func (rs Requests) HAR() ([]byte, error) {
	entries := make([]harEntry, len(rs))
	for i, r := range rs {
		entries[i] = r.har()
	}
	return json.MarshalIndent(map[string]any{"log": map[string]any{
		"version": "1.2",
		"creator": map[string]string{"name": "fauxstack", "version": "1"},
		"entries": entries,
	}}, "", "  ")
}

type harEntry struct {
	StartedDateTime time.Time   `json:"startedDateTime"`
	Time            float64     `json:"time"` // milliseconds
	Request         harRequest  `json:"request"`
	Response        harResponse `json:"response"`
	Cache           struct{}    `json:"cache"`
	Timings         harTimings  `json:"timings"`

	Operation string    `json:"_operation,omitempty"`
	RequestID string    `json:"_requestId"`
	CausedBy  string    `json:"_causedBy,omitempty"`
	Project   string    `json:"_project,omitempty"`
	User      string    `json:"_user,omitempty"`
	Internal  bool      `json:"_internal"`
	Fault     string    `json:"_fault,omitempty"`
	CloudTime time.Time `json:"_cloudTime"`
}

type harRequest struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []harPair `json:"cookies"`
	Headers     []harPair `json:"headers"`
	QueryString []harPair `json:"queryString"`
	PostData    *harPost  `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"` // -1: not known
	BodySize    int64     `json:"bodySize"`
}

type harPost struct {
	MIMEType string    `json:"mimeType"`
	Params   []harPair `json:"params"`
	Text     string    `json:"text"`
}

type harResponse struct {
	Status      int        `json:"status"` // 0: there was none
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []harPair  `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
}

type harContent struct {
	Size     int64  `json:"size"`
	MIMEType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

func (r Request) har() harEntry {
	took := float64(r.Duration) / float64(time.Millisecond)
	e := harEntry{
		StartedDateTime: r.Began, Time: took, Timings: harTimings{Wait: took},
		Request: harRequest{
			Method: r.Method, URL: r.Site + r.URL, HTTPVersion: r.Proto, Cookies: []harPair{}, Headers: harHeaders(r.RequestHeader),
			QueryString: harQuery(r.URL), HeadersSize: -1, BodySize: r.BytesIn,
		},
		Response: harResponse{
			Status: r.Status, StatusText: http.StatusText(r.Status), HTTPVersion: r.Proto, Cookies: []harPair{},
			Headers: harHeaders(r.ResponseHeader), RedirectURL: r.ResponseHeader.Get("Location"), HeadersSize: -1, BodySize: r.BytesOut,
			Content: harContent{
				Size: max(r.BytesOut, 0), MIMEType: mimeType(r.ResponseHeader, r.ResponseBody), Text: string(r.ResponseBody),
			},
		},
		Operation: r.Op, RequestID: r.RequestID, CausedBy: r.CausedBy, Project: r.ProjectName, User: r.UserName,
		Internal: r.Internal, Fault: r.Fault, CloudTime: r.At,
	}
	if len(r.RequestBody) > 0 {
		e.Request.PostData = &harPost{MIMEType: mimeType(r.RequestHeader, r.RequestBody), Params: []harPair{}, Text: string(r.RequestBody)}
	}
	return e
}

// mimeType is that of a body; one that does not say is JSON, as nearly all are.
func mimeType(h http.Header, body Body) string {
	given := h.Get("Content-Type")
	if _, _, err := mime.ParseMediaType(given); err == nil {
		return given
	}
	if json.Valid(body) {
		return "application/json"
	}
	return "application/octet-stream"
}

func harHeaders(h http.Header) []harPair {
	list := []harPair{}
	for name, values := range h {
		for _, v := range values {
			list = append(list, harPair{name, v})
		}
	}
	slices.SortStableFunc(list, func(a, b harPair) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// harQuery are the parameters in the order of the URL.
func harQuery(address string) []harPair {
	list := []harPair{}
	_, query, _ := strings.Cut(address, "?")
	for _, pair := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' }) {
		name, value, _ := strings.Cut(pair, "=")
		list = append(list, harPair{unescaped(name), unescaped(value)})
	}
	return list
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
