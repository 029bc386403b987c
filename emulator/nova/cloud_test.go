package nova_test

import (
	"net/http"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/attachments"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/attachinterfaces"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/fauxstack/fauxstack/emulator"
)

// lab is a cloud with Compute, and the demo user's clients of it.
type lab struct {
	*testing.T
	cloud            *emulator.Emulator
	compute, storage *gophercloud.ServiceClient
}

func newLab(t *testing.T, options ...emulator.Option) *lab {
	t.Helper()
	cloud := emulator.Start(t, append(options, emulator.WithCompute())...)
	storage := cloud.BlockStorage(t)
	compute := &gophercloud.ServiceClient{
		ProviderClient: storage.ProviderClient, Type: "compute", Microversion: "2.79",
		Endpoint: "http://fauxstack.internal" + emulator.ComputePath + "/v2.1/",
	}
	return &lab{t, cloud, compute, storage}
}

func (l *lab) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

// bootedFrom creates a server that boots from a volume.
func (l *lab) bootedFrom(volume string, terminates bool) string {
	l.Helper()
	l.must(volumes.SetBootable(l.Context(), l.storage, volume, volumes.BootableOpts{Bootable: true}).ExtractErr())
	server, err := servers.Create(l.Context(), l.compute, servers.CreateOpts{
		Name: "box", FlavorRef: "1", Networks: "none",
		BlockDevice: []servers.BlockDevice{{
			SourceType: servers.SourceVolume, DestinationType: servers.DestinationVolume, UUID: volume, BootIndex: 0, DeleteOnTermination: terminates,
		}},
	}, nil).Extract()
	l.must(err)
	return server.ID
}

func (l *lab) volume() string {
	l.Helper()
	v, err := volumes.Create(l.Context(), l.storage, volumes.CreateOpts{Size: 1, Name: "data"}, nil).Extract()
	l.must(err)
	return v.ID
}

func (l *lab) status(volume string) (status, server string) {
	l.Helper()
	v, err := volumes.Get(l.Context(), l.storage, volume).Extract()
	l.must(err)
	for _, a := range v.Attachments {
		server = a.ServerID
	}
	return v.Status, server
}

func TestServersHaveTheirVolumes(t *testing.T) {
	l := newLab(t)
	root, data := l.volume(), l.volume()
	box := l.bootedFrom(root, true)
	server, err := servers.Get(t.Context(), l.compute, box).Extract()
	l.must(err)
	if server.Status != "ACTIVE" {
		t.Fatalf("the server is %s: %s", server.Status, server.Fault.Message)
	}
	if status, on := l.status(root); status != "in-use" || on != box {
		t.Errorf("the root volume is %s on %q", status, on)
	}
	a, err := volumeattach.Create(t.Context(), l.compute, box, volumeattach.CreateOpts{VolumeID: data}).Extract()
	l.must(err)
	if a.Device != "/dev/vdb" || a.VolumeID != data {
		t.Errorf("attached: %+v", a)
	}
	if status, on := l.status(data); status != "in-use" || on != box {
		t.Errorf("attached, the volume is %s on %q", status, on)
	}
	if err := volumes.Delete(t.Context(), l.storage, data, nil).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		t.Errorf("deleting a volume in use: %v", err)
	}
	l.must(volumeattach.Delete(t.Context(), l.compute, box, data).ExtractErr())
	if status, on := l.status(data); status != "available" || on != "" {
		t.Errorf("detached, the volume is %s on %q", status, on)
	}
	if err := volumeattach.Delete(t.Context(), l.compute, box, root).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusForbidden) {
		t.Errorf("detaching the root volume: %v", err)
	}
	l.must(servers.Delete(t.Context(), l.compute, box).ExtractErr())
	if _, err := servers.Get(t.Context(), l.compute, box).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("the server that was deleted: %v", err)
	}
	if _, err := volumes.Get(t.Context(), l.storage, root).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("the volume that goes with its server: %v", err)
	}
}

