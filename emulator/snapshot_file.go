package emulator

import (
	"fmt"
	"io"

	"github.com/fauxstack/fauxstack/emulator/internal/portable"
	"github.com/fauxstack/fauxstack/emulator/internal/record"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// WriteTo writes the snapshot as a file that another process can read: resources, the data that they refer to, what is
// still to happen, the time, the ids to come, and the fixture. The file has everything that the cloud has, hashes of
// passwords and the keys of tokens among it.
func (s *Snapshot) WriteTo(w io.Writer) (int64, error) {
	fixture, err := record.Append(nil, &s.fixture, record.NoBlobs{})
	if err != nil {
		return 0, fmt.Errorf("fixture: %w", err)
	}
	ids, err := s.ids.MarshalBinary()
	if err != nil {
		return 0, err
	}
	counted := &countingWriter{to: w}
	err = portable.Write(counted, portable.Cloud{
		Now: s.now, IDs: ids, Release: string(s.release), Fixture: fixture, Tables: s.tables, Root: s.root,
	})
	return counted.n, err
}

type countingWriter struct {
	to io.Writer
	n  int64
}

func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	w.n += int64(n)
	return n, err
}

// What ReadSnapshot takes at most.
const (
	maxSnapshotRows = 1 << 30  // bytes of JSON; a volume has some 500
	maxSnapshotData = 64 << 30 // bytes of images and volumes
)

// ReadSnapshot reads what WriteTo wrote, in this or an earlier version. The data of images and volumes goes to a temporary
// file without a name, which goes when nobody refers to it any more. It refuses what is malformed, more than 1 GiB of
// resources, and more than 64 GiB of data.
func ReadSnapshot(r io.Reader) (*Snapshot, error) {
	return readSnapshot(r, portable.Limits{Rows: maxSnapshotRows, Blobs: maxSnapshotData})
}

func readSnapshot(r io.Reader, limits portable.Limits) (*Snapshot, error) {
	stream, err := portable.Read(r, limits)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{now: stream.Now, ids: new(sim.IDs)}
	if s.fixture, err = decodeFixture(stream.Fixture); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	if err := s.fixture.Validate(); err != nil {
		return nil, fmt.Errorf("snapshot: fixture: %w", err)
	}
	if s.release, err = release.Parse(stream.Release); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	if err := s.ids.UnmarshalBinary(stream.IDs); err != nil {
		return nil, fmt.Errorf("snapshot: ids: %w", err)
	}
	like := newSettings() // of a cloud that has the tables
	like.release = s.release
	e, err := found(like)
	if err != nil {
		return nil, err
	}
	defer func() { _ = e.Close() }() // it has nothing that could fail to close
	s.tables = e.db.Tables()
	s.root, err = stream.Load(e.db)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// WithSnapshot begins the cloud as a snapshot, instead of as a fixture. Its fixture and its release are the snapshot's,
// unless a later option changes them. A cloud that WithData finds in its directory goes on as it is.
func WithSnapshot(s *Snapshot) Option {
	return func(c *settings) error {
		if s == nil {
			return fmt.Errorf("WithSnapshot: nil")
		}
		c.reseed("WithSnapshot")
		c.snapshot, c.begun, c.fixture, c.release = s, true, s.fixture, s.release
		return nil
	}
}

// becomeSnapshot makes a new cloud what it is to begin as.
func (e *Emulator) becomeSnapshot() error {
	s := e.settings.snapshot
	if s == nil {
		return nil
	}
	if err := e.db.Restore(s.root); err != nil {
		return err
	}
	if e.clock.Mode() == sim.Real {
		e.clock.Reach(s.now)
	} else if e.settings.start.IsZero() {
		e.clock.Restore(s.now)
	}
	if e.settings.seed == 0 {
		e.ids.Restore(s.ids)
	}
	e.origin = e.snapshot()
	return nil
}
