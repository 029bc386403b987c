package cinder

import (
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// write puts a text at the beginning of a volume.
func (c *testCloud) write(t *testing.T, volume, text string) {
	t.Helper()
	if n, err := c.WriteVolume(t.Context(), volume, 0, strings.NewReader(text)); err != nil || n != int64(len(text)) {
		t.Fatal(n, err)
	}
}

// begins checks what a volume begins with.
func (c *testCloud) begins(t *testing.T, volume, want string, size int64) {
	t.Helper()
	if err := c.queue.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, _ := c.volumes.Get(c.db.View(), volume)
	have := make([]byte, len(want))
	_, err := v.Content.ReadAt(have, 0)
	if err != nil || string(have) != want || v.Content.Size() != size*gib || v.Status != StatusAvailable {
		t.Errorf("%q, %d bytes, %s: %v; want %q", have, v.Content.Size(), v.Status, err, want)
	}
}

func idOf(out map[string]any, of string) string { return out[of].(map[string]any)["id"].(string) }

// What was put away comes back, whatever has become of the volume meanwhile.
func TestBytesOfSnapshotsAndBackups(t *testing.T) {
	c := newTestCloud(t)
	v := c.aVolume(t)
	c.must(t, "demo", "GET", "/volumes", "")
	c.write(t, v, "one")
	snapshot := idOf(c.must(t, "demo", "POST", "/snapshots", `{"snapshot": {"volume_id": "`+v+`"}}`), "snapshot")
	full := idOf(c.must(t, "demo", "POST", "/backups", `{"backup": {"volume_id": "`+v+`"}}`), "backup")
	c.must(t, "demo", "GET", "/backups/"+full, "")
	c.write(t, v, "two")
	more := idOf(c.must(t, "demo", "POST", "/backups", `{"backup": {"volume_id": "`+v+`", "incremental": true}}`), "backup")
	c.must(t, "demo", "GET", "/backups/"+more, "")
	if b, _ := c.backups.Get(c.db.View(), more); b.ObjectCount != 1 || b.ParentID != full {
		t.Errorf("%+v", b)
	}
	of := idOf(c.must(t, "demo", "POST", "/backups", `{"backup": {"volume_id": "`+v+`", "snapshot_id": "`+snapshot+`"}}`), "backup")
	c.write(t, v, "three")
	c.begins(t, idOf(c.must(t, "demo", "POST", "/volumes", `{"volume": {"size": 2, "snapshot_id": "`+snapshot+`"}}`), "volume"), "one", 2)
	c.begins(t, idOf(c.must(t, "demo", "POST", "/volumes", `{"volume": {"source_volid": "`+v+`"}}`), "volume"), "three", 1)
	c.begins(t, idOf(c.must(t, "demo", "POST", "/volumes", `{"volume": {"size": 3, "backup_id": "`+more+`"}}`), "volume"), "two", 3)
	c.begins(t, idOf(c.must(t, "demo", "POST", "/volumes", `{"volume": {"backup_id": "`+of+`"}}`), "volume"), "one", 1)
	c.must(t, "demo", "POST", "/backups/"+full+"/restore", `{"restore": {"volume_id": "`+v+`"}}`)
	c.begins(t, v, "one", 1)
	c.must(t, "demo", "POST", "/backups/"+more+"/restore", `{"restore": {"volume_id": "`+v+`"}}`)
	c.begins(t, v, "two", 1)
}

func TestBadInputForBackups(t *testing.T) {
	c := newTestCloud(t)
	id := idOf(c.must(t, "demo", "POST", "/backups", `{"backup": {"volume_id": "`+c.readyVolume(t)+`"}}`), "backup")
	c.walkBadInput(t, backupRows(), id, "backup", "restore", "backup-record")
}

// readyVolume makes a volume that is available.
func (c *testCloud) readyVolume(t *testing.T) string {
	t.Helper()
	id := c.aVolume(t)
	c.must(t, "demo", "GET", "/volumes/"+id, "")
	return id
}

// TestRestartOfCopies has what upstream's services do to snapshots and backups that nobody works at any more.
func TestRestartOfCopies(t *testing.T) {
	for name, row := range map[string]struct {
		snapshot, wantSnapshot SnapshotStatus
		backup, wantBackup     BackupStatus
		volume, wantVolume     Status
	}{
		"made":     {SnapshotCreating, SnapshotError, BackupCreating, BackupError, StatusBackingUp, StatusInUse},
		"deleted":  {SnapshotDeleting, "", BackupDeleting, "", StatusAvailable, StatusAvailable},
		"restored": {SnapshotAvailable, SnapshotAvailable, BackupRestoring, BackupAvailable, StatusRestoringBackup, StatusErrorRestoring},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTestCloud(t)
			_ = c.db.Update(func(tx *state.Tx) error {
				c.putVolume(tx, Volume{ID: "v", Size: 1, Status: row.volume, PreviousStatus: StatusInUse, Host: c.backends[0].Host})
				c.putSnapshot(tx, Snapshot{ID: "s", VolumeID: "v", Status: row.snapshot})
				c.putBackup(tx, Backup{ID: "b", VolumeID: "v", RestoreVolumeID: "v", Status: row.backup})
				c.Restart(tx)
				return nil
			})
			_ = c.queue.RunDue(t.Context())
			r := c.db.View()
			v, _ := c.volumes.Get(r, "v")
			sn, _ := c.snapshots.Get(r, "s")
			b, _ := c.backups.Get(r, "b")
			if v.Status != row.wantVolume || sn.Status != row.wantSnapshot || b.Status != row.wantBackup {
				t.Errorf("%q, %q, %q", v.Status, sn.Status, b.Status)
			}
		})
	}
}

func TestBadInputForTransfers(t *testing.T) {
	c := newTestCloud(t)
	id := idOf(c.must(t, "demo", "POST", "/volume-transfers", `{"transfer": {"volume_id": "`+c.readyVolume(t)+`"}}`), "transfer")
	c.walkBadInput(t, transferRows(), id, "transfer", "accept")
}

func TestBadInputForManaging(t *testing.T) {
	c := newTestCloud(t)
	c.walkBadInput(t, manageRows(), c.readyVolume(t), "volume", "snapshot")
}
