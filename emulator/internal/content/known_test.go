package content

import (
	"bytes"
	"context"
	"testing"
)

// counted counts what is read of it.
type counted struct {
	*memory
	read int
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	c.read += len(p)
	return c.memory.ReadAt(p, off)
}

func TestKnownSumsAreNotComputedAgain(t *testing.T) {
	data := bytes.Repeat([]byte("fauxstack"), 100_000)
	size := int64(len(data))
	origin := Bytes(data).Resize(3 << 20)
	if len(origin.Known()) > 0 {
		t.Error("nothing can be known yet")
	}
	want, err := origin.Sums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	larger, err := origin.Resize(5 << 20).Sums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	known := origin.Known()

	for name, stateless := range map[string]bool{"with states": false, "with sums alone": true} {
		t.Run(name, func(t *testing.T) {
			blob := &counted{memory: &memory{size: size, pieces: []piece{{0, data}}}}
			fresh, _ := FromExtents([]Extent{{Size: size, Blob: blob}, {Size: 3<<20 - size}})
			told := append([]Known(nil), known...)
			if stateless {
				for i := range told {
					told[i].MD5, told[i].SHA512 = nil, nil
				}
			}
			fresh, err := fresh.Knowing(told...)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := fresh.Sums(t.Context()); err != nil || got != want || blob.read > 0 {
				t.Errorf("got %v (%v), having read %d bytes", got, err, blob.read)
			}
			if got, err := fresh.Resize(5 << 20).Sums(context.Background()); err != nil || got != larger || blob.read > 0 && !stateless {
				t.Errorf("of more zeros: got %v (%v), having read %d bytes", got, err, blob.read)
			}
		})
	}
}

func TestKnownSumsThatCannotBe(t *testing.T) {
	sums, _ := Bytes([]byte("abc")).Sums(t.Context())
	for name, k := range map[string]Known{
		"before the end":   {Size: 2, Sums: sums},
		"behind the end":   {Size: 4, Sums: sums},
		"no sums":          {Size: 3},
		"upper case":       {Size: 3, Sums: Sums{MD5: "900150983CD24FB0D6963F7D28E17F72", SHA512: sums.SHA512}},
		"states of others": {Size: 3, Sums: sums, MD5: stateOf(digestOfZeros(0).md5), SHA512: stateOf(digestOfZeros(0).sha512)},
		"half a state":     {Size: 3, Sums: sums, MD5: []byte("x")},
	} {
		if _, err := Bytes([]byte("abc")).Knowing(k); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}

// shelf is a Store in memory.
type shelf struct{ blobs map[Blob]bool }

type kept struct {
	*memory
	on *shelf
}

func (k kept) Commit(size int64) (Blob, error) {
	b, err := k.memory.Commit(size)
	if err == nil {
		blob := &counted{memory: b.(*memory)}
		k.on.blobs[blob] = true
		return blob, nil
	}
	return b, err
}

func (s *shelf) New() (Destination, error) { return kept{&memory{}, s}, nil }
func (s *shelf) Keeps(b Blob) bool         { return s.blobs[b] }

func TestKeep(t *testing.T) {
	shelf := &shelf{map[Blob]bool{}}
	big := bytes.Repeat([]byte("0123456789abcdef"), SmallBlob)
	keep := func(c Content) Content {
		t.Helper()
		got, err := Keep(t.Context(), shelf, c.NewReader())
		if err != nil || !equal(t, got, c) {
			t.Fatalf("kept something else (%v)", err)
		}
		return got
	}
	small := keep(Concat(Zeros(1<<30), Bytes([]byte("small")), Zeros(1<<20)))
	if _, ok := small.Extents()[1].Small(); !ok || len(shelf.blobs) > 0 {
		t.Error("what is small must not go into the store")
	}
	large := keep(Concat(Bytes(big), Zeros(1<<20)))
	if len(shelf.blobs) != 1 || !shelf.Keeps(large.Extents()[0].Blob) {
		t.Error("what is not small must go into the store")
	}
	if keep(Concat(Zeros(5), large)); len(shelf.blobs) != 1 {
		t.Error("what the store has must be adopted")
	}
	streamed, err := Keep(t.Context(), shelf, bytes.NewReader(big))
	if err != nil || !equal(t, streamed, Bytes(big)) || len(shelf.blobs) != 2 {
		t.Errorf("streamed: %v, %d blobs", err, len(shelf.blobs))
	}
}

func TestTwins(t *testing.T) {
	shelf := &shelf{map[Blob]bool{}}
	b := &memory{size: 1 << 42, pieces: []piece{{1 << 40, []byte("x")}}}
	one, err := TwinOf(t.Context(), b, shelf)
	if err != nil || one.Size() != b.Size() || !equal(t, FromBlob(one).Slice(1<<40-5, 10), FromBlob(b).Slice(1<<40-5, 10)) {
		t.Fatal(err)
	}
	two, _ := TwinOf(t.Context(), b, shelf)
	same, _ := TwinOf(t.Context(), one, shelf)
	if one != two || one != same || len(shelf.blobs) != 1 {
		t.Errorf("%d blobs", len(shelf.blobs))
	}
}

func equal(t testing.TB, a, b Content) bool {
	t.Helper()
	x, err := a.Sums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	y, err := b.Sums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a.Size() == b.Size() && x == y
}
