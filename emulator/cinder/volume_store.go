package cinder

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// volumeTables hold volumes.
type volumeTables struct {
	volumes *state.Table[Volume]
	// volumesByProject and volumesByAge have the oldest first, by project or of all projects.
	volumesByProject *state.Index[Volume]
	volumesByAge     *state.Index[Volume]
}

func newVolumeTables(db *state.DB) volumeTables {
	t := volumeTables{
		volumesByProject: state.Order(func(a, b *Volume) bool {
			if a.ProjectID != b.ProjectID {
				return a.ProjectID < b.ProjectID
			}
			return older(a, b)
		}, nil),
		volumesByAge: state.Order(older, nil),
	}
	t.volumes = state.Add(db, "cinder.volumes", func(v *Volume) *string { return &v.ID }, t.volumesByProject, t.volumesByAge)
	return t
}

// older is the order of upstream's lists, backward: by time of creation, and then by id.
func older(a, b *Volume) bool {
	if !a.CreatedAt.Equal(b.CreatedAt) {
		return a.CreatedAt.Before(b.CreatedAt)
	}
	return a.ID < b.ID
}

// putVolume stores a volume and keeps the counts of quotas and backends right.
func (s *Service) putVolume(tx *state.Tx, v Volume) {
	var before *holding
	if old, ok := s.volumes.Get(tx, v.ID); ok {
		before = old.holding()
	}
	s.tally(tx, before, v.holding())
	s.volumes.Put(tx, v)
}

// dropVolume takes a volume out of the state.
func (s *Service) dropVolume(tx *state.Tx, id string) {
	if old, ok := s.volumes.Get(tx, id); ok {
		s.tally(tx, old.holding(), nil)
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
