package cinder

import (
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type backupOut[V any] struct {
	Backup V `json:"backup"`
}

// backupShow serves GET /backups/{backup_id}. API reference: Block Storage v3, "Show backup detail".
func (s *Service) backupShow(c *httpapi.Call) (backupOut[backupView], error) {
	b, err := s.backupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return backupOut[backupView]{}, err
	}
	return backupOut[backupView]{backupViews(c)(&b)}, nil
}

type backupCreateIn struct {
	Backup struct {
		VolumeID         string            `json:"volume_id"`
		Container        *string           `json:"container"`
		Name             maybe[string]     `json:"name"`
		Description      maybe[string]     `json:"description"`
		Incremental      boolish           `json:"incremental"`
		Force            boolish           `json:"force"`
		SnapshotID       *string           `json:"snapshot_id"`
		Metadata         map[string]string `json:"metadata"`
		AvailabilityZone *string           `json:"availability_zone"`
	} `json:"backup"`
}

// backupCreate serves POST /backups: the backup is "creating", and what it is made of "backing-up", when the 202 leaves.
// API reference: Block Storage v3, "Create a backup".
func (s *Service) backupCreate(c *httpapi.Call, in backupCreateIn) (backupOut[backupBrief], error) {
	asked := &in.Backup
	r := s.db.View()
	v, err := s.volumeFor(c, r, asked.VolumeID)
	if err != nil {
		return backupOut[backupBrief]{}, err
	}
	if err := c.Authorize(&v); err != nil {
		return backupOut[backupBrief]{}, err
	}
	b := Backup{
		ID: s.ids.UUID(), ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID, VolumeID: v.ID, Container: asked.Container,
		Status: BackupCreating, Metadata: asked.Metadata, CreatedAt: c.Now, DataTimestamp: c.Now,
	}
	replaceText(&b.Name, asked.Name)
	replaceText(&b.Description, asked.Description)
	if asked.AvailabilityZone != nil && s.release.AtLeast(backupTellsZone) {
		b.Zone = *asked.AvailabilityZone
	}
	if id := asked.SnapshotID; id != nil && *id != "" {
		sn, err := s.snapshotFor(c, r, *id)
		if err != nil {
			return backupOut[backupBrief]{}, err
		}
		b.SnapshotID = sn.ID
	}
	err = s.db.Update(func(tx *state.Tx) error { return s.beginBackup(tx, c, &b, bool(asked.Force), bool(asked.Incremental)) })
	if err != nil {
		return backupOut[backupBrief]{}, err
	}
	return backupOut[backupBrief]{newBackupBrief(c, &b)}, nil
}

// beginBackup checks what a backup needs, and has it made (backup/api.py, create).
func (s *Service) beginBackup(tx *state.Tx, c *httpapi.Call, b *Backup, force, incremental bool) error {
	v, ok := s.volumes.Get(tx, b.VolumeID)
	if !ok {
		return fail.Missing("volume", b.VolumeID)
	}
	sn, ofSnapshot := s.snapshots.Get(tx, b.SnapshotID)
	switch {
	case ofSnapshot && sn.VolumeID != v.ID:
		return invalidVolume("Volume " + v.ID + " does not match with snapshot.volume_id " + sn.VolumeID + ".")
	case ofSnapshot && sn.Status != SnapshotAvailable:
		return invalidSnapshot(`Snapshot to be backed up must be available, but the current status is "` + string(sn.Status) + `".`)
	case ofSnapshot:
	case v.Status != StatusAvailable && v.Status != StatusInUse:
		return invalidVolume(`Volume to be backed up must be available or in-use, but the current status is "` + string(v.Status) + `".`)
	case v.Status == StatusInUse && !force:
		return invalidVolume("Backing up an in-use volume must use the force flag.")
	}
	if err := s.checkBackupQuota(tx, b.ProjectID, v.Size); err != nil {
		return err
	}
	if incremental {
		parent, err := s.parentBackup(tx, v.ID, b.ProjectID, sn, ofSnapshot)
		if err != nil {
			return err
		}
		b.ParentID = parent.ID
	}
	b.Size = v.Size
	if ofSnapshot {
		b.DataTimestamp = sn.CreatedAt
		sn.Status, sn.UpdatedAt = SnapshotBackingUp, s.clock.Now()
		s.putSnapshot(tx, sn)
	} else {
		v.PreviousStatus, v.Status, v.UpdatedAt = v.Status, StatusBackingUp, s.clock.Now()
		s.putVolume(tx, v)
	}
	s.putBackup(tx, *b)
	s.queue.Begin(tx, kindCreateBackup, backupJob{Backup: b.ID, Auth: authOf(c)})
	return nil
}

// newestAvailable is the release in which backups that are not available no longer stand in the way of increments.
const newestAvailable = release.Antelope

