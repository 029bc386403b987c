package neutron

// gap is an operation that upstream has and this package does not.
type gap struct{ op, method, path string }

// gapRows answer 501 for what is not emulated, and list it.
func gapRows() []row {
	var rows []row
	for _, g := range gaps() {
		rows = append(rows, row{Op: "neutron." + g.op, Method: g.method, Path: "/v2.0" + g.path})
	}
	return rows
}

// gaps are those that users of servers may meet. The rest of the API is not listed, and answers 501 all the same.
func gaps() []gap {
	const (
		router     = "/routers/{router_id}"
		floatingIP = "/floatingips/{floatingip_id}"
		quota      = "/quotas/{project_id}"
	)
	return []gap{
		{"agents.list", "GET", "/agents"},
		{"floatingips.create", "POST", "/floatingips"},
		{"floatingips.show", "GET", floatingIP},
		{"floatingips.update", "PUT", floatingIP},
		{"floatingips.delete", "DELETE", floatingIP},
		{"quotas.list", "GET", "/quotas"},
		{"quotas.update", "PUT", quota},
		{"quotas.delete", "DELETE", quota},
		{"quotas.show_details", "GET", quota + "/details"},
		{"routers.create", "POST", "/routers"},
		{"routers.show", "GET", router},
		{"routers.update", "PUT", router},
		{"routers.delete", "DELETE", router},
		{"routers.add_router_interface", "PUT", router + "/add_router_interface"},
		{"routers.remove_router_interface", "PUT", router + "/remove_router_interface"},
		{"subnetpools.list", "GET", "/subnetpools"},
		{"subnetpools.create", "POST", "/subnetpools"},
	}
}
