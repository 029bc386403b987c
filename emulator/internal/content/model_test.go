package content

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

// pair is a Content and, as its model, the bytes it should have.
type pair struct {
	content Content
	model   []byte
}

// bareBlob has no more than a Blob must have, so that WriteTo has to read it.
type bareBlob struct {
	*bytes.Reader
	id string
}

func (b *bareBlob) ID() string { return b.id }

func newBareBlob(id string, b []byte) *bareBlob { return &bareBlob{bytes.NewReader(b), id} }

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// randomPair makes one that derives from up to two others, and does the same to the models.
func randomPair(r *rand.Rand, from []pair) (string, pair) {
	a, b := from[r.IntN(len(from))], from[r.IntN(len(from))]
	off, n := r.IntN(len(a.model)+10), r.IntN(len(a.model)+10)
	switch r.IntN(8) {
	case 0:
		raw := randomBytes(r, r.IntN(60))
		return "Bytes", pair{Bytes(raw), raw}
	case 1:
		raw := randomBytes(r, r.IntN(60))
		return "FromBlob", pair{FromBlob(newBareBlob("b", raw)), raw}
	case 2:
		n := r.IntN(60)
		return fmt.Sprintf("Zeros(%d)", n), pair{Zeros(int64(n)), make([]byte, n)}
	case 3:
		return fmt.Sprintf("Slice(%d, %d)", off, n), pair{a.content.Slice(int64(off), int64(n)), cut(a.model, off, off+n)}
	case 4:
		return fmt.Sprintf("Resize(%d)", n), pair{a.content.Resize(int64(n)), resized(a.model, n)}
	case 5:
		return "Concat", pair{Concat(a.content, b.content, a.content), bytes.Join([][]byte{a.model, b.model, a.model}, nil)}
	case 6:
		return fmt.Sprintf("Overlay(%d)", off), pair{a.content.Overlay(int64(off), b.content), overlaid(a.model, off, b.model)}
	default:
		off = -r.IntN(len(b.model) + 10)
		return fmt.Sprintf("Overlay(%d)", off), pair{
			a.content.Overlay(int64(off), b.content), overlaid(a.model, 0, cut(b.model, -off, len(b.model))),
		}
	}
}

func cut(b []byte, from, to int) []byte { return b[min(from, len(b)):min(to, len(b))] }

func resized(b []byte, n int) []byte {
	return append(bytes.Clone(b[:min(n, len(b))]), make([]byte, max(0, n-len(b)))...)
}

func overlaid(b []byte, off int, data []byte) []byte {
	if len(data) == 0 {
		return b
	}
	b = resized(b, max(len(b), off+len(data)))
	copy(b[off:], data)
	return b
}

func TestRandomOperationsAgreeWithBytes(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 0))
		pool := []pair{{}}
		for range 60 {
			op, made := randomPair(r, pool)
			if err := made.check(r); err != nil {
				t.Fatalf("seed %d: %s: %v", seed, op, err)
			}
			if len(made.model) > 2000 {
				continue
			}
			if pool = append(pool, made); len(pool) > 8 {
				pool = pool[1:]
			}
		}
		for _, p := range pool { // nothing that was derived from it has changed it
			if err := p.check(r); err != nil {
				t.Fatalf("seed %d: in the end: %v", seed, err)
			}
		}
	}
}

func (p pair) check(r *rand.Rand) error {
	if p.content.Size() != int64(len(p.model)) {
		return fmt.Errorf("size %d, want %d", p.content.Size(), len(p.model))
	}
	whole, err := io.ReadAll(struct{ io.Reader }{p.content.NewReader()})
	if err != nil || !bytes.Equal(whole, p.model) {
		return fmt.Errorf("read %x, %v, want %x", whole, err, p.model)
	}
	var written bytes.Buffer
	n, err := p.content.NewReader().WriteTo(&written)
	if err != nil || n != int64(len(p.model)) || !bytes.Equal(written.Bytes(), p.model) {
		return fmt.Errorf("wrote %d: %x, %v, want %x", n, written.Bytes(), err, p.model)
	}
	off, buf := r.IntN(len(p.model)+5), make([]byte, r.IntN(40))
	got, err := p.content.ReadAt(buf, int64(off))
	want := cut(p.model, off, off+len(buf))
	if (err == io.EOF) != (len(want) < len(buf)) || !bytes.Equal(buf[:got], want) {
		return fmt.Errorf("ReadAt(%d, %d): %x, %v, want %x", len(buf), off, buf[:got], err, want)
	}
	extents := p.content.Extents()
	if err := coalesced(extents); err != nil {
		return err
	}
	again, err := FromExtents(extents)
	if err != nil {
		return err
	}
	if whole, err := io.ReadAll(again.NewReader()); err != nil || !bytes.Equal(whole, p.model) {
		return fmt.Errorf("from its extents: %x, %v, want %x", whole, err, p.model)
	}
	sums, err := p.content.Sums(context.Background())
	if want := sumsOf(p.model); err != nil || sums != want {
		return fmt.Errorf("sums %v, %v, want %v", sums, err, want)
	}
	return nil
}

