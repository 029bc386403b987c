package nova_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
)

const nowhere = "11111111-2222-3333-4444-555555555555"

// cirros is the image of the default cloud.
func (l *lab) cirros() string {
	l.Helper()
	pages, err := images.List(l.cloud.Image(l.T), images.ListOpts{Name: "cirros"}).AllPages(l.Context())
	l.must(err)
	all, err := images.ExtractImages(pages)
	l.must(err)
	return all[0].ID
}

func (l *lab) create(devices ...servers.BlockDevice) (*servers.Server, error) {
	l.Helper()
	return servers.Create(l.Context(), l.compute, servers.CreateOpts{Name: "box", FlavorRef: "1", Networks: "none", BlockDevice: devices}, nil).Extract()
}

func (l *lab) server(id string) *servers.Server {
	l.Helper()
	server, err := servers.Get(l.Context(), l.compute, id).Extract()
	l.must(err)
	return server
}

// volumesOf are the volumes that a server has, by their devices.
func (l *lab) volumesOf(server string) map[string]*volumes.Volume {
	l.Helper()
	pages, err := volumeattach.List(l.compute, server).AllPages(l.Context())
	l.must(err)
	all, err := volumeattach.ExtractVolumeAttachments(pages)
	l.must(err)
	byDevice := map[string]*volumes.Volume{}
	for _, a := range all {
		byDevice[a.Device], err = volumes.Get(l.Context(), l.storage, a.VolumeID).Extract()
		l.must(err)
	}
	return byDevice
}

// Volumes are made of an image, a snapshot and nothing (nova/virt/block_device.py).
func TestVolumesAreMadeForServers(t *testing.T) {
	l := newLab(t)
	kept, err := volumes.Create(t.Context(), l.storage, volumes.CreateOpts{Size: 2, VolumeType: "lvmdriver-2"}, nil).Extract()
	l.must(err)
	snapshot, err := snapshots.Create(t.Context(), l.storage, snapshots.CreateOpts{VolumeID: kept.ID}).Extract()
	l.must(err)
	box, err := l.create(
		servers.BlockDevice{SourceType: servers.SourceImage, DestinationType: servers.DestinationVolume, UUID: l.cirros(), VolumeSize: 3, DeleteOnTermination: true},
		servers.BlockDevice{SourceType: servers.SourceSnapshot, DestinationType: servers.DestinationVolume, UUID: snapshot.ID, BootIndex: -1},
		servers.BlockDevice{SourceType: servers.SourceBlank, DestinationType: servers.DestinationVolume, VolumeSize: 1, BootIndex: -1, VolumeType: "lvmdriver-2"},
	)
	l.must(err)
	if is := l.server(box.ID); is.Status != "ACTIVE" || len(is.AttachedVolumes) != 3 {
		t.Fatalf("the server is %s with %v: %s", is.Status, is.AttachedVolumes, is.Fault.Message)
	}
	made := l.volumesOf(box.ID)
	root, copied, blank := made["/dev/vda"], made["/dev/vdb"], made["/dev/vdc"]
	if root == nil || copied == nil || blank == nil {
		t.Fatalf("the server has %v", made)
	}
	if root.Size != 3 || root.Bootable != "true" || root.VolumeImageMetadata["image_id"] != l.cirros() || root.Status != "in-use" || root.Name != "" {
		t.Errorf("of the image: %+v", root)
	}
	if copied.Size != 2 || copied.SnapshotID != snapshot.ID || copied.VolumeType != "lvmdriver-2" || copied.Attachments[0].ServerID != box.ID {
		t.Errorf("of the snapshot: %+v", copied)
	}
	if blank.Size != 1 || blank.Name != box.ID+"-blank-vol" || blank.VolumeType != "lvmdriver-2" {
		t.Errorf("of nothing: %+v", blank)
	}
	l.must(servers.Delete(t.Context(), l.compute, box.ID).ExtractErr())
	if _, err := volumes.Get(t.Context(), l.storage, root.ID).Extract(); !gophercloud.ResponseCodeIs(err, 404) {
		t.Errorf("the volume that goes with the server: %v", err)
	}
	if status, _ := l.status(copied.ID); status != "available" {
		t.Errorf("the volume that stays is %s", status)
	}
}

