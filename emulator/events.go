package emulator

import (
	"context"
	"iter"
	"time"

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/fault"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// EventKind says what an event tells of.
type EventKind string

// The kinds of events, each with the field of Event that it fills in.
const (
	EventRequest EventKind = "request" // Request: a request was answered
	EventStatus  EventKind = "status"  // Status: a resource was made, has another status, or is gone
	EventJob     EventKind = "job"     // Job: background work was done
	EventFault   EventKind = "fault"   // Fault: an injected fault acts
	EventClock   EventKind = "clock"   // Clock: time was moved, or its pace changed
	EventCloud   EventKind = "cloud"   // Cloud: the cloud was reset, restored, and the like
	EventLost    EventKind = "lost"    // Lost: so many events that the subscriber was too slow for
)

// Event is something that happened in a cloud.
type Event struct {
	Seq  uint64    `json:"seq"` // grows with each event that anybody could hear of
	At   time.Time `json:"at"`  // the cloud's time
	Kind EventKind `json:"kind"`

	Request *Request      `json:"request,omitempty"`
	Status  *StatusChange `json:"status,omitempty"`
	Job     *JobRun       `json:"job,omitempty"`
	Fault   *FaultHit     `json:"fault,omitempty"`
	Clock   *ClockMove    `json:"clock,omitempty"`
	Cloud   *CloudChange  `json:"cloud,omitempty"`
	Lost    int           `json:"lost,omitempty"`
}

// StatusChange is a resource that has another status.
type StatusChange struct {
	Resource  string `json:"resource"` // "volume", "attachment", "image" or "task"
	ID        string `json:"id"`
	Name      string `json:"name,omitempty"`
	ProjectID string `json:"project_id,omitempty"`
	From      string `json:"from"` // "" when it was made
	To        string `json:"to"`   // "" when it is gone
}

// JobRun is background work that was done.
type JobRun struct {
	PendingJob
	Error string `json:"error,omitempty"` // what nobody was told
}

// FaultHit is an injected fault that acts.
type FaultHit struct {
	ID string `json:"id"`
	On string `json:"on"` // operation id, transition, or store
}

// ClockMove is time that passed by Advance, Settle or a step, or a change of the clock's pace.
type ClockMove struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Mode string    `json:"mode"`
}

// CloudChange is what was done to the cloud as a whole.
type CloudChange struct {
	What string `json:"what"` // "fork", "snapshot", "restore", "reset" or "close"
}

// Events subscribes to what happens in the cloud from now on, and yields it in order. It ends after what had happened when
// ctx ended, or the cloud was closed; the subscription ends with it, or when the caller stops. Range over it once.
//
// A subscriber who is slower than the cloud loses events past some thousand that wait, and finds one of the kind
// EventLost in their place. While there is a subscriber, jobs run at their time on a real clock though no request comes.
// Without one, events cost nothing.
func (e *Emulator) Events(ctx context.Context) iter.Seq[Event] {
	s := e.events.subscribe(e)
	stop := context.AfterFunc(ctx, func() { e.events.leave(s) })
	return func(yield func(Event) bool) {
		defer e.events.leave(s)
		defer stop()
		for {
			event, ok := s.next()
			if !ok || !yield(event) {
				return
			}
		}
	}
}

// happened tells subscribers, if there are any.
func (e *Emulator) happened(kind EventKind, fill func(*Event)) {
	if !e.events.active() {
		return
	}
	item := item{Event: Event{At: e.clock.Now(), Kind: kind}}
	fill(&item.Event)
	e.events.publish(item)
}

// changed tells subscribers what was done to the cloud as a whole.
func (e *Emulator) changed(what string) {
	e.happened(EventCloud, func(v *Event) { v.Cloud = &CloudChange{what} })
}

// listenIn has everything that moves the cloud tell of it; the function that it returns ends that.
func (e *Emulator) listenIn() (end func()) {
	answered := func(entry httpapi.Entry) {
		e.events.publish(item{Event: Event{At: e.clock.Now(), Kind: EventRequest}, entry: &entry})
	}
	hit := func(h fault.Hit) {
		e.happened(EventFault, func(v *Event) { v.Fault = &FaultHit{h.ID, h.Name} })
	}
	e.log.Watch(&answered)
	e.faults.Watch(&hit)
	e.queue.Watch(&sim.Watcher{
		Ran: func(job sim.Job, err error) {
			e.happened(EventJob, func(v *Event) {
				v.Job = &JobRun{PendingJob: pendingJob(job)}
				if err != nil {
					v.Job.Error = err.Error()
				}
			})
		},
		Moved: e.clockMoved,
	})
	e.db.Listen(e.rowsChanged)
	leave := e.queue.Attend()
	return func() {
		e.log.Watch(nil)
		e.faults.Watch(nil)
		e.queue.Watch(nil)
		e.db.Listen(nil)
		leave()
	}
}

func (e *Emulator) clockMoved(from, to time.Time) {
	e.happened(EventClock, func(v *Event) { v.Clock = &ClockMove{from, to, string(e.clock.Mode())} })
}

// rowsChanged tells of the resources whose status a transaction changed.
func (e *Emulator) rowsChanged(before state.View, changes []state.Change) {
	for _, c := range changes {
		is, was := standingOf(c.Row), standingOf(c.Before(before))
		if is.To == was.To {
			continue
		}
		change := is
		if is.To == "" {
			change = was
		}
		change.From, change.To = was.To, is.To
		e.happened(EventStatus, func(v *Event) { v.Status = &change })
	}
}

// standingOf is how a resource stands, as To; nothing for rows that have no status.
func standingOf(row any) StatusChange {
	switch r := row.(type) {
	case *cinder.Volume:
		return StatusChange{Resource: "volume", ID: r.ID, Name: deref(r.Name), ProjectID: r.ProjectID, To: string(r.Status)}
	case *cinder.Attachment:
		return StatusChange{Resource: "attachment", ID: r.ID, To: r.Status}
	case *glance.Image:
		return StatusChange{Resource: "image", ID: r.ID, Name: deref(r.Name), ProjectID: r.Owner, To: string(r.Status)}
	case *glance.Task:
		return StatusChange{Resource: "task", ID: r.ID, ProjectID: r.Owner, To: string(r.Status)}
	}
	return StatusChange{}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
