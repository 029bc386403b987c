package cinder

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type snapshotResetStatusIn struct {
	Params struct {
		Status string `json:"status"`
	} `json:"os-reset_status"`
}

// snapshotResetStatus serves os-reset_status. API reference: Block Storage v3, "Reset a snapshot's status".
func (s *Service) snapshotResetStatus(c *httpapi.Call, in snapshotResetStatusIn) error {
	sn, err := s.snapshotKnownTo(c, s.db.View(), c.Var("snapshot_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&sn); err != nil {
		return err
	}
	_, err = s.changeSnapshot(sn.ID, func(_ *state.Tx, sn *Snapshot) error {
		sn.Status = SnapshotStatus(strings.ToLower(in.Params.Status))
		return nil
	})
	return err
}

// snapshotForceDelete serves os-force_delete. API reference: Block Storage v3, "Force delete a snapshot".
func (s *Service) snapshotForceDelete(c *httpapi.Call) error {
	sn, err := s.snapshotFor(c, s.db.View(), c.Var("snapshot_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&sn); err != nil {
		return err
	}
	if err := c.AuthorizeFor("volume:delete_snapshot", &sn); err != nil {
		return err
	}
	return s.beginDeleteSnapshot(authOf(c), sn.ID, deleteSnapshotJob{}, true)
}

type updateSnapshotStatusIn struct {
	Params struct {
		Status   string        `json:"status"`
		Progress maybe[string] `json:"progress"`
	} `json:"os-update_snapshot_status"`
}

// snapshotUpdateStatus serves os-update_snapshot_status, by which the compute service tells how far a snapshot has come.
// API reference: Block Storage v3, "Update status of a snapshot".
func (s *Service) snapshotUpdateStatus(c *httpapi.Call) (httpapi.Reply, error) {
	var in updateSnapshotStatusIn
	if err := c.Decode(&in); err != nil {
		return httpapi.Reply{}, err
	}
	sn, err := s.snapshotKnownTo(c, s.db.View(), c.Var("snapshot_id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&sn); err != nil {
		return httpapi.Reply{}, err
	}
	status := SnapshotStatus(in.Params.Status)
	_, err = s.changeSnapshot(sn.ID, func(_ *state.Tx, sn *Snapshot) error {
		next := nextSnapshotStatuses(sn.Status)
		if next == nil {
			return fail.New(fail.Invalid, "Snapshot status %s not allowed for update_snapshot_status", sn.Status)
		}
		if !slices.Contains(next, status) {
			return fail.New(fail.Invalid, "Provided snapshot status %s not allowed for snapshot with status %s.", status, sn.Status)
		}
		sn.Status = status
		if p := in.Params.Progress.Value; p != nil && *p != "" {
			sn.Progress = *p
		}
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

// nextSnapshotStatuses are what may be told of a snapshot in a status; nil if nothing may.
func nextSnapshotStatuses(from SnapshotStatus) []SnapshotStatus {
	switch from {
	case SnapshotCreating:
		return []SnapshotStatus{SnapshotCreating, SnapshotAvailable, SnapshotError}
	case SnapshotDeleting:
		return []SnapshotStatus{SnapshotDeleting, SnapshotErrorDeleting}
	}
	return nil
}

// snapshotUnmanage serves os-unmanage: Cinder forgets the snapshot, which stays on its backend. API reference: Block
// Storage v3, "Unmanage a snapshot".
func (s *Service) snapshotUnmanage(c *httpapi.Call) (httpapi.Reply, error) {
	sn, err := s.snapshotFor(c, s.db.View(), c.Var("snapshot_id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&sn); err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.AuthorizeFor("volume:delete_snapshot", &sn); err != nil {
		return httpapi.Reply{}, err
	}
	return withoutBody(c, http.StatusAccepted, s.beginDeleteSnapshot(authOf(c), sn.ID, deleteSnapshotJob{Unmanage: true}, false))
}
