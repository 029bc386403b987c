package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// Request is one request that the cloud answered, or that one of its services made to another. Tokens, passwords and
// other secrets in it read "***".
type Request struct {
	Seq       uint64    `json:"seq"`      // grows by one with each request
	At        time.Time `json:"at"`       // the cloud's time when it came
	Elapsed   Duration  `json:"elapsed"`  // of the cloud's time until it was answered
	Began     time.Time `json:"began"`    // the machine's time when it came
	Duration  Duration  `json:"duration"` // of the machine's time until it was answered
	Op        string    `json:"op"`       // operation id, "" when no operation was reached
	Method    string    `json:"method"`
	Site      string    `json:"site"` // scheme and host
	URL       string    `json:"url"`  // path and query
	Proto     string    `json:"proto"`
	Status    int       `json:"status"` // 0 when the connection was dropped without an answer
	RequestID string    `json:"request_id"`
	CausedBy  string    `json:"caused_by,omitempty"` // id of the request that an internal one serves
	Internal  bool      `json:"internal"`            // from one service of the cloud to another
	Fault     string    `json:"fault,omitempty"`     // id of the injected fault that it met

	ProjectID   string `json:"project_id,omitempty"`
	ProjectName string `json:"project_name,omitempty"`
	UserID      string `json:"user_id,omitempty"`
	UserName    string `json:"user_name,omitempty"`

	BytesIn  int64 `json:"bytes_in"`  // of the request's body
	BytesOut int64 `json:"bytes_out"` // of the answer's body; -1 when it was not known beforehand

	RequestHeader  http.Header `json:"request_header"`
	ResponseHeader http.Header `json:"response_header"`
	RequestBody    Body        `json:"request_body,omitempty"`
	ResponseBody   Body        `json:"response_body,omitempty"`
}

// Body is what the log keeps of a body: JSON and text, up to 16 KiB, no image data. JSON has it as a string.
type Body []byte

// MarshalText keeps the body readable in JSON.
func (b Body) MarshalText() ([]byte, error) { return b, nil }

// UnmarshalText reads what MarshalText writes.
func (b *Body) UnmarshalText(text []byte) error {
	*b = append(Body(nil), text...)
	return nil
}

// Decode reads a body that is JSON.
func (b Body) Decode(into any) error { return json.Unmarshal(b, into) }

// Path is the URL without its query.
func (r Request) Path() string {
	path, _, _ := strings.Cut(r.URL, "?")
	return path
}

// String is the request on one line.
func (r Request) String() string {
	var b strings.Builder
	status := "---"
	if r.Status != 0 {
		status = fmt.Sprint(r.Status)
	}
	fmt.Fprintf(&b, "%s %s %s", status, r.Method, r.URL)
	for _, more := range [...]struct{ format, value string }{
		{" %s", r.Op}, {" by %s", r.UserName}, {" [%s]", r.Fault}, {" for %s", r.CausedBy},
	} {
		if more.value != "" {
			fmt.Fprintf(&b, more.format, more.value)
		}
	}
	if r.Internal {
		b.WriteString(" (internal)")
	}
	return b.String()
}

// Requests are some of a cloud's requests, oldest first.
type Requests []Request

// Requests lists the last requests; WithRequestLog says how many are kept. Each has been added before its answer left, so
// that whoever has an answer finds its request here.
func (e *Emulator) Requests() Requests { return requests(e.log.Entries()) }

// ClearRequests forgets all requests so far.
func (e *Emulator) ClearRequests() { e.log.Clear() }

// Find returns the requests that all the matchers match.
func (rs Requests) Find(matchers ...RequestMatcher) Requests {
	var found Requests
	for _, r := range rs {
		if matchesAll(r, matchers) {
			found = append(found, r)
		}
	}
	return found
}

// Last returns the latest request, and whether there is one.
func (rs Requests) Last() (Request, bool) {
	if len(rs) == 0 {
		return Request{}, false
	}
	return rs[len(rs)-1], true
}

// String has each request on a line.
func (rs Requests) String() string {
	lines := make([]string, len(rs))
	for i, r := range rs {
		lines[i] = r.String()
	}
	return strings.Join(lines, "\n")
}

// WaitForRequest returns the first request in the log that all the matchers match, and waits for it if there is none yet.
// What came before the call counts, so that it does not matter which side is faster; After leaves out what is known
// already. The error is ctx's, when it ends first.
func (e *Emulator) WaitForRequest(ctx context.Context, matchers ...RequestMatcher) (Request, error) {
	var seen uint64
	for {
		entries, more := e.log.After(seen)
		for _, entry := range entries {
			if r := request(entry); matchesAll(r, matchers) {
				return r, nil
			}
			seen = entry.Seq
		}
		select {
		case <-more:
		case <-ctx.Done():
			return Request{}, fmt.Errorf("waiting for a request: %w", ctx.Err())
		}
	}
}

// WithRequestLogBytes bounds the memory that the request log may take. Default: 4 MiB.
func WithRequestLogBytes(n int) Option {
	return func(s *settings) error {
		if n < 0 {
			return fmt.Errorf("request log of %d bytes: want 0 or more", n)
		}
		s.requestBytes = n
		return nil
	}
}

func requests(entries []httpapi.Entry) Requests {
	out := make(Requests, len(entries))
	for i, entry := range entries {
		out[i] = request(entry)
	}
	return out
}

func request(e httpapi.Entry) Request {
	return Request{
		Seq: e.Seq, At: e.At, Elapsed: Duration(e.Elapsed), Began: e.Began, Duration: Duration(e.Duration),
		Op: e.Op, Method: e.Method, Site: e.Site, URL: e.URL, Proto: e.Proto, Status: e.Status,
		RequestID: e.RequestID, CausedBy: e.CausedBy, Internal: e.Internal, Fault: e.Fault,
		ProjectID: e.ProjectID, ProjectName: e.ProjectName, UserID: e.UserID, UserName: e.UserName,
		BytesIn: e.BytesIn, BytesOut: e.BytesOut,
		RequestHeader: e.RequestHeader, ResponseHeader: e.ResponseHeader,
		RequestBody: e.RequestBody, ResponseBody: e.ResponseBody,
	}
}
