package cinder

import (
	"math"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// BackupStatus is where a backup stands in its life.
type BackupStatus string

// The statuses of a backup (cinder/objects/fields.py).
const (
	BackupError         BackupStatus = "error"
	BackupErrorDeleting BackupStatus = "error_deleting"
	BackupCreating      BackupStatus = "creating"
	BackupAvailable     BackupStatus = "available"
	BackupDeleting      BackupStatus = "deleting"
	BackupRestoring     BackupStatus = "restoring"
)

// backupDriver is the driver that backups are made by, posixFile the size of the files that it makes.
const (
	backupDriver = "cinder.backup.drivers.posix.PosixBackupDriver"
	posixFile    = 1999994880
)

// backupTellsZone is the release since which a backup is in the zone of the service that made it.
const backupTellsZone = release.Antelope

// Backup is the record of a volume's bytes that were put away.
type Backup struct {
	ID          string
	ProjectID   string
	UserID      string
	VolumeID    string
	SnapshotID  string // what was put away, if not the volume
	ParentID    string // the backup to which it adds
	Name        *string
	Description *string
	Container   *string
	Zone        string
	Status      BackupStatus
	FailReason  string
	Size        int // GiB
	ObjectCount int
	Dependents  int // backups that add to it
	Metadata    map[string]string

	EncryptionKeyID string
	Service         string // the driver, once it has begun
	ServiceMetadata string // the key of its Archive
	RestoreVolumeID string

	DataTimestamp time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time // zero until it is changed
}

// Archive is what a backup put away, under a name that several records of it can have. An incremental one refers to the
// bytes that it shares with those before.
type Archive struct {
	Key     string
	Content content.Content

	// The rest is told to the volume that gets the bytes back.
	VolumeName        *string
	VolumeDescription *string
	TypeID            string
	Encrypted         bool
	Metadata          map[string]string
	ImageMetadata     map[string]string
}

// holding is what the backup counts for in quotas.
func (b *Backup) holding() *holding {
	return &holding{Kind: holdsBackup, Project: b.ProjectID, GiB: b.Size}
}

// Lookup makes a backup the target of policy rules.
func (b *Backup) Lookup(name string) (any, bool) {
	switch name {
	case "project_id", "tenant_id":
		return b.ProjectID, true
	case "user_id":
		return b.UserID, true
	}
	return nil, false
}

// backupTables hold backups.
type backupTables struct {
	backups         shelf[Backup]
	backupsByVolume *state.Index[Backup] // a volume's, the oldest first
	archives        *state.Table[Archive]
}

func newBackupTables(db *state.DB) backupTables {
	at := func(b *Backup) place { return place{b.ID, b.ProjectID, b.CreatedAt} }
	t := backupTables{backupsByVolume: state.Order(func(a, b *Backup) bool {
		if a.VolumeID != b.VolumeID {
			return a.VolumeID < b.VolumeID
		}
		return at(a).before(at(b))
	}, nil)}
	t.backups = newShelf(db, "cinder.backups", func(b *Backup) *string { return &b.ID }, at,
		func(p place) Backup { return Backup{ID: p.ID, ProjectID: p.Project, CreatedAt: p.CreatedAt} }, t.backupsByVolume)
	t.archives = state.Add(db, "cinder.archives", func(a *Archive) *string { return &a.Key })
	return t
}

// backupsOf are the backups of a volume that a project has, the oldest first.
func (s *Service) backupsOf(r state.Reader, volume, project string) []Backup {
	var out []Backup
	for b := range s.backupsByVolume.Ascend(r, Backup{VolumeID: volume}) {
		if b.VolumeID != volume {
			break
		}
		if b.ProjectID == project {
			out = append(out, b)
		}
	}
	return out
}

// putBackup stores a backup and keeps the counts of quotas right.
func (s *Service) putBackup(tx *state.Tx, b Backup) {
	var before *holding
	if old, ok := s.backups.Get(tx, b.ID); ok {
		before = old.holding()
	}
	s.tally(tx, before, b.holding())
	s.backups.Put(tx, b)
}

// dropBackup takes a backup, and what it put away, out of the state.
func (s *Service) dropBackup(tx *state.Tx, id string) {
	b, ok := s.backups.Get(tx, id)
	if !ok {
		return
	}
	s.tally(tx, b.holding(), nil)
	s.backups.Delete(tx, id)
	s.archives.Delete(tx, b.ServiceMetadata)
	if parent, ok := s.backups.Get(tx, b.ParentID); ok {
		parent.Dependents = max(parent.Dependents-1, 0)
		s.putBackup(tx, parent)
	}
}

// changeBackup applies a change to a backup, in one transaction, and returns what it has become.
func (s *Service) changeBackup(id string, change func(tx *state.Tx, b *Backup) error) (Backup, error) {
	var out Backup
	err := s.db.Update(func(tx *state.Tx) error {
		b, ok := s.backups.Get(tx, id)
		if !ok {
			return fail.Missing("backup", id)
		}
		if err := change(tx, &b); err != nil {
			return err
		}
		b.UpdatedAt = s.clock.Now()
		s.putBackup(tx, b)
		out = b
		return nil
	})
	return out, err
}

// backupKnownTo finds a backup of the caller's project, or any for an administrator.
func (s *Service) backupKnownTo(c *httpapi.Call, r state.Reader, id string) (Backup, error) {
	b, ok := s.backups.Get(r, id)
	if !ok || b.ProjectID != c.Auth.ProjectID && !isAdmin(c) {
		return Backup{}, fail.Missing("backup", id)
	}
	return b, nil
}

// backupFor finds a backup that the caller may see.
func (s *Service) backupFor(c *httpapi.Call, r state.Reader, id string) (Backup, error) {
	b, err := s.backupKnownTo(c, r, id)
	if err == nil {
		err = c.AuthorizeFor("backup:get", &b)
	}
	return b, err
}

// invalidBackup is upstream's InvalidBackup.
func invalidBackup(why string) error { return fail.New(fail.Invalid, "Invalid backup: %s", why) }

// noBackupService is what is said when the backup service is disabled.
func noBackupService() error {
	return fail.New(fail.NotFound, "Service cinder-backup could not be found.")
}

func (s *Service) backupServiceDisabled(r state.Reader) bool {
	st, _ := s.services.Get(r, serviceKey(s.controller(), binaryBackup))
	return st.Disabled
}

// checkBackupQuota tells whether a project may have another backup of so many GiB.
func (s *Service) checkBackupQuota(r state.Reader, project string, size int) error {
	used := s.usageOf(r, project, "")
	if used.BackupGigabytes+size > math.MaxInt32 {
		return fail.New(fail.OverLimit, "QuotaUsageOverflow: Quota usage would overflow for resources: ['backup_gigabytes']. The requested "+
			"operation would exceed the maximum allowed value (%d) for quota tracking.", math.MaxInt32)
	}
	if limit := s.quotaLimit(r, project, quotaBackupGigabytes); limit >= 0 && used.BackupGigabytes+size > limit {
		return fail.New(fail.OverLimit, "VolumeBackupSizeExceedsAvailableQuota: Requested backup exceeds allowed Backup gigabytes quota. "+
			"Requested %dG, quota is %dG and %dG has been consumed.", size, limit, used.BackupGigabytes)
	}
	if limit := s.quotaLimit(r, project, quotaBackups); limit >= 0 && used.Backups+1 > limit {
		return fail.New(fail.OverLimit, "BackupLimitExceeded: Maximum number of backups allowed (%d) exceeded", limit)
	}
	return nil
}

// backupView is a backup on the wire (api/v3/views/backups.py).
type backupView struct {
	ID               string       `json:"id"`
	Status           BackupStatus `json:"status"`
	Size             int          `json:"size"`
	ObjectCount      int          `json:"object_count"`
	AvailabilityZone nullString   `json:"availability_zone"`
	Container        *string      `json:"container"`
	CreatedAt        stamp        `json:"created_at"`
	UpdatedAt        stamp        `json:"updated_at"`
	Name             *string      `json:"name"`
	Description      *string      `json:"description"`
	FailReason       nullString   `json:"fail_reason"`
	VolumeID         string       `json:"volume_id"`
	Links            []link       `json:"links"`
	IsIncremental    bool         `json:"is_incremental"`
	HasDependents    bool         `json:"has_dependent_backups"`
	SnapshotID       nullString   `json:"snapshot_id"`
	DataTimestamp    stamp        `json:"data_timestamp"`

	Metadata        map[string]string `json:"metadata,omitzero"`
	EncryptionKeyID string            `json:"encryption_key_id,omitempty"`
	ProjectID       string            `json:"os-backup-project-attr:project_id,omitempty"`
	UserID          string            `json:"user_id,omitempty"`
}

// backupViews makes views as show and detail give them.
func backupViews(c *httpapi.Call) func(*Backup) backupView {
	may := c.May("backup:backup_project_attribute", nil)
	return func(b *Backup) backupView {
		v := backupView{
			ID: b.ID, Status: b.Status, Size: b.Size, ObjectCount: b.ObjectCount, AvailabilityZone: nullString(b.Zone),
			Container: b.Container, CreatedAt: stamp(b.CreatedAt), UpdatedAt: stamp(b.UpdatedAt), Name: b.Name, Description: b.Description,
			FailReason: nullString(b.FailReason), VolumeID: b.VolumeID, Links: linksOf(c, "backups", b.ID),
			IsIncremental: b.ParentID != "", HasDependents: b.Dependents > 0, SnapshotID: nullString(b.SnapshotID),
			DataTimestamp: stamp(b.DataTimestamp),
		}
		if c.Version.AtLeast(mvBackupMetadata) {
			if v.Metadata = b.Metadata; v.Metadata == nil {
				v.Metadata = map[string]string{}
			}
		}
		if c.Version.AtLeast(mvEncryptionKeyIDInDetails) {
			v.EncryptionKeyID = b.EncryptionKeyID
		}
		if may && c.Version.AtLeast(mvBackupProject) {
			v.ProjectID = b.ProjectID
		}
		if may && c.Version.AtLeast(mvBackupProjectUserID) {
			v.UserID = b.UserID
		}
		return v
	}
}

// backupBrief is a backup in the short list.
type backupBrief struct {
	ID    string  `json:"id"`
	Name  *string `json:"name"`
	Links []link  `json:"links"`
}

func newBackupBrief(c *httpapi.Call, b *Backup) backupBrief {
	return backupBrief{b.ID, b.Name, linksOf(c, "backups", b.ID)}
}

// archiveKey is the name of what a backup puts away, as the driver gives it.
func (b *Backup) archiveKey(now time.Time) string {
	return "volume_" + b.VolumeID + "_" + now.UTC().Format("20060102150405") + "_backup_" + b.ID
}
