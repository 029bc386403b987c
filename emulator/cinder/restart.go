package cinder

import (
	"encoding/json"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// KeepIn has the bytes that the service makes from now on kept in a store, instead of in memory. It is called before the
// first request.
func (s *Service) KeepIn(blobs content.Store) { s.blobs = blobs }

// Restart puts right what the end of the last process left half done, as upstream's volume service does when it starts
// (volume/manager.py, _do_cleanup): volumes that were being created or filled from an image are in error, those that were
// being uploaded are as their attachments say, and deletions go on. What waits for a job that has not begun goes on
// waiting; jobs that had begun are gone by now. Other statuses stay as they are.
func (s *Service) Restart(tx *state.Tx) {
	waiting := volumesOf(s.queue.All(tx))
	var stuck []Volume
	for v := range s.volumes.All(tx) {
		switch v.Status {
		case StatusCreating, StatusDownloading, StatusUploading, StatusDeleting:
			if !waiting[v.ID] && !waiting[v.GroupID] {
				stuck = append(stuck, v)
			}
		}
	}
	for _, v := range stuck {
		switch v.Status {
		case StatusCreating, StatusDownloading:
			v.Status = StatusError
		case StatusUploading:
			v.Status = s.restingStatus(tx, v.ID)
		case StatusDeleting:
			s.queue.After(tx, 0, kindDeleteVolume, deleteVolumeJob{Volume: v.ID, Cascade: true})
			continue
		}
		v.UpdatedAt = s.clock.Now()
		s.putVolume(tx, v)
	}
	s.restartSnapshots(tx)
	s.restartBackups(tx)
}

// volumesOf are the volumes that jobs are about, and the groups.
func volumesOf(jobs []sim.Job) map[string]bool {
	ids := map[string]bool{}
	for _, j := range jobs {
		var about struct{ Volume, Group string }
		if json.Unmarshal(j.Payload, &about) != nil {
			continue
		}
		for _, id := range []string{about.Volume, about.Group} {
			if id != "" {
				ids[id] = true
			}
		}
	}
	return ids
}
