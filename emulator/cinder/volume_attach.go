package cinder

import (
	"regexp"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

var (
	schemaReserve   = action("os-reserve", schema.Dict{}) // anything will do
	schemaUnreserve = action("os-unreserve", schema.Dict{})
	schemaAttach    = action("os-attach", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"instance_uuid", schemaUUID},
			{"mountpoint", schema.Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}},
			{"host_name", schema.Dict{{"type", "string"}, {"maxLength", 255}}},
			{"mode", schema.Dict{{"type", "string"}, {"enum", schema.List{"rw", "ro"}}}},
		}},
		{"required", schema.List{"mountpoint"}},
		{"anyOf", schema.List{
			schema.Dict{{"required", schema.List{"instance_uuid"}}},
			schema.Dict{{"required", schema.List{"host_name"}}},
		}},
		{"additionalProperties", false},
	})
)

// volumeReserve serves os-reserve: the volume is "attaching" until it is attached or unreserved. API reference: Block
// Storage v3, "Reserve a volume".
func (s *Service) volumeReserve(c *httpapi.Call) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	_, err = s.changeVolume(v.ID, func(_ *state.Tx, v *Volume) error {
		from, words := []Status{StatusAvailable}, "available"
		if v.Multiattach {
			from, words = []Status{StatusAvailable, StatusInUse}, "available or in-use"
		}
		if !slices.Contains(from, v.Status) {
			return invalidVolume("Volume status must be " + words + " to reserve, but the status is " + string(v.Status) + ".")
		}
		v.Status = StatusAttaching
		return nil
	})
	return err
}

// volumeUnreserve serves os-unreserve. It succeeds whether or not the volume was reserved. API reference: Block Storage
// v3, "Unmark volume as reserved".
func (s *Service) volumeUnreserve(c *httpapi.Call) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	return s.moveVolume(v.ID, StatusAttaching, func(tx *state.Tx) Status { return s.restingStatus(tx, v.ID) })
}

// moveVolume turns a volume from one status to another, if that is the one it is in.
func (s *Service) moveVolume(id string, from Status, to func(tx *state.Tx) Status) error {
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, id)
		if !ok {
			return fail.Missing("volume", id)
		}
		if v.Status == from {
			v.Status, v.UpdatedAt = to(tx), s.clock.Now()
			s.putVolume(tx, v)
		}
		return nil
	})
}

type attachIn struct {
	Params struct {
		InstanceUUID *string `json:"instance_uuid"`
		HostName     *string `json:"host_name"`
		Mountpoint   string  `json:"mountpoint"`
		Mode         string  `json:"mode"`
	} `json:"os-attach"`
}

// volumeAttach serves os-attach: the volume is "in-use" when the 202 leaves. Upstream's volume service does not look
// whether the volume was reserved before, nor whether it is available at all. API reference: Block Storage v3, "Attach
// volume to a server".
//
// Gap: what upstream's volume service refuses, and not its API, comes with a Python traceback after the message.
func (s *Service) volumeAttach(c *httpapi.Call, in attachIn) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	asked := Attachment{ID: s.ids.UUID(), VolumeID: v.ID, ServerID: in.Params.InstanceUUID, Device: in.Params.Mountpoint, Mode: in.Params.Mode, CreatedAt: c.Now}
	if asked.Mode == "" {
		asked.Mode = "rw"
	}
	if name := in.Params.HostName; name != nil && *name != "" {
		host := sanitizeHostname(*name)
		asked.Host = &host
	}
	var refused error // may leave traces
	err = s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, v.ID)
		if !ok {
			return fail.Missing("volume", v.ID)
		}
		if v.Status == StatusMaintenance {
			return invalidVolume("The volume cannot be attached in maintenance mode.")
		}
		_, had := v.AdminMetadata[adminReadonly]
		if !had {
			v.setAdminMetadata(adminReadonly, "False")
			s.putVolume(tx, v)
		}
		refused = s.attach(c, tx, v, asked)
		if had && !s.driverDown(tx, v.Host) {
			return refused
		}
		return nil
	})
	if err != nil {
		return err
	}
	return refused
}

// attach is upstream's volume service at work (volume/manager.py, attach_volume).
func (s *Service) attach(c *httpapi.Call, tx *state.Tx, v Volume, asked Attachment) error {
	if v.AdminMetadata[adminReadonly] == "True" && asked.Mode != "ro" {
		return fail.New(fail.Invalid, "Invalid attaching mode '%s' for volume %s.", asked.Mode, v.ID)
	}
	if mode := v.AdminMetadata[adminAttachedMode]; v.Status == StatusAttaching && mode != "" && mode != asked.Mode {
		return invalidVolume("being attached by different mode")
	}
	all := s.attachmentsOf(tx, v.ID)
	if slices.ContainsFunc(all, asked.sameUser) {
		return s.attachAgain(c, tx, v)
	}
	if v.Status == StatusInUse && !v.Multiattach && v.MigrationStatus == "" {
		return invalidVolume("volume is already attached and multiple attachments are not enabled")
	}
	if n := len(all); n > 0 {
		asked.Number = all[n-1].Number + 1
	}
	v.setAdminMetadata(adminAttachedMode, asked.Mode)
	if s.driverDown(tx, v.Host) {
		asked.Status = errorAttaching
		s.attachments.Put(tx, asked)
		s.putVolume(tx, v)
		s.createMessage(tx, authOf(c), actionAttachVolume, v.ID, detailDriverNotInitialized)
		return fail.New(fail.Internal, serverError)
	}
	asked.Status, asked.AttachedAt = attached, s.clock.Now()
	s.attachments.Put(tx, asked)
	v.Status, v.AttachStatus, v.UpdatedAt = StatusInUse, attached, asked.AttachedAt
	s.putVolume(tx, v)
	return nil
}

// attachAgain is what becomes of attaching a volume to a server that has it.
//
// Quirk: an administrator has nothing to fear, but for anybody else upstream breaks: its volume service saves metadata
// that only administrators may (observed on release Zed; volume/manager.py, objects/volume.py).
func (s *Service) attachAgain(c *httpapi.Call, tx *state.Tx, v Volume) error {
	if !isAdmin(c) {
		return fail.New(fail.Internal, serverError)
	}
	v.Status, v.UpdatedAt = StatusInUse, s.clock.Now()
	s.putVolume(tx, v)
	return nil
}

// sameUser tells whether two attachments are for the same server or, where no server is named, for the same host.
func (a Attachment) sameUser(b Attachment) bool {
	same := func(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }
	if a.ServerID != nil && *a.ServerID != "" {
		return same(a.ServerID, b.ServerID)
	}
	return same(a.Host, b.Host)
}

var (
	hostSeparators = regexp.MustCompile(`[ _]`)
	hostStrangers  = regexp.MustCompile(`[^\pL\pN_.-]+`)
)

// sanitizeHostname spells a host as a host name may be spelled (volume/volume_utils.py).
func sanitizeHostname(name string) string {
	name = strings.Map(func(r rune) rune {
		if r > 0xff {
			return -1
		}
		return r
	}, name)
	name = hostStrangers.ReplaceAllString(hostSeparators.ReplaceAllString(name, "-"), "")
	return strings.Trim(strings.ToLower(name), ".-")
}
