package cinder

import (
	"encoding/json"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// restartSnapshots puts right the snapshots that nobody works at any more: those that were being taken are in error, and
// deletions go on.
func (s *Service) restartSnapshots(tx *state.Tx) {
	waiting := aboutOf(s.queue.All(tx))
	var stuck []Snapshot
	for sn := range s.snapshots.All(tx) {
		if !waiting[sn.ID] && (sn.Status == SnapshotCreating && sn.GroupSnapshotID == "" || sn.Status == SnapshotDeleting) {
			if v, _ := s.volumes.Get(tx, sn.VolumeID); sn.Status == SnapshotCreating || v.Status != StatusDeleting {
				stuck = append(stuck, sn)
			}
		}
	}
	for _, sn := range stuck {
		if sn.Status == SnapshotDeleting {
			s.queue.After(tx, 0, kindDeleteSnapshot, deleteSnapshotJob{Snapshot: sn.ID})
			continue
		}
		sn.Status, sn.UpdatedAt = SnapshotError, s.clock.Now()
		s.putSnapshot(tx, sn)
	}
}

// restartBackups puts right the backups that nobody works at any more, as upstream's backup service does when it starts
// (backup/manager.py, _cleanup_one_backup): what was being made is in error, what was being restored is available again
// while its volume is not, and deletions go on.
func (s *Service) restartBackups(tx *state.Tx) {
	waiting := aboutOf(s.queue.All(tx))
	var stuck []Backup
	for b := range s.backups.All(tx) {
		if !waiting[b.ID] && (b.Status == BackupCreating || b.Status == BackupRestoring || b.Status == BackupDeleting) {
			stuck = append(stuck, b)
		}
	}
	for _, b := range stuck {
		switch b.Status {
		case BackupCreating:
			v, _ := s.volumes.Get(tx, b.VolumeID)
			s.releaseBackedUp(tx, &b, v, false)
			b.Status, b.FailReason = BackupError, "incomplete backup reset on manager restart"
		case BackupRestoring:
			if v, ok := s.volumes.Get(tx, b.RestoreVolumeID); ok && v.Status == StatusRestoringBackup {
				v.Status, v.UpdatedAt = StatusErrorRestoring, s.clock.Now()
				s.putVolume(tx, v)
			}
			b.Status = BackupAvailable
		case BackupDeleting:
			s.queue.After(tx, 0, kindDeleteBackup, backupJob{Backup: b.ID})
			continue
		}
		b.UpdatedAt = s.clock.Now()
		s.putBackup(tx, b)
	}
}

// aboutOf are the snapshots and backups that jobs are about.
func aboutOf(jobs []sim.Job) map[string]bool {
	ids := map[string]bool{}
	for _, j := range jobs {
		var about struct{ Snapshot, Backup string }
		if json.Unmarshal(j.Payload, &about) != nil {
			continue
		}
		for _, id := range []string{about.Snapshot, about.Backup} {
			if id != "" {
				ids[id] = true
			}
		}
	}
	return ids
}
