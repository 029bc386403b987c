package keystone_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// BenchmarkAuthenticate is what every request to every service pays for its token.
func BenchmarkAuthenticate(b *testing.B) {
	c := start(b, keystone.Config{})
	token := c.demo()
	b.Run("known", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Authenticate(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := c.Authenticate(b.Context(), token); err != nil {
					b.Error(err)
				}
			}
		})
	})
	b.Run("new", func(b *testing.B) { // each after a change to the tables that decide
		b.ReportAllocs()
		for b.Loop() {
			c.Forget()
			if _, err := c.Authenticate(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		db, log := new(state.DB), slog.New(slog.DiscardHandler)
		clock := sim.NewClock(sim.Manual, time.Unix(1, 0), 0)
		_, err := keystone.New(keystone.Ports{
			DB: db, Clock: clock, Queue: sim.NewQueue(db, clock, log), IDs: sim.NewIDs(1),
			Logger: log,
		}, keystone.Config{})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTokenIssue(b *testing.B) {
	c := start(b, keystone.Config{})
	body := passwordOf("demo", inProject("demo"))
	b.ReportAllocs()
	for b.Loop() {
		c.want(201, c.do("POST", "/v3/auth/tokens", body))
	}
}
