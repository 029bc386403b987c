package content

import (
	"crypto/md5"
	"crypto/sha512"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
)

// BenchmarkSumsOfZeros hashes as many GiB of zeros as the tables have, each time as if for the first time.
func BenchmarkSumsOfZeros(b *testing.B) {
	entries := int64(len(zerosMD5) / md5.Size)
	b.Run(fmt.Sprintf("%dGiB", entries), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Zeros(entries * gib).Sums(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkHash(b *testing.B) {
	data := randomBytes(rand.New(rand.NewPCG(1, 1)), 32<<20)
	m, s := md5.New(), sha512.New()
	b.Run("md5 then sha512", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			m.Write(data)
			s.Write(data)
		}
	})
	b.Run("md5 beside sha512", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var both sync.WaitGroup
			both.Go(func() { m.Write(data) })
			both.Go(func() { s.Write(data) })
			both.Wait()
		}
	})
	b.Run("Sums", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Bytes(data).Sums(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSpool(b *testing.B) {
	data := Bytes(randomBytes(rand.New(rand.NewPCG(1, 1)), 32<<20))
	for _, row := range []struct {
		name string
		c    Content
	}{
		{"10 bytes", data.Resize(10)},
		{"10 KB", data.Resize(10_000)},
		{"32 MiB", data},
		{"1 GiB of zeros", Zeros(gib)},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.SetBytes(row.c.Size())
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Spool(b.Context(), unhandled(row.c)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("a handle", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Spool(b.Context(), Zeros(gib).NewReader()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkReadAt(b *testing.B) {
	const extents, size = 100_000, 4096
	data := Bytes(randomBytes(rand.New(rand.NewPCG(1, 1)), size))
	parts := make([]Content, 0, 2*extents)
	for range extents {
		parts = append(parts, data, Zeros(size))
	}
	c := Concat(parts...)
	r := rand.New(rand.NewPCG(1, 1))
	p := make([]byte, size)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.ReadAt(p, r.Int64N(c.Size()-size)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkResize(b *testing.B) {
	c := Bytes([]byte("image"))
	b.ReportAllocs()
	for b.Loop() {
		c = c.Resize(c.Size() + 1)
	}
}

func BenchmarkWriteTo(b *testing.B) {
	c := Zeros(gib)
	b.SetBytes(gib)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.NewReader().WriteTo(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
