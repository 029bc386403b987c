package httpapi

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// RequestLog keeps the last requests and answers. It is bounded: the oldest go first, and long bodies are cut.
type RequestLog struct {
	mu      sync.Mutex // guards the ring
	entries []Entry
	size    int
	next    int
}

// Entry is one request and its answer.
type Entry struct {
	At        time.Time // the cloud's time
	Op        string    // "" when no operation was reached
	Method    string
	URL       string // path and query as the client sent them
	Status    int
	RequestID string
	ProjectID string
	UserID    string
	Internal  bool // from one service of the cloud to another

	RequestHeader, ResponseHeader http.Header
	RequestBody, ResponseBody     []byte // JSON only, cut at 16 KiB
}

const loggedBody = 16 << 10

// NewRequestLog makes a log of the last size requests.
func NewRequestLog(size int) *RequestLog { return &RequestLog{size: size} }

func (l *RequestLog) add(c *Call, status int, header http.Header, body []byte) {
	if l == nil || l.size <= 0 {
		return
	}
	e := Entry{
		At: c.Now, Op: c.Op, Method: c.Request.Method, URL: c.Request.URL.RequestURI(), Status: status,
		RequestID: c.RequestID, RequestHeader: c.Request.Header, ResponseHeader: header,
		RequestBody: cut(c.body), ResponseBody: cut(body), Internal: isInternal(c.Request.Context()),
	}
	if c.Auth != nil {
		e.ProjectID, e.UserID = c.Auth.ProjectID, c.Auth.UserID
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.entries) < l.size {
		l.entries = append(l.entries, e)
		return
	}
	l.entries[l.next] = e
	l.next = (l.next + 1) % l.size
}

func cut(body []byte) []byte { return body[:min(len(body), loggedBody)] }

// Entries lists what is kept, oldest first, without secrets.
func (l *RequestLog) Entries() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Entry, 0, len(l.entries))
	for i := range l.entries {
		e := l.entries[(l.next+i)%len(l.entries)]
		e.RequestHeader, e.ResponseHeader = redactHeader(e.RequestHeader), redactHeader(e.ResponseHeader)
		e.RequestBody = redactBody(e.RequestBody)
		e.ResponseBody = redactBody(e.ResponseBody)
		out = append(out, e)
	}
	return out
}

const redacted = "***"

func redactHeader(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for k, v := range h {
		if strings.HasSuffix(k, "-Token") || k == "Authorization" {
			v = []string{redacted}
		}
		out[k] = v
	}
	return out
}
