package emulator_test

import (
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
)

func TestUploadGoesToTheDefaultStore(t *testing.T) {
	emu := emulator.Start(t, emulator.WithGlanceStores("fast", "cold"))
	cinder, glance := emu.BlockStorage(t), emu.Image(t) // ordinary gophercloud clients of the project demo

	vol, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Name: "boot", Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	up, err := volumes.UploadImage(t.Context(), cinder, vol.ID, volumes.UploadImageOpts{ImageName: "golden"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	image, err := images.Get(t.Context(), glance, up.ImageID).Extract()
	if err != nil || image.Properties["stores"] != "fast" {
		t.Errorf("%+v, %v", image, err)
	}
}
