package cinder

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// unlimited are backends and projects that never are full.
func unlimited(cfg *Config, _ *Ports) {
	cfg.Quotas = map[string]int{"volumes": -1, "gigabytes": -1}
	for i := range cfg.Backends {
		cfg.Backends[i].TotalCapacity = Infinite
	}
}

// full is a cloud with so many volumes of demo's, and how many bytes of memory each of them takes.
func full(b *testing.B, n int) (c *testCloud, size float64) {
	b.Helper()
	c = newTestCloud(b, unlimited)
	typ, err := c.defaultTypeOf(c.db.View(), "")
	if err != nil {
		b.Fatal(err)
	}
	before := inUse()
	err = c.db.Update(func(tx *state.Tx) error {
		for i := range n {
			name := fmt.Sprintf("v%d", i)
			c.putVolume(tx, Volume{
				ID: c.ids.UUID(), ProjectID: testProjects["demo"], Name: &name, Size: 1, TypeID: typ.ID, Status: StatusAvailable,
				AttachStatus: detached, Metadata: map[string]string{}, CreatedAt: time.Unix(int64(i), 0).UTC(),
			})
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return c, float64(inUse()-before) / float64(n)
}

// inUse is how many bytes of memory are.
func inUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// serve measures one request through the whole stack, without a socket.
func (c *testCloud) serve(b *testing.B, method, path, body string) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if status, answer := c.as("demo", method, path, body); status >= http.StatusMultipleChoices {
			b.Fatal(status, answer)
		}
	}
}

// get is serve without reading the answer.
func (c *testCloud) get(b *testing.B, path string) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodGet, "http://cloud.test/volume/v3/"+testProjects["demo"]+path, nil)
		r.Header["X-Auth-Token"] = []string{"demo"}
		w := httptest.NewRecorder()
		c.front.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
	}
}

// BenchmarkVolumes has the same requests among ever more volumes; a page is of 1,000. "seed" tells what a volume takes of
// memory.
func BenchmarkVolumes(b *testing.B) {
	for _, n := range []int{1000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint("volumes=", n), func(b *testing.B) {
			c, size := full(b, n)
			middle := c.middle(n)
			b.Run("seed", func(b *testing.B) {
				for b.Loop() {
				}
				b.ReportMetric(size, "B/volume")
				b.ReportMetric(0, "ns/op")
			})
			b.Run("show", func(b *testing.B) { c.get(b, "/volumes/"+middle) })
			b.Run("page", func(b *testing.B) { c.get(b, "/volumes?limit=1000") })
			b.Run("page by marker", func(b *testing.B) { c.get(b, "/volumes?limit=1000&marker="+middle) })
			b.Run("detailed page by marker", func(b *testing.B) { c.get(b, "/volumes/detail?limit=1000&marker="+middle) })
			b.Run("page of ten by marker", func(b *testing.B) { c.get(b, "/volumes?limit=10&marker="+middle) })
			b.Run("create", func(b *testing.B) { c.serve(b, http.MethodPost, "/volumes", `{"volume": {"size": 1}}`) })
			b.Run("find by name", func(b *testing.B) { c.get(b, fmt.Sprintf("/volumes?name=v%d", n/2)) })
		})
	}
}

// middle is the volume that is older than one half of n volumes.
func (c *testCloud) middle(n int) string {
	for v := range c.volumes.byAge.Ascend(c.db.View(), Volume{CreatedAt: time.Unix(int64(n/2), 0).UTC()}) {
		return v.ID
	}
	return ""
}
