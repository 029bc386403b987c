package cinder

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// compute is Nova, as Cinder uses it (cinder/compute/nova.py). A cloud without Nova has none.
type compute struct {
	via      http.RoundTripper
	endpoint string                 // without "/v2.1"
	token    func() (string, error) // of Cinder's own user, for what users may not do
}

func newCompute(p Ports) *compute {
	if p.Compute == nil {
		return nil
	}
	return &compute{p.Compute, strings.TrimRight(p.ComputeEndpoint, "/"), p.ServiceToken}
}

// ask sends a request at a microversion, decodes an answer of success, and returns its status.
func (n *compute) ask(ctx context.Context, token, requestID, version, method, path string, body, into any) (int, error) {
	var reader io.Reader = http.NoBody
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, n.endpoint+"/v2.1/"+path, reader)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "python-novaclient")
	req.Header.Set("X-Auth-Token", token)
	req.Header.Set("X-Openstack-Request-Id", requestID)
	req.Header.Set("OpenStack-API-Version", "compute "+version)
	req.Header.Set("X-OpenStack-Nova-API-Version", version)
	resp, err := n.via.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusMultipleChoices || into == nil {
		return resp.StatusCode, nil
	}
	return resp.StatusCode, json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(into)
}

// mayDetach tells whether the caller may take an attachment away (volume/api.py, attachment_deletion_allowed): what a server
// has by Nova's account, only a service may, for the host would keep a device that is another's soon.
//
// Quirk: what Nova answers but that there is no such thing becomes the answer, in the words that this status has by itself
// (api/middleware/fault.py).
func (s *Service) mayDetach(c *httpapi.Call, a *Attachment) error {
	if s.compute == nil || a == nil || a.ConnectionInfo == "" || a.ServerID == nil || *a.ServerID == "" || s.byService(c) {
		return nil
	}
	var out struct {
		Attachment struct {
			ID string `json:"attachment_id"` // since 2.89
		} `json:"volumeAttachment"`
	}
	path := "servers/" + url.PathEscape(*a.ServerID) + "/os-volume_attachments/" + url.PathEscape(a.VolumeID)
	status, err := s.compute.ask(c.Context(), c.Auth.Token, c.RequestID, "2.89", http.MethodGet, path, nil, &out)
	switch {
	case err != nil:
		return &fail.Error{Kind: fail.Internal, Resource: "server", ID: *a.ServerID, Cause: err}
	case status == http.StatusNotFound:
		return nil
	case status >= http.StatusMultipleChoices:
		return fail.Injected(status, "")
	case out.Attachment.ID != a.ID:
		return nil
	}
	return useCompute(*a.ServerID)
}

// useCompute tells to detach by way of the compute service, of a server that may not be known.
func useCompute(server string) error {
	return fail.New(fail.Conflict, "ConflictNovaUsingAttachment: Detach volume from instance %s using the Compute API", server)
}

// volumeEvent is something that servers must hear of their volumes, and since when they can.
type volumeEvent struct{ name, version string }

var (
	eventExtended = volumeEvent{"volume-extended", "2.51"}
	eventReimaged = volumeEvent{"volume-reimaged", "2.93"}
)

// serverEvent is an event as Nova takes it and answers for it.
type serverEvent struct {
	Name   string `json:"name"`
	Server string `json:"server_uuid"`
	Tag    string `json:"tag"`
	Code   *int   `json:"code,omitempty"` // only in answers
}

// serversOf are the servers that a volume's attachments are for.
func (s *Service) serversOf(r state.Reader, volume string) []string {
	var servers []string
	for _, a := range s.attachmentsOf(r, volume) {
		if a.ServerID != nil && *a.ServerID != "" {
			servers = append(servers, *a.ServerID)
		}
	}
	return servers
}

// tellServers has Nova tell servers what has happened to their volume. Where it cannot, or there is no Nova, the user reads
// so in a message (compute/nova.py, _send_events; observed on release Zed). No server waits for a volume to grow; one is
// expected where a volume is reserved.
func (s *Service) tellServers(ctx context.Context, auth jobAuth, volume string, event volumeEvent, action messageAction, failed messageDetail) error {
	servers := s.serversOf(s.db.View(), volume)
	if len(servers) == 0 && event == eventExtended || s.compute.tell(ctx, auth, event, servers, volume) {
		return nil
	}
	return s.db.Update(func(tx *state.Tx) error {
		s.createMessage(tx, auth, action, volume, failed)
		return nil
	})
}

// tell sends an event for each server. Nova takes it when it answers for each.
func (n *compute) tell(ctx context.Context, auth jobAuth, event volumeEvent, servers []string, volume string) bool {
	if n == nil {
		return false
	}
	token, err := n.token()
	if err != nil {
		return false
	}
	type events struct {
		Events []serverEvent `json:"events"`
	}
	sent, answered := events{[]serverEvent{}}, events{}
	for _, server := range servers {
		sent.Events = append(sent.Events, serverEvent{Name: event.name, Server: server, Tag: volume})
	}
	status, err := n.ask(ctx, token, auth.RequestID, event.version, http.MethodPost, "os-server-external-events", sent, &answered)
	if err != nil || status >= http.StatusMultipleChoices {
		return false
	}
	for _, e := range answered.Events {
		if e.Code == nil {
			return false
		}
	}
	return true
}
