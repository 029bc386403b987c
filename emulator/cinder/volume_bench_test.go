package cinder

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// full is a cloud with so many volumes of demo's.
func full(b *testing.B, n int) *testCloud {
	b.Helper()
	c := newTestCloud(b)
	typ, err := c.defaultTypeOf(c.db.View(), "")
	if err != nil {
		b.Fatal(err)
	}
	err = c.db.Update(func(tx *state.Tx) error {
		for i := range n {
			name := fmt.Sprintf("v%d", i)
			c.putVolume(tx, Volume{
				ID: c.ids.UUID(), ProjectID: testProjects["demo"], Name: &name, Size: 1, TypeID: typ.ID, Status: StatusAvailable,
				AttachStatus: detached, CreatedAt: time.Unix(int64(i), 0).UTC(),
			})
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// get measures one GET through the whole stack, without a socket.
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

func BenchmarkShowVolume(b *testing.B) {
	c := full(b, 1000)
	for v := range c.volumes.All(c.db.View()) {
		c.get(b, "/volumes/"+v.ID)
		return
	}
}

func BenchmarkListPageOf1000Among100000(b *testing.B) {
	c := full(b, 100_000)
	for name, path := range map[string]string{
		"first": "/volumes", "detail": "/volumes/detail", "middle": "/volumes?marker=" + middle(c),
		"ten": "/volumes?limit=10", "filtered": "/volumes?limit=10&name=v50000",
	} {
		b.Run(name, func(b *testing.B) { c.get(b, path) })
	}
}

func middle(c *testCloud) string {
	for v := range c.volumes.byAge.Ascend(c.db.View(), Volume{CreatedAt: time.Unix(50_000, 0).UTC()}) {
		return v.ID
	}
	return ""
}

func BenchmarkCreateVolume(b *testing.B) {
	c := newTestCloud(b, func(cfg *Config, _ *Ports) {
		cfg.Quotas = map[string]int{"volumes": -1, "gigabytes": -1}
		for i := range cfg.Backends {
			cfg.Backends[i].TotalCapacity = Infinite
		}
	})
	b.ReportAllocs()
	for b.Loop() {
		if status, answer := c.as("demo", "POST", "/volumes", `{"volume": {"size": 1}}`); status != 202 {
			b.Fatal(status, answer)
		}
	}
}
