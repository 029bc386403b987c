package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Queue holds the background transitions that are still to come. They are rows of the state, written by the transaction
// that causes them, so a snapshot has them, and a restart finds them.
//
// Due jobs run one at a time, by due time and then by age: before the next request is served, or when Advance or Settle
// is called. A job runs outside any transaction and may itself make requests.
type Queue struct {
	clock *Clock
	db    *state.DB
	log   *slog.Logger

	jobs  *state.Table[Job]
	byDue *state.Index[Job]
	kinds map[string]func(context.Context, json.RawMessage) error

	lasting map[string]bool // kinds

	turn chan struct{} // holds one token; whoever has it runs jobs

	delays   delays
	attended attendance
	watcher  atomic.Pointer[Watcher]
	bends    bends
}

// Job is one pending transition.
type Job struct {
	ID      string // grows with age
	Due     time.Time
	Kind    string // such as "cinder.volume.create"
	Payload json.RawMessage
	Begun   bool // only of what lasts, and where the state outlives the process; see Lasting
}

// NewQueue declares the queue's table in db.
func NewQueue(db *state.DB, clock *Clock, log *slog.Logger) *Queue {
	byDue := state.Order(func(a, b *Job) bool {
		if !a.Due.Equal(b.Due) {
			return a.Due.Before(b.Due)
		}
		return a.ID < b.ID
	}, nil)
	q := &Queue{
		clock: clock, db: db, log: log, byDue: byDue, turn: make(chan struct{}, 1),
		kinds: map[string]func(context.Context, json.RawMessage) error{},
	}
	q.jobs = state.Add(db, "sim.jobs", func(j *Job) *string { return &j.ID }, byDue)
	q.turn <- struct{}{}
	return q
}

// Fork is a queue on a fork of the database, with what is pending there. Its kinds are yet to be declared.
func (q *Queue) Fork(db *state.DB, clock *Clock, log *slog.Logger) *Queue {
	fork := &Queue{
		clock: clock, db: db, log: log, jobs: q.jobs, byDue: q.byDue, turn: make(chan struct{}, 1),
		kinds: make(map[string]func(context.Context, json.RawMessage) error, len(q.kinds)),
	}
	fork.turn <- struct{}{}
	fork.delays.copy(&q.delays)
	fork.bends.copy(&q.bends)
	return fork
}

