package sim_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type note struct{ Text string }

type world struct {
	*sim.Queue
	db    *state.DB
	clock *sim.Clock

	mu   sync.Mutex // guards said where jobs run by themselves
	said []string
}

// heard is what has been said so far.
func (w *world) heard() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.said)
}

func newWorld(mode sim.Mode) *world {
	w := &world{db: new(state.DB), clock: sim.NewClock(mode, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 0)}
	w.Queue = sim.NewQueue(w.db, w.clock, slog.New(slog.DiscardHandler))
	sim.On(w.Queue, "say", func(_ context.Context, n note) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.said = append(w.said, n.Text)
		return nil
	})
	return w
}

func (w *world) after(d time.Duration, kind, text string) {
	_ = w.db.Update(func(tx *state.Tx) error {
		w.After(tx, d, kind, note{text})
		return nil
	})
}

func TestJobsRunByDueTimeThenAge(t *testing.T) {
	w := newWorld(sim.Manual)
	w.after(2*time.Second, "say", "late")
	w.after(time.Second, "say", "first")
	w.after(time.Second, "say", "second")
	if err := w.RunDue(t.Context()); err != nil || len(w.said) != 0 {
		t.Fatalf("nothing is due yet, but %v (%v)", w.said, err)
	}
	_ = w.Advance(t.Context(), time.Second)
	if want := []string{"first", "second"}; !slices.Equal(w.said, want) {
		t.Errorf("after a second: %v", w.said)
	}
	before := w.clock.Now()
	_ = w.Settle(t.Context())
	if len(w.said) != 3 || w.clock.Now().Sub(before) != time.Second || len(w.Pending()) != 0 {
		t.Errorf("after settling: %v, %v later, %d pending", w.said, w.clock.Now().Sub(before), len(w.Pending()))
	}
}

func TestRealClockRunsDueWorkBeforeTheNextRequest(t *testing.T) {
	w := newWorld(sim.Real)
	w.after(0, "say", "now")
	w.after(time.Hour, "say", "in an hour")
	_ = w.Before(t.Context())
	if !slices.Equal(w.said, []string{"now"}) {
		t.Errorf("said %v", w.said)
	}
}

func TestAJobMayAddJobsAndMakeRequests(t *testing.T) {
	w := newWorld(sim.Manual)
	sim.On(w.Queue, "chain", func(ctx context.Context, n note) error {
		w.after(0, "say", n.Text)
		return w.Before(ctx) // as a request from within does; it must not wait for itself
	})
	w.after(0, "chain", "again")
	_ = w.RunDue(t.Context())
	if !slices.Equal(w.said, []string{"again"}) {
		t.Errorf("said %v", w.said)
	}
}

func TestAPanickingJobIsTakenOutAndTheRestGoesOn(t *testing.T) {
	w := newWorld(sim.Manual)
	sim.On(w.Queue, "panic", func(context.Context, note) error { panic("boom") })
	w.after(0, "panic", "")
	w.after(0, "unknown", "")
	w.after(0, "say", "still here")
	_ = w.RunDue(t.Context())
	if !slices.Equal(w.said, []string{"still here"}) || len(w.Pending()) != 0 {
		t.Errorf("said %v, %d pending", w.said, len(w.Pending()))
	}
}

func TestPendingJobsAreState(t *testing.T) {
	w := newWorld(sim.Manual)
	w.after(time.Second, "say", "once")
	snap := w.db.Snapshot()
	_ = w.Settle(t.Context())
	_ = w.db.Restore(snap)
	_ = w.Settle(t.Context())
	if !slices.Equal(w.said, []string{"once", "once"}) {
		t.Errorf("said %v", w.said)
	}
}

func TestStepClockMovesWithRequests(t *testing.T) {
	w := newWorld(sim.Step)
	w.after(3*time.Second, "say", "third request")
	for i := range 3 {
		if len(w.said) != 0 {
			t.Fatalf("ran before request %d", i+1)
		}
		_ = w.Before(t.Context())
	}
	if len(w.said) != 1 {
		t.Error("three steps of a second must reach a job due in three")
	}
}

func TestSameSeedSameIDs(t *testing.T) {
	a, b := sim.NewIDs(7), sim.NewIDs(7)
	for range 3 {
		if x, y := a.UUID(), b.UUID(); x != y || len(x) != 36 || x[14] != '4' {
			t.Errorf("%s, %s", x, y)
		}
	}
	if one, other := sim.NewIDs(0), sim.NewIDs(0); one.Hex() == other.Hex() {
		t.Error("unseeded sources must differ")
	}
}
