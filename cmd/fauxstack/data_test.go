package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
)

func TestServeGoesOnWithItsData(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	t.Run("first", func(t *testing.T) {
		_, control, _ := serving(t, "--data", dir, "--stores", "ssd,tape", "--clouds", "red")
		for _, args := range []string{"stores add disc", "clouds create blue --stores tin", "clouds delete red"} {
			if out, err := command(t, append(strings.Fields(args), "--control", control)...); err != nil {
				t.Errorf("%s: %v\n%s", args, err, out)
			}
		}
	})
	t.Run("again", func(t *testing.T) {
		_, control, _ := serving(t, "--data", dir, "--data-sync")
		for args, want := range map[string]string{
			"stores list":              "disc",
			"stores list --cloud blue": "tin",
			"clouds list":              "blue",
		} {
			out, err := command(t, append(strings.Fields(args), "--control", control)...)
			if err != nil || !strings.Contains(out, want) || strings.Contains(out, "red") {
				t.Errorf("%s: %v: want %s of\n%s", args, err, want, out)
			}
		}
		err := run(t.Context(), []string{"serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", dir}, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), "in use by another fauxstack") {
			t.Errorf("a second server: %v", err)
		}
	})
	t.Run("otherwise", func(t *testing.T) {
		err := run(t.Context(), []string{"serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", dir, "--stores", "paper"}, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), "image.stores, image.default_store would be different") {
			t.Errorf("with other stores: %v", err)
		}
	})
}
