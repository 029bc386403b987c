package keystone

import (
	"iter"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type projectOut struct {
	Project projectView `json:"project"`
}

type projectsOut struct {
	Projects  []projectView `json:"projects"`
	Links     listLinks     `json:"links"`
	Truncated bool          `json:"truncated,omitempty"`
}

// projectList serves GET /v3/projects. Without is_domain in the query, projects that act as domains are left out.
func (s *Service) projectList(c *httpapi.Call) (projectsOut, error) {
	if err := s.checkQuery(c, projectListQuery); err != nil {
		return projectsOut{}, err
	}
	if err := enforce(c, aboutCaller(c, "target.domain_id")); err != nil {
		return projectsOut{}, err
	}
	filters := filtersOf(c, "domain_id", "enabled", "name", "parent_id", "is_domain")
	if !c.Query().Has("is_domain") {
		filters = append(filters, filter{attribute: "is_domain", value: "0"})
	}
	rows := selected(s.projects.All(s.db.View()), filters)
	rows = keep(rows, func(p *Project) bool { return c.Auth.DomainID == "" || p.DomainID == c.Auth.DomainID })
	return s.projectsOut(c, keep(rows, taggedAs(c)))
}

func (s *Service) projectsOut(c *httpapi.Call, rows []Project) (projectsOut, error) {
	p, err := paged(s, c, rows, func(p *Project) string { return p.ID })
	return projectsOut{views(p.rows, c.URL("/v3/projects"), newProjectView), p.links, p.truncated}, err
}

// projectShow serves GET /v3/projects/{project_id}, with the projects above and below on request.
func (s *Service) projectShow(c *httpapi.Call) (projectOut, error) {
	view := s.db.View()
	p, ok := s.projects.Get(view, c.Var("project_id"))
	if err := enforce(c, aboutProject(p, ok)); err != nil {
		return projectOut{}, err
	}
	if !ok {
		return projectOut{}, fail.Missing("project", c.Var("project_id"))
	}
	out := projectOut{newProjectView(p, c.URL("/v3/projects"))}
	return out, s.addRelatives(c, view, p, &out.Project)
}

// addRelatives puts in the projects above and below that the query asks for: as lists, of those that the caller has a
// role on, or as nested ids, of all.
func (s *Service) addRelatives(c *httpapi.Call, r state.Reader, p Project, out *projectView) error {
	aboveList, aboveIDs := flagged(c, "parents_as_list"), flagged(c, "parents_as_ids")
	belowList, belowIDs := flagged(c, "subtree_as_list"), flagged(c, "subtree_as_ids")
	switch {
	case aboveList && aboveIDs:
		return fail.New(fail.Invalid, "Cannot use parents_as_list and parents_as_ids query params at the same time.")
	case belowList && belowIDs:
		return fail.New(fail.Invalid, "Cannot use subtree_as_list and subtree_as_ids query params at the same time.")
	}
	switch {
	case aboveList:
		out.Parents = s.accessible(c, r, s.parents(r, p))
	case aboveIDs:
		out.Parents = nestedParents(s.parents(r, p))
	}
	switch {
	case belowList:
		out.Subtree = s.accessible(c, r, s.below(r, p.ID))
	case belowIDs:
		out.Subtree = nestedSubtree(p.ID, s.below(r, p.ID))
	}
	return nil
}

// accessible shows those of the projects that the caller has a role on.
func (s *Service) accessible(c *httpapi.Call, r state.Reader, all []Project) []projectOut {
	shown := []projectOut{}
	for _, p := range all {
		if !p.IsDomain && len(s.rolesOn(r, c.Auth.UserID, targetOf(p))) > 0 {
			view := newProjectView(p, c.URL("/v3/projects"))
			if flagged(c, "include_limits") {
				view.Limits = s.limitsOf(r, p.ID)
			}
			shown = append(shown, projectOut{view})
		}
	}
	return shown
}

// null is there, and is null.
type null struct{}

// MarshalJSON writes it.
func (null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

func nestedParents(above []Project) any {
	var nested any = null{}
	for i := len(above) - 1; i >= 0; i-- {
		nested = map[string]any{above[i].ID: nested}
	}
	return nested
}

func nestedSubtree(id string, below []Project) any {
	nested := map[string]any{}
	for _, p := range below {
		if p.ParentID == id {
			nested[p.ID] = nestedSubtree(p.ID, below)
		}
	}
	if len(nested) == 0 {
		return null{}
	}
	return nested
}

// authProjectList serves GET /v3/auth/projects: what the caller could get a token for.
func (s *Service) authProjectList(c *httpapi.Call) (projectsOut, error) {
	if err := enforce(c, nil); err != nil {
		return projectsOut{}, err
	}
	rows := s.projectsOf(s.db.View(), c.Auth.UserID)
	return projectsOut{Projects: views(rows, c.URL("/v3/projects"), newProjectView), Links: linksOf(c)}, nil
}

// userProjectList serves GET /v3/users/{user_id}/projects.
func (s *Service) userProjectList(c *httpapi.Call) (projectsOut, error) {
	view := s.db.View()
	u, ok := s.users.Get(view, c.Var("user_id"))
	if err := enforce(c, aboutUser(u, ok)); err != nil {
		return projectsOut{}, err
	}
	if !ok {
		return projectsOut{}, fail.Missing("user", c.Var("user_id"))
	}
	rows := s.projectsOf(view, u.ID)
	filters := filtersOf(c, "domain_id", "enabled", "name")
	return s.projectsOut(c, keep(rows, func(p *Project) bool { return passes[Project](p, filters) }))
}

// projectsOf lists the projects on which a user has a role.
func (s *Service) projectsOf(r state.Reader, userID string) []Project {
	return keep(collect(s.projects.All(r)), func(p *Project) bool {
		return !p.IsDomain && len(s.rolesOn(r, userID, targetOf(*p))) > 0
	})
}

// taggedAs makes a filter of the four parameters for tags: all of these, any of these, not all of these, none of these.
func taggedAs(c *httpapi.Call) func(*Project) bool {
	wanted := func(name string) ([]string, bool) {
		values, there := c.Query()[name]
		if !there {
			return nil, false
		}
		return strings.Split(values[0], ","), true
	}
	return func(p *Project) bool {
		has := func(tag string) bool { return slices.Contains(p.Tags, tag) }
		lacks := func(tag string) bool { return !has(tag) }
		if tags, asked := wanted("tags"); asked && slices.ContainsFunc(tags, lacks) {
			return false
		}
		if tags, asked := wanted("tags-any"); asked && !slices.ContainsFunc(tags, has) {
			return false
		}
		if tags, asked := wanted("not-tags"); asked && !slices.ContainsFunc(tags, lacks) {
			return false
		}
		if tags, asked := wanted("not-tags-any"); asked && slices.ContainsFunc(tags, has) {
			return false
		}
		return true
	}
}

func collect[V any](rows iter.Seq[V]) []V {
	var all []V
	for row := range rows {
		all = append(all, row)
	}
	return all
}

// keep lists the rows for which ok holds, in a slice of their own.
func keep[V any](rows []V, ok func(*V) bool) []V {
	var kept []V
	for i := range rows {
		if ok(&rows[i]) {
			kept = append(kept, rows[i])
		}
	}
	return kept
}
