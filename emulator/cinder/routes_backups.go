package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// backupRows are backups and their actions.
func backupRows() []row {
	const (
		backups = project + "/backups"
		one     = backups + "/{id}"
	)
	rows := []row{
		{
			Op: "cinder.backups.list", Method: "GET", Path: backups, Policy: "backup:get_all", Late: true,
			Handle: httpapi.Get((*Service).backupList),
		},
		{
			Op: "cinder.backups.list_detail", Method: "GET", Path: backups + "/detail", Policy: "backup:get_all", Late: true,
			Handle: httpapi.Get((*Service).backupListDetail),
		},
		{
			Op: "cinder.backups.create", Method: "POST", Path: backups, Success: 202, Policy: "backup:create", Late: true,
			Body: httpapi.Bodies{
				{Schema: schemaBackupCreate},
				{Since: "3.43", Schema: schemaBackupCreate343},
				{Since: "3.51", Schema: schemaBackupCreate351},
			},
			Handle: httpapi.JSON((*Service).backupCreate),
		},
		{
			Op: "cinder.backups.import_record", Method: "POST", Path: backups + "/import_record", Success: 201, Policy: "backup:backup-import",
			Body: httpapi.Schema(schemaBackupImport), Handle: httpapi.JSON((*Service).backupImportRecord),
		},
		{
			Op: "cinder.backups.show", Method: "GET", Path: one, Policy: "backup:get", Late: true,
			Handle: httpapi.Get((*Service).backupShow),
		},
		{
			Op: "cinder.backups.update", Method: "PUT", Path: one, Since: "3.9", Policy: "backup:update", Late: true,
			Body:   httpapi.Bodies{{Schema: schemaBackupUpdate}, {Since: "3.43", Schema: schemaBackupUpdate343}},
			Handle: httpapi.JSON((*Service).backupUpdate),
		},
		{
			Op: "cinder.backups.delete", Method: "DELETE", Path: one, Success: 202, Policy: "backup:delete", Late: true,
			Handle: httpapi.Do((*Service).backupDelete),
		},
		{
			Op: "cinder.backups.export_record", Method: "GET", Path: one + "/export_record", Policy: "backup:export-import", Late: true,
			Handle: httpapi.Get((*Service).backupExportRecord),
		},
		{
			Op: "cinder.backups.restore", Method: "POST", Path: one + "/restore", Success: 202, Policy: "backup:restore", Late: true,
			Body: httpapi.Schema(schemaBackupRestore), Handle: httpapi.JSON((*Service).backupRestore),
		},
	}
	return append(rows, backupActionRows()...)
}

// backupActionRows are POST /backups/{id}/action.
func backupActionRows() []row {
	const path = project + "/backups/{id}/action"
	return []row{
		{
			Op: "cinder.backups.os-force_delete", Method: "POST", Path: path, Action: "os-force_delete", Success: 202,
			Policy: "volume_extension:backup_admin_actions:force_delete", Late: true,
			Body: httpapi.Schema(schemaForceDelete), Handle: httpapi.Do((*Service).backupForceDelete),
		},
		{
			Op: "cinder.backups.os-reset_status", Method: "POST", Path: path, Action: "os-reset_status", Success: 202,
			Policy: "volume_extension:backup_admin_actions:reset_status", Late: true,
			Body: httpapi.Schema(schemaBackupReset), Handle: httpapi.Take((*Service).backupResetStatus),
		},
	}
}
