package keystone

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Region is where endpoints are.
type Region struct {
	ID             string
	Description    string
	ParentRegionID string
	Extra          map[string]any
}

// CatalogService is a service that the catalog lists.
type CatalogService struct {
	ID      string
	Type    string
	Enabled bool
	Extra   map[string]any // name and description: upstream has no columns for them
}

// Endpoint is where a service is reached. Its URL is a template, see catalogURL.
type Endpoint struct {
	ID        string
	Interface string // public, internal or admin
	RegionID  string
	ServiceID string
	URL       string
	Enabled   bool
	Extra     map[string]any
}

// catalogView is the catalog as tokens show it.
type catalogView struct {
	Endpoints []catalogEndpoint `json:"endpoints"`
	ID        string            `json:"id"`
	Type      string            `json:"type"`
	Name      any               `json:"name"`
}

type catalogEndpoint struct {
	ID        string  `json:"id"`
	Interface string  `json:"interface"`
	RegionID  *string `json:"region_id"`
	URL       string  `json:"url"`
	Region    *string `json:"region"`
}

// catalog lists what a token's bearer can reach: all enabled services with their enabled endpoints, less those whose
// URL cannot be filled in. A project that was given endpoints of its own has only those.
func (s *Service) catalog(c *httpapi.Call, r state.Reader, userID, projectID string) []catalogView {
	byService := map[string][]catalogEndpoint{}
	given := map[string]bool{} // what the project was given; when nothing was, it has all
	if projectID != "" && s.projectEndpoints.Len(r) > 0 {
		for _, e := range s.endpointsFor(r, projectID) {
			given[e.ID] = true
		}
	}
	if all := s.conf.EndpointFilter.ReturnAllEndpointsIfNoFilter; len(given) == 0 && all != nil && !*all {
		return []catalogView{}
	}
	for e := range s.endpoints.All(r) {
		if !e.Enabled || len(given) > 0 && !given[e.ID] {
			continue
		}
		if url, ok := catalogURL(c, e.URL, userID, projectID); ok {
			byService[e.ServiceID] = append(byService[e.ServiceID],
				catalogEndpoint{e.ID, e.Interface, orNull(e.RegionID), url, orNull(e.RegionID)})
		}
	}
	views := make([]catalogView, 0, s.services.Len(r))
	for service := range s.services.All(r) {
		if !service.Enabled {
			continue
		}
		view := catalogView{Endpoints: byService[service.ID], ID: service.ID, Type: service.Type, Name: ""}
		if name, ok := service.Extra["name"]; ok {
			view.Name = name
		}
		if view.Endpoints == nil && len(given) > 0 {
			continue
		}
		if view.Endpoints == nil {
			view.Endpoints = []catalogEndpoint{}
		}
		views = append(views, view)
	}
	return views
}

// catalogURL fills in a template: $(name)s or %(name)s for user_id, project_id and tenant_id, and %% for a percent sign.
// A URL that wants a project where there is none, or that is malformed, is left out of the catalog.
func catalogURL(c *httpapi.Call, template, userID, projectID string) (string, bool) {
	return format(siteURL(c, template), func(name string) (string, bool) {
		switch name {
		case "user_id":
			return userID, true
		case "project_id", "tenant_id":
			return projectID, projectID != ""
		}
		return "", false
	})
}

// site begins the URLs of services that are part of this cloud. What follows it, up to a slash, is the service's prefix.
const site = "$(site)s"

// siteURL puts in the address by which the client has reached this cloud.
func siteURL(c *httpapi.Call, template string) string {
	path, ours := strings.CutPrefix(template, site)
	if !ours {
		return template
	}
	if i := strings.IndexByte(path[min(1, len(path)):], '/'); i >= 0 {
		return c.Sibling(path[:i+1], path[i+1:])
	}
	return c.Sibling(path, "")
}

// format is Python's % for names: it fails where that would raise.
func format(template string, value func(name string) (string, bool)) (string, bool) {
	template = strings.ReplaceAll(template, "$(", "%(")
	var b strings.Builder
	for {
		before, after, more := strings.Cut(template, "%")
		b.WriteString(before)
		switch {
		case !more:
			return b.String(), true
		case strings.HasPrefix(after, "%"):
			b.WriteByte('%')
			template = after[1:]
		case strings.HasPrefix(after, "("):
			name, rest, ok := strings.Cut(after[1:], ")s")
			v, known := value(name)
			if !ok || !known {
				return "", false
			}
			b.WriteString(v)
			template = rest
		default:
			return "", false
		}
	}
}
