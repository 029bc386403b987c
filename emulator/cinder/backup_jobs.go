package cinder

import (
	"context"
	"maps"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The kinds of background work on backups.
const (
	kindCreateBackup  = "cinder.backup.create"
	kindDeleteBackup  = "cinder.backup.delete"
	kindRestoreBackup = "cinder.backup.restore"
)

// backupTransitions lists the background work.
func backupTransitions() []sim.Transition {
	return []sim.Transition{
		{Name: kindCreateBackup, Does: "a volume's or a snapshot's data is put away"},
		{Name: kindDeleteBackup, Does: "a backup goes"},
		{Name: kindImportBackup, Does: "a backup becomes what its record says"},
		{Name: kindRestoreBackup, Does: "a volume gets the data of a backup"},
	}
}

func (s *Service) declareBackupJobs() {
	sim.On(s.queue, kindCreateBackup, s.finishCreateBackup)
	sim.On(s.queue, kindDeleteBackup, s.finishDeleteBackup)
	sim.On(s.queue, kindImportBackup, s.finishImportBackup)
	sim.On(s.queue, kindRestoreBackup, s.finishRestoreBackup)
}

// backupJob is background work on a backup, and on a volume if that gets its data.
type backupJob struct {
	Backup string
	Volume string
	Auth   jobAuth
}

// finishCreateBackup puts a volume's bytes away, or a snapshot's. Whatever comes of it, these are as they were before
// (backup/manager.py, create_backup).
func (s *Service) finishCreateBackup(ctx context.Context, job backupJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		b, ok := s.backups.Get(tx, job.Backup)
		if !ok {
			return nil
		}
		v, _ := s.volumes.Get(tx, b.VolumeID)
		bytes, found := s.releaseBackedUp(tx, &b, v, sim.Failure(ctx) != nil)
		if b.Status != BackupCreating {
			return nil // deleted or reset meanwhile
		}
		b.UpdatedAt = s.clock.Now()
		switch err := sim.Failure(ctx); {
		case s.backupServiceDisabled(tx):
			s.failBackup(tx, job.Auth, &b, "Service not found for creating backup.", detailBackupSchedule)
		case !found:
			b.Status, b.FailReason = BackupError, "Create backup aborted, what is to be backed up is in another status by now."
		case err != nil:
			s.failBackup(tx, job.Auth, &b, err.Error(), detailBackupCreateDriver)
		default:
			s.putAway(tx, &b, &v, bytes)
		}
		s.putBackup(tx, b)
		return nil
	})
}

// failBackup says that a backup could not be made.
func (s *Service) failBackup(tx *state.Tx, auth jobAuth, b *Backup, why string, detail messageDetail) {
	b.Status, b.FailReason = BackupError, why
	s.createMessageOf(tx, auth, actionBackupCreate, messageResourceBackup, b.ID, detail)
}

// releaseBackedUp gives what a backup is made of its former status, and returns its bytes if it was waiting to be backed
// up.
func (s *Service) releaseBackedUp(tx *state.Tx, b *Backup, v Volume, failed bool) (content.Content, bool) {
	now := s.clock.Now()
	if b.SnapshotID != "" {
		sn, _ := s.snapshots.Get(tx, b.SnapshotID)
		if sn.Status != SnapshotBackingUp {
			return content.Content{}, false
		}
		sn.Status, sn.UpdatedAt = SnapshotAvailable, now
		s.putSnapshot(tx, sn)
		return sn.Content, true
	}
	if v.Status != StatusBackingUp {
		return content.Content{}, false
	}
	v.Status, v.PreviousStatus, v.UpdatedAt = v.PreviousStatus, StatusBackingUp, now
	if failed {
		v.PreviousStatus = StatusErrorBackingUp
	}
	s.putVolume(tx, v)
	return v.Content, true
}

// putAway makes a backup available, with the bytes and with what else it tells of the volume.
func (s *Service) putAway(tx *state.Tx, b *Backup, v *Volume, bytes content.Content) {
	b.Status, b.Size, b.Service = BackupAvailable, v.Size, backupDriver
	b.ServiceMetadata = b.archiveKey(s.clock.Now())
	if b.Container == nil {
		container := b.ID[:2] + "/" + b.ID[2:4] + "/" + b.ID
		b.Container = &container
	}
	if b.Zone == "" && s.release.AtLeast(backupTellsZone) {
		b.Zone = s.cfg.StorageAvailabilityZone
	}
	if v.EncryptionKeyID != "" {
		b.EncryptionKeyID = s.ids.UUID()
	}
	b.ObjectCount = int((bytes.Size() + posixFile - 1) / posixFile)
	if parent, ok := s.backups.Get(tx, b.ParentID); ok {
		if before, ok := s.archives.Get(tx, parent.ServiceMetadata); ok && sameBytes(before.Content, bytes) {
			b.ObjectCount = 0
		}
		parent.Dependents++
		parent.UpdatedAt = s.clock.Now()
		s.putBackup(tx, parent)
	}
	s.archives.Put(tx, Archive{
		Key: b.ServiceMetadata, Content: bytes, VolumeName: v.Name, VolumeDescription: v.Description, TypeID: v.TypeID,
		Encrypted: v.EncryptionKeyID != "", Metadata: v.Metadata, ImageMetadata: v.ImageMetadata,
	})
}

