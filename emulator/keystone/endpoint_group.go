package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// EndpointGroup is all endpoints that have something in common.
type EndpointGroup struct {
	ID          string
	Name        string
	Description *string
	Filters     schema.Dict // service_id, region_id, interface
}

func (g *EndpointGroup) attribute(name string) (any, bool) { return g.Name, name == "name" }

// has tells whether an endpoint is one of the group.
func (g *EndpointGroup) has(e Endpoint) bool {
	for _, f := range g.Filters {
		var value any
		switch f.Key {
		case "service_id":
			value = e.ServiceID
		case "interface":
			value = e.Interface
		case "region_id":
			value = nullable(e.RegionID)
		}
		if f.Value != value {
			return false
		}
	}
	return true
}

type endpointGroupView struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Description *string     `json:"description"`
	Filters     schema.Dict `json:"filters"`
	Links       selfLink    `json:"links"`
}

func newEndpointGroupView(g EndpointGroup, collection string) endpointGroupView {
	return endpointGroupView{g.ID, g.Name, g.Description, orEmptyDict(g.Filters), selfLink{collection + "/" + g.ID}}
}

// projectEndpoint gives a project an endpoint in its catalog, or with a group all endpoints of the group.
type projectEndpoint struct {
	Key        string // the project first
	ProjectID  string
	EndpointID string // or
	GroupID    string
}

func newProjectEndpoint(project, endpoint, group string) projectEndpoint {
	kind, id := "endpoint", endpoint
	if group != "" {
		kind, id = "group", group
	}
	return projectEndpoint{Key: keyOf(project, kind, id), ProjectID: project, EndpointID: endpoint, GroupID: group}
}

// endpointsFor lists the endpoints that a project was given, directly and by groups.
func (t *tables) endpointsFor(r state.Reader, project string) []Endpoint {
	var found []Endpoint
	seen := map[string]bool{}
	add := func(e Endpoint) {
		if !seen[e.ID] {
			seen[e.ID] = true
			found = append(found, e)
		}
	}
	for given := range t.projectEndpoints.WithPrefix(r, keyOf(project, "")) {
		if given.GroupID == "" {
			if e, ok := t.endpoints.Get(r, given.EndpointID); ok {
				add(e)
			}
			continue
		}
		if g, ok := t.endpointGroups.Get(r, given.GroupID); ok {
			for _, e := range t.endpointsOf(r, g) {
				add(e)
			}
		}
	}
	return found
}

// endpointsOf lists the endpoints of a group.
func (t *tables) endpointsOf(r state.Reader, g EndpointGroup) []Endpoint {
	return keep(collect(t.endpoints.All(r)), func(e *Endpoint) bool { return g.has(*e) })
}
