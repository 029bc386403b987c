package persist

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// isNamed tells whether an id is that of somebody else's file, which stays where it is.
func isNamed(id string) bool { return strings.HasPrefix(id, content.FilePrefix) }

// namedFile is opened when it is first read, and stays open for as long as it is in use, so that it can be read when it
// has been deleted.
type namedFile struct {
	path string
	size int64
	open func() (*os.File, error)

	content.Twins
}

// openNamed does not fail if the file is gone or has become shorter: then reading it does.
func openNamed(id string, size int64) *namedFile {
	path := strings.TrimPrefix(id, content.FilePrefix)
	if info, err := os.Stat(path); err == nil && info.Size() > size {
		size = info.Size()
	}
	return &namedFile{path: path, size: size, open: sync.OnceValues(func() (*os.File, error) { return os.Open(path) })}
}

func (f *namedFile) ID() string  { return content.FilePrefix + f.path }
func (f *namedFile) Size() int64 { return f.size }

func (f *namedFile) ReadAt(p []byte, off int64) (int, error) {
	file, err := f.open()
	if err != nil {
		return 0, err
	}
	n, err := file.ReadAt(p, off)
	if err == io.EOF && off+int64(n) < f.size { //nolint:errorlint // os returns it so
		err = fmt.Errorf("%s has become shorter", f.path)
	}
	return n, err
}
