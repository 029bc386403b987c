package emulator_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
)

func open(t testing.TB, dir string, opts ...emulator.Option) *emulator.Emulator {
	t.Helper()
	e, err := emulator.New(append([]emulator.Option{emulator.WithData(dir)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

func shut(t testing.TB, e *emulator.Emulator) {
	t.Helper()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func makeVolume(t testing.TB, c *gophercloud.ServiceClient, opts volumes.CreateOpts) string {
	t.Helper()
	return must[*volumes.Volume](t)(volumes.Create(context.Background(), c, opts, nil).Extract()).ID
}

func showVolume(t testing.TB, c *gophercloud.ServiceClient, id string) *volumes.Volume {
	t.Helper()
	return must[*volumes.Volume](t)(volumes.Get(context.Background(), c, id).Extract())
}

func makeImage(t testing.TB, c *gophercloud.ServiceClient, name string, data []byte) string {
	t.Helper()
	img := must[*images.Image](t)(images.Create(context.Background(), c, images.CreateOpts{
		Name: name, DiskFormat: "raw", ContainerFormat: "bare", Tags: []string{"kept"}, Properties: map[string]string{"colour": "blue"},
	}).Extract())
	if err := imagedata.Upload(context.Background(), c, img.ID, bytes.NewReader(data)).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	return img.ID
}

// head is the beginning of an image's data.
func head(t testing.TB, c *gophercloud.ServiceClient, id string, n int) []byte {
	t.Helper()
	body := must[io.ReadCloser](t)(imagedata.Download(context.Background(), c, id).Extract())
	defer body.Close()
	got := make([]byte, n)
	if _, err := io.ReadFull(body, got); err != nil {
		t.Fatal(err)
	}
	return got
}

func download(t testing.TB, c *gophercloud.ServiceClient, id string) []byte {
	t.Helper()
	body := must[io.ReadCloser](t)(imagedata.Download(context.Background(), c, id).Extract())
	defer body.Close()
	return must[[]byte](t)(io.ReadAll(body))
}

func TestARestartChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	one := open(t, dir)
	vols, imgs := one.BlockStorage(t), one.Image(t)
	data := bytes.Repeat([]byte("0123456789"), 30_000)
	img := makeImage(t, imgs, "golden", data)
	blank := makeVolume(t, vols, volumes.CreateOpts{Name: "blank", Size: 1, Metadata: map[string]string{"a": "b"}})
	boot := makeVolume(t, vols, volumes.CreateOpts{Name: "boot", Size: 1, ImageID: img})
	one.Settle()
	before := must[*images.Image](t)(images.Get(t.Context(), imgs, img).Extract())
	wantBlank, wantBoot := showVolume(t, vols, blank), showVolume(t, vols, boot)
	token := vols.Token()
	shut(t, one)

	two := open(t, dir)
	vols, imgs = two.BlockStorage(t), two.Image(t)
	vols.SetToken(token) // tokens are as good as before
	if diff := cmp.Diff(wantBlank, showVolume(t, vols, blank)); diff != "" {
		t.Errorf("blank (-before +after)\n%s", diff)
	}
	if diff := cmp.Diff(wantBoot, showVolume(t, vols, boot)); diff != "" {
		t.Errorf("boot (-before +after)\n%s", diff)
	}
	if diff := cmp.Diff(before, must[*images.Image](t)(images.Get(t.Context(), imgs, img).Extract())); diff != "" {
		t.Errorf("image (-before +after)\n%s", diff)
	}
	sum := md5.Sum(data)
	if got := download(t, imgs, img); !bytes.Equal(got, data) || before.Checksum != hex.EncodeToString(sum[:]) {
		t.Errorf("the image's data has %d bytes, want %d", len(got), len(data))
	}
	if err := two.Reset(); err != nil {
		t.Fatal(err)
	}
	shut(t, two)

	three := open(t, dir)
	if err := volumes.Get(t.Context(), three.BlockStorage(t), blank).Err; !gophercloud.ResponseCodeIs(err, 404) {
		t.Errorf("after a reset and a restart: %v", err)
	}
	if blobs := blobFiles(t, dir); len(blobs) > 0 {
		t.Errorf("blobs that nothing refers to: %v", blobs)
	}
}

func blobFiles(t testing.TB, dir string) []string {
	t.Helper()
	files := must[[]os.DirEntry](t)(os.ReadDir(filepath.Join(dir, "blobs")))
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

func TestBytesThatNobodyRefersToAreFreed(t *testing.T) {
	dir := t.TempDir()
	e := open(t, dir, emulator.WithRequestLog(0))
	data := bytes.Repeat([]byte("0123456789"), 10_000)
	gone, kept, held := makeImage(t, e.Image(t), "gone", data), makeImage(t, e.Image(t), "kept", data), makeImage(t, e.Image(t), "held", data)
	snapshot := e.Snapshot()
	if err := images.Delete(t.Context(), e.Image(t), held).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if err := e.Restore(e.Snapshot()); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	if n := len(blobFiles(t, dir)); n != 3 {
		t.Errorf("%d files while a snapshot refers to all three", n)
	}
	if err := e.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(download(t, e.Image(t), held), data) {
		t.Error("a snapshot lost its data")
	}
	runtime.KeepAlive(snapshot)
	for _, id := range []string{gone, held} {
		if err := images.Delete(t.Context(), e.Image(t), id).ExtractErr(); err != nil {
			t.Fatal(err)
		}
	}
	for range 100 { // whatever still refers to the deleted images goes in some round
		if runtime.GC(); len(blobFiles(t, dir)) == 1 {
			break
		}
		runtime.Gosched()
	}
	if n := len(blobFiles(t, dir)); n != 1 {
		t.Errorf("%d files for one image", n)
	}
	if !bytes.Equal(download(t, e.Image(t), kept), data) {
		t.Error("an image lost its data")
	}
}

func TestPendingWorkSurvives(t *testing.T) {
	dir := t.TempDir()
	start := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
	opts := []emulator.Option{emulator.WithManualClock(start), emulator.WithSeed(7)}
	one := open(t, dir, opts...)
	if err := one.SetDelay("cinder.volume.create", 10*time.Second); err != nil {
		t.Fatal(err)
	}
	id := makeVolume(t, one.BlockStorage(t), volumes.CreateOpts{Size: 1})
	one.Advance(4 * time.Second)
	pending := one.Pending()
	if len(pending) != 1 {
		t.Fatalf("%d jobs", len(pending))
	}
	shut(t, one)

	two := open(t, dir, opts...)
	if !two.Now().Equal(start.Add(4 * time.Second)) {
		t.Errorf("the clock says %s", two.Now())
	}
	if diff := cmp.Diff(pending, two.Pending()); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
	two.Advance(5 * time.Second)
	if v := showVolume(t, two.BlockStorage(t), id); v.Status != "creating" {
		t.Errorf("a second early: %s", v.Status)
	}
	two.Advance(time.Second)
	if v := showVolume(t, two.BlockStorage(t), id); v.Status != "available" {
		t.Errorf("when it was due: %s", v.Status)
	}
	if other := makeVolume(t, two.BlockStorage(t), volumes.CreateOpts{Size: 1}); other == id {
		t.Error("a seeded source of ids repeats itself after a restart")
	}
}

// Servers keep their volumes and ports, and what was about to be done with them is.
func TestServersSurvive(t *testing.T) {
	dir := t.TempDir()
	opts := []emulator.Option{emulator.WithCompute(), emulator.WithManualClock(time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC))}
	compute := func(e *emulator.Emulator) *gophercloud.ServiceClient {
		return &gophercloud.ServiceClient{
			ProviderClient: e.BlockStorage(t).ProviderClient, Type: "compute", Endpoint: "http://fauxstack.internal" + emulator.ComputePath + "/v2.1/",
		}
	}
	one := open(t, dir, opts...)
	image := makeImage(t, one.Image(t), "golden", []byte("hello"))
	kept, given := makeVolume(t, one.BlockStorage(t), volumes.CreateOpts{Size: 1}), makeVolume(t, one.BlockStorage(t), volumes.CreateOpts{Size: 1})
	box := must[*servers.Server](t)(servers.Create(t.Context(), compute(one), servers.CreateOpts{Name: "box", FlavorRef: "1", ImageRef: image}, nil).Extract()).ID
	one.Settle()
	must[*volumeattach.VolumeAttachment](t)(volumeattach.Create(t.Context(), compute(one), box, volumeattach.CreateOpts{VolumeID: kept}).Extract())
	one.Settle()
	before := must[*servers.Server](t)(servers.Get(t.Context(), compute(one), box).Extract())
	if err := one.SetDelay("nova.server.attach_volume", time.Minute); err != nil {
		t.Fatal(err)
	}
	must[*volumeattach.VolumeAttachment](t)(volumeattach.Create(t.Context(), compute(one), box, volumeattach.CreateOpts{VolumeID: given}).Extract())
	shut(t, one)

	two := open(t, dir, opts...)
	after := must[*servers.Server](t)(servers.Get(t.Context(), compute(two), box).Extract())
	if before.Status != "ACTIVE" || len(before.Addresses) == 0 {
		t.Errorf("%+v", before)
	}
	if diff := cmp.Diff(before.Addresses, after.Addresses); diff != "" || after.Status != before.Status {
		t.Errorf("it is %s (-before +after)\n%s", after.Status, diff)
	}
	if v := showVolume(t, two.BlockStorage(t), kept); v.Status != "in-use" || len(v.Attachments) != 1 || v.Attachments[0].ServerID != box {
		t.Errorf("%+v", v)
	}
	if v := showVolume(t, two.BlockStorage(t), given); v.Status != "reserved" {
		t.Errorf("before its time: %s", v.Status)
	}
	two.Advance(time.Minute)
	if v := showVolume(t, two.BlockStorage(t), given); v.Status != "in-use" {
		t.Errorf("when it was due: %s", v.Status)
	}
	if err := servers.Delete(t.Context(), compute(two), box).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	two.Settle()
	for _, id := range []string{kept, given} {
		if v := showVolume(t, two.BlockStorage(t), id); v.Status != "available" {
			t.Errorf("without its server: %s", v.Status)
		}
	}
}

// TestWhatWasHalfDone has volumes in the midst of what nobody is doing any more, as the end of a process leaves them.
func TestWhatWasHalfDone(t *testing.T) {
	dir := t.TempDir()
	one := open(t, dir)
	admin := one.BlockStorageAs(t, "admin")
	want := map[string]string{ // what upstream's volume service makes of each when it starts
		"creating": "error", "downloading": "error", "uploading": "available",
		"extending": "extending", "retyping": "retyping", "available": "available",
	}
	ids := map[string]string{}
	for status := range want {
		ids[status] = makeVolume(t, admin, volumes.CreateOpts{Size: 1})
		one.Settle()
		if err := volumes.ResetStatus(t.Context(), admin, ids[status], volumes.ResetStatusOpts{Status: status}).ExtractErr(); err != nil {
			t.Fatal(err)
		}
	}
	shut(t, one)

	two := open(t, dir)
	admin = two.BlockStorageAs(t, "admin")
	two.Settle()
	for status, want := range want {
		v, err := volumes.Get(t.Context(), admin, ids[status]).Extract()
		switch {
		case want == "" && !gophercloud.ResponseCodeIs(err, 404):
			t.Errorf("%s: %v (%v)", status, v, err)
		case want != "" && (err != nil || v.Status != want):
			t.Errorf("%s: %v (%v), want %s", status, v, err, want)
		}
	}
}

func TestSpedUpTimeDoesNotGoBack(t *testing.T) {
	dir := t.TempDir()
	one := open(t, dir)
	one.Advance(time.Hour)
	makeVolume(t, one.BlockStorage(t), volumes.CreateOpts{Size: 1})
	was := one.Now()
	shut(t, one)
	if two := open(t, dir); two.Now().Before(was) {
		t.Errorf("it was %s, and is %s now", was, two.Now())
	}
}

func TestFixtureOfARestart(t *testing.T) {
	dir := t.TempDir()
	stores := emulator.WithGlanceStores("ssd", "tape")
	shut(t, open(t, dir, stores, emulator.WithBackends("alpha")))

	for name, c := range map[string]struct {
		opts    []emulator.Option
		refused string
	}{
		"none":                       {},
		"the same":                   {opts: []emulator.Option{stores, emulator.WithBackends("alpha")}},
		"configuration":              {opts: []emulator.Option{emulator.WithCinder(func(c *cinder.Config) { c.EnableForceUpload = true })}},
		"other stores":               {opts: []emulator.Option{emulator.WithGlanceStores("disk")}, refused: "image.stores"},
		"other types":                {opts: []emulator.Option{emulator.WithBackends("beta")}, refused: "block_storage.volume_types"},
		"a default that is not ours": {opts: []emulator.Option{emulator.WithGlance(func(c *glance.Config) { c.ImageSizeCap = 5 })}, refused: "image.image_size_cap"},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := emulator.New(append(c.opts, emulator.WithData(dir))...)
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) || !strings.Contains(err.Error(), dir) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer shut(t, e)
			var ids []string
			for _, s := range e.Glance().Stores() {
				ids = append(ids, s.ID)
			}
			if !slices.Equal(ids, []string{"ssd", "tape"}) {
				t.Errorf("stores %v", ids)
			}
		})
	}
}

func TestOneCloudPerDirectory(t *testing.T) {
	dir := t.TempDir()
	one := open(t, dir)
	if _, err := emulator.New(emulator.WithData(dir)); err == nil || !strings.Contains(err.Error(), "in use by another fauxstack") {
		t.Errorf("opened twice: %v", err)
	}
	if err := emulator.RemoveData(dir); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("removed while open: %v", err)
	}
	shut(t, one)
	if err := emulator.RemoveData(dir); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("still there: %v", err)
	}
	if err := emulator.RemoveData(dir); err != nil {
		t.Errorf("removed twice: %v", err)
	}
}

