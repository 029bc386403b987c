package httpapi

import (
	"io"
	"net/http"
	"sync/atomic"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// countedBody is a request's body whose length nobody has told.
type countedBody struct {
	io.ReadCloser
	n atomic.Int64
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.n.Add(int64(n))
	return n, err
}

// count has the body counted as it is read, if that is the only way to know its length. A content handle stays one.
func (c *Call) count() {
	r := c.Request
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength > 0 {
		return
	}
	if _, ok := r.Body.(content.Handle); !ok {
		c.counted = &countedBody{ReadCloser: r.Body}
		r.Body = c.counted
	}
}

// received is how many bytes the request's body has, as far as is known.
func (c *Call) received() int64 {
	if c.counted != nil {
		return c.counted.n.Load()
	}
	if handle, ok := c.Request.Body.(content.Handle); ok {
		return handle.Content().Size()
	}
	return max(c.Request.ContentLength, int64(len(c.body)))
}
