package cinder

import (
	"context"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// StatusReverting is that of a volume that is being taken back to a snapshot.
const StatusReverting Status = "reverting"

const kindRevertVolume = "cinder.volume.revert"

var schemaRevert = action("revert", schema.Dict{
	{"type", "object"},
	{"properties", schema.Dict{{"snapshot_id", schema.Dict{{"type", schema.List{"string", "null"}}}}}},
	{"additionalProperties", true},
})

type revertIn struct {
	Params struct {
		SnapshotID *string `json:"snapshot_id"`
	} `json:"revert"`
}

type revertJob struct{ Volume, Snapshot string }

// volumeRevert serves revert, since 3.40: the volume is "reverting" and its latest snapshot "restoring" when the 202
// leaves. API reference: Block Storage v3, "Revert volume to snapshot".
//
// Quirk: the volume stays "reverting" when the snapshot's status refuses (volume/api.py, revert_to_snapshot; observed on
// release Zed).
func (s *Service) volumeRevert(c *httpapi.Call, in revertIn) error {
	r := s.db.View()
	v, err := s.volumeKnownTo(c, r, c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.AuthorizeFor("volume:get", &v); err != nil {
		return err
	}
	var latest *Snapshot
	for _, sn := range s.snapshotsOf(r, v.ID) {
		if sn.ProjectID == c.Auth.ProjectID || isAdmin(c) {
			latest = &sn
		}
	}
	asked := in.Params.SnapshotID
	switch {
	case latest == nil:
		return fail.New(fail.Invalid, "Volume %s doesn't have any snapshots.", v.ID)
	case asked == nil:
		return fail.New(fail.Invalid, "Specified snapshot None is None or not the latest one of volume %s.", v.ID)
	case *asked != latest.ID:
		return fail.New(fail.Invalid, "Specified snapshot %s is None or not the latest one of volume %s.", *asked, v.ID)
	case v.Size != latest.Size:
		return fail.New(fail.Invalid, "Can't revert volume %s to its latest snapshot %s. The volume size must be equal to the snapshot size.",
			v.ID, latest.ID)
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	var refused error
	_, err = s.changeVolume(v.ID, func(tx *state.Tx, v *Volume) error {
		cannot := "Can't revert volume " + v.ID + " to its latest snapshot " + latest.ID + ". "
		if v.Status != StatusAvailable {
			return fail.New(fail.Conflict, "Invalid volume: %sVolume's status must be 'available'.", cannot)
		}
		v.Status = StatusReverting
		sn, ok := s.snapshots.Get(tx, latest.ID)
		if !ok || sn.Status != SnapshotAvailable {
			refused = fail.New(fail.Conflict, "Invalid snapshot: %sSnapshot's status must be 'available'.", cannot)
			return nil
		}
		sn.Status, sn.UpdatedAt = SnapshotRestoring, s.clock.Now()
		s.putSnapshot(tx, sn)
		s.queue.Begin(tx, kindRevertVolume, revertJob{v.ID, sn.ID})
		return nil
	})
	if err == nil {
		err = refused
	}
	return err
}

// finishRevert gives a volume the bytes of a snapshot (volume/manager.py, revert_to_snapshot).
func (s *Service) finishRevert(ctx context.Context, job revertJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		sn, kept := s.snapshots.Get(tx, job.Snapshot)
		if kept && sn.Status == SnapshotRestoring {
			sn.Status, sn.UpdatedAt = SnapshotAvailable, s.clock.Now()
			s.putSnapshot(tx, sn)
		}
		v, ok := s.volumes.Get(tx, job.Volume)
		if !ok || v.Status != StatusReverting {
			return nil
		}
		v.Status, v.UpdatedAt = StatusAvailable, s.clock.Now()
		if !kept || sim.Failure(ctx) != nil {
			v.Status = StatusError
		} else {
			v.Content = sn.Content.Resize(int64(v.Size) * gib)
		}
		s.putVolume(tx, v)
		return nil
	})
}
