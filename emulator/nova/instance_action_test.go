package nova_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/instanceactions"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
)

// A volume that grows while a server has it is an action of the server's, by way of Cinder's event.
func TestServersSeeVolumesGrow(t *testing.T) {
	l := newLab(t)
	data := l.volume()
	box := l.bootedFrom(l.volume(), false)
	_, err := volumeattach.Create(t.Context(), l.compute, box, volumeattach.CreateOpts{VolumeID: data}).Extract()
	l.must(err)
	l.storage.Microversion = "3.42"
	l.must(volumes.ExtendSize(t.Context(), l.storage, data, volumes.ExtendSizeOpts{NewSize: 2}).ExtractErr())
	if status, _ := l.status(data); status != "in-use" {
		t.Errorf("the volume is %s", status)
	}
	pages, err := instanceactions.List(l.compute, box, nil).AllPages(t.Context())
	l.must(err)
	actions, err := instanceactions.ExtractInstanceActions(pages)
	l.must(err)
	var names []string
	for _, a := range actions {
		names = append(names, a.Action)
	}
	if got := fmt.Sprint(names); got != "[extend_volume attach_volume create]" {
		t.Fatal(got)
	}
	one, err := instanceactions.Get(t.Context(), l.compute, box, actions[0].RequestID).Extract()
	l.must(err)
	events := *one.Events
	if len(events) != 1 || events[0].Event != "compute_extend_volume" || events[0].Result != "Success" || events[0].FinishTime.IsZero() {
		t.Errorf("%+v", events)
	}
	var told struct{ Messages []any }
	_, err = l.storage.Get(t.Context(), l.storage.ServiceURL("messages"), &told, nil)
	l.must(err)
	if len(told.Messages) > 0 {
		t.Errorf("the user is told that it failed: %v", told.Messages)
	}
}

func TestExternalEvents(t *testing.T) {
	l := newLab(t)
	box := l.bootedFrom(l.volume(), false)
	send := func(c *gophercloud.ServiceClient, name string, more map[string]any) (int, string) {
		event := map[string]any{"name": name, "server_uuid": box}
		for k, v := range more {
			event[k] = v
		}
		var out struct {
			Events []struct {
				Code   int
				Status string
			}
		}
		resp, err := c.Post(t.Context(), c.ServiceURL("os-server-external-events"), map[string]any{"events": []any{event}}, &out,
			&gophercloud.RequestOpts{OkCodes: []int{200, 207}})
		switch {
		case gophercloud.ResponseCodeIs(err, http.StatusForbidden):
			return http.StatusForbidden, ""
		case gophercloud.ResponseCodeIs(err, http.StatusBadRequest):
			return http.StatusBadRequest, ""
		case err != nil:
			t.Fatal(err)
		}
		return resp.StatusCode, fmt.Sprint(out.Events)
	}
	admin := &gophercloud.ServiceClient{
		ProviderClient: l.cloud.BlockStorageAs(t, "admin").ProviderClient, Type: "compute", Microversion: "2.79", Endpoint: l.compute.Endpoint,
	}
	const nobody = "11111111-2222-3333-4444-555555555555"
	for name, test := range map[string]struct {
		client *gophercloud.ServiceClient
		event  string
		more   map[string]any
		want   string
	}{
		"by a member":            {l.compute, "volume-extended", map[string]any{"tag": nobody}, "403 "},
		"taken":                  {admin, "volume-extended", map[string]any{"tag": nobody}, "200 [{200 completed}]"},
		"without what has grown": {admin, "volume-extended", nil, "207 [{400 failed}]"},
		"of a network":           {admin, "network-changed", nil, "200 [{200 completed}]"},
		"to nobody":              {admin, "network-changed", map[string]any{"server_uuid": nobody}, "207 [{404 failed}]"},
		"that there is not":      {admin, "volume-shrunk", nil, "400 "},
		"that is too new":        {admin, "volume-reimaged", nil, "400 "},
	} {
		t.Run(name, func(t *testing.T) {
			if status, body := send(test.client, test.event, test.more); fmt.Sprint(status, " ", body) != test.want {
				t.Errorf("%d %s, want %s", status, body, test.want)
			}
		})
	}
}
