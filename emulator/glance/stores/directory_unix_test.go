//go:build unix

package stores_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

func TestDirectoryLeavesHolesForZeros(t *testing.T) {
	dir := t.TempDir()
	c := content.Concat(content.Zeros(1<<30), content.Bytes([]byte("end")))
	if _, err := stores.Directory(dir).Put(t.Context(), "big", c.NewReader(), 1<<40); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "big"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() != 1<<30+3 {
		t.Errorf("%d bytes", info.Size())
	}
	if used := info.Sys().(*syscall.Stat_t).Blocks * 512; used > 1<<20 {
		t.Errorf("%d bytes on the disk", used)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("the directory has %v, %v", left, err)
	}
}
