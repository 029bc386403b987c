package content

import (
	"math"
	"slices"
	"sort"
)

// Extent is a stretch of a [Content]: Size zeros if Blob is nil, or the Size bytes from Offset on of a Blob.
type Extent struct {
	Size   int64
	Blob   Blob
	Offset int64
}

// read fills p, which is no longer than the extent.
func (e Extent) read(p []byte) error {
	if e.Blob == nil {
		clear(p)
		return nil
	}
	return readBlob(e.Blob, p, e.Offset)
}

// head is a Content up to the last byte that is stored; the zeros that may follow are only counted, in Content.size.
// All Contents that differ in nothing but the number of those zeros share one head, and what it knows of their hashes.
type head struct {
	spans []span // by position, coalesced; what lies between them is zeros
	known memo
}

// span is a range of a blob, and its position within the Content.
type span struct {
	at, size int64
	blob     Blob
	offset   int64
}

func (s span) end() int64 { return s.at + s.size }

// end is the size of the head.
func (h *head) end() int64 {
	if h == nil || len(h.spans) == 0 {
		return 0
	}
	return h.spans[len(h.spans)-1].end()
}

// from returns the spans that end behind off.
func (h *head) from(off int64) []span {
	if h == nil {
		return nil
	}
	i := sort.Search(len(h.spans), func(i int) bool { return h.spans[i].end() > off })
	return h.spans[i:]
}

// zerosBefore is the number of zeros before the first stored byte, or n if there is none.
func (h *head) zerosBefore(n int64) int64 {
	if len(h.spans) == 0 {
		return n
	}
	return h.spans[0].at
}

// builder puts a Content together from front to back.
type builder struct {
	spans  []span
	size   int64
	origin *head // whose spans these are, as long as nothing but zeros follows it
}

// room returns as many of n bytes as there is still space for.
func (b *builder) room(n int64) int64 {
	return max(0, min(n, math.MaxInt64-b.size))
}

func (b *builder) zeros(n int64) { b.size += b.room(n) }

func (b *builder) blob(blob Blob, offset, n int64) {
	n = b.room(n)
	if n == 0 {
		return
	}
	if b.origin != nil {
		b.spans, b.origin = slices.Clone(b.spans), nil
	}
	if last := len(b.spans) - 1; last >= 0 && b.spans[last].continues(b.size, blob, offset) {
		b.spans[last].size += n
	} else {
		b.spans = append(b.spans, span{b.size, n, blob, offset})
	}
	b.size += n
}

// continues says whether the byte of blob at offset, placed at at, is the next byte of s.
func (s span) continues(at int64, blob Blob, offset int64) bool {
	return s.end() == at && s.offset+s.size == offset && s.blob == blob
}

// part appends those of the n bytes of c from off on that exist.
func (b *builder) part(c Content, off, n int64) {
	off, n = c.clip(off, n)
	if b.size == 0 && off == 0 && c.head != nil && n >= c.head.end() {
		b.spans, b.size, b.origin = c.head.spans, n, c.head
		return
	}
	for e := range c.extents(off, n) {
		if e.Blob == nil {
			b.zeros(e.Size)
		} else {
			b.blob(e.Blob, e.Offset, e.Size)
		}
	}
}

func (b *builder) content() Content {
	if b.origin != nil {
		return Content{head: b.origin, size: b.size}
	}
	return Content{head: &head{spans: b.spans}, size: b.size}
}
