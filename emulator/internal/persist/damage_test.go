package persist_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/fauxstack/fauxstack/emulator"
)

// stateOf makes a cloud in a directory and returns its file.
func stateOf(t testing.TB, dir string) []byte {
	t.Helper()
	e, err := emulator.New(emulator.WithData(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// opens tells whether a cloud starts from such a file, and fails the test if that ends in anything but a clear error.
func opens(t testing.TB, raw []byte, what string) bool {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "state.db"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := emulator.New(emulator.WithData(dir))
	if err == nil {
		_ = e.Close() // what it says of a damaged file does not matter
		return true
	}
	if !strings.Contains(err.Error(), dir) {
		t.Errorf("%s: the error does not say where: %v", what, err)
	}
	return false
}

func TestDamagedFilesAreRefused(t *testing.T) {
	raw := stateOf(t, t.TempDir())
	for name, damaged := range map[string][]byte{
		"text":          []byte(strings.Repeat("hello, world\n", 1000)),
		"a few bytes":   raw[:100],
		"half":          raw[:len(raw)/2],
		"one page":      raw[:4096],
		"zeros":         make([]byte, len(raw)),
		"no more pages": append(append([]byte{}, raw[:8192]...), make([]byte, len(raw)-8192)...),
	} {
		if opens(t, damaged, name) {
			t.Errorf("%s: a cloud started from it", name)
		}
	}
}

func TestFilesOfOtherVersionsAndPrograms(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bbolt.Tx) error
		want   string
	}{
		"a newer version": {func(tx *bbolt.Tx) error { return tx.Bucket([]byte("fauxstack")).Put([]byte("version"), []byte("2")) }, "newer fauxstack"},
		"no version":      {func(tx *bbolt.Tx) error { return tx.Bucket([]byte("fauxstack")).Delete([]byte("version")) }, "damaged"},
		"another program": {func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("fauxstack")) }, "no file of fauxstack's"},
		"another table": {func(tx *bbolt.Tx) error {
			_, err := tx.CreateBucket([]byte("swift.containers"))
			return err
		}, "unknown table"},
		"a row without a checksum": {func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("cinder.volumes")).Put([]byte("=x"), []byte("{}"))
		}, "checksum"},
		"an origin that is gone": {func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("origin")) }, "origin"},
	} {
		dir := t.TempDir()
		stateOf(t, dir)
		db, err := bbolt.Open(filepath.Join(dir, "state.db"), 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(db.Update(c.change), db.Close()); err != nil {
			t.Fatal(err)
		}
		e, err := emulator.New(emulator.WithData(dir))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		if err == nil {
			_ = e.Close()
		}
		if err := emulator.RemoveData(dir); err != nil {
			t.Errorf("%s: not let go of: %v", name, err)
		}
	}
}

// bbolt follows such a page for as long as there is memory.
func TestPageThatIsItsOwnChild(t *testing.T) {
	raw := stateOf(t, t.TempDir())
	const page, header, branch = 4096, 16, 1
	refused := 0
	for at := 2 * page; at < len(raw); at += page {
		if binary.NativeEndian.Uint16(raw[at+8:]) != branch {
			continue
		}
		circle := bytes.Clone(raw)
		copy(circle[at+header+8:at+header+16], circle[at:at+8]) // the first child's id becomes the page's own
		if !opens(t, circle, "a circle") {
			refused++
		}
	}
	if refused == 0 { // a page may be a free one
		t.Error("a cloud starts from each of them")
	}
}
