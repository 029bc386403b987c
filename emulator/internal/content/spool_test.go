package content

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"
	"testing/synctest"
)

// unhandled hides that a reader is a Handle.
func unhandled(c Content) io.Reader { return struct{ io.Reader }{c.NewReader()} }

// fileDestination is what a store of files may look like.
type fileDestination struct {
	*os.File
	written, end         int64
	committed, discarded bool
	failCommit           error
}

func newFileDestination(t testing.TB) *fileDestination {
	f, err := os.Create(filepath.Join(t.TempDir(), "blob"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &fileDestination{File: f}
}

func (f *fileDestination) WriteAt(p []byte, off int64) (int, error) {
	if off < f.end {
		return 0, errors.New("written out of order")
	}
	f.end = off + int64(len(p))
	f.written += int64(len(p))
	return f.File.WriteAt(p, off)
}

func (f *fileDestination) Commit(size int64) (Blob, error) {
	if f.failCommit != nil {
		return nil, f.failCommit
	}
	f.committed = true
	return &fileBlob{f.File, size}, f.Truncate(size)
}

func (f *fileDestination) Discard() error {
	f.discarded = true
	return nil
}

type fileBlob struct {
	*os.File
	size int64
}

func (b *fileBlob) Size() int64 { return b.size }
func (b *fileBlob) ID() string  { return b.Name() }

// streams are contents with all kinds of holes.
func streams() map[string]Content {
	data := Bytes(randomBytes(rand.New(rand.NewPCG(5, 6)), 3*pageSize))
	return map[string]Content{
		"nothing":               {},
		"ten bytes":             Bytes([]byte("ten  bytes")),
		"a few zeros":           Zeros(10),
		"a page":                data.Resize(pageSize),
		"a page and a byte":     data.Resize(pageSize).Overlay(pageSize, Bytes([]byte{1})),
		"a page of zeros":       Zeros(pageSize),
		"many zeros":            Zeros(7*pageSize + 5),
		"bytes":                 data,
		"bytes and zeros":       data.Resize(20*pageSize + 1),
		"zeros and bytes":       Concat(Zeros(20*pageSize), data),
		"zeros and few bytes":   Concat(Zeros(20*pageSize), data.Resize(5)),
		"zeros in between":      Concat(data, Zeros(10*pageSize), data, Zeros(2*pageSize)),
		"zeros across pages":    Concat(data, Zeros(100), data, Zeros(pageSize), data.Resize(77), Zeros(2*pageSize-1)),
		"more than maxPages":    Concat(data, data, data, data, data, data, data, data, data),
		"one byte in each page": Zeros(8*pageSize).Overlay(0, Bytes([]byte{1})).Overlay(3*pageSize-1, Bytes([]byte{1})),
	}
}

func TestSpool(t *testing.T) {
	for name, want := range streams() {
		for how, read := range map[string]func(Content) io.Reader{
			"whole pages": unhandled,
			"halves":      func(c Content) io.Reader { return iotest.HalfReader(unhandled(c)) },
			"early EOF":   func(c Content) io.Reader { return iotest.DataErrReader(unhandled(c)) },
			"handle":      func(c Content) io.Reader { return c.NewReader() },
		} {
			t.Run(name+"/"+how+"/memory", func(t *testing.T) {
				got, err := Spool(t.Context(), read(want), AtMost(want.Size()))
				if err != nil {
					t.Fatal(err)
				}
				sameContent(t, got, want)
			})
			t.Run(name+"/"+how+"/file", func(t *testing.T) {
				dst := newFileDestination(t)
				got, err := Spool(t.Context(), read(want), AtMost(want.Size()), Into(dst))
				if err != nil {
					t.Fatal(err)
				}
				sameContent(t, got, want)
				whole, err := os.ReadFile(dst.Name())
				if model, _ := io.ReadAll(want.NewReader()); err != nil || !bytes.Equal(whole, model) {
					t.Errorf("the file has %d bytes, %v", len(whole), err)
				}
				if stored := stored(got); dst.written != stored || !dst.committed || dst.discarded {
					t.Errorf("%+v, want %d bytes", dst, stored)
				}
			})
		}
	}
}

// sameContent also wants the sums to be known: a context that has ended is enough to get them.
func sameContent(t *testing.T, got, want Content) {
	t.Helper()
	have, _ := io.ReadAll(got.NewReader())
	model, _ := io.ReadAll(want.NewReader())
	if !bytes.Equal(have, model) {
		t.Errorf("content of %d bytes differs from that of %d", len(have), len(model))
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if sums, err := got.Sums(ended); err != nil || sums != sumsOf(model) {
		t.Errorf("sums %v, %v, want %v", sums, err, sumsOf(model))
	}
}

// stored is the number of bytes that are kept.
func stored(c Content) int64 {
	var n int64
	for _, e := range c.Extents() {
		if e.Blob != nil {
			n += e.Size
		}
	}
	return n
}

func TestSpoolKeepsNoPageOfZeros(t *testing.T) {
	for name, want := range map[string]int64{
		"many zeros": 0, "bytes and zeros": 3 * pageSize, "zeros and few bytes": 5, "zeros in between": 6 * pageSize,
		"one byte in each page": 2 * pageSize,
	} {
		c, err := Spool(t.Context(), unhandled(streams()[name]))
		if err != nil {
			t.Fatal(err)
		}
		if got := stored(c); got != want {
			t.Errorf("%s: %d bytes kept, want %d", name, got, want)
		}
	}
}

func TestSpoolReturnsTheContentOfAHandle(t *testing.T) {
	whole := Concat(Zeros(1<<40), Bytes([]byte("x"))).Resize(gib)
	r := whole.NewReader()
	if got, err := Spool(t.Context(), r); err != nil || got != whole {
		t.Errorf("%v, %v, want the same content", got, err)
	}
	if _, err := r.Seek(gib-10, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if got, err := Spool(t.Context(), r); err != nil || got.Size() != 10 {
		t.Errorf("%d bytes, %v, want the 10 that are left", got.Size(), err)
	}
}

func TestSpoolOfAHandleHashesNothingTwice(t *testing.T) {
	blob := newCountingBlob(500_000)
	volume := FromBlob(blob).Resize(600_000)
	mustSums(t, volume)
	blob.read.Store(0)
	if _, err := Spool(t.Context(), volume.NewReader(), Into(newFileDestination(t))); err != nil {
		t.Fatal(err)
	}
	if n := blob.read.Load(); n != blob.Size() {
		t.Errorf("read %d bytes, want %d, once", n, blob.Size())
	}
}

func TestSpoolRefusesMoreThanAtMost(t *testing.T) {
	for name, c := range streams() {
		if c.Size() == 0 {
			continue
		}
		for how, r := range map[string]io.Reader{"stream": unhandled(c), "handle": c.NewReader()} {
			dst := newFileDestination(t)
			_, err := Spool(t.Context(), r, AtMost(c.Size()-1), Into(dst))
			var tooLarge *TooLargeError
			if !errors.As(err, &tooLarge) || tooLarge.Limit != c.Size()-1 {
				t.Errorf("%s, %s: %v", name, how, err)
			}
			if !dst.discarded || dst.committed {
				t.Errorf("%s, %s: not discarded", name, how)
			}
		}
	}
	endless := iotest.OneByteReader(unhandled(Zeros(1 << 50)))
	counted := &countingReader{r: endless}
	if _, err := Spool(t.Context(), counted, AtMost(70_000)); err == nil || counted.n != 70_001 {
		t.Errorf("read %d bytes, %v, want 70001", counted.n, err)
	}
}

type countingReader struct {
	r io.Reader
	n int
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func TestSpoolDiscardsWhatFails(t *testing.T) {
	cut := errors.New("connection reset")
	for name, c := range streams() {
		synctest.Test(t, func(t *testing.T) { // leaves no goroutine
			for _, fail := range []error{cut, io.ErrUnexpectedEOF} {
				dst := newFileDestination(t)
				r := io.MultiReader(unhandled(c), iotest.ErrReader(fail))
				if got, err := Spool(t.Context(), r, Into(dst)); !errors.Is(err, fail) || got != (Content{}) {
					t.Errorf("%s: %v, %v", name, got, err)
				}
				if !dst.discarded || dst.committed {
					t.Errorf("%s: not discarded", name)
				}
			}
			dst := newFileDestination(t)
			dst.failCommit = cut
			if _, err := Spool(t.Context(), unhandled(c), Into(dst)); !errors.Is(err, cut) || !dst.discarded {
				t.Errorf("%s: a failed commit: %v, discarded: %t", name, err, dst.discarded)
			}
		})
	}
}

func TestSpoolIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []Content{Zeros(1 << 50), Concat(Bytes([]byte("x")), Zeros(1<<50))} {
			ctx, cancel := context.WithCancel(t.Context())
			after := &callAfter{r: unhandled(c), bytes: 10 * pageSize, call: cancel}
			if _, err := Spool(ctx, after); !errors.Is(err, context.Canceled) {
				t.Errorf("stream: %v", err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c := Concat(Bytes([]byte("x")), Zeros(1<<50))
		if _, err := Spool(ctx, c.NewReader()); !errors.Is(err, context.Canceled) {
			t.Errorf("handle: %v", err)
		}
	})
}

// callAfter makes a call when so many bytes were read.
type callAfter struct {
	r     io.Reader
	bytes int
	call  func()
}

func (c *callAfter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.bytes -= n; c.bytes <= 0 {
		c.call()
	}
	return n, err
}

// FuzzSpool reads its input as a description of a stream: runs of bytes and zeros, and how they are cut into reads.
func FuzzSpool(f *testing.F) {
	f.Add([]byte{}, uint8(0), uint32(100))
	f.Add([]byte{1, 255, 0, 255, 1, 255, 2, 1, 3, 16}, uint8(0), uint32(1<<20))
	f.Add([]byte{2, 40, 1, 9, 2, 40, 3, 200, 2, 3}, uint8(200), uint32(1<<22))
	f.Add([]byte{2, 1, 3, 1}, uint8(3), uint32(70_000))
	f.Fuzz(func(t *testing.T, runs []byte, step uint8, limit uint32) {
		model := streamOf(runs)
		dst := newFileDestination(t)
		for _, options := range [][]SpoolOption{{}, {Into(dst)}} {
			r := &steppedReader{model, int(step)*311 + 1}
			got, err := Spool(t.Context(), r, append(options, AtMost(int64(limit)))...)
			var tooLarge *TooLargeError
			if len(model) > int(limit) {
				if !errors.As(err, &tooLarge) {
					t.Fatalf("%d bytes, at most %d: %v", len(model), limit, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			sameContent(t, got, Bytes(model))
			if err := coalesced(got.Extents()); err != nil {
				t.Error(err)
			}
			for i, e := range got.Extents() { // but for the last page, all is kept by whole pages
				if e.Size%pageSize != 0 && i < len(got.Extents())-1 {
					t.Errorf("extent %d has %d bytes", i, e.Size)
				}
			}
		}
	})
}

// streamOf makes of each two bytes a run: few bytes, few zeros, or pages of one of them.
func streamOf(runs []byte) []byte {
	var b []byte
	for run := range slices.Chunk(runs, 2) {
		if len(run) < 2 || len(b) > 1<<21 {
			break
		}
		n := int(run[1])
		if run[0]&2 != 0 {
			n *= pageSize / 16
		}
		b = append(b, bytes.Repeat([]byte{(run[0] & 1) * run[1]}, n)...)
	}
	return b
}

// steppedReader hands out up to step bytes at a time.
type steppedReader struct {
	rest []byte
	step int
}

func (r *steppedReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.rest[:min(r.step, len(r.rest))])
	r.rest = r.rest[n:]
	return n, nil
}
