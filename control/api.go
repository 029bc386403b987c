package control

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

// OpenAPI is the contract of the control API.
//
//go:embed openapi.yaml
var OpenAPI string

// call is one request of the control API.
type call struct {
	w     http.ResponseWriter
	r     *http.Request
	cloud *cloud // where the path names one
	base  string // of the clouds, as the client knows it; "" when it does not
}

// route is one operation of the API.
type route struct {
	method, path string // below client.Root
	status       int    // of a good answer
	handle       func(*Server, *call) (any, error)
}

// sent is what a handler returns that has answered by itself.
type sent struct{}

// newAPI serves the routes, whoever asks.
func newAPI(s *Server) http.Handler {
	mux := http.NewServeMux()
	for _, rt := range routes() {
		mux.Handle(rt.method+" "+client.Root+rt.path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.serveRoute(w, r, rt)
		}))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "" {
			writeProblem(w, r, noRoute(w, r, mux))
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (s *Server) serveRoute(w http.ResponseWriter, r *http.Request, rt route) {
	c := &call{w: w, r: r, base: s.baseFor(r)}
	if name := r.PathValue("cloud"); name != "" {
		var err error
		if c.cloud, err = s.clouds.find(name); err != nil {
			writeProblem(w, r, err)
			return
		}
	}
	out, err := rt.handle(s, c)
	switch _, done := out.(sent); {
	case err != nil:
		writeProblem(w, r, err)
	case done:
	case out == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		writeJSON(w, r, rt.status, out)
	}
}

// noRoute says what is there instead.
func noRoute(w http.ResponseWriter, r *http.Request, mux *http.ServeMux) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := mux.Handler(probe); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return &problem{http.StatusMethodNotAllowed, "method_not_allowed", sprintf("%s %s: want %s", r.Method, r.URL.Path, strings.Join(allowed, " or "))}
	}
	return &problem{http.StatusNotFound, "not_found", sprintf("the control API has no %s; %s/openapi.yaml lists what it has", r.URL.Path, client.Root)}
}

// baseFor is the clouds' address as the client knows it: the one it has just used, or else that of the main listener.
func (s *Server) baseFor(r *http.Request) string {
	switch {
	case isBesideClouds(r.Context()) && s.cloudOfHost(r.Host) == First:
		return emulator.ReachedAt(r)
	case s.main == nil:
		return ""
	}
	tcp, ok := s.main.listener.Addr().(*net.TCPAddr)
	host := (&url.URL{Host: r.Host}).Hostname()
	if !ok || !tcp.IP.IsUnspecified() || host == "" {
		return s.URL()
	}
	u, err := url.Parse(s.URL())
	if err != nil {
		return s.URL()
	}
	u.Host = net.JoinHostPort(host, u.Port())
	return u.String()
}

// mainAddress marks the context of requests that came to the clouds' address.
type mainAddress struct{}

func besideClouds(ctx context.Context) context.Context {
	return context.WithValue(ctx, mainAddress{}, true)
}

func isBesideClouds(ctx context.Context) bool { return ctx.Value(mainAddress{}) != nil }

// The greatest bodies, in bytes.
const (
	maxBody    = 1 << 20
	maxFixture = 16 << 20
)

// read reads a body, JSON or YAML, into a struct; keys that it does not have are mistakes. An empty body leaves in as it is.
func (c *call) read(in any, limit int64) error {
	raw, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return &problem{http.StatusRequestEntityTooLarge, "too_large", sprintf("the body has more than %d bytes", limit)}
	case err != nil:
		return invalid("body: %w", err)
	case len(bytes.TrimSpace(raw)) == 0:
		return nil
	}
	if kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type")); strings.HasSuffix(kind, "yaml") {
		if raw, err = yaml.YAMLToJSON(raw); err != nil {
			return invalid("body: %w", err)
		}
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(in); err != nil {
		return badBody(err, in)
	}
	if d.More() {
		return invalid("body: want one JSON object")
	}
	return nil
}

// badBody words what is wrong with a body.
func badBody(err error, in any) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && kind.Field != "" {
		return invalid("%s: %s is no %s", kind.Field, kind.Value, kind.Type)
	}
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "fault: "), "json: ")
	if quoted, ok := strings.CutPrefix(text, "unknown field "); ok {
		name := strings.Trim(quoted, `"`)
		known := slices.Sorted(maps.Keys(fieldsOf(reflect.TypeOf(in), map[string]bool{})))
		if near := nearest(name, known); near != "" {
			return invalid("unknown field %q; did you mean %q?", name, near)
		}
		return invalid("unknown field %q; want %s", name, strings.Join(known, ", "))
	}
	return invalid("body: %s", text)
}

// fieldsOf collects the names of a struct's fields, at all depths.
func fieldsOf(t reflect.Type, names map[string]bool) map[string]bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return names
	}
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" || names[name] {
			continue
		}
		names[name] = true
		fieldsOf(field.Type, names)
	}
	return names
}
