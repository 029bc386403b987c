package cinder

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// small is the beginning of a volume: a mebibyte with a few bytes in it.
func small() content.Content {
	return content.Zeros(1<<20).Overlay(70_000, content.Bytes([]byte(strings.Repeat("fauxstack", 1000))))
}

func sums(t *testing.T, c content.Content) content.Sums {
	t.Helper()
	s, err := c.Sums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConversionsThereAndBack(t *testing.T) {
	s := &Service{cfg: Config{AllowCompressionOnImageUpload: true}}
	for _, tc := range []struct{ format, container string }{
		{"qcow2", "bare"}, {"vmdk", "bare"}, {"vdi", "bare"}, {"vhd", "bare"}, {"vhdx", "bare"}, {"raw", "compressed"}, {"qcow2", "compressed"},
	} {
		if _, err := exec.LookPath("qemu-img"); err != nil && tc.format != "raw" {
			t.Log("qemu-img is not installed")
			continue
		}
		there, err := new(Service).fromRaw(t.Context(), small(), tc.format, tc.container)
		if err != nil {
			t.Errorf("%v: %v", tc, err)
			continue
		}
		back, err := s.asRaw(t.Context(), there.NewReader(), image{ID: "i", ContainerFormat: &tc.container}, tc.format, 1)
		if err != nil {
			t.Errorf("%v, back: %v", tc, err)
			continue
		}
		if got, want := sums(t, back.Resize(1<<20)), sums(t, small()); got != want {
			t.Errorf("%v: the bytes have changed", tc)
		}
	}
}

func TestImagesThatNoVolumeCanBe(t *testing.T) {
	s := new(Service)
	bare, compressed := "bare", "compressed"
	for name, tc := range map[string]struct {
		data      io.Reader
		format    string
		container *string
	}{
		"too large":             {content.Zeros(2 * gib).NewReader(), "raw", &bare},
		"compressed":            {strings.NewReader("x"), "raw", &compressed},
		"not what it says":      {strings.NewReader("no qcow2 at all"), "qcow2", &bare},
		"of no format there is": {strings.NewReader("x"), "zap", &bare},
	} {
		_, err := s.asRaw(t.Context(), tc.data, image{ID: "i", ContainerFormat: tc.container}, tc.format, 1)
		var unusable *unusableImage
		if !errors.As(err, &unusable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestConversionEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tc := range []struct{ format, container string }{{"qcow2", "bare"}, {"raw", "compressed"}} {
		if _, err := new(Service).fromRaw(ctx, small(), tc.format, tc.container); err == nil {
			t.Errorf("%v went on", tc)
		}
	}
}
