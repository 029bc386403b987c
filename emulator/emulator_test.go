package emulator_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumetypes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"go.uber.org/goleak"

	"github.com/fauxstack/fauxstack/emulator"
)

// blankGiB is the MD5 of a GiB of zeros.
const blankGiB = "cd573cfaace07e7949bc0c46028904ff"

// typeWithStore makes a volume type whose volumes go to a store.
func typeWithStore(ctx context.Context, admin *gophercloud.ServiceClient, name, store string) error {
	vt, err := volumetypes.Create(ctx, admin, volumetypes.CreateOpts{Name: name}).Extract()
	if err != nil {
		return err
	}
	_, err = volumetypes.CreateExtraSpecs(ctx, admin, vt.ID, volumetypes.ExtraSpecsOpts{"image_service:store_id": store}).Extract()
	return err
}

// uploadBlank makes a blank volume of the type and uploads it; it returns the finished image, named by the volume's id.
func uploadBlank(ctx context.Context, cinder, glance *gophercloud.ServiceClient, volumeType string) (*images.Image, error) {
	vol, err := volumes.Create(ctx, cinder, volumes.CreateOpts{Name: "v", Size: 1, VolumeType: volumeType}, nil).Extract()
	if err != nil {
		return nil, err
	}
	up, err := volumes.UploadImage(ctx, cinder, vol.ID, volumes.UploadImageOpts{ImageName: vol.ID, DiskFormat: "raw", ContainerFormat: "bare"}).Extract()
	if err != nil {
		return nil, err
	}
	return images.Get(ctx, glance, up.ImageID).Extract()
}

func TestTheStoreWorkflowInProcess(t *testing.T) {
	emu := emulator.Start(t)
	if err := typeWithStore(t.Context(), emu.BlockStorageAs(t, "admin"), "cheap", "cheap"); err != nil {
		t.Fatal(err)
	}
	for volumeType, store := range map[string]string{"cheap": "cheap", "lvmdriver-1": "fast"} {
		image, err := uploadBlank(t.Context(), emu.BlockStorage(t), emu.Image(t), volumeType)
		if err != nil {
			t.Fatal(err)
		}
		if image.Status != images.ImageStatusActive || image.Properties["stores"] != store || image.Checksum != blankGiB {
			t.Errorf("type %s: %s in %v, %s", volumeType, image.Status, image.Properties["stores"], image.Checksum)
		}
	}
}

func TestTwentyStrangersInOneProcess(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	var clouds sync.WaitGroup
	for i := range 20 {
		clouds.Go(func() {
			emu, err := emulator.New(emulator.WithGlanceStores("only-here", fmt.Sprintf("store-%d", i)))
			if err != nil {
				t.Error(err)
				return
			}
			defer emu.Close()
			if err := strangers(t, emu, i); err != nil {
				t.Errorf("cloud %d: %v", i, err)
			}
		})
	}
	clouds.Wait()
}

// strangers runs the workflow on one of many clouds, half of the requests over a socket, and sees only what is its own.
func strangers(t *testing.T, emu *emulator.Emulator, i int) error {
	ctx, store := t.Context(), fmt.Sprintf("store-%d", i)
	if err := typeWithStore(ctx, emu.BlockStorageAs(t, "admin"), "typed", store); err != nil {
		return err
	}
	cinder, glance := emu.BlockStorage(t), emu.Image(t)
	for range 5 {
		image, err := uploadBlank(ctx, cinder, glance, "typed")
		if err != nil {
			return err
		}
		if image.Properties["stores"] != store {
			return fmt.Errorf("the image lies in %v", image.Properties["stores"])
		}
	}
	pages, err := volumes.List(cinder, volumes.ListOpts{}).AllPages(ctx)
	if err != nil {
		return err
	}
	if all, err := volumes.ExtractVolumes(pages); err != nil || len(all) != 5 {
		return fmt.Errorf("%d volumes (%w)", len(all), err)
	}
	resp, err := http.Get(emu.URL() + emulator.ImagePath + "/versions")
	if err != nil {
		return err
	}
	defer http.DefaultClient.CloseIdleConnections()
	return resp.Body.Close()
}

func TestOptionsReportAllMistakesTogether(t *testing.T) {
	_, err := emulator.New(emulator.WithListen("nowhere"), emulator.WithClock("sundial"), emulator.WithRelease("austin"))
	for _, want := range []string{"nowhere", "sundial", "austin"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from: %v", want, err)
		}
	}
}

func TestManualClock(t *testing.T) {
	emu := emulator.Start(t, emulator.WithManualClock(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)))
	cinder := emu.BlockStorage(t)
	vol, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if vol.CreatedAt.Year() != 2030 {
		t.Errorf("created at %v", vol.CreatedAt)
	}
	emu.Settle()
	if vol, err = volumes.Get(t.Context(), cinder, vol.ID).Extract(); err != nil || vol.Status != "available" {
		t.Errorf("%v, %v", vol, err)
	}
}

func TestCloseIsFinalAndMayBeRepeated(t *testing.T) {
	emu, err := emulator.New(emulator.WithListen("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	url := emu.URL()
	if err := emu.Close(); err != nil {
		t.Error(err)
	}
	if err := emu.Close(); err != nil {
		t.Error(err)
	}
	if resp, err := http.Get(url); err == nil {
		resp.Body.Close()
		t.Error("a closed cloud answered")
	}
}

func TestTheRequestLogHasBothSidesOfAnUpload(t *testing.T) {
	emu := emulator.Start(t)
	if _, err := uploadBlank(t.Context(), emu.BlockStorage(t), emu.Image(t), "lvmdriver-1"); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range emu.Requests() {
		seen[fmt.Sprint(r.Op, " ", r.Internal)] = true
	}
	for _, want := range []string{"cinder.volumes.os-volume_upload_image false", "glance.images.create true", "glance.images.upload true"} {
		if !seen[want] {
			t.Errorf("%s is missing from %v", want, emu.Requests())
		}
	}
}
