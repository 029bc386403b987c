package sim

import (
	"context"
	"time"
)

// Wait returns when d of the cloud's time have passed, or with ctx's error when that ends before.
//
// On a real clock it waits, as fast as that clock goes. On a manual clock it waits for somebody to move it; on a stepped
// clock, which only requests move, it moves the clock itself, as it does where a job waits on a manual clock, for the one
// who moves that is waiting for the job.
func (q *Queue) Wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	mode := q.clock.Mode()
	if mode == Step || mode == Manual && ctx.Value(inside{}) != nil {
		q.moveTo(q.clock.Now().Add(d))
		return ctx.Err()
	}
	return q.clock.wait(ctx, d)
}

// wait waits for the clock to reach a time.
func (c *Clock) wait(ctx context.Context, d time.Duration) error {
	end := c.Now().Add(d)
	for {
		changed := c.nextChange()
		if !c.Now().Before(end) {
			return nil
		}
		var due <-chan time.Time
		if left, ok := c.until(end); ok {
			due = time.NewTimer(max(left, time.Microsecond)).C
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-due:
		}
	}
}

// nextChange is closed when the clock's pace is next changed.
func (c *Clock) nextChange() <-chan struct{} {
	c.changing.Lock()
	defer c.changing.Unlock()
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return c.changed
}

// hasChanged wakes who waits for a change. The lock is held.
func (c *Clock) hasChanged() {
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}