// sameBytes tells whether two contents are made of the same parts.
func sameBytes(a, b content.Content) bool {
	as, bs := a.Extents(), b.Extents()
	if a.Size() != b.Size() || len(as) != len(bs) {
		return false
	}
	for i := range as {
		if as[i].Size != bs[i].Size || as[i].Blob != bs[i].Blob || as[i].Offset != bs[i].Offset {
			return false
		}
	}
	return true
}

// finishDeleteBackup takes a backup out of the state.
func (s *Service) finishDeleteBackup(ctx context.Context, job backupJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		b, ok := s.backups.Get(tx, job.Backup)
		if !ok || b.Status != BackupDeleting {
			return nil
		}
		if err := sim.Failure(ctx); err != nil && b.Service != "" {
			b.Status, b.FailReason, b.UpdatedAt = BackupError, err.Error(), s.clock.Now()
			s.createMessageOf(tx, job.Auth, actionBackupDelete, messageResourceBackup, b.ID, detailBackupDeleteDriver)
			s.putBackup(tx, b)
			return nil
		}
		s.dropBackup(tx, b.ID)
		return nil
	})
}

// finishRestoreBackup writes a backup's bytes over a volume's (backup/manager.py, restore_backup).
func (s *Service) finishRestoreBackup(ctx context.Context, job backupJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		b, ok := s.backups.Get(tx, job.Backup)
		if !ok || b.Status != BackupRestoring {
			return nil
		}
		now := s.clock.Now()
		b.Status, b.UpdatedAt = BackupAvailable, now
		s.putBackup(tx, b)
		v, ok := s.volumes.Get(tx, job.Volume)
		if !ok {
			return nil
		}
		isNew := v.Status == StatusCreating
		v.UpdatedAt = now
		a, kept := s.archives.Get(tx, b.ServiceMetadata)
		switch {
		case !isNew && v.Status != StatusRestoringBackup:
			v.Status = StatusErrorRestoring
			s.createMessageOf(tx, job.Auth, actionBackupRestore, messageResourceBackup, v.ID, detailVolumeInvalidState)
		case !kept || sim.Failure(ctx) != nil || a.Encrypted && a.TypeID != v.TypeID:
			v.Status = StatusErrorRestoring
			s.createMessageOf(tx, job.Auth, actionBackupRestore, messageResourceBackup, b.ID, detailBackupRestoreDriver)
		default:
			if isNew {
				s.launch(&v)
			}
			v.Status, v.PreviousStatus = StatusAvailable, ""
			s.bringBack(&v, &b, a)
		}
		s.putVolume(tx, v)
		return nil
	})
}

// bringBack gives a volume the bytes of a backup, and what the backup remembers of the volume that it was made of
// (backup/driver.py, BackupMetadataAPI). A name that a restore made up makes room.
func (s *Service) bringBack(v *Volume, b *Backup, a Archive) {
	n := min(a.Content.Size(), int64(v.Size)*gib)
	v.Content = content.Concat(a.Content.Slice(0, n), v.Content.Resize(int64(v.Size)*gib).Slice(n, int64(v.Size)*gib-n))
	if a.VolumeName != nil && *a.VolumeName != "" && (v.Name == nil || *v.Name == "" || strings.HasPrefix(*v.Name, autoRestored)) {
		v.Name, v.Description = a.VolumeName, a.VolumeDescription
	}
	if len(a.Metadata) > 0 {
		v.Metadata = a.Metadata
	}
	if len(a.ImageMetadata) > 0 {
		v.ImageMetadata, v.Bootable = a.ImageMetadata, true
	}
	if old := v.Metadata[sourceBackup]; b.VolumeID != v.ID || old != "" && old != b.ID {
		v.Metadata = maps.Clone(v.Metadata)
		if v.Metadata == nil {
			v.Metadata = map[string]string{}
		}
		v.Metadata[sourceBackup] = b.ID
	}
}

const (
	autoRestored = "restore_backup_" // begins the name of a volume that a restore made
	sourceBackup = "src_backup_id"   // the key of the metadata that names the backup
)
