package nova

import (
	"context"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// schemaReboot is the body of the action reboot.
var schemaReboot = envelope("reboot", schema.Dict{
	{"type", "object"},
	{"properties", schema.Dict{{"type", schema.Dict{{"enum", schema.List{"HARD", "Hard", "hard", "SOFT", "Soft", "soft"}}}}}},
	{"required", schema.List{"type"}},
	{"additionalProperties", false},
})

// serverStart serves os-start. API reference: Compute, "Start Server".
func (s *Service) serverStart(c *httpapi.Call) error {
	return s.power(c, "start", "powering-on", StatusActive, StatusShutoff)
}

// serverStop serves os-stop. API reference: Compute, "Stop Server".
func (s *Service) serverStop(c *httpapi.Call) error {
	return s.power(c, "stop", "powering-off", StatusShutoff, StatusActive, StatusError)
}

// serverReboot serves reboot. API reference: Compute, "Reboot Server".
func (s *Service) serverReboot(c *httpapi.Call) error {
	return s.power(c, "reboot", "rebooting", StatusActive, StatusActive, StatusShutoff)
}

type powerJob struct {
	Server string
	To     Status
	Auth   jobAuth
}

// power begins to bring a server into a status, from one of others.
func (s *Service) power(c *httpapi.Call, action, task string, to Status, from ...Status) error {
	v, err := s.serverFor(c, s.db.View())
	if err != nil {
		return err
	}
	return s.changeServer(v.ID, func(tx *state.Tx, v *Server) error {
		if v.Task != "" {
			return instanceState(action, v.ID, "task_state", v.Task)
		}
		possible := false
		for _, f := range from {
			possible = possible || f == v.Status
		}
		if !possible {
			state, _ := v.vmState()
			return instanceState(action, v.ID, "vm_state", state)
		}
		if v.Task = task; task == "rebooting" {
			v.Status = StatusReboot
		}
		s.beginAction(tx, c, v.ID, action)
		s.queue.Begin(tx, kindPowerServer, powerJob{v.ID, to, authOf(c)})
		return nil
	})
}

func (s *Service) finishPower(ctx context.Context, job powerJob) error {
	return gone(s.changeServer(job.Server, func(tx *state.Tx, v *Server) error {
		s.endAction(tx, v.ID, job.Auth.RequestID, sim.Failure(ctx))
		if v.Task == "deleting" {
			return nil
		}
		v.Task, v.Status = "", job.To
		if failed := sim.Failure(ctx); failed != nil {
			v.Status, v.Fault = StatusError, failed.Error()
		}
		return nil
	}))
}
