package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/limits"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/projects"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/registeredlimits"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/services"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/glance"
)

// Glance asks Keystone for what projects may have: what is not registered is not allowed, and a project's own limit goes
// before the registered one. The sentences are those of glance/common/exception.py and oslo_limit.
func TestGlanceHonoursKeystonesLimits(t *testing.T) {
	emu := emulator.Start(t, emulator.WithGlance(func(c *glance.Config) { c.UseKeystoneLimits = true }))
	identity, image := emu.Identity(t), emu.Image(t)
	demo := idOf(t, identity, "demo")
	tooMuch := func(err error, resource, numbers string) {
		t.Helper()
		want := "Project " + demo + " is over a limit for [Resource " + resource + " is over limit of " + numbers + "]"
		if !gophercloud.ResponseCodeIs(err, http.StatusRequestEntityTooLarge) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant 413 %s", err, want)
		}
	}
	newImage := func() (*images.Image, error) {
		opts := images.CreateOpts{Name: "x", DiskFormat: "raw", ContainerFormat: "bare"}
		return images.Create(t.Context(), image, opts).Extract()
	}
	upload := func(id string) error {
		return imagedata.Upload(t.Context(), image, id, io.LimitReader(zeros{}, 1<<20)).ExtractErr()
	}

	_, err := newImage()
	tooMuch(err, "image_count_total", "0 due to current usage 0 and delta 1")

	of := registeredlimits.BatchCreateOpts{}
	service := imageService(t, identity)
	for resource, limit := range map[string]int{"image_count_total": 1, "image_size_total": 1, "image_stage_total": 5, "image_count_uploading": 5} {
		of = append(of, registeredlimits.CreateOpts{ServiceID: service, ResourceName: resource, DefaultLimit: limit})
	}
	registered, err := registeredlimits.BatchCreate(t.Context(), identity, of).Extract()
	if err != nil {
		t.Fatal(err)
	}
	first, err := newImage()
	if err != nil {
		t.Fatal(err)
	}
	_, err = newImage()
	tooMuch(err, "image_count_total", "1 due to current usage 1 and delta 1")

	own := limits.BatchCreateOpts{{ServiceID: service, ProjectID: demo, ResourceName: "image_count_total", ResourceLimit: 2}}
	if _, err := limits.BatchCreate(t.Context(), identity, own).Extract(); err != nil {
		t.Fatal(err)
	}
	second, err := newImage()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{first.ID, second.ID} {
		if err := upload(id); err != nil {
			t.Fatal(err) // the last may pass the limit: what comes without a length is known only when it is there
		}
	}
	usage := usageOf(t, image)
	if want := "image_count_total 2/2 image_count_uploading 0/5 image_size_total 2/1 image_stage_total 0/5"; usage != want {
		t.Errorf("usage %s, want %s", usage, want)
	}
	larger := 3
	for _, l := range registered {
		if l.ResourceName == "image_count_total" {
			continue // the project has its own
		}
		if _, err := registeredlimits.Update(t.Context(), identity, l.ID, registeredlimits.UpdateOpts{DefaultLimit: &larger}).Extract(); err != nil {
			t.Fatal(err)
		}
	}
	if err := images.Delete(t.Context(), image, first.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if usage, want := usageOf(t, image), "image_count_total 1/2 image_count_uploading 0/3 image_size_total 1/3 image_stage_total 0/3"; usage != want {
		t.Errorf("usage %s, want %s", usage, want)
	}
}

// zeros are without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func usageOf(t *testing.T, image *gophercloud.ServiceClient) string {
	t.Helper()
	var out struct {
		Usage map[string]struct{ Usage, Limit int }
	}
	if _, err := image.Get(t.Context(), image.ServiceURL("info", "usage"), &out, nil); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, resource := range []string{"image_count_total", "image_count_uploading", "image_size_total", "image_stage_total"} {
		all = append(all, fmt.Sprintf("%s %d/%d", resource, out.Usage[resource].Usage, out.Usage[resource].Limit))
	}
	return strings.Join(all, " ")
}

func idOf(t *testing.T, identity *gophercloud.ServiceClient, project string) string {
	t.Helper()
	pages, err := projects.List(identity, projects.ListOpts{Name: project}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := projects.ExtractProjects(pages)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	return found[0].ID
}

func imageService(t *testing.T, identity *gophercloud.ServiceClient) string {
	t.Helper()
	pages, err := services.List(identity, services.ListOpts{ServiceType: "image"}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := services.ExtractServices(pages)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	return found[0].ID
}
