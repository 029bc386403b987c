package emulator_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/fauxstack/fauxstack/emulator"
)

// sure is for examples, which have nobody to tell of an error.
func sure[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// cinderOf is a client of the project demo, made without a test.
func cinderOf(emu *emulator.Emulator) *gophercloud.ServiceClient {
	provider := sure(emu.Client(context.Background(), "demo"))
	return sure(openstack.NewBlockStorageV3(provider, gophercloud.EndpointOpts{}))
}

// A volume takes a minute to be made, of a time that only the test moves.
func ExampleEmulator_Advance() {
	emu := sure(emulator.New(
		emulator.WithManualClock(time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)),
		emulator.WithDelay("cinder.volume.create", time.Minute),
	))
	defer emu.Close()
	ctx, cinder := context.Background(), cinderOf(emu)

	vol := sure(volumes.Create(ctx, cinder, volumes.CreateOpts{Name: "boot", Size: 1}, nil).Extract())
	emu.Advance(59 * time.Second)
	fmt.Println(sure(volumes.Get(ctx, cinder, vol.ID).Extract()).Status)
	for _, job := range emu.Pending() {
		fmt.Println(job.Transition, "in", job.Due.Sub(emu.Now()))
	}
	emu.Advance(time.Second)
	fmt.Println(sure(volumes.Get(ctx, cinder, vol.ID).Extract()).Status)
	// Output:
	// creating
	// cinder.volume.create in 1s
	// available
}

// What was said on the wire can be looked at, and repeated in a shell.
func ExampleEmulator_Requests() {
	emu := sure(emulator.New())
	defer emu.Close()
	ctx, cinder := context.Background(), cinderOf(emu)
	_ = sure(volumes.Create(ctx, cinder, volumes.CreateOpts{Name: "boot", Size: 1}, nil).Extract())
	_, _ = volumes.Get(ctx, cinder, "nowhere").Extract()

	refused := emu.Requests().Find(emulator.ByOp("cinder.*"), emulator.RequestFilter{Status: "4xx"})
	for _, r := range refused {
		fmt.Println(r.Status, r.Op, "by", r.UserName)
	}
	created := emu.Requests().Find(emulator.ByBody("volume.name", "boot"))
	fmt.Println(len(created), "volume named boot; the token reads", created[0].RequestHeader.Get("X-Auth-Token"))
	// Output:
	// 404 cinder.volumes.show by demo
	// 1 volume named boot; the token reads ***
}

// Events tell of changes as they happen.
func ExampleEmulator_Events() {
	emu := sure(emulator.New())
	defer emu.Close()
	cinder := cinderOf(emu)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events := emu.Events(ctx)

	_ = sure(volumes.Create(ctx, cinder, volumes.CreateOpts{Name: "boot", Size: 1}, nil).Extract())
	for event := range events {
		if s := event.Status; s != nil {
			fmt.Printf("%s %s: %q to %q\n", s.Resource, s.Name, s.From, s.To)
			if s.To == "available" {
				cancel()
			}
		}
	}
	// Output:
	// volume boot: "" to "creating"
	// volume boot: "creating" to "available"
}