func TestForksAreTheirOwn(t *testing.T) {
	base := t.TempDir()
	one := open(t, filepath.Join(base, "one"))
	data := bytes.Repeat([]byte("x1"), 10_000)
	img := makeImage(t, one.Image(t), "golden", data)

	light, err := one.Fork()
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, light)
	kept, err := one.Fork(emulator.WithData(filepath.Join(base, "two")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := one.Fork(emulator.WithData(filepath.Join(base, "two"))); err == nil {
		t.Error("a fork into a directory that is in use")
	}
	if err := images.Delete(t.Context(), one.Image(t), img).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	shut(t, one)
	shut(t, kept)
	if err := emulator.RemoveData(filepath.Join(base, "one")); err != nil {
		t.Fatal(err)
	}
	again := open(t, filepath.Join(base, "two"))
	if !bytes.Equal(download(t, again.Image(t), img), data) {
		t.Error("the fork's data went with its origin")
	}
	if _, err := again.Fork(emulator.WithData(filepath.Join(base, "two"))); err == nil {
		t.Error("a fork into its own directory")
	}
}

func TestStoresInDirectoriesKeepTheirFiles(t *testing.T) {
	base := t.TempDir()
	disk := filepath.Join(base, "disk")
	opts := emulator.WithGlance(func(c *glance.Config) {
		c.Stores, c.DefaultStore = []glance.StoreConfig{{ID: "disk", Path: disk}}, "disk"
	})
	one := open(t, filepath.Join(base, "data"), opts)
	data := bytes.Repeat([]byte("d"), 100_000)
	img := makeImage(t, one.Image(t), "golden", data)
	vol := makeVolume(t, one.BlockStorage(t), volumes.CreateOpts{Size: 1, ImageID: img})
	one.Settle()
	if _, err := os.Stat(filepath.Join(disk, img)); err != nil {
		t.Error(err)
	}
	shut(t, one)

	two := open(t, filepath.Join(base, "data"), opts)
	if !bytes.Equal(download(t, two.Image(t), img), data) {
		t.Error("the file was not opened again")
	}
	if err := images.Delete(t.Context(), two.Image(t), img).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(disk, img)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file of a deleted image: %v", err)
	}
	shut(t, two)

	three := open(t, filepath.Join(base, "data"), opts)
	up := must[volumes.VolumeImage](t)(volumes.UploadImage(t.Context(), three.BlockStorage(t), vol, volumes.UploadImageOpts{
		ImageName: "again", DiskFormat: "raw", ContainerFormat: "bare",
	}).Extract())
	three.Settle()
	if got := head(t, three.Image(t), up.ImageID, len(data)); !bytes.Equal(got, data) {
		t.Error("a volume lost the data that it had from an image in a directory")
	}
}
