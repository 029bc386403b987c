package content

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

func TestMemoryAgreesWithBytes(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		m := &memory{}
		var model []byte
		for range r.IntN(20) {
			gap, data := 0, randomBytes(r, r.IntN(30))
			if r.IntN(2) == 0 {
				gap = r.IntN(20)
			}
			model = append(model, make([]byte, gap)...)
			if n, err := m.WriteAt(data, int64(len(model))); n != len(data) || err != nil {
				t.Fatalf("WriteAt: %d, %v", n, err)
			}
			model = append(model, data...)
		}
		model = append(model, make([]byte, r.IntN(20))...)
		b, err := m.Commit(int64(len(model)))
		if err != nil {
			t.Fatal(err)
		}
		want := Bytes(model)
		for range 50 {
			off, p := r.IntN(len(model)+5), bytes.Repeat([]byte{0xEE}, r.IntN(50))
			n, err := b.ReadAt(p, int64(off))
			q := make([]byte, len(p))
			wn, werr := want.ReadAt(q, int64(off))
			if n != wn || err != werr || !bytes.Equal(p[:n], q[:wn]) {
				t.Fatalf("seed %d: ReadAt(%d, %d): %d, %v, %x, want %d, %v, %x", seed, len(p), off, n, err, p, wn, werr, q)
			}
			var w bytes.Buffer
			if wrote, err := m.WriteRangeTo(&w, int64(off), int64(wn)); wrote != int64(wn) || err != nil || !bytes.Equal(w.Bytes(), q[:wn]) {
				t.Fatalf("seed %d: WriteRangeTo(%d, %d): %d, %v, %x, want %x", seed, off, wn, wrote, err, w.Bytes(), q[:wn])
			}
		}
	}
	if n, err := (&memory{size: 3}).ReadAt(make([]byte, 1), -1); n != 0 || err == nil {
		t.Errorf("ReadAt(-1): %d, %v", n, err)
	}
}

func TestMemoryKeepsLittleMoreThanItHolds(t *testing.T) {
	for _, size := range []int{10, 1000, 70_000, 1_000_000, 9_000_000} {
		m := &memory{}
		for at := 0; at < size; at += pageSize {
			m.WriteAt(make([]byte, min(pageSize, size-at)), int64(at))
		}
		if spare := len(m.spare); spare > size/4 {
			t.Errorf("%d bytes to spare for %d", spare, size)
		}
		if n := len(m.pieces); n > 30+size/maxChunk {
			t.Errorf("%d pieces for %d bytes", n, size)
		}
	}
}
