package bdd

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/cucumber/godog"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/steps"
)

// TestFeatures runs the scenarios: on an emulator for each, or on the cloud that FAUXSTACK_OS_CLOUD names.
func TestFeatures(t *testing.T) {
	var out bytes.Buffer
	report, err := steps.Run(t.Context(), steps.Options{
		Target: target(), Features: os.DirFS("features"), Concurrency: 2, Initialize: publishing, TestingT: t, Output: &out,
	})
	t.Log(report)
	if err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
}

func target() steps.Target {
	if name := os.Getenv("FAUXSTACK_OS_CLOUD"); name != "" {
		return &steps.CloudsYAML{People: steps.CloudEntries(name)}
	}
	return &steps.Emulator{}
}

// world is a scenario of ours: theirs, and what our steps remember.
type world struct{ *steps.World }

// publishing adds our steps to those of the vocabulary.
func publishing(w *steps.World, sc *godog.ScenarioContext) {
	ours := world{w}
	sc.Step(`^the team "([^"]*)" publishes the volume "([^"]*)" as "([^"]*)"$`, ours.publish)
	sc.Step(`^the image "([^"]*)" belongs to the team "([^"]*)"$`, ours.belongs)
}

// publish calls the code under test, with the clients of the scenario's cloud and the ids behind its names.
func (w world) publish(ctx context.Context, team, volume, name string) error {
	cinder, err := w.BlockStorage(ctx, steps.Member)
	if err != nil {
		return err
	}
	glance, err := w.Image(ctx, steps.Member)
	if err != nil {
		return err
	}
	id, err := w.Volumes.ID(volume)
	if err != nil {
		return err
	}
	image, err := Publish(ctx, cinder, glance, id, w.Cloud().Unique(name), team)
	if image != "" {
		w.OwnImage(name, image) // the steps of the vocabulary know it by this name, and it is removed at the end
		w.Uploading(volume)
	}
	return err
}

func (w world) belongs(ctx context.Context, name, team string) error {
	glance, err := w.Image(ctx, steps.Foreign) // whoever may see the image may see whose it is
	if err != nil {
		return err
	}
	id, err := w.Images.ID(name)
	if err != nil {
		return err
	}
	img, err := images.Get(ctx, glance, id).Extract()
	if err == nil && img.Properties["team"] != team {
		err = fmt.Errorf("it belongs to the team %v", img.Properties["team"])
	}
	return err
}
