package cinder_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// backup makes a backup and returns its id.
func (p *pair) backup(user string, fields object) string {
	p.tb.Helper()
	return p.must(user, "POST", "/backups", object{"backup": fields})["backup"].(object)["id"].(string)
}

func (p *pair) showBackup(user, id string) object {
	p.tb.Helper()
	return p.must(user, "GET", "/backups/"+id, nil)["backup"].(object)
}

// The expectations are those of the reference cloud, whose driver is posix, too.
func TestBackupAndRestore(t *testing.T) {
	p := newPair(t, func(s *setup) { s.release = release.Zed })
	volume := p.disk("demo", object{"size": 1, "name": "v", "metadata": object{"a": "b"}})
	full := p.backup("demo", object{"volume_id": volume, "name": " b1 ", "metadata": object{"k": "v"}})
	b := p.showBackup("demo", full)
	for key, want := range map[string]any{
		"status": "available", "name": "b1", "size": 1.0, "object_count": 1.0, "container": full[:2] + "/" + full[2:4] + "/" + full,
		"availability_zone": nil, "is_incremental": false, "has_dependent_backups": false, "data_timestamp": b["created_at"], "fail_reason": nil,
		"snapshot_id": nil,
	} {
		if b[key] != want {
			t.Errorf("%s is %v, want %v", key, b[key], want)
		}
	}
	more := p.backup("demo", object{"volume_id": volume, "incremental": true, "container": "cc"})
	if b := p.showBackup("admin", more); b["is_incremental"] != true || b["object_count"] != 0.0 || b["container"] != "cc" ||
		b["os-backup-project-attr:project_id"] != projectOf("demo") || b["user_id"] != "demo-id" {
		t.Errorf("%v", b)
	}
	if b := p.showBackup("demo", full); b["has_dependent_backups"] != true || b["user_id"] != nil {
		t.Errorf("%v", b)
	}
	p.refused("demo", "DELETE", "/backups/"+full, nil, 400, "Invalid backup: Incremental backups exist for this backup.")

	back := p.must("demo", "POST", "/backups/"+more+"/restore", object{"restore": object{}})["restore"].(object)
	if back["backup_id"] != more || back["volume_name"] != "restore_backup_"+more {
		t.Errorf("%v", back)
	}
	v := p.show("demo", "/volumes/"+back["volume_id"].(string))
	if v["status"] != "available" || v["name"] != "v" || fmt.Sprint(v["metadata"]) != "map[a:b src_backup_id:"+more+"]" {
		t.Errorf("%v", v)
	}
	back = p.must("demo", "POST", "/backups/"+more+"/restore", object{"restore": object{"volume_id": volume}})["restore"].(object)
	if back["volume_id"] != volume || back["volume_name"] != "v" {
		t.Errorf("%v", back)
	}
	if v := p.show("demo", "/volumes/"+volume); v["status"] != "available" || fmt.Sprint(v["metadata"]) != "map[a:b]" {
		t.Errorf("%v", v)
	}
	p.must("admin", "POST", "/backups/"+more+"/action", object{"os-force_delete": object{}})
	p.must("demo", "DELETE", "/backups/"+full, nil)
	p.refused("demo", "GET", "/backups/"+full, nil, 404, "Backup "+full+" could not be found.")
}

