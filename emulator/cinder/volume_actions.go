package cinder

import (
	"context"
	"maps"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// pythonBool is str(b) in Python.
func pythonBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

type resetStatusIn struct {
	Params struct {
		Status          string `json:"status"`
		AttachStatus    string `json:"attach_status"`
		MigrationStatus string `json:"migration_status"`
	} `json:"os-reset_status"`
}

// volumeResetStatus serves os-reset_status. API reference: Block Storage v3, "Reset a volume's statuses".
func (s *Service) volumeResetStatus(c *httpapi.Call, in resetStatusIn) error {
	v, err := s.volumeKnownTo(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	status := Status(strings.ToLower(in.Params.Status))
	attach, migration := strings.ToLower(in.Params.AttachStatus), strings.ToLower(in.Params.MigrationStatus)
	switch status {
	case StatusDeleting: // Quirk: error_deleting and detaching were meant too, but a comma is missing upstream
		return fail.New(fail.Invalid, "Cannot reset-state to %s", status)
	case StatusInUse:
		if len(s.attachmentsOf(s.db.View(), v.ID)) == 0 {
			return fail.New(fail.Invalid, "Cannot reset-state to in-use because volume does not have any attachments.")
		}
	}
	_, err = s.changeVolume(v.ID, func(tx *state.Tx, v *Volume) error {
		if status != "" {
			v.Status = status
		}
		if attach != "" {
			v.AttachStatus = attach
		}
		if migration == "none" {
			v.MigrationStatus = ""
		} else if migration != "" {
			v.MigrationStatus = migration
		}
		if attach == detached {
			for _, a := range s.attachmentsOf(tx, v.ID) {
				s.forgetAttachment(tx, v, a.ID) // Quirk: which may settle another status than the one asked for
			}
			v.setAdminMetadata(adminAttachedMode, "")
		}
		return nil
	})
	return err
}

type setBootableIn struct {
	Params struct {
		Bootable boolish `json:"bootable"`
	} `json:"os-set_bootable"`
}

// volumeSetBootable serves os-set_bootable. API reference: Block Storage v3, "Update a volume's bootable status".
func (s *Service) volumeSetBootable(c *httpapi.Call, in setBootableIn) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	_, err = s.changeVolume(v.ID, func(_ *state.Tx, v *Volume) error {
		if v.Status == StatusMaintenance {
			return invalidVolume("The volume cannot be updated during maintenance.")
		}
		v.Bootable = bool(in.Params.Bootable)
		return nil
	})
	return err
}

type updateReadonlyIn struct {
	Params struct {
		Readonly boolish `json:"readonly"`
	} `json:"os-update_readonly_flag"`
}

// volumeUpdateReadonly serves os-update_readonly_flag. API reference: Block Storage v3, "Updates volume read-only
// access-mode flag".
func (s *Service) volumeUpdateReadonly(c *httpapi.Call, in updateReadonlyIn) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	return s.editVolume(v.ID, func(v *Volume) error {
		if v.Status != StatusAvailable {
			return invalidVolume("Volume " + v.ID + " status must be available to update readonly flag, but current status is: " +
				string(v.Status) + ".")
		}
		v.AdminMetadata = maps.Clone(v.AdminMetadata)
		if v.AdminMetadata == nil {
			v.AdminMetadata = map[string]string{}
		}
		v.AdminMetadata[adminReadonly] = pythonBool(bool(in.Params.Readonly))
		return nil
	})
}

// editVolume changes what upstream keeps beside a volume, so that the volume itself counts as unchanged.
func (s *Service) editVolume(id string, edit func(v *Volume) error) error {
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, id)
		if !ok {
			return fail.Missing("volume", id)
		}
		if err := edit(&v); err != nil {
			return err
		}
		s.volumes.Put(tx, v)
		return nil
	})
}

// volumeForceDelete serves os-force_delete. API reference: Block Storage v3, "Force delete a volume".
func (s *Service) volumeForceDelete(c *httpapi.Call) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	if err := c.AuthorizeFor("volume:delete", &v); err != nil {
		return err
	}
	return s.beginDelete(c, v.ID, deletion{Force: true})
}

type extendIn struct {
	Params struct {
		NewSize looseInt `json:"new_size"`
	} `json:"os-extend"`
}

// extendVolumeJob is the background half.
type extendVolumeJob struct {
	Volume string
	Size   int // GiB
	Auth   jobAuth
}