// Only Compute takes a volume from a server (cinder/volume/api.py, attachment_deletion_allowed).
func TestServersKeepTheirVolumes(t *testing.T) {
	l := newLab(t)
	data := l.volume()
	box := l.bootedFrom(l.volume(), false)
	a, err := volumeattach.Create(t.Context(), l.compute, box, volumeattach.CreateOpts{VolumeID: data}).Extract()
	l.must(err)
	shown, err := volumes.Get(t.Context(), l.storage, data).Extract()
	l.must(err)
	l.storage.Microversion = "3.44"
	if err := attachments.Delete(t.Context(), l.storage, shown.Attachments[0].AttachmentID).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusConflict) {
		t.Errorf("deleting the attachment: %v", err)
	}
	if err := volumes.Detach(t.Context(), l.storage, data, volumes.DetachOpts{}).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusConflict) {
		t.Errorf("detaching: %v", err)
	}
	if status, on := l.status(data); status != "in-use" || on != box {
		t.Errorf("the volume is %s on %q", status, on)
	}
	l.must(volumeattach.Delete(t.Context(), l.compute, box, a.VolumeID).ExtractErr())
	if status, _ := l.status(data); status != "available" {
		t.Errorf("the volume is %s", status)
	}
}

func TestServersStopAndStart(t *testing.T) {
	l := newLab(t)
	box := l.bootedFrom(l.volume(), false)
	is := func(want string) {
		t.Helper()
		if server, err := servers.Get(t.Context(), l.compute, box).Extract(); err != nil || server.Status != want {
			t.Errorf("%v, %v; want %s", server, err, want)
		}
	}
	l.must(servers.Stop(t.Context(), l.compute, box).ExtractErr())
	is("SHUTOFF")
	if err := servers.Stop(t.Context(), l.compute, box).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusConflict) {
		t.Errorf("stopping it again: %v", err)
	}
	l.must(servers.Start(t.Context(), l.compute, box).ExtractErr())
	is("ACTIVE")
	l.must(servers.Reboot(t.Context(), l.compute, box, servers.RebootOpts{Type: servers.SoftReboot}).ExtractErr())
	is("ACTIVE")
}

// What upstream refuses, by nova/api/openstack/compute and nova/exception.py.
func TestRefusals(t *testing.T) {
	l := newLab(t)
	box := l.bootedFrom(l.volume(), false)
	const nobody = "11111111-2222-3333-4444-555555555555"
	for name, test := range map[string]struct {
		status int
		do     func() error
	}{
		"a server that is not there": {404, func() error { return servers.Delete(t.Context(), l.compute, nobody).ExtractErr() }},
		"a volume that is not there": {404, func() error {
			return volumeattach.Create(t.Context(), l.compute, box, volumeattach.CreateOpts{VolumeID: nobody}).Err
		}},
		"a volume without a shape": {400, func() error {
			return volumeattach.Create(t.Context(), l.compute, box, volumeattach.CreateOpts{VolumeID: "x"}).Err
		}},
		"a volume that is not attached": {404, func() error { return volumeattach.Delete(t.Context(), l.compute, box, l.volume()).ExtractErr() }},
		"a network without an id": {400, func() error {
			return servers.Create(t.Context(), l.compute, servers.CreateOpts{Name: "x", FlavorRef: "1", Networks: []servers.Network{{FixedIP: "10.0.0.9"}}}, nil).Err
		}},
		"an image that is not there": {400, func() error {
			return servers.Create(t.Context(), l.compute, servers.CreateOpts{Name: "x", FlavorRef: "1", ImageRef: nobody, Networks: "none"}, nil).Err
		}},
		"a flavor that is not there": {400, func() error {
			return servers.Create(t.Context(), l.compute, servers.CreateOpts{Name: "x", FlavorRef: "9", ImageRef: nobody, Networks: "none"}, nil).Err
		}},
		"nothing to boot from": {400, func() error {
			return servers.Create(t.Context(), l.compute, servers.CreateOpts{Name: "x", FlavorRef: "1", Networks: "none"}, nil).Err
		}},
		"a flavor by a member": {403, func() error {
			disk := 1
			return flavors.Create(t.Context(), l.compute, flavors.CreateOpts{Name: "x", RAM: 1, VCPUs: 1, Disk: &disk}).Err
		}},
		"a volume that does not boot": {400, func() error {
			return servers.Create(t.Context(), l.compute, servers.CreateOpts{Name: "x", FlavorRef: "1", Networks: "none", BlockDevice: []servers.BlockDevice{
				{SourceType: servers.SourceVolume, DestinationType: servers.DestinationVolume, UUID: l.volume()},
			}}, nil).Err
		}},
		"a volume to boot from that is not there": {400, func() error {
			return servers.Create(t.Context(), l.compute, servers.CreateOpts{Name: "x", FlavorRef: "1", Networks: "none", BlockDevice: []servers.BlockDevice{
				{SourceType: servers.SourceVolume, DestinationType: servers.DestinationVolume, UUID: nobody},
			}}, nil).Err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := test.do(); !gophercloud.ResponseCodeIs(err, test.status) {
				t.Errorf("%v; want %d", err, test.status)
			}
		})
	}
}

