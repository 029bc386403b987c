package container_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/testcontainers/testcontainers-go"

	"github.com/fauxstack/fauxstack/container"
	"github.com/fauxstack/fauxstack/control/client"
)

func ExampleRun() {
	ctx := context.Background()

	cloud, err := container.Run(ctx, image())
	defer func() {
		if err := testcontainers.TerminateContainer(cloud); err != nil {
			log.Printf("failed to terminate container: %s", err)
		}
	}()
	if err != nil {
		log.Printf("failed to start container: %s", err)
		return
	}

	state, err := cloud.State(ctx)
	if err != nil {
		log.Printf("failed to get container state: %s", err)
		return
	}
	fmt.Println(state.Running)

	// Output:
	// true
}

func ExampleContainer_AuthOptions() {
	ctx := context.Background()

	cloud, err := container.Run(ctx, image(), container.WithStores("ssd", "tape"))
	defer func() {
		if err := testcontainers.TerminateContainer(cloud); err != nil {
			log.Printf("failed to terminate container: %s", err)
		}
	}()
	if err != nil {
		log.Printf("failed to start container: %s", err)
		return
	}

	auth, err := cloud.AuthOptions(ctx, "demo")
	if err != nil {
		log.Print(err)
		return
	}
	provider, err := openstack.AuthenticatedClient(ctx, auth)
	if err != nil {
		log.Print(err)
		return
	}
	cinder, err := openstack.NewBlockStorageV3(provider, gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil {
		log.Print(err)
		return
	}
	vol, err := volumes.Create(ctx, cinder, volumes.CreateOpts{Name: "boot", Size: 1}, nil).Extract()
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(vol.Name, vol.Status)

	// Output:
	// boot creating
}

// A container is slow to start beside a fork of its cloud: one is enough for many tests.
func ExampleContainer_Control() {
	ctx := context.Background()

	cloud, err := container.Run(ctx, image(), container.WithFixtureReader(strings.NewReader("clock: {delays: {'*': 5s}}")))
	defer func() {
		if err := testcontainers.TerminateContainer(cloud); err != nil {
			log.Printf("failed to terminate container: %s", err)
		}
	}()
	if err != nil {
		log.Printf("failed to start container: %s", err)
		return
	}

	control, err := cloud.Control(ctx)
	if err != nil {
		log.Print(err)
		return
	}
	mine, err := control.Create(ctx, client.Spec{Name: "mine", Options: client.Options{Clock: "manual"}})
	if err != nil {
		log.Print(err)
		return
	}
	if _, err := control.ChangeStore(ctx, mine.Name, "cheap", client.StoreChange{Full: new(true)}); err != nil {
		log.Print(err)
		return
	}
	before, err := control.Clock(ctx, mine.Name)
	if err != nil {
		log.Print(err)
		return
	}
	after, err := control.Advance(ctx, mine.Name, time.Hour)
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(mine.Name, after.Now.Sub(before.Now))

	// Output:
	// mine 1h0m0s
}
