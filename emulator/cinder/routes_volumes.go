package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// versionRows are the documents that tell the versions.
func versionRows() []row {
	return []row{
		{Op: "cinder.versions.list", Method: "GET", Path: "/", Public: true, Success: 300, Handle: httpapi.Get((*Service).versionList)},
		{Op: "cinder.versions.redirect", Method: "GET", Path: "/v3", Handle: (*Service).versionRedirect},
		{Op: "cinder.versions.show", Method: "GET", Path: "/v3/", Handle: httpapi.Get((*Service).versionShow)},
	}
}

// volumeRows are volumes and their metadata.
func volumeRows() []row {
	const (
		volumes  = project + "/volumes"
		one      = volumes + "/{volume_id}"
		metadata = one + "/metadata"
	)
	return []row{
		{
			Op: "cinder.volumes.list", Method: "GET", Path: volumes, Policy: "volume:get_all", Late: true,
			Handle: httpapi.Get((*Service).volumeList),
		},
		{
			Op: "cinder.volumes.list_detail", Method: "GET", Path: volumes + "/detail", Policy: "volume:get_all", Late: true,
			Handle: httpapi.Get((*Service).volumeListDetail),
		},
		{
			Op: "cinder.volumes.summary", Method: "GET", Path: volumes + "/summary", Since: "3.12", Policy: "volume:get_all", Late: true,
			Handle: httpapi.Get((*Service).volumeSummary),
		},
		{
			Op: "cinder.volumes.create", Method: "POST", Path: volumes, Success: 202, Policy: "volume:create", Late: true,
			Body: httpapi.Bodies{
				{Schema: schemaVolumeCreate},
				{Since: "3.13", Schema: schemaVolumeCreate313},
				{Since: "3.47", Schema: schemaVolumeCreate347},
				{Since: "3.53", Schema: schemaVolumeCreate353},
			},
			Handle: httpapi.JSON((*Service).volumeCreate),
		},
		{
			Op: "cinder.volumes.show", Method: "GET", Path: one, Policy: "volume:get", Late: true,
			Handle: httpapi.Get((*Service).volumeShow),
		},
		{
			Op: "cinder.volumes.update", Method: "PUT", Path: one, Policy: "volume:update", Late: true,
			Body:   httpapi.Bodies{{Schema: schemaVolumeUpdate}, {Since: "3.53", Schema: schemaVolumeUpdate353}},
			Handle: httpapi.JSON((*Service).volumeUpdate),
		},
		{
			Op: "cinder.volumes.delete", Method: "DELETE", Path: one, Success: 202, Policy: "volume:delete", Late: true,
			Handle: (*Service).volumeDelete,
		},
		{
			Op: "cinder.volumes.encryption.list", Method: "GET", Path: one + "/encryption",
			Policy: "volume_extension:volume_encryption_metadata", Late: true, Handle: httpapi.Get((*Service).volumeEncryptionList),
		},
		{
			Op: "cinder.volumes.encryption.show", Method: "GET", Path: one + "/encryption/{key}",
			Policy: "volume_extension:volume_encryption_metadata", Late: true, Handle: (*Service).volumeEncryptionShow,
		},
		{
			Op: "cinder.volumes.metadata.list", Method: "GET", Path: metadata, Policy: "volume:get_volume_metadata", Late: true,
			Handle: (*Service).volumeMetadataList,
		},
		{
			Op: "cinder.volumes.metadata.create", Method: "POST", Path: metadata, Policy: "volume:create_volume_metadata", Late: true,
			Body: httpapi.Schema(schemaMetadata), Handle: httpapi.JSON((*Service).volumeMetadataCreate),
		},
		{
			Op: "cinder.volumes.metadata.replace", Method: "PUT", Path: metadata, Policy: "volume:update_volume_metadata", Late: true,
			Body: httpapi.Schema(schemaMetadata), Handle: (*Service).volumeMetadataReplace,
		},
		{
			Op: "cinder.volumes.metadata.show", Method: "GET", Path: metadata + "/{key}", Policy: "volume:get_volume_metadata", Late: true,
			Handle: httpapi.Get((*Service).volumeMetadataShow),
		},
		{
			Op: "cinder.volumes.metadata.update", Method: "PUT", Path: metadata + "/{key}", Policy: "volume:update_volume_metadata", Late: true,
			Body: httpapi.Schema(schemaMeta), Handle: (*Service).volumeMetadataUpdate,
		},
		{
			Op: "cinder.volumes.metadata.delete", Method: "DELETE", Path: metadata + "/{key}", Policy: "volume:delete_volume_metadata", Late: true,
			Handle: (*Service).volumeMetadataDelete,
		},
	}
}

