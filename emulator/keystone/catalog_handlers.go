package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type catalogOut struct {
	Catalog []catalogView `json:"catalog"`
	Links   selfLink      `json:"links"`
}

// authCatalogShow serves GET /v3/auth/catalog.
func (s *Service) authCatalogShow(c *httpapi.Call) (catalogOut, error) {
	if err := enforce(c, nil); err != nil {
		return catalogOut{}, err
	}
	if c.Auth.ProjectID == "" {
		return catalogOut{}, &fail.Error{Kind: fail.Forbidden}
	}
	catalog := s.catalog(c, s.db.View(), c.Auth.UserID, c.Auth.ProjectID)
	return catalogOut{catalog, selfLink{c.URL("/v3/auth/catalog")}}, nil
}

func (r *Region) attribute(name string) (any, bool) {
	if name == "parent_region_id" {
		return orNull(r.ParentRegionID), true
	}
	v, ok := r.Extra[name]
	return v, ok
}

// regionView is a region as the API shows it.
type regionView struct {
	ID             string   `json:"id"`
	Description    string   `json:"description"`
	ParentRegionID *string  `json:"parent_region_id"`
	Links          selfLink `json:"links"`

	extra map[string]any
}

func (v regionView) MarshalJSON() ([]byte, error) {
	type plain regionView
	return withExtra(v.extra, plain(v))
}

func newRegionView(r Region, collection string) regionView {
	return regionView{
		ID: r.ID, Description: r.Description, ParentRegionID: orNull(r.ParentRegionID),
		Links: selfLink{collection + "/" + r.ID}, extra: r.Extra,
	}
}

type regionOut struct {
	Region regionView `json:"region"`
}

type regionsOut struct {
	Regions   []regionView `json:"regions"`
	Links     listLinks    `json:"links"`
	Truncated bool         `json:"truncated,omitempty"`
}

// regionList serves GET /v3/regions.
func (s *Service) regionList(c *httpapi.Call) (regionsOut, error) {
	if err := s.checkQuery(c, regionListQuery); err != nil {
		return regionsOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return regionsOut{}, err
	}
	rows := selected(s.regions.All(s.db.View()), filtersOf(c, "parent_region_id"))
	p, err := paged(s, c, rows, func(r *Region) string { return r.ID })
	return regionsOut{views(p.rows, c.URL("/v3/regions"), newRegionView), p.links, p.truncated}, err
}

// regionShow serves GET /v3/regions/{region_id}.
func (s *Service) regionShow(c *httpapi.Call) (regionOut, error) {
	if err := enforce(c, nil); err != nil {
		return regionOut{}, err
	}
	r, ok := s.regions.Get(s.db.View(), c.Var("region_id"))
	if !ok {
		return regionOut{}, fail.Missing("region", c.Var("region_id"))
	}
	return regionOut{newRegionView(r, c.URL("/v3/regions"))}, nil
}

func (s *CatalogService) attribute(name string) (any, bool) {
	if name == "type" {
		return s.Type, true
	}
	v, ok := s.Extra[name]
	return v, ok
}

// serviceView is a service of the catalog as the API shows it.
type serviceView struct {
	ID      string   `json:"id"`
	Type    string   `json:"type"`
	Enabled bool     `json:"enabled"`
	Links   selfLink `json:"links"`

	extra map[string]any
}

func (v serviceView) MarshalJSON() ([]byte, error) {
	type plain serviceView
	return withExtra(v.extra, plain(v))
}

func newServiceView(s CatalogService, collection string) serviceView {
	return serviceView{ID: s.ID, Type: s.Type, Enabled: s.Enabled, Links: selfLink{collection + "/" + s.ID}, extra: s.Extra}
}

type serviceOut struct {
	Service serviceView `json:"service"`
}

type servicesOut struct {
	Services  []serviceView `json:"services"`
	Links     listLinks     `json:"links"`
	Truncated bool          `json:"truncated,omitempty"`
}

