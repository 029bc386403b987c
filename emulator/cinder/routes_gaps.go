package cinder

// gap is an operation that upstream has and this package does not.
type gap struct{ op, method, path, action, since string }

// gapRows answer 501 for what is not emulated, and list it.
func gapRows() []row {
	var rows []row
	for _, g := range gaps() {
		rows = append(rows, row{Op: "cinder." + g.op, Method: g.method, Path: project + g.path, Action: g.action, Since: g.since})
	}
	return rows
}

func gaps() []gap {
	return []gap{
		{"manageable_snapshots.list", "GET", "/manageable_snapshots", "", ""},
		{"manageable_snapshots.create", "POST", "/manageable_snapshots", "", ""},
		{"manageable_snapshots.list_detail", "GET", "/manageable_snapshots/detail", "", ""},
		{"manageable_volumes.list", "GET", "/manageable_volumes", "", ""},
		{"manageable_volumes.create", "POST", "/manageable_volumes", "", ""},
		{"manageable_volumes.list_detail", "GET", "/manageable_volumes/detail", "", ""},
		{"os-snapshot-manage.list", "GET", "/os-snapshot-manage", "", ""},
		{"os-snapshot-manage.create", "POST", "/os-snapshot-manage", "", ""},
		{"os-snapshot-manage.list_detail", "GET", "/os-snapshot-manage/detail", "", ""},
		{"os-volume-manage.list", "GET", "/os-volume-manage", "", ""},
		{"os-volume-manage.create", "POST", "/os-volume-manage", "", ""},
		{"os-volume-manage.list_detail", "GET", "/os-volume-manage/detail", "", ""},
	}
}
