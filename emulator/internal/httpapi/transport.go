package httpapi

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// Transport is an http.RoundTripper that calls a handler in the same goroutine, without a socket. Bodies pass through as
// they are, so a reader that is a content handle arrives as one, and a streamed answer's body is the stream itself.
type Transport struct{ Handler http.Handler }

// RoundTrip serves the request. A handler that breaks off its answer makes it an error, as a broken connection would.
func (t Transport) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	in.RemoteAddr = "in-process"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	w := &answer{header: make(http.Header)}
	defer func() {
		if p := recover(); p != nil {
			if p != http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(p)
			}
			resp, err = nil, fmt.Errorf("%s %s: %w", r.Method, r.URL, io.ErrUnexpectedEOF)
		}
	}()
	t.Handler.ServeHTTP(w, in)
	return w.response(r), nil
}

// answer collects what a handler writes; it takes a stream over rather than copying it.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
	stream io.ReadCloser
}

func (w *answer) Header() http.Header { return w.header }

func (w *answer) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *answer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// takeStream makes the stream the body of the response; whoever reads the response closes it.
func (w *answer) takeStream(stream io.ReadCloser) { w.stream = stream }

func (w *answer) response(r *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	resp := &http.Response{
		Status: fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}
	if w.stream != nil {
		resp.Body, resp.ContentLength = w.stream, w.promised()
	}
	return resp
}

// promised is the length of the stream, by the headers; -1 when they do not say.
func (w *answer) promised() int64 {
	n, err := strconv.ParseInt(w.header.Get("Content-Length"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}
