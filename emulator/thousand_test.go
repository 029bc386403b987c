package emulator_test

import (
	"fmt"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"go.uber.org/goleak"

	"github.com/fauxstack/fauxstack/emulator"
)

// A thousand tests at once have a cloud and a fault each, and none hears of another's.
func TestAThousandCloudsWithFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds under -race")
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("all", func(t *testing.T) {
		for i := range 1000 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				createThree(t, i)
			})
		}
	})
}

// createThree has one of three requests refused.
func createThree(t *testing.T, i int) {
	emu := emulator.Start(t)
	status := 400 + i%200
	if status == 401 { // the client would authenticate again
		status = 500
	}
	fault, err := emu.Inject(emulator.Fault{Op: "cinder.volumes.create", Nth: 1 + i%3, Status: status})
	if err != nil {
		t.Fatal(err)
	}
	cinder := emu.BlockStorage(t)
	for n := range 3 {
		_, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Name: fmt.Sprint(n), Size: 1}, nil).Extract()
		if refused := gophercloud.ResponseCodeIs(err, status); refused != (n == i%3) || err != nil && !refused {
			t.Errorf("volume %d: %v, with a fault of %d at %d", n, err, status, 1+i%3)
		}
	}
	pages, err := volumes.List(cinder, nil).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, err := volumes.ExtractVolumes(pages)
	if err != nil || len(list) != 2 || fault.Hits() != 1 {
		t.Errorf("%d volumes, %v, %d hits", len(list), err, fault.Hits())
	}
	for _, v := range list {
		if v.Status != "available" {
			t.Errorf("a volume is %s", v.Status)
		}
	}
}
