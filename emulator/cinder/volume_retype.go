package cinder

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

var schemaRetype = action("os-retype", closed(schema.Dict{
	{"new_type", schema.Dict{{"type", "string"}}},
	{"migration_policy", schema.Dict{{"type", schema.List{"string", "null"}}, {"enum", schema.List{migrateOnDemand, migrateNever}}}},
}, "new_type"))

// Whether a volume may be moved for the sake of its new type.
const (
	migrateOnDemand = "on-demand"
	migrateNever    = "never" // when nothing is said
)

// What a migration that is over left behind in Volume.MigrationStatus, and what it is while it goes on.
const (
	migrationSuccess  = "success"
	migrationError    = "error"
	migrationDeleting = "deleting"
	migrationMoving   = "migrating"
)

// migrating tells whether the volume is on its way to another backend.
func (v *Volume) migrating() bool {
	return !slices.Contains([]string{"", migrationDeleting, migrationError, migrationSuccess}, v.MigrationStatus)
}

type retypeIn struct {
	Params struct {
		NewType         string `json:"new_type"`
		MigrationPolicy string `json:"migration_policy"`
	} `json:"os-retype"`
}

// retypeVolumeJob is the background half.
type retypeVolumeJob struct {
	Volume string
	Type   string // the new one
	Policy string
	Auth   jobAuth
}

// volumeRetype serves os-retype: the volume is "retyping" when the 202 leaves; whether it gets the type is found out
// later, and nobody is told when it does not. API reference: Block Storage v3, "Retype a volume".
//
// Quirk: the volume is or is not for many servers at once as the new type says, from now on and whatever comes of it
// (volume/api.py).
func (s *Service) volumeRetype(c *httpapi.Call, in retypeIn) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	_, err = s.changeVolume(v.ID, func(tx *state.Tx, v *Volume) error {
		typ, err := s.typeOf(tx, in.Params.NewType)
		if err != nil {
			return err
		}
		if err := s.checkRetype(c, tx, v, typ); err != nil {
			return err
		}
		v.PreviousStatus, v.Status, v.BecomesType = v.Status, StatusRetyping, typ.ID
		v.Multiattach = typ.Spec(specMultiattach) == "<is> True"
		s.queue.Begin(tx, kindRetypeVolume, retypeVolumeJob{Volume: v.ID, Type: typ.ID, Policy: in.Params.MigrationPolicy, Auth: authOf(c)})
		return nil
	})
	return err
}

// checkRetype tells whether a volume may be given a type, as far as is looked at before the 202.
func (s *Service) checkRetype(c *httpapi.Call, r state.Reader, v *Volume, typ VolumeType) error {
	if err := checkSizeOfType(typ, v.Size); err != nil {
		return err
	}
	multiattach := typ.Spec(specMultiattach) == "<is> True"
	if v.Multiattach != multiattach {
		if v.Status != StatusAvailable {
			return fail.New(fail.Invalid, "Invalid input received: Invalid volume_type passed, retypes affecting multiattach are only allowed on "+
				"available volumes, the specified volume however currently has a status of: %s.", v.Status)
		}
		if multiattach {
			if err := c.AuthorizeFor("volume:multiattach", v); err != nil {
				return err
			}
		}
	}
	// Quirk: upstream looks for an extra spec of that name, and not at how the type is encrypted.
	if multiattach && typ.Spec("encryption") != "" {
		return fail.New(fail.Invalid, "Invalid input received: Retype requested both encryption and multi-attach, which is not supported.")
	}
	if !typ.visibleTo(c) {
		return typeMissing(typ.ID)
	}
	if err := s.checkQuota(r, v.ProjectID, typ, quotaDeltas{Volumes: 1, Gigabytes: v.Size, OnlyOfType: true}); err != nil {
		return err
	}
	if v.Status != StatusAvailable && v.Status != StatusInUse || v.migrating() || v.TypeID == typ.ID {
		return invalidVolume("Retype needs volume to be in available or in-use state, not be part of an active migration or a consistency " +
			"group, requested type has to be different that the one from the volume, and for in-use volumes front-end qos specs cannot change.")
	}
	return nil
}

// finishRetype gives a volume its new type where it is, or sends it on its way to a backend where it can have it. When it
// can do neither, the volume is as it was.
//
// A driver that fails to change the type lets the volume be migrated, if it may be (volume/manager.py, retype).
func (s *Service) finishRetype(ctx context.Context, job retypeVolumeJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, job.Volume)
		switch {
		case !ok || v.migrating(): // deleted meanwhile, or done before
			return nil
		case v.Status != StatusRetyping: // somebody reset it
			v.BecomesType = ""
			s.putVolume(tx, v)
			return nil
		}
		v.UpdatedAt = s.clock.Now()
		old, _ := s.types.Get(tx, v.TypeID)
		typ, known := s.types.Get(tx, job.Type)
		backend, found := s.retypeBackend(tx, v, typ, job.Policy)
		switch {
		case !known || !found || s.driverDown(tx, v.Host):
			v.Status, v.PreviousStatus = v.PreviousStatus, ""
		case sim.Failure(ctx) == nil && retypesInPlace(old, typ, &backend, v.Host):
			v.TypeID, v.Host = typ.ID, backend.Host
			v.Status, v.PreviousStatus = v.PreviousStatus, ""
		case job.Policy != migrateOnDemand:
			v.Status, v.PreviousStatus = v.PreviousStatus, ""
		default:
			v.MigrationStatus = migrationMoving
			s.queue.Begin(tx, kindMigrateVolume, migrateVolumeJob{v.ID, backend.Host, typ.ID, job.Auth})
		}
		if v.Status != StatusRetyping {
			v.BecomesType = ""
		}
		s.putVolume(tx, v)
		return nil
	})
}

// retypeBackend is the volume's own backend if the type can be there, whether or not there is room, or else, if the
// volume may be moved, the best for it (scheduler/filter_scheduler.py, find_retype_backend).
func (s *Service) retypeBackend(r state.Reader, v Volume, typ VolumeType, policy string) (Backend, bool) {
	zones := typeZones(typ)
	if len(zones) == 0 && v.Zone != "" {
		zones = []string{v.Zone}
	}
	for i := range s.backends {
		c := s.candidate(r, i)
		if c.Host == v.Host && c.inZone(zones) && satisfies(c.capability, typ.ExtraSpecs) && !s.isDisabled(r, c.Backend) {
			return *c.Backend, true
		}
	}
	if policy != migrateOnDemand {
		return Backend{}, false
	}
	b, err := s.schedule(r, scheduleRequest{Size: v.Size, Type: typ, Zones: zones})
	return b, err == nil
}

// retypesInPlace tells whether a volume on host can take the new type without being copied: because the types differ in
// name only, or because the backend has it, whose driver takes any type as LVM's does, but leaves encryption to others
// (volume/manager.py, retype; volume/drivers/lvm.py).
func retypesInPlace(old, typ VolumeType, b *Backend, host string) bool {
	sameSpecs := maps.EqualFunc(old.ExtraSpecs, typ.ExtraSpecs, func(a, b *string) bool {
		return a == b || a != nil && b != nil && *a == *b
	})
	if sameSpecs && sameEncryption(old.Encryption, typ.Encryption) {
		return true
	}
	service, _, _ := strings.Cut(host, "#")
	return old.Encryption == nil && typ.Encryption == nil && b.service() == service
}

func sameEncryption(a, b *Encryption) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Provider == b.Provider && a.ControlLocation == b.ControlLocation &&
		orZero(a.Cipher) == orZero(b.Cipher) && orZero(a.KeySize) == orZero(b.KeySize)
}

func orZero[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}
