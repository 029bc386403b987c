// Package persist keeps a cloud in a directory, so that it survives the end of the process, however that comes about.
//
// The rows of all tables lie in one file, state.db, a bbolt database with a bucket for each table; the bytes of images and
// volumes lie in blobs, a file each. Every transaction is written before it is seen: first the blobs, completely, and then
// all of its rows at once. What a process has written stays when the process is killed. Only against a loss of power is
// more needed, see [Options].Sync.
package persist

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Version is that of the format of the directory. A directory of an older one is read, and written in this one.
const Version = 1

const (
	stateFile = "state.db"
	blobsDir  = "blobs"
)

// The bucket of what is no row, and its keys.
var (
	about      = []byte("fauxstack")
	versionKey = []byte("version")
	startsKey  = []byte("starts")
)

// Options are how a directory is kept.
type Options struct {
	// Sync waits at every transaction until the medium has it, so that a loss of power loses nothing either.
	Sync bool
}

// Dir is an open directory. Its methods are safe for concurrent use.
type Dir struct {
	path  string
	bolt  *bbolt.DB
	blobs *Blobs

	starts uint64
	empty  bool
	along  []byte // key of a note
	take   func() []byte

	mu     sync.Mutex // guards what follows, and is held while something is written
	broken error      // why nothing can be written any more
	buf    []byte
}

// ErrLocked says that another process, or another cloud of this one, has the directory.
var ErrLocked = errors.New("in use by another fauxstack")

// lockPatience is how long Open waits for somebody else to let go of the directory.
const lockPatience = 100 * time.Millisecond

// Open opens a directory, or makes one. Nobody else can open it until Close.
func Open(path string, o Options) (*Dir, error) {
	d, err := open(path, o)
	if err != nil {
		return nil, fmt.Errorf("data directory %s: %w", path, err)
	}
	return d, nil
}

func open(path string, o Options) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	d := &Dir{path: path}
	var err error
	if d.bolt, err = openBolt(filepath.Join(path, stateFile), o); err != nil {
		return nil, err
	}
	if err = d.begin(); err == nil {
		d.blobs, err = newBlobs(filepath.Join(path, blobsDir), o.Sync)
	}
	if err != nil {
		return nil, errors.Join(err, d.bolt.Close())
	}
	return d, nil
}

func openBolt(path string, o Options) (db *bbolt.DB, err error) {
	err = guarded(func() (err error) {
		if err := checkBolt(path); err != nil {
			return err
		}
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: lockPatience, NoSync: !o.Sync, NoGrowSync: !o.Sync, FreelistType: bbolt.FreelistMapType,
		})
		return err
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, ErrLocked
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch):
		return nil, corrupt(err)
	}
	return db, err
}

// checkBolt looks through a file, if there is one, before it is opened for writing.
func checkBolt(path string) error {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil // bbolt makes one, or tells why not
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockPatience, ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(checkPages(db), db.Close())
}

// CorruptError says that what is in a directory is not what was written there.
type CorruptError struct{ Cause error }

func (e *CorruptError) Error() string {
	return stateFile + " is damaged (" + e.Cause.Error() + "); restore it from a copy, or begin anew with an empty directory"
}
func (e *CorruptError) Unwrap() error { return e.Cause }

func corrupt(cause error) error { return &CorruptError{cause} }

// guarded turns what bbolt does about a damaged file, to panic or to reach beyond its end, into an error.
func guarded(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = corrupt(fmt.Errorf("%v", p))
		}
	}()
	return do()
}

// begin checks the version, and counts the start.
func (d *Dir) begin() error {
	return guarded(func() error {
		return d.bolt.Update(func(tx *bbolt.Tx) error {
			b := tx.Bucket(about)
			if b == nil {
				if k, _ := tx.Cursor().First(); k != nil {
					return fmt.Errorf("%s is no file of fauxstack's", stateFile)
				}
				d.empty = true
				var err error
				if b, err = tx.CreateBucket(about); err != nil {
					return err
				}
				if err := b.Put(versionKey, strconv.AppendInt(nil, Version, 10)); err != nil {
					return err
				}
			}
			version, err := strconv.Atoi(string(b.Get(versionKey)))
			switch {
			case err != nil || version < 1:
				return corrupt(fmt.Errorf("version %.20q", b.Get(versionKey)))
			case version > Version:
				return fmt.Errorf("written by a newer fauxstack: its format is version %d, of which this one knows %d", version, Version)
			}
			d.empty = b.Get(seededKey) == nil
			if starts := b.Get(startsKey); len(starts) == 8 {
				d.starts = binary.BigEndian.Uint64(starts)
			}
			return b.Put(startsKey, binary.BigEndian.AppendUint64(nil, d.starts+1))
		})
	})
}

// Empty tells whether there is no cloud in the directory yet.
func (d *Dir) Empty() bool { return d.empty }

// Starts is how often the directory was opened before.
func (d *Dir) Starts() uint64 { return d.starts }

// Blobs is where the bytes of what is kept in the directory belong.
func (d *Dir) Blobs() *Blobs { return d.blobs }

// Close lets go of the directory. What refers to its blobs can go on reading them.
func (d *Dir) Close() error {
	d.blobs.release()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken == nil {
		d.broken = errClosed
	}
	d.blobs.open.close()
	return d.bolt.Close()
}

var errClosed = errors.New("the data directory is closed")

// Remove deletes what a cloud has kept in a directory, and the directory if nothing else is in it. One that is not there
// is no error, but one that is open is.
func Remove(path string) error {
	file := filepath.Join(path, stateFile)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := openBolt(file, Options{})
	var damaged *CorruptError
	if err != nil && !errors.As(err, &damaged) {
		return fmt.Errorf("data directory %s: %w", path, err)
	}
	err = errors.Join(os.RemoveAll(filepath.Join(path, blobsDir)), os.Remove(file))
	if lock != nil {
		err = errors.Join(err, lock.Close())
	}
	_ = os.Remove(path) // fails when there is something else in it, which stays
	return err
}

// tableBucket is the name of a table's bucket.
func tableBucket(t state.AnyTable) []byte { return []byte(t.Name()) }
