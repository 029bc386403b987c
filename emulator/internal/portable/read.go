package portable

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/record"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Limits bound what is read.
type Limits struct {
	Rows  int64 // bytes of JSON of all rows, which are in memory for a moment
	Blobs int64 // bytes of all blobs, which go to a file
}

// Stream is a stream that was read, whose rows are still text.
type Stream struct {
	Cloud
	tables map[string][]byte
	index  index
	bytes  *os.File // of all blobs; it has no name any more, and goes when nobody holds it
	starts []int64  // where each blob begins in there
}

// Read reads a stream to its end. What it returns has no tables and no root: see Load.
func Read(from io.Reader, limits Limits) (*Stream, error) {
	s := &Stream{tables: map[string][]byte{}}
	if err := s.read(from, limits); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return s, nil
}

func (s *Stream) read(from io.Reader, limits Limits) error {
	unzipped, err := gzip.NewReader(from)
	if err != nil {
		return fmt.Errorf("it is no snapshot of a cloud: %w", err)
	}
	// Besides what is kept there are headers, of which a bomb could have ever so many.
	bounded := &io.LimitedReader{R: unzipped, N: max(0, min(math.MaxInt64-maxOther, limits.Rows))}
	bounded.N += max(0, min(math.MaxInt64-maxOther-bounded.N, limits.Blobs)) + maxOther
	r := &reader{Stream: s, tar: tar.NewReader(bounded), left: limits}
	if err := r.all(); err != nil {
		return err
	}
	if _, err := r.tar.Next(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than belongs there")
	}
	_, err = io.Copy(io.Discard, bounded) // to the checksum
	return err
}

// maxOther bounds the bytes of headers and of the small files.
const maxOther = 64 << 20

type reader struct {
	*Stream
	tar  *tar.Reader
	left Limits
}

func (r *reader) all() error {
	var m manifest
	if err := r.record(manifestName, &m); err != nil {
		return fmt.Errorf("it is no snapshot of a cloud: %w", err)
	}
	switch {
	case m.Format != Format:
		return errors.New("it is no snapshot of a cloud")
	case m.Version > Version:
		return fmt.Errorf("written by a newer fauxstack: its format is version %d, of which this one knows %d", m.Version, Version)
	case m.Version < 1:
		return fmt.Errorf("version %d of the format: want %d", m.Version, Version)
	case len(m.Tables) > maxTables:
		return fmt.Errorf("%d tables", len(m.Tables))
	}
	s := r.Stream
	s.Now, s.IDs, s.Release = m.Now, m.IDs, m.Release
	var err error
	if s.Fixture, err = r.file(fixtureName, maxText); err != nil {
		return err
	}
	for _, t := range m.Tables {
		if _, twice := s.tables[t]; twice {
			return fmt.Errorf("table %.100q is there twice", t)
		}
		text, err := r.file(tableName(t), r.left.Rows)
		if err != nil {
			return err
		}
		r.left.Rows -= int64(len(text))
		s.tables[t] = text
	}
	if err := r.record(indexName, &s.index); err != nil {
		return err
	}
	return r.allBlobs()
}

const (
	maxTables = 1000
	maxText   = 16 << 20 // of manifest, fixture and the list of blobs
)

// next finds the next file, which has to have this name.
func (r *reader) next(name string) (int64, error) {
	h, err := r.tar.Next()
	switch {
	case errors.Is(err, io.EOF):
		return 0, fmt.Errorf("%s: missing: the snapshot is not whole", name)
	case err != nil:
		return 0, fmt.Errorf("%s: %w", name, err)
	case h.Name != name || h.Typeflag != tar.TypeReg:
		return 0, fmt.Errorf("got a file %.100q, want %s", h.Name, name)
	}
	return h.Size, nil
}

func (r *reader) file(name string, limit int64) ([]byte, error) {
	size, err := r.next(name)
	if err != nil {
		return nil, err
	}
	if size > limit {
		return nil, fmt.Errorf("%s: %d bytes, of which %d would be too many", name, size, limit+1)
	}
	var b bytes.Buffer // grows with what comes, whatever the header says
	if _, err := io.Copy(&b, r.tar); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b.Bytes(), nil
}

