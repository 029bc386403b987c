package cinder

import (
	"cmp"
	"context"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

const kindMoveVolume = "cinder.volume.move"

// migrationStarting is the status of a migration that is not under way yet.
const migrationStarting = "starting"

var (
	schemaMigrateParams = schema.Dict{
		{"host", schema.Dict{{"type", "string"}, {"maxLength", 255}}},
		{"force_host_copy", schemaBoolean},
		{"lock_volume", schemaBoolean},
	}
	schemaHostOrNull        = schema.Dict{{"type", schema.List{"string", "null"}}, {"maxLength", 255}}
	schemaMigrate           = action("os-migrate_volume", closed(schemaMigrateParams, "host"))
	schemaMigrate316        = action("os-migrate_volume", closed(schemaMigrateParams.With("host", schemaHostOrNull).With("cluster", schemaHostOrNull)))
	schemaFlag              = schema.Dict{{"type", schema.List{"string", "null", "boolean"}}}
	schemaMigrateCompletion = action("os-migrate_volume_completion", closed(schema.Dict{
		{"new_volume", schemaUUID},
		{"error", schemaFlag},
	}, "new_volume"))
	schemaExtendCompletion = action("os-extend_volume_completion", closed(schema.Dict{{"error", schemaFlag}}))
)

type migrateIn struct {
	Params struct {
		Host    *string `json:"host"`
		Cluster *string `json:"cluster"`
		Force   boolish `json:"force_host_copy"`
		Lock    boolish `json:"lock_volume"`
	} `json:"os-migrate_volume"`
}

// migrateVolumeJob is a volume on its way to another backend, and there to another type if it is being retyped.
type migrateVolumeJob struct {
	Volume string
	Host   string // Backend.Host
	Type   string // the new one, or "" to keep the one it has
	Auth   jobAuth
}

// volumeMigrate serves os-migrate_volume: the volume is on its way when the 202 leaves. API reference: Block Storage v3,
// "Migrate a volume".
func (s *Service) volumeMigrate(c *httpapi.Call, in migrateIn) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	host, cluster, err := hostOrCluster(c, in.Params.Host, in.Params.Cluster)
	if err != nil {
		return err
	}
	_, err = s.changeVolume(v.ID, func(tx *state.Tx, v *Volume) error {
		to, ok := s.backendNamed(tx, host, cluster)
		if !ok {
			return fail.New(fail.Invalid, "Invalid host: No available service named '%s'", cluster+host)
		}
		same := v.Host == host
		if to.Cluster != "" {
			same = s.clusterOf(v.Host) == to.Cluster
		}
		replicated := v.ReplicationStatus != "" && v.ReplicationStatus != replicationDisabled && v.ReplicationStatus != "not-capable"
		if v.Status != StatusAvailable && v.Status != StatusInUse || v.migrating() || replicated || v.GroupID != "" || same ||
			len(s.snapshotsOf(tx, v.ID)) > 0 {
			return invalidVolume("Volume " + v.ID + " status must be available or in-use, must not be migrating, have snapshots, be replicated, " +
				"be part of a group and destination host/cluster must be different than the current one")
		}
		v.MigrationStatus, v.PreviousStatus = migrationStarting, v.Status
		if bool(in.Params.Lock) && v.Status == StatusAvailable {
			v.Status = StatusMaintenance
		}
		s.queue.Begin(tx, kindMoveVolume, migrateVolumeJob{Volume: v.ID, Host: to.Host, Auth: authOf(c)})
		return nil
	})
	return err
}

// hostOrCluster is the one of them that a body names (api/common.py, get_cluster_host).
func hostOrCluster(c *httpapi.Call, host, cluster *string) (string, string, error) {
	why := "One and only one of cluster and host must be set."
	if !c.Version.AtLeast(mvMigrateCluster) {
		cluster, why = nil, "Host field is missing."
	}
	if (orZero(host) == "") == (orZero(cluster) == "") {
		return "", "", fail.New(fail.Invalid, "Invalid input received: %s", why)
	}
	return orZero(host), orZero(cluster), nil
}

// backendNamed is an enabled backend by the name of its pool, its service or its cluster.
func (s *Service) backendNamed(r state.Reader, host, cluster string) (Backend, bool) {
	i := slices.IndexFunc(s.backends, func(b Backend) bool {
		named := cluster != "" && b.Cluster == cluster || host != "" && (b.Host == host || b.service() == host)
		return named && !s.isDisabled(r, &b)
	})
	if i < 0 {
		return Backend{}, false
	}
	return s.backends[i], true
}

// finishMigrate puts a volume on another backend, where it can be, and gives it the type for which it goes there. Servers
// that have it must change over to a copy first (volume/manager.py, migrate_volume).
func (s *Service) finishMigrate(ctx context.Context, job migrateVolumeJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, job.Volume)
		if !ok {
			return nil
		}
		to, typ, fits := s.destination(tx, &v, job)
		v.UpdatedAt = s.clock.Now()
		switch {
		case !v.migrating() || job.Type != "" && v.Status != StatusRetyping: // somebody reset it
			v.BecomesType = ""
		case !fits || sim.Failure(ctx) != nil:
			v.endMigration(migrationError)
		case len(s.attachmentsOf(tx, v.ID)) > 0:
			v.MigrationStatus = migrationMoving
			target := s.migrationTarget(tx, v, to, typ)
			s.putVolume(tx, target)
			s.queue.Begin(tx, kindChangeOver, changeOverJob{v.ID, target.ID, job.Auth})
		default:
			s.arrive(tx, &v, to, typ)
			v.endMigration(migrationSuccess)
		}
		s.putVolume(tx, v)
		return nil
	})
}