// parentBackup is what an increment goes on from: the latest of a volume's backups; of a snapshot, the latest from before
// the snapshot.
//
// Quirk: when there are only later ones, the newest of them is taken all the same (backup/api.py, create).
func (s *Service) parentBackup(r state.Reader, volume, project string, sn Snapshot, ofSnapshot bool) (Backup, error) {
	fits := func(b *Backup) bool {
		return (b.Status == BackupAvailable || !s.release.AtLeast(newestAvailable)) && (!ofSnapshot || b.DataTimestamp.Before(sn.CreatedAt))
	}
	var parent *Backup
	for _, b := range slices.Backward(s.backupsOf(r, volume, project)) {
		if parent == nil || fits(&b) && (!fits(parent) || b.DataTimestamp.After(parent.DataTimestamp)) {
			parent = &b
		}
	}
	switch {
	case parent != nil && parent.Status == BackupAvailable:
		return *parent, nil
	case parent != nil && !s.release.AtLeast(newestAvailable):
		return Backup{}, invalidBackup("The parent backup must be available for incremental backup.")
	}
	return Backup{}, invalidBackup("No backups available to do an incremental backup.")
}

type backupUpdateIn struct {
	Backup *struct {
		Name        maybe[string]     `json:"name"`
		Description maybe[string]     `json:"description"`
		Metadata    map[string]string `json:"metadata"`
	} `json:"backup"`
}

// backupUpdate serves PUT /backups/{backup_id}, since 3.9. API reference: Block Storage v3, "Update a backup".
//
// Departure: upstream breaks on a null where the schema lets there be one; here it changes nothing.
func (s *Service) backupUpdate(c *httpapi.Call, in backupUpdateIn) (backupOut[backupBrief], error) {
	b, err := s.backupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return backupOut[backupBrief]{}, err
	}
	if err := c.Authorize(&b); err != nil {
		return backupOut[backupBrief]{}, err
	}
	b, err = s.changeBackup(b.ID, func(_ *state.Tx, b *Backup) error {
		if in.Backup == nil {
			return fail.New(fail.Invalid, badRequest)
		}
		replaceText(&b.Name, in.Backup.Name)
		replaceText(&b.Description, in.Backup.Description)
		if in.Backup.Metadata != nil {
			b.Metadata = in.Backup.Metadata
		}
		return nil
	})
	return backupOut[backupBrief]{newBackupBrief(c, &b)}, err
}

// backupDelete serves DELETE /backups/{backup_id}. API reference: Block Storage v3, "Delete a backup".
func (s *Service) backupDelete(c *httpapi.Call) error {
	b, err := s.backupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&b); err != nil {
		return err
	}
	return s.beginDeleteBackup(c, b.ID, false)
}

// backupForceDelete serves os-force_delete. API reference: Block Storage v3, "Force-delete a backup".
func (s *Service) backupForceDelete(c *httpapi.Call) error {
	b, err := s.backupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&b); err != nil {
		return err
	}
	if err := c.AuthorizeFor("backup:delete", &b); err != nil {
		return err
	}
	return s.beginDeleteBackup(c, b.ID, true)
}

// beginDeleteBackup lets a backup go, in the background; from any status by force.
func (s *Service) beginDeleteBackup(c *httpapi.Call, id string, force bool) error {
	_, err := s.changeBackup(id, func(tx *state.Tx, b *Backup) error {
		switch {
		case !force && b.Status != BackupAvailable && b.Status != BackupError:
			return invalidBackup("Backup status must be available or error")
		case s.hasChild(tx, b):
			return invalidBackup("Incremental backups exist for this backup.")
		case s.backupServiceDisabled(tx):
			return noBackupService()
		}
		b.Status = BackupDeleting
		s.queue.Begin(tx, kindDeleteBackup, backupJob{Backup: id, Auth: authOf(c)})
		return nil
	})
	return err
}

// hasChild tells whether another backup adds to this one.
func (s *Service) hasChild(r state.Reader, b *Backup) bool {
	return slices.ContainsFunc(s.backupsOf(r, b.VolumeID, b.ProjectID), func(other Backup) bool { return other.ParentID == b.ID })
}

type backupResetStatusIn struct {
	Params struct {
		Status string `json:"status"`
	} `json:"os-reset_status"`
}

// backupResetStatus serves os-reset_status. API reference: Block Storage v3, "Reset a backup's status".
func (s *Service) backupResetStatus(c *httpapi.Call, in backupResetStatusIn) error {
	b, err := s.backupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&b); err != nil {
		return err
	}
	_, err = s.changeBackup(b.ID, func(tx *state.Tx, b *Backup) error {
		if s.backupServiceDisabled(tx) {
			return noBackupService()
		}
		if b.Service != "" { // one that no service has begun with keeps its status
			b.Status = BackupStatus(strings.ToLower(in.Params.Status))
		}
		return nil
	})
	return err
}
