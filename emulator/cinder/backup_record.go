package cinder

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type backupRecordOut struct {
	Record struct {
		Service string `json:"backup_service"`
		URL     string `json:"backup_url"`
	} `json:"backup-record"`
}

// backupRecord is a backup as it leaves one database for another (objects/backup.py, encode_record).
type backupRecord struct {
	DriverInfo       struct{}          `json:"driver_info"`
	ID               string            `json:"id"`
	UserID           string            `json:"user_id"`
	ProjectID        string            `json:"project_id"`
	VolumeID         string            `json:"volume_id"`
	Host             string            `json:"host"`
	AvailabilityZone nullString        `json:"availability_zone"`
	Container        *string           `json:"container"`
	ParentID         nullString        `json:"parent_id"`
	Status           BackupStatus      `json:"status"`
	FailReason       nullString        `json:"fail_reason"`
	Size             int               `json:"size"`
	DisplayName      *string           `json:"display_name"`
	Description      *string           `json:"display_description"`
	ServiceMetadata  string            `json:"service_metadata"`
	Service          string            `json:"service"`
	ObjectCount      int               `json:"object_count"`
	TempVolumeID     *string           `json:"temp_volume_id"`
	TempSnapshotID   *string           `json:"temp_snapshot_id"`
	Dependents       int               `json:"num_dependent_backups"`
	SnapshotID       nullString        `json:"snapshot_id"`
	DataTimestamp    recordStamp       `json:"data_timestamp"`
	RestoreVolumeID  nullString        `json:"restore_volume_id"`
	Metadata         map[string]string `json:"metadata"`
	EncryptionKeyID  nullString        `json:"encryption_key_id"`
	CreatedAt        recordStamp       `json:"created_at"`
	UpdatedAt        recordStamp       `json:"updated_at"`
	DeletedAt        *string           `json:"deleted_at"`
	Deleted          bool              `json:"deleted"`
}

// recordStamp is a moment to the second, in UTC; null when it is zero.
type recordStamp time.Time

// MarshalJSON writes "2026-11-22T15:03:10Z".
func (t recordStamp) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05Z"`)), nil
}

// backupExportRecord serves GET /backups/{backup_id}/export_record. API reference: Block Storage v3, "Export a backup".
func (s *Service) backupExportRecord(c *httpapi.Call) (backupRecordOut, error) {
	var out backupRecordOut
	r := s.db.View()
	b, err := s.backupFor(c, r, c.Var("id"))
	if err != nil {
		return out, err
	}
	if err := c.Authorize(&b); err != nil {
		return out, err
	}
	if b.Status != BackupAvailable {
		return out, invalidBackup("Backup status must be available and not " + string(b.Status) + ".")
	}
	if s.backupServiceDisabled(r) {
		return out, noBackupService()
	}
	metadata := b.Metadata
	if metadata == nil {
		metadata = map[string]string{}
	}
	text, err := json.Marshal(backupRecord{
		ID: b.ID, UserID: b.UserID, ProjectID: b.ProjectID, VolumeID: b.VolumeID, Host: s.controller(),
		AvailabilityZone: nullString(b.Zone), Container: b.Container, ParentID: nullString(b.ParentID), Status: b.Status,
		FailReason: nullString(b.FailReason), Size: b.Size, DisplayName: b.Name, Description: b.Description,
		ServiceMetadata: b.ServiceMetadata, Service: b.Service, ObjectCount: b.ObjectCount, Dependents: b.Dependents,
		SnapshotID: nullString(b.SnapshotID), DataTimestamp: recordStamp(b.DataTimestamp), RestoreVolumeID: nullString(b.RestoreVolumeID),
		Metadata: metadata, EncryptionKeyID: nullString(b.EncryptionKeyID), CreatedAt: recordStamp(b.CreatedAt),
		UpdatedAt: recordStamp(b.UpdatedAt),
	})
	if err != nil {
		return out, err
	}
	record, err := schema.Decode(text)
	out.Record.Service, out.Record.URL = b.Service, base64.StdEncoding.EncodeToString([]byte(pythonDump(record)))
	return out, err
}

type backupImportIn struct {
	Record struct {
		Service string `json:"backup_service"`
		URL     string `json:"backup_url"`
	} `json:"backup-record"`
}

// importedVolume is the volume of backups that came from elsewhere.
const importedVolume = "00000000-0000-0000-0000-000000000000"

