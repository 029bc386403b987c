package emulator

import (
	"fmt"
	"net/http"
	"time"
)

// Request is one request that the cloud answered, or that one of its services made to another.
type Request struct {
	At        time.Time // the cloud's time
	Op        string    // operation id, "" when no operation was reached
	Method    string
	URL       string // path and query
	Status    int
	RequestID string
	ProjectID string
	UserID    string
	Internal  bool // from Cinder to Glance

	RequestHeader, ResponseHeader http.Header // tokens blanked
	RequestBody, ResponseBody     []byte      // JSON only, cut at 16 KiB, passwords blanked
}

// String is the request on one line.
func (r Request) String() string {
	from := ""
	if r.Internal {
		from = " (internal)"
	}
	return fmt.Sprintf("%d %s %s %s%s", r.Status, r.Method, r.URL, r.Op, from)
}

// Requests lists the last requests, oldest first; WithRequestLog says how many are kept.
func (e *Emulator) Requests() []Request {
	entries := e.log.Entries()
	out := make([]Request, len(entries))
	for i, entry := range entries {
		out[i] = Request(entry)
	}
	return out
}