func TestTheDefaultFlavorsAreThere(t *testing.T) {
	l := newLab(t)
	pages, err := flavors.ListDetail(l.compute, nil).AllPages(t.Context())
	l.must(err)
	all, err := flavors.ExtractFlavors(pages)
	l.must(err)
	if len(all) != 5 || all[0].Name != "m1.tiny" || all[0].RAM != 512 {
		t.Errorf("%+v", all)
	}
}

// A server has a port in the network that it asks for, or in the only one there is to have, as long as it lives.
func TestServersHavePorts(t *testing.T) {
	l := newLab(t)
	network := &gophercloud.ServiceClient{
		ProviderClient: l.storage.ProviderClient, Type: "network",
		Endpoint: "http://fauxstack.internal" + emulator.NetworkPath + "/", ResourceBase: "http://fauxstack.internal" + emulator.NetworkPath + "/v2.0/",
	}
	all := func() []ports.Port {
		t.Helper()
		pages, err := ports.List(network, nil).AllPages(t.Context())
		l.must(err)
		found, err := ports.ExtractPorts(pages)
		l.must(err)
		return found
	}
	pages, err := networks.List(network, networks.ListOpts{Name: "private"}).AllPages(t.Context())
	l.must(err)
	private, err := networks.ExtractNetworks(pages)
	l.must(err)
	own, err := ports.Create(t.Context(), network, ports.CreateOpts{NetworkID: private[0].ID}).Extract()
	l.must(err)
	for name, test := range map[string]struct {
		networks any
		left     int // ports, when the server is gone
	}{
		"a network":    {[]servers.Network{{UUID: private[0].ID}}, 1},
		"a port":       {[]servers.Network{{Port: own.ID}}, 1},
		"whatever":     {"auto", 1},
		"none of them": {"none", 1},
	} {
		root := l.volume()
		l.must(volumes.SetBootable(t.Context(), l.storage, root, volumes.BootableOpts{Bootable: true}).ExtractErr())
		box, err := servers.Create(t.Context(), l.compute, servers.CreateOpts{
			Name: "box", FlavorRef: "1", Networks: test.networks,
			BlockDevice: []servers.BlockDevice{{SourceType: servers.SourceVolume, DestinationType: servers.DestinationVolume, UUID: root}},
		}, nil).Extract()
		l.must(err)
		shown, err := servers.Get(t.Context(), l.compute, box.ID).Extract()
		l.must(err)
		found := 0
		for _, p := range all() {
			if p.DeviceID == box.ID && p.DeviceOwner == "compute:nova" && p.Status == "ACTIVE" {
				found++
			}
		}
		interfaces, err := attachinterfaces.List(l.compute, box.ID).AllPages(t.Context())
		l.must(err)
		plugged, err := attachinterfaces.ExtractInterfaces(interfaces)
		l.must(err)
		if len(plugged) != found || found > 0 && plugged[0].FixedIPs[0].SubnetID == "" {
			t.Errorf("%s: %+v", name, plugged)
		}
		if want := test.networks != "none"; shown.Status != "ACTIVE" || (found == 1) != want || (len(shown.Addresses) == 1) != want {
			t.Errorf("%s: %s (%s), %d ports, %v", name, shown.Status, shown.Fault.Message, found, shown.Addresses)
		}
		l.must(servers.Delete(t.Context(), l.compute, box.ID).ExtractErr())
		if left := all(); len(left) != test.left || left[0].DeviceID != "" {
			t.Errorf("%s, when it is gone: %+v", name, left)
		}
	}
}
