package emulator_test

import (
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
)

// Rules go over the default ones, in one service or in those that know them, and refer to rules of their own.
func TestWithPolicy(t *testing.T) {
	e, err := emulator.New(
		emulator.WithPolicy("glance", emulator.Policy{"add_image": "rule:uploaders", "uploaders": "role:admin"}),
		emulator.WithPolicy("", emulator.Policy{"volume:get_all": "!", "get_images": "@"}),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	if _, err := images.Create(t.Context(), e.Image(t), images.CreateOpts{Name: "x"}).Extract(); !gophercloud.ResponseCodeIs(err, 403) {
		t.Errorf("a member adds an image: %v", err)
	}
	if _, err := images.Create(t.Context(), e.ImageAs(t, "admin"), images.CreateOpts{Name: "x"}).Extract(); err != nil {
		t.Errorf("an administrator cannot add an image: %v", err)
	}
	if _, err := volumes.List(e.BlockStorageAs(t, "admin"), nil).AllPages(t.Context()); !gophercloud.ResponseCodeIs(err, 403) {
		t.Errorf("volumes are listed: %v", err)
	}
	f, err := e.Fork()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if _, err := images.Create(t.Context(), f.Image(t), images.CreateOpts{Name: "x"}).Extract(); !gophercloud.ResponseCodeIs(err, 403) {
		t.Errorf("the fork has other rules: %v", err)
	}
}

func TestWithPolicyMistakes(t *testing.T) {
	for want, option := range map[string]emulator.Option{
		`policy for "nova"`:                    emulator.WithPolicy("nova", nil),
		"image.policy.'add_image': at offset":  emulator.WithPolicy("glance", emulator.Policy{"add_image": "role:admin and"}),
		"refers to itself: add_image":          emulator.WithPolicy("", emulator.Policy{"add_image": "rule:add_image"}),
		"identity.policy.'identity:get_user':": emulator.WithPolicy("", emulator.Policy{"identity:get_user": "("}),
	} {
		if _, err := emulator.New(option); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
