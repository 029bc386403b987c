package cinder

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestRangesOfVolumesAreReadAndWritten(t *testing.T) {
	c := newTestCloud(t)
	v := c.aVolume(t)
	c.write(t, v, "0123456789")
	snapshot := idOf(c.must(t, "demo", "POST", "/snapshots", `{"snapshot": {"volume_id": "`+v+`"}}`), "snapshot")
	backup := idOf(c.must(t, "demo", "POST", "/backups", `{"backup": {"volume_id": "`+v+`"}}`), "backup")
	before, err := c.VolumeData(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.queue.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.WriteVolume(t.Context(), v, 4, strings.NewReader("four")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.WriteVolume(t.Context(), v, gib-3, strings.NewReader("end")); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		what string
		read func(context.Context, string) (Data, error)
		id   string
		at   int64
		want string
	}{
		{"the volume", c.VolumeData, v, 0, "0123four89\x00"},
		{"its end", c.VolumeData, v, gib - 5, "\x00\x00end"},
		{"the volume before", func(context.Context, string) (Data, error) { return before, nil }, "", 0, "0123456789\x00"},
		{"the snapshot", c.SnapshotData, snapshot, 2, "23456789"},
		{"the backup", c.BackupData, backup, 2, "23456789"},
	} {
		data, err := row.read(t.Context(), row.id)
		if err != nil {
			t.Errorf("%s: %v", row.what, err)
			continue
		}
		have := make([]byte, len(row.want))
		if _, err := data.ReadAt(have, row.at); err != nil || string(have) != row.want || data.Size() != gib {
			t.Errorf("%s: %q of %d bytes, %v; want %q", row.what, have, data.Size(), err, row.want)
		}
	}
}

func TestWhatDoesNotFitIsNotWritten(t *testing.T) {
	c := newTestCloud(t)
	v := c.aVolume(t)
	broken := errors.New("broken")
	for _, row := range []struct {
		what   string
		volume string
		offset int64
		data   io.Reader
		want   error
	}{
		{"no such volume", "nobody", 0, strings.NewReader("x"), ErrNoData},
		{"before the beginning", v, -1, strings.NewReader("x"), ErrNoRoom},
		{"behind the end", v, gib + 1, strings.NewReader(""), ErrNoRoom},
		{"over the end", v, gib - 1, strings.NewReader("xy"), ErrNoRoom},
		{"a reader that fails", v, 0, io.MultiReader(strings.NewReader("x"), &failing{broken}), broken},
	} {
		if n, err := c.WriteVolume(t.Context(), row.volume, row.offset, row.data); !errors.Is(err, row.want) || n != 0 {
			t.Errorf("%s: %d, %v", row.what, n, err)
		}
	}
	data, err := c.VolumeData(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	if have := make([]byte, 1); data.Size() != gib {
		t.Error(data.Size())
	} else if _, err := data.ReadAt(have, gib-1); err != nil || have[0] != 0 {
		t.Errorf("something was written: %q, %v", have, err)
	}
	for name, read := range map[string]func(context.Context, string) (Data, error){"snapshot": c.SnapshotData, "backup": c.BackupData} {
		if _, err := read(t.Context(), "nobody"); !errors.Is(err, ErrNoData) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }
