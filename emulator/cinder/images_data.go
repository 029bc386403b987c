package cinder

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"sync/atomic"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// glanceChunk is how much glanceclient reads of a file at a time.
const glanceChunk = 64 << 10

// uploadBody is data on its way to Glance. It is a content.Handle, and remembers how much was read.
type uploadBody struct {
	from *content.Reader
	read atomic.Int64
}

func (b *uploadBody) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.read.Add(int64(n))
	return n, err
}

// Content is what has not been read. Whoever takes it over does so without a trace: of an upload that comes that far and
// is not heard of, another attempt is refused, whatever it sends.
func (b *uploadBody) Content() content.Content { return b.from.Content() }

func (b *uploadBody) Close() error { return nil }

// taken is where in the file a further attempt begins.
//
// Quirk: upstream does not go back to the beginning. When Glance answered, all has been sent, so a further attempt sends
// nothing; when the connection broke, it sends the chunks that had not been read by then. Glance takes the one or the other
// for the whole image (image/glance.py and glanceclient's common/http.py, _chunk_body; release Zed, run against a server
// that answers 503 or hangs up).
func (b *uploadBody) taken(err error) int64 {
	var fault *glanceFault
	if !errors.As(err, &fault) || fault.Status != 0 {
		return math.MaxInt64
	}
	chunks := max(1, (b.read.Load()+glanceChunk-1)/glanceChunk)
	return chunks * glanceChunk
}

// intact makes the data of an image fail, where it ends, when it is not what Glance says that it is, as glanceclient does
// (common/utils.py, serious_integrity_iter). Data that can be known without reading it is not read.
func intact(ctx context.Context, data io.Reader, img image) (io.Reader, error) {
	if img.HashAlgo == nil || *img.HashAlgo != "sha512" || img.HashValue == nil {
		return data, nil
	}
	handle, ok := data.(content.Handle)
	if !ok {
		return &checkedReader{data, sha512.New(), *img.HashValue}, nil
	}
	sums, err := handle.Content().Sums(ctx)
	if err == nil && sums.SHA512 != *img.HashValue {
		err = corruptDownload(sums.SHA512, *img.HashValue)
	}
	return data, err
}

func corruptDownload(got, want string) error {
	return fmt.Errorf("corrupt image download: hash was %s expected %s", got, want)
}

// checkedReader compares what was read when it ends.
type checkedReader struct {
	from io.Reader
	sum  hash.Hash
	want string
}

func (r *checkedReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.sum.Write(p[:n])
	if errors.Is(err, io.EOF) {
		if got := hex.EncodeToString(r.sum.Sum(nil)); got != r.want {
			err = corruptDownload(got, r.want)
		}
	}
	return n, err
}
