// Package sim is what moves a cloud by itself: its clock, the queue of background transitions, and its source of ids.
package sim

import (
	"fmt"
	"sync"
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

// Clock tells a cloud's time, in UTC. It is safe for concurrent use.
type Clock struct {
	mode Mode
	step time.Duration

	mu  sync.Mutex // guards now; nothing else is taken under it
	now time.Time  // manual and step
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
	return &Clock{mode: mode, step: step, now: start.UTC().Truncate(time.Microsecond)}
}

// Now is the cloud's time, with the microseconds that OpenStack's databases keep.
func (c *Clock) Now() time.Time {
	if c.mode == Real {
		return time.Now().UTC().Truncate(time.Microsecond)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Mode tells what makes this clock's time pass.
func (c *Clock) Mode() Mode { return c.mode }

// Fork is a clock that goes on by itself from this one's time.
func (c *Clock) Fork() *Clock { return NewClock(c.mode, c.Now(), c.step) }

// Restore sets a manual or stepped clock to a time, even an earlier one; a real clock ignores it.
func (c *Clock) Restore(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// moveTo sets a manual or stepped clock forward; it never goes back, and a real clock ignores it.
func (c *Clock) moveTo(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
}