func TestBackupRefusals(t *testing.T) {
	p := newPair(t)
	volume, other := p.disk("demo", object{"size": 2}), p.disk("demo", object{"size": 1})
	create := func(fields object, status int, message string) {
		t.Helper()
		p.refused("demo", "POST", "/backups", object{"backup": fields}, status, message)
	}
	create(object{"volume_id": volume, "incremental": true}, 400, "Invalid backup: No backups available to do an incremental backup.")
	create(object{"volume_id": strings.Repeat("0", 32)}, 404, "Volume "+strings.Repeat("0", 32)+" could not be found.")
	sn := p.snapshot("demo", object{"volume_id": other})
	create(object{"volume_id": volume, "snapshot_id": sn}, 400,
		"Invalid volume: Volume "+volume+" does not match with snapshot.volume_id "+other+".")
	p.must("admin", "POST", "/volumes/"+volume+"/action", object{"os-reset_status": object{"status": "error"}})
	create(object{"volume_id": volume}, 400,
		`Invalid volume: Volume to be backed up must be available or in-use, but the current status is "error".`)
	p.must("admin", "POST", "/volumes/"+volume+"/action", object{"os-reset_status": object{"status": "available"}})
	id := p.backup("demo", object{"volume_id": volume})
	restore := func(body object, status int, message string) {
		t.Helper()
		p.refused("demo", "POST", "/backups/"+id+"/restore", object{"restore": body}, status, message)
	}
	p.showBackup("demo", id)
	restore(object{"volume_id": other}, 400, "Invalid volume: volume size 1 is too small to restore backup of size 2.")
	restore(object{"volume_id": id}, 404, "Volume "+id+" could not be found.")
	p.refused("demo", "PUT", "3.8 /backups/"+id, object{"backup": object{"name": "n"}}, 404, "The resource could not be found.")
	p.refused("demo", "PUT", "3.42 /backups/"+id, object{"backup": object{"metadata": object{}}}, 400, "Invalid input for field/attribute "+
		"backup. Value: {'metadata': {}}. Additional properties are not allowed ('metadata' was unexpected)")
	p.refused("admin", "GET", "/backups?all_tenants=zork", nil, 400, "all_tenants must be a boolean, got 'zork'.")
	p.refused("demo", "GET", "3.36 /backups?sort=name", nil, 400, "Invalid input received: Invalid sort key")
	reset := object{"os-reset_status": object{"status": "error"}}
	p.refused("demo", "POST", "/backups/"+id+"/action", reset, 403,
		"Policy doesn't allow volume_extension:backup_admin_actions:reset_status to be performed.")
	p.refused("admin", "POST", "/backups/"+id+"/action", object{"os-reset_status": object{"status": "zork"}}, 400,
		"Backup status: zork is invalid, valid statuses are: ['available', 'error'].")
	p.must("admin", "POST", "/backups/"+id+"/action", reset)
	restore(object{}, 400, "Invalid backup: Backup status must be available")
	p.refused("admin", "GET", "/backups/"+id+"/export_record", nil, 400, "Invalid backup: Backup status must be available and not error.")
	p.must("admin", "PUT", "/os-quota-sets/"+projectOf("demo"), object{"quota_set": object{"backup_gigabytes": 3}})
	create(object{"volume_id": volume}, 413, "VolumeBackupSizeExceedsAvailableQuota: Requested backup exceeds allowed Backup gigabytes quota. "+
		"Requested 2G, quota is 3G and 2G has been consumed.")
	p.must("admin", "PUT", "/os-quota-sets/"+projectOf("demo"), object{"quota_set": object{"backup_gigabytes": -1, "backups": 1}})
	create(object{"volume_id": volume}, 413, "BackupLimitExceeded: Maximum number of backups allowed (1) exceeded")
}

