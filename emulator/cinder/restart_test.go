package cinder

import (
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// TestRestart has what volume/manager.py, _do_cleanup, does to volumes that nobody works at any more.
func TestRestart(t *testing.T) {
	for name, row := range map[string]struct {
		is, want Status // "" is gone
		attached bool
		waits    bool // for a job that has not begun
	}{
		"created":                {is: StatusCreating, want: StatusError},
		"to be created":          {is: StatusCreating, want: StatusCreating, waits: true},
		"downloaded":             {is: StatusDownloading, want: StatusError},
		"uploaded":               {is: StatusUploading, want: StatusAvailable},
		"uploaded while in use":  {is: StatusUploading, want: StatusInUse, attached: true},
		"to be uploaded":         {is: StatusUploading, want: StatusUploading, waits: true},
		"deleted":                {is: StatusDeleting, want: ""},
		"extended":               {is: StatusExtending, want: StatusExtending},
		"moved":                  {is: StatusRetyping, want: StatusRetyping},
		"attached":               {is: StatusAttaching, want: StatusAttaching},
		"nothing done with it":   {is: StatusAvailable, want: StatusAvailable},
		"in use":                 {is: StatusInUse, want: StatusInUse, attached: true},
		"in error":               {is: StatusError, want: StatusError},
		"in error while deleted": {is: StatusErrorDeleting, want: StatusErrorDeleting},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTestCloud(t)
			_ = c.db.Update(func(tx *state.Tx) error {
				c.putVolume(tx, Volume{ID: "v", ProjectID: testProjects["demo"], Size: 1, Status: row.is, Host: c.backends[0].Host})
				if row.attached {
					c.attachments.Put(tx, Attachment{ID: "a", VolumeID: "v", Status: attached})
				}
				if row.waits {
					c.queue.After(tx, 0, kindExtendVolume, extendVolumeJob{Volume: "v"})
				}
				c.Restart(tx)
				return nil
			})
			if !row.waits {
				_ = c.queue.RunDue(t.Context())
			}
			v, there := c.volumes.Get(c.db.View(), "v")
			if v.Status != row.want || there != (row.want != "") {
				t.Errorf("%q (%v), want %q", v.Status, there, row.want)
			}
			if u := c.usageOf(c.db.View(), testProjects["demo"], ""); !there && u.Volumes != 0 {
				t.Errorf("%d volumes are counted", u.Volumes)
			}
		})
	}
}
