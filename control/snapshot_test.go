package control_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/control"
	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/glance"
)

func TestSnapshots(t *testing.T) {
	s := serve(t)
	first := must(s.Cloud(t.Context(), "default"))(t)
	s.volume(first.AuthURL, "before")
	must(s.Snapshot(t.Context(), "default", "one"))(t)
	s.volume(first.AuthURL, "after")
	if err := s.Restore(t.Context(), "default", "one"); err != nil {
		t.Fatal(err)
	}
	if got := s.volumeNames(first.AuthURL); got != "before" {
		t.Errorf("volumes %q", got)
	}
	var file bytes.Buffer
	if err := s.SaveSnapshot(t.Context(), "default", "one", &file); err != nil {
		t.Fatal(err)
	}

	other := serve(t)
	if err := other.LoadSnapshot(t.Context(), "default", "two", bytes.NewReader(file.Bytes())); err != nil {
		t.Fatal(err)
	}
	there := must(other.Cloud(t.Context(), "default"))(t)
	if err := other.Restore(t.Context(), "default", "two"); err != nil {
		t.Fatal(err)
	}
	blue := other.mustCreate(client.Spec{Name: "blue", Snapshot: &client.SnapshotRef{Cloud: "default", Name: "two"}})
	for _, cloud := range []client.Cloud{there, blue} {
		if got := other.volumeNames(cloud.AuthURL); got != "before" {
			t.Errorf("%s has volumes %q", cloud.Name, got)
		}
	}
	if err := other.LoadSnapshot(t.Context(), "default", "three", strings.NewReader("nothing of the kind")); err == nil {
		t.Error("any file is a snapshot")
	}
	if err := other.SaveSnapshot(t.Context(), "default", "three", &file); err == nil || !strings.Contains(err.Error(), "there are: two") {
		t.Error(err)
	}
}

// A file from elsewhere does not make a server write where it was not told to.
func TestASnapshotFileCannotNameDirectories(t *testing.T) {
	dir := t.TempDir()
	from := emulator.Start(t)
	if err := from.Glance().AddStore(glance.StoreConfig{ID: "disk", Path: dir}); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := from.Snapshot().WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	for root, want := range map[string]string{"": "in memory", t.TempDir(): "want an absolute path below", dir: "<nil>", "/": "<nil>"} {
		s := serve(t, func(c *control.Config) { c.StoreRoot = root })
		err := s.LoadSnapshot(t.Context(), "default", "one", bytes.NewReader(file.Bytes()))
		if got := fmt.Sprint(err); !strings.Contains(got, want) {
			t.Errorf("root %q: %s, want %s", root, got, want)
		}
	}
}
