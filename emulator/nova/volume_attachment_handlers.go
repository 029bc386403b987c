package nova

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type attachmentOut struct {
	Attachment attachmentView `json:"volumeAttachment"`
}

type attachmentsOut struct {
	Attachments []attachmentView `json:"volumeAttachments"`
}

// attachmentList serves GET /servers/{server_id}/os-volume_attachments. API reference: Compute, "List volume attachments for an
// instance".
func (s *Service) attachmentList(c *httpapi.Call) (attachmentsOut, error) {
	out := attachmentsOut{[]attachmentView{}}
	r := s.db.View()
	v, err := s.serverFor(c, r)
	if err != nil {
		return out, err
	}
	for _, d := range s.volumesOf(r, v.ID) {
		out.Attachments = append(out.Attachments, newAttachmentView(c, d))
	}
	return out, nil
}

// attachmentShow serves GET /servers/{server_id}/os-volume_attachments/{volume_id}. API reference: Compute, "Show a detail of a
// volume attachment".
func (s *Service) attachmentShow(c *httpapi.Call) (attachmentOut, error) {
	r := s.db.View()
	v, err := s.serverFor(c, r)
	if err != nil {
		return attachmentOut{}, err
	}
	d, ok := s.deviceOf(r, v.ID, c.Var("volume_id"))
	if !ok {
		return attachmentOut{}, notAttached(v.ID, c.Var("volume_id"))
	}
	return attachmentOut{newAttachmentView(c, d)}, nil
}

func notAttached(server, volume string) error {
	return fail.New(fail.NotFound, "Instance %s is not attached to volume %s", server, volume)
}

// attachmentUpdate serves PUT /servers/{server_id}/os-volume_attachments/{volume_id}: another volume takes the place of this
// one, and since 2.85 what else the attachment may be is changed first. API reference: Compute, "Update a volume attachment".
func (s *Service) attachmentUpdate(c *httpapi.Call) error {
	v, ok := s.servers.Get(s.db.View(), c.Var("server_id"))
	if !ok || v.ProjectID != c.Auth.ProjectID && !isAdmin(c) {
		return fail.Missing("server", c.Var("server_id"))
	}
	body, err := c.Value()
	if err != nil {
		return err
	}
	asked := member(body, "volumeAttachment")
	from, to := c.Var("volume_id"), text(asked, "volumeId")
	if !c.Version.AtLeast(mvAttachmentUpdate) || from != to {
		err = c.AuthorizeFor("os_compute_api:os-volumes-attachments:swap", nil)
	} else {
		err = c.Authorize(&v)
	}
	if err == nil && c.Version.AtLeast(mvAttachmentUpdate) {
		err = s.changeAttachment(v.ID, from, asked)
	}
	if err != nil || c.Version.AtLeast(mvAttachmentUpdate) && from == to {
		return err
	}
	return s.beginSwap(c, &v, from, to)
}

// changeAttachment changes the one attribute that can be changed.
func (s *Service) changeAttachment(server, volume string, asked schema.Dict) error {
	return s.db.Update(func(tx *state.Tx) error {
		d, ok := s.deviceOf(tx, server, volume)
		if !ok {
			return noDevice(volume)
		}
		tag := ""
		if d.Tag != nil {
			tag = *d.Tag
		}
		for _, fixed := range []struct{ key, have string }{{"id", d.VolumeID}, {"serverId", d.ServerID}, {"device", d.Device}, {"tag", tag}} {
			if field(asked, fixed.key) != nil && text(asked, fixed.key) != fixed.have {
				return fail.New(fail.Invalid, "The %s property is not mutable", fixed.key)
			}
		}
		if field(asked, "delete_on_termination") != nil {
			d.DeleteOnTermination = truth(asked, "delete_on_termination")
		}
		s.devices.Put(tx, d)
		return nil
	})
}

func noDevice(volume string) error {
	return fail.New(fail.NotFound, "No volume Block Device Mapping with id %s.", volume)
}
