// Package content keeps the bytes of images, volumes, snapshots and backups: immutable, sparse, shared, and with
// their true hashes.
//
// A [Content] is made of extents, each a run of zeros or a range of a [Blob]. Cutting, padding, joining and writing
// over one makes another that refers to the same blobs, so that a volume made from an image, its snapshot, its clone
// and its backup hold their bytes once, and a blank terabyte holds none.
//
// [Content.Sums] gives the MD5 and SHA-512 that the bytes really have. Zeros at the beginning cost nothing, for the
// states of both hashes are stored at every GiB of zeros (zeros.md5, zeros.sha512); nor does anything that was hashed
// before and has since only grown by zeros cost anything but those zeros.
//
// [Spool] makes a Content of a stream, hashing it on the way.
package content

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
)

// Content is an immutable sequence of at most [math.MaxInt64] bytes. The zero value is empty. It is a small value, to
// be copied freely, and safe for concurrent use if its blobs are.
//
// No method panics on odd arguments: a range that lies partly outside is clipped, a negative size counts as none, and
// what would come to lie beyond the greatest size is cut off.
type Content struct {
	head *head // nil only in an empty Content
	size int64 // the head's, and that of the zeros behind it
}

// Zeros returns n bytes that are zero.
func Zeros(n int64) Content {
	return Content{head: new(head), size: max(n, 0)}
}

// Bytes returns b as Content. It does not copy: b must not be changed any more.
func Bytes(b []byte) Content {
	return FromBlob(&memory{size: int64(len(b)), pieces: []piece{{0, b}}})
}

// FromBlob returns all the bytes of a blob.
func FromBlob(b Blob) Content {
	var to builder
	to.blob(b, 0, b.Size())
	return to.content()
}

// FromExtents is the inverse of [Content.Extents]. It refuses a negative size or offset, a range that its blob does
// not have, and more bytes than a Content can hold.
func FromExtents(extents []Extent) (Content, error) {
	var to builder
	for i, e := range extents {
		switch {
		case e.Size < 0 || e.Offset < 0:
			return Content{}, fmt.Errorf("content: extent %d: %d bytes at %d", i, e.Size, e.Offset)
		case e.Size > math.MaxInt64-to.size:
			return Content{}, fmt.Errorf("content: extent %d: too many bytes", i)
		case e.Blob == nil:
			to.zeros(e.Size)
		case e.Offset > e.Blob.Size() || e.Size > e.Blob.Size()-e.Offset:
			return Content{}, fmt.Errorf("content: extent %d: %d bytes at %d of blob %q, which has %d",
				i, e.Size, e.Offset, e.Blob.ID(), e.Blob.Size())
		default:
			to.blob(e.Blob, e.Offset, e.Size)
		}
	}
	return to.content(), nil
}

// Concat returns the parts one after another.
func Concat(parts ...Content) Content {
	var to builder
	for _, c := range parts {
		to.part(c, 0, c.size)
	}
	return to.content()
}

// Size is the number of bytes.
func (c Content) Size() int64 { return c.size }

// Slice returns those of the n bytes from off on that exist.
func (c Content) Slice(off, n int64) Content {
	off, n = c.clip(off, n)
	if off == 0 {
		return c.Resize(n)
	}
	var to builder
	to.part(c, off, n)
	return to.content()
}

// Resize returns the first n bytes, followed by zeros if there are not so many.
func (c Content) Resize(n int64) Content {
	switch n = max(n, 0); {
	case c.head == nil:
		return Zeros(n)
	case n >= c.head.end():
		return Content{head: c.head, size: n}
	}
	var to builder
	to.part(c, 0, n)
	return to.content()
}

// Overlay returns what c becomes when data is written over it at off. It grows if data ends behind it; a gap between
// the two is zeros. What of data lies before the beginning is left out.
func (c Content) Overlay(off int64, data Content) Content {
	if off < 0 {
		data, off = data.Slice(-off, data.size), 0 // -off is still negative for the least off, and so clipped to 0
	}
	if data.size == 0 {
		return c
	}
	var to builder
	to.part(c, 0, min(off, c.size))
	to.zeros(off - to.size)
	to.part(data, 0, data.size)
	to.part(c, to.size, c.size-to.size)
	return to.content()
}

// Extents lists what the Content is made of, in order and with as few extents as can be.
func (c Content) Extents() []Extent { return slices.Collect(c.extents(0, c.size)) }

// ReadAt implements [io.ReaderAt].
func (c Content) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("content: read at a negative offset")
	}
	off, n := c.clip(off, int64(len(p)))
	done := 0
	for e := range c.extents(off, n) {
		if err := e.read(p[done : done+int(e.Size)]); err != nil {
			return done, err
		}
		done += int(e.Size)
	}
	if done < len(p) {
		return done, io.EOF
	}
	return done, nil
}

// clip returns the range of those of the n bytes from off on that exist.
func (c Content) clip(off, n int64) (int64, int64) {
	n = max(n, 0)
	if off < 0 {
		n, off = n+off, 0
	}
	off = min(off, c.size)
	return off, max(0, min(n, c.size-off))
}

// extents yields the extents of n bytes from off on, all of which must exist.
func (c Content) extents(off, n int64) iter.Seq[Extent] {
	return func(yield func(Extent) bool) {
		end := off + n
		for _, s := range c.head.from(off) {
			if s.at >= end {
				break
			}
			if s.at > off {
				if !yield(Extent{Size: s.at - off}) {
					return
				}
				off = s.at
			}
			n := min(s.end(), end) - off
			if !yield(Extent{Size: n, Blob: s.blob, Offset: s.offset + off - s.at}) {
				return
			}
			off += n
		}
		if off < end {
			yield(Extent{Size: end - off})
		}
	}
}
