package container_test

import (
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

// The image has no qemu-img: an upload in another format is accepted, fails as it does upstream without it, and leaves the
// volume as it was, no image, and a message.
func TestConversionWithoutQemuImg(t *testing.T) {
	p := login(t, run(t), "demo")
	cinder, err := openstack.NewBlockStorageV3(p, region)
	if err != nil {
		t.Fatal(err)
	}
	cinder.Microversion = "3.3"
	glance, err := openstack.NewImageV2(p, region)
	if err != nil {
		t.Fatal(err)
	}
	vol, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	up, err := volumes.UploadImage(t.Context(), cinder, vol.ID, volumes.UploadImageOpts{ImageName: "golden", DiskFormat: "qcow2"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if vol, err = volumes.Get(t.Context(), cinder, vol.ID).Extract(); err != nil || vol.Status != "available" {
		t.Errorf("volume %+v, %v; want it available", vol, err)
	}
	if _, err := images.Get(t.Context(), glance, up.ImageID).Extract(); !gophercloud.ResponseCodeIs(err, 404) {
		t.Errorf("the image: %v, want 404", err)
	}
	var told struct {
		Messages []struct {
			UserMessage string `json:"user_message"`
		} `json:"messages"`
	}
	if _, err := cinder.Get(t.Context(), cinder.ServiceURL("messages"), &told, nil); err != nil {
		t.Fatal(err)
	}
	const want = "copy volume to image:Failed to upload volume to image at backend."
	if len(told.Messages) != 1 || told.Messages[0].UserMessage != want {
		t.Errorf("messages %+v, want %q", told.Messages, want)
	}
}
