package content

import (
	"context"
	"io"
	"slices"
	"sync"
)

// Store keeps blobs beyond the memory of this process.
type Store interface {
	// New makes room for a new blob.
	New() (Destination, error)
	// Keeps tells whether a blob is one of the store's own.
	Keeps(b Blob) bool
}

// FilePrefix begins the ids of blobs that are files in a place of their own, such as the directory of one of Glance's
// stores; the file's path follows.
const FilePrefix = "file:"

// SmallBlob is how many bytes are not worth a blob of their own in a [Store]: whoever keeps a Content keeps them beside it.
const SmallBlob = 4 << 10

// Keep is [Spool] into a store, or into memory when there is none. What stands behind a [Handle] is adopted if the store
// keeps all of it already, and what is small stays in memory.
func Keep(ctx context.Context, to Store, r io.Reader, options ...SpoolOption) (Content, error) {
	if to == nil {
		return Spool(ctx, r, options...)
	}
	if handle, ok := r.(Handle); ok && handle.Content().keptBy(to) {
		return Spool(ctx, r, options...)
	}
	return Spool(ctx, r, append(slices.Clip(options), Into(&lazy{open: to.New}))...)
}

func (c Content) keptBy(store Store) bool {
	for e := range c.extents(0, c.size) {
		if e.Blob != nil && !e.small() && !store.Keeps(e.Blob) {
			return false
		}
	}
	return true
}

// small tells whether the extent's bytes are in memory and too few for a blob in a store.
func (e Extent) small() bool {
	_, ok := e.Blob.(*memory)
	return ok && e.Size <= SmallBlob
}

// Small returns the extent's bytes if they are in memory and too few for a blob in a [Store].
func (e Extent) Small() ([]byte, bool) {
	if e.Blob == nil || !e.small() {
		return nil, false
	}
	b := make([]byte, e.Size)
	return b, e.read(b) == nil
}

// lazy is a Destination in memory until it is no longer small.
type lazy struct {
	open  func() (Destination, error)
	small memory
	to    Destination // once it is not
}

func (l *lazy) WriteAt(p []byte, off int64) (int, error) {
	if l.to == nil && l.small.kept+len(p) <= SmallBlob {
		return l.small.WriteAt(p, off)
	}
	if l.to == nil {
		to, err := l.open()
		if err != nil {
			return 0, err
		}
		l.to = to
		for _, piece := range l.small.pieces {
			if _, err := to.WriteAt(piece.data, piece.at); err != nil {
				return 0, err
			}
		}
	}
	return l.to.WriteAt(p, off)
}

func (l *lazy) Commit(size int64) (Blob, error) {
	if l.to == nil {
		return l.small.Commit(size)
	}
	return l.to.Commit(size)
}

func (l *lazy) Discard() error {
	if l.to == nil {
		return l.small.Discard()
	}
	return l.to.Discard()
}

// keptOf is all of a blob, without reading the zeros that it does not keep.
func keptOf(b Blob) Content {
	m, ok := b.(*memory)
	if !ok {
		return FromBlob(b)
	}
	var to builder
	for _, p := range m.pieces {
		to.zeros(p.at - to.size)
		to.blob(m, p.at, int64(len(p.data)))
	}
	to.zeros(m.size - to.size)
	return to.content()
}

// Copy writes all of a blob to a destination, and returns what it makes of it.
func Copy(ctx context.Context, b Blob, to Destination) (Blob, error) {
	s := spool{to: to, limit: b.Size()}
	err := s.copy(ctx, keptOf(b))
	if err == nil {
		var copied Blob
		if copied, err = to.Commit(b.Size()); err == nil {
			return copied, nil
		}
	}
	_ = to.Discard() // err tells more
	return nil, err
}

// Twins are a blob's likes in stores. A blob that has them embedded is copied into each store once.
type Twins struct {
	mu sync.Mutex // held while a twin is made
	in map[Store]Blob
}

// Twin returns the blob's like in a store, which make makes when it is first asked for.
func (t *Twins) Twin(in Store, make func() (Blob, error)) (Blob, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b, ok := t.in[in]; ok {
		return b, nil
	}
	b, err := make()
	if err != nil {
		return nil, err
	}
	if t.in == nil {
		t.in = map[Store]Blob{}
	}
	t.in[in] = b
	return b, nil
}

// TwinOf returns the like of a blob in a store: itself if it is there, a copy if not. A store that can have the bytes of
// some blobs without copying them offers that as
//
//	Take(b Blob) (Blob, bool)
func TwinOf(ctx context.Context, b Blob, in Store) (Blob, error) {
	if in.Keeps(b) {
		return b, nil
	}
	fresh := func() (Blob, error) {
		if taker, ok := in.(interface{ Take(Blob) (Blob, bool) }); ok {
			if taken, ok := taker.Take(b); ok {
				return taken, nil
			}
		}
		to, err := in.New()
		if err != nil {
			return nil, err
		}
		return Copy(ctx, b, to)
	}
	if twin, ok := b.(interface {
		Twin(Store, func() (Blob, error)) (Blob, error)
	}); ok {
		return twin.Twin(in, fresh)
	}
	return fresh()
}