func TestBackupRecords(t *testing.T) {
	p := newPair(t)
	volume := p.disk("demo", object{"size": 1, "name": "v"})
	id := p.backup("demo", object{"volume_id": volume, "name": "\u00e9<&>", "description": `a / " b \`, "metadata": object{"a": "\u00e9"}})
	p.showBackup("demo", id)
	record := p.must("admin", "GET", "/backups/"+id+"/export_record", nil)
	p.refused("demo", "GET", "/backups/"+id+"/export_record", nil, 403, "Policy doesn't allow backup:export-import to be performed.")
	in := func(url string) object {
		return object{"backup-record": object{"backup_service": record["backup-record"].(object)["backup_service"], "backup_url": url}}
	}
	p.refused("admin", "POST", "/backups/import_record", record, 400, "Invalid backup: Backup already exists in database.")
	for url, want := range map[string]string{
		"zz":           "Invalid input for field/attribute backup_url. Value: zz. 'zz' is not a 'base64'",
		"e30=":         "Invalid input received: Provided backup record is missing an id",
		"eyJpZCI6MX0=": "Invalid input received: Provided backup record is missing size attribute",
		"bnVsbA==":     "The server could not comply with the request since it is either malformed or otherwise incorrect.",
		"!!!":          "Invalid input received: Can't parse backup record.",
	} {
		p.refused("admin", "POST", "/backups/import_record", in(url), 400, want)
	}
	text, err := base64.StdEncoding.DecodeString(record["backup-record"].(object)["backup_url"].(string))
	if err != nil {
		t.Fatal(err)
	}
	// As Python writes JSON (record of a Zed).
	for _, part := range []string{`{"driver_info": {}, "id": "` + id + `", "user_id": "`, `"display_name": "\u00e9<&>", "display_description": "a / \" b \\", `, `"metadata": {"a": "\u00e9"}, "encryption_key_id": null, `, `, "deleted_at": null, "deleted": false}`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("the record lacks %s: %s", part, text)
		}
	}
	fields := object{}
	if err := json.Unmarshal(text, &fields); err != nil || len(fields) != 29 {
		t.Fatalf("%d fields, %v", len(fields), err)
	}
	fields["id"], fields["display_name"] = "11111111-2222-3333-4444-555555555555", "again"
	text, _ = json.Marshal(fields)
	p.must("admin", "POST", "/backups/import_record", in(base64.StdEncoding.EncodeToString(text)))
	b := p.showBackup("admin", fields["id"].(string))
	if b["status"] != "available" || b["name"] != "again" || b["volume_id"] != volume || b["os-backup-project-attr:project_id"] != projectOf("admin") {
		t.Errorf("%v", b)
	}
	made := p.must("admin", "POST", "/backups/"+fields["id"].(string)+"/restore", object{"restore": object{"name": "n"}})["restore"].(object)
	if v := p.show("admin", "/volumes/"+made["volume_id"].(string)); v["status"] != "available" || v["name"] != "n" {
		t.Errorf("%v", v)
	}
	other := in(base64.StdEncoding.EncodeToString([]byte(`{"id": "x", "size": 1}`)))
	p.must("admin", "POST", "/backups/import_record", other)
	if b := p.showBackup("admin", "x"); b["status"] != "error" || !strings.Contains(b["fail_reason"].(string), "missing fields (display_name, ") {
		t.Errorf("%v", b)
	}
}

// A backup takes time, during which what is backed up says so, and ends with the status that there was.
func TestBackupOfASnapshotTakesTime(t *testing.T) {
	p := newPair(t, func(s *setup) {
		s.clock, s.delays = sim.Manual, map[string]time.Duration{"cinder.backup.create": time.Minute, "cinder.backup.restore": time.Minute}
	})
	volume := p.disk("demo", object{"size": 1})
	sn := p.snapshot("demo", object{"volume_id": volume})
	snapshot := func() any { return p.must("demo", "GET", "/snapshots/"+sn, nil)["snapshot"].(object)["status"] }
	p.advance(time.Second)
	id := p.backup("demo", object{"volume_id": volume, "snapshot_id": sn})
	if got := fmt.Sprintf("%s %s", p.showBackup("demo", id)["status"], snapshot()); got != "creating backing-up" {
		t.Errorf("%s", got)
	}
	p.advance(time.Minute)
	b := p.showBackup("demo", id)
	if got := fmt.Sprintf("%s %s %t", b["status"], snapshot(), b["snapshot_id"] == sn); got != "available available true" {
		t.Errorf("%s", got)
	}
	made := p.disk("demo", object{"backup_id": id, "size": 2})
	p.advance(time.Second)
	if got := fmt.Sprintf("%s %s", p.showBackup("demo", id)["status"], p.show("demo", "/volumes/"+made)["status"]); got != "restoring creating" {
		t.Errorf("%s", got)
	}
	p.advance(time.Minute)
	if got := fmt.Sprintf("%s %s", p.showBackup("demo", id)["status"], p.show("demo", "/volumes/"+made)["status"]); got != "available available" {
		t.Errorf("%s", got)
	}
	p.refused("demo", "POST", "/volumes", object{"volume": object{"backup_id": id, "snapshot_id": sn}}, 400,
		"Invalid input received: May specify only one of backup, imageRef, snapshot, source volume")
}
