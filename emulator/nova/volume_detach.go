package nova

import (
	"context"
	"errors"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// attachmentDelete serves DELETE /servers/{server_id}/os-volume_attachments/{volume_id}: the volume is "detaching" when the
// answer leaves. API reference: Compute, "Detach a volume from an instance".
func (s *Service) attachmentDelete(c *httpapi.Call) error {
	r := s.db.View()
	v, err := s.serverFor(c, r)
	if err != nil {
		return err
	}
	if _, err := s.volumes.show(c.Context(), authOf(c), c.Var("volume_id")); err != nil {
		return err
	}
	d, ok := s.deviceOf(r, v.ID, c.Var("volume_id"))
	switch {
	case !ok:
		return notAttached(v.ID, c.Var("volume_id"))
	case d.Root:
		return fail.New(fail.Forbidden, "Cannot detach a root device volume")
	case v.Status != StatusActive && v.Status != StatusShutoff:
		state, _ := v.vmState()
		return instanceState("detach_volume", v.ID, "vm_state", state)
	}
	if err := s.volumes.beginDetaching(c.Context(), authOf(c), d.VolumeID); err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		s.beginAction(tx, c, v.ID, actionDetachVolume)
		s.queue.Begin(tx, kindDetachVolume, attachJob{v.ID, d.ID, d.VolumeID, authOf(c)})
		return nil
	})
}

// finishDetach takes the volume away; a host that fails to leaves it where it was.
func (s *Service) finishDetach(ctx context.Context, job attachJob) error {
	d, ok := s.devices.Get(s.db.View(), job.Device)
	if !ok {
		return nil // the server was deleted meanwhile
	}
	if failed := sim.Failure(ctx); failed != nil {
		return errors.Join(s.volumes.rollDetaching(ctx, job.Auth, d.VolumeID), s.noteEnd(job.Server, job.Auth, failed))
	}
	if err := s.volumes.deleteAttachment(ctx, job.Auth, d.AttachmentID); err != nil {
		return err
	}
	return errors.Join(s.forgetDevice(d.ID), s.noteEnd(job.Server, job.Auth, nil))
}
