package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/fauxstack/fauxstack/emulator/internal/fault"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// Front is a cloud's one door: it finds the service by the first segment of the path and does for every request what no
// service should have to know of: ids, due background work, the request log, writing the reply.
type Front struct {
	Services  map[string]Service // by path prefix, such as "/volume"
	Ports     map[string]string  // of services that also have a port of their own, by path prefix
	Tokens    Authenticator
	Announced *url.URL // begins every URL in answers, when set
	IDs       *sim.IDs
	Clock     *sim.Clock
	Queue     *sim.Queue
	Faults    *fault.Set // nil for none
	Log       *RequestLog
	Logger    *slog.Logger
	Index     func(site Site) any // JSON for the root of the address

	bugs atomic.Int64
}

// Bugs counts answers of 500 that were nobody's plan.
func (f *Front) Bugs() int64 { return f.bugs.Load() }

func (f *Front) bug(c *Call, err error) {
	f.bugs.Add(1)
	f.Logger.Error("unexpected failure", "request", c.RequestID, "operation", c.Op, "error", err)
}

// ServeHTTP answers one request.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	prefix, path := split(r.URL.Path)
	f.serve(w, r, place{service: prefix, path: path, mount: prefix})
}

// Under serves the cloud below a path, such as "/clouds/blue", which the URLs in answers then have, too.
func (f *Front) Under(base string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		prefix, path := split(strings.TrimPrefix(r.URL.Path, base))
		f.serve(w, r, place{base: base, service: prefix, path: path, mount: prefix})
	})
}

// At serves one service at the root of a listener of its own, as on its standard port.
func (f *Front) At(prefix string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.serve(w, r, place{service: prefix, path: r.URL.Path})
	})
}

// place is where a request goes.
type place struct {
	base    string // path of the cloud, "" when it has the whole address
	service string // the service's prefix
	path    string // within the service
	mount   string // what the service's URLs have between the cloud's address and their own path
}

// split parts "/volume/v3/x" into "/volume" and "/v3/x".
func split(path string) (prefix, rest string) {
	if i := strings.IndexByte(path[min(1, len(path)):], '/'); i >= 0 {
		return path[:i+1], path[i+1:]
	}
	return path, "/"
}

func (f *Front) serve(w http.ResponseWriter, r *http.Request, to place) {
	if to.path == "" {
		to.path = "/"
	}
	watch := sim.StartWatch()
	if !isInternal(r.Context()) && f.Queue.Before(r.Context()) != nil {
		return // the client is gone
	}
	c := &Call{
		Request: r, RequestID: f.IDs.Request(), Site: siteOf(r, f.Announced, to.base), Path: to.path, front: f, mount: to.mount,
		header: make(http.Header, 8), watch: watch, arrived: f.Clock.Now(),
	}
	c.Now = c.arrived
	c.count()
	var reply Reply
	success := 0
	if service := f.Services[to.service]; service != nil {
		reply, success = f.guarded(c, service)
	} else {
		reply = f.noService(c)
	}
	f.Queue.Nudge()
	f.write(w, c, reply, success)
}

// guarded keeps a bug in a handler from ending the process.
func (f *Front) guarded(c *Call, s Service) (reply Reply, success int) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
			panic(p)
		}
		f.bug(c, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		reply = Reply{Status: http.StatusInternalServerError}
	}()
	return s.serve(c)
}

func (f *Front) noService(c *Call) Reply {
	if (c.mount == "/" || c.mount == "") && f.Index != nil {
		return Reply{JSON: f.Index(c.Site)}
	}
	return Reply{Status: http.StatusNotFound, JSON: map[string]string{"error": "no service at this path"}}
}

// write sends the reply and puts the exchange into the request log.
func (f *Front) write(w http.ResponseWriter, c *Call, reply Reply, success int) {
	status := reply.Status
	if status == 0 {
		status = success
	}
	if status == 0 {
		status = http.StatusOK
	}
	body := reply.Raw
	if reply.JSON != nil {
		var err error
		if body, err = encode(reply.JSON); err != nil {
			f.bug(c, err)
			status = http.StatusInternalServerError
		}
		c.header["Content-Type"] = jsonType
	}
	if c.plan != nil && c.spoil(&reply, body) {
		f.note(c, 0, nil, 0)
		panic(http.ErrAbortHandler)
	}
	maps.Copy(c.header, reply.Header)
	length := int64(len(body))
	switch {
	case reply.Stream != nil:
		if length = reply.Length; length >= 0 {
			c.header["Content-Length"] = []string{strconv.FormatInt(length, 10)}
		}
	case status != http.StatusNoContent && status != http.StatusNotModified:
		c.header["Content-Length"] = []string{strconv.FormatInt(length, 10)}
	}
	if c.Request.Method == http.MethodHead {
		length = 0
	}
	maps.Copy(w.Header(), c.header)
	noted := f.note(c, status, body, length)
	w.WriteHeader(status)
	if c.Request.Method == http.MethodHead {
		body = nil
	}
	if reply.Stream == nil {
		_, _ = w.Write(body) // the client may be gone; there is nobody left to tell
		return
	}
	if whole, ok := w.(streamTaker); ok && c.Request.Method != http.MethodHead {
		whole.takeStream(reply.Stream)
		return
	}
	defer reply.Stream.Close()
	if c.Request.Method == http.MethodHead {
		return
	}
	sent, err := io.Copy(w, reply.Stream)
	f.Log.amend(noted, sent, c.watch)
	if err != nil {
		_ = http.NewResponseController(w).Flush() // as far as it came
		panic(http.ErrAbortHandler)               // the length was promised: only a broken connection tells the client
	}
}

// note puts a call into the request log, before its answer leaves, so that whoever has the answer finds it there.
func (f *Front) note(c *Call, status int, body []byte, sent int64) uint64 {
	if !f.Log.wanted() {
		return 0
	}
	return f.Log.add(c.logged(status, body, sent))
}

// streamTaker is a ResponseWriter within this process, which takes a stream over instead of having it copied.
type streamTaker interface{ takeStream(io.ReadCloser) }

var jsonType = []string{"application/json"}

// encode writes JSON as the services do: no HTML escapes, no newline at the end.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("a view that JSON cannot hold: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// internalCall marks requests that one service of the cloud makes to another.
type internalCall struct{}

func isInternal(ctx context.Context) bool { return ctx.Value(internalCall{}) != nil }

// Internal marks ctx as belonging to a request from within the cloud.
func Internal(ctx context.Context) context.Context {
	return context.WithValue(ctx, internalCall{}, true)
}
