package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// none is how Python writes the absence of a value. Rules compare text, so nobody's project is nobody's project:
// "project_id:%(project_id)s" holds where neither side has one.
const none = "None"

// Creds are what a rule knows of the one who asks, under the names oslo.context gives them: user_id, roles and so on.
// The empty string is None.
type Creds struct {
	UserID, UserDomainID       string
	ProjectID, ProjectDomainID string // of a token scoped to a project
	DomainID                   string // of a token scoped to a domain
	SystemScope                string // "all" for a token scoped to the system
	Roles                      []string
	// IsAdmin is a service's own mark of its administrators; the credential is_admin.
	IsAdmin bool
	// NotAdminProject makes is_admin_project False. It is True unless the cloud has a project for administrators.
	NotAdminProject bool

	// Of the service that passes a user's request on, if one does.
	ServiceUserID, ServiceUserDomainID       string
	ServiceProjectID, ServiceProjectDomainID string
	ServiceRoles                             []string

	// More finds credentials of other names by the part before the first dot, such as Keystone's "token"; it may be
	// nil. The rest of the name leads on through maps, lists and Targets.
	More Target
}

// has tells whether the credential that path names reads want; of a list, whether any item does.
func (c *Creds) has(path []string, want string) bool {
	var value string
	switch path[0] {
	case "user_id":
		value = c.UserID
	case "user_domain_id":
		value = c.UserDomainID
	case "project_id":
		value = c.ProjectID
	case "project_domain_id":
		value = c.ProjectDomainID
	case "domain_id":
		value = c.DomainID
	case "system_scope":
		value = c.SystemScope
	case "system":
		if value = c.SystemScope; value == "" {
			return false // only there for tokens scoped to the system
		}
	case "is_admin":
		value = pythonBool(c.IsAdmin)
	case "is_admin_project":
		value = pythonBool(!c.NotAdminProject)
	case "service_user_id":
		value = c.ServiceUserID
	case "service_user_domain_id":
		value = c.ServiceUserDomainID
	case "service_project_id":
		value = c.ServiceProjectID
	case "service_project_domain_id":
		value = c.ServiceProjectDomainID
	case "roles":
		return len(path) == 1 && slices.Contains(c.Roles, want)
	case "service_roles":
		return len(path) == 1 && slices.Contains(c.ServiceRoles, want)
	default:
		return c.More != nil && find(c.More, path, want)
	}
	if value == "" {
		value = none
	}
	return len(path) == 1 && value == want
}

// find follows path from v and tells whether what is there reads want.
func find(v any, path []string, want string) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return find(item, path, want) })
	case []string:
		return len(path) == 0 && slices.Contains(v, want)
	}
	if len(path) == 0 {
		return str(v) == want
	}
	next, ok := step(v, path[0])
	return ok && find(next, path[1:], want)
}

// step looks key up in v.
func step(v any, key string) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		next, ok := v[key]
		return next, ok
	case Target:
		return v.Lookup(key)
	}
	return nil, false
}

// hasRole tells whether one of the roles is named so, in upper or lower case.
func (c *Creds) hasRole(name string) bool {
	for _, role := range c.Roles {
		if role == name || strings.EqualFold(role, name) && (isASCII(name) || strings.ToLower(role) == strings.ToLower(name)) { //nolint:staticcheck // Python lowers, EqualFold folds
			return true
		}
	}
	return false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Target is what a rule asks about. Lookup returns the value of a name, which may be dotted, as a string, bool or
// number; nil and "" are None. A check that names what is not there fails.
type Target interface {
	Lookup(name string) (value any, ok bool)
}

// Map is a [Target] of loose values. A dotted name is looked up whole, then step by step through maps and Targets.
type Map map[string]any

// Lookup returns the value of a name.
func (m Map) Lookup(name string) (any, bool) {
	if v, ok := m[name]; ok {
		return v, true
	}
	var at any = map[string]any(m)
	for {
		key, rest, dotted := strings.Cut(name, ".")
		next, ok := step(at, key)
		if !ok || !dotted {
			return next, ok
		}
		at, name = next, rest
	}
}

// str writes a value as Python's str does.
func str(v any) string {
	switch v := v.(type) {
	case string:
		if v != "" {
			return v
		}
		return none
	case nil:
		return none
	case bool:
		return pythonBool(v)
	case int:
		return strconv.Itoa(v)
	}
	if text := fmt.Sprint(v); text != "" {
		return text
	}
	return none
}

func pythonBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}