// destination is where a migration goes, and the type that the volume has there, if it can be there.
func (s *Service) destination(r state.Reader, v *Volume, job migrateVolumeJob) (to Backend, typ VolumeType, fits bool) {
	typ, known := s.types.Get(r, cmp.Or(job.Type, v.TypeID))
	i := slices.IndexFunc(s.backends, func(b Backend) bool { return b.Host == job.Host })
	if i < 0 || !known && job.Type != "" {
		return to, typ, false
	}
	c := s.candidate(r, i)
	fits = c.hasRoom(scheduleRequest{Size: v.Size, Type: typ}) && satisfies(c.capability, typ.ExtraSpecs) && !s.driverDown(r, job.Host)
	return s.backends[i], typ, fits
}

// arrive makes a volume one of a backend and a type.
func (s *Service) arrive(r state.Reader, v *Volume, to Backend, typ VolumeType) {
	if old, _ := s.types.Get(r, v.TypeID); !sameEncryption(old.Encryption, typ.Encryption) {
		if v.EncryptionKeyID = ""; typ.Encrypted() {
			v.EncryptionKeyID = s.ids.UUID()
		}
	}
	v.Host, v.Zone, v.ServiceUUID, v.TypeID = to.Host, to.Zone, serviceUUID(to.service()), typ.ID
}

// endMigration notes what came of a migration; what it was for is over, too.
func (v *Volume) endMigration(outcome string) {
	if v.Status == StatusRetyping || v.Status == StatusMaintenance {
		v.Status = v.PreviousStatus
	}
	v.MigrationStatus, v.PreviousStatus, v.BecomesType = outcome, "", ""
}

type migrateCompletionIn struct {
	Params struct {
		NewVolume string  `json:"new_volume"`
		Error     boolish `json:"error"`
	} `json:"os-migrate_volume_completion"`
}

type migrateCompletionOut struct {
	SaveVolumeID string `json:"save_volume_id"`
}

// volumeMigrateCompletion serves os-migrate_volume_completion, by which the compute service tells that a server uses the
// copy. API reference: Block Storage v3, "Complete migration of a volume".
func (s *Service) volumeMigrateCompletion(c *httpapi.Call, in migrateCompletionIn) (migrateCompletionOut, error) {
	out := migrateCompletionOut{}
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return out, err
	}
	if err := c.Authorize(&v); err != nil {
		return out, err
	}
	to, err := s.volumeFor(c, s.db.View(), in.Params.NewVolume)
	if err != nil {
		return out, err
	}
	out.SaveVolumeID = to.ID
	switch {
	case v.MigrationStatus == "" && to.MigrationStatus == "":
		if in.Params.Error {
			return out, nil
		}
		return out, s.swapVolumes(v.ID, to.ID)
	case v.MigrationStatus == "":
		return out, invalidVolume("Source volume not mid-migration.")
	case to.MigrationStatus == "":
		return out, invalidVolume("Destination volume not mid-migration.")
	}
	if to.MigrationStatus != migrationTargetOf+v.ID {
		return out, invalidVolume("Destination has migration_status " + to.MigrationStatus + ", expected " + migrationTargetOf + v.ID + ".")
	}
	out.SaveVolumeID = v.ID
	return out, s.completeMigration(v.ID, to.ID, bool(in.Params.Error))
}

// swapVolumes has what is attached to one volume attached to another.
func (s *Service) swapVolumes(from, to string) error {
	return s.db.Update(func(tx *state.Tx) error {
		old, okOld := s.volumes.Get(tx, from)
		v, ok := s.volumes.Get(tx, to)
		if !okOld || !ok || from == to {
			return nil
		}
		for _, a := range s.attachmentsOf(tx, from) {
			s.forgetAttachment(tx, &old, a.ID)
			a.VolumeID, a.Mode, a.AttachedAt = to, "rw", s.clock.Now()
			s.attachments.Put(tx, a)
			v.Status, v.AttachStatus = StatusInUse, attached
			v.setAdminMetadata(adminAttachedMode, "rw")
		}
		old.UpdatedAt, v.UpdatedAt = s.clock.Now(), s.clock.Now()
		s.putVolume(tx, old)
		s.putVolume(tx, v)
		return nil
	})
}

// volumeExtendCompletion serves os-extend_volume_completion, since 3.71: the compute service tells how growing a volume
// in use went. The drivers here grow volumes by themselves, so nothing waits for it. API reference: Block Storage v3,
// "Complete extending a volume".
func (s *Service) volumeExtendCompletion(c *httpapi.Call) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	if v.Status != StatusExtending {
		return invalidVolume("Volume is not being extended.")
	}
	return invalidVolume("Required volume admin metadata is malformed or missing.")
}
