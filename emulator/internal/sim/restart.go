package sim

import "github.com/fauxstack/fauxstack/emulator/internal/state"

// Lasting says that jobs of these kinds do more than one transaction can, so that the end of the process may find one half
// done. Where the state outlives the process, it is written down that one has begun. All other kinds are done at once or
// not at all, and are safe to run again when they have been done already.
func Lasting(q *Queue, kinds ...string) {
	if q.lasting == nil {
		q.lasting = map[string]bool{}
	}
	for _, kind := range kinds {
		q.lasting[kind] = true
	}
}

// note writes down that a job that lasts has begun.
func (q *Queue) note(job Job) error {
	if !q.lasting[job.Kind] || !q.db.Observed() {
		return nil
	}
	return q.db.Update(func(tx *state.Tx) error {
		job.Begun = true
		q.jobs.Put(tx, job)
		return nil
	})
}

// Interrupted takes out, after a restart, the jobs in whose midst the process ended. What they have left behind is for the
// services to put right.
func (q *Queue) Interrupted(tx *state.Tx) []Job {
	var begun []Job
	for j := range q.jobs.All(tx) {
		if j.Begun {
			begun = append(begun, j)
		}
	}
	for _, j := range begun {
		q.jobs.Delete(tx, j.ID)
	}
	return begun
}

// All lists the jobs that are still to come, oldest first.
func (q *Queue) All(r state.Reader) []Job {
	var jobs []Job
	for j := range q.jobs.All(r) {
		jobs = append(jobs, j)
	}
	return jobs
}
