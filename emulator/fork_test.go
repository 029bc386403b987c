package emulator_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/glance"
)

// statuses are a project's volumes: name to status.
func statuses(t *testing.T, c *gophercloud.ServiceClient) map[string]string {
	t.Helper()
	page, err := volumes.List(c, volumes.ListOpts{}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, err := volumes.ExtractVolumes(page)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for _, v := range list {
		m[v.Name] = v.Status
	}
	return m
}

func create(t *testing.T, c *gophercloud.ServiceClient, name string) *volumes.Volume {
	t.Helper()
	v, err := volumes.Create(t.Context(), c, volumes.CreateOpts{Name: name, Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func fork(t *testing.T, e *emulator.Emulator, opts ...emulator.Option) *emulator.Emulator {
	t.Helper()
	f, err := e.Fork(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// through is a client of one cloud, with the token it has, that talks to another.
func through(c *gophercloud.ServiceClient, e *emulator.Emulator) *gophercloud.ServiceClient {
	provider := *c.ProviderClient
	provider.HTTPClient = http.Client{Transport: e.Transport()}
	there := *c
	there.ProviderClient = &provider
	return &there
}

func TestAForkGoesItsOwnWay(t *testing.T) {
	emu := emulator.Start(t, emulator.WithManualClock(time.Time{}), emulator.WithDelay("cinder.volume.create", time.Second))
	client := emu.BlockStorage(t)
	create(t, client, "both")
	f := fork(t, emu)
	forked := through(client, f) // tokens of before are good in both

	create(t, client, "origin")
	create(t, forked, "fork")
	f.Settle()
	if diff := cmp.Diff(map[string]string{"both": "creating", "origin": "creating"}, statuses(t, client)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"both": "available", "fork": "available"}, statuses(t, forked)); diff != "" {
		t.Error(diff)
	}
	if !f.Now().After(emu.Now()) {
		t.Error("the fork's clock moved its origin's")
	}
	if err := emu.Close(); err != nil {
		t.Fatal(err)
	}
	if got := statuses(t, forked)["both"]; got != "available" {
		t.Errorf("when its origin is closed: %q", got)
	}
}

func TestAForkGivesTheIDsThatItsOriginWouldGive(t *testing.T) {
	emu := emulator.Start(t)
	client := emu.BlockStorage(t)
	same, other := fork(t, emu), fork(t, emu, emulator.WithSeed(7))
	id := create(t, client, "v").ID
	if got := create(t, through(client, same), "v").ID; got != id {
		t.Errorf("%s, and in the fork %s", id, got)
	}
	if got := create(t, through(client, other), "v").ID; got == id {
		t.Error("another seed gave the same id")
	}
}

func TestAForkCannotBeSeededAgain(t *testing.T) {
	emu := emulator.Start(t)
	f, err := emu.Fork(emulator.WithBackends("ssd"), emulator.WithRelease("zed"))
	if err == nil {
		f.Close()
		t.Fatal("no error")
	}
	if want := "WithBackends, WithRelease: a fork has been seeded already"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestRestoreBringsEverythingBack(t *testing.T) {
	emu := emulator.Start(t, emulator.WithManualClock(time.Time{}), emulator.WithDelay("cinder.volume.create", time.Second))
	client := emu.BlockStorage(t)
	create(t, client, "early")
	snapshot, then := emu.Snapshot(), emu.Now()

	after := func() (map[string]string, string) {
		v := create(t, client, "late")
		emu.Advance(time.Minute)
		return statuses(t, client), v.ID
	}
	goBack := func() {
		if err := emu.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		if !emu.Now().Equal(then) {
			t.Errorf("the clock says %s, want %s", emu.Now(), then)
		}
	}
	first, firstID := after()
	goBack()
	again, againID := after()
	if diff := cmp.Diff(first, again); diff != "" || firstID != againID {
		t.Errorf("the same after the snapshot gave %s, then %s\n%s", firstID, againID, diff)
	}
	goBack()
	if diff := cmp.Diff(map[string]string{"early": "creating"}, statuses(t, client)); diff != "" {
		t.Error(diff)
	}
	if err := emu.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := statuses(t, client); len(got) != 0 {
		t.Errorf("after a reset there is %v", got)
	}
	if err := emulator.Start(t, emulator.WithBackends("ssd")).Restore(snapshot); err == nil {
		t.Error("a cloud with another fixture took the snapshot")
	}
}

// The clouds of one process that Start forks off one another are strangers all the same.
func TestStartedCloudsTakeNoTokensOfOneAnother(t *testing.T) {
	one, two := emulator.Start(t), emulator.Start(t)
	client := one.BlockStorage(t)
	if _, err := volumes.List(through(client, two), nil).AllPages(t.Context()); !gophercloud.ResponseCodeIs(err, http.StatusUnauthorized) {
		t.Errorf("a stranger's token: %v, want 401", err)
	}
	if create(t, client, "v").ID == create(t, two.BlockStorage(t), "v").ID {
		t.Error("two clouds without a seed gave the same id")
	}
	a, b := emulator.Start(t, emulator.WithSeed(3)), emulator.Start(t, emulator.WithSeed(3))
	made, err := emulator.New(emulator.WithSeed(3))
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	id := create(t, a.BlockStorage(t), "v").ID
	if got := create(t, b.BlockStorage(t), "v").ID; got != id {
		t.Errorf("seed 3 gave %s, then %s", id, got)
	}
	if got := create(t, made.BlockStorage(t), "v").ID; got != id {
		t.Errorf("seed 3 gave %s, and with New %s", id, got)
	}
}

func TestAForkLeavesTheDirectoriesOfStoresAlone(t *testing.T) {
	dir := t.TempDir()
	emu := emulator.Start(t, emulator.WithGlance(func(c *glance.Config) {
		c.Stores = []glance.StoreConfig{{ID: "disk", Path: dir}}
		c.DefaultStore = "disk"
	}))
	client := emu.Image(t)
	upload := func(c *gophercloud.ServiceClient, name, data string) string {
		t.Helper()
		image, err := images.Create(t.Context(), c, images.CreateOpts{Name: name, DiskFormat: "raw", ContainerFormat: "bare"}).Extract()
		if err != nil {
			t.Fatal(err)
		}
		if err := imagedata.Upload(t.Context(), c, image.ID, strings.NewReader(data)).ExtractErr(); err != nil {
			t.Fatal(err)
		}
		return image.ID
	}
	shared := upload(client, "shared", "of the origin")
	forked := through(client, fork(t, emu))
	own := upload(forked, "own", "of the fork")
	if err := images.Delete(t.Context(), forked, shared).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, shared)); err != nil {
		t.Errorf("the fork removed what its origin keeps: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, own)); err == nil {
		t.Error("the fork wrote to its origin's directory")
	}
}
