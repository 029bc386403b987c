package glance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

func BenchmarkNew(b *testing.B) {
	clock := sim.NewClock(sim.Manual, time.Time{}, 0)
	ids := sim.NewIDs(7)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := glance.New(glance.Ports{DB: new(state.DB), Clock: clock, IDs: ids, Release: release.Latest}, glance.DefaultConfig()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	c := newCloud(b, empty(), release.Latest)
	id := ""
	for i := range 10_000 {
		id = c.create("demo", fmt.Sprintf(`{"name": "n%d", "foo": "1"}`, i))
	}
	for name, path := range map[string]string{"image": "/v2/images/" + id, "page": "/v2/images", "page by name": "/v2/images?sort=name:asc"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				req := httptest.NewRequest(http.MethodGet, "/image"+path, nil)
				req.Header.Set("X-Auth-Token", "demo")
				w := httptest.NewRecorder()
				if c.front.ServeHTTP(w, req); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}

// BenchmarkUploadOfABlankVolume is what an upload from within the cloud costs, whatever the size.
func BenchmarkUploadOfABlankVolume(b *testing.B) {
	for _, gib := range []int64{1, 256} {
		b.Run(fmt.Sprintf("GiB=%d", gib), func(b *testing.B) {
			c := newCloud(b, empty(), release.Latest)
			transport := httpapi.Transport{Handler: c.front}
			for b.Loop() {
				id := c.create("demo", rawImage)
				req := httptest.NewRequest(http.MethodPut, "http://cloud.test/image/v2/images/"+id+"/file", content.Zeros(gib<<30).NewReader())
				req.Header.Set("X-Auth-Token", "demo")
				req.Header.Set("Content-Type", octets)
				if resp, err := transport.RoundTrip(req); err != nil || resp.StatusCode != 204 {
					b.Fatal(resp, err)
				}
			}
		})
	}
}
