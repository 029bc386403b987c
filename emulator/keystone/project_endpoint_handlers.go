package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// endpointProjectList serves GET /v3/OS-EP-FILTER/endpoints/{endpoint_id}/projects.
func (s *Service) endpointProjectList(c *httpapi.Call) (projectsOut, error) {
	if err := enforce(c, nil); err != nil {
		return projectsOut{}, err
	}
	id := c.Var("endpoint_id")
	if !s.endpoints.Has(s.db.View(), id) {
		return projectsOut{}, fail.Missing("endpoint", id)
	}
	return s.projectsGiven(c, func(p *projectEndpoint) bool { return p.EndpointID == id }), nil
}

// givable checks the rule for what a project is given, and finds the project and the endpoint or the group of the path.
func (s *Service) givable(c *httpapi.Call, r state.Reader) (projectEndpoint, error) {
	p := newProjectEndpoint(c.Var("project_id"), c.Var("endpoint_id"), c.Var("endpoint_group_id"))
	if err := enforce(c, nil); err != nil {
		return p, err
	}
	switch {
	case p.EndpointID != "" && !s.endpoints.Has(r, p.EndpointID):
		return p, fail.Missing("endpoint", p.EndpointID)
	case !s.projects.Has(r, p.ProjectID):
		return p, fail.Missing("project", p.ProjectID)
	case p.GroupID != "" && !s.endpointGroups.Has(r, p.GroupID):
		return p, fail.Missing("Endpoint Group", p.GroupID)
	}
	return p, nil
}

func notGiven(p projectEndpoint) error {
	if p.GroupID != "" {
		return fail.New(fail.NotFound, "Endpoint Group Project Association not found")
	}
	return fail.New(fail.NotFound, "Endpoint %s not found in project %s", p.EndpointID, p.ProjectID)
}

// projectEndpointCheck serves GET /v3/OS-EP-FILTER/projects/{project_id}/endpoints/{endpoint_id}.
func (s *Service) projectEndpointCheck(c *httpapi.Call) error {
	view := s.db.View()
	p, err := s.givable(c, view)
	if err == nil && !s.projectEndpoints.Has(view, p.Key) {
		err = notGiven(p)
	}
	return err
}

// projectEndpointSet serves PUT /v3/OS-EP-FILTER/projects/{project_id}/endpoints/{endpoint_id}, and the same of groups:
// /v3/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}/projects/{project_id}.
func (s *Service) projectEndpointSet(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		p, err := s.givable(c, tx)
		switch {
		case err != nil:
			return err
		case s.projectEndpoints.Has(tx, p.Key) && p.GroupID != "":
			return conflict("project_endpoint_group", "Duplicate entry")
		case s.projectEndpoints.Has(tx, p.Key):
			return conflict("project_endpoint", "Duplicate entry")
		}
		s.projectEndpoints.Put(tx, p)
		return nil
	})
}

// projectEndpointDelete serves DELETE of both.
// Quirk: for an endpoint, nobody looks whether it or the project are there.
func (s *Service) projectEndpointDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		p, err := s.givable(c, tx)
		if failure := fail.As(err); failure != nil && failure.Kind == fail.NotFound && p.GroupID == "" {
			err = nil
		}
		if err == nil && !s.projectEndpoints.Delete(tx, p.Key) {
			err = notGiven(p)
		}
		return err
	})
}

// projectEndpointGroupView is a group that a project was given. Its link has no address.
type projectEndpointGroupView struct {
	EndpointGroupID string   `json:"endpoint_group_id"`
	ProjectID       string   `json:"project_id"`
	Links           selfLink `json:"links"`
}

type projectEndpointGroupOut struct {
	ProjectEndpointGroup projectEndpointGroupView `json:"project_endpoint_group"`
}

// projectEndpointGroupShow serves GET /v3/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}/projects/{project_id}.
func (s *Service) projectEndpointGroupShow(c *httpapi.Call) (projectEndpointGroupOut, error) {
	view := s.db.View()
	p, err := s.givable(c, view)
	if err == nil && !s.projectEndpoints.Has(view, p.Key) {
		err = notGiven(p)
	}
	self := "/OS-EP-FILTER/endpoint_groups/" + p.GroupID + "/projects/" + p.ProjectID
	return projectEndpointGroupOut{projectEndpointGroupView{p.GroupID, p.ProjectID, selfLink{self}}}, err
}

// filteredProject finds the project of the path, once the caller may ask about it.
func (s *Service) filteredProject(c *httpapi.Call, r state.Reader) (Project, error) {
	if err := enforce(c, nil); err != nil {
		return Project{}, err
	}
	p, ok := s.projects.Get(r, c.Var("project_id"))
	if !ok {
		return p, fail.Missing("project", c.Var("project_id"))
	}
	return p, nil
}

// projectEndpointList serves GET /v3/OS-EP-FILTER/projects/{project_id}/endpoints.
func (s *Service) projectEndpointList(c *httpapi.Call) (endpointsOut, error) {
	view := s.db.View()
	p, err := s.filteredProject(c, view)
	if err != nil {
		return endpointsOut{}, err
	}
	return s.endpointsOut(c, s.endpointsFor(view, p.ID)), nil
}

// projectEndpointGroupList serves GET /v3/OS-EP-FILTER/projects/{project_id}/endpoint_groups.
func (s *Service) projectEndpointGroupList(c *httpapi.Call) (endpointGroupsOut, error) {
	view := s.db.View()
	p, err := s.filteredProject(c, view)
	if err != nil {
		return endpointGroupsOut{}, err
	}
	var rows []EndpointGroup
	for given := range s.projectEndpoints.WithPrefix(view, keyOf(p.ID, "group", "")) {
		if g, ok := s.endpointGroups.Get(view, given.GroupID); ok {
			rows = append(rows, g)
		}
	}
	return endpointGroupsOut{EndpointGroups: views(rows, c.URL(endpointGroupsPath), newEndpointGroupView), Links: linksOf(c)}, nil
}
