package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// manageRows are what lies on backends, to be managed: in the old places, and in the new since 3.8.
func manageRows() []row {
	rows := append(volumeManageRowsAt("os-volume-manage", ""), volumeManageRowsAt("manageable_volumes", "3.8")...)
	rows = append(rows, snapshotManageRowsAt("os-snapshot-manage", "")...)
	return append(rows, snapshotManageRowsAt("manageable_snapshots", "3.8")...)
}

func volumeManageRowsAt(collection, since string) []row {
	op, path := "cinder."+collection, project+"/"+collection
	return []row{
		{
			Op: op + ".list", Method: "GET", Path: path, Since: since, Policy: "volume_extension:list_manageable",
			Handle: httpapi.Get((*Service).manageableVolumeList),
		},
		{
			Op: op + ".list_detail", Method: "GET", Path: path + "/detail", Since: since, Policy: "volume_extension:list_manageable",
			Handle: httpapi.Get((*Service).manageableVolumeListDetail),
		},
		{
			Op: op + ".create", Method: "POST", Path: path, Since: since, Success: 202, Policy: "volume_extension:volume_manage",
			Body:   httpapi.Bodies{{Schema: schemaVolumeManage}, {Since: "3.16", Schema: schemaVolumeManage316}},
			Handle: httpapi.JSON((*Service).volumeManage),
		},
	}
}

func snapshotManageRowsAt(collection, since string) []row {
	op, path := "cinder."+collection, project+"/"+collection
	return []row{
		{
			Op: op + ".list", Method: "GET", Path: path, Since: since, Policy: "snapshot_extension:list_manageable",
			Handle: httpapi.Get((*Service).manageableSnapshotList),
		},
		{
			Op: op + ".list_detail", Method: "GET", Path: path + "/detail", Since: since, Policy: "snapshot_extension:list_manageable",
			Handle: httpapi.Get((*Service).manageableSnapshotListDetail),
		},
		{
			Op: op + ".create", Method: "POST", Path: path, Since: since, Success: 202, Policy: "snapshot_extension:snapshot_manage", Late: true,
			Body: httpapi.Schema(schemaSnapshotManage), Handle: httpapi.JSON((*Service).snapshotManage),
		},
	}
}