func (r *reader) record(name string, row any) error {
	text, err := r.file(name, maxText)
	if err != nil {
		return err
	}
	if err := record.Decode(text, row, record.NoBlobs{}); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// allBlobs puts the bytes of all blobs into a file.
func (r *reader) allBlobs() error {
	s := r.Stream
	at := int64(0)
	for i, b := range s.index.Blobs {
		want, err := b.check()
		if err != nil {
			return fmt.Errorf("%s: blob %d: %w", indexName, i, err)
		}
		size, err := r.next(blobName(i))
		switch {
		case err != nil:
			return err
		case size != want:
			return fmt.Errorf("%s: %d bytes, want %d", blobName(i), size, want)
		case size > r.left.Blobs:
			return fmt.Errorf("%s: more bytes than the %d that a snapshot may have", blobName(i), at+r.left.Blobs)
		}
		r.left.Blobs -= size
		if s.bytes == nil {
			if s.bytes, err = unnamedFile(); err != nil {
				return err
			}
		}
		if _, err := io.Copy(io.NewOffsetWriter(s.bytes, at), r.tar); err != nil {
			return fmt.Errorf("%s: %w", blobName(i), err)
		}
		s.starts = append(s.starts, at)
		at += size
	}
	return nil
}

// check returns how many bytes are kept of a blob.
func (b stretches) check() (int64, error) {
	kept, end := int64(0), int64(0)
	for _, s := range b.Kept {
		if s.From < end || s.Size < 1 || s.Size > b.Size-s.From {
			return 0, fmt.Errorf("%d bytes at %d, of %d", s.Size, s.From, b.Size)
		}
		end = s.From + s.Size
		kept += s.Size
	}
	return kept, nil
}

// unnamedFile is a file that is gone when nobody holds it.
func unnamedFile() (*os.File, error) {
	f, err := os.CreateTemp("", "fauxstack-snapshot-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // where that cannot be, the system's cleaning of temporary files will have to do
	return f, nil
}

// Load makes a root of what was read, for a database with all the tables that the snapshot has.
func (s *Stream) Load(db *state.DB) (*state.Root, error) {
	for name := range s.tables {
		if !slices.ContainsFunc(db.Tables(), func(t state.AnyTable) bool { return t.Name() == name }) {
			return nil, fmt.Errorf("snapshot: unknown table %.100q", name)
		}
	}
	blobs := &resolver{Stream: s, made: make([]*blob, len(s.index.Blobs))}
	root, err := db.Load(func(t state.AnyTable) iter.Seq2[any, error] { return blobs.rows(t) })
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return root, nil
}

// resolver finds the blobs that rows name.
type resolver struct {
	*Stream
	made []*blob
}

func (r *resolver) rows(t state.AnyTable) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		last, n := "", 0
		for line := range bytes.Lines(r.tables[t.Name()]) {
			row := t.New()
			err := record.Decode(line, row, r)
			key := ""
			if err == nil {
				key = t.KeyOf(row)
			}
			if err == nil && n > 0 && key <= last {
				err = errors.New("rows are out of order")
			}
			if n++; err != nil {
				err = fmt.Errorf("table %s, line %d: %w", t.Name(), n, err)
			}
			if !yield(row, err) || err != nil {
				return
			}
			last = key
		}
	}
}

// Refer is for writing.
func (r *resolver) Refer(content.Extent, bool) (string, error) {
	return "", errors.New("portable: nothing is written while reading")
}

// Resolve implements [record.Blobs].
func (r *resolver) Resolve(id string, size int64) (content.Blob, error) {
	i, err := strconv.Atoi(id)
	if err != nil || strings.HasPrefix(id, "+") || i < 0 || i >= len(r.made) {
		return nil, fmt.Errorf("unknown blob %.100q", id)
	}
	if r.made[i] == nil {
		r.made[i] = newBlob(r.bytes, r.starts[i], r.index.Blobs[i])
	}
	if got := r.made[i].Size(); got < size {
		return nil, fmt.Errorf("blob %d: %d bytes, of at least %d", i, got, size)
	}
	return r.made[i], nil
}
