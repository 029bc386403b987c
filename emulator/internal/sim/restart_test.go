package sim_test

import (
	"context"
	"errors"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// interrupted is what a restart finds of jobs in whose midst the process ended.
func (w *world) interrupted(t *testing.T, at *state.Root) []string {
	t.Helper()
	w.db.Observe(nil)
	if err := w.db.Restore(at); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	err := w.db.Update(func(tx *state.Tx) error {
		for _, j := range w.Interrupted(tx) {
			kinds = append(kinds, j.Kind)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

func TestLastingJobsAreKnownToHaveBegun(t *testing.T) {
	for name, c := range map[string]struct {
		lasting, observed bool
		want              int // jobs interrupted
	}{
		"lasting":              {true, true, 1},
		"done at once":         {false, true, 0},
		"lasting, in memory":   {true, false, 0},
		"done at once, memory": {false, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(sim.Manual)
			var midst *state.Root
			sim.On(w.Queue, "work", func(context.Context, note) error {
				midst = w.db.Snapshot()
				return nil
			})
			if c.lasting {
				sim.Lasting(w.Queue, "work")
			}
			if c.observed {
				w.db.Observe(func([]state.Change) error { return nil })
			}
			w.after(0, "work", "")
			w.after(0, "say", "later")
			before := w.db.Snapshot()
			_ = w.RunDue(t.Context())
			if got := w.interrupted(t, before); len(got) > 0 {
				t.Errorf("before anything began: %v", got)
			}
			if got := w.interrupted(t, midst); len(got) != c.want {
				t.Errorf("interrupted: %v, want %d", got, c.want)
			}
			if left := len(w.Pending()); left != 2-c.want {
				t.Errorf("%d jobs are left to run, want %d", left, 2-c.want)
			}
		})
	}
}

func TestJobsWaitWhileNothingCanBeWritten(t *testing.T) {
	w := newWorld(sim.Manual)
	w.after(0, "say", "again")
	full := true
	w.db.Observe(func([]state.Change) error {
		if full {
			return errors.New("no space left on device")
		}
		return nil
	})
	_ = w.RunDue(t.Context())
	if len(w.said) != 1 || len(w.Pending()) != 1 {
		t.Errorf("said %v, %d pending", w.said, len(w.Pending()))
	}
	full = false
	_ = w.RunDue(t.Context())
	if len(w.Pending()) != 0 {
		t.Errorf("%d pending when there is room again", len(w.Pending()))
	}
}

func TestIDsAfterARestart(t *testing.T) {
	first, second, third := sim.NewIDs(7), sim.NewIDsAgain(7, 1), sim.NewIDsAgain(7, 2)
	if a, b, c := first.UUID(), second.UUID(), third.UUID(); a == b || b == c || a == c {
		t.Errorf("%s, %s, %s", a, b, c)
	}
	if once, again := sim.NewIDsAgain(7, 1), sim.NewIDsAgain(7, 1); once.UUID() != again.UUID() {
		t.Error("the same seed and the same restart must give the same")
	}
	text, err := second.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	copied := new(sim.IDs)
	if err := copied.UnmarshalBinary(text); err != nil || copied.UUID() != second.UUID() {
		t.Errorf("a source that was written down gives something else (%v)", err)
	}
	if err := copied.UnmarshalBinary([]byte("x")); err == nil {
		t.Error("want an error")
	}
}