// backupImportRecord serves POST /backups/import_record: the backup is "creating" when the 201 leaves. API reference:
// Block Storage v3, "Import a backup".
func (s *Service) backupImportRecord(c *httpapi.Call, in backupImportIn) (backupOut[backupBrief], error) {
	var out backupOut[backupBrief]
	if s.backupServiceDisabled(s.db.View()) {
		return out, fail.New(fail.Unavailable, "Service %s could not be found.", in.Record.Service)
	}
	record, err := decodeRecord(in.Record.URL)
	if err != nil {
		return out, err
	}
	id, _ := record.Get("id")
	given, _ := record.Get("size")
	name, named := id.(string)
	size, err := pythonInt(schema.Str(given))
	// Departure: upstream's database breaks on some of what is refused here.
	if !named || name == "" || len(name) > 36 || strings.ContainsRune(name, 0) || err != nil || size < 0 || size > math.MaxInt32 {
		return out, fail.New(fail.Invalid, badRequest)
	}
	b := Backup{
		ID: name, ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID, VolumeID: importedVolume, Status: BackupCreating, CreatedAt: c.Now,
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if _, there := s.backups.Get(tx, b.ID); there {
			return invalidBackup("Backup already exists in database.")
		}
		if err := s.checkBackupQuota(tx, b.ProjectID, size); err != nil {
			return err
		}
		s.putBackup(tx, b)
		s.queue.Begin(tx, kindImportBackup, importBackupJob{Backup: b.ID, Service: in.Record.Service, URL: in.Record.URL})
		return nil
	})
	out.Backup = newBackupBrief(c, &b)
	return out, err
}

// decodeRecord reads a record as far as the API does.
func decodeRecord(url string) (schema.Dict, error) {
	wrong := func(why string) (schema.Dict, error) {
		return nil, fail.New(fail.Invalid, "Invalid input received: %s", why)
	}
	raw, ok := pythonBase64(url)
	if !ok {
		return wrong("Can't decode backup record.")
	}
	value, err := schema.Decode(raw)
	if err != nil || !utf8.Valid(raw) {
		return wrong("Can't parse backup record.")
	}
	record, ok := value.(schema.Dict)
	if !ok {
		if _, isList := value.(schema.List); isList {
			return wrong("Provided backup record is missing an id")
		}
		return nil, fail.New(fail.Invalid, badRequest)
	}
	if _, ok := record.Get("id"); !ok {
		return wrong("Provided backup record is missing an id")
	}
	if _, ok := record.Get("size"); !ok {
		return wrong("Provided backup record is missing size attribute")
	}
	return record, nil
}

// pythonBase64 decodes what Python's b64decode does, which passes over all that is not of the alphabet.
func pythonBase64(text string) ([]byte, bool) {
	kept := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '+', r == '/', r == '=':
			return r
		}
		return -1
	}, text)
	raw, err := base64.StdEncoding.DecodeString(kept)
	return raw, err == nil
}

func base64Format(v schema.Value) error {
	if s, ok := v.(string); ok {
		if _, ok := pythonBase64(s); !ok {
			return schema.ErrFormat
		}
	}
	return nil
}

// kindImportBackup is the background half of importing a record.
const kindImportBackup = "cinder.backup.import"

type importBackupJob struct{ Backup, Service, URL string }

// finishImportBackup makes an imported backup what its record says. Whether the bytes are there shows when they are
// wanted (backup/manager.py, import_record).
func (s *Service) finishImportBackup(_ context.Context, job importBackupJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		b, ok := s.backups.Get(tx, job.Backup)
		if !ok || b.Status != BackupCreating {
			return nil
		}
		b.UpdatedAt = s.clock.Now()
		if why := s.applyRecord(&b, job); why != "" {
			b.Status, b.FailReason = BackupError, why
		}
		s.putBackup(tx, b)
		return nil
	})
}

// applyRecord fills in a backup from its record, or says why it cannot.
func (s *Service) applyRecord(b *Backup, job importBackupJob) string {
	if job.Service != backupDriver {
		return "Import record failed, cannot find backup service to perform the import. Request service " + job.Service + "."
	}
	record, err := decodeRecord(job.URL)
	if err != nil {
		return err.Error()
	}
	var missing []string
	for _, key := range []string{"display_name", "display_description", "container", "size", "service_metadata", "object_count", "id"} {
		if _, ok := record.Get(key); !ok {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		return "Driver successfully decoded imported backup data, but there are missing fields (" + strings.Join(missing, ", ") + ")."
	}
	text := func(key string) *string {
		v, _ := record.Get(key)
		if s, ok := v.(string); ok {
			return &s
		}
		return nil
	}
	count, _ := record.Get("object_count")
	b.ObjectCount, _ = pythonInt(schema.Str(count))
	b.Name, b.Description, b.Container = text("display_name"), text("display_description"), text("container")
	b.ServiceMetadata, b.ParentID, b.SnapshotID = orZero(text("service_metadata")), orZero(text("parent_id")), orZero(text("snapshot_id"))
	b.EncryptionKeyID = orZero(text("encryption_key_id"))
	if id := text("volume_id"); id != nil {
		b.VolumeID = *id
	}
	if at, err := parseISOTime(orZero(text("data_timestamp"))); err == nil {
		b.DataTimestamp = at
	}
	if at, err := parseISOTime(orZero(text("created_at"))); err == nil {
		b.CreatedAt = at
	}
	b.Status, b.Service, b.Zone = BackupAvailable, backupDriver, s.cfg.StorageAvailabilityZone
	return ""
}
