package persist

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"weak"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Blobs is a directory of blobs, each a file of a name that was drawn for it, with holes where it is zeros.
//
// A file lives until nothing refers to its blob any more. That it is still named by a row that is kept cannot be then: the
// latest rows are reachable from here for as long as the cloud is open.
type Blobs struct {
	path string
	sync bool
	open *openFiles

	mu    sync.Mutex // guards the rest
	rows  *holding   // which refers to what must stay; nil when nothing must be removed
	known map[string]weak.Pointer[blob]
}

var _ content.Store = (*Blobs)(nil)

func newBlobs(path string, sync bool) (*Blobs, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	return &Blobs{path: path, sync: sync, open: newOpenFiles(maxOpenFiles), known: map[string]weak.Pointer[blob]{}}, nil
}

// blob is one file.
type blob struct {
	in   *Blobs
	id   string
	size int64

	content.Twins // in other stores
}

func (b *blob) ID() string  { return b.id }
func (b *blob) Size() int64 { return b.size }

func (b *blob) ReadAt(p []byte, off int64) (int, error) {
	defer runtime.KeepAlive(b) // so that the file is not removed meanwhile
	if off < 0 {
		return 0, errors.New("persist: read at a negative offset")
	}
	short := false
	if left := b.size - off; int64(len(p)) > left {
		p, short = p[:max(0, left)], true
	}
	n, err := b.in.open.readAt(b.in.file(b.id), p, off)
	if err == nil && short {
		err = io.EOF
	}
	return n, err
}

func (s *Blobs) file(id string) string { return filepath.Join(s.path, id) }

// Keeps implements [content.Store].
func (s *Blobs) Keeps(b content.Blob) bool {
	own, ok := b.(*blob)
	return ok && own.in == s
}

// Take makes a blob of another directory one of this one, by another name of the same file.
func (s *Blobs) Take(b content.Blob) (content.Blob, bool) {
	other, ok := b.(*blob)
	if !ok {
		return nil, false
	}
	defer runtime.KeepAlive(other)
	id := newBlobID()
	if os.Link(other.in.file(other.id), s.file(id)) != nil {
		return nil, false // another file system, or one without links
	}
	if s.sync && syncDirectory(s.path) != nil {
		return nil, false
	}
	return s.adopt(id, other.size), true
}

func newBlobID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

// partSuffix ends the names of files that are being written.
const partSuffix = ".part"

// New implements [content.Store].
func (s *Blobs) New() (content.Destination, error) {
	id := newBlobID()
	f, err := os.OpenFile(s.file(id)+partSuffix, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &part{f, s, id}, nil
}

// part is a file that is being written.
type part struct {
	*os.File
	in *Blobs
	id string
}

// Commit gives the file its length and its name.
func (p *part) Commit(size int64) (content.Blob, error) {
	if err := p.Truncate(size); err != nil {
		return nil, err
	}
	if p.in.sync {
		if err := p.Sync(); err != nil {
			return nil, err
		}
	}
	if err := os.Rename(p.Name(), p.in.file(p.id)); err != nil {
		return nil, err
	}
	if p.in.sync {
		if err := syncDirectory(p.in.path); err != nil {
			return nil, err
		}
	}
	return p.in.adopt(p.id, size), p.Close()
}

// Discard removes the file.
func (p *part) Discard() error {
	_ = p.Close() // it may be closed already
	err := os.Remove(p.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = os.Remove(p.in.file(p.id))
	}
	return err
}

func syncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// adopt makes a blob of a file that is whole, or returns the one that was made before.
func (s *Blobs) adopt(id string, size int64) *blob {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.known[id].Value(); b != nil {
		return b
	}
	b := &blob{in: s, id: id, size: size}
	s.known[id] = weak.Make(b)
	runtime.AddCleanup(b, func(id string) { s.forget(id) }, id)
	return b
}

// forget removes the file of a blob that nothing refers to any more.
func (s *Blobs) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rows == nil || s.known[id].Value() != nil {
		return
	}
	delete(s.known, id)
	s.open.forget(s.file(id))
	_ = os.Remove(s.file(id)) // what stays is removed at the next start
}

// resolve finds the blob of an id that a row names.
func (s *Blobs) resolve(id string, size int64) (content.Blob, error) {
	if !isBlobID(id) {
		return nil, fmt.Errorf("blob %.100q: want 32 hexadecimal digits", id)
	}
	s.mu.Lock()
	b := s.known[id].Value()
	s.mu.Unlock()
	if b == nil {
		info, err := os.Stat(s.file(id))
		if err != nil {
			return nil, fmt.Errorf("blob %s: %w", id, err)
		}
		b = s.adopt(id, info.Size())
	}
	if b.size < size {
		return nil, fmt.Errorf("blob %s: %d bytes, of at least %d", id, b.size, size)
	}
	return b, nil
}

func isBlobID(id string) bool {
	b, err := hex.DecodeString(id)
	return err == nil && len(b) == 16 && strings.ToLower(id) == id
}

// sweep removes the files that no row named when all of them were read, and those that were never finished.
func (s *Blobs) sweep() error {
	files, err := os.ReadDir(s.path)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, f := range files {
		id, unfinished := strings.CutSuffix(f.Name(), partSuffix)
		if isBlobID(id) && (unfinished || s.known[id].Value() == nil) {
			errs = append(errs, os.Remove(s.file(f.Name())))
		}
	}
	return errors.Join(errs...)
}

// holding refers to the rows that name blobs: the latest, and those of the origin.
type holding struct {
	db     *state.DB
	origin *state.Root
}

// hold begins to remove files that are not needed any more: what these rows refer to, is.
func (s *Blobs) hold(rows *holding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows = rows
}

// release ends that, for when nothing is known of what the rows refer to.
func (s *Blobs) release() { s.hold(nil) }
