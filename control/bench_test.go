package control_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/control"
)

// Deleted clouds leave nothing behind.
func TestMemoryOfDeletedCloudsIsFreed(t *testing.T) {
	s := serve(t)
	round := func(n int) {
		for i := range n {
			must(s.server.Fork("default", fmt.Sprintf("c%d", i)))(t)
		}
		for i := range n {
			if err := s.server.Delete(fmt.Sprintf("c%d", i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	heap := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	round(100)
	before := heap()
	round(1000)
	if grown := heap() - before; grown > 1000*2048 {
		t.Errorf("1000 clouds that are gone hold %d KiB", grown>>10)
	}
}

func BenchmarkForkAndDelete(b *testing.B) {
	s, err := control.New(control.Config{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Open(control.First); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Fork(control.First, "fork"); err != nil {
			b.Fatal(err)
		}
		if err := s.Delete("fork"); err != nil {
			b.Fatal(err)
		}
	}
}
