package sim_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

func TestARealClockGoesAtItsSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := sim.NewClock(sim.Real, time.Time{}, 0)
		began := c.Now()
		passed := func(what string, want time.Duration) {
			t.Helper()
			if got := c.Now().Sub(began); got != want {
				t.Errorf("%s: %s have passed, want %s", what, got, want)
			}
		}
		time.Sleep(time.Second)
		passed("as the machine's", time.Second)
		c.SetSpeed(60)
		time.Sleep(time.Second)
		passed("sixty times as fast", 61*time.Second)
		c.SetSpeed(0.5)
		time.Sleep(2 * time.Second)
		passed("half as fast", 62*time.Second)
		c.SetMode(sim.Manual)
		time.Sleep(time.Hour)
		passed("stopped", 62*time.Second)
		c.SetMode(sim.Real)
		passed("real again", 62*time.Second)
		c.SetSpeed(1)
		time.Sleep(time.Second)
		passed("as fast as the machine's again", 63*time.Second)
		fork := c.Fork()
		if fork.Now() != c.Now() {
			t.Errorf("a fork has %s, not %s", fork.Now(), c.Now())
		}
		fork.SetMode(sim.Manual)
		time.Sleep(time.Second)
		passed("while a fork was stopped", 64*time.Second)
	})
}

func TestAdvanceMovesAnyClock(t *testing.T) {
	for _, mode := range []sim.Mode{sim.Real, sim.Manual, sim.Step} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(mode)
			began := w.clock.Now()
			w.after(time.Minute, "say", "a minute later")
			w.after(time.Hour, "say", "an hour later")
			_ = w.Advance(t.Context(), 2*time.Minute)
			if len(w.said) != 1 || w.clock.Now().Sub(began) != 2*time.Minute {
				t.Errorf("%s: %v after %s", mode, w.said, w.clock.Now().Sub(began))
			}
			_ = w.Settle(t.Context())
			if len(w.said) != 2 || w.clock.Now().Sub(began) != time.Hour {
				t.Errorf("%s: %v after %s", mode, w.said, w.clock.Now().Sub(began))
			}
			_ = w.Advance(t.Context(), -time.Hour)
			if w.clock.Now().Sub(began) != time.Hour {
				t.Errorf("%s went back", mode)
			}
		})
	}
}

func TestSpeedsThatNoClockKeeps(t *testing.T) {
	var zero float64
	for _, speed := range []float64{0, -1, 1e9, zero / zero, 1 / zero} {
		if sim.CheckSpeed(speed) == nil {
			t.Errorf("%v is none", speed)
		}
	}
	if err := sim.CheckSpeed(60); err != nil {
		t.Error(err)
	}
}

func BenchmarkNow(b *testing.B) {
	for _, mode := range []sim.Mode{sim.Real, sim.Manual} {
		b.Run(string(mode), func(b *testing.B) {
			c := sim.NewClock(mode, time.Time{}, 0)
			for b.Loop() {
				c.Now()
			}
		})
	}
}
