package neutron

import (
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// zone is the availability zone of everything.
const zone = "nova"

// quotas are the configuration's default limits (neutron/conf/quota.py).
var quotas = map[string]int{
	"network": 100, "subnet": 100, "port": 500, "security_group": 10, "security_group_rule": 100, "router": 10, "floatingip": 50,
	"subnetpool": -1, "rbac_policy": 10,
}

// quotaShow serves GET /quotas/{project_id}, also with /default at the end. API reference: Networking, "List quotas for a
// project".
func (s *Service) quotaShow(c *httpapi.Call) (schema.Dict, error) {
	project := c.Var("project_id")
	if err := c.Authorize(policy.Map{"project_id": project, "tenant_id": project}); err != nil {
		return nil, err
	}
	var view schema.Dict
	for _, name := range []string{"network", "subnet", "subnetpool", "port", "router", "floatingip", "rbac_policy", "security_group", "security_group_rule"} {
		view = append(view, schema.Pair{Key: name, Value: quotas[name]})
	}
	return schema.Dict{{"quota", append(view, schema.Pair{Key: "project_id", Value: project})}}, nil
}

var zoneAttributes = []attribute{{name: "name", filters: true}, {name: "resource", filters: true}, {name: "state", filters: true}}

// zoneList serves GET /availability_zones. API reference: Networking, "List all availability zones".
func (s *Service) zoneList(c *httpapi.Call) (schema.Dict, error) {
	return page(c, "availability_zones", zoneAttributes, []schema.Dict{{{"name", zone}, {"resource", "network"}, {"state", "available"}}})
}

// What routers and floating IPs can be filtered and sorted by.
var (
	routerAttributes = []attribute{
		{name: "id", filters: true, sorts: true},
		{name: "name", filters: true, sorts: true},
		{name: "admin_state_up", filters: true, sorts: true},
		{name: "status", sorts: true},
		{name: "project_id", filters: true, sorts: true},
		{name: "description", filters: true, sorts: true},
	}
	floatingIPAttributes = []attribute{
		{name: "id", filters: true, sorts: true},
		{name: "floating_ip_address", filters: true, sorts: true},
		{name: "floating_network_id", filters: true, sorts: true},
		{name: "router_id", filters: true, sorts: true},
		{name: "port_id", filters: true},
		{name: "fixed_ip_address", filters: true, sorts: true},
		{name: "project_id", filters: true, sorts: true},
		{name: "status", filters: true, sorts: true},
		{name: "description", filters: true, sorts: true},
	}
)

// routerList serves GET /routers, of which there are none. API reference: Networking, "List routers".
func (s *Service) routerList(c *httpapi.Call) (schema.Dict, error) {
	return page(c, "routers", routerAttributes, nil)
}

// floatingIPList serves GET /floatingips, of which there are none. API reference: Networking, "List floating IPs".
func (s *Service) floatingIPList(c *httpapi.Call) (schema.Dict, error) {
	return page(c, "floatingips", floatingIPAttributes, nil)
}
