package cinder

import (
	"errors"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Bodies of attachments (api/schemas/attachments.py).
var (
	schemaNewAttachment = schema.Dict{
		{"instance_uuid", schemaUUID},
		{"connector", schema.Dict{{"type", schema.List{"object", "null"}}}},
		{"volume_uuid", schemaUUID},
	}
	schemaAttachmentCreate    = envelope("attachment", closed(schemaNewAttachment, "volume_uuid"))
	schemaAttachmentCreate354 = envelope("attachment", closed(
		schemaNewAttachment.With("mode", schema.Dict{{"type", "string"}, {"enum", schema.List{"rw", "ro"}}}), "volume_uuid"))
	schemaAttachmentUpdate = envelope("attachment", closed(schema.Dict{
		{"connector", schema.Dict{{"type", "object"}, {"minProperties", 1}}},
	}, "connector"))
	schemaAttachmentComplete = action("os-complete", schema.Dict{}) // anything will do
)

type attachmentIn struct {
	Attachment struct {
		VolumeID  string    `json:"volume_uuid"`
		ServerID  *string   `json:"instance_uuid"`
		Connector connector `json:"connector"`
		Mode      *string   `json:"mode"` // since 3.54
	} `json:"attachment"`
}

// modeUnsaid is the mode of an attachment for which nobody chose one.
const modeUnsaid = "null"

// attachmentCreate serves POST /attachments, since 3.27: the volume is "reserved", or "attaching" for a host that has told
// of itself. API reference: Block Storage v3, "Create attachment".
//
// Quirk: what is answered was read before the host was connected, so it is "reserved" in either case (observed on release
// Zed).
func (s *Service) attachmentCreate(c *httpapi.Call, in attachmentIn) (attachmentOut, error) {
	v, err := s.volumeKnownTo(c, s.db.View(), in.Attachment.VolumeID)
	if err != nil {
		return attachmentOut{}, err
	}
	if err := c.Authorize(&v); err != nil {
		return attachmentOut{}, err
	}
	a := Attachment{ID: s.ids.UUID(), VolumeID: v.ID, ServerID: in.Attachment.ServerID, Status: reserved, CreatedAt: c.Now}
	mode := modeUnsaid
	if m := in.Attachment.Mode; m != nil && c.Version.AtLeast(mvAttachmentMode) {
		mode = *m
	}
	told := a
	var refused error // leaves a reservation
	err = s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, v.ID)
		if !ok {
			return fail.Missing("volume", v.ID)
		}
		if err := s.reserve(c, tx, &v, &a); err != nil {
			return err
		}
		if len(in.Attachment.Connector.fields) > 0 {
			if refused = s.connect(c, tx, &v, &a, in.Attachment.Connector, ""); refused != nil {
				s.attachments.Put(tx, a)
				s.putVolume(tx, v)
				return nil
			}
		}
		if a.Mode = mode; v.AdminMetadata[adminReadonly] != "" {
			a.Mode = "ro" // Quirk: "False" is true to Python
		}
		s.attachments.Put(tx, a)
		s.putVolume(tx, v)
		told.Mode, told.ConnectionInfo = a.Mode, a.ConnectionInfo
		return nil
	})
	var known *fail.Error
	switch {
	case err != nil:
		return attachmentOut{}, err
	case errors.As(refused, &known):
		return attachmentOut{}, fail.New(fail.Internal, "Unable to create attachment for volume (%s).", known.Text)
	}
	return attachmentOut{newAttachmentDetail(&told)}, nil
}

// reserve keeps a volume for an attachment (volume/api.py, _attachment_reserve). A server may reserve the volume that it
// has, for it may be about to move to another host.
func (s *Service) reserve(c *httpapi.Call, tx *state.Tx, v *Volume, a *Attachment) error {
	if strings.Contains(string(v.Status), "error") {
		return invalidVolume("Volume attachments can not be created if the volume is in an error state. The Volume " + v.ID +
			" currently has a status of: " + string(v.Status) + " ")
	}
	if v.Multiattach && v.Status == StatusInUse && v.Bootable {
		if err := c.AuthorizeFor("volume:multiattach_bootable_volume", v); err != nil {
			return err
		}
	}
	from := []string{string(StatusAvailable), string(StatusDownloading)}
	if v.Multiattach {
		from = []string{string(StatusAvailable), string(StatusInUse), string(StatusDownloading)}
	}
	all := s.attachmentsOf(tx, v.ID)
	if n := len(all); n > 0 {
		a.Number = all[n-1].Number + 1
	}
	if slices.Contains(from, string(v.Status)) {
		v.Status, v.UpdatedAt = StatusReserved, c.Now
		return nil
	}
	again := a.ServerID != nil && (v.Status == StatusInUse || v.Status == StatusReserved) && slices.ContainsFunc(all, func(b Attachment) bool {
		return b.ServerID != nil && *b.ServerID == *a.ServerID
	})
	if !again {
		return invalidVolume("Volume " + v.ID + " status must be " + strings.Join(from, " or ") + " to reserve, but the current status is " +
			string(v.Status) + ".")
	}
	return nil
}

