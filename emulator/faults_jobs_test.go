package emulator_test

import (
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/fauxstack/fauxstack/emulator"
)

// newVolume asks for a volume and returns its id.
func newVolume(t *testing.T, e *emulator.Emulator, name string) string {
	t.Helper()
	v, err := volumes.Create(t.Context(), e.BlockStorage(t), volumes.CreateOpts{Name: name, Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	return v.ID
}

// wantVolume compares a volume's status.
func wantVolume(t *testing.T, e *emulator.Emulator, id, want string) {
	t.Helper()
	v, err := volumes.Get(t.Context(), e.BlockStorage(t), id).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if v.Status != want {
		t.Errorf("the volume is %s, not %s", v.Status, want)
	}
}

func TestAJobThatSticksHoldsNoOther(t *testing.T) {
	emu := emulator.Start(t, emulator.WithManualClock(time.Time{}))
	fault := inject(t, emu, emulator.Fault{Job: "cinder.volume.create", Is: emulator.JobStuck, Resource: "stuck", Project: "demo"})
	stuck, free := newVolume(t, emu, "stuck"), newVolume(t, emu, "free")
	emu.Settle()
	wantVolume(t, emu, stuck, "creating")
	wantVolume(t, emu, free, "available")
	if fault.Hits() != 1 {
		t.Errorf("it acted %d times", fault.Hits())
	}

	fork, err := emu.Fork()
	if err != nil {
		t.Fatal(err)
	}
	defer fork.Close()
	fork.Settle()
	wantVolume(t, fork, stuck, "creating")
	fork.RemoveFault(fault.ID())
	wantVolume(t, fork, stuck, "available")
	wantVolume(t, emu, stuck, "creating")

	snapshot := emu.Snapshot()
	fault.Remove()
	wantVolume(t, emu, stuck, "available")
	if err := emu.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	wantVolume(t, emu, stuck, "available") // for there is no fault any more that holds it
}

func TestAJobThatSticksEndsWithWhatItIsAbout(t *testing.T) {
	emu := emulator.Start(t)
	fault := inject(t, emu, emulator.Fault{Job: "cinder.volume.create", Is: emulator.JobStuck})
	id := newVolume(t, emu, "boot")
	wantVolume(t, emu, id, "creating")
	if err := volumes.ForceDelete(t.Context(), emu.BlockStorageAs(t, "admin"), id).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	fault.Remove()
	if pages, err := volumes.List(emu.BlockStorage(t), nil).AllPages(t.Context()); err != nil {
		t.Error(err)
	} else if list, _ := volumes.ExtractVolumes(pages); len(list) > 0 {
		t.Errorf("there is %+v", list)
	}
}

func TestAJobThatIsLate(t *testing.T) {
	emu := emulator.Start(t, emulator.WithManualClock(time.Time{}))
	fault := inject(t, emu, emulator.Fault{Job: "cinder.volume.*", Late: time.Minute, Nth: 1})
	late, soon := newVolume(t, emu, "late"), newVolume(t, emu, "soon")
	wantVolume(t, emu, late, "creating")
	wantVolume(t, emu, soon, "available")
	emu.Advance(59 * time.Second)
	wantVolume(t, emu, late, "creating")
	emu.Advance(time.Second)
	wantVolume(t, emu, late, "available")
	if fault.Hits() != 1 {
		t.Errorf("it acted %d times", fault.Hits())
	}
}

func TestAJobThatFailsOnceIsTriedAgain(t *testing.T) {
	emu := emulator.Start(t)
	inject(t, emu, emulator.Fault{Job: "cinder.volume.create", Is: emulator.JobFailed, Times: 1})
	wantVolume(t, emu, newVolume(t, emu, "boot"), "available")
	inject(t, emu, emulator.Fault{Job: "cinder.volume.create", Is: emulator.JobFailed})
	wantVolume(t, emu, newVolume(t, emu, "data"), "error")
}
