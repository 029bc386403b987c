package control_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/fauxstack/fauxstack/control"
	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

func TestCloudsSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	kept := func(c *control.Config) { c.Data = dir }
	s := serve(t, kept)
	cloud := func(name string) *emulator.Emulator {
		t.Helper()
		e, err := s.server.Cloud(name)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	if _, err := s.server.Create(client.Spec{Name: "blue", Options: client.Options{Stores: []string{"ssd"}, Clock: "manual", Release: "zed"}}); err != nil {
		t.Fatal(err)
	}
	v, err := volumes.Create(t.Context(), cloud("blue").BlockStorage(t), volumes.CreateOpts{Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.server.Fork("blue", "green"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.server.Create(client.Spec{Name: "red"}); err != nil {
		t.Fatal(err)
	}
	if err := s.server.Delete("red"); err != nil {
		t.Fatal(err)
	}
	if err := volumes.Delete(t.Context(), cloud("blue").BlockStorage(t), v.ID, nil).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if err := s.server.Close(); err != nil {
		t.Fatal(err)
	}
	lost := filepath.Join(dir, "clouds", "lost") // of which nobody was told
	e, err := emulator.New(emulator.WithData(lost))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}

	s = serve(t, kept)
	if err := s.server.Reopen(); err != nil {
		t.Fatal(err)
	}
	clouds, err := s.Clouds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range clouds {
		names = append(names, c.Name)
	}
	if !slices.Equal(names, []string{"blue", "default", "green"}) {
		t.Errorf("clouds %v", names)
	}
	if _, err := os.Stat(lost); err == nil {
		t.Error("what nobody was told of is still there")
	}
	for name, status := range map[string]string{"blue": "", "green": "available"} {
		c := cloud(name)
		if stores := c.Glance().Stores(); len(stores) != 1 || stores[0].ID != "ssd" {
			t.Errorf("%s: stores %v", name, stores)
		}
		if mode := c.Clock().Mode; mode != "manual" {
			t.Errorf("%s: its clock is %s", name, mode)
		}
		got, err := volumes.Get(t.Context(), c.BlockStorage(t), v.ID).Extract()
		if status == "" {
			if !gophercloud.ResponseCodeIs(err, 404) {
				t.Errorf("%s: a deleted volume: %v", name, err)
			}
		} else if err != nil || got.Status != status {
			t.Errorf("%s: %v (%v)", name, got, err)
		}
	}
}
