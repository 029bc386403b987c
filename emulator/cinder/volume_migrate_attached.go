package cinder

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

const (
	kindChangeOver = "cinder.volume.change_over"

	// migrationTargetOf begins the MigrationStatus of a copy; the volume's id follows.
	migrationTargetOf = "target:"
)

// changeOverJob asks the servers that have a volume to change over to its copy.
type changeOverJob struct {
	Volume string
	Target string
	Auth   jobAuth
}

// migrationTarget is the copy of a volume that servers change over to. It takes no quota, and only administrators see it
// in lists (volume/manager.py, _migrate_volume_generic).
func (s *Service) migrationTarget(r state.Reader, v Volume, to Backend, typ VolumeType) Volume {
	target := v
	target.ID, target.NameID, target.NoQuota = s.ids.UUID(), "", true
	target.Status, target.PreviousStatus, target.BecomesType = StatusAvailable, "", ""
	target.AttachStatus, target.MigrationStatus = detached, migrationTargetOf+v.ID
	target.setAdminMetadata(adminAttachedMode, "")
	target.LaunchedAt = s.clock.Now()
	s.arrive(r, &target, to, typ)
	return target
}

// isMigrationTarget tells whether a volume is the copy of one that migrates.
func (v *Volume) isMigrationTarget() bool {
	return strings.HasPrefix(v.MigrationStatus, migrationTargetOf)
}

// hasMigrationTargets tells whether there is any such copy.
func (s *Service) hasMigrationTargets(r state.Reader) bool {
	for range s.migrationTargets.Ascend(r, Volume{}) {
		return true
	}
	return false
}

// finishChangeOver has Nova give the copy to each server. Nova tells when it is done (volumeMigrateCompletion); where it
// cannot be asked, or refuses, the volume stays where it is.
func (s *Service) finishChangeOver(ctx context.Context, job changeOverJob) error {
	r := s.db.View()
	if v, ok := s.volumes.Get(r, job.Volume); !ok || v.MigrationStatus != migrationMoving {
		return nil
	}
	asked := sim.Failure(ctx) == nil
	for _, a := range s.attachmentsOf(r, job.Volume) {
		asked = asked && s.compute.swap(ctx, job.Auth, orZero(a.ServerID), job.Volume, job.Target)
	}
	if asked {
		return nil
	}
	return s.completeMigration(job.Volume, job.Target, true)
}

// swap asks for a server's volume to be exchanged for another (compute/nova.py, update_server_volume).
func (n *compute) swap(ctx context.Context, auth jobAuth, server, from, to string) bool {
	if n == nil || server == "" {
		return false
	}
	token, err := n.token()
	if err != nil {
		return false
	}
	body := map[string]any{"volumeAttachment": map[string]any{"volumeId": to}}
	path := "servers/" + url.PathEscape(server) + "/os-volume_attachments/" + url.PathEscape(from)
	status, err := n.ask(ctx, token, auth.RequestID, "2.1", http.MethodPut, path, body, nil)
	return err == nil && status < http.StatusMultipleChoices
}

// completeMigration has a volume take the place of its copy, to which the servers have changed over, or stay where it is
// when they failed to. The other of the two goes (volume/manager.py, migrate_volume_completion).
//
// Quirk: what the copy's backend calls it stays its name there, by which "name_id" differs from the id
// (volume/drivers/lvm.py, update_migrated_volume), and the time at which the volume was made loses its fractions of a second
// (observed on release Zed).
func (s *Service) completeMigration(id, targetID string, failed bool) error {
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, id)
		target, copied := s.volumes.Get(tx, targetID)
		if !ok || !copied {
			return nil
		}
		v.UpdatedAt, target.UpdatedAt = s.clock.Now(), s.clock.Now()
		if failed {
			v.endMigration(migrationError)
		} else {
			s.exchange(tx, &v, &target)
		}
		target.Status = StatusDeleting
		s.putVolume(tx, v)
		s.putVolume(tx, target)
		s.queue.Begin(tx, kindDeleteVolume, deleteVolumeJob{Volume: targetID})
		return nil
	})
}

// exchange makes of a volume what its copy is, and of the copy what the volume was (objects/volume.py,
// finish_volume_migration). The servers of clients that have not taken them to the copy are the volume's again.
func (s *Service) exchange(tx *state.Tx, v, target *Volume) {
	before, was := *v, v.PreviousStatus
	stayed := s.attachmentsOf(tx, v.ID)
	for _, a := range stayed {
		s.forgetAttachment(tx, &before, a.ID)
	}
	v.Host, v.Zone, v.ServiceUUID, v.TypeID = target.Host, target.Zone, target.ServiceUUID, target.TypeID
	v.EncryptionKeyID, v.LaunchedAt, v.AttachStatus = target.EncryptionKeyID, target.LaunchedAt, target.AttachStatus
	v.AdminMetadata, v.NameID, v.CreatedAt = target.AdminMetadata, target.ID, v.CreatedAt.Truncate(time.Second)
	v.endMigration(migrationSuccess)
	v.Status = cmp.Or(was, v.Status)
	for _, a := range s.attachmentsOf(tx, target.ID) {
		a.VolumeID = v.ID
		s.attachments.Put(tx, a)
	}
	for _, a := range stayed {
		a.ID, a.AttachedAt, a.Status = s.ids.UUID(), s.clock.Now(), attached
		s.attachments.Put(tx, a)
		v.AttachStatus = attached
		v.setAdminMetadata(adminAttachedMode, a.Mode)
	}
	description := "migration src for " + v.ID
	target.Host, target.Zone, target.ServiceUUID = before.Host, before.Zone, before.ServiceUUID
	target.EncryptionKeyID, target.LaunchedAt, target.AttachStatus = before.EncryptionKeyID, before.LaunchedAt, before.AttachStatus
	target.AdminMetadata, target.NameID = before.AdminMetadata, before.ID
	target.MigrationStatus, target.Description = migrationDeleting, &description
}
