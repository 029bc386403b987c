package neutron

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// versionList serves GET / for everybody. API reference: Networking, "List API versions".
func (s *Service) versionList(c *httpapi.Call) (schema.Dict, error) {
	return schema.Dict{{"versions", []schema.Dict{
		{{"id", "v2.0"}, {"status", "CURRENT"}, {"links", []link{{"self", c.URL("/v2.0/")}}}},
	}}}, nil
}

// resourceList serves GET /v2.0/. API reference: Networking, "Show API v2 details".
func (s *Service) resourceList(c *httpapi.Call) (schema.Dict, error) {
	var resources []schema.Dict
	for _, name := range []string{"network", "subnet", "subnetpool", "port"} {
		collection := name + "s"
		resources = append(resources, schema.Dict{
			{"name", name}, {"collection", collection}, {"links", []link{{"self", c.URL("/v2.0/" + collection)}}},
		})
	}
	return schema.Dict{{"resources", resources}}, nil
}

// extension is a part of the API that a cloud may lack.
type extension struct{ alias, name, description, updated string }

// extensions are those whose attributes and filters are there (neutron_lib/api/definitions).
var extensions = []extension{
	{"availability_zone", "Availability Zone", "Zones of networks", "2015-01-01T10:00:00-00:00"},
	{"binding", "Port Binding", "What a port is bound to", "2014-02-03T10:00:00-00:00"},
	{"empty-string-filtering", "Empty String Filtering Extension", "Filters for empty values", "2018-05-01T10:00:00-00:00"},
	{"external-net", "Neutron external network", "Networks that lead outside", "2013-01-14T10:00:00-00:00"},
	{"filter-validation", "Filter parameters validation", "Filters that there are not are refused", "2018-07-04T10:00:00-00:00"},
	{"net-mtu", "Network MTU", "The MTU of networks", "2015-03-25T10:00:00-00:00"},
	{"network_availability_zone", "Network Availability Zone", "The zones that a network is in", "2015-01-01T10:00:00-00:00"},
	{"pagination", "Pagination support", "Lists in pages", "2016-06-12T00:00:00-00:00"},
	{"port-security", "Port Security", "Ports with and without filters of traffic", "2012-07-23T10:00:00-00:00"},
	{"port-security-groups-filtering", "Port filtering on security groups", "Ports by their security groups", "2018-01-09T09:00:00-07:00"},
	{"project-id", "project_id field enabled", "Projects by that name", "2016-09-09T09:09:09-09:09"},
	{"quotas", "Quota management support", "Limits of projects", "2012-07-29T10:00:00-00:00"},
	{"revision-if-match", "If-Match constraints based on revision_number", "Changes of one revision only", "2016-12-11T00:00:00-00:00"},
	{"router", "Neutron L3 Router", "Routers and floating IPs", "2012-07-20T10:00:00-00:00"},
	{"security-group", "security-group", "Groups of rules of traffic", "2012-10-05T10:00:00-00:00"},
	{"sorting", "Sorting support", "Lists in orders", "2016-06-12T00:00:00-00:00"},
	{"standard-attr-description", "standard-attr-description", "Descriptions", "2016-02-10T10:00:00-00:00"},
	{"standard-attr-revisions", "Resource revision numbers", "Numbers of changes", "2016-04-11T10:00:00-00:00"},
	{"standard-attr-timestamp", "Resource timestamps", "Times of creation and change", "2016-09-12T10:00:00-00:00"},
}

func (e extension) view() schema.Dict {
	return schema.Dict{{"name", e.name}, {"alias", e.alias}, {"description", e.description}, {"updated", e.updated}, {"links", []link{}}}
}

// extensionList serves GET /extensions. API reference: Networking, "List extensions".
func (s *Service) extensionList(*httpapi.Call) (schema.Dict, error) {
	var views []schema.Dict
	for _, e := range extensions {
		views = append(views, e.view())
	}
	return schema.Dict{{"extensions", views}}, nil
}

// extensionShow serves GET /extensions/{alias}. API reference: Networking, "Show extension details".
func (s *Service) extensionShow(c *httpapi.Call) (schema.Dict, error) {
	for _, e := range extensions {
		if e.alias == c.Var("alias") {
			return schema.Dict{{"extension", e.view()}}, nil
		}
	}
	return nil, raised(fail.NotFound, "HTTPNotFound", "Extension with alias %s does not exist", c.Var("alias"))
}
