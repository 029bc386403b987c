package persist_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/cinder"
)

// cloud is a cloud without limits, in memory if dir is "".
func cloud(b *testing.B, dir string, opts ...emulator.Option) (*emulator.Emulator, client) {
	b.Helper()
	opts = append(opts, emulator.WithRequestLog(0), emulator.WithCinder(func(c *cinder.Config) {
		c.Quotas = map[string]int{"volumes": -1, "gigabytes": -1}
		for i := range c.Backends {
			c.Backends[i].TotalCapacity = 1 << 30
		}
	}))
	if dir != "" {
		opts = append(opts, emulator.WithData(dir))
	}
	e, err := emulator.New(opts...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = e.Close() })
	w := httptest.NewRecorder()
	e.Handler().ServeHTTP(w, httptest.NewRequest("POST", "/identity/v3/auth/tokens", bytes.NewReader([]byte(
		`{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"admin","domain":{"id":"default"},"password":"secret"}}},
		"scope":{"project":{"name":"admin","domain":{"id":"default"}}}}}`))))
	for _, u := range e.Users() {
		if u.Name == "admin" {
			return e, client{token: w.Header().Get("X-Subject-Token")}
		}
	}
	b.Fatal("no admin")
	return nil, client{}
}

func createVolume(b *testing.B, e *emulator.Emulator, token string) {
	r := httptest.NewRequest("POST", "/volume/v3/volumes", bytes.NewReader([]byte(`{"volume":{"size":1,"name":"v"}}`)))
	r.Header.Set("X-Auth-Token", token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("OpenStack-API-Version", "volume 3.70")
	w := httptest.NewRecorder()
	e.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusAccepted {
		b.Fatalf("got %d: %s", w.Code, w.Body)
	}
}

// BenchmarkCreateVolume is a request that writes, and the transition that follows, in memory and kept.
func BenchmarkCreateVolume(b *testing.B) {
	for name, opts := range map[string][]emulator.Option{"memory": nil, "data": {}, "data-sync": {emulator.WithDataSync(true)}} {
		b.Run(name, func(b *testing.B) {
			dir := ""
			if name != "memory" {
				dir = b.TempDir()
			}
			e, c := cloud(b, dir, opts...)
			b.ReportAllocs()
			for b.Loop() {
				createVolume(b, e, c.token)
			}
		})
	}
}

// BenchmarkStart starts a cloud that has that many volumes in its directory.
func BenchmarkStart(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000} {
		b.Run(fmt.Sprintf("volumes=%d", n), func(b *testing.B) {
			dir := filepath.Join(b.TempDir(), "data")
			origin, c := cloud(b, "")
			for range n {
				createVolume(b, origin, c.token)
			}
			origin.Settle()
			kept, err := origin.Fork(emulator.WithData(dir))
			if err != nil {
				b.Fatal(err)
			}
			if err := kept.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				e, err := emulator.New(emulator.WithData(dir))
				if err != nil {
					b.Fatal(err)
				}
				if err := e.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
