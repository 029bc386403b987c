package sim

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// grace is how long a due job waits for a request to run it before the attendant does. So where requests follow one
// another, jobs run between them and nowhere else, and a seed gives the same answers with an attendant as without.
const grace = 20 * time.Millisecond

// attendance is who has jobs run on time though no request comes.
type attendance struct {
	mu      sync.Mutex // guards parties, and the coming and going of now; nothing is waited for under it
	parties int
	now     atomic.Pointer[attendant]
}

type attendant struct {
	end     context.CancelFunc
	ended   chan struct{}
	wake    chan struct{} // look again
	planned atomic.Int64  // what it waits for, in nanoseconds since 1970; the greatest number when for nothing
}

// Attend has jobs run at their time on a real clock, though no request comes, until leave is called as often as Attend
// was. The last leave waits for a job under way; to call one twice changes nothing.
func (q *Queue) Attend() (leave func()) {
	q.attended.mu.Lock()
	defer q.attended.mu.Unlock()
	if q.attended.parties++; q.attended.parties == 1 {
		ctx, end := context.WithCancel(context.Background())
		a := &attendant{end: end, ended: make(chan struct{}), wake: make(chan struct{}, 1)}
		q.attended.now.Store(a)
		go q.attend(ctx, a)
	}
	return sync.OnceFunc(q.leave)
}

func (q *Queue) leave() {
	q.attended.mu.Lock()
	q.attended.parties--
	var last *attendant
	if q.attended.parties == 0 {
		last = q.attended.now.Swap(nil)
	}
	q.attended.mu.Unlock()
	if last != nil {
		last.end()
		<-last.ended
	}
}

func (q *Queue) attend(ctx context.Context, a *attendant) {
	defer close(a.ended)
	for {
		a.planned.Store(math.MaxInt64) // whatever is put into the state from here on wakes
		var due <-chan time.Time
		if job, ok := q.first(); ok {
			if wait, ok := q.clock.until(job.Due); ok {
				due = time.NewTimer(max(wait, 0) + grace).C
				a.planned.Store(job.Due.UnixNano())
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
		case <-due:
			_ = q.RunDue(ctx) // its only error is that ctx has ended
		}
	}
}

// Nudge is called when jobs may have come. It costs next to nothing when nobody attends.
func (q *Queue) Nudge() {
	a := q.attended.now.Load()
	if a == nil {
		return
	}
	if job, ok := q.first(); ok && job.Due.UnixNano() < a.planned.Load() {
		a.look()
	}
}

// Replan is called when the clock or the state has become another.
func (q *Queue) Replan() {
	if a := q.attended.now.Load(); a != nil {
		a.look()
	}
}

func (a *attendant) look() {
	select {
	case a.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// yield lets others run jobs.
func (q *Queue) yield() {
	q.turn <- struct{}{}
	q.Nudge()
}
