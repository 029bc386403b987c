package nova_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"

	"github.com/fauxstack/fauxstack/emulator"
)

// swap asks as the administrator, and returns the status and what the answer says.
func (l *lab) swap(version, server, from, body string) (int, string) {
	l.Helper()
	admin := *l.compute
	admin.ProviderClient = l.cloud.BlockStorageAs(l, "admin").ProviderClient
	admin.Microversion = version
	resp, err := admin.Put(l.Context(), admin.ServiceURL("servers", server, "os-volume_attachments", from), nil, nil,
		&gophercloud.RequestOpts{RawBody: strings.NewReader(body), OkCodes: []int{202}, KeepResponseBody: true})
	if refused, ok := err.(gophercloud.ErrUnexpectedResponseCode); ok {
		return refused.Actual, string(refused.Body)
	}
	l.must(err)
	l.must(resp.Body.Close())
	return resp.StatusCode, ""
}

// Before release Flamingo, administrators could have a server change over to any volume (nova/compute/api.py, swap_volume).
func TestVolumesAreSwapped(t *testing.T) {
	l := newLab(t, emulator.WithRelease("epoxy"))
	from, to := l.volume(), l.volume()
	box := l.bootedFrom(l.volume(), false)
	l.must(volumeattach.Create(t.Context(), l.compute, box, volumeattach.CreateOpts{VolumeID: from}).Err)
	l.status(from)
	if status, body := l.swap("2.79", box, from, `{"volumeAttachment": {"volumeId": "`+to+`"}}`); status != 202 {
		t.Fatalf("%d %s", status, body)
	}
	if status, on := l.status(from); status != "available" || on != "" {
		t.Errorf("the first volume is %s on %q", status, on)
	}
	if status, on := l.status(to); status != "in-use" || on != box {
		t.Errorf("the second volume is %s on %q", status, on)
	}
	if _, err := volumeattach.Get(t.Context(), l.compute, box, to).Extract(); err != nil {
		t.Error(err)
	}
	l.must(volumeattach.Delete(t.Context(), l.compute, box, to).ExtractErr())
	if status, _ := l.status(to); status != "available" {
		t.Errorf("the second volume is %s", status)
	}
}

// By nova/api/openstack/compute/volume_attachments.py, its schemas, and nova/compute/api.py.
func TestSwapsRefused(t *testing.T) {
	l := newLab(t, emulator.WithRelease("epoxy"))
	data, spare, taken := l.volume(), l.volume(), l.volume()
	box, other := l.bootedFrom(l.volume(), false), l.bootedFrom(l.volume(), false)
	l.must(volumeattach.Create(t.Context(), l.compute, box, volumeattach.CreateOpts{VolumeID: data}).Err)
	l.must(volumeattach.Create(t.Context(), l.compute, other, volumeattach.CreateOpts{VolumeID: taken}).Err)
	large, err := volumes.Create(t.Context(), l.storage, volumes.CreateOpts{Size: 2}, nil).Extract()
	l.must(err)
	stopped := l.bootedFrom(l.volume(), false)
	l.must(volumeattach.Create(t.Context(), l.compute, stopped, volumeattach.CreateOpts{VolumeID: large.ID}).Err)
	l.must(servers.Stop(t.Context(), l.compute, stopped).ExtractErr())
	l.status(large.ID)
	const nowhere = "11111111-2222-4333-8444-555555555555"
	to := func(volume string) string { return `{"volumeAttachment": {"volumeId": "` + volume + `"}}` }
	for _, test := range []struct {
		version, server, from, body string
		status                      int
		want                        string
	}{
		{"2.79", nowhere, data, to(spare), 404, "Instance " + nowhere + " could not be found."},
		{"2.79", box, nowhere, to(spare), 404, "Volume " + nowhere + " could not be found."},
		{"2.79", box, data, to(nowhere), 400, "Volume " + nowhere + " could not be found."},
		{"2.79", box, taken, to(spare), 400, "Invalid volume: Old volume is attached to a different instance."},
		{"2.79", box, data, to(taken), 400, "Invalid volume: New volume must be detached in order to swap."},
		{"2.79", stopped, large.ID, to(spare), 409, fmt.Sprintf("Cannot 'swap_volume' instance %s while it is in vm_state stopped", stopped)},
		{"2.79", box, data, `{"volumeAttachment": {"volumeId": "` + spare + `", "device": "/dev/vdc"}}`, 400, "Additional properties are not allowed ('device' was unexpected)"},
		{"2.85", box, spare, to(data), 404, "No volume Block Device Mapping with id " + spare + "."},
		{"2.85", box, data, `{"volumeAttachment": {"volumeId": "` + data + `", "device": "/dev/vdz"}}`, 400, "The device property is not mutable"},
		{"2.85", box, data, `{"volumeAttachment": {"volumeId": "` + data + `", "tag": "x"}}`, 400, "The tag property is not mutable"},
	} {
		if status, body := l.swap(test.version, test.server, test.from, test.body); status != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s on %s: %d %s; want %d %s", test.body, test.server, status, body, test.status, test.want)
		}
	}
	if status, on := l.status(data); status != "in-use" || on != box {
		t.Errorf("the volume is %s on %q", status, on)
	}
	if status, _ := l.status(spare); status != "available" {
		t.Errorf("the spare volume is %s", status)
	}
}
