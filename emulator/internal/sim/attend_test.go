package sim_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// pass lets time pass in a bubble, and whoever waits for it go on.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestAttendedJobsRunOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(sim.Real)
		leave := w.Attend()
		w.after(time.Minute, "say", "second")
		w.Nudge()
		synctest.Wait()
		w.after(time.Second, "say", "first") // before what is waited for
		w.Nudge()
		pass(2 * time.Second)
		if !slices.Equal(w.heard(), []string{"first"}) {
			t.Errorf("after two seconds: %v", w.heard())
		}
		pass(time.Minute)
		if !slices.Equal(w.heard(), []string{"first", "second"}) {
			t.Errorf("after a minute: %v", w.heard())
		}
		w.after(time.Second, "say", "too late")
		w.Nudge()
		leave()
		leave()
		pass(time.Minute)
		if len(w.heard()) != 2 {
			t.Errorf("after leaving: %v", w.heard())
		}
	})
}

func TestTwoAttendAndOneLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(sim.Real)
		one, other := w.Attend(), w.Attend()
		one()
		one()
		w.after(time.Second, "say", "still attended")
		w.Nudge()
		pass(2 * time.Second)
		if len(w.heard()) != 1 {
			t.Errorf("said %v", w.heard())
		}
		other()
		again := w.Attend()
		w.after(time.Second, "say", "attended again")
		w.Nudge()
		pass(2 * time.Second)
		if len(w.heard()) != 2 {
			t.Errorf("said %v", w.heard())
		}
		again()
	})
}

func TestAttendanceFollowsTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(sim.Manual)
		defer w.Attend()()
		w.after(time.Hour, "say", "in an hour")
		w.Nudge()
		pass(24 * time.Hour)
		if len(w.heard()) != 0 {
			t.Errorf("a stopped clock: %v", w.heard())
		}
		w.clock.SetMode(sim.Real)
		w.clock.SetSpeed(60)
		w.Replan()
		pass(59 * time.Second)
		if len(w.heard()) != 0 {
			t.Errorf("too early: %v", w.heard())
		}
		pass(2 * time.Second)
		if len(w.heard()) != 1 {
			t.Error("a minute at sixty times the speed is an hour")
		}
	})
}

// Where requests follow one another, they run the jobs, and the attendant finds nothing to do.
func TestRequestsComeFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(sim.Real)
		defer w.Attend()()
		w.after(0, "say", "due at once")
		w.Nudge()
		synctest.Wait()
		if len(w.heard()) != 0 {
			t.Errorf("said %v before anybody asked", w.heard())
		}
		pass(time.Millisecond)
		_ = w.Before(t.Context())
		if len(w.heard()) != 1 {
			t.Errorf("said %v", w.heard())
		}
	})
}

func TestWatchersHearOfJobsAndMoves(t *testing.T) {
	w := newWorld(sim.Manual)
	var ran []string
	var moved time.Duration
	w.Watch(&sim.Watcher{
		Ran:   func(j sim.Job, err error) { ran = append(ran, j.Kind) },
		Moved: func(from, to time.Time) { moved += to.Sub(from) },
	})
	w.after(time.Second, "say", "heard")
	_ = w.Advance(t.Context(), time.Minute)
	if !slices.Equal(ran, []string{"say"}) || moved != time.Minute {
		t.Errorf("heard of %v, and of %s", ran, moved)
	}
	w.Watch(nil)
	_ = w.Advance(t.Context(), time.Minute)
	if moved != time.Minute {
		t.Error("still heard of moves")
	}
}

// BenchmarkNudge is what a request pays for the attendant.
func BenchmarkNudge(b *testing.B) {
	for _, row := range []struct {
		name     string
		attended bool
	}{{"unattended", false}, {"attended", true}} {
		b.Run(row.name, func(b *testing.B) {
			w := newWorld(sim.Real)
			w.after(time.Hour, "say", "later")
			if row.attended {
				defer w.Attend()()
			}
			for b.Loop() {
				w.Nudge()
			}
		})
	}
}
