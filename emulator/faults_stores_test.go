package emulator_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
)

func imageWith(t *testing.T, emu *emulator.Emulator) string {
	t.Helper()
	img, err := images.Create(t.Context(), emu.Image(t), images.CreateOpts{Name: "golden", DiskFormat: "raw", ContainerFormat: "bare"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	return img.ID
}

func TestStoresThatGoWrong(t *testing.T) {
	data := bytes.Repeat([]byte("fauxstack"), 1000)
	for _, tc := range []struct {
		name   string
		fault  emulator.Fault
		status int
	}{
		{"full", emulator.Fault{Is: emulator.StoreFull}, 413},
		{"full in mid-upload", emulator.Fault{Is: emulator.StoreFull, AfterBytes: 8999}, 413},
		{"not full yet", emulator.Fault{Is: emulator.StoreFull, AfterBytes: 9000}, 204},
		{"read-only", emulator.Fault{Is: emulator.StoreReadOnly}, 410},
		{"denied", emulator.Fault{Is: emulator.StoreDenied}, 503},
		{"broken", emulator.Fault{Is: emulator.StoreBroken, AfterBytes: 10}, 500},
		{"gone", emulator.Fault{Is: emulator.StoreGone}, 400},
		{"another store", emulator.Fault{Store: "cheap", Is: emulator.StoreFull}, 204},
		{"another image", emulator.Fault{Resource: "silver", Is: emulator.StoreFull}, 204},
		{"this image", emulator.Fault{Resource: "golden", Project: "demo", Is: emulator.StoreFull}, 413},
	} {
		t.Run(tc.name, func(t *testing.T) {
			emu := emulator.Start(t)
			if tc.fault.Store == "" {
				tc.fault.Store = "fast"
			}
			fault := inject(t, emu, tc.fault)
			img, client := imageWith(t, emu), emu.Image(t)
			err := imagedata.Upload(t.Context(), client, img, bytes.NewReader(data)).ExtractErr()
			if tc.status == 204 && err != nil || tc.status != 204 && !gophercloud.ResponseCodeIs(err, tc.status) {
				t.Errorf("got %v, want %d", err, tc.status)
			}
			if tc.status == 204 {
				return
			}
			if got, err := images.Get(t.Context(), client, img).Extract(); err != nil || got.Status != images.ImageStatusQueued {
				t.Errorf("the image is %+v, %v", got, err)
			}
			fault.Remove()
			if err := imagedata.Upload(t.Context(), client, img, bytes.NewReader(data)).ExtractErr(); err != nil {
				t.Errorf("the store does not recover: %v", err)
			}
		})
	}
}

func TestAStoreThatCorrupts(t *testing.T) {
	emu := emulator.Start(t, emulator.WithFaults(emulator.Fault{Store: "fast", Is: emulator.StoreCorrupt, Times: 1}))
	data := []byte("some bytes that should stay as they are")
	img, client := imageWith(t, emu), emu.Image(t)
	if err := imagedata.Upload(t.Context(), client, img, bytes.NewReader(data)).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	shown, err := images.Get(t.Context(), client, img).Extract()
	if err != nil {
		t.Fatal(err)
	}
	sum := md5.Sum(data)
	if shown.Checksum != hex.EncodeToString(sum[:]) {
		t.Errorf("the checksum is %s, not that of what was sent", shown.Checksum)
	}
	r, err := imagedata.Download(t.Context(), client, img).Extract()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r.(io.Reader))
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for i := range got {
		if got[i] != data[i] {
			wrong++
		}
	}
	if len(got) != len(data) || wrong != 1 {
		t.Errorf("%d bytes are wrong in %q", wrong, got)
	}
}

func TestAStoreThatIsGoneCannotBeReadEither(t *testing.T) {
	emu := emulator.Start(t)
	img, client := imageWith(t, emu), emu.Image(t)
	if err := imagedata.Upload(t.Context(), client, img, strings.NewReader("data")).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	inject(t, emu, emulator.Fault{Store: "fast", Is: emulator.StoreGone, Times: 1})
	if _, err := imagedata.Download(t.Context(), client, img).Extract(); !gophercloud.ResponseCodeIs(err, 500) {
		t.Errorf("got %v", err)
	}
	if _, err := imagedata.Download(t.Context(), client, img).Extract(); err != nil {
		t.Error(err)
	}
}