// A server waits for its volumes as long as block_device_allocate_retries says: 60 times 3 seconds.
func TestServersWaitForTheirVolumes(t *testing.T) {
	blank := servers.BlockDevice{SourceType: servers.SourceBlank, DestinationType: servers.DestinationVolume, VolumeSize: 1}
	begin := func(t *testing.T, takes time.Duration) (*lab, string) {
		l := newLab(t, emulator.WithManualClock(time.Time{}), emulator.WithDelay("cinder.volume.create", takes))
		box, err := l.create(blank)
		l.must(err)
		l.cloud.Advance(time.Second)
		if is := l.server(box.ID).Status; is != "BUILD" {
			t.Errorf("at first the server is %s", is)
		}
		return l, box.ID
	}
	t.Run("long enough", func(t *testing.T) {
		l, box := begin(t, time.Minute)
		l.cloud.Advance(65 * time.Second)
		if is := l.server(box); is.Status != "ACTIVE" || l.volumesOf(box)["/dev/vda"].Status != "in-use" {
			t.Errorf("the server is %s: %s", is.Status, is.Fault.Message)
		}
	})
	t.Run("in vain", func(t *testing.T) {
		l, box := begin(t, time.Hour)
		l.cloud.Advance(4 * time.Minute)
		is := l.server(box)
		want := "did not finish being created even after we waited 180 seconds or 61 attempts. And its status is creating."
		if is.Status != "ERROR" || !strings.HasPrefix(is.Fault.Message, "Build of instance "+box+" aborted: Volume ") || !strings.HasSuffix(is.Fault.Message, want) {
			t.Errorf("the server is %s: %s", is.Status, is.Fault.Message)
		}
		l.must(servers.Delete(t.Context(), l.compute, box).ExtractErr())
		l.cloud.Advance(time.Second)
		if _, err := servers.Get(t.Context(), l.compute, box).Extract(); !gophercloud.ResponseCodeIs(err, 404) {
			t.Errorf("the server that was deleted: %v", err)
		}
	})
	t.Run("over quota", func(t *testing.T) {
		l := newLab(t)
		box, err := l.create(servers.BlockDevice{SourceType: servers.SourceBlank, DestinationType: servers.DestinationVolume, VolumeSize: 100_000})
		l.must(err)
		if is := l.server(box.ID); is.Status != "ERROR" || !strings.Contains(is.Fault.Message, "aborted: VolumeSizeExceedsAvailableQuota: ") {
			t.Errorf("the server is %s: %s", is.Status, is.Fault.Message)
		}
	})
}

// What upstream refuses, by nova/block_device.py and nova/compute/api.py.
func TestBlockDeviceMappingsRefused(t *testing.T) {
	l := newLab(t)
	const invalid = "Block Device Mapping is Invalid: "
	device := func(source servers.SourceType, destination servers.DestinationType, change func(*servers.BlockDevice)) servers.BlockDevice {
		d := servers.BlockDevice{SourceType: source, DestinationType: destination, VolumeSize: 1}
		if change != nil {
			change(&d)
		}
		return d
	}
	for want, d := range map[string]servers.BlockDevice{
		invalid + "Missing device UUID.": device("image", "volume", nil),
		invalid + "Invalid device UUID.": device("blank", "volume", func(d *servers.BlockDevice) { d.UUID = nowhere }),
		invalid + "Mapping image to local is not supported.": device("image", "local", func(d *servers.BlockDevice) {
			d.UUID = nowhere
		}),
		invalid + "Specifying volume type to existing volume is not supported.": device("volume", "volume", func(d *servers.BlockDevice) {
			d.UUID, d.VolumeType = nowhere, "lvmdriver-1"
		}),
		invalid + "Specifying a volume_type with destination_type=local is not supported.": device("blank", "local", func(d *servers.BlockDevice) {
			d.VolumeType = "lvmdriver-1"
		}),
		invalid + "Boot sequence for the instance and image/block device mapping combination is not valid.": device("blank", "volume", func(d *servers.BlockDevice) {
			d.BootIndex = 1
		}),
		invalid + "failed to get snapshot " + nowhere + ".": device("snapshot", "volume", func(d *servers.BlockDevice) { d.UUID = nowhere }),
		invalid + "failed to get image " + nowhere + ".":    device("image", "volume", func(d *servers.BlockDevice) { d.UUID = nowhere }),
		"Images with destination_type 'volume' need to have a non-zero size specified": device("image", "volume", func(d *servers.BlockDevice) {
			d.UUID, d.VolumeSize = l.cirros(), 0
		}),
		"Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size": device("blank", "volume", func(d *servers.BlockDevice) { d.VolumeSize = 0 }),
		"Volume type none could not be found.":                                       device("blank", "volume", func(d *servers.BlockDevice) { d.VolumeType = "none" }),
		"Swap drive requested is larger than instance type allows.": device("blank", "local", func(d *servers.BlockDevice) {
			d.GuestFormat = "swap"
		}),
		"Ephemeral disks requested are larger than the instance type allows. If no size is given in one block device mapping, flavor ephemeral size will be used.": device("blank", "local", nil),
	} {
		if _, err := l.create(d); !gophercloud.ResponseCodeIs(err, 400) || !strings.Contains(err.Error(), `"`+want+`"`) {
			t.Errorf("want %s\n got %v", want, err)
		}
	}
	pages, err := volumes.List(l.storage, nil).AllPages(t.Context())
	l.must(err)
	if all, err := volumes.ExtractVolumes(pages); err != nil || len(all) != 0 {
		t.Errorf("%d volumes were made, %v", len(all), err)
	}
}
