package neutron

import (
	"slices"
	"strings"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// row is an operation.
type row = httpapi.Operation[*Service]

// operations is the whole API.
var operations = sync.OnceValue(func() *httpapi.Table[*Service] {
	rows := slices.Concat(versionRows(), networkRows(), groupRows(), listRows(), gapRows())
	return httpapi.NewTable(resourceOf, rows)
})

// resourceOf is the first segment behind "/v2.0".
func resourceOf(path string) string {
	rest, ok := strings.CutPrefix(path, "/v2.0/")
	if !ok {
		return path
	}
	first, _, _ := strings.Cut(rest, "/")
	return first
}

func versionRows() []row {
	return []row{
		{Op: "neutron.versions.list", Method: "GET", Path: "/", Public: true, Handle: httpapi.Get((*Service).versionList)},
		{Op: "neutron.versions.list", Method: "GET", Path: "", Public: true, Handle: httpapi.Get((*Service).versionList)},
		{Op: "neutron.versions.show", Method: "GET", Path: "/v2.0/", Handle: httpapi.Get((*Service).resourceList)},
		{Op: "neutron.extensions.list", Method: "GET", Path: "/v2.0/extensions", Handle: httpapi.Get((*Service).extensionList)},
		{Op: "neutron.extensions.show", Method: "GET", Path: "/v2.0/extensions/{alias}", Handle: httpapi.Get((*Service).extensionShow)},
	}
}

// view is a handler without a body in the request that Get would read.
type view = func(*Service, *httpapi.Call) (schema.Dict, error)

// networkRows are what can be made. Lists need no rule: each of their rows does.
func networkRows() []row {
	var rows []row
	for _, r := range []struct {
		name                       string
		list, show, create, update view
		remove                     func(*Service, *httpapi.Call) error
	}{
		{"network", (*Service).networkList, (*Service).networkShow, (*Service).networkCreate, (*Service).networkUpdate, (*Service).networkDelete},
		{"subnet", (*Service).subnetList, (*Service).subnetShow, (*Service).subnetCreate, (*Service).subnetUpdate, (*Service).subnetDelete},
		{"port", (*Service).portList, (*Service).portShow, (*Service).portCreate, (*Service).portUpdate, (*Service).portDelete},
	} {
		op, all := "neutron."+r.name+"s.", "/v2.0/"+r.name+"s"
		one := all + "/{" + r.name + "_id}"
		rows = append(rows,
			row{Op: op + "list", Method: "GET", Path: all, Handle: httpapi.Get(r.list)},
			row{Op: op + "create", Method: "POST", Path: all, Success: 201, Policy: "create_" + r.name, Late: true, Handle: httpapi.Get(r.create)},
			row{Op: op + "show", Method: "GET", Path: one, Policy: "get_" + r.name, Late: true, Handle: httpapi.Get(r.show)},
			row{Op: op + "update", Method: "PUT", Path: one, Policy: "update_" + r.name, Late: true, Handle: httpapi.Get(r.update)},
			row{Op: op + "delete", Method: "DELETE", Path: one, Success: 204, Policy: "delete_" + r.name, Late: true, Handle: httpapi.Do(r.remove)},
		)
	}
	return rows
}

// listRows are what can only be looked at.
func listRows() []row {
	get := func(op, path, rule string, handle view) row {
		return row{Op: "neutron." + op, Method: "GET", Path: "/v2.0" + path, Policy: rule, Late: rule != "", Handle: httpapi.Get(handle)}
	}
	return []row{
		get("availability_zones.list", "/availability_zones", "", (*Service).zoneList),
		get("floatingips.list", "/floatingips", "", (*Service).floatingIPList),
		get("routers.list", "/routers", "", (*Service).routerList),
		get("quotas.show", "/quotas/{project_id}", "get_quota", (*Service).quotaShow),
		get("quotas.show_default", "/quotas/{project_id}/default", "get_quota", (*Service).quotaShow),
	}
}
