package cinder

import (
	"net/url"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// param is a parameter of a query.
type param struct{ Name, Value string }

// paramsOf are the query's parameters in their order; of several with one name the last counts.
func paramsOf(c *httpapi.Call) []param {
	var params []param
	for pair := range strings.SplitSeq(c.Request.URL.RawQuery, "&") {
		k, v, _ := strings.Cut(pair, "=")
		name, errName := url.QueryUnescape(k)
		value, errValue := url.QueryUnescape(v)
		if pair == "" || errName != nil || errValue != nil {
			continue
		}
		params = slices.DeleteFunc(params, func(p param) bool { return p.Name == name })
		params = append(params, param{name, value})
	}
	return params
}

// filterParams are the parameters that are not about paging and sorting. From a microversion on, usually 3.31, those that
// are no filters of the resource are refused to everybody but administrators (cinder/api/common.py), who may ask for any
// field.
func filterParams(c *httpapi.Call, resource string, checkedSince httpapi.Microversion) ([]param, error) {
	params := slices.DeleteFunc(paramsOf(c), func(p param) bool {
		return slices.Contains([]string{"limit", "marker", "offset", "sort", "sort_key", "sort_dir"}, p.Name)
	})
	if !c.Version.AtLeast(checkedSince) {
		return params, nil
	}
	return rejectInvalidFilters(c, params, resource)
}

// rejectInvalidFilters is the check that microversion 3.31 brought. Pools are an administrator's already, so theirs
// binds all.
func rejectInvalidFilters(c *httpapi.Call, params []param, resource string) ([]param, error) {
	for _, p := range params {
		if strings.ContainsFunc(p.Name, func(r rune) bool { return r > 127 }) {
			return nil, fail.New(fail.Invalid, "Filter keys can only contain ASCII characters.")
		}
	}
	if isAdmin(c) && resource != "pool" {
		return params, nil
	}
	known := resourceFilters(resource)
	var invalid []string
	for _, p := range params {
		if slices.Contains(known, p.Name) || c.Version.AtLeast(mvLikeFilter) && slices.Contains(known, p.Name+"~") {
			continue
		}
		if p.Name != "all_tenants" { // clients add it always
			invalid = append(invalid, p.Name)
		}
	}
	if len(invalid) > 0 {
		return nil, fail.New(fail.Invalid, "Invalid filters %s are found in query options.", strings.Join(invalid, ","))
	}
	return slices.DeleteFunc(params, func(p param) bool { return p.Name == "all_tenants" }), nil
}

// resourceFilter is what users may filter a resource by.
type resourceFilter struct {
	Resource string   `json:"resource"`
	Filters  []string `json:"filters"`
}

// allResourceFilters are upstream's as shipped (etc/cinder/resource_filters.json).
func allResourceFilters() []resourceFilter {
	return []resourceFilter{
		{"volume", []string{
			"name", "status", "metadata", "bootable", "migration_status", "availability_zone", "group_id", "size",
			"created_at", "updated_at", "consumes_quota",
		}},
		{"backup", []string{"name", "status", "volume_id"}},
		{"snapshot", []string{"name", "status", "volume_id", "metadata", "availability_zone", "consumes_quota"}},
		{"group", []string{"name"}},
		{"group_snapshot", []string{"name", "status", "group_id"}},
		{"attachment", []string{"volume_id", "status", "instance_id", "attach_status"}},
		{"message", []string{"resource_uuid", "resource_type", "event_id", "request_id", "message_level"}},
		{"pool", []string{"name", "volume_type"}},
		{"volume_type", []string{"is_public", "extra_specs"}},
	}
}

func resourceFilters(resource string) []string {
	for _, f := range allResourceFilters() {
		if f.Resource == resource {
			return f.Filters
		}
	}
	return nil
}

type resourceFiltersOut struct {
	ResourceFilters []resourceFilter `json:"resource_filters"`
}

// resourceFilterList serves GET /resource_filters, since 3.33. API reference: Block Storage v3, "List Resource Filters".
func (s *Service) resourceFilterList(c *httpapi.Call) (resourceFiltersOut, error) {
	out := resourceFiltersOut{ResourceFilters: []resourceFilter{}}
	resource, _ := lastOf(c.Query(), "resource")
	for _, f := range allResourceFilters() {
		if resource == "" || resource == f.Resource {
			out.ResourceFilters = append(out.ResourceFilters, f)
		}
	}
	return out, nil
}
