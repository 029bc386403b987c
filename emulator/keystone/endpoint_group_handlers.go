package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type endpointGroupOut struct {
	EndpointGroup endpointGroupView `json:"endpoint_group"`
}

type endpointGroupsOut struct {
	EndpointGroups []endpointGroupView `json:"endpoint_groups"`
	Links          listLinks           `json:"links"`
	Truncated      bool                `json:"truncated,omitempty"`
}

const endpointGroupsPath = "/v3/OS-EP-FILTER/endpoint_groups"

// endpointGroupList serves GET /v3/OS-EP-FILTER/endpoint_groups.
func (s *Service) endpointGroupList(c *httpapi.Call) (endpointGroupsOut, error) {
	if err := s.checkQuery(c, endpointGroupListQuery); err != nil {
		return endpointGroupsOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return endpointGroupsOut{}, err
	}
	return s.endpointGroupsOut(c, selected(s.endpointGroups.All(s.db.View()), filtersOf(c, "name")))
}

func (s *Service) endpointGroupsOut(c *httpapi.Call, rows []EndpointGroup) (endpointGroupsOut, error) {
	p, err := paged(s, c, rows, func(g *EndpointGroup) string { return g.ID })
	return endpointGroupsOut{views(p.rows, c.URL(endpointGroupsPath), newEndpointGroupView), p.links, p.truncated}, err
}

// endpointGroup finds the group of the path, once the caller may ask about it.
func (s *Service) endpointGroup(c *httpapi.Call, r state.Reader) (EndpointGroup, error) {
	if err := enforce(c, nil); err != nil {
		return EndpointGroup{}, err
	}
	g, ok := s.endpointGroups.Get(r, c.Var("endpoint_group_id"))
	if !ok {
		return g, fail.Missing("Endpoint Group", c.Var("endpoint_group_id"))
	}
	return g, nil
}

// endpointGroupShow serves GET /v3/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}.
func (s *Service) endpointGroupShow(c *httpapi.Call) (endpointGroupOut, error) {
	g, err := s.endpointGroup(c, s.db.View())
	return endpointGroupOut{newEndpointGroupView(g, c.URL(endpointGroupsPath))}, err
}

// endpointGroupCreate serves POST /v3/OS-EP-FILTER/endpoint_groups.
func (s *Service) endpointGroupCreate(c *httpapi.Call) (endpointGroupOut, error) {
	in, err := refOf(c, "endpoint_group")
	if err != nil {
		return endpointGroupOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return endpointGroupOut{}, err
	}
	filters, _ := in.get("filters").(schema.Dict)
	if len(filters) == 0 {
		return endpointGroupOut{}, fail.New(fail.Invalid, "filters field is required and cannot be empty")
	}
	if err := checkFilters(filters); err != nil {
		return endpointGroupOut{}, err
	}
	g := EndpointGroup{ID: s.ids.Hex(), Name: in.text("name"), Description: in.given("description"), Filters: filters}
	err = s.db.Update(func(tx *state.Tx) error {
		s.endpointGroups.Put(tx, g)
		return nil
	})
	return endpointGroupOut{newEndpointGroupView(g, c.URL(endpointGroupsPath))}, err
}

func checkFilters(filters schema.Dict) error {
	for _, f := range filters {
		if f.Key != "service_id" && f.Key != "region_id" && f.Key != "interface" {
			return expecting("service_id or region_id or interface", "endpoint_group")
		}
	}
	return nil
}

// endpointGroupUpdate serves PATCH /v3/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}.
func (s *Service) endpointGroupUpdate(c *httpapi.Call) (endpointGroupOut, error) {
	in, err := refOf(c, "endpoint_group")
	if err != nil {
		return endpointGroupOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return endpointGroupOut{}, err
	}
	filters, hasFilters := in.get("filters").(schema.Dict)
	if err := checkFilters(filters); err != nil {
		return endpointGroupOut{}, err
	}
	var g EndpointGroup
	err = s.db.Update(func(tx *state.Tx) error {
		if g, err = s.endpointGroup(c, tx); err != nil {
			return err
		}
		if in.has("name") {
			g.Name = in.text("name")
		}
		if in.has("description") {
			g.Description = in.given("description")
		}
		if hasFilters {
			g.Filters = filters
		}
		s.endpointGroups.Put(tx, g)
		return nil
	})
	return endpointGroupOut{newEndpointGroupView(g, c.URL(endpointGroupsPath))}, err
}

// endpointGroupDelete serves DELETE /v3/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}.
func (s *Service) endpointGroupDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		g, err := s.endpointGroup(c, tx)
		if err != nil {
			return err
		}
		s.endpointGroups.Delete(tx, g.ID)
		deleteWhere(tx, s.projectEndpoints, s.projectEndpoints.All(tx), func(p *projectEndpoint) bool { return p.GroupID == g.ID })
		return nil
	})
}

// endpointGroupEndpointList serves GET /v3/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}/endpoints.
func (s *Service) endpointGroupEndpointList(c *httpapi.Call) (endpointsOut, error) {
	view := s.db.View()
	g, err := s.endpointGroup(c, view)
	if err != nil {
		return endpointsOut{}, err
	}
	return s.endpointsOut(c, s.endpointsOf(view, g)), nil
}

// endpointsOut shows endpoints, all of them.
func (s *Service) endpointsOut(c *httpapi.Call, rows []Endpoint) endpointsOut {
	shown := views(rows, "", func(e Endpoint, _ string) endpointView { return newEndpointView(c, e) })
	return endpointsOut{Endpoints: shown, Links: linksOf(c)}
}

// endpointGroupProjectList serves GET /v3/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}/projects.
// Quirk: a group that is not there has no projects.
func (s *Service) endpointGroupProjectList(c *httpapi.Call) (projectsOut, error) {
	if err := enforce(c, nil); err != nil {
		return projectsOut{}, err
	}
	return s.projectsGiven(c, func(p *projectEndpoint) bool { return p.GroupID == c.Var("endpoint_group_id") }), nil
}

// projectsGiven shows the projects that were given something.
func (s *Service) projectsGiven(c *httpapi.Call, given func(*projectEndpoint) bool) projectsOut {
	view := s.db.View()
	var rows []Project
	for p := range s.projectEndpoints.All(view) {
		if project, ok := s.projects.Get(view, p.ProjectID); ok && given(&p) {
			rows = append(rows, project)
		}
	}
	return projectsOut{Projects: views(rows, c.URL("/v3/projects"), newProjectView), Links: linksOf(c)}
}
