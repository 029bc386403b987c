package nova

// gap is an operation that upstream has and this package does not.
type gap struct{ op, method, path, action string }

// gapRows answer 501 for what is not emulated, and list it.
func gapRows() []row {
	var rows []row
	for _, g := range gaps() {
		rows = append(rows, row{Op: "nova." + g.op, Method: g.method, Path: "/v2.1" + g.path, Action: g.action})
	}
	return rows
}

// gaps are those that clients of storage may meet. The rest of the API is not listed, and answers 501 all the same.
func gaps() []gap {
	list := []gap{
		{"flavors.update", "PUT", "/flavors/{flavor_id}", ""},
		{"flavors.access.list", "GET", "/flavors/{flavor_id}/os-flavor-access", ""},
		{"flavors.extra_specs.show", "GET", "/flavors/{flavor_id}/os-extra_specs/{key}", ""},
		{"flavors.extra_specs.update", "PUT", "/flavors/{flavor_id}/os-extra_specs/{key}", ""},
		{"hypervisors.list", "GET", "/os-hypervisors", ""},
		{"hypervisors.list_detail", "GET", "/os-hypervisors/detail", ""},
		{"services.update", "PUT", "/os-services/{service_id}", ""},
		{"services.delete", "DELETE", "/os-services/{service_id}", ""},
		{"flavors.addTenantAccess", "POST", "/flavors/{flavor_id}/action", "addTenantAccess"},
		{"flavors.removeTenantAccess", "POST", "/flavors/{flavor_id}/action", "removeTenantAccess"},
	}
	for _, name := range []string{
		"addFixedIp", "addFloatingIp", "addSecurityGroup", "changePassword", "confirmResize", "createBackup", "createImage", "evacuate",
		"forceDelete", "injectNetworkInfo", "lock", "migrate", "os-getConsoleOutput", "os-getRDPConsole", "os-getSPICEConsole",
		"os-getSerialConsole", "os-getVNCConsole", "os-migrateLive", "os-resetState", "pause", "rebuild", "removeFixedIp",
		"removeFloatingIp", "removeSecurityGroup", "rescue", "resetNetwork", "resize", "restore", "resume", "revertResize", "shelve",
		"shelveOffload", "suspend", "trigger_crash_dump", "unlock", "unpause", "unrescue", "unshelve",
	} {
		list = append(list, gap{"servers." + name, "POST", "/servers/{server_id}/action", name})
	}
	return list
}
