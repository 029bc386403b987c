package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// TB is what Start needs of a test; testing.TB has it.
type TB interface {
	Helper()
	Cleanup(func())
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Failed() bool
}

// Start starts a cloud for a test and closes it when the test ends. The test fails if the cloud cannot start, or if it
// ever answered 500 because of a bug of its own; when the test failed, its last requests are logged.
//
// The cloud is what New makes of the options, but sooner: it is forked off a cloud that the process keeps for each of the
// fixtures that its tests use, which was seeded when the first of them began. So unless there is WithSeed, the clouds of
// one process share the ids of what they were seeded with.
func Start(tb TB, opts ...Option) *Emulator {
	tb.Helper()
	e, err := start(opts)
	if err != nil {
		tb.Fatalf("starting the emulator: %v", err)
	}
	tb.Cleanup(func() {
		if err := e.Close(); err != nil {
			tb.Errorf("closing the emulator: %v", err)
		}
		if n := e.front.Bugs(); n > 0 {
			tb.Errorf("the emulator met %d failures that it has no answer for; please report them", n)
		}
		if tb.Failed() {
			tb.Logf("the last requests:\n%s", last(e.Requests(), 20).Report())
		}
	})
	return e
}

func last(list Requests, n int) Requests { return list[max(0, len(list)-n):] }

func start(opts []Option) (*Emulator, error) {
	s := newSettings()
	if err := s.apply(opts); err != nil {
		return nil, err
	}
	key, ok := s.seedling()
	if !ok {
		return New(opts...)
	}
	seeded, err := nursery.get(key, s)
	if err != nil {
		return nil, err
	}
	return seeded.sprout(s)
}

// sprout is a fork with settings of its own, strange to the others: it takes none of their tokens.
func (e *Emulator) sprout(s *settings) (*Emulator, error) {
	if s.ids == nil {
		s.ids = sim.NewIDs(0)
	}
	if s.clock == nil {
		s.clock = e.clock.Fork()
	}
	f := e.graft(s)
	switch {
	case s.seed != 0:
		f.ids.Restore(e.origin.ids)
	case len(s.fixture.Identity.TokenKeys) == 0:
		if err := f.keystone.RenewTokenKeys(); err != nil {
			return nil, err
		}
	}
	f.origin = f.snapshot()
	if err := f.injectAll("WithFaults", s.faults); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, f.open()
}

func hasPath(s glance.StoreConfig) bool { return s.Path != "" }

// seedling names what a cloud of these settings is seeded with, if another such cloud may be forked off it: its time must
// not matter, nor may it write to a directory.
func (s *settings) seedling() (string, bool) {
	if !s.start.IsZero() || s.data.dir != "" || s.snapshot != nil || slices.ContainsFunc(s.fixture.Image.Stores, hasPath) {
		return "", false
	}
	if len(s.reseeded) == 0 {
		return fmt.Sprint(s.seed), true
	}
	fixture, err := json.Marshal(s.fixture)
	return fmt.Sprint(s.seed, s.release, string(fixture)), err == nil
}

// seedlings are clouds that were seeded and are only there to be forked.
type seedlings struct {
	mu   sync.Mutex // guards what follows, not the making of a cloud
	made map[string]func() (*Emulator, error)
	keys []string // oldest first
}

// maxSeedlings bounds what a process keeps.
const maxSeedlings = 64

// nursery is the one thing that clouds of a process share. What is in it has no sockets and never changes.
var nursery seedlings

func (n *seedlings) get(key string, s *settings) (*Emulator, error) {
	n.mu.Lock()
	makeIt, ok := n.made[key]
	if !ok {
		fresh := newSettings()
		fresh.fixture, fresh.release, fresh.seed = s.fixture, s.release, s.seed
		if s.seed != 0 {
			fresh.ids = sim.NewIDs(s.seed)
		}
		makeIt = sync.OnceValues(func() (*Emulator, error) { return found(fresh) })
		n.keep(key, makeIt)
	}
	n.mu.Unlock()
	return makeIt()
}

func (n *seedlings) keep(key string, makeIt func() (*Emulator, error)) {
	if n.made == nil {
		n.made = map[string]func() (*Emulator, error){}
	}
	if n.keys = append(n.keys, key); len(n.keys) > maxSeedlings {
		delete(n.made, n.keys[0])
		n.keys = n.keys[1:]
	}
	n.made[key] = makeIt
}
