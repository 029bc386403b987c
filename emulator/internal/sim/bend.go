package sim

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Bend is what becomes of a job instead of what it would do.
type Bend struct {
	Holder string        // holds it back until Release
	Late   time.Duration // it happens that much later
	Failed error         // its work meets this: see Failure
}

// bends are the jobs that something was decided about. A decision is made once for a job, when it is due.
type bends struct {
	ask func(Job) Bend // nil: nothing is ever bent

	held  atomic.Int32 // how many are held
	mu    sync.Mutex   // guards known
	known map[string]Bend
}

// BendBy has jobs that are due bent. It is called before the queue is used.
func (q *Queue) BendBy(ask func(Job) Bend) { q.bends.ask = ask }

// Release lets the jobs go on that a holder holds back.
func (q *Queue) Release(holder string) {
	q.bends.forget(func(b Bend) bool { return b.Holder == holder })
	q.Replan()
}

// Unbend forgets what was decided, so that jobs that are still to come are decided about anew.
func (q *Queue) Unbend() { q.bends.forget(func(Bend) bool { return true }) }

func (b *bends) forget(which func(Bend) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, bend := range b.known {
		if which(bend) {
			b.drop(id)
		}
	}
}

// drop forgets one decision. The lock is held.
func (b *bends) drop(id string) {
	if bend, ok := b.known[id]; ok {
		if bend.Holder != "" {
			b.held.Add(-1)
		}
		delete(b.known, id)
	}
}

func (b *bends) copy(from *bends) {
	from.mu.Lock()
	defer from.mu.Unlock()
	for id, bend := range from.known {
		b.remember(id, bend)
	}
}

// remember notes a decision. The lock is held.
func (b *bends) remember(id string, bend Bend) {
	if b.known == nil {
		b.known = map[string]Bend{}
	}
	b.known[id] = bend
	if bend.Holder != "" {
		b.held.Add(1)
	}
}

// isHeld tells whether a job waits for Release.
func (b *bends) isHeld(id string) bool {
	if b.held.Load() == 0 {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.known[id].Holder != ""
}

// done forgets a job that has run.
func (b *bends) done(id string) {
	if b.ask == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drop(id)
}

// decide asks what becomes of a job; again gets what was decided before.
func (b *bends) decide(job Job) (bend Bend, again bool) {
	if b.ask == nil {
		return Bend{}, false
	}
	b.mu.Lock()
	bend, again = b.known[job.ID]
	b.mu.Unlock()
	if again {
		return bend, true
	}
	if bend = b.ask(job); bend.Holder != "" || bend.Late > 0 {
		b.mu.Lock()
		b.remember(job.ID, bend)
		b.mu.Unlock()
	}
	return bend, false
}

// bent prepares a job that is due; false when it is not to run now.
func (q *Queue) bent(ctx context.Context, job Job) (context.Context, bool) {
	bend, again := q.bends.decide(job)
	switch {
	case bend.Holder != "":
		return ctx, false
	case bend.Late > 0 && !again:
		_ = q.db.Update(func(tx *state.Tx) error {
			job.Due = q.clock.Now().Add(bend.Late)
			q.jobs.Put(tx, job)
			return nil
		})
		return ctx, false
	case bend.Failed != nil:
		return context.WithValue(ctx, failed{}, bend.Failed), true
	}
	return ctx, true
}

type failed struct{}

// Failure is what the work of a running job is to meet, where it would meet a failure of what it works with; nil when it
// is to go well.
func Failure(ctx context.Context) error {
	err, _ := ctx.Value(failed{}).(error)
	return err
}
