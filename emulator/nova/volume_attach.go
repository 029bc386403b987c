package nova

import (
	"context"
	"errors"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Bodies about the volumes of servers (nova/api/openstack/compute/schemas/volume_attachments.py).
var (
	schemaID             = schema.Dict{{"type", "string"}, {"format", "uuid"}}
	schemaVolumeToAttach = schema.Dict{{"volumeId", schemaID}}
	schemaNewAttachment  = schemaVolumeToAttach.With("device",
		schema.Dict{{"type", schema.List{"string", "null"}}, {"pattern", `(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$`}})
	schemaTag              = schema.Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 60}, {"pattern", "^[^,/]*$"}}
	schemaTaggedAttachment = schemaNewAttachment.With("tag", schemaTag)
	schemaWholeAttachment  = schemaTaggedAttachment.With("delete_on_termination", schema.Dict{{"type", schema.List{"boolean", "string"}}})
	schemaAttach           = attachSchema(schemaNewAttachment)
	schemaAttach249        = attachSchema(schemaTaggedAttachment)
	schemaAttach279        = attachSchema(schemaWholeAttachment)
	schemaSwap             = attachSchema(schemaVolumeToAttach)
	schemaAttachmentUpdate = attachSchema(schemaWholeAttachment.With("serverId", schemaID).With("id", schemaID))
)

func attachSchema(properties schema.Dict) *schema.Schema {
	return envelope("volumeAttachment", schema.Dict{
		{"type", "object"}, {"properties", properties}, {"required", schema.List{"volumeId"}}, {"additionalProperties", false},
	})
}

// attachJob is the background half of giving or taking a volume.
type attachJob struct {
	Server string
	Device string
	Volume string
	Auth   jobAuth
}

// attachmentCreate serves POST /servers/{server_id}/os-volume_attachments: the volume is "reserved" when the answer leaves.
// API reference: Compute, "Attach a volume to an instance".
func (s *Service) attachmentCreate(c *httpapi.Call) (attachmentOut, error) {
	r := s.db.View()
	v, err := s.serverFor(c, r)
	if err != nil {
		return attachmentOut{}, err
	}
	body, err := c.Value()
	if err != nil {
		return attachmentOut{}, err
	}
	asked := member(body, "volumeAttachment")
	d := BlockDevice{
		ID: s.ids.UUID(), ServerID: v.ID, VolumeID: text(asked, "volumeId"), Device: text(asked, "device"),
		DeleteOnTermination: truth(asked, "delete_on_termination"),
	}
	if tag := text(asked, "tag"); tag != "" {
		d.Tag = &tag
	}
	if v.Status != StatusActive && v.Status != StatusShutoff {
		state, _ := v.vmState()
		return attachmentOut{}, instanceState("attach_volume", v.ID, "vm_state", state)
	}
	devices := s.devicesOf(r, v.ID)
	free, ok := freeDevice(devices)
	if !ok {
		return attachmentOut{}, tooManyDevices()
	}
	if d.Device == "" {
		d.Device = free
	}
	for _, other := range devices {
		if other.Device == d.Device {
			return attachmentOut{}, fail.New(fail.Conflict, "The supplied device path (%s) is in use.", d.Device)
		}
		d.Number = max(d.Number, other.Number+1)
	}
	if err := s.reserve(c, &d); err != nil {
		return attachmentOut{}, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		s.devices.Put(tx, d)
		s.beginAction(tx, c, v.ID, actionAttachVolume)
		s.queue.Begin(tx, kindAttachVolume, attachJob{v.ID, d.ID, d.VolumeID, authOf(c)})
		return nil
	})
	view := newAttachmentView(c, d)
	view.ID, view.AttachmentID, view.DeviceID = d.VolumeID, "", "" // 2.89 left this answer out
	return attachmentOut{view}, err
}

// reserve keeps a volume for a server (nova/compute/api.py, _check_attach_and_reserve_volume).
func (s *Service) reserve(c *httpapi.Call, d *BlockDevice) error {
	volume, err := s.volumes.show(c.Context(), authOf(c), d.VolumeID)
	if err != nil {
		return err
	}
	if volume.Multiattach && !c.Version.AtLeast(mvMultiattach) {
		return fail.New(fail.Invalid, "Multiattach volumes are only supported starting with compute API version 2.60.")
	}
	if _, ok := s.deviceOf(s.db.View(), d.ServerID, d.VolumeID); ok {
		return fail.New(fail.Invalid, "Invalid volume: volume %s already attached", d.VolumeID)
	}
	d.AttachmentID, err = s.volumes.createAttachment(c.Context(), authOf(c), d.VolumeID, d.ServerID)
	return err
}

// connect gives a reserved volume to its server.
func (s *Service) connect(ctx context.Context, auth jobAuth, d BlockDevice) error {
	if err := s.volumes.updateAttachment(ctx, auth, d.AttachmentID, d.Device); err != nil {
		return err
	}
	return s.volumes.completeAttachment(ctx, auth, d.AttachmentID)
}

// finishAttach gives the volume, or lets it go and forgets it (nova/compute/manager.py, _attach_volume).
func (s *Service) finishAttach(ctx context.Context, job attachJob) error {
	d, ok := s.devices.Get(s.db.View(), job.Device)
	if !ok {
		return nil // the server was deleted meanwhile
	}
	err := sim.Failure(ctx)
	if err == nil {
		err = s.connect(ctx, job.Auth, d)
	}
	if err == nil {
		return s.noteEnd(job.Server, job.Auth, nil)
	}
	if undo := s.volumes.deleteAttachment(ctx, job.Auth, d.AttachmentID); undo != nil {
		s.log.Info("attachment stays", "attachment", d.AttachmentID, "error", undo)
	}
	if undo := errors.Join(s.forgetDevice(d.ID), s.noteEnd(job.Server, job.Auth, err)); undo != nil {
		return undo
	}
	return err
}

func (s *Service) forgetDevice(id string) error {
	return s.db.Update(func(tx *state.Tx) error {
		s.devices.Delete(tx, id)
		return nil
	})
}
