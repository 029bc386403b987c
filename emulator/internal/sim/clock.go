// Package sim is what moves a cloud by itself: its clock, the queue of background transitions, and its source of ids.
package sim

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Mode says what makes time pass.
type Mode string

// The modes of a clock.
const (
	Real   Mode = "real"   // the machine's time
	Manual Mode = "manual" // only Advance and Settle
	Step   Mode = "step"   // each request moves time by a step
)

// ParseMode reads a mode as options, flags and fixtures spell it.
func ParseMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case Real, Manual, Step:
		return m, nil
	}
	return "", fmt.Errorf("clock %q: want real, manual or step", s)
}

// MaxSpeed bounds how much faster than the machine's a cloud's time may pass.
const MaxSpeed = 10_000

// CheckSpeed refuses a factor that no clock can keep.
func CheckSpeed(factor float64) error {
	if !(factor > 0 && factor <= MaxSpeed) { // NaN is neither
		return fmt.Errorf("speed %v of the clock: want more than 0, up to %d", factor, MaxSpeed)
	}
	return nil
}

// Clock tells a cloud's time, in UTC. It is safe for concurrent use, and reading it takes no lock.
type Clock struct {
	changing sync.Mutex    // held while the pace changes, guards changed; nothing else is taken under it
	changed  chan struct{} // closed when the pace is changed; nil when nobody waits for that
	pace     atomic.Pointer[pace]
	told     atomic.Pointer[func()]
}

// pace is how a clock's time comes about. It never changes: a clock gets another one.
type pace struct {
	mode  Mode
	step  time.Duration
	speed float64 // of a real clock

	now time.Time // manual, step: the time

	ahead  time.Duration // real, at the machine's own speed: how far before the machine's time
	since  time.Time     // real, at another speed: when on the machine's clock
	origin time.Time     // it was this time here
}

// NewClock makes a clock. A manual or stepped clock begins at start, or at the machine's time if start is zero; a zero
// step is one second.
func NewClock(mode Mode, start time.Time, step time.Duration) *Clock {
	if start.IsZero() {
		start = time.Now()
	}
	if step <= 0 {
		step = time.Second
	}
	c := new(Clock)
	c.pace.Store(&pace{mode: mode, step: step, speed: 1, now: micros(start)})
	return c
}

// micros is a time with the microseconds that OpenStack's databases keep.
func micros(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Now is the cloud's time, with the microseconds that OpenStack's databases keep.
func (c *Clock) Now() time.Time { return c.pace.Load().time() }

func (p *pace) time() time.Time {
	switch {
	case p.mode != Real:
		return p.now
	case p.speed == 1:
		return micros(time.Now().Add(p.ahead))
	}
	return micros(p.origin.Add(time.Duration(float64(time.Since(p.since)) * p.speed)))
}

// Mode tells what makes this clock's time pass.
func (c *Clock) Mode() Mode { return c.pace.Load().mode }

// Step is by how much each request moves a stepped clock.
func (c *Clock) Step() time.Duration { return c.pace.Load().step }

// Speed is how much faster than the machine's a real clock's time passes.
func (c *Clock) Speed() float64 { return c.pace.Load().speed }

// SetMode changes what makes time pass. The time stays: a real clock that was stopped goes on from where it stood.
func (c *Clock) SetMode(m Mode) {
	c.change(func(p *pace, now time.Time) {
		if p.mode != m {
			p.mode = m
			p.begin(now)
		}
	})
}

// SetStep changes by how much each request moves a stepped clock; 0 or less is one second.
func (c *Clock) SetStep(d time.Duration) {
	if d <= 0 {
		d = time.Second
	}
	c.change(func(p *pace, _ time.Time) { p.step = d })
}

// SetSpeed makes a real clock's time pass so many times as fast as the machine's. See CheckSpeed.
func (c *Clock) SetSpeed(factor float64) {
	c.change(func(p *pace, now time.Time) {
		if p.speed != factor {
			p.speed = factor
			p.begin(now)
		}
	})
}

// Fork is a clock that goes on by itself from this one's time.
func (c *Clock) Fork() *Clock {
	p := *c.pace.Load()
	if p.mode != Real || p.speed != 1 {
		p.begin(p.time())
	}
	fork := new(Clock)
	fork.pace.Store(&p)
	return fork
}

// Restore sets a manual or stepped clock to a time, even an earlier one; a real clock ignores it.
func (c *Clock) Restore(t time.Time) {
	c.change(func(p *pace, _ time.Time) {
		if p.mode != Real {
			p.now = t
		}
	})
}

// moveTo sets a clock forward; it never goes back.
func (c *Clock) moveTo(t time.Time) {
	if !t.After(c.Now()) {
		return
	}
	c.change(func(p *pace, now time.Time) {
		if t.After(now) {
			p.begin(t)
		}
	})
}

// Tell has somebody called after every change of the clock that is not time passing by itself; nil ends that.
func (c *Clock) Tell(changed func()) { c.told.Store(&changed) }

// Plain tells whether the clock is the machine's.
func (c *Clock) Plain() bool {
	p := c.pace.Load()
	return p.mode == Real && p.speed == 1 && p.ahead == 0
}

// Ahead is how far before the machine's time a real clock of the machine's own speed is; else 0.
func (c *Clock) Ahead() time.Duration {
	if p := c.pace.Load(); p.mode == Real && p.speed == 1 {
		return p.ahead
	}
	return 0
}

// Reach sets a clock forward to a time that it, or one that it goes on from, has been at before.
func (c *Clock) Reach(t time.Time) { c.moveTo(t) }

func (c *Clock) change(do func(p *pace, now time.Time)) {
	c.changing.Lock()
	p := *c.pace.Load()
	do(&p, p.time())
	c.pace.Store(&p)
	c.hasChanged()
	c.changing.Unlock()
	if told := c.told.Load(); told != nil && *told != nil {
		(*told)()
	}
}

// begin makes it that time now.
func (p *pace) begin(t time.Time) {
	machine := time.Now()
	p.now, p.origin, p.since, p.ahead = t, t, machine, 0
	if p.mode == Real && p.speed == 1 {
		p.ahead = t.Sub(machine)
	}
}

// until is how long the machine has to wait for a time of the clock; false when waiting does not help.
func (c *Clock) until(t time.Time) (time.Duration, bool) {
	p := c.pace.Load()
	return time.Duration(float64(t.Sub(p.time())) / p.speed), p.mode == Real
}

// Stopwatch measures what takes the machine's time, whatever the cloud's is.
type Stopwatch struct{ began time.Time }

// StartWatch starts a stopwatch.
func StartWatch() Stopwatch { return Stopwatch{time.Now()} }

// Began is the machine's time when it was started.
func (s Stopwatch) Began() time.Time { return s.began }

// Elapsed is how long ago that is.
func (s Stopwatch) Elapsed() time.Duration { return time.Since(s.began) }
