package emulator_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
)

func written(t testing.TB, s *emulator.Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := s.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("%d bytes, told to be %d (%v)", b.Len(), n, err)
	}
	return b.Bytes()
}

func TestSnapshotFile(t *testing.T) {
	start := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
	origin := emulator.Start(t, emulator.WithManualClock(start), emulator.WithGlanceStores("ssd", "tape"))
	data := bytes.Repeat([]byte("0123456789"), 30_000)
	img := makeImage(t, origin.Image(t), "golden", data)
	vol := makeVolume(t, origin.BlockStorage(t), volumes.CreateOpts{Name: "boot", Size: 900, ImageID: img})
	origin.Settle()
	if err := origin.SetDelay("cinder.volume.create", time.Minute); err != nil {
		t.Fatal(err)
	}
	pending := makeVolume(t, origin.BlockStorage(t), volumes.CreateOpts{Size: 1})
	want := showVolume(t, origin.BlockStorage(t), vol)
	file := written(t, origin.Snapshot())
	if len(file) > 200_000 {
		t.Errorf("a file of %d bytes", len(file))
	}
	if !bytes.Equal(file, written(t, origin.Snapshot())) {
		t.Error("the same cloud gives another file")
	}
	read, err := emulator.ReadSnapshot(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file, written(t, read)) {
		t.Error("what was read is written differently")
	}

	check := func(t *testing.T, e *emulator.Emulator) {
		t.Helper()
		if diff := cmp.Diff(want, showVolume(t, e.BlockStorage(t), vol)); diff != "" {
			t.Errorf("(-origin +copy)\n%s", diff)
		}
		if !bytes.Equal(download(t, e.Image(t), img), data) {
			t.Error("other data")
		}
		if e.Advance(time.Minute); showVolume(t, e.BlockStorage(t), pending).Status != "available" {
			t.Error("what was pending never happened")
		}
	}
	t.Run("a new cloud", func(t *testing.T) {
		e := emulator.Start(t, emulator.WithManualClock(time.Time{}), emulator.WithSnapshot(read))
		if !e.Now().Equal(origin.Now()) {
			t.Errorf("it is %s there, %s here", origin.Now(), e.Now())
		}
		check(t, e)
		if err := e.Reset(); err != nil {
			t.Fatal(err)
		}
		check(t, e)
	})
	t.Run("a cloud of the same fixture", func(t *testing.T) {
		e := emulator.Start(t, emulator.WithManualClock(start), emulator.WithGlanceStores("ssd", "tape"))
		if err := e.Restore(read); err != nil {
			t.Fatal(err)
		}
		check(t, e)
	})
	t.Run("a cloud in a directory", func(t *testing.T) {
		dir := t.TempDir()
		shut(t, open(t, dir, emulator.WithManualClock(time.Time{}), emulator.WithSnapshot(read)))
		e := open(t, dir, emulator.WithManualClock(time.Time{}))
		if stores := e.Glance().Stores(); len(stores) != 2 {
			t.Errorf("%d stores", len(stores))
		}
		check(t, e)
		if !bytes.Equal(written(t, e.Snapshot()), written(t, e.Snapshot())) {
			t.Error("the same cloud gives another file")
		}
		again, err := emulator.ReadSnapshot(bytes.NewReader(written(t, e.Snapshot())))
		if err != nil {
			t.Fatal(err)
		}
		if err := images.Delete(t.Context(), e.Image(t), img).ExtractErr(); err != nil {
			t.Fatal(err)
		}
		if err := e.Restore(again); err != nil {
			t.Fatal(err)
		}
		shut(t, e)
		e = open(t, dir, emulator.WithManualClock(time.Time{}))
		if !bytes.Equal(download(t, e.Image(t), img), data) {
			t.Error("a restored image lost its data with the restart")
		}
	})
}

