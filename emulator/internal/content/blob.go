package content

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sort"
)

// Blob is stored bytes that never change. Blobs are told apart with ==, so an implementation is a pointer; ReadAt is
// safe for concurrent use. A Blob that has a better way to send a range of its bytes than to be read, such as one in
// memory, may offer it as
//
//	WriteRangeTo(w io.Writer, offset, n int64) (int64, error)
type Blob interface {
	io.ReaderAt
	Size() int64
	// ID names the blob within the store that keeps it. It is empty for bytes that are kept in memory only.
	ID() string
}

type rangeWriter interface {
	WriteRangeTo(w io.Writer, offset, n int64) (int64, error)
}

// readBlob fills p from offset on.
func readBlob(b Blob, p []byte, offset int64) error {
	n, err := b.ReadAt(p, offset)
	if n == len(p) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("content: reading %d bytes at %d of blob %q: %w", len(p), offset, b.ID(), err)
}

// maxChunk is the greatest piece of memory that is allocated at a time.
const maxChunk = 1 << 20

// memory is a blob in memory, and the Destination that makes one. Of a gap between two pieces it keeps nothing.
type memory struct {
	size   int64
	pieces []piece // by position
	kept   int     // bytes in all pieces
	spare  []byte  // what is left of the latest chunk, just behind the latest piece

	Twins
}

type piece struct {
	at   int64
	data []byte
}

func (p piece) end() int64 { return p.at + int64(len(p.data)) }

// WriteAt appends: off is never before the end of the latest piece.
func (m *memory) WriteAt(p []byte, off int64) (int, error) {
	for rest := p; len(rest) > 0; {
		last := len(m.pieces) - 1
		if last < 0 || m.pieces[last].end() != off || len(m.spare) == 0 {
			m.begin(off, len(rest))
			last++
		}
		n := copy(m.spare, rest)
		data := m.pieces[last].data
		m.pieces[last].data = data[:len(data)+n]
		m.spare, rest = m.spare[n:], rest[n:]
		m.kept += n
		off += int64(n)
	}
	return len(p), nil
}

// begin adds an empty piece, in a new chunk if the latest one is used up. Chunks grow with what is kept already, so
// that little is left over in the end, and small contents have one of just their size.
func (m *memory) begin(off int64, n int) {
	if len(m.spare) == 0 {
		m.spare = make([]byte, min(max(n, m.kept/4), maxChunk))
	}
	m.pieces = append(m.pieces, piece{off, m.spare[:0]})
}

// Commit ends the writing.
func (m *memory) Commit(size int64) (Blob, error) {
	m.size, m.spare, m.pieces = size, nil, slices.Clip(m.pieces)
	return m, nil
}

// Discard forgets everything.
func (m *memory) Discard() error {
	m.size, m.pieces, m.kept, m.spare = 0, nil, 0, nil
	return nil
}

func (m *memory) Size() int64 { return m.size }
func (m *memory) ID() string  { return "" }

// runs yields what n bytes from off on are, all of which must exist: zeros, as a number, and stored bytes after them.
func (m *memory) runs(off, n int64) iter.Seq2[int64, []byte] {
	return func(yield func(int64, []byte) bool) {
		end := off + n
		first := sort.Search(len(m.pieces), func(i int) bool { return m.pieces[i].end() > off })
		for _, p := range m.pieces[first:] {
			if p.at >= end {
				break
			}
			gap := max(0, p.at-off)
			off += gap
			data := p.data[off-p.at : min(p.end(), end)-p.at]
			if !yield(gap, data) {
				return
			}
			off += int64(len(data))
		}
		if off < end {
			yield(end-off, nil)
		}
	}
}

func (m *memory) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("content: read at a negative offset")
	}
	n := max(0, min(int64(len(p)), m.size-off))
	rest := p[:n]
	for zeros, data := range m.runs(off, n) {
		clear(rest[:zeros])
		rest = rest[zeros:]
		rest = rest[copy(rest, data):]
	}
	if int(n) < len(p) {
		return int(n), io.EOF
	}
	return int(n), nil
}

// WriteRangeTo writes without copying.
func (m *memory) WriteRangeTo(w io.Writer, off, n int64) (int64, error) {
	var done int64
	for zeros, data := range m.runs(off, n) {
		n, err := writeZeros(w, zeros)
		done += n
		if err == nil && len(data) > 0 {
			var n int
			n, err = w.Write(data)
			done += int64(n)
		}
		if err != nil {
			return done, err
		}
	}
	return done, nil
}
