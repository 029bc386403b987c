package sim_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

var known = []sim.Transition{{Name: "cinder.volume.create"}, {Name: "cinder.volume.delete"}, {Name: "glance.image.import"}}

func TestDelaysAreSetByNameAndPattern(t *testing.T) {
	var d sim.Delays
	for _, set := range []struct {
		pattern string
		delay   time.Duration
	}{{"*", time.Second}, {"cinder.*", 2 * time.Second}, {"cinder.volume.create", time.Minute}} {
		if err := d.Set(set.pattern, set.delay, known); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]time.Duration{
		"cinder.volume.create": time.Minute, "cinder.volume.delete": 2 * time.Second, "glance.image.import": time.Second,
	} {
		if d.By[name] != want {
			t.Errorf("%s takes %s, want %s", name, d.By[name], want)
		}
	}
}

func TestDelaysThatAreRefused(t *testing.T) {
	for _, row := range []struct {
		pattern string
		delay   time.Duration
		want    string
	}{
		{"cinder.volume.crate", time.Second, `no transition is named "cinder.volume.crate"; the nearest are cinder.volume.create, `},
		{"nova.*", time.Second, `no transition is named "nova.*"`},
		{"[", time.Second, "syntax error in pattern"},
		{"*", -time.Second, "want 0 to "},
		{"*", math.MaxInt64, "want 0 to "},
	} {
		before := sim.Delays{By: map[string]time.Duration{"cinder.volume.create": 1}}
		err := before.Set(row.pattern, row.delay, known)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s %s: %v, want %s", row.pattern, row.delay, err, row.want)
		}
		if len(before.By) != 1 || before.By["cinder.volume.create"] != 1 {
			t.Errorf("%s: a refusal changed %v", row.pattern, before.By)
		}
	}
	for _, jitter := range []float64{-0.1, 1.1, math.NaN()} {
		if sim.CheckJitter(jitter) == nil {
			t.Errorf("jitter %v is no fraction", jitter)
		}
	}
}

// due tells how long each of n jobs is to take.
func due(w *world, n int) []time.Duration {
	now := w.clock.Now()
	for range n {
		_ = w.db.Update(func(tx *state.Tx) error { w.Begin(tx, "say", note{}); return nil })
	}
	var after []time.Duration
	for _, j := range w.Pending() {
		after = append(after, j.Due.Sub(now))
	}
	return after
}

func TestJitterIsOfTheSeed(t *testing.T) {
	const n = 50
	draw := func(seed uint64) []time.Duration {
		w := newWorld(sim.Manual)
		w.SetDelays(sim.Delays{By: map[string]time.Duration{"say": 10 * time.Second}, Jitter: 0.2}, sim.NewIDs(seed).Float)
		return due(w, n)
	}
	one, same, other := draw(1), draw(1), draw(2)
	if !slices.Equal(one, same) || slices.Equal(one, other) {
		t.Errorf("seed 1: %v, again %v; seed 2: %v", one, same, other)
	}
	if lo, hi := slices.Min(one), slices.Max(one); lo < 8*time.Second || hi > 12*time.Second || hi-lo < time.Second {
		t.Errorf("from %s to %s, want all within a fifth of 10s", lo, hi)
	}
}

func TestDelaysGoToAFork(t *testing.T) {
	w := newWorld(sim.Manual)
	w.SetDelays(sim.Delays{By: map[string]time.Duration{"say": time.Minute}, Jitter: 0.5}, nil)
	fork := w.Fork(w.db.Fork(), w.clock.Fork(), nil)
	w.SetDelays(sim.Delays{}, nil)
	if d := fork.Delays(); d.By["say"] != time.Minute || d.Jitter != 0.5 {
		t.Errorf("the fork has %v", d)
	}
}

func TestNearestNames(t *testing.T) {
	names := []string{"status", "op", "header", "path"}
	for word, want := range map[string]string{"statsu": "status", "ops": "op", "heder": "header", "": "op"} {
		if got := sim.Nearest(word, names, 1); got[0] != want {
			t.Errorf("%q: %v, want %s", word, got, want)
		}
	}
	if got := sim.Nearest("x", names, 9); len(got) != 4 {
		t.Errorf("%v", got)
	}
}