// archive rewrites a snapshot file: change gets each file's name and text, and returns its new text, or false to leave it
// away.
func archive(t testing.TB, file []byte, change func(name string, text []byte) ([]byte, bool)) []byte {
	t.Helper()
	unzipped := must[*gzip.Reader](t)(gzip.NewReader(bytes.NewReader(file)))
	in := tar.NewReader(unzipped)
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	out := tar.NewWriter(zipped)
	for h, err := in.Next(); err != io.EOF; h, err = in.Next() {
		if err != nil {
			t.Fatal(err)
		}
		text, keep := change(h.Name, must[[]byte](t)(io.ReadAll(in)))
		if !keep {
			continue
		}
		if err := out.WriteHeader(&tar.Header{Name: h.Name, Size: int64(len(text)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		_, _ = out.Write(text)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func smallSnapshot(t testing.TB) []byte {
	t.Helper()
	e, err := emulator.New()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	makeImage(t, e.Image(t), "golden", bytes.Repeat([]byte("x1"), 5_000))
	return written(t, e.Snapshot())
}

func TestSnapshotFilesThatAreRefused(t *testing.T) {
	file := smallSnapshot(t)
	in := func(name, from, to string) []byte {
		return archive(t, file, func(n string, text []byte) ([]byte, bool) {
			if n == name && !bytes.Contains(text, []byte(from)) {
				t.Errorf("%s has no %s", name, from)
			}
			if n == name {
				text = bytes.Replace(text, []byte(from), []byte(to), 1)
			}
			return text, true
		})
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":                {nil, "no snapshot of a cloud"},
		"text":                 {[]byte("hello"), "no snapshot of a cloud"},
		"torn":                 {file[:len(file)/2], ""},
		"without its checksum": {file[:len(file)-4], ""},
		"newer":                {in("manifest.json", `"Version":1`, `"Version":2`), "newer fauxstack"},
		"another format":       {in("manifest.json", "fauxstack-snapshot", "fauxstack-snapshoT"), "no snapshot of a cloud"},
		"an unknown field":     {in("manifest.json", `"Version":1`, `"Version":1,"Huh":1`), "unknown field"},
		"an unknown release":   {in("manifest.json", `"Release":"`, `"Release":"x`), "release"},
		"a missing table":      {archive(t, file, func(n string, b []byte) ([]byte, bool) { return b, n != "tables/cinder.volumes.jsonl" }), "cinder.volumes"},
		"a missing blob":       {archive(t, file, func(n string, b []byte) ([]byte, bool) { return b, n != "blobs/0" }), "missing"},
		"a short blob":         {archive(t, file, func(n string, b []byte) ([]byte, bool) { return b[:len(b)-strings.Count(n, "blobs/")], true }), ""},
		"an unknown table":     {in("manifest.json", `"keystone.roles"`, `"keystone.rolls"`), "keystone.rol"},
		"a file of somebody's": {in("tables/glance.images.jsonl", `"blob":"0"`, `"blob":"file:/etc/passwd"`), "unknown blob"},
		"a blob too far":       {in("tables/glance.images.jsonl", `"blob":"0"`, `"blob":"1"`), "unknown blob"},
		"an odd fixture":       {in("fixture.json", `"DefaultStore":"fast"`, `"DefaultStore":"slow"`), "default_store"},
		"a row that is none":   {in("tables/glance.images.jsonl", `"Status":"active"`, `"Status":1`), "glance.images"},
		"absurd sizes":         {in("blobs.json", `"Size":`, `"Size":9223372036854775807,"Size":-`), ""},
	} {
		_, err := emulator.ReadSnapshot(bytes.NewReader(c.file))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func FuzzReadSnapshot(f *testing.F) {
	file := smallSnapshot(f)
	f.Add(file)
	f.Add(file[:100])
	plain := must[[]byte](f)(io.ReadAll(must[*gzip.Reader](f)(gzip.NewReader(bytes.NewReader(file)))))
	f.Add(plain) // so that the fuzzer sees through the compression
	f.Fuzz(func(t *testing.T, file []byte) {
		if bytes.HasPrefix(file, []byte("manifest.json")) {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			_, _ = w.Write(file)
			_ = w.Close()
			file = b.Bytes()
		}
		s, err := emulator.ReadSnapshot(bytes.NewReader(file))
		if err != nil {
			return
		}
		if again, err := emulator.ReadSnapshot(bytes.NewReader(written(t, s))); err != nil {
			t.Error(err)
		} else if !slices.Equal(written(t, s), written(t, again)) {
			t.Error("read, it is another")
		}
	})
}