// volumeActionRows are POST /volumes/{volume_id}/action.
func volumeActionRows() []row {
	rows := []row{
		{
			Action: "os-volume_upload_image", Success: 202, Policy: "volume_extension:volume_actions:upload_image",
			Handle: (*Service).volumeUploadImageChecked,
		},
		{
			Action: "os-extend", Success: 202, Policy: "volume:extend",
			Body: httpapi.Schema(schemaExtend), Handle: httpapi.Take((*Service).volumeExtend),
		},
		{
			Action: "os-retype", Success: 202, Policy: "volume:retype",
			Body: httpapi.Schema(schemaRetype), Handle: httpapi.Take((*Service).volumeRetype),
		},
		{
			Action: "os-reserve", Success: 202, Policy: "volume_extension:volume_actions:reserve",
			Body: httpapi.Schema(schemaReserve), Handle: httpapi.Do((*Service).volumeReserve),
		},
		{
			Action: "os-unreserve", Success: 202, Policy: "volume_extension:volume_actions:unreserve",
			Body: httpapi.Schema(schemaUnreserve), Handle: httpapi.Do((*Service).volumeUnreserve),
		},
		{
			Action: "os-attach", Success: 202, Policy: "volume_extension:volume_actions:attach",
			Body: httpapi.Schema(schemaAttach), Handle: httpapi.Take((*Service).volumeAttach),
		},
		{
			Action: "os-begin_detaching", Success: 202, Policy: "volume_extension:volume_actions:begin_detaching",
			Body: httpapi.Schema(schemaBeginDetaching), Handle: httpapi.Do((*Service).volumeBeginDetaching),
		},
		{
			Action: "os-roll_detaching", Success: 202, Policy: "volume_extension:volume_actions:roll_detaching",
			Body: httpapi.Schema(schemaRollDetaching), Handle: httpapi.Do((*Service).volumeRollDetaching),
		},
		{
			Action: "os-detach", Success: 202, Policy: "volume_extension:volume_actions:detach",
			Body: httpapi.Schema(schemaDetach), Handle: httpapi.Take((*Service).volumeDetach),
		},
		{
			Action: "os-set_bootable", Policy: "volume:update",
			Body: httpapi.Schema(schemaSetBootable), Handle: httpapi.Take((*Service).volumeSetBootable),
		},
		{
			Action: "os-update_readonly_flag", Success: 202, Policy: "volume:update_readonly_flag",
			Body: httpapi.Schema(schemaUpdateReadonly), Handle: httpapi.Take((*Service).volumeUpdateReadonly),
		},
		{
			Action: "revert", Since: "3.40", Success: 202, Policy: "volume:revert_to_snapshot",
			Body: httpapi.Schema(schemaRevert), Handle: httpapi.Take((*Service).volumeRevert),
		},
		{
			Action: "os-reimage", Since: "3.68", Success: 202, Policy: "volume:reimage",
			Body: httpapi.Schema(schemaReimage), Handle: httpapi.Take((*Service).volumeReimage),
		},
		{
			Action: "os-unmanage", Success: 202, Policy: "volume_extension:volume_unmanage",
			Body: httpapi.Schema(schemaUnmanage), Handle: (*Service).volumeUnmanage,
		},
		{
			Action: "os-migrate_volume", Success: 202, Policy: "volume_extension:volume_admin_actions:migrate_volume",
			Body:   httpapi.Bodies{{Schema: schemaMigrate}, {Since: "3.16", Schema: schemaMigrate316}},
			Handle: httpapi.Take((*Service).volumeMigrate),
		},
		{
			Action: "os-migrate_volume_completion", Policy: "volume_extension:volume_admin_actions:migrate_volume_completion",
			Body: httpapi.Schema(schemaMigrateCompletion), Handle: httpapi.JSON((*Service).volumeMigrateCompletion),
		},
		{
			Action: "os-extend_volume_completion", Success: 202, Policy: "volume_extension:volume_admin_actions:extend_volume_completion",
			Body: httpapi.Schema(schemaExtendCompletion), Handle: httpapi.Do((*Service).volumeExtendCompletion),
		},
		{
			Action: "os-reset_status", Success: 202, Policy: "volume_extension:volume_admin_actions:reset_status",
			Body: httpapi.Schema(schemaResetStatus), Handle: httpapi.Take((*Service).volumeResetStatus),
		},
		{
			Action: "os-force_delete", Success: 202, Policy: "volume_extension:volume_admin_actions:force_delete",
			Body: httpapi.Schema(schemaForceDelete), Handle: httpapi.Do((*Service).volumeForceDelete),
		},
		{
			Action: "os-set_image_metadata", Policy: "volume_extension:volume_image_metadata:set",
			Body: httpapi.Schema(schemaSetImageMeta), Handle: httpapi.JSON((*Service).volumeSetImageMetadata),
		},
		{
			Action: "os-show_image_metadata", Policy: "volume:get_volume_metadata",
			Body: httpapi.Schema(schemaShowImageMeta), Handle: httpapi.Get((*Service).volumeShowImageMetadata),
		},
		{
			Action: "os-unset_image_metadata", Policy: "volume_extension:volume_image_metadata:remove",
			Body: httpapi.Schema(schemaUnsetImageMeta), Handle: (*Service).volumeUnsetImageMetadata,
		},
	}
	for i := range rows {
		rows[i].Op = "cinder.volumes." + rows[i].Action
		rows[i].Method, rows[i].Path, rows[i].Late = "POST", project+"/volumes/{volume_id}/action", true
	}
	return rows
}
