package cinder

import (
	"context"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The kinds of background work on snapshots.
const (
	kindCreateSnapshot = "cinder.snapshot.create"
	kindDeleteSnapshot = "cinder.snapshot.delete"
)

// snapshotTransitions lists the background work.
func snapshotTransitions() []sim.Transition {
	return []sim.Transition{
		{Name: kindCreateSnapshot, Does: "a snapshot is taken of a volume"},
		{Name: kindDeleteSnapshot, Does: "a snapshot goes"},
	}
}

func (s *Service) declareSnapshotJobs() {
	sim.On(s.queue, kindCreateSnapshot, s.finishCreateSnapshot)
	sim.On(s.queue, kindDeleteSnapshot, s.finishDeleteSnapshot)
}

// createSnapshotJob is the background half of creating a snapshot.
type createSnapshotJob struct {
	Snapshot string
	Auth     jobAuth
}

// finishCreateSnapshot takes the snapshot, if its volume's backend has room for it (scheduler/manager.py,
// create_snapshot). Of a driver that fails its user hears (volume/manager.py, create_snapshot).
func (s *Service) finishCreateSnapshot(ctx context.Context, job createSnapshotJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		sn, ok := s.snapshots.Get(tx, job.Snapshot)
		if !ok || sn.Status != SnapshotCreating {
			return nil // deleted or reset meanwhile
		}
		v, ok := s.volumes.Get(tx, sn.VolumeID)
		sn.UpdatedAt = s.clock.Now()
		switch {
		case !ok || !s.hasRoomFor(tx, v, v.Size):
			sn.Status = SnapshotError
		case s.driverDown(tx, v.Host) || sim.Failure(ctx) != nil:
			sn.Status = SnapshotError
			s.createMessageOf(tx, job.Auth, actionSnapshotCreate, messageResourceSnapshot, sn.ID, detailSnapshotCreate)
		default:
			sn.take(&v)
		}
		s.putSnapshot(tx, sn)
		return nil
	})
}

// take makes a snapshot available, with what its volume holds now.
func (sn *Snapshot) take(v *Volume) {
	sn.Content, sn.EncryptionKeyID = v.Content, v.EncryptionKeyID
	if v.Bootable {
		sn.ImageMetadata = v.ImageMetadata
	}
	sn.Status, sn.Progress = SnapshotAvailable, "100%"
}

// deleteSnapshotJob is the background half of deleting a snapshot, or of no longer managing it.
type deleteSnapshotJob struct {
	Snapshot string
	Unmanage bool
	Auth     jobAuth
}

// finishDeleteSnapshot takes a snapshot out of the state; one that is no longer managed stays on its backend.
func (s *Service) finishDeleteSnapshot(ctx context.Context, job deleteSnapshotJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		sn, ok := s.snapshots.Get(tx, job.Snapshot)
		if !ok || sn.Status != SnapshotDeleting && sn.Status != SnapshotUnmanaging {
			return nil
		}
		v, _ := s.volumes.Get(tx, sn.VolumeID)
		if s.driverDown(tx, v.Host) || sim.Failure(ctx) != nil {
			sn.Status, sn.UpdatedAt = SnapshotErrorDeleting, s.clock.Now()
			s.createMessageOf(tx, job.Auth, actionSnapshotDelete, messageResourceSnapshot, sn.ID, detailSnapshotDelete)
			s.putSnapshot(tx, sn)
			return nil
		}
		if job.Unmanage {
			s.leaveSnapshot(tx, &sn, v.Host)
		}
		s.dropSnapshot(tx, sn.ID)
		return nil
	})
}
