package nova

import (
	"context"
	"errors"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// swapJob is the background half of giving a server one volume for another.
type swapJob struct {
	Server     string
	From, To   string
	Attachment string // of To
	Auth       jobAuth
}

// beginSwap has a server change over from one volume to another: Cinder asks for it when a volume in use migrates, and since
// release Flamingo nobody else may (nova/api/openstack/compute/volume_attachments.py, nova/compute/api.py, swap_volume).
func (s *Service) beginSwap(c *httpapi.Call, v *Server, from, to string) error {
	auth := authOf(c)
	old, err := s.volumes.show(c.Context(), auth, from)
	if err != nil {
		return err
	}
	if old.Migration == "" && s.release.AtLeast(release.Flamingo) {
		return fail.New(fail.Conflict, "volume %s is not migrating; this API should only be called by Cinder", from)
	}
	replacement, err := s.volumes.show(c.Context(), auth, to)
	if errors.Is(err, fail.NotFound) {
		return fail.New(fail.Invalid, "Volume %s could not be found.", to)
	}
	if err != nil {
		return err
	}
	if err := checkSwap(v, &old, &replacement); err != nil {
		return err
	}
	attachment, err := s.reserveSwap(c.Context(), auth, v.ID, &old, to)
	if err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		s.beginAction(tx, c, v.ID, actionSwapVolume)
		s.queue.Begin(tx, kindSwapVolume, swapJob{v.ID, from, to, attachment, auth})
		return nil
	})
}

func checkSwap(v *Server, old, replacement *volume) error {
	isOfServer := func(a volumeAttachment) bool { return a.ServerID == v.ID }
	switch {
	case v.Status != StatusActive:
		state, _ := v.vmState()
		return instanceState("swap_volume", v.ID, "vm_state", state)
	case !slices.ContainsFunc(old.Attachments, isOfServer):
		return fail.New(fail.Invalid, "Invalid volume: Old volume is attached to a different instance.")
	case len(replacement.Attachments) > 0:
		return fail.New(fail.Invalid, "Invalid volume: New volume must be detached in order to swap.")
	case replacement.Size < old.Size:
		return fail.New(fail.Invalid, "Invalid volume: New volume must be the same size or larger.")
	}
	return nil
}

// reserveSwap keeps both volumes for the server, the new one by an attachment. What several servers may write to stays
// where it is.
func (s *Service) reserveSwap(ctx context.Context, auth jobAuth, server string, old *volume, to string) (attachment string, err error) {
	if err := s.volumes.beginDetaching(ctx, auth, old.ID); errors.Is(err, fail.Invalid) {
		return "", fail.New(fail.Invalid, "Invalid volume: %s", err)
	} else if err != nil {
		return "", err
	}
	if err := s.checkWriters(ctx, auth, server, old, to); err != nil {
		return "", errors.Join(err, s.volumes.rollDetaching(ctx, auth, old.ID))
	}
	return s.volumes.createAttachment(ctx, auth, to, server)
}

func (s *Service) checkWriters(ctx context.Context, auth jobAuth, server string, old *volume, to string) error {
	writers := 0
	for _, a := range old.Attachments {
		writes, err := s.volumes.writes(ctx, auth, a.ID)
		if err != nil {
			return err
		}
		if writes {
			writers++
		}
	}
	if _, ok := s.deviceOf(s.db.View(), server, to); ok {
		return fail.New(fail.Invalid, "Invalid volume: volume %s already attached", to)
	}
	if writers > 1 {
		return fail.New(fail.Invalid, "Swapping multi-attach volumes with more than one read/write attachment is not supported.")
	}
	return nil
}

// finishSwap gives the server the new volume and takes the old one, and tells Cinder if that is what it waits for: the copy
// of a volume that migrates has the volume's id from then on (nova/compute/manager.py, swap_volume).
func (s *Service) finishSwap(ctx context.Context, job swapJob) error {
	old, err := s.volumes.show(ctx, job.Auth, job.From)
	if err != nil {
		return s.noteEnd(job.Server, job.Auth, err)
	}
	if _, err := s.volumes.show(ctx, job.Auth, job.To); errors.Is(err, fail.NotFound) {
		return s.endSwap(job, job.From, nil) // it was completed before, and the process ended
	}
	failed := s.changeOver(ctx, job)
	has := job.To
	if old.Migration == "migrating" {
		if has, err = s.volumes.completeMigration(ctx, job.Auth, job.From, job.To, failed != nil); err != nil && failed == nil {
			failed = err
		}
	}
	return s.endSwap(job, has, failed)
}

// endSwap notes which volume the server has.
func (s *Service) endSwap(job swapJob, has string, failed error) error {
	return s.db.Update(func(tx *state.Tx) error {
		s.endAction(tx, job.Server, job.Auth.RequestID, failed)
		if d, ok := s.deviceOf(tx, job.Server, job.From); ok && failed == nil {
			d.VolumeID, d.AttachmentID = has, job.Attachment
			s.devices.Put(tx, d)
		}
		return nil
	})
}

// changeOver is the host's part: it connects the new volume and lets go of the old one, or leaves everything as it was.
func (s *Service) changeOver(ctx context.Context, job swapJob) error {
	d, ok := s.deviceOf(s.db.View(), job.Server, job.From)
	failed := sim.Failure(ctx)
	if !ok {
		failed = noDevice(job.From) // the server was deleted meanwhile
	}
	to := d
	to.AttachmentID, to.VolumeID = job.Attachment, job.To
	if failed == nil {
		failed = s.connect(ctx, job.Auth, to)
	}
	if failed != nil {
		return errors.Join(failed, s.volumes.rollDetaching(ctx, job.Auth, job.From), s.volumes.deleteAttachment(ctx, job.Auth, job.Attachment))
	}
	return s.volumes.deleteAttachment(ctx, job.Auth, d.AttachmentID)
}
