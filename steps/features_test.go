package steps_test

import (
	"bytes"
	"os"
	"strconv"
	"testing"

	"github.com/fauxstack/fauxstack/features"
	"github.com/fauxstack/fauxstack/steps"
)

// TestFeatures runs the features in process, an emulator for each scenario.
func TestFeatures(t *testing.T) {
	run(t, steps.Options{Target: &steps.Emulator{}, Features: features.FS, Tags: os.Getenv("FAUXSTACK_TAGS"), Concurrency: 8})
}

// TestFeaturesAsZed runs them on emulators that behave as the oldest release, which is the one to compare with a cloud that runs it.
func TestFeaturesAsZed(t *testing.T) {
	run(t, steps.Options{Target: &steps.Emulator{Release: "zed"}, Features: features.FS, Tags: os.Getenv("FAUXSTACK_TAGS"), Concurrency: 8})
}

// TestFeaturesOnCloud runs the features against a cloud of yours. FAUXSTACK_OS_CLOUD is the common name of its entries in
// clouds.yaml: entries NAME-admin, NAME-demo and NAME-alt_demo. FAUXSTACK_TAGS selects scenarios.
func TestFeaturesOnCloud(t *testing.T) {
	name := os.Getenv("FAUXSTACK_OS_CLOUD")
	if name == "" {
		t.Skip("FAUXSTACK_OS_CLOUD is not set: the features do not run on a real cloud")
	}
	run(t, steps.Options{
		Target: &steps.CloudsYAML{People: steps.CloudEntries(name)}, Features: features.FS, Tags: os.Getenv("FAUXSTACK_TAGS"), Concurrency: 3,
	})
}

func run(t *testing.T, o steps.Options) {
	t.Helper()
	var out bytes.Buffer
	o.Output, o.TestingT = &out, t
	if seed := os.Getenv("FAUXSTACK_SEED"); seed != "" {
		var err error
		if o.Seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	report, err := steps.Run(t.Context(), o)
	t.Log(report)
	if err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
}
