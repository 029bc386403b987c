package emulator_test

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
)

func ExampleEmulator_Inject() {
	emu, err := emulator.New()
	if err != nil {
		panic(err)
	}
	defer emu.Close()
	client, err := emu.Client(context.Background(), "demo")
	if err != nil {
		panic(err)
	}
	glance, err := openstack.NewImageV2(client, gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil {
		panic(err)
	}

	fault, err := emu.Inject(emulator.Fault{Op: "glance.images.create", Nth: 2, Status: 503})
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"first", "second", "third"} {
		_, err := images.Create(context.Background(), glance, images.CreateOpts{Name: name}).Extract()
		fmt.Println(name, "is refused:", gophercloud.ResponseCodeIs(err, 503))
	}
	fmt.Println(emu.Faults()[0].Fault, "acted", fault.Hits(), "time")
	fault.Remove()
	// Output:
	// first is refused: false
	// second is refused: true
	// third is refused: false
	// op=glance.images.create nth=2 status=503 acted 1 time
}

func ExampleParseFault() {
	fault, err := emulator.ParseFault("op=glance.images.upload status=503 nth=2 reply_header.Retry-After=5")
	fmt.Println(fault.Status, fault.ReplyHeader["Retry-After"], err)
	_, err = emulator.ParseFault("op=glance.images.upload stauts=503")
	fmt.Println(err)
	// Output:
	// 503 5 <nil>
	// fault: "stauts" is no field of a fault; the nearest are status, store, times
}
