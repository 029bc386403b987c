package content

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// Destination keeps the bytes of one [Spool]. All of its methods are called by the goroutine that called Spool.
type Destination interface {
	// WriteAt is called with what is to be kept, by ascending offsets; what is left out reads as zeros later. It must
	// not keep p.
	io.WriterAt
	// Commit ends the writing. The blob has the given size, which may be greater than what was written, and its
	// offsets are those of WriteAt.
	Commit(size int64) (Blob, error)
	// Discard gives everything up. It is called if anything fails, Commit included.
	Discard() error
}

// SpoolOption changes what [Spool] does.
type SpoolOption func(*spool)

// Into has the bytes kept by d. Without it they are kept in memory.
func Into(d Destination) SpoolOption { return func(s *spool) { s.to = d } }

// AtMost refuses a stream of more than n bytes with a [TooLargeError], having read no more than n+1. Without it
// there is no limit.
func AtMost(n int64) SpoolOption { return func(s *spool) { s.limit = max(n, 0) } }

// TooLargeError says that a stream has more bytes than it may have.
type TooLargeError struct{ Limit int64 }

func (e *TooLargeError) Error() string { return fmt.Sprintf("content: more than %d bytes", e.Limit) }

// Spool reads r to its end and returns what it read, with its [Sums] known. It needs little memory beyond what is
// kept, and keeps no page (64 KiB, counted from the beginning) that is all zeros.
//
// If r is a [Handle] it is not read. Its Content is returned as it is, or, if there is a [Destination], is written
// there, with the sums it had.
//
// The error of reading r is returned as it is. ctx ends Spool between two reads.
func Spool(ctx context.Context, r io.Reader, options ...SpoolOption) (Content, error) {
	s := spool{limit: math.MaxInt64}
	for _, option := range options {
		option(&s)
	}
	c, err := s.run(ctx, r)
	if err == nil {
		return c, nil
	}
	if s.to != nil {
		err = errors.Join(err, s.to.Discard())
	}
	return Content{}, err
}

type spool struct {
	to    Destination
	limit int64
	size  int64
	kept  []Extent // by their Offset; their blob is known in the end
}

func (s *spool) run(ctx context.Context, r io.Reader) (Content, error) {
	handle, ok := r.(Handle)
	if !ok {
		if s.to == nil {
			s.to = &memory{}
		}
		m, err := s.stream(ctx, r)
		if err != nil {
			return Content{}, err
		}
		return s.commit(m)
	}

	c := handle.Content()
	if c.size > s.limit {
		return Content{}, &TooLargeError{s.limit}
	}
	m, err := c.milestone(ctx)
	if err != nil || s.to == nil {
		return c, err
	}
	if err := s.copy(ctx, c); err != nil {
		return Content{}, err
	}
	return s.commit(m)
}

// stream keeps what it reads, and hashes it beside. It does not begin to hash while there are only zeros, for of
// these most are known, nor what is read in one go.
func (s *spool) stream(ctx context.Context, r io.Reader) (*milestone, error) {
	var f *feed
	p := new(page)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at := s.size
		end, err := p.fill(r, s.next())
		if err != nil {
			return nil, err
		}
		data, err := s.keep(p.b)
		if err != nil {
			return nil, err
		}
		switch {
		case f == nil && end:
			return Concat(Zeros(at), Bytes(p.b)).milestone(ctx)
		case f == nil && data:
			d := digestOfZeros(at)
			f = newFeed(ctx, d)
			defer f.stop()
			f.zeros(at - d.n)
			p = f.data(p)
		case data:
			p = f.data(p)
		case f != nil:
			f.zeros(int64(len(p.b)))
		}
		if !end {
			continue
		}
		if err := f.finish(); err != nil {
			return nil, err
		}
		return &milestone{f.digest, f.digest.sums()}, nil
	}
}

// fill reads up to limit bytes, or to the end. The buffer grows with what comes.
func (p *page) fill(r io.Reader, limit int) (end bool, err error) {
	p.b = p.b[:0]
	for len(p.b) < limit {
		if len(p.b) == cap(p.b) {
			p.b = slices.Grow(p.b, max(512, min(2*len(p.b), limit-len(p.b))))
		}
		n, err := r.Read(p.b[len(p.b):min(cap(p.b), limit)])
		p.b = p.b[:len(p.b)+n]
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// next is how much to read: a page, or one byte more than there may be.
func (s *spool) next() int {
	if left := s.limit - s.size; left < pageSize {
		return int(left) + 1
	}
	return pageSize
}

// keep takes the next bytes, and reports whether they are not all zeros.
func (s *spool) keep(p []byte) (bool, error) {
	at, n := s.size, int64(len(p))
	if n > s.limit-at {
		return false, &TooLargeError{s.limit}
	}
	s.size += n
	if bytes.Equal(p, zeros[:n]) {
		return false, nil
	}
	if last := len(s.kept) - 1; last >= 0 && s.kept[last].Offset+s.kept[last].Size == at {
		s.kept[last].Size += n
	} else {
		s.kept = append(s.kept, Extent{Size: n, Offset: at})
	}
	_, err := s.to.WriteAt(p, at)
	return true, err
}

// copy keeps the bytes of c.
func (s *spool) copy(ctx context.Context, c Content) error {
	var buf []byte
	for e := range c.extents(0, c.size) {
		if e.Blob == nil {
			s.size += e.Size
			continue
		}
		if buf == nil {
			buf = make([]byte, min(pageSize, c.size))
		}
		for off := int64(0); off < e.Size; off += pageSize {
			if err := ctx.Err(); err != nil {
				return err
			}
			p := buf[:min(pageSize, e.Size-off)]
			if err := readBlob(e.Blob, p, e.Offset+off); err != nil {
				return err
			}
			if _, err := s.keep(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// commit returns what was kept, whose digest is m.
func (s *spool) commit(m *milestone) (Content, error) {
	blob, err := s.to.Commit(s.size)
	if err != nil {
		return Content{}, err
	}
	var to builder
	for _, e := range s.kept {
		to.zeros(e.Offset - to.size)
		to.blob(blob, e.Offset, e.Size)
	}
	to.zeros(s.size - to.size)
	c := to.content()
	c.head.known.put(m)
	return c, nil
}
