package container_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/testcontainers/testcontainers-go"

	"github.com/fauxstack/fauxstack/container"
	"github.com/fauxstack/fauxstack/features"
	"github.com/fauxstack/fauxstack/steps"
)

// TestFeatures runs all features in one container, a cloud of its server for each scenario, and in this process: both pass
// the same number. That takes the variant of the image with qemu-img, FAUXSTACK_QEMU_IMAGE; without it, conversions between disk
// formats are left out on both sides. FAUXSTACK_TAGS selects scenarios.
func TestFeatures(t *testing.T) {
	img, tags := os.Getenv("FAUXSTACK_QEMU_IMAGE"), os.Getenv("FAUXSTACK_TAGS")
	if img == "" {
		img = image()
		if tags != "" {
			tags += " && "
		}
		tags += "~@conversion"
		t.Log("NOT RUN: scenarios that convert disk formats, for FAUXSTACK_QEMU_IMAGE is not set")
	}
	if tags != "" {
		tags += " && "
	}
	tags += "~@config:web_download_from_here" // the container does not reach this machine's 127.0.0.1
	c, err := container.Run(t.Context(), img)
	if c != nil {
		testcontainers.CleanupContainer(t, c)
	}
	if err != nil {
		t.Fatal(err)
	}
	control, err := c.Control(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	inside := passing(t, &steps.Remote{Control: control}, tags)
	here := passing(t, &steps.Emulator{}, tags)
	if inside.Passed != here.Passed || inside.Total != here.Total {
		t.Errorf("in the container %s;\nin process %s", inside, here)
	}
	if clouds, err := control.Clouds(t.Context()); err != nil || len(clouds) != 1 {
		t.Errorf("%d clouds are left on the server, %v; want the first one alone", len(clouds), err)
	}
}

func passing(t *testing.T, target steps.Target, tags string) steps.Report {
	t.Helper()
	var out bytes.Buffer
	report, err := steps.Run(t.Context(), steps.Options{
		Target: target, Features: features.FS, Tags: tags, Concurrency: 4, Output: &out,
	})
	t.Logf("%T: %s", target, report)
	if err != nil {
		t.Errorf("%T: %v\n%s", target, err, &out)
	}
	return report
}
