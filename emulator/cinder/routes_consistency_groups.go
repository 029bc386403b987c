package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// consistencyRows are consistency groups and their snapshots, deprecated for groups and theirs.
func consistencyRows() []row {
	const (
		groups    = project + "/consistencygroups"
		group     = groups + "/{id}"
		snapshots = project + "/cgsnapshots"
		snapshot  = snapshots + "/{id}"
	)
	return []row{
		{
			Op: "cinder.consistencygroups.list", Method: "GET", Path: groups, Policy: "group:get_all",
			Handle: httpapi.Get((*Service).consistencyList),
		},
		{
			Op: "cinder.consistencygroups.list_detail", Method: "GET", Path: groups + "/detail", Policy: "group:get_all",
			Handle: httpapi.Get((*Service).consistencyListDetail),
		},
		{
			Op: "cinder.consistencygroups.create", Method: "POST", Path: groups, Success: 202, Policy: "group:create",
			Body: httpapi.Schema(schemaConsistencyCreate), Handle: httpapi.JSON((*Service).consistencyCreate),
		},
		{
			Op: "cinder.consistencygroups.create_from_src", Method: "POST", Path: groups + "/create_from_src", Success: 202, Policy: "group:create",
			Body: httpapi.Schema(schemaConsistencyFromSource), Handle: httpapi.JSON((*Service).consistencyCreateFromSource),
		},
		{
			Op: "cinder.consistencygroups.show", Method: "GET", Path: group, Policy: "group:get", Late: true,
			Handle: httpapi.Get((*Service).consistencyShow),
		},
		{
			Op: "cinder.consistencygroups.delete", Method: "POST", Path: group + "/delete", Success: 202, Policy: "group:delete", Late: true,
			Body: httpapi.Schema(schemaConsistencyDelete), Handle: reading((*Service).consistencyDelete),
		},
		{
			Op: "cinder.consistencygroups.update", Method: "PUT", Path: group + "/update", Success: 202, Policy: "group:update", Late: true,
			Body: httpapi.Schema(schemaConsistencyUpdate), Handle: reading((*Service).consistencyUpdate),
		},
		{
			Op: "cinder.consistencygroups.update", Method: "PUT", Path: group, Success: 202, Policy: "group:update", Late: true,
			Body: httpapi.Schema(schemaConsistencyUpdate), Handle: reading((*Service).consistencyUpdate),
		},
		{Op: "cinder.consistencygroups.delete", Method: "DELETE", Path: group, Handle: httpapi.Do((*Service).consistencyNoSuch)},
		{
			Op: "cinder.cgsnapshots.list", Method: "GET", Path: snapshots, Policy: "group:get_all_group_snapshots", Late: true,
			Handle: httpapi.Get((*Service).consistencySnapshotList),
		},
		{
			Op: "cinder.cgsnapshots.list_detail", Method: "GET", Path: snapshots + "/detail", Policy: "group:get_all_group_snapshots", Late: true,
			Handle: httpapi.Get((*Service).consistencySnapshotListDetail),
		},
		{
			Op: "cinder.cgsnapshots.create", Method: "POST", Path: snapshots, Success: 202, Policy: "group:create_group_snapshot", Late: true,
			Body: httpapi.Schema(schemaConsistencySnapshot), Handle: httpapi.JSON((*Service).consistencySnapshotCreate),
		},
		{
			Op: "cinder.cgsnapshots.show", Method: "GET", Path: snapshot, Policy: "group:get_group_snapshot", Late: true,
			Handle: httpapi.Get((*Service).consistencySnapshotShow),
		},
		{
			Op: "cinder.cgsnapshots.delete", Method: "DELETE", Path: snapshot, Success: 202, Policy: "group:delete_group_snapshot", Late: true,
			Handle: (*Service).consistencySnapshotDelete,
		},
	}
}
