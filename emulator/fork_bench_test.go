package emulator_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/cinder"
)

// withVolumes is a cloud of n volumes, all available.
func withVolumes(b *testing.B, n int) *emulator.Emulator {
	b.Helper()
	emu, err := emulator.New(emulator.WithRequestLog(0), emulator.WithCinder(func(c *cinder.Config) {
		c.Quotas = map[string]int{"volumes": -1, "gigabytes": -1}
		c.Backends = []cinder.Backend{{Name: "vast", TotalCapacity: 1 << 40}}
	}))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = emu.Close() })
	client := emu.BlockStorage(b)
	for i := range n {
		opts := volumes.CreateOpts{Name: fmt.Sprintf("volume-%06d", i), Size: 1}
		if _, err := volumes.Create(context.Background(), client, opts, nil).Extract(); err != nil {
			b.Fatal(err)
		}
	}
	emu.Settle()
	return emu
}

// BenchmarkFork shows that a fork costs the same for few volumes and for many, and so do a snapshot and going back to it.
func BenchmarkFork(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000} {
		if n > 1000 && testing.Short() {
			continue
		}
		emu := withVolumes(b, n)
		b.Run(fmt.Sprintf("volumes=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fork, err := emu.Fork()
				if err != nil {
					b.Fatal(err)
				}
				fork.Close()
			}
		})
		b.Run(fmt.Sprintf("snapshot and restore, volumes=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := emu.Restore(emu.Snapshot()); err != nil {
					b.Fatal(err)
				}
			}
		})
		_ = emu.Close()
	}
}

// owner is a TB whose Cleanup runs at once when the benchmark says so.
type owner struct {
	testing.TB
	cleanups []func()
}

func (o *owner) Cleanup(f func()) { o.cleanups = append(o.cleanups, f) }

func (o *owner) end() {
	for _, f := range o.cleanups {
		f()
	}
	o.cleanups = o.cleanups[:0]
}

// BenchmarkStart is what a test pays for its cloud, Close included.
func BenchmarkStart(b *testing.B) {
	for name, opts := range map[string][]emulator.Option{
		"default": nil,
		"stores":  {emulator.WithGlanceStores("fast", "cold")},
	} {
		b.Run(name, func(b *testing.B) {
			tb := &owner{TB: b}
			b.ReportAllocs()
			for b.Loop() {
				emulator.Start(tb, opts...)
				tb.end()
			}
		})
	}
}

// BenchmarkIdleClouds is what an idle cloud takes of the memory: one that was only started, and one whose users have
// authenticated. With -benchtime 10000x it has ten thousand clouds in one process.
func BenchmarkIdleClouds(b *testing.B) {
	for _, used := range []bool{false, true} {
		b.Run(fmt.Sprintf("used=%t", used), func(b *testing.B) {
			tb := &owner{TB: b}
			emulator.Start(tb).Image(b)
			before := inUse()
			for range b.N {
				emu := emulator.Start(tb)
				if used {
					emu.Image(b)
				}
			}
			b.StopTimer()
			b.ReportMetric(float64(inUse()-before)/float64(b.N)/1024, "KiB/cloud")
			tb.end()
		})
	}
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
