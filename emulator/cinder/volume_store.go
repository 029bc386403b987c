package cinder

import (
	"fmt"
	"iter"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// volumeTables hold volumes.
type volumeTables struct {
	volumes          shelf[Volume]
	volumesByName    *state.Index[Volume] // of those that have a name
	migrationTargets *state.Index[Volume]
	snapshotTables
	backupTables
	transferTables
	manageTables
	drivers *state.Table[driverState]
}

// driverState is about the driver of one backend; without a row it works.
type driverState struct {
	Host string // Backend.Host
	Down bool
}

func newVolumeTables(db *state.DB) volumeTables {
	t := volumeTables{volumesByName: state.Order(func(a, b *Volume) bool {
		return *a.Name < *b.Name || *a.Name == *b.Name && a.ID < b.ID
	}, func(v *Volume) bool { return v.Name != nil })}
	t.migrationTargets = state.Order(func(a, b *Volume) bool { return a.ID < b.ID }, (*Volume).isMigrationTarget)
	t.volumes = newShelf(db, "cinder.volumes", func(v *Volume) *string { return &v.ID },
		func(v *Volume) place { return place{v.ID, v.ProjectID, v.CreatedAt} },
		func(p place) Volume { return Volume{ID: p.ID, ProjectID: p.Project, CreatedAt: p.CreatedAt} }, t.volumesByName, t.migrationTargets)
	t.snapshotTables = newSnapshotTables(db)
	t.backupTables = newBackupTables(db)
	t.transferTables = newTransferTables(db)
	t.manageTables = newManageTables(db)
	t.drivers = state.Add(db, "cinder.drivers", func(d *driverState) *string { return &d.Host })
	return t
}

// volumesNamed yields the volumes of a name, whoever has them.
func (s *Service) volumesNamed(r state.Reader, name string) iter.Seq[Volume] {
	return func(yield func(Volume) bool) {
		for v := range s.volumesByName.Ascend(r, Volume{Name: &name}) {
			if *v.Name != name || !yield(v) {
				return
			}
		}
	}
}

// putVolume stores a volume and keeps the counts of quotas and backends right.
func (s *Service) putVolume(tx *state.Tx, v Volume) {
	var before *holding
	if old, ok := s.volumes.Get(tx, v.ID); ok {
		before = old.holding()
		s.tallyReserved(tx, old.reserved(), -1)
	}
	s.tally(tx, before, v.holding())
	s.tallyReserved(tx, v.reserved(), +1)
	s.volumes.Put(tx, v)
}

// dropVolume takes a volume out of the state.
func (s *Service) dropVolume(tx *state.Tx, id string) {
	if old, ok := s.volumes.Get(tx, id); ok {
		s.tally(tx, old.holding(), nil)
		s.tallyReserved(tx, old.reserved(), -1)
		for _, a := range s.attachmentsOf(tx, id) {
			s.attachments.Delete(tx, a.ID)
		}
		s.dropTransfersOf(tx, id)
		s.volumes.Delete(tx, id)
	}
}

// changeVolume applies a change to a volume, in one transaction, and returns what it has become. The change sees the
// volume as it is then, and may refuse.
func (s *Service) changeVolume(id string, change func(tx *state.Tx, v *Volume) error) (Volume, error) {
	var out Volume
	err := s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, id)
		if !ok {
			return fail.Missing("volume", id)
		}
		if err := change(tx, &v); err != nil {
			return err
		}
		v.UpdatedAt = s.clock.Now()
		s.putVolume(tx, v)
		out = v
		return nil
	})
	return out, err
}

// SetDriverInitialized says whether the driver of a backend, by its name, is initialised. While it is not, uploads of its
// volumes fail in the way that upstream fails before it looks at the image.
func (s *Service) SetDriverInitialized(backend string, initialized bool) error {
	i := slices.IndexFunc(s.cfg.Backends, func(b Backend) bool { return b.Name == backend })
	if i < 0 {
		return fmt.Errorf("no backend %q", backend)
	}
	return s.db.Update(func(tx *state.Tx) error {
		s.drivers.Put(tx, driverState{Host: s.cfg.Backends[i].Host, Down: !initialized})
		return nil
	})
}

func (s *Service) driverDown(r state.Reader, host string) bool {
	d, _ := s.drivers.Get(r, host)
	return d.Down
}
