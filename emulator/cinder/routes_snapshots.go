package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// snapshotRows are snapshots, their metadata and their actions.
func snapshotRows() []row {
	const (
		snapshots = project + "/snapshots"
		one       = snapshots + "/{snapshot_id}"
		metadata  = one + "/metadata"
	)
	rows := []row{
		{
			Op: "cinder.snapshots.list", Method: "GET", Path: snapshots, Policy: "volume:get_all_snapshots", Late: true,
			Handle: httpapi.Get((*Service).snapshotList),
		},
		{
			Op: "cinder.snapshots.list_detail", Method: "GET", Path: snapshots + "/detail", Policy: "volume:get_all_snapshots", Late: true,
			Handle: httpapi.Get((*Service).snapshotListDetail),
		},
		{
			Op: "cinder.snapshots.create", Method: "POST", Path: snapshots, Success: 202, Policy: "volume:create_snapshot", Late: true,
			Body: httpapi.Schema(schemaSnapshotCreate), Handle: httpapi.JSON((*Service).snapshotCreate),
		},
		{
			Op: "cinder.snapshots.show", Method: "GET", Path: one, Policy: "volume:get_snapshot", Late: true,
			Handle: httpapi.Get((*Service).snapshotShow),
		},
		{
			Op: "cinder.snapshots.update", Method: "PUT", Path: one, Policy: "volume:update_snapshot", Late: true,
			Body: httpapi.Schema(schemaSnapshotUpdate), Handle: httpapi.JSON((*Service).snapshotUpdate),
		},
		{
			Op: "cinder.snapshots.delete", Method: "DELETE", Path: one, Success: 202, Policy: "volume:delete_snapshot", Late: true,
			Handle: (*Service).snapshotDelete,
		},
		{
			Op: "cinder.snapshots.metadata.list", Method: "GET", Path: metadata, Policy: "volume:get_snapshot_metadata", Late: true,
			Handle: httpapi.Get((*Service).snapshotMetadataList),
		},
		{
			Op: "cinder.snapshots.metadata.create", Method: "POST", Path: metadata, Policy: "volume:update_snapshot_metadata", Late: true,
			Body: httpapi.Schema(schemaSnapshotMetadata), Handle: httpapi.JSON((*Service).snapshotMetadataCreate),
		},
		{
			Op: "cinder.snapshots.metadata.replace", Method: "PUT", Path: metadata, Policy: "volume:update_snapshot_metadata", Late: true,
			Body: httpapi.Schema(schemaSnapshotMetadata), Handle: httpapi.JSON((*Service).snapshotMetadataReplace),
		},
		{
			Op: "cinder.snapshots.metadata.show", Method: "GET", Path: metadata + "/{key}", Policy: "volume:get_snapshot_metadata", Late: true,
			Handle: httpapi.Get((*Service).snapshotMetadataShow),
		},
		{
			Op: "cinder.snapshots.metadata.update", Method: "PUT", Path: metadata + "/{key}", Policy: "volume:update_snapshot_metadata", Late: true,
			Body: httpapi.Schema(schemaSnapshotMeta), Handle: httpapi.JSON((*Service).snapshotMetadataUpdate),
		},
		{
			Op: "cinder.snapshots.metadata.delete", Method: "DELETE", Path: metadata + "/{key}", Policy: "volume:delete_snapshot_metadata",
			Late: true, Handle: (*Service).snapshotMetadataDelete,
		},
	}
	return append(rows, snapshotActionRows()...)
}

// snapshotActionRows are POST /snapshots/{snapshot_id}/action.
func snapshotActionRows() []row {
	rows := []row{
		{
			Action: "os-reset_status", Policy: "volume_extension:snapshot_admin_actions:reset_status",
			Body: httpapi.Schema(schemaSnapshotReset), Handle: httpapi.Take((*Service).snapshotResetStatus),
		},
		{
			Action: "os-force_delete", Policy: "volume_extension:snapshot_admin_actions:force_delete",
			Body: httpapi.Schema(schemaForceDelete), Handle: httpapi.Do((*Service).snapshotForceDelete),
		},
		{
			Action: "os-update_snapshot_status", Policy: "snapshot_extension:snapshot_actions:update_snapshot_status",
			Body: httpapi.Schema(schemaSnapshotStatus), Handle: (*Service).snapshotUpdateStatus,
		},
		{
			Action: "os-unmanage", Policy: "snapshot_extension:snapshot_unmanage",
			Body: httpapi.Schema(schemaUnmanage), Handle: (*Service).snapshotUnmanage,
		},
	}
	for i := range rows {
		rows[i].Op = "cinder.snapshots." + rows[i].Action
		rows[i].Method, rows[i].Path, rows[i].Success, rows[i].Late = "POST", project+"/snapshots/{snapshot_id}/action", 202, true
	}
	return rows
}
