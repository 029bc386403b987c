package cinder

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
)

// The values of auth_strategy.
const (
	authKeystone             = "keystone"
	authNone                 = "noauth"
	authNoneIncludeProjectID = "noauth_include_project_id"
)

func authStrategies() []string { return []string{authKeystone, authNone, authNoneIncludeProjectID} }

// noAuth is who calls below /v3 where the strategy is to believe it (cinder/api/middleware/auth.py,
// NoAuthMiddlewareBase). Whoever brings no token is given one, whatever the path; its project must look like an id for
// paths to have it: routes.go.
func (s *Service) noAuth(c *httpapi.Call) (*httpapi.Identity, *httpapi.Reply) {
	if s.cfg.AuthStrategy == authKeystone || isPublic(c.Path) {
		return nil, nil
	}
	h := c.Request.Header
	tokens, ok := h["X-Auth-Token"]
	if !ok {
		return nil, s.giveToken(c)
	}
	user, project, _ := strings.Cut(tokens[0], ":")
	if project == "" {
		project = user
	}
	roles := rolesIn(h, "X-Roles")
	if _, ok := h["X-Roles"]; !ok {
		roles = rolesIn(h, "X-Role")
	}
	// The token is Keystone's to nobody: it goes no further.
	return &httpapi.Identity{
		UserID: user, UserName: h.Get("X-User-Name"), ProjectID: project,
		Creds: policy.Creds{UserID: user, ProjectID: project, Roles: append(roles, "admin"), ServiceRoles: rolesIn(h, "X-Service-Roles")},
	}, nil
}

// giveToken answers a request without a token by one, and by the address to use it at.
func (s *Service) giveToken(c *httpapi.Call) *httpapi.Reply {
	user, project := said(c, "X-Auth-User"), said(c, "X-Auth-Project-Id")
	asked := *c.Request.URL
	asked.Path, asked.RawPath = asked.Path[len(asked.Path)-utf8.RuneCountInString(c.Path):], "" // a character for each byte: dialect
	address := c.URL(asked.EscapedPath())
	if asked.RawQuery != "" {
		address += "?" + asked.RawQuery
	}
	address = strings.TrimRight(address, "/")
	// Quirk: the project follows the query, too, and stands alone if it begins with a slash: upstream joins them as file
	// names (os.path.join).
	switch {
	case s.cfg.AuthStrategy != authNoneIncludeProjectID:
	case strings.HasPrefix(project, "/"):
		address = project
	default:
		address += "/" + project
	}
	return &httpapi.Reply{Status: http.StatusNoContent, Header: http.Header{
		"X-Auth-Token": {user + ":" + project}, "X-Server-Management-Url": {address}, "Content-Type": {"text/plain; charset=UTF-8"},
	}}
}

// said is what a header says; "admin" if it is not there.
func said(c *httpapi.Call, header string) string {
	if values, ok := c.Request.Header[header]; ok {
		return values[0]
	}
	return "admin"
}

// rolesIn are the roles that a header lists.
func rolesIn(h http.Header, header string) []string {
	list := h.Get(header)
	if list == "" {
		return nil
	}
	var roles []string
	for role := range strings.SplitSeq(list, ",") {
		roles = append(roles, strings.TrimSpace(role))
	}
	return roles
}
