package nova

import (
	"context"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

const eventVolumeExtended = "volume-extended"

// schemaExternalEvents lets pass the events that a microversion knows: its own and those before
// (nova/api/openstack/compute/schemas/server_external_events.py).
func schemaExternalEvents(since ...any) *schema.Schema {
	names := append(schema.List{"network-changed", "network-vif-plugged", "network-vif-unplugged", "network-vif-deleted"}, since...)
	return schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{"events", schema.Dict{
			{"type", "array"},
			{"minItems", 1},
			{"items", schema.Dict{
				{"type", "object"},
				{"properties", schema.Dict{
					{"name", schema.Dict{{"type", "string"}, {"enum", names}}},
					{"server_uuid", schema.Dict{{"type", "string"}, {"format", "uuid"}}},
					{"status", schema.Dict{{"type", "string"}, {"enum", schema.List{"failed", "completed", "in-progress"}}}},
					{"tag", schema.Dict{{"type", "string"}, {"maxLength", 255}}},
				}},
				{"required", schema.List{"name", "server_uuid"}},
				{"additionalProperties", false},
			}},
		}}}},
		{"required", schema.List{"events"}},
		{"additionalProperties", false},
	})
}

func externalEventRows() []row {
	return []row{{
		Op: "nova.server_external_events.create", Method: "POST", Path: "/v2.1/os-server-external-events",
		Policy: "os_compute_api:os-server-external-events:create",
		Body: httpapi.Bodies{
			{Schema: schemaExternalEvents()},
			{Since: "2.51", Schema: schemaExternalEvents(eventVolumeExtended)},
			{Since: "2.76", Schema: schemaExternalEvents(eventVolumeExtended, "power-update")},
			{Since: "2.82", Schema: schemaExternalEvents(eventVolumeExtended, "power-update", "accelerator-request-bound")},
			{Since: "2.93", Schema: schemaExternalEvents(eventVolumeExtended, "power-update", "accelerator-request-bound", "volume-reimaged")},
		},
		Handle: (*Service).externalEventsCreate,
	}}
}

// externalEventView is an event as it was sent, and whether it was taken.
type externalEventView struct {
	Name   string  `json:"name"`
	Server string  `json:"server_uuid"`
	Tag    *string `json:"tag,omitempty"`
	Status string  `json:"status"`
	Code   int     `json:"code"`
}

// externalEventsCreate serves POST /os-server-external-events, by which other services tell of what concerns servers. Of all
// events, only that a volume has grown leaves a trace: an action of the server's. API reference: Compute, "Run Events".
func (s *Service) externalEventsCreate(c *httpapi.Call) (httpapi.Reply, error) {
	body, err := c.Value()
	if err != nil {
		return httpapi.Reply{}, err
	}
	object, _ := body.(schema.Dict)
	asked, _ := field(object, "events").(schema.List)
	reply := httpapi.Reply{Status: http.StatusOK}
	events := []externalEventView{}
	err = s.db.Update(func(tx *state.Tx) error {
		for _, item := range asked {
			in, _ := item.(schema.Dict)
			e := externalEventView{Name: text(in, "name"), Server: text(in, "server_uuid"), Status: "failed"}
			if tag, ok := field(in, "tag").(string); ok {
				e.Tag = &tag
			}
			if e.Code = s.takeEvent(tx, c, e); e.Code == http.StatusOK {
				e.Status = "completed"
			} else {
				reply.Status = http.StatusMultiStatus
			}
			events = append(events, e)
		}
		return nil
	})
	reply.JSON = map[string]any{"events": events}
	return reply, err
}

// takeEvent is the status that an event is answered with.
func (s *Service) takeEvent(tx *state.Tx, c *httpapi.Call, e externalEventView) int {
	v, ok := s.servers.Get(tx, e.Server)
	tagged := e.Name == eventVolumeExtended || e.Name == "power-update" || e.Name == "accelerator-request-bound"
	switch {
	case !ok:
		return http.StatusNotFound
	case tagged && e.Tag == nil:
		return http.StatusBadRequest
	case v.LaunchedAt.IsZero():
		return http.StatusUnprocessableEntity
	case e.Name == eventVolumeExtended:
		s.beginAction(tx, c, v.ID, actionExtendVolume)
		s.queue.Begin(tx, kindExtendVolume, attachJob{Server: v.ID, Volume: *e.Tag, Auth: authOf(c)})
	}
	return http.StatusOK
}

// finishExtendVolume is the host seeing that a volume has grown (nova/compute/manager.py, extend_volume).
func (s *Service) finishExtendVolume(ctx context.Context, job attachJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		s.endAction(tx, job.Server, job.Auth.RequestID, sim.Failure(ctx))
		return nil
	})
}