// volumeExtend serves os-extend. API reference: Block Storage v3, "Extend a volume size".
func (s *Service) volumeExtend(c *httpapi.Call, in extendIn) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if in.Params.NewSize.value == nil {
		return fail.New(fail.Invalid, badRequest)
	}
	from, size := StatusAvailable, *in.Params.NewSize.value
	if v.Status == StatusInUse && c.Version.AtLeast(mvVolumeExtendInUse) {
		from = StatusInUse
		if err := c.AuthorizeFor("volume:extend_attached_volume", &v); err != nil {
			return err
		}
	} else if err := c.Authorize(&v); err != nil {
		return err
	}
	_, err = s.changeVolume(v.ID, func(tx *state.Tx, v *Volume) error {
		if size <= v.Size {
			return fail.New(fail.Invalid, "Invalid input received: New size for extend must be greater than current size. "+
				"(current: %d, extended: %d).", v.Size, size)
		}
		typ, _ := s.types.Get(tx, v.TypeID)
		if err := checkSizeOfType(typ, size); err != nil {
			return err
		}
		if v.Status != from {
			return invalidVolume("Volume " + v.ID + " status must be '{'status': '" + string(from) + "'}' to extend, currently " +
				string(v.Status) + ".")
		}
		if err := s.checkGrowth(tx, v, typ, size); err != nil {
			return err
		}
		v.PreviousStatus, v.Status, v.GrowsBy = v.Status, StatusExtending, size-v.Size
		s.queue.Begin(tx, kindExtendVolume, extendVolumeJob{v.ID, size, authOf(c)})
		return nil
	})
	return err
}

// checkGrowth tells whether a project may have a volume grow to so many GiB.
//
// Quirk: whichever limit would be passed, that of all gigabytes is told (volume/api.py, _extend; observed on release Zed).
func (s *Service) checkGrowth(r state.Reader, v *Volume, typ VolumeType, size int) error {
	if err := s.checkQuota(r, v.ProjectID, typ, quotaDeltas{PerVolume: size}); err != nil {
		return err
	}
	add := quotaDeltas{Gigabytes: size - v.Size}
	if overs, overflows := s.quotaOvers(r, v.ProjectID, typ, add); len(overs) == 0 || len(overflows) > 0 {
		return s.checkQuota(r, v.ProjectID, typ, add)
	}
	all := quotaResource{quotaGigabytes, quotaGigabytes, ""}
	return exceedsGigabytes(overQuota{all.Name, s.quotaLimit(r, v.ProjectID, all.Name), all.taken(s.usageOf(r, v.ProjectID, ""))}, add.Gigabytes)
}

// finishExtend gives a volume its new size, if its backend has room for it. A driver that fails leaves the volume in error
// (volume/manager.py, extend_volume_completion). The servers that have it hear of a new size.
func (s *Service) finishExtend(ctx context.Context, job extendVolumeJob) error {
	grown := false
	err := s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, job.Volume)
		if !ok {
			return nil
		}
		if v.GrowsBy = 0; v.Status != StatusExtending { // somebody reset it
			s.putVolume(tx, v)
			return nil
		}
		v.UpdatedAt = s.clock.Now()
		v.Status, v.PreviousStatus = v.PreviousStatus, ""
		switch {
		case !s.hasRoomFor(tx, v, job.Size-v.Size):
			s.createMessage(tx, job.Auth, actionExtendVolume, v.ID, detailNoBackendAvailable)
		case sim.Failure(ctx) != nil:
			v.Status = StatusErrorExtending
			s.createMessage(tx, job.Auth, actionExtendVolume, v.ID, detailDriverFailedExtend)
		default:
			v.Size, v.Content, grown = job.Size, v.Content.Resize(int64(job.Size)*gib), true
		}
		s.putVolume(tx, v)
		return nil
	})
	if err != nil || !grown {
		return err
	}
	return s.tellServers(ctx, job.Auth, job.Volume, eventExtended, actionExtendVolume, detailNotifyComputeFailed)
}

// hasRoomFor tells whether a volume's backend can give it so many GiB more.
func (s *Service) hasRoomFor(r state.Reader, v Volume, more int) bool {
	typ, _ := s.types.Get(r, v.TypeID)
	for i, b := range s.backends {
		if b.Host == v.Host {
			c := s.candidate(r, i)
			return c.hasRoom(scheduleRequest{Size: more, Type: typ})
		}
	}
	return false
}
