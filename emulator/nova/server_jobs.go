package nova

import (
	"context"
	"errors"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The kinds of background work on servers.
const (
	kindCreateServer = "nova.server.create"
	kindDeleteServer = "nova.server.delete"
	kindPowerServer  = "nova.server.power"
	kindAttachVolume = "nova.server.attach_volume"
	kindDetachVolume = "nova.server.detach_volume"
	kindExtendVolume = "nova.server.extend_volume"
	kindSwapVolume   = "nova.server.swap_volume"
)

// Transitions lists the background work, for whoever sets how long it takes.
func Transitions() []sim.Transition {
	return []sim.Transition{
		{Name: kindCreateServer, Does: "a server is built, with its volumes"},
		{Name: kindDeleteServer, Does: "a server goes, and with it the volumes that it was to take along"},
		{Name: kindPowerServer, Does: "a server starts, stops or reboots"},
		{Name: kindAttachVolume, Does: "a server gets a volume"},
		{Name: kindDetachVolume, Does: "a server loses a volume"},
		{Name: kindExtendVolume, Does: "a server sees that a volume has grown"},
		{Name: kindSwapVolume, Does: "a server changes over from one volume to another"},
	}
}

func (s *Service) declareServerJobs() {
	sim.On(s.queue, kindCreateServer, s.finishCreate)
	sim.On(s.queue, kindDeleteServer, s.finishDelete)
	sim.On(s.queue, kindPowerServer, s.finishPower)
	sim.On(s.queue, kindAttachVolume, s.finishAttach)
	sim.On(s.queue, kindDetachVolume, s.finishDetach)
	sim.On(s.queue, kindExtendVolume, s.finishExtendVolume)
	sim.On(s.queue, kindSwapVolume, s.finishSwap)
}

// serverJob is the background half of what is done to a whole server.
type serverJob struct {
	Server string
	Auth   jobAuth

	Steps, Tries int // how often a build has looked for the volume that is being made, at once and after an interval
}

// finishCreate builds a server. One whose volumes cannot be had is in error.
func (s *Service) finishCreate(ctx context.Context, job serverJob) error {
	failed := sim.Failure(ctx)
	v, ok := s.servers.Get(s.db.View(), job.Server)
	if !ok {
		return nil
	}
	if failed == nil {
		ready, err := s.makeVolumes(ctx, &job)
		if failed = err; err == nil && !ready {
			return s.buildLater(job)
		}
	}
	ports := v.Ports
	if failed == nil && len(ports) > 0 {
		ports, failed = s.plugAll(ctx, job.Auth, v)
	}
	if failed == nil {
		for _, d := range s.devicesOf(s.db.View(), job.Server) {
			failed = errors.Join(failed, s.connect(ctx, job.Auth, d))
		}
	}
	return gone(s.changeServer(job.Server, func(tx *state.Tx, v *Server) error {
		s.endAction(tx, job.Server, job.Auth.RequestID, failed)
		if v.Ports = ports; v.Task == "deleting" {
			return nil
		}
		v.Task = ""
		if failed != nil {
			v.Status, v.Fault = StatusError, "Build of instance "+v.ID+" aborted: "+failed.Error()
			return nil
		}
		v.Status, v.LaunchedAt = StatusActive, s.clock.Now()
		return nil
	}))
}

// finishDelete takes the volumes of a server away, and then itself. What Cinder refuses does not keep it.
func (s *Service) finishDelete(ctx context.Context, job serverJob) error {
	v, _ := s.servers.Get(s.db.View(), job.Server)
	failed := s.unplugAll(ctx, job.Auth, v)
	for _, d := range s.devicesOf(s.db.View(), job.Server) {
		if d.AttachmentID != "" {
			failed = errors.Join(failed, s.volumes.deleteAttachment(ctx, job.Auth, d.AttachmentID))
		}
		if d.DeleteOnTermination && d.VolumeID != "" {
			failed = errors.Join(failed, s.volumes.delete(ctx, job.Auth, d.VolumeID))
		}
	}
	return errors.Join(failed, s.db.Update(func(tx *state.Tx) error {
		for _, d := range s.devicesOf(tx, job.Server) {
			s.devices.Delete(tx, d.ID)
		}
		s.forgetActions(tx, job.Server)
		s.servers.Delete(tx, job.Server)
		return nil
	}))
}

// gone takes a server that was deleted meanwhile for no failure.
func gone(err error) error {
	if errors.Is(err, fail.NotFound) {
		return nil
	}
	return err
}
