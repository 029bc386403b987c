package sim

import "time"

// Watcher hears what moves a cloud by itself. Its functions are called by whoever runs jobs, and must not wait.
type Watcher struct {
	Ran   func(job Job, err error)
	Moved func(from, to time.Time) // by Advance, Settle or a step
}

// Watch sets who hears of jobs and of moves of the clock; nil for nobody.
func (q *Queue) Watch(w *Watcher) { q.watcher.Store(w) }

func (q *Queue) ran(job Job, err error) {
	if w := q.watcher.Load(); w != nil {
		w.Ran(job, err)
	}
}

// moveTo moves the clock forward, and tells.
func (q *Queue) moveTo(t time.Time) {
	from := q.clock.Now()
	q.clock.moveTo(t)
	if w := q.watcher.Load(); w != nil && t.After(from) {
		w.Moved(from, t)
	}
}
