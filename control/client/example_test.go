package client_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/fauxstack/fauxstack/control"
	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

// A program makes a cloud of its own on a server that may be elsewhere, breaks it, and takes it away.
func Example() {
	ctx := context.Background()
	address, stop := serve() // as `fauxstack serve` does
	defer stop()

	c, err := client.New(address)
	if err != nil {
		log.Fatal(err)
	}
	cloud, err := c.Create(ctx, client.Spec{Name: "blue", Options: client.Options{Stores: []string{"ssd", "tape"}, Clock: "manual"}})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = c.Delete(ctx, cloud.Name) }()
	fmt.Println(cloud.Name, cloud.Stores, cloud.Clock)

	full := true
	store, err := c.ChangeStore(ctx, cloud.Name, "tape", client.StoreChange{Full: &full})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(store.ID, "is full:", store.Full)

	fault, err := c.Inject(ctx, cloud.Name, emulator.Fault{Op: "cinder.volumes.create", Status: 503, Times: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fault.Fault, "has acted", fault.Hits, "times")

	if _, err := c.Advance(ctx, cloud.Name, time.Minute); err != nil {
		log.Fatal(err)
	}
	_, err = c.Fork(ctx, "bleu", "green")
	fmt.Println(err)

	// Output:
	// blue [ssd tape] manual
	// tape is full: true
	// op=cinder.volumes.create times=1 status=503 has acted 0 times
	// there is no cloud "bleu"; did you mean "blue"?
}

func serve() (controlURL string, stop func()) {
	server, err := control.New(control.Config{Listen: "127.0.0.1:0", Control: "127.0.0.1:0", Now: time.Now})
	if err != nil {
		log.Fatal(err)
	}
	if err := server.Listen(); err != nil {
		log.Fatal(err)
	}
	if _, err := server.Open(control.First); err != nil {
		log.Fatal(err)
	}
	server.Ready()
	return server.ControlURL(), func() { _ = server.Close() }
}
