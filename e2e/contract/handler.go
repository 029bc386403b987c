package contract

import (
	"bytes"
	"net/http"
	"strings"
)

// longestBody is how much of an answer is kept to be validated; longer bodies are passed on unseen.
const longestBody = 8 << 20

// Handler is a cloud's handler whose answers are checked on their way. Image data streams through.
func (c *Checker) Handler(cloud http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method, path := r.Method, r.URL.Path // handlers may change them
		seen := &watched{ResponseWriter: w, whole: true}
		cloud.ServeHTTP(seen, r)
		if seen.status == 0 {
			seen.status = http.StatusOK
		}
		c.check(answer{method, path, seen.status, w.Header(), seen.body.Bytes(), seen.whole})
	})
}

// watched keeps what a handler writes, if it is JSON.
type watched struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
	whole  bool
}

// Unwrap lets http.ResponseController reach what the connection can do.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush is here for handlers that ask for http.Flusher.
func (w *watched) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

func (w *watched) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	switch {
	case !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json"), w.body.Len()+len(p) > longestBody:
		w.whole = false
	case w.whole:
		w.body.Write(p)
	}
	return w.ResponseWriter.Write(p)
}
