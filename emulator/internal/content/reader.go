package content

import (
	"errors"
	"io"
)

// Handle is a reader that knows the Content it stands for. Whoever is given an [io.Reader] to keep its bytes may ask
// whether it is a Handle, and so have them without moving one: see [Spool].
type Handle interface {
	// Content returns the bytes that are still to be read. It does not read them.
	Content() Content
}

// Reader reads a Content. It is a [Handle]. ReadAt apart, it is not safe for concurrent use.
type Reader struct {
	content Content
	at      int64
}

var _ interface {
	Handle
	io.ReadSeekCloser
	io.ReaderAt
	io.WriterTo
} = (*Reader)(nil)

// NewReader returns a reader that stands at the beginning.
func (c Content) NewReader() *Reader { return &Reader{content: c} }

// Content implements [Handle].
func (r *Reader) Content() Content { return r.content.Slice(r.at, r.content.size) }

// Size is the number of bytes of the whole Content, wherever the reader stands.
func (r *Reader) Size() int64 { return r.content.size }

// Read implements [io.Reader].
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := r.content.ReadAt(p, r.at)
	r.at += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// ReadAt implements [io.ReaderAt]: off counts from the beginning of the Content, wherever the reader stands.
func (r *Reader) ReadAt(p []byte, off int64) (int, error) { return r.content.ReadAt(p, off) }

// Seek implements [io.Seeker].
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.content.size
	default:
		return 0, errors.New("content: seek from nowhere")
	}
	if offset < 0 {
		return 0, errors.New("content: seek before the beginning")
	}
	r.at = offset
	return offset, nil
}

// Close does nothing, for a Reader holds nothing: a request that is sent again may rewind the body that was closed.
func (r *Reader) Close() error { return nil }

// WriteTo implements [io.WriterTo]. Zeros are written from a buffer that all share, blobs without a copy if they can.
func (r *Reader) WriteTo(w io.Writer) (int64, error) {
	start := r.at
	var buf []byte
	off, left := r.content.clip(r.at, r.content.size)
	for e := range r.content.extents(off, left) {
		var n int64
		var err error
		if e.Blob == nil {
			n, err = writeZeros(w, e.Size)
		} else if b, ok := e.Blob.(rangeWriter); ok {
			n, err = b.WriteRangeTo(w, e.Offset, e.Size)
		} else {
			if buf == nil {
				buf = make([]byte, min(left, 4*pageSize))
			}
			n, err = writeBlob(w, e, buf)
		}
		r.at += n
		if err != nil {
			return r.at - start, err
		}
	}
	return r.at - start, nil
}

func writeBlob(w io.Writer, e Extent, buf []byte) (int64, error) {
	var done int64
	for done < e.Size {
		p := buf[:min(int64(len(buf)), e.Size-done)]
		if err := readBlob(e.Blob, p, e.Offset+done); err != nil {
			return done, err
		}
		n, err := w.Write(p)
		done += int64(n)
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// zeros is never written to. Its pages are one and the same in memory, so its size is free.
var zeros [1 << 20]byte

func writeZeros(w io.Writer, n int64) (int64, error) {
	var done int64
	for done < n {
		n, err := w.Write(zeros[:min(int64(len(zeros)), n-done)])
		done += int64(n)
		if err != nil {
			return done, err
		}
	}
	return done, nil
}
