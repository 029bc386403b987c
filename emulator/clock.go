package emulator

import (
	"context"
	"time"
)

// Now is the cloud's time.
func (e *Emulator) Now() time.Time { return e.clock.Now() }

// Advance moves a manual or stepped clock by d and runs the background work that falls due on the way, each at its time.
// On a real clock it runs what is due now.
func (e *Emulator) Advance(d time.Duration) { _ = e.queue.Advance(context.Background(), d) }

// Settle runs all background work, moving a manual or stepped clock as far as that needs. On a real clock it runs what
// is due now.
func (e *Emulator) Settle() { _ = e.queue.Settle(context.Background()) }
