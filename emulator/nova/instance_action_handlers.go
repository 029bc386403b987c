package nova

import (
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type actionsOut struct {
	Actions []actionView `json:"instanceActions"`
	Links   []link       `json:"links,omitempty"`
}

type actionOut struct {
	Action actionView `json:"instanceAction"`
}

func instanceActionRows() []row {
	const (
		all  = "/v2.1/servers/{server_id}/os-instance-actions"
		rule = "os_compute_api:os-instance-actions:"
	)
	return []row{
		{Op: "nova.servers.instance_actions.list", Method: "GET", Path: all, Policy: rule + "list", Late: true, Handle: httpapi.Get((*Service).instanceActionList)},
		{
			Op: "nova.servers.instance_actions.show", Method: "GET", Path: all + "/{request_id}", Policy: rule + "show", Late: true,
			Handle: httpapi.Get((*Service).instanceActionShow),
		},
	}
}

// instanceActionList serves GET /servers/{server_id}/os-instance-actions: the newest first. API reference: Compute, "List
// Actions For Server".
func (s *Service) instanceActionList(c *httpapi.Call) (actionsOut, error) {
	out := actionsOut{Actions: []actionView{}}
	r := s.db.View()
	v, err := s.serverFor(c, r)
	if err != nil {
		return out, err
	}
	list := s.actionsOf(r, v.ID)
	slices.Reverse(list)
	if !c.Version.AtLeast(mvActionsPaged) {
		for _, a := range list {
			out.Actions = append(out.Actions, newActionView(c, a))
		}
		return out, nil
	}
	since, err := timeAsked(c, "changes-since")
	if err != nil {
		return out, err
	}
	before, err := timeAsked(c, "changes-before")
	if err != nil {
		return out, err
	}
	if !since.IsZero() && !before.IsZero() && before.Before(since) {
		return out, fail.New(fail.Invalid, "The value of changes-since must be less than or equal to changes-before.")
	}
	list = slices.DeleteFunc(list, func(a InstanceAction) bool {
		return a.UpdatedAt.Before(since) || !before.IsZero() && a.UpdatedAt.After(before)
	})
	page, next, err := pageOf(c, list, func(a InstanceAction) string { return a.RequestID })
	for _, a := range page {
		out.Actions = append(out.Actions, newActionView(c, a))
	}
	out.Links = next
	return out, err
}

// timeAsked is a moment that a query names; zero when it does not.
func timeAsked(c *httpapi.Call, name string) (time.Time, error) {
	text := c.Query().Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fail.New(fail.Invalid, "Invalid input for query parameters %s. Value: %s. '%s' is not a 'date-time'", name, text, text)
}

// instanceActionShow serves GET /servers/{server_id}/os-instance-actions/{request_id}, with events for administrators, and
// since 2.51 for everybody. API reference: Compute, "Show Server Action Details".
func (s *Service) instanceActionShow(c *httpapi.Call) (actionOut, error) {
	r := s.db.View()
	v, err := s.serverFor(c, r)
	if err != nil {
		return actionOut{}, err
	}
	for _, a := range s.actionsOf(r, v.ID) {
		if a.RequestID != c.Var("request_id") {
			continue
		}
		out := actionOut{newActionView(c, a)}
		if c.Version.AtLeast(mvActionEvents) || c.May("os_compute_api:os-instance-actions:events", &v) {
			events := []actionEventView{}
			for _, e := range a.Events {
				events = append(events, newActionEventView(c, &v, e))
			}
			out.Action.Events = &events
		}
		return out, nil
	}
	return actionOut{}, fail.New(fail.NotFound, "Action %s not found", c.Var("request_id"))
}
