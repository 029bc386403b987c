package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Project owns resources, or is a domain, which owns projects, users and groups.
type Project struct {
	ID          string
	Name        string
	DomainID    string // "" for a domain
	ParentID    string // its domain, for a project at the top; "" for a domain
	Description *string
	Enabled     bool
	IsDomain    bool
	Tags        []string
	Options     map[string]any
	Extra       map[string]any // attributes that the API does not know, and keeps
}

func (p *Project) attribute(name string) (any, bool) {
	switch name {
	case "id":
		return p.ID, true
	case "name":
		return p.Name, true
	case "domain_id":
		return orNull(p.DomainID), true
	case "parent_id":
		return orNull(p.ParentID), true
	case "enabled":
		return p.Enabled, true
	case "is_domain":
		return p.IsDomain, true
	}
	v, ok := p.Extra[name]
	return v, ok
}

// projectAttributes are what the API knows of a project; other members of a request are kept as they are.
func projectAttributes() []string {
	return []string{"id", "name", "domain_id", "description", "enabled", "parent_id", "is_domain", "tags", "options"}
}

// projectView is a project as the API shows it.
type projectView struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	DomainID    *string        `json:"domain_id"`
	Description *string        `json:"description"`
	Enabled     bool           `json:"enabled"`
	ParentID    *string        `json:"parent_id"`
	IsDomain    bool           `json:"is_domain"`
	Tags        []string       `json:"tags"`
	Kept        map[string]any `json:"extra,omitempty"`
	Options     map[string]any `json:"options"`
	Parents     any            `json:"parents,omitempty"`
	Subtree     any            `json:"subtree,omitempty"`
	Limits      any            `json:"limits,omitempty"`
	Links       selfLink       `json:"links"`

	extra map[string]any
}

func (v projectView) MarshalJSON() ([]byte, error) {
	type plain projectView
	return withExtra(v.extra, plain(v))
}

func newProjectView(p Project, collection string) projectView {
	return projectView{
		ID: p.ID, Name: p.Name, DomainID: orNull(p.DomainID), Description: p.Description, Enabled: p.Enabled,
		ParentID: orNull(p.ParentID), IsDomain: p.IsDomain, Tags: orEmpty(p.Tags), Options: orNone(p.Options),
		Links: selfLink{collection + "/" + p.ID}, extra: p.Extra,
	}
}

// domainView is a project that acts as a domain as the API shows it.
type domainView struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Description *string        `json:"description"`
	Enabled     bool           `json:"enabled"`
	Tags        []string       `json:"tags"`
	Options     map[string]any `json:"options"`
	Links       selfLink       `json:"links"`

	extra map[string]any
}

func (v domainView) MarshalJSON() ([]byte, error) {
	type plain domainView
	return withExtra(v.extra, plain(v))
}

func newDomainView(p Project, collection string) domainView {
	return domainView{
		ID: p.ID, Name: p.Name, Description: p.Description, Enabled: p.Enabled, Tags: orEmpty(p.Tags),
		Options: orNone(p.Options), Links: selfLink{collection + "/" + p.ID}, extra: p.Extra,
	}
}

// parents lists the projects above one, the nearest first and the domain last.
func (t *tables) parents(r state.Reader, p Project) []Project {
	var above []Project
	for p.ParentID != "" && len(above) < maxDepth {
		parent, ok := t.projects.Get(r, p.ParentID)
		if !ok {
			break
		}
		above = append(above, parent)
		p = parent
	}
	return above
}

// maxDepth bounds the walk up a hierarchy, which no setting lets become that deep.
const maxDepth = 80

// below lists all projects under one, nearer ones first.
func (t *tables) below(r state.Reader, id string) []Project {
	children := map[string][]Project{}
	for p := range t.projects.All(r) {
		if p.ParentID != "" {
			children[p.ParentID] = append(children[p.ParentID], p)
		}
	}
	found := children[id]
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i].ID]...)
	}
	return found
}
