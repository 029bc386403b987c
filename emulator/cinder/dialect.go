package cinder

import (
	"net/http"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/webob"
)

// maxBody is oslo.middleware's default max_request_body_size.
const maxBody = 114688

const (
	jsonMedia       = "application/json"
	computeIDHeader = "X-Compute-Request-Id"
)

var dialect = sync.OnceValue(func() *httpapi.Dialect[*Service] {
	return &httpapi.Dialect[*Service]{
		Name:      "cinder",
		MaxBody:   maxBody,
		IDHeaders: []string{"X-Openstack-Request-Id"},
		Public:    isPublic,
		Caller:    (*Service).noAuth,
		// Quirk: GET of the volume "é" says "Volume Ã© could not be found." (reference).
		Rewrite:     func(_ *Service, c *httpapi.Call) string { return httpapi.Latin1(c.Path) },
		NoRoute:     func(c *httpapi.Call, _ []string) httpapi.Reply { return webob.Page(c, http.StatusNotFound, notFound) },
		Before:      (*Service).before,
		SchemaError: schemaError,
		Validator:   validator(),
		Error:       reply,
		Rules:       func(s *Service) *policy.Rules { return s.rules },
		ServiceTokens: func(s *Service) *httpapi.ServiceTokens {
			return &httpapi.ServiceTokens{Roles: s.cfg.ServiceTokenRoles, RolesRequired: s.cfg.ServiceTokenRolesRequired}
		},
	}
})

// isPublic tells whether a path is none of the API's of version 3.
func isPublic(path string) bool { return path != "/v3" && !strings.HasPrefix(path, "/v3/") }

// before is what api.openstack.wsgi.Resource does ahead of every operation, in its order: microversion, media type, body,
// project.
func (s *Service) before(c *httpapi.Call) error {
	c.Header()[computeIDHeader] = []string{c.RequestID}
	c.Header()["Content-Type"] = []string{jsonMedia} // of answers without a body too
	if err := s.negotiate(c); err != nil {
		return err
	}
	if c.Auth == nil {
		return nil // the list of versions
	}
	raw, err := c.Raw()
	if err != nil {
		return err
	}
	if len(raw) > 0 {
		if media, ok := c.Request.Header["Content-Type"]; ok && !isJSON(media[0]) {
			return fail.New(fail.UnsupportedMedia, "Unsupported Content-Type")
		}
		value, err := c.Value()
		if err != nil {
			return err
		}
		if strings.HasSuffix(c.Path, "/action") && !hasOneKey(value) {
			return fail.New(fail.NotFound, notFound)
		}
	} else if c.Request.Method == http.MethodPost && strings.HasSuffix(c.Path, "/action") {
		return &fail.Error{Kind: fail.Invalid, Resource: httpapi.NoSuchAction, ID: "None"}
	}
	if project := c.Var("project_id"); project != "" && project != c.Auth.ProjectID {
		return fail.New(fail.Invalid, "Malformed request url")
	}
	return nil
}

// hasOneKey tells whether Python finds keys in the body of an action, or too many to look for them. What has one part
// and no keys, or cannot be counted, breaks its search, which answers 404.
func hasOneKey(body schema.Value) bool {
	switch v := body.(type) {
	case schema.Dict:
		return true
	case schema.List:
		return len(v) != 1
	case string:
		return utf8.RuneCountInString(v) != 1
	}
	return false
}

func isJSON(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	switch strings.TrimSpace(media) {
	case jsonMedia, "application/vnd.openstack.volume+json":
		return true
	}
	return false
}
