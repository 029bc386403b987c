package cinder

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The statuses of a volume that goes, or is forgotten.
const (
	StatusErrorManagingDeleting Status = "error_managing_deleting"
	StatusUnmanaging            Status = "unmanaging"
	StatusErrorUnmanaging       Status = "error_unmanaging"
)

// deletion is how a volume is to go.
type deletion struct {
	Force    bool // whatever its status
	Cascade  bool // with its snapshots
	Unmanage bool // from Cinder's sight only
}

// volumeDelete serves DELETE /volumes/{volume_id}. API reference: Block Storage v3, "Delete a volume".
func (s *Service) volumeDelete(c *httpapi.Call) (httpapi.Reply, error) {
	var how deletion
	var err error
	if v, ok := lastOf(c.Query(), "cascade"); ok {
		if how.Cascade, err = queryBool("cascade", v); err != nil {
			return httpapi.Reply{}, err
		}
	}
	if v, ok := lastOf(c.Query(), "force"); ok && c.Version.AtLeast(mvVolumeDeleteForce) {
		if how.Force, err = queryBool("force", v); err != nil {
			return httpapi.Reply{}, err
		}
	}
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if how.Force {
		if err := c.AuthorizeFor("volume:force_delete", &v); err != nil {
			return httpapi.Reply{}, err
		}
	}
	if err := c.Authorize(&v); err != nil {
		return httpapi.Reply{}, err
	}
	return withoutBody(c, http.StatusAccepted, s.beginDelete(c, v.ID, how))
}

// volumeUnmanage serves os-unmanage: Cinder forgets the volume, which stays on its backend. API reference: Block Storage
// v3, "Unmanage a volume".
func (s *Service) volumeUnmanage(c *httpapi.Call) (httpapi.Reply, error) {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&v); err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.AuthorizeFor("volume:delete", &v); err != nil {
		return httpapi.Reply{}, err
	}
	return withoutBody(c, http.StatusAccepted, s.beginDelete(c, v.ID, deletion{Unmanage: true}))
}

// deletableFrom are the statuses from which a volume may be deleted, unless by force.
func deletableFrom() []Status {
	return []Status{StatusAvailable, StatusError, StatusErrorRestoring, StatusErrorExtending, StatusErrorManaging}
}

// beginDelete lets a volume go: at once if no backend ever had it, in the background otherwise.
func (s *Service) beginDelete(c *httpapi.Call, id string, how deletion) error {
	var refused error
	err := s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, id)
		if !ok {
			return fail.Missing("volume", id)
		}
		if v.Host == "" {
			s.dropVolume(tx, id)
			return nil
		}
		if !how.Unmanage {
			if err := s.notFrozen(tx, v.Host); err != nil {
				return err
			}
		}
		if how.Unmanage && v.EncryptionKeyID != "" {
			s.createMessage(tx, authOf(c), actionUnmanageVolume, id, detailUnmanageEncrypted)
			// Quirk: the reason goes missing, for the exception's sentence has no place for it.
			refused = fail.New(fail.Invalid, "Unacceptable parameters.")
			return nil
		}
		snapshots := s.snapshotsOf(tx, id)
		if !s.deletable(c, &v, how, snapshots) {
			return undeletable(how.Force)
		}
		switch {
		case v.Status == StatusErrorManaging:
			v.Status = StatusErrorManagingDeleting
		case how.Unmanage:
			v.Status = StatusUnmanaging
		default:
			v.Status = StatusDeleting
		}
		v.UpdatedAt = s.clock.Now()
		s.putVolume(tx, v)
		for _, sn := range snapshots {
			sn.Status, sn.UpdatedAt = SnapshotDeleting, s.clock.Now()
			s.putSnapshot(tx, sn)
		}
		s.queue.Begin(tx, kindDeleteVolume, deleteVolumeJob{Volume: id, Cascade: how.Cascade})
		return nil
	})
	if err == nil {
		err = refused
	}
	return err
}

// deletable tells whether a volume may go, with these snapshots (volume/api.py, delete).
func (s *Service) deletable(c *httpapi.Call, v *Volume, how deletion, snapshots []Snapshot) bool {
	if v.attached() || v.migrating() || v.GroupID != "" || !how.Force && !slices.Contains(deletableFrom(), v.Status) {
		return false
	}
	return !slices.ContainsFunc(snapshots, func(sn Snapshot) bool {
		switch {
		case !how.Cascade || sn.GroupSnapshotID != "":
			return true
		case how.Force:
			return false
		}
		return sn.Status != SnapshotAvailable && sn.Status != SnapshotError || sn.ProjectID != v.ProjectID && !isAdmin(c)
	})
}

func undeletable(force bool) error {
	status := ""
	if !force {
		var words []string
		for _, s := range deletableFrom() {
			words = append(words, string(s))
		}
		status = "status must be " + strings.Join(words, " or ") + " and "
	}
	// With force there is nothing between the two words, and both their spaces stay.
	if status == "" {
		status = " "
	}
	return invalidVolume("Volume " + status + "must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, " +
		"or be disassociated from snapshots after volume transfer.")
}

// deleteVolumeJob is the background half of deleting a volume.
type deleteVolumeJob struct {
	Volume  string
	Cascade bool
}

// finishDelete takes a volume that is being deleted out of the state. Nobody is told of a driver that fails
// (volume/manager.py, delete_volume).
func (s *Service) finishDelete(ctx context.Context, job deleteVolumeJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, job.Volume)
		if !ok || !slices.Contains([]Status{StatusDeleting, StatusUnmanaging, StatusErrorManagingDeleting}, v.Status) {
			return nil
		}
		failed := sim.Failure(ctx) != nil
		for _, sn := range s.snapshotsOf(tx, v.ID) {
			if failed = failed || !job.Cascade || sn.Status != SnapshotDeleting; !failed {
				s.dropSnapshot(tx, sn.ID)
			}
		}
		switch {
		case failed && v.Status == StatusUnmanaging:
			v.Status, v.UpdatedAt = StatusErrorUnmanaging, s.clock.Now()
			s.putVolume(tx, v)
		case failed:
			v.Status, v.UpdatedAt = StatusErrorDeleting, s.clock.Now()
			s.putVolume(tx, v)
		default:
			if v.Status == StatusUnmanaging {
				s.leaveVolume(tx, &v)
			}
			s.dropVolume(tx, v.ID)
		}
		return nil
	})
}
