package cinder

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
)

// maxBody is oslo.middleware's default max_request_body_size.
const maxBody = 114688

const (
	jsonMedia       = "application/json"
	computeIDHeader = "X-Compute-Request-Id"
)

var dialect = sync.OnceValue(func() *httpapi.Dialect[*Service] {
	return &httpapi.Dialect[*Service]{
		Name:        "cinder",
		MaxBody:     maxBody,
		IDHeaders:   []string{"X-Openstack-Request-Id"},
		Public:      func(path string) bool { return path != "/v3" && !strings.HasPrefix(path, "/v3/") },
		NoRoute:     func(*httpapi.Call, []string) httpapi.Reply { return page(http.StatusNotFound, notFound) },
		Before:      (*Service).before,
		SchemaError: schemaError,
		Validator:   validator(),
		Error:       reply,
		Rules:       func(s *Service) *policy.Rules { return s.rules },
	}
})

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
		if _, err := c.Value(); err != nil {
			return err
		}
	}
	if project := c.Var("project_id"); project != "" && project != c.Auth.ProjectID {
		return fail.New(fail.Invalid, "Malformed request url")
	}
	return nil
}

func isJSON(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	switch strings.TrimSpace(media) {
	case jsonMedia, "application/vnd.openstack.volume+json":
		return true
	}
	return false
}

// page is an error of the layers in front of the API, where webob renders it.
func page(status int, text string) httpapi.Reply {
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	html := "<html>\n <head>\n  <title>" + title + "</title>\n </head>\n <body>\n  <h1>" + title + "</h1>\n  " + text +
		"<br /><br />\n\n\n\n </body>\n</html>"
	return httpapi.Reply{Status: status, Raw: []byte(html), Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}}
}
