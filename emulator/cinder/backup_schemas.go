package cinder

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// Request schemas of backups (cinder/api/schemas/backups.py, admin_actions.py).
var (
	schemaNewBackup = schema.Dict{
		{"volume_id", schemaUUID},
		{"container", schemaNullableText},
		{"description", schemaTypeDescription},
		{"incremental", schemaBoolean},
		{"force", schemaBoolean},
		{"name", schemaNullableText},
		{"snapshot_id", schemaUUIDOrNull},
	}
	schemaNewBackup343 = schemaNewBackup.With("metadata", schemaExtraSpecs.With("type", schema.List{"object", "null"}))

	schemaBackupCreate    = envelope("backup", closed(schemaNewBackup, "volume_id"))
	schemaBackupCreate343 = envelope("backup", closed(schemaNewBackup343, "volume_id"))
	schemaBackupCreate351 = envelope("backup", closed(schemaNewBackup343.With("availability_zone", schemaNullableText), "volume_id"))

	schemaChangedBackup   = schema.Dict{{"name", schemaNullableText}, {"description", schemaTypeDescription}}
	schemaBackupUpdate    = envelope("backup", nullable(schemaChangedBackup))
	schemaBackupUpdate343 = envelope("backup", nullable(schemaChangedBackup.With("metadata", schemaExtraSpecs)))
	schemaBackupRestore   = envelope("restore", nullable(schema.Dict{{"name", schemaNullableText}, {"volume_id", schemaUUIDOrNull}}))
	schemaBackupImport    = envelope("backup-record", closed(schema.Dict{
		{"backup_service", schema.Dict{{"type", "string"}, {"minLength", 0}, {"maxLength", 255}}},
		{"backup_url", schema.Dict{{"type", "string"}, {"minLength", 1}, {"format", "base64"}}},
	}, "backup_service", "backup_url"))
	schemaBackupReset = action("os-reset_status", closed(schema.Dict{
		{"status", schema.Dict{{"type", "string"}, {"format", "backup_status"}}},
	}, "status"))
)

// nullable is an object of these properties and no others, or null.
func nullable(properties schema.Dict) schema.Dict {
	return schema.Dict{
		{"type", schema.List{"object", "null"}},
		{"properties", properties},
		{"additionalProperties", false},
	}
}

// backupStatusFormat accepts the statuses that a backup can be reset to, whatever the case.
func backupStatusFormat(v schema.Value) error {
	s, ok := v.(string)
	if word := strings.ToLower(s); !ok || word == string(BackupAvailable) || word == string(BackupError) {
		return nil
	}
	return schema.Raise(fail.New(fail.Invalid, "Backup status: %s is invalid, valid statuses are: ['available', 'error'].", s))
}
