package nova

import (
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// InstanceAction is something that was done with a server, and goes with it.
//
// Gap: upstream keeps those of servers that were deleted, for who asks with 2.21.
type InstanceAction struct {
	ID        string
	ServerID  string
	Number    int // counts those of a server
	Action    string
	RequestID string
	UserID    string
	ProjectID string
	StartedAt time.Time
	UpdatedAt time.Time
	Failed    bool
	Events    []ActionEvent
}

// ActionEvent is what became of an action on the host.
type ActionEvent struct {
	Event      string
	StartedAt  time.Time
	FinishedAt time.Time
	Result     string
	Details    string // why it failed
}

// The actions that are noted, as upstream spells them (nova/compute/instance_actions.py), by what the host does for each.
const (
	actionCreate       = "create"
	actionDelete       = "delete"
	actionStart        = "start"
	actionStop         = "stop"
	actionReboot       = "reboot"
	actionAttachVolume = "attach_volume"
	actionDetachVolume = "detach_volume"
	actionExtendVolume = "extend_volume"
	actionSwapVolume   = "swap_volume"
)

// hostEvent is what the host calls its part of an action (nova/compute/utils.py, wrap_instance_event).
func hostEvent(action string) string {
	switch action {
	case actionCreate:
		return "compute__do_build_and_run_instance"
	case actionDelete:
		return "compute_terminate_instance"
	case actionStart, actionStop, actionReboot:
		return "compute_" + action + "_instance"
	}
	return "compute_" + action
}

// maxActions bounds what is kept of one server; the oldest make room.
const maxActions = 1000

// instanceActionTables hold what was done with servers.
type instanceActionTables struct {
	actions         *state.Table[InstanceAction]
	actionsByServer *state.Index[InstanceAction]
}

func newInstanceActionTables(db *state.DB) instanceActionTables {
	t := instanceActionTables{actionsByServer: state.Order(func(a, b *InstanceAction) bool {
		if a.ServerID != b.ServerID {
			return a.ServerID < b.ServerID
		}
		return a.Number < b.Number
	}, nil)}
	t.actions = state.Add(db, "nova.instance_actions", func(a *InstanceAction) *string { return &a.ID }, t.actionsByServer)
	return t
}

// actionsOf are what was done with a server, the oldest first.
func (s *Service) actionsOf(r state.Reader, server string) []InstanceAction {
	var out []InstanceAction
	for a := range s.actionsByServer.Ascend(r, InstanceAction{ServerID: server}) {
		if a.ServerID != server {
			break
		}
		out = append(out, a)
	}
	return out
}

// beginAction notes that something is being done with a server.
func (s *Service) beginAction(tx *state.Tx, c *httpapi.Call, server, action string) {
	a := InstanceAction{
		ID: s.ids.UUID(), ServerID: server, Action: action, RequestID: c.RequestID, UserID: c.Auth.UserID, ProjectID: c.Auth.ProjectID,
		StartedAt: c.Now, UpdatedAt: c.Now,
	}
	all := s.actionsOf(tx, server)
	if n := len(all); n > 0 {
		a.Number = all[n-1].Number + 1
		if n >= maxActions {
			s.actions.Delete(tx, all[0].ID)
		}
	}
	s.actions.Put(tx, a)
}

// endAction notes what became of what a request has had done with a server; nil is success.
func (s *Service) endAction(tx *state.Tx, server, request string, failed error) {
	all := s.actionsOf(tx, server)
	for i := len(all) - 1; i >= 0; i-- {
		a := all[i]
		if a.RequestID != request || len(a.Events) > 0 {
			continue
		}
		e := ActionEvent{Event: hostEvent(a.Action), StartedAt: a.StartedAt, FinishedAt: s.clock.Now(), Result: "Success"}
		if failed != nil {
			e.Result, e.Details, a.Failed = "Error", failed.Error(), true
		}
		a.Events, a.UpdatedAt = []ActionEvent{e}, e.FinishedAt
		s.actions.Put(tx, a)
		return
	}
}

// noteEnd is endAction for who changes nothing else.
func (s *Service) noteEnd(server string, auth jobAuth, failed error) error {
	return s.db.Update(func(tx *state.Tx) error {
		s.endAction(tx, server, auth.RequestID, failed)
		return nil
	})
}

func (s *Service) forgetActions(tx *state.Tx, server string) {
	for _, a := range s.actionsOf(tx, server) {
		s.actions.Delete(tx, a.ID)
	}
}

// actionView is an action on the wire (nova/api/openstack/compute/instance_actions.py).
type actionView struct {
	Action    string             `json:"action"`
	ServerID  string             `json:"instance_uuid"`
	RequestID string             `json:"request_id"`
	UserID    string             `json:"user_id"`
	ProjectID string             `json:"project_id"`
	StartedAt moment             `json:"start_time"`
	Message   *string            `json:"message"`
	UpdatedAt *moment            `json:"updated_at,omitempty"`
	Events    *[]actionEventView `json:"events,omitempty"`
}

type actionEventView struct {
	Event      string  `json:"event"`
	StartedAt  moment  `json:"start_time"`
	FinishedAt moment  `json:"finish_time"`
	Result     string  `json:"result"`
	Traceback  any     `json:"traceback,omitempty"` // *string, for who may see it
	Host       string  `json:"host,omitempty"`
	HostID     *string `json:"hostId,omitempty"`
	Details    any     `json:"details,omitempty"` // *string, for who may see it
}

func newActionView(c *httpapi.Call, a InstanceAction) actionView {
	v := actionView{
		Action: a.Action, ServerID: a.ServerID, RequestID: a.RequestID, UserID: a.UserID, ProjectID: a.ProjectID, StartedAt: moment(a.StartedAt),
	}
	if a.Failed {
		v.Message = new(string)
		*v.Message = "Error"
	}
	if c.Version.AtLeast(mvActionsPaged) {
		at := moment(a.UpdatedAt)
		v.UpdatedAt = &at
	}
	return v
}

func newActionEventView(c *httpapi.Call, v *Server, e ActionEvent) actionEventView {
	out := actionEventView{Event: e.Event, StartedAt: moment(e.StartedAt), FinishedAt: moment(e.FinishedAt), Result: e.Result}
	if c.May("os_compute_api:os-instance-actions:events", v) {
		out.Traceback = (*string)(nil)
		if c.Version.AtLeast(mvActionHost) {
			out.Host = hostName
		}
	}
	if c.Version.AtLeast(mvActionHost) {
		id := hostIDFor(v.ProjectID)
		out.HostID = &id
	}
	if c.Version.AtLeast(mvActionDetails) && c.May("os_compute_api:os-instance-actions:events:details", v) {
		out.Details = (*string)(nil)
		if e.Details != "" {
			out.Details = &e.Details
		}
	}
	return out
}

// moment is a time as the database of Nova has it: UTC, with six digits behind the second.
type moment time.Time

// MarshalJSON writes "2026-11-22T15:03:10.000000".
func (t moment) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05.000000"`)), nil
}