// attachmentUpdate serves PUT /attachments/{id}, since 3.27: the host that will have the volume tells of itself, and hears
// how to reach the volume. API reference: Block Storage v3, "Update an attachment".
//
// Quirk: what is answered was read before the host was connected, but for the connection (observed on release Zed).
func (s *Service) attachmentUpdate(c *httpapi.Call, in attachmentIn) (attachmentOut, error) {
	told, v, err := s.attachmentFor(s.db.View(), c.Var("id"))
	if err != nil {
		return attachmentOut{}, err
	}
	if !in.Attachment.Connector.has("host") {
		return attachmentOut{}, fail.New(fail.Internal, "Unable to update the attachment.")
	}
	if err := c.Authorize(&v); err != nil {
		return attachmentOut{}, err
	}
	var refused error // may leave traces
	err = s.db.Update(func(tx *state.Tx) error {
		a, v, err := s.attachmentFor(tx, told.ID)
		if err != nil {
			return err
		}
		if err := s.mayConnect(tx, &v); err != nil {
			return err
		}
		if refused = s.connect(c, tx, &v, &a, in.Attachment.Connector, a.Mode); refused != nil && a.Status != errorAttaching {
			return refused
		}
		s.attachments.Put(tx, a)
		s.putVolume(tx, v)
		told.ConnectionInfo = a.ConnectionInfo
		return nil
	})
	var known *fail.Error
	switch {
	case err == nil && errors.As(refused, &known):
		return attachmentOut{}, fail.New(fail.Internal, "Unable to update attachment (%s).", known.Text)
	case err != nil:
		return attachmentOut{}, err
	}
	return attachmentOut{newAttachmentDetail(&told)}, nil
}

// mayConnect tells whether an attachment of the volume may be given to a host: of a volume that is for one server, no
// other may have one.
func (s *Service) mayConnect(r state.Reader, v *Volume) error {
	conflict := func(format string, args ...any) error {
		if s.release.AtLeast(release.Antelope) {
			return fail.New(fail.Conflict, "Resource conflict: "+format, args...)
		}
		return fail.New(fail.Invalid, "Invalid volume: "+format, args...)
	}
	if strings.Contains(string(v.Status), "error") {
		return conflict("Volume attachments can not be updated if the volume is in an error state. The Volume %s currently has a status of: %s ",
			v.ID, v.Status)
	}
	all := s.attachmentsOf(r, v.ID)
	connected := slices.ContainsFunc(all, func(a Attachment) bool { return a.ConnectionInfo != "" })
	if len(all) > 1 && !v.Multiattach && connected {
		return conflict("duplicate connectors detected on volume %s", v.ID)
	}
	return nil
}

// connect is upstream's volume service at work (volume/manager.py, attachment_update): the host is told how to reach the
// volume, and volume and attachment are "attaching". The mode is the attachment's if one was chosen, else the connector's.
func (s *Service) connect(c *httpapi.Call, tx *state.Tx, v *Volume, a *Attachment, by connector, mode string) error {
	chosen := by.text("mode")
	if !by.has("mode") {
		chosen = "rw"
	}
	if mode != modeUnsaid {
		chosen = mode
		by = by.with("mode", nullString(mode))
	}
	info, err := s.connection(tx, v, by)
	if err != nil {
		return err
	}
	if a.Connector, err = by.json(); err != nil {
		return err
	}
	if s.driverDown(tx, v.Host) {
		a.Status = errorAttaching
		s.createMessage(tx, authOf(c), actionUpdateAttachment, v.ID, detailDriverNotInitialized)
		return fail.New(fail.Internal, "Volume driver not ready.")
	}
	if a.ConnectionInfo, err = info.flat(a.ID, by, s.release); err != nil {
		return err
	}
	host := by.text("host")
	a.Host, a.Device, a.Mode = &host, "na", chosen
	if by.has("mountpoint") {
		a.Device = by.text("mountpoint")
	}
	a.Status, a.AttachedAt = attaching, s.clock.Now()
	v.Status, v.AttachStatus, v.UpdatedAt = StatusAttaching, attaching, a.AttachedAt
	return nil
}
