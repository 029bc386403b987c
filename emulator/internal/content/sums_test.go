package content

import (
	"context"
	"crypto/md5"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

const gib = 1 << 30

func sumsOf(b []byte) Sums {
	m, s := md5.Sum(b), sha512.Sum512(b)
	return Sums{hex.EncodeToString(m[:]), hex.EncodeToString(s[:])}
}

// slowly hashes what a Content reads as, with nothing of this package but its reader.
func slowly(t *testing.T, c Content) Sums {
	t.Helper()
	m, s := md5.New(), sha512.New()
	var both sync.WaitGroup
	for _, h := range []io.Writer{m, s} {
		both.Go(func() {
			if _, err := c.NewReader().WriteTo(h); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	return Sums{hex.EncodeToString(m.Sum(nil)), hex.EncodeToString(s.Sum(nil))}
}

func mustSums(t *testing.T, c Content) Sums {
	t.Helper()
	sums, err := c.Sums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// TestSumsOfZeros verifies the first entries of the tables in one slow pass.
func TestSumsOfZeros(t *testing.T) {
	if got := mustSums(t, Zeros(gib)).MD5; got != "cd573cfaace07e7949bc0c46028904ff" {
		t.Errorf("md5 of 1 GiB of zeros: %s", got)
	}
	data := []byte("behind the zeros")
	slow := &digest{0, md5.New().(hash.Cloner), sha512.New().(hash.Cloner)}
	for n := int64(gib); n <= 2*gib; n += gib {
		if n > gib && testing.Short() {
			t.Skip("the second entry takes some seconds")
		}
		var both sync.WaitGroup
		for _, h := range []io.Writer{slow.md5, slow.sha512} {
			both.Go(func() { writeZeros(h, gib) })
		}
		both.Wait()
		if d := digestOfZeros(n); d.n != n {
			t.Errorf("the tables have %d bytes for %d", d.n, n)
		}
		if got, want := mustSums(t, Zeros(n)), slow.sums(); got != want {
			t.Errorf("%d GiB: %v, want %v", n/gib, got, want)
		}
		then, err := slow.clone()
		if err != nil {
			t.Fatal(err)
		}
		then.md5.Write(data)
		then.sha512.Write(data)
		if got, want := mustSums(t, Concat(Zeros(n), Bytes(data))), then.sums(); got != want {
			t.Errorf("%d GiB and some bytes: %v, want %v", n/gib, got, want)
		}
	}
}

func TestTablesAreAsLongAsEachOther(t *testing.T) {
	if m, s := len(zerosMD5)/md5.Size, len(zerosSHA512)/sha512.Size; m != s || m < 2 {
		t.Errorf("zeros.md5 has %d entries, zeros.sha512 %d", m, s)
	}
	if m, s := len(zerosMD5)%md5.Size, len(zerosSHA512)%sha512.Size; m != 0 || s != 0 {
		t.Error("a table ends within an entry")
	}
}

func TestDigestOfZerosTakesTheGreatestEntry(t *testing.T) {
	last := int64(len(zerosMD5)/md5.Size) * gib
	for n, want := range map[int64]int64{
		0: 0, 1: 0, gib - 1: 0, gib: gib, gib + 1: gib, 2*gib - 1: gib, 2 * gib: 2 * gib, last: last, last + 5*gib: last,
	} {
		if d := digestOfZeros(n); d.n != want {
			t.Errorf("%d zeros begin at %d, want %d", n, d.n, want)
		}
	}
}

func TestSums(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	data := randomBytes(r, 300_000)
	blob := FromBlob(newBareBlob("b", data))
	for name, c := range map[string]Content{
		"nothing":             {},
		"a few bytes":         Bytes([]byte("hello")),
		"a page":              blob.Resize(pageSize),
		"a page and a byte":   blob.Resize(pageSize + 1),
		"many pages":          blob,
		"more than all pages": Concat(blob, blob, blob, blob),
		"bytes, then zeros":   blob.Resize(5_000_000),
		"zeros, then bytes":   Concat(Zeros(3_000_001), blob),
		"zeros between bytes": Concat(blob, Zeros(2_000_003), blob),
	} {
		if got, want := mustSums(t, c), slowly(t, c); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// countingBlob counts the bytes that are read of it.
type countingBlob struct {
	Blob
	read atomic.Int64
}

func (b *countingBlob) ReadAt(p []byte, off int64) (int, error) {
	n, err := b.Blob.ReadAt(p, off)
	b.read.Add(int64(n))
	return n, err
}

func newCountingBlob(size int) *countingBlob {
	r := rand.New(rand.NewPCG(uint64(size), 0))
	return &countingBlob{Blob: newBareBlob("counting", randomBytes(r, size))}
}

func TestBytesAreHashedOnce(t *testing.T) {
	blob := newCountingBlob(200_000)
	image := Concat(Zeros(10), FromBlob(blob))
	volumes := []Content{
		image.Resize(1_000_000), image.Resize(2_000_000), image.Overlay(1_500_000, Zeros(10)),
		image.Resize(1_000_000).Slice(0, 200_010), Concat(image, Zeros(99)), image.Resize(1_000_000), image,
	}
	for i, v := range volumes {
		got := mustSums(t, v)
		before := blob.read.Load()
		if want := slowly(t, v); got != want {
			t.Errorf("volume %d: %v, want %v", i, got, want)
		}
		blob.read.Store(before)
	}
	if n := blob.read.Load(); n != blob.Size() {
		t.Errorf("read %d bytes of a blob of %d", n, blob.Size())
	}
}

func TestOnlyNewZerosAreHashed(t *testing.T) {
	image := Bytes([]byte("boot sector"))
	mustSums(t, image)
	planted := &digest{5_000_000, md5.New().(hash.Cloner), sha512.New().(hash.Cloner)}
	image.head.known.put(&milestone{planted, planted.sums()})
	if got, want := mustSums(t, image.Resize(5_000_100)), sumsOf(make([]byte, 100)); got != want {
		t.Errorf("%v, want %v, which goes on from the digest at 5,000,000", got, want)
	}
}

func TestMemoIsBounded(t *testing.T) {
	blob := newCountingBlob(1000)
	image := FromBlob(blob)
	whole, err := io.ReadAll(image.NewReader())
	if err != nil {
		t.Fatal(err)
	}
	blob.read.Store(0)
	for i := range 50 {
		size := 1000 + (i*7)%50
		if got, want := mustSums(t, image.Resize(int64(size))), sumsOf(resized(whole, size)); got != want {
			t.Fatalf("size %d: %v, want %v", size, got, want)
		}
	}
	if n := len(image.head.known.milestones); n != maxMilestones {
		t.Errorf("%d milestones, want %d", n, maxMilestones)
	}
	if n := blob.read.Load(); n != blob.Size() {
		t.Errorf("read %d bytes, want %d, once: the end of the data must not be forgotten", n, blob.Size())
	}
}

func TestConcurrentCallersHashOnce(t *testing.T) {
	blob := newCountingBlob(3_000_000)
	image := FromBlob(blob)
	want := []Sums{slowly(t, image), slowly(t, image.Resize(4_000_000))}
	blob.read.Store(0)
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			c := image.Resize([]int64{3_000_000, 4_000_000}[i%2])
			if got, err := c.Sums(t.Context()); err != nil || got != want[i%2] {
				t.Errorf("caller %d: %v, %v", i, got, err)
			}
		})
	}
	all.Wait()
	if n := blob.read.Load(); n != blob.Size() {
		t.Errorf("read %d bytes of a blob of %d", n, blob.Size())
	}
}

// gatedBlob lets nobody read before the gate is open.
type gatedBlob struct {
	Blob
	gate chan struct{}
}

func (b *gatedBlob) ReadAt(p []byte, off int64) (int, error) {
	<-b.gate
	return b.Blob.ReadAt(p, off)
}

// In a synctest bubble a goroutine left behind fails the test.

func TestWhoWaitsTakesOverFromACancelledCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		blob := newCountingBlob(1_000_000)
		gated := &gatedBlob{blob, make(chan struct{})}
		c := FromBlob(gated)
		first, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 2)
		go func() { _, err := c.Sums(first); failed <- err }()
		synctest.Wait()
		impatient, giveUp := context.WithCancel(t.Context())
		go func() { _, err := c.Sums(impatient); failed <- err }()
		sums := make(chan Sums, 1)
		go func() { s, _ := c.Sums(t.Context()); sums <- s }()
		synctest.Wait()

		giveUp() // one who only waits
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("who waited: %v", err)
		}
		cancel()
		gated.gate <- struct{}{}
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("who was hashing: %v", err)
		}
		close(gated.gate)
		if got, want := <-sums, slowly(t, c); got != want {
			t.Errorf("who took over: %v, want %v", got, want)
		}
	})
}

