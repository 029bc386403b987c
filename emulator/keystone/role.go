package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Role is a name that policies ask for.
type Role struct {
	ID          string
	Name        string
	DomainID    string // "" for a global role; others serve only to imply global ones
	Description *string
	Options     map[string]any
	Extra       map[string]any
}

func (r *Role) attribute(name string) (any, bool) {
	switch name {
	case "id":
		return r.ID, true
	case "name":
		return r.Name, true
	case "domain_id":
		return orNull(r.DomainID), true
	}
	v, ok := r.Extra[name]
	return v, ok
}

// roleView is a role as the API shows it.
type roleView struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	DomainID    *string        `json:"domain_id"`
	Description *string        `json:"description"`
	Options     map[string]any `json:"options"`
	Links       *selfLink      `json:"links,omitempty"` // not where a role is shown within something else

	extra map[string]any
}

func (v roleView) MarshalJSON() ([]byte, error) {
	type plain roleView
	return withExtra(v.extra, plain(v))
}

func newRoleView(r Role, collection string) roleView {
	v := roleView{
		ID: r.ID, Name: r.Name, DomainID: orNull(r.DomainID), Description: r.Description,
		Options: orNone(r.Options), extra: r.Extra,
	}
	if collection != "" {
		v.Links = &selfLink{collection + "/" + r.ID}
	}
	return v
}

// inference is a rule that whoever has one role has another, too.
type inference struct {
	Key            string
	Prior, Implied string
}

func newInference(prior, implied string) inference {
	return inference{Key: keyOf(prior, implied), Prior: prior, Implied: implied}
}

// withImplied adds to a list of roles those that they imply, each once, after those that imply them.
func (t *tables) withImplied(r state.Reader, roles []string) []string {
	for i := 0; i < len(roles); i++ {
		for rule := range t.inferences.WithPrefix(r, keyOf(roles[i], "")) {
			roles = appendNew(roles, rule.Implied)
		}
	}
	return roles
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// tokenRoles are roles as tokens list them. Roles of a domain have done their work once what they imply is added.
func (t *tables) tokenRoles(r state.Reader, ids []string) []httpapi.Role {
	roles := make([]httpapi.Role, 0, len(ids))
	for _, id := range ids {
		if role, ok := t.roles.Get(r, id); ok && role.DomainID == "" {
			roles = append(roles, httpapi.Role{ID: role.ID, Name: role.Name})
		}
	}
	return roles
}

// globalRole finds a role that belongs to no domain by its name.
func (t *tables) globalRole(r state.Reader, name string) (Role, bool) {
	for role := range t.roles.All(r) {
		if role.Name == name && role.DomainID == "" {
			return role, true
		}
	}
	return Role{}, false
}
