package neutron

import (
	"net/http"
	"strings"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/webob"
)

// maxBody bounds what a request may send. Upstream has no such bound.
const maxBody = 1 << 20

var dialect = sync.OnceValue(func() *httpapi.Dialect[*Service] {
	return &httpapi.Dialect[*Service]{
		Name:      "neutron",
		MaxBody:   maxBody,
		IDHeaders: []string{"X-Openstack-Request-Id"},
		Public:    func(path string) bool { return path != "/v2.0" && !strings.HasPrefix(path, "/v2.0/") },
		Rewrite:   func(_ *Service, c *httpapi.Call) string { return strings.TrimSuffix(c.Path, ".json") },
		NoRoute:   noRoute,
		Error:     reply,
		Rules:     func(s *Service) *policy.Rules { return s.rules },
	}
})

// noRoute answers what no row has. Most of Networking has none, so that nobody can tell whether upstream would know the path.
func noRoute(c *httpapi.Call, allowed []string) httpapi.Reply {
	switch {
	case len(allowed) > 0:
		return reply(c, &fail.Error{Kind: fail.NoMethod})
	case c.Path == "/v2.0":
		return reply(c, &fail.Error{Kind: fail.NotFound})
	case strings.HasPrefix(c.Path, "/v2.0/"):
		return reply(c, &fail.Error{
			Kind: fail.NotImplemented, Resource: "NotImplementedError",
			Text: c.Request.Method + " " + c.Path + " is not emulated; `fauxstack operations --service neutron` lists what is.",
		})
	}
	return webob.Page(c, http.StatusNotFound, webob.Explanation(http.StatusNotFound))
}