// cancellingBlob cancels who reads it.
type cancellingBlob struct {
	Blob
	cancel context.CancelFunc
}

func (b *cancellingBlob) ReadAt(p []byte, off int64) (int, error) {
	b.cancel()
	return b.Blob.ReadAt(p, off)
}

func TestCancelledSumsAreNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, row := range map[string]struct {
			zeros int64
			size  int
		}{
			"days of hashing, and more to read": {1 << 50, 10 * pageSize},
			"days of hashing, and all read":     {1 << 50, pageSize},
			"little to hash":                    {10, 10 * pageSize},
		} {
			ctx, cancel := context.WithCancel(t.Context())
			blob := &cancellingBlob{newCountingBlob(row.size), cancel}
			c := Concat(Bytes([]byte{1}), Zeros(row.zeros), FromBlob(blob))
			if _, err := c.Sums(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
			if m := c.head.known.before(c.Size()); m != nil {
				t.Errorf("%s: the digest of %d bytes is remembered", name, m.n)
			}
			if len(c.head.known.flights) != 0 {
				t.Errorf("%s: still under way", name)
			}
			small := c.Resize(10)
			if got, want := mustSums(t, small), slowly(t, small); got != want {
				t.Errorf("%s: afterwards %v, want %v", name, got, want)
			}
		}
	})
}

func TestKnownSumsNeedNoContext(t *testing.T) {
	c := Bytes([]byte(strings.Repeat("x", 100)))
	want := mustSums(t, c)
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := c.Sums(done); err != nil || got != want {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	if _, err := Bytes([]byte("y")).Sums(done); !errors.Is(err, context.Canceled) {
		t.Errorf("unknown sums: %v", err)
	}
}
