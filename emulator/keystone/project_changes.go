package keystone

import (
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// projectCreate serves POST /v3/projects: a project in a domain, below another or at the top, or with is_domain a domain.
func (s *Service) projectCreate(c *httpapi.Call) (projectOut, error) {
	in, err := refOf(c, "project")
	if err != nil {
		return projectOut{}, err
	}
	if err := enforce(c, aboutRef("project", in)); err != nil {
		return projectOut{}, err
	}
	in = in.normalized()
	if !in.has("name") {
		return projectOut{}, expecting("name", "project") // upstream fails with 500
	}
	p := newProject(in)
	if !p.IsDomain {
		p.DomainID = homeDomain(c, in)
	}
	if p.ParentID = in.text("parent_id"); p.ParentID == "" {
		p.ParentID = p.DomainID
	}
	err = s.db.Update(func(tx *state.Tx) error {
		err := s.addProject(tx, &p, "")
		if failure := fail.As(err); failure != nil && failure.Kind == fail.NotFound {
			return fail.New(fail.Invalid, "%s", messageOf(failure))
		}
		return err
	})
	return projectOut{newProjectView(p, c.URL("/v3/projects"))}, err
}

// newProject is what a request says of a project, or a domain, that is to be made.
func newProject(in ref) Project {
	none := ""
	p := Project{
		Name: strings.TrimSpace(in.text("name")), Description: &none, Enabled: in.flag("enabled", true),
		IsDomain: in.flag("is_domain", false), Options: in.options(nil),
		Extra: in.extra(nil, projectAttributes()...),
	}
	if in.has("description") {
		p.Description = in.given("description")
	}
	if in.has("tags") {
		p.Tags = in.list("tags")
	}
	return p
}

// addProject stores a new project, with an id of its own unless it is given one, where it is allowed to be.
func (s *Service) addProject(tx *state.Tx, p *Project, id string) error {
	if err := s.checkPlace(tx, *p); err != nil {
		return err
	}
	if p.ID = id; id == "" {
		p.ID = s.ids.Hex()
	}
	_, taken := s.projectNamed(tx, p.DomainID, p.Name)
	if taken || s.projects.Has(tx, p.ID) {
		return projectConflict(*p)
	}
	s.projects.Put(tx, stored(*p))
	return nil
}

// stored is a project as the table has it: with its tags in the order of the alphabet.
func stored(p Project) Project {
	p.Tags = slices.Sorted(slices.Values(p.Tags))
	return p
}

func projectConflict(p Project) error {
	if p.IsDomain {
		return conflict("project", "it is not permitted to have two projects acting as domains with the same name: %s", p.Name)
	}
	return conflict("project", "it is not permitted to have two projects with either the same name or same id in the same "+
		"domain: name is %s, project id %s", p.Name, p.ID)
}

// checkPlace refuses projects where none can be: outside of their parent's domain, below something disabled, too deep.
func (s *Service) checkPlace(r state.Reader, p Project) error {
	if p.IsDomain {
		switch {
		case strings.EqualFold(p.Name, "Federated"):
			return fail.New(fail.Invalid, "Domain cannot be named %s", p.Name) // upstream drops the connection
		case p.ParentID != "":
			return fail.New(fail.Invalid, "only root projects are allowed to act as domains.")
		}
		return nil
	}
	if _, ok := s.domain(r, p.DomainID); !ok {
		return fail.Missing("domain", p.DomainID)
	}
	parent, ok := s.projects.Get(r, p.ParentID)
	switch {
	case !ok:
		return fail.Missing("project", p.ParentID)
	case parent.IsDomain && parent.ID != p.DomainID:
		return fail.New(fail.Invalid, "Cannot create project, the parent (%s) is acting as a domain, but this project's domain "+
			"id (%s) does not match the parent's id.", parent.ID, p.DomainID)
	case !parent.IsDomain && parent.DomainID != p.DomainID:
		return fail.New(fail.Invalid, "Cannot create project, since it specifies its domain_id %s, but specifies a parent in a "+
			"different domain (%s).", p.DomainID, parent.DomainID)
	}
	above := append(s.parents(r, parent), parent)
	for _, p := range above {
		if !p.Enabled {
			return fail.New(fail.Invalid, "cannot create a project in a branch containing a disabled project: %s", p.ID)
		}
	}
	if len(above) > s.conf.MaxProjectTreeDepth {
		return fail.New(fail.Forbidden, "Max hierarchy depth reached for %s branch.", parent.ID)
	}
	return nil
}

// projectUpdate serves PATCH /v3/projects/{project_id}.
func (s *Service) projectUpdate(c *httpapi.Call) (projectOut, error) {
	in, err := refOf(c, "project")
	if err != nil {
		return projectOut{}, err
	}
	var p Project
	err = s.db.Update(func(tx *state.Tx) error {
		var ok bool
		p, ok = s.projects.Get(tx, c.Var("project_id"))
		if err := enforce(c, aboutProject(p, ok)); err != nil {
			return err
		}
		if err := in.matches(c.Var("project_id")); err != nil {
			return err
		}
		if !ok {
			return fail.Missing("project", c.Var("project_id"))
		}
		return s.changeProject(tx, &p, in)
	})
	out := projectOut{newProjectView(p, c.URL("/v3/projects"))}
	out.Project.Kept = p.Extra // Quirk: what was kept is shown twice
	return out, err
}

// changeProject applies what a request says to a project or a domain, if it may be changed like that.
func (s *Service) changeProject(tx *state.Tx, p *Project, in ref) error {
	kind := "project"
	if p.IsDomain {
		kind = "domain"
	}
	if in.has("domain_id") && in.text("domain_id") != p.DomainID {
		return fail.New(fail.Invalid, "Cannot change Domain ID")
	}
	if err := changeable(p.Options, in, kind, p.ID); err != nil {
		return err
	}
	switch {
	case in.has("parent_id") && in.text("parent_id") != p.ParentID:
		return fail.New(fail.Forbidden, "Update of `parent_id` is not allowed.")
	case in.has("is_domain") && in.flag("is_domain", p.IsDomain) != p.IsDomain:
		return fail.New(fail.Invalid, "Update of `is_domain` is not allowed.")
	}
	if err := s.checkEnabled(tx, *p, in.flag("enabled", true)); err != nil {
		return err
	}
	if name := strings.TrimSpace(in.text("name")); in.has("name") && name != p.Name {
		p.Name = name
		if _, taken := s.projectNamed(tx, p.DomainID, name); taken {
			return projectConflict(*p)
		}
	}
	if in.has("description") {
		p.Description = in.given("description")
	}
	p.Enabled = in.flag("enabled", p.Enabled)
	if in.has("tags") {
		p.Tags = in.list("tags")
	}
	p.Options = in.options(p.Options)
	p.Extra = in.extra(p.Extra, projectAttributes()...)
	s.projects.Put(tx, stored(*p))
	return nil
}

// checkEnabled refuses to enable a project below a disabled one, and to disable one above enabled ones.
// Quirk: a change that does not speak of it counts as one that enables.
func (s *Service) checkEnabled(r state.Reader, p Project, wanted bool) error {
	enabled := func(p Project) bool { return p.Enabled }
	switch {
	case !p.Enabled && wanted && slices.ContainsFunc(s.parents(r, p), func(p Project) bool { return !p.Enabled }):
		return fail.New(fail.Forbidden, "Cannot enable project %s since it has disabled parents", p.ID)
	case p.Enabled && !wanted && !p.IsDomain && slices.ContainsFunc(s.below(r, p.ID), enabled):
		return fail.New(fail.Forbidden, "Cannot disable project %s since its subtree contains enabled projects.", p.ID)
	}
	return nil
}

// projectDelete serves DELETE /v3/projects/{project_id}.
func (s *Service) projectDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		p, ok := s.projects.Get(tx, c.Var("project_id"))
		if err := enforce(c, aboutProject(p, ok)); err != nil {
			return err
		}
		switch {
		case !ok:
			return fail.Missing("project", c.Var("project_id"))
		case p.IsDomain:
			return s.deleteDomain(tx, p)
		case immutable(p.Options):
			return immutableError("delete", "project", p.ID)
		case len(s.below(tx, p.ID)) > 0:
			return fail.New(fail.Forbidden, "Cannot delete the project %s since it is not a leaf in the hierarchy. Use the "+
				"cascade option if you want to delete a whole subtree.", p.ID)
		}
		s.deleteProject(tx, p.ID)
		return nil
	})
}