// serviceList serves GET /v3/services.
func (s *Service) serviceList(c *httpapi.Call) (servicesOut, error) {
	if err := enforce(c, nil); err != nil {
		return servicesOut{}, err
	}
	rows := selected(s.services.All(s.db.View()), filtersOf(c, "type", "name"))
	p, err := paged(s, c, rows, func(s *CatalogService) string { return s.ID })
	return servicesOut{views(p.rows, c.URL("/v3/services"), newServiceView), p.links, p.truncated}, err
}

// serviceShow serves GET /v3/services/{service_id}.
func (s *Service) serviceShow(c *httpapi.Call) (serviceOut, error) {
	if err := enforce(c, nil); err != nil {
		return serviceOut{}, err
	}
	service, ok := s.services.Get(s.db.View(), c.Var("service_id"))
	if !ok {
		return serviceOut{}, fail.Missing("service", c.Var("service_id"))
	}
	return serviceOut{newServiceView(service, c.URL("/v3/services"))}, nil
}

func (e *Endpoint) attribute(name string) (any, bool) {
	switch name {
	case "interface":
		return e.Interface, true
	case "service_id":
		return e.ServiceID, true
	case "region_id":
		return orNull(e.RegionID), true
	}
	v, ok := e.Extra[name]
	return v, ok
}

// endpointView is an endpoint as the API shows it. Its URL names this cloud as the client reached it, and keeps what
// only a token can fill in.
type endpointView struct {
	ID        string   `json:"id"`
	Interface string   `json:"interface"`
	RegionID  *string  `json:"region_id"`
	ServiceID string   `json:"service_id"`
	URL       string   `json:"url"`
	Enabled   bool     `json:"enabled"`
	Region    *string  `json:"region"`
	Links     selfLink `json:"links"`

	extra map[string]any
	bare  bool // without the region's old name
}

func (v endpointView) MarshalJSON() ([]byte, error) {
	type plain endpointView
	if v.bare {
		return withExtra(v.extra, struct {
			plain
			Region *string `json:"region,omitempty"`
		}{plain: plain(v)})
	}
	return withExtra(v.extra, plain(v))
}

func newEndpointView(c *httpapi.Call, e Endpoint) endpointView {
	return endpointView{
		ID: e.ID, Interface: e.Interface, RegionID: orNull(e.RegionID), ServiceID: e.ServiceID,
		URL: siteURL(c, e.URL), Enabled: e.Enabled, Region: orNull(e.RegionID),
		Links: selfLink{c.URL("/v3/endpoints/" + e.ID)}, extra: e.Extra,
	}
}

type endpointOut struct {
	Endpoint endpointView `json:"endpoint"`
}

type endpointsOut struct {
	Endpoints []endpointView `json:"endpoints"`
	Links     listLinks      `json:"links"`
	Truncated bool           `json:"truncated,omitempty"`
}

// endpointList serves GET /v3/endpoints.
func (s *Service) endpointList(c *httpapi.Call) (endpointsOut, error) {
	if err := s.checkQuery(c, endpointListQuery); err != nil {
		return endpointsOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return endpointsOut{}, err
	}
	rows := selected(s.endpoints.All(s.db.View()), filtersOf(c, "interface", "service_id", "region_id"))
	p, err := paged(s, c, rows, func(e *Endpoint) string { return e.ID })
	shown := views(p.rows, "", func(e Endpoint, _ string) endpointView { return newEndpointView(c, e) })
	return endpointsOut{shown, p.links, p.truncated}, err
}

// endpointShow serves GET /v3/endpoints/{endpoint_id}.
func (s *Service) endpointShow(c *httpapi.Call) (endpointOut, error) {
	if err := enforce(c, nil); err != nil {
		return endpointOut{}, err
	}
	e, ok := s.endpoints.Get(s.db.View(), c.Var("endpoint_id"))
	if !ok {
		return endpointOut{}, fail.Missing("endpoint", c.Var("endpoint_id"))
	}
	return endpointOut{newEndpointView(c, e)}, nil
}