// Between runs do while no job is running. It returns early only when ctx ends while it waits.
func (q *Queue) Between(ctx context.Context, do func() error) error {
	select {
	case <-q.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { q.turn <- struct{}{} }()
	return do()
}

// On declares what a kind of job does. The payload is kept as JSON, so P has exported fields. An error from run is
// logged: a job has nobody to answer to, so it must have put its failure where users see it.
func On[P any](q *Queue, kind string, run func(context.Context, P) error) {
	q.kinds[kind] = func(ctx context.Context, raw json.RawMessage) error {
		var p P
		if err := json.Unmarshal(raw, &p); err != nil {
			return fmt.Errorf("payload: %w", err)
		}
		return run(ctx, p)
	}
}

// Kinds are the names of all kinds of jobs, in the order of the alphabet.
func (q *Queue) Kinds() []string { return slices.Sorted(maps.Keys(q.kinds)) }

// Begin puts a transition into the state, due after the delay that its kind has.
func (q *Queue) Begin(tx *state.Tx, kind string, payload any) {
	q.After(tx, q.delays.draw(kind), kind, payload)
}

// After puts a job into the state, due that long after now, whatever delay its kind has.
func (q *Queue) After(tx *state.Tx, delay time.Duration, kind string, payload any) {
	raw, err := json.Marshal(payload)
	if err != nil {
		panic(fmt.Sprintf("job %s: %v", kind, err)) // a payload type that JSON cannot hold: every test of that kind meets it
	}
	last, _ := q.jobs.Last(tx)
	age, _ := strconv.ParseUint(last.ID, 16, 64) // 0 when nothing is pending
	q.jobs.Put(tx, Job{ID: fmt.Sprintf("%016x", age+1), Due: q.clock.Now().Add(delay), Kind: kind, Payload: raw})
}

// inside marks the context of a running job: requests that it makes must not wait for itself.
type inside struct{}

// Before is called ahead of every request. It moves a stepped clock and runs all that is due, so that what one answer
// promised has happened when the next is made. Requests made by jobs pass through.
func (q *Queue) Before(ctx context.Context) error {
	if ctx.Value(inside{}) != nil {
		return nil
	}
	if q.clock.Mode() == Step {
		q.moveTo(q.clock.Now().Add(q.clock.Step()))
	}
	return q.RunDue(ctx)
}

// RunDue runs the jobs that are due, and those that they add, in order. It returns early only when ctx ends while
// another caller is running jobs.
func (q *Queue) RunDue(ctx context.Context) error {
	if _, due := q.next(); !due {
		if len(q.turn) == 1 {
			return nil // nothing due and nobody in the middle of a job
		}
	}
	return q.run(ctx, q.next)
}

// Advance moves the clock by d, running each job at its own due time.
func (q *Queue) Advance(ctx context.Context, d time.Duration) error {
	end := q.clock.Now().Add(d)
	err := q.run(ctx, func() (Job, bool) {
		job, ok := q.first()
		return job, ok && !job.Due.After(end)
	})
	q.moveTo(end)
	return err
}

// Settle runs all jobs, moving the clock as far as the last one needs.
func (q *Queue) Settle(ctx context.Context) error { return q.run(ctx, q.first) }

// Pending lists the jobs still to come, in the order in which they will run.
func (q *Queue) Pending() []Job {
	var jobs []Job
	for j := range q.byDue.All(q.db.View()) {
		jobs = append(jobs, j)
	}
	return jobs
}

func (q *Queue) first() (Job, bool) {
	for j := range q.byDue.All(q.db.View()) {
		if !q.bends.isHeld(j.ID) {
			return j, true
		}
	}
	return Job{}, false
}

func (q *Queue) next() (Job, bool) {
	job, ok := q.first()
	return job, ok && !job.Due.After(q.clock.Now())
}

func (q *Queue) run(ctx context.Context, pick func() (Job, bool)) error {
	if ctx.Value(inside{}) != nil {
		return nil
	}
	select {
	case <-q.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer q.yield()
	// A caller who hangs up must not stop work that others wait for.
	ctx = context.WithValue(context.WithoutCancel(ctx), inside{}, true)
	for job, ok := pick(); ok; job, ok = pick() {
		q.moveTo(job.Due)
		if err := q.do(ctx, job); err != nil {
			q.log.Error("background jobs have to wait", "kind", job.Kind, "error", err)
			break
		}
	}
	return nil
}

// do runs one job, then takes it out of the state. It fails only if the state cannot be changed.
func (q *Queue) do(ctx context.Context, job Job) (failed error) {
	ctx, now := q.bent(ctx, job)
	if !now {
		return nil
	}
	if err := q.note(job); err != nil {
		return err
	}
	var err error
	defer func() {
		if p := recover(); p != nil {
			q.log.Error("background job panicked", "kind", job.Kind, "panic", p)
			err = fmt.Errorf("panic: %v", p)
		}
		failed = q.db.Update(func(tx *state.Tx) error {
			q.jobs.Delete(tx, job.ID)
			return nil
		})
		q.bends.done(job.ID)
		q.ran(job, err)
	}()
	run, ok := q.kinds[job.Kind]
	if !ok {
		q.log.Error("background job of an unknown kind", "kind", job.Kind)
		return nil
	}
	if err = run(ctx, job.Payload); err != nil {
		q.log.Info("background job failed", "kind", job.Kind, "error", err)
	}
	return nil
}
