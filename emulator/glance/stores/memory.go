package stores

import (
	"context"
	"io"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// Memory is the bucket of a store in memory. It holds nothing itself: an object lives as long as somebody holds it, so
// what snapshots no longer reach is freed, and a content handle is adopted without a copy.
type Memory struct {
	// Blobs is where the bytes go instead, if it is not nil; handles of what is there already are adopted still.
	Blobs content.Store
}

var _ Bucket = Memory{}

// Put reads r into memory, or adopts it.
func (m Memory) Put(ctx context.Context, name string, r io.Reader, limit int64) (Object, error) {
	if err := Check(name); err != nil {
		return Object{}, err
	}
	c, err := content.Keep(ctx, m.Blobs, r, content.AtMost(limit))
	return Object{name, c}, err
}

// Open knows no names.
func (Memory) Open(context.Context, string) (Object, error) { return Object{}, ErrNotFound }

// Delete has nothing to do.
func (Memory) Delete(context.Context, string) error { return nil }
