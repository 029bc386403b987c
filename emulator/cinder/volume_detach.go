package cinder

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

var (
	schemaBeginDetaching = action("os-begin_detaching", schema.Dict{}) // anything will do
	schemaRollDetaching  = action("os-roll_detaching", schema.Dict{})
	schemaDetach         = action("os-detach", schema.Dict{
		{"type", schema.List{"object", "null"}},
		{"properties", schema.Dict{{"attachment_id", schemaOptionalUUID}}},
		{"additionalProperties", false},
	})
)

// volumeBeginDetaching serves os-begin_detaching. A volume that is being migrated stays as it is. API reference: Block
// Storage v3, "Begin detaching volume".
func (s *Service) volumeBeginDetaching(c *httpapi.Call) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, v.ID)
		switch {
		case !ok:
			return fail.Missing("volume", v.ID)
		case v.migrating():
			return nil
		case v.Status != StatusInUse || !v.attached():
			return invalidVolume("Unable to detach volume. Volume status must be 'in-use' and attach_status must be 'attached' to detach.")
		}
		v.Status, v.UpdatedAt = StatusDetaching, s.clock.Now()
		s.putVolume(tx, v)
		return nil
	})
}

// volumeRollDetaching serves os-roll_detaching. It succeeds whether or not the volume was being detached. API reference:
// Block Storage v3, "Roll detaching".
func (s *Service) volumeRollDetaching(c *httpapi.Call) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	return s.moveVolume(v.ID, StatusDetaching, func(*state.Tx) Status { return StatusInUse })
}

type detachIn struct {
	Params *struct {
		AttachmentID *string `json:"attachment_id"`
	} `json:"os-detach"`
}

// volumeDetach serves os-detach: the volume is what its other attachments make of it when the 202 leaves. API reference:
// Block Storage v3, "Detach volume from server".
//
// Quirk: a body of {"os-detach": null} passes the schema and breaks upstream (observed on release Zed).
func (s *Service) volumeDetach(c *httpapi.Call, in detachIn) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if in.Params == nil {
		return fail.New(fail.Internal, serverError)
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	return s.detachVolume(c, v.ID, in.Params.AttachmentID)
}

// detachVolume is volume/api.py's detach: of the attachment that is named, or of the only one.
func (s *Service) detachVolume(c *httpapi.Call, id string, attachment *string) error {
	byService := s.byService(c)
	a, err := s.attachmentToDetach(s.db.View(), id, attachment, byService)
	if err == nil {
		err = s.mayDetach(c, a)
	}
	if err != nil {
		return err
	}
	var refused error // leaves traces
	err = s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, id)
		if !ok {
			return fail.Missing("volume", id)
		}
		a, err := s.attachmentToDetach(tx, v.ID, attachment, byService)
		if err != nil {
			return err
		}
		if v.Status == StatusMaintenance {
			return invalidVolume("The volume cannot be detached in maintenance mode.")
		}
		refused = s.detach(tx, &v, a)
		s.putVolume(tx, v)
		return nil
	})
	if err != nil {
		return err
	}
	return refused
}

// byService tells whether a service passes the request on (volume/api.py, is_service_request).
func (s *Service) byService(c *httpapi.Call) bool {
	return slices.ContainsFunc(s.cfg.ServiceTokenRoles, func(role string) bool { return slices.Contains(c.Auth.Creds.ServiceRoles, role) })
}

// attachmentToDetach is the attachment that is named or, if none is, the only one; nil when the volume has none. Somebody
// who is not a service may not detach what cannot be told (volume/api.py, attachment_deletion_allowed). A service's
// unknown attachment has an id and nothing else.
func (s *Service) attachmentToDetach(r state.Reader, volume string, id *string, byService bool) (*Attachment, error) {
	if id == nil {
		switch all := s.attachmentsOf(r, volume); {
		case len(all) == 0:
			return nil, nil
		case len(all) == 1:
			return &all[0], nil
		case byService:
			return nil, invalidVolume("Detach volume failed: More than one attachment, but no attachment_id provided.")
		}
		return nil, useCompute("")
	}
	a, ok := s.attachments.Get(r, *id)
	switch {
	case !ok && byService:
		return &Attachment{ID: *id}, nil
	case !ok:
		return nil, useCompute("")
	case a.VolumeID != volume && !byService:
		return nil, fail.New(fail.Invalid, "Invalid input received: Mismatched volume and attachment")
	}
	return &a, nil
}

// detach is upstream's volume service at work (volume/manager.py, detach_volume). A volume without attachments becomes
// available whatever it was.
func (s *Service) detach(tx *state.Tx, v *Volume, a *Attachment) error {
	if a == nil {
		v.Status, v.AttachStatus, v.UpdatedAt = StatusAvailable, detached, s.clock.Now()
		return nil
	}
	if a.VolumeID != "" && s.driverDown(tx, v.Host) {
		a.Status = errorDetaching
		s.attachments.Put(tx, *a)
		return fail.New(fail.Internal, serverError)
	}
	s.forgetAttachment(tx, v, a.ID)
	v.UpdatedAt = s.clock.Now()
	return nil
}
