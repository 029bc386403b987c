package cinder

import (
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

type moveVolumeJob struct {
	Volume string
	Host   string // Backend.Host
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
		s.queue.Begin(tx, kindMoveVolume, moveVolumeJob{v.ID, to.Host})
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

// finishMove puts a volume on another backend, where there is room for it (volume/manager.py, migrate_volume).
//
// Gap: volumes in use are moved with the help of the compute service: they stay, as upstream's do when that service cannot
// be reached.
func (s *Service) finishMove(ctx context.Context, job moveVolumeJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, job.Volume)
		if !ok || v.MigrationStatus != migrationStarting {
			return nil
		}
		v.UpdatedAt = s.clock.Now()
		if v.Status == StatusMaintenance {
			v.Status = v.PreviousStatus
		}
		typ, _ := s.types.Get(tx, v.TypeID)
		i := slices.IndexFunc(s.backends, func(b Backend) bool { return b.Host == job.Host })
		fits := i >= 0
		if fits {
			to := s.candidate(tx, i)
			fits = to.hasRoom(scheduleRequest{Size: v.Size, Type: typ}) && satisfies(to.capability, typ.ExtraSpecs)
		}
		if !fits || s.driverDown(tx, job.Host) || len(s.attachmentsOf(tx, v.ID)) > 0 || sim.Failure(ctx) != nil {
			v.MigrationStatus = migrationError
			s.putVolume(tx, v)
			return nil
		}
		b := s.backends[i]
		v.MigrationStatus, v.Host, v.Zone, v.ServiceUUID = migrationSuccess, b.Host, b.Zone, serviceUUID(b.service())
		s.putVolume(tx, v)
		return nil
	})
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
	// No volume here is ever the target of a migration: they move as they are.
	return out, invalidVolume("Destination has migration_status " + to.MigrationStatus + ", expected target:" + v.ID + ".")
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
