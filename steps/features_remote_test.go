package steps_test

import (
	"io"
	"maps"
	"os"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/control"
	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/features"
	"github.com/fauxstack/fauxstack/steps"
)

// TestFeaturesOverControl runs the features on a server as another process sees it: clouds are made, moved in time and broken
// over its control API. What runs in process must run there.
func TestFeaturesOverControl(t *testing.T) {
	if testing.Short() {
		t.Skip("the features run in process; -short leaves out the server")
	}
	server, err := control.New(control.Config{Listen: "127.0.0.1:0", Token: "sesame", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := server.Listen(); err != nil {
		t.Fatal(err)
	}
	server.Ready()
	onServer(t, server.URL(), "sesame", quick(), true)
}

// TestFeaturesOnServer runs them on a server of yours, `fauxstack serve` or a container: FAUXSTACK_CONTROL is its address, with
// FAUXSTACK_CONTROL_TOKEN where it asks for one.
func TestFeaturesOnServer(t *testing.T) {
	address := os.Getenv("FAUXSTACK_CONTROL")
	if address == "" {
		t.Skip("FAUXSTACK_CONTROL is not set: the features do not run on a server of another process")
	}
	tags := "~@config:web_download_from_here"
	if more := os.Getenv("FAUXSTACK_TAGS"); more != "" {
		tags = "(" + more + ") && " + tags
	}
	onServer(t, address, os.Getenv("FAUXSTACK_CONTROL_TOKEN"), tags, false)
}

func onServer(t *testing.T, address, token, tags string, onThisMachine bool) {
	t.Helper()
	c, err := client.New(address, client.WithToken(token))
	if err != nil {
		t.Fatal(err)
	}
	there := run(t, steps.Options{Target: &steps.Remote{Control: c, Here: onThisMachine}, Features: features.FS, Tags: tags, Concurrency: 4})
	here, err := steps.Run(t.Context(), steps.Options{
		Target: &steps.Emulator{}, Features: features.FS, Tags: tags, Concurrency: 4, Output: io.Discard,
	})
	if err != nil || there.Total != here.Total || there.Passed != here.Passed || !maps.Equal(there.Skipped, here.Skipped) {
		t.Errorf("on the server %s\nin process %s, %v", there, here, err)
	}
	clouds, err := c.Clouds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, cloud := range clouds {
		if cloud.Name != control.First {
			t.Errorf("the cloud %s of a scenario is left", cloud.Name)
		}
	}
}
