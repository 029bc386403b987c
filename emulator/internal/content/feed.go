package content

import (
	"context"
	"hash"
	"sync"
	"sync/atomic"
)

const (
	// pageSize is how much is read, hashed and looked at for zeros at a time.
	pageSize = 64 << 10
	// maxPages is how many pages wait to be hashed before their source has to wait.
	maxPages = 8
)

// page is a buffer. One that was handed to a feed is not to be touched until the feed hands it out again.
type page struct {
	b     []byte
	users atomic.Int32 // hashes that have not read it yet
}

func newPage() *page { return &page{b: make([]byte, 0, pageSize)} }

// feed carries a digest on: one goroutine for each hash, over the same pages. It is used by one goroutine, which
// calls stop in the end, whatever happened; then no goroutine is left.
type feed struct {
	ctx    context.Context
	cancel context.CancelFunc
	digest *digest // its hashes belong to the goroutines until finish has returned
	lanes  [2]chan portion
	both   sync.WaitGroup
	free   chan *page
	made   int
	ended  bool
}

// portion is what is to be hashed next: a page, or a number of zeros.
type portion struct {
	page  *page
	zeros int64
}

func newFeed(ctx context.Context, d *digest) *feed {
	f := &feed{digest: d, free: make(chan *page, maxPages+1)} // one more: the first page may come from elsewhere
	f.ctx, f.cancel = context.WithCancel(ctx)
	for i, h := range []hash.Hash{d.md5, d.sha512} {
		f.lanes[i] = make(chan portion, maxPages)
		f.both.Go(func() {
			for p := range f.lanes[i] {
				f.hash(h, p)
			}
		})
	}
	return f
}

// hash writes a portion to one of the hashes. When the feed is cancelled it only returns the pages, so that nobody
// waits for one for ever.
func (f *feed) hash(h hash.Hash, p portion) {
	for p.zeros > 0 && f.ctx.Err() == nil {
		n := min(p.zeros, int64(len(zeros)))
		h.Write(zeros[:n])
		p.zeros -= n
	}
	if p.page == nil {
		return
	}
	if f.ctx.Err() == nil {
		h.Write(p.page.b)
	}
	if p.page.users.Add(-1) == 0 {
		f.free <- p.page
	}
}

// page returns a free page, and waits for one if the hashes are behind.
func (f *feed) page() *page {
	select {
	case p := <-f.free:
		return p
	default:
	}
	if f.made < maxPages {
		f.made++
		return newPage()
	}
	return <-f.free
}

// data hashes the page, and returns another.
func (f *feed) data(p *page) *page {
	p.users.Store(int32(len(f.lanes)))
	f.digest.n += int64(len(p.b))
	for _, lane := range f.lanes {
		lane <- portion{page: p}
	}
	return f.page()
}

// zeros hashes n zeros.
func (f *feed) zeros(n int64) {
	f.digest.n += n
	for _, lane := range f.lanes {
		lane <- portion{zeros: n}
	}
}

// finish waits until all is hashed.
func (f *feed) finish() error {
	f.end()
	return f.ctx.Err()
}

// stop gives up what is not hashed yet.
func (f *feed) stop() {
	f.cancel()
	f.end()
}

func (f *feed) end() {
	if f.ended {
		return
	}
	f.ended = true
	for _, lane := range f.lanes {
		close(lane)
	}
	f.both.Wait()
}