// coalesced says which two extents should have been one.
func coalesced(extents []Extent) error {
	for i, e := range extents {
		if e.Size <= 0 {
			return fmt.Errorf("extent %d is empty: %+v", i, extents)
		}
		if i == 0 {
			continue
		}
		p := extents[i-1]
		if p.Blob == e.Blob && (e.Blob == nil || p.Offset+p.Size == e.Offset) {
			return fmt.Errorf("extents %d and %d are one: %+v", i-1, i, extents)
		}
	}
	return nil
}

func TestReader(t *testing.T) {
	c := Concat(Zeros(100), Bytes([]byte("some bytes")), Zeros(30), FromBlob(newBareBlob("x", []byte("others"))), Zeros(5))
	model, err := io.ReadAll(c.NewReader())
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(c.NewReader(), model); err != nil {
		t.Error(err)
	}
}

func TestSeekAgreesWithBytesReader(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	model := append(append(make([]byte, 50), randomBytes(r, 50)...), make([]byte, 20)...)
	have := Concat(Zeros(50), Bytes(model[50:100]), Zeros(20)).NewReader()
	want := bytes.NewReader(model)
	for range 2000 {
		off, whence := int64(r.IntN(200)-60), r.IntN(4)
		hn, herr := have.Seek(off, whence)
		wn, werr := want.Seek(off, whence)
		if hn != wn || (herr == nil) != (werr == nil) {
			t.Fatalf("Seek(%d, %d): %d, %v, want %d, %v", off, whence, hn, herr, wn, werr)
		}
		h, w := make([]byte, r.IntN(30)), make([]byte, 0)
		w = append(w, h...)
		hr, herr := have.Read(h)
		wr, werr := want.Read(w)
		if len(h) > 0 && (hr != wr || herr != werr || !bytes.Equal(h, w)) {
			t.Fatalf("Read: %d, %v, %x, want %d, %v, %x", hr, herr, h, wr, werr, w)
		}
		rest, err := io.ReadAll(have.Content().NewReader())
		if at := len(model) - want.Len(); err != nil || !bytes.Equal(rest, model[at:]) {
			t.Fatalf("the handle has %d bytes, %v, want %d", len(rest), err, want.Len())
		}
	}
}

// failingBlob has no byte, whatever it says.
type failingBlob struct{ err error }

func (b *failingBlob) ReadAt([]byte, int64) (int, error) { return 0, b.err }
func (b *failingBlob) Size() int64                       { return 1 << 20 }
func (b *failingBlob) ID() string                        { return "broken" }

func TestBlobErrorsReachTheReader(t *testing.T) {
	broken := errors.New("broken")
	for _, row := range []struct{ have, want error }{
		{broken, broken}, {io.EOF, io.ErrUnexpectedEOF}, {nil, io.ErrUnexpectedEOF},
	} {
		c := Concat(Zeros(3), FromBlob(&failingBlob{row.have}), Zeros(3))
		if n, err := c.ReadAt(make([]byte, 10), 0); n != 3 || !errors.Is(err, row.want) {
			t.Errorf("%v: ReadAt: %d, %v", row.have, n, err)
		}
		if n, err := c.NewReader().WriteTo(io.Discard); n != 3 || !errors.Is(err, row.want) {
			t.Errorf("%v: WriteTo: %d, %v", row.have, n, err)
		}
		for _, size := range []int64{10, c.Size()} {
			if _, err := c.Resize(size).Sums(t.Context()); !errors.Is(err, row.want) {
				t.Errorf("%v: Sums of %d: %v", row.have, size, err)
			}
		}
		if _, err := Spool(t.Context(), struct{ io.Reader }{c.NewReader()}); !errors.Is(err, row.want) {
			t.Errorf("%v: Spool: %v", row.have, err)
		}
	}
}
