package emulator

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
	"github.com/fauxstack/fauxstack/emulator/keystone"
	"github.com/fauxstack/fauxstack/emulator/neutron"
)

// Fork is another cloud that begins as this one is now: resources, data, tokens, and what is still to happen. From then on
// neither sees what is done to the other. Its cost does not depend on how much the cloud holds.
//
// The fork goes on from this cloud's time and gives the ids that this cloud would give, unless options set a clock or a
// seed. It has the same faults, which count anew. It has no socket until URL is called. Options that change what a cloud is
// seeded with, such as WithFixture, are refused. A store that keeps its data in a directory goes on reading there, but what
// a fork adds it keeps in memory.
func (e *Emulator) Fork(opts ...Option) (*Emulator, error) {
	var f *Emulator
	err := e.queue.Between(context.Background(), func() (err error) {
		if f, err = e.fork(opts); err == nil {
			e.changed("fork")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, f.open()
}

// fork is Fork without sockets. No job of e is running.
func (e *Emulator) fork(opts []Option) (*Emulator, error) {
	s := *e.settings
	s.clock, s.ids, s.reseeded, s.listen, s.standardPorts = nil, nil, nil, "", false
	s.timing = timing{} // it is what it has become
	s.faults = nil      // they are forked as they are
	s.data = dataSettings{}
	if err := s.apply(opts); err != nil {
		return nil, err
	}
	if len(s.reseeded) > 0 {
		return nil, fmt.Errorf("%s: a fork has been seeded already", strings.Join(s.reseeded, ", "))
	}
	if s.clock == nil {
		s.clock = e.clock.Fork()
	}
	if s.ids == nil {
		s.ids = e.ids.Fork()
	}
	f := e.graft(&s)
	f.origin = e.origin
	if err := f.injectAll("WithFaults", s.faults); err != nil {
		return nil, err
	}
	return f, f.liveAnew()
}

// graft puts another cloud around what this one holds.
func (e *Emulator) graft(s *settings) *Emulator {
	f := &Emulator{settings: s, db: e.db.Fork(), clock: s.clock, ids: s.ids}
	f.queue = e.queue.Fork(f.db, f.clock, s.logger)
	f.faults = e.faults.Fork(f.faultyCloud())
	f.pace(e.queue.Delays())
	f.keystone = e.keystone.Fork(keystone.Ports(f.ports()))
	f.glance = e.glance.Fork(f.glancePorts())
	f.cinder = e.cinder.Fork(f.cinderPorts())
	f.nova = e.nova.Fork(f.novaPorts())
	f.neutron = e.neutron.Fork(neutron.Ports(f.ports()))
	f.build()
	return f
}

// Snapshot is a cloud at one moment: its resources, their data, what is still to happen, its time, and the ids it will
// give. It never changes, and holds in memory what it shares with no cloud any more.
type Snapshot struct {
	fixture Fixture
	release release.Release
	tables  []state.AnyTable
	root    *state.Root
	now     time.Time
	ids     *sim.IDs
}

// Snapshot notes how the cloud is now, for Restore. It waits for a running transition to end; its cost does not depend on
// how much the cloud holds.
func (e *Emulator) Snapshot() *Snapshot {
	var s *Snapshot
	_ = e.queue.Between(context.Background(), func() error { // its only error is that of a context
		s = e.snapshot()
		e.changed("snapshot")
		return nil
	})
	return s
}

func (e *Emulator) snapshot() *Snapshot {
	return &Snapshot{
		fixture: e.settings.fixture, release: e.settings.release, tables: e.db.Tables(), root: e.db.Snapshot(), now: e.clock.Now(),
		ids: e.ids.Fork(),
	}
}

// Restore makes the cloud what it was when the snapshot was taken, of this cloud or of another with the same fixture. A
// manual or stepped clock goes back, too. Faults, the request log and sockets stay. Requests that are being served while it
// happens see the cloud before or after.
func (e *Emulator) Restore(s *Snapshot) error { return e.restore(s, "restore") }

func (e *Emulator) restore(s *Snapshot, what string) error {
	if s == nil {
		return errors.New("restore: no snapshot")
	}
	if !reflect.DeepEqual(s.fixture, e.settings.fixture) {
		return errors.New("restore: the snapshot is of a cloud with another fixture")
	}
	return e.queue.Between(context.Background(), func() error {
		if err := e.db.Restore(s.root); err != nil {
			return err
		}
		e.clock.Restore(s.now)
		e.ids.Restore(s.ids)
		e.queue.Unbend() // faults meet its jobs anew
		e.queue.Replan()
		e.changed(what)
		return nil
	})
}

// Reset makes the cloud what it was when it had just been seeded.
func (e *Emulator) Reset() error { return e.restore(e.origin, "reset") }
