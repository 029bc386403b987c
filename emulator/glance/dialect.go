package glance

import (
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// maxBody bounds the JSON of a request; upstream has no bound. Data of images is not counted.
const maxBody = 8 << 20

const requestIDHeader = "X-Openstack-Request-Id"

func (s *Service) dialect() *httpapi.Dialect[*Service] {
	return &httpapi.Dialect[*Service]{
		Name:      "glance",
		MaxBody:   maxBody,
		IDHeaders: []string{requestIDHeader},
		Rewrite:   (*Service).rewrite,
		Public:    func(path string) bool { return path == versionsPath || path == allVersionsPath || path == healthPath },
		NoRoute:   s.noRoute,
		Before:    (*Service).before,
		Error:     reply,
		Rules:     func(s *Service) *policy.Rules { return s.rules },
		ServiceTokens: func(s *Service) *httpapi.ServiceTokens {
			return &httpapi.ServiceTokens{Roles: s.cfg.ServiceTokenRoles, RolesRequired: s.cfg.ServiceTokenRolesRequired, Deferred: true}
		},
	}
}

// before takes over a request id that the client brings.
func (s *Service) before(c *httpapi.Call) error {
	id := c.Request.Header.Get(requestIDHeader)
	if id == "" || len(id) > 64 || c.Auth == nil {
		return nil
	}
	if !strings.HasPrefix(id, "req-") {
		id = "req-" + id
	}
	c.RequestID = id
	c.Header()[requestIDHeader] = []string{id}
	return nil
}

// noBody makes a handler refuse a request that has a body.
func noBody(handle httpapi.Handler[*Service]) httpapi.Handler[*Service] {
	return func(s *Service, c *httpapi.Call) (httpapi.Reply, error) {
		if hasBody(c) {
			return httpapi.Reply{}, fail.New(fail.Invalid, "A body is not expected with this request.")
		}
		return handle(s, c)
	}
}

// done makes a handler of a function that gives no answer. Upstream's empty answers have a type, but for a few.
func done(do func(*Service, *httpapi.Call) error) httpapi.Handler[*Service] {
	return func(s *Service, c *httpapi.Call) (httpapi.Reply, error) {
		return httpapi.Reply{Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}}, do(s, c)
	}
}

// hasBody tells whether a request has a body, by its headers: a chunked one counts only for methods that should have one.
func hasBody(c *httpapi.Call) bool {
	if c.Request.ContentLength >= 0 {
		return c.Request.ContentLength > 0
	}
	switch c.Request.Method {
	case "POST", "PUT", "PATCH":
		return true
	}
	return false
}

// jsonBody is a request's body, an object or an array.
func jsonBody(c *httpapi.Call) (schema.Value, error) {
	if !hasBody(c) {
		return nil, fail.New(fail.Invalid, "Body expected in request.")
	}
	value, err := c.Value()
	if err != nil {
		return nil, err
	}
	switch value.(type) {
	case schema.Dict, schema.List:
		return value, nil
	}
	raw, err := c.Raw()
	if err == nil && len(raw) == 0 {
		err = fail.New(fail.Invalid, "Malformed JSON in request body.")
	}
	if err != nil {
		return nil, err
	}
	return nil, fail.New(fail.Invalid, "Unexpected body type. Expected list/dict.")
}
