package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// about is the target of a rule: the variables of the path, and what the rule may know of the thing that is asked for,
// by the names that rules use ("target.project.domain_id").
type about struct {
	call  *httpapi.Call
	known map[string]any
}

// Lookup serves a rule's names.
func (a about) Lookup(name string) (any, bool) {
	if v, ok := a.known[name]; ok {
		return v, true
	}
	v := a.call.Var(name)
	return v, v != ""
}

// enforce checks the operation's rule.
func enforce(c *httpapi.Call, known map[string]any) error {
	return enforceRule(c, c.Policy, known)
}

func enforceRule(c *httpapi.Call, rule string, known map[string]any) error {
	return c.AuthorizeFor(rule, about{c, known})
}

// aboutProject is what rules may know of a project that may not be there.
func aboutProject(p Project, ok bool) map[string]any {
	if !ok {
		return nil
	}
	return map[string]any{
		"target.project.id": p.ID, "target.project.domain_id": nullable(p.DomainID),
		"target.project.name": p.Name,
	}
}

// aboutUser is what rules may know of a user who may not be there.
func aboutUser(u User, ok bool) map[string]any {
	if !ok {
		return nil
	}
	return map[string]any{"target.user.id": u.ID, "target.user.domain_id": u.DomainID, "target.user.name": u.Name}
}

// aboutCaller tells a list's rule the domain of the caller's token, when it is for one.
func aboutCaller(c *httpapi.Call, name string) map[string]any {
	if c.Auth.DomainID == "" {
		return nil
	}
	return map[string]any{name: c.Auth.DomainID}
}

// nullable is nil, which rules can ask for, in place of nothing.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
