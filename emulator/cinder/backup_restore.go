package cinder

import (
	"errors"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type backupRestoreIn struct {
	Restore *struct {
		VolumeID *string       `json:"volume_id"`
		Name     maybe[string] `json:"name"`
	} `json:"restore"`
}

type backupRestoreOut struct {
	Restore struct {
		BackupID   string  `json:"backup_id"`
		VolumeID   string  `json:"volume_id"`
		VolumeName *string `json:"volume_name"`
	} `json:"restore"`
}

// backupRestore serves POST /backups/{backup_id}/restore, to a volume or to a new one, which is "restoring-backup" when
// the 202 leaves. API reference: Block Storage v3, "Restore a backup".
//
// Upstream does not answer before the new volume is there. Here it is there at once.
// Departure: upstream breaks on a null where the schema lets there be one.
func (s *Service) backupRestore(c *httpapi.Call, in backupRestoreIn) (backupRestoreOut, error) {
	var out backupRestoreOut
	b, err := s.backupFor(c, s.db.View(), c.Var("id"))
	switch {
	case in.Restore == nil:
		return out, fail.New(fail.Invalid, badRequest)
	case err != nil:
		return out, err
	}
	if err := c.Authorize(&b); err != nil {
		return out, err
	}
	if b.Status != BackupAvailable {
		return out, invalidBackup("Backup status must be available")
	}
	var v Volume
	if in.Restore.VolumeID != nil {
		v, err = s.volumeFor(c, s.db.View(), *in.Restore.VolumeID)
	} else {
		v, err = s.volumeForRestore(c, &b, in.Restore.Name.Value)
	}
	if err != nil {
		return out, err
	}
	_, err = s.changeBackup(b.ID, func(tx *state.Tx, b *Backup) error {
		if in.Restore.VolumeID == nil {
			if v, err = s.makeForRestore(tx, v); err != nil {
				return err
			}
		}
		if v, err = s.beginRestore(tx, b, v.ID); err != nil {
			return err
		}
		s.queue.Begin(tx, kindRestoreBackup, backupJob{Backup: b.ID, Volume: v.ID, Auth: authOf(c)})
		return nil
	})
	out.Restore.BackupID, out.Restore.VolumeID, out.Restore.VolumeName = b.ID, v.ID, v.Name
	return out, err
}

// beginRestore checks that a backup fits into a volume, and marks both.
func (s *Service) beginRestore(tx *state.Tx, b *Backup, volume string) (Volume, error) {
	v, ok := s.volumes.Get(tx, volume)
	switch {
	case !ok:
		return v, fail.Missing("volume", volume)
	case b.Status != BackupAvailable:
		return v, invalidBackup("Backup status must be available")
	case v.Status != StatusAvailable:
		return v, invalidVolume("Volume to be restored to must be available")
	case b.Size > v.Size:
		return v, fail.New(fail.Invalid, "Invalid volume: volume size %d is too small to restore backup of size %d.", v.Size, b.Size)
	case s.backupServiceDisabled(tx):
		return v, noBackupService()
	}
	b.Status, b.RestoreVolumeID = BackupRestoring, v.ID
	v.Status, v.UpdatedAt = StatusRestoringBackup, s.clock.Now()
	s.putVolume(tx, v)
	return v, nil
}

// volumeForRestore is a new volume that nobody has yet.
func (s *Service) volumeForRestore(c *httpapi.Call, b *Backup, name *string) (Volume, error) {
	if err := c.AuthorizeFor("volume:create", nil); err != nil {
		return Volume{}, err
	}
	if name == nil {
		made := autoRestored + b.ID
		name = &made
	}
	description := "auto-created_from_restore_from_backup"
	v := Volume{
		ID: s.ids.UUID(), ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID, Status: StatusCreating, AttachStatus: detached,
		SharedTargets: true, CreatedAt: c.Now, Name: name, Description: &description,
	}
	var in volumeCreateIn
	in.Volume.Size.value = &b.Size
	return v, s.fill(c, &v, &in, nil, volumeSource{})
}

// makeForRestore makes it.
func (s *Service) makeForRestore(tx *state.Tx, v Volume) (Volume, error) {
	typ, ok := s.types.Get(tx, v.TypeID)
	if !ok {
		return v, typeMissing(v.TypeID)
	}
	if err := s.checkQuota(tx, v.ProjectID, typ, quotaDeltas{Volumes: 1, Gigabytes: v.Size, PerVolume: v.Size}); err != nil {
		return v, withoutClass(err)
	}
	backend, err := s.schedule(tx, scheduleRequest{Size: v.Size, Type: typ, Zones: s.zonesFor(v, typ)})
	if err != nil {
		// Upstream leaves the volume behind, in error.
		return v, invalidVolume("Error while creating volume " + v.ID + " for restoring backup " + strings.TrimPrefix(orZero(v.Name), autoRestored) + ".")
	}
	v.Host, v.ScheduledAt, v.Zone = backend.Host, s.clock.Now(), backend.Zone
	s.copySource(tx, &v)
	s.launch(&v)
	s.putVolume(tx, v)
	return v, nil
}

// withoutClass is a refusal for a quota without the name of upstream's exception, as restoring words it.
func withoutClass(err error) error {
	var refusal *fail.Error
	if errors.As(err, &refusal) && refusal.Kind == fail.OverLimit {
		if _, text, ok := strings.Cut(refusal.Text, ": "); ok {
			return fail.New(fail.OverLimit, "%s", text)
		}
	}
	return err
}
