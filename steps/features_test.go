package steps_test

import (
	"bytes"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/features"
	"github.com/fauxstack/fauxstack/steps"
)

// TestFeatures runs the features in process, an emulator for each scenario.
func TestFeatures(t *testing.T) {
	tags := os.Getenv("FAUXSTACK_TAGS")
	if raced {
		tags = quick()
	}
	run(t, steps.Options{Target: &steps.Emulator{}, Features: features.FS, Tags: tags, Concurrency: 8})
}

// TestFeaturesOverSocket runs them on emulators that are reached as any cloud is.
func TestFeaturesOverSocket(t *testing.T) {
	if testing.Short() {
		t.Skip("the features run in process; -short leaves out the socket")
	}
	run(t, steps.Options{Target: &steps.Emulator{Socket: true}, Features: features.FS, Tags: quick(), Concurrency: 8})
}

// TestFeaturesAsZed runs them on emulators that behave as the oldest release, which is the one to compare with a cloud that runs it.
func TestFeaturesAsZed(t *testing.T) {
	run(t, steps.Options{Target: &steps.Emulator{Release: "zed"}, Features: features.FS, Tags: quick(), Concurrency: 8})
}

// TestFeaturesOnCloud runs the features against a cloud of yours. FAUXSTACK_OS_CLOUD is the common name of its entries in
// clouds.yaml: entries NAME-admin, NAME-demo and NAME-alt_demo. FAUXSTACK_TAGS selects scenarios,
// FAUXSTACK_CONFIGURED lists what the cloud is configured for ("force_upload single_store"), and FAUXSTACK_SEED repeats an
// order.
func TestFeaturesOnCloud(t *testing.T) {
	name := os.Getenv("FAUXSTACK_OS_CLOUD")
	if name == "" {
		t.Skip("FAUXSTACK_OS_CLOUD is not set: the features do not run on a real cloud")
	}
	run(t, steps.Options{
		Target:      &steps.CloudsYAML{People: steps.CloudEntries(name), Configured: strings.Fields(os.Getenv("FAUXSTACK_CONFIGURED"))},
		Features:    features.FS,
		Tags:        os.Getenv("FAUXSTACK_TAGS"),
		Concurrency: 3,
	})
}

// quick selects what FAUXSTACK_TAGS does, without the scenarios that hash or compress whole gibibytes: once is enough.
func quick() string {
	if tags := os.Getenv("FAUXSTACK_TAGS"); tags != "" {
		return tags + " && ~@slow"
	}
	return "~@slow"
}

func run(t *testing.T, o steps.Options) steps.Report {
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
	return report
}

// TestTagsNameOperations keeps the features' @op tags in step with the emulator's table: a tag that names nothing would
// never skip its scenario, and never point to its operation.
func TestTagsNameOperations(t *testing.T) {
	known := map[string]bool{}
	for _, op := range emulator.Operations() {
		known["@op:"+op.ID] = true
	}
	tag := regexp.MustCompile(`@op:\S+`)
	err := fs.WalkDir(features.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(features.FS, name)
		for _, op := range tag.FindAllString(string(text), -1) {
			if !known[op] {
				t.Errorf("%s: %s is no operation", name, op)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
