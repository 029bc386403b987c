package nova

import (
	"context"
	"fmt"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// How long a server that is built waits for a volume: Nova's options block_device_allocate_retries and
// block_device_allocate_retries_interval, with their defaults.
const (
	allocateRetries  = 60
	allocateInterval = 3 * time.Second

	// Where work takes no time, a volume is there after so many jobs of Cinder's, which come before the first interval.
	volumeSteps = 4
)

// makeVolumes goes on with the volumes that are made for a server: it makes one, and reserves it as soon as Cinder has it
// (nova/virt/block_device.py, DriverVolumeBlockDevice). It is ready when there is none to wait for.
func (s *Service) makeVolumes(ctx context.Context, job *serverJob) (ready bool, err error) {
	for _, d := range s.devicesOf(s.db.View(), job.Server) {
		switch {
		case d.AttachmentID != "":
			continue
		case d.VolumeID == "":
			if d.VolumeID, err = s.volumes.create(ctx, job.Auth, d); err != nil {
				return false, err
			}
			job.Steps, job.Tries = 0, 0
			return false, s.keepDevice(d)
		}
		volume, err := s.volumes.show(ctx, job.Auth, d.VolumeID)
		switch {
		case err != nil:
			return false, err
		case volume.Status == "available":
		case (volume.Status == "creating" || volume.Status == "downloading") && job.Tries < allocateRetries:
			return false, nil
		default:
			waited := job.Tries * int(allocateInterval/time.Second)
			return false, fmt.Errorf("Volume %s did not finish being created even after we waited %d seconds or %d attempts. And its status is %s.", //nolint:revive // upstream's sentence
				d.VolumeID, waited, job.Tries+1, volume.Status)
		}
		if d.AttachmentID, err = s.volumes.createAttachment(ctx, job.Auth, d.VolumeID, d.ServerID); err != nil {
			return false, err
		}
		if err := s.keepDevice(d); err != nil {
			return false, err
		}
	}
	return true, nil
}

// keepDevice writes what has become of a block device, unless its server was deleted meanwhile.
func (s *Service) keepDevice(d BlockDevice) error {
	return s.db.Update(func(tx *state.Tx) error {
		if _, ok := s.devices.Get(tx, d.ID); ok {
			s.devices.Put(tx, d)
		}
		return nil
	})
}

// buildLater has a server's build go on when Cinder may have come further.
func (s *Service) buildLater(job serverJob) error {
	var delay time.Duration
	if job.Steps++; job.Steps > volumeSteps {
		delay = allocateInterval
		job.Tries++
	}
	return s.db.Update(func(tx *state.Tx) error {
		s.queue.After(tx, delay, kindCreateServer, job)
		return nil
	})
}
