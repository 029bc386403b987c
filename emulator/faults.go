package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/fault"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// Fault is something that goes wrong in a cloud: with requests, with background jobs or with one of Glance's stores.
//
// A Fault says what it is about (one of Op, Job and Store), which of those it acts on (Project to Caller: all that are given
// must match), when it acts (Nth, Every or Probability, and Times; always when none is given), and what goes wrong. Names
// are globs, in which * stands for any characters; a glob of Op, Job or Store that matches nothing is a mistake.
//
// Several faults may act on one request: their latencies add up, and of those that decide how it ends, by Status, Drop or
// Is, the first one injected does. The others have then seen the request, so that Nth means the same for all, but
// keep the Times that they have left.
//
// The zero Fault is about nothing and is refused. See ParseFault for a Fault on one line.
type Fault struct {
	// Op makes it a fault of requests: ids of operations, as Operations lists them, such as "glance.images.upload" or
	// "cinder.volumes.*", several with commas between them. It acts once the operation and the caller are known, before the
	// body is held against its schema and the policy is asked. A request that is refused before that, for its token or
	// because no operation has its path, meets no fault.
	Op string `yaml:"op,omitempty" json:"op,omitempty"`
	// Job makes it a fault of background work: kinds of it, as Transitions lists them, such as "cinder.volume.create".
	Job string `yaml:"job,omitempty" json:"job,omitempty"`
	// Store makes it a fault of Glance's stores: their ids.
	Store string `yaml:"store,omitempty" json:"store,omitempty"`

	// Project is the id or the name of the caller's project; where nobody calls, of the project that has the resource.
	Project string `yaml:"project,omitempty" json:"project,omitempty"`
	// User is the id or the name of the caller.
	User string `yaml:"user,omitempty" json:"user,omitempty"`
	// Resource is the id or the name of what the request, the job or the use of the store is about: what the path has, or
	// what the body calls name, id, imageRef and the like.
	Resource string `yaml:"resource,omitempty" json:"resource,omitempty"`
	// Header are headers that the request must have.
	Header map[string]string `yaml:"header,omitempty" json:"header,omitempty"`
	// Body are fields that the request's JSON body must have, by dotted path, such as "volume.size" or "volumes.0.id".
	Body map[string]string `yaml:"body,omitempty" json:"body,omitempty"`
	// Caller tells requests of clients from those that one service of the cloud makes to another, as Cinder does to Glance.
	// Default: both.
	Caller Caller `yaml:"caller,omitempty" json:"caller,omitempty"`

	// Nth lets it act from the nth match on, the first being 1: once, unless Times says otherwise.
	Nth int `yaml:"nth,omitempty" json:"nth,omitempty"`
	// Every lets it act on each nth match.
	Every int `yaml:"every,omitempty" json:"every,omitempty"`
	// Probability lets it act on some matches, 0 to 1, drawn from the cloud's seed: the same seed and the same requests in the
	// same order meet the same faults.
	Probability float64 `yaml:"probability,omitempty" json:"probability,omitempty"`
	// Times is how often it acts; then it only looks on. 0 is once with Nth and without end else; alone, it means the first n.
	Times int `yaml:"times,omitempty" json:"times,omitempty"`

	// Status, 400 to 599, is answered instead of doing the work, with the body that the service has for it.
	Status int `yaml:"status,omitempty" json:"status,omitempty"`
	// Message is the sentence in that body; default: the service's own. A 401 always has the service's own.
	Message string `yaml:"message,omitempty" json:"message,omitempty"`
	// ReplyHeader are headers that the answer gets, such as Retry-After.
	ReplyHeader map[string]string `yaml:"reply_header,omitempty" json:"reply_header,omitempty"`
	// Latency is how long the request waits before anything else happens, or what a store takes more for each use, up to 24h.
	// It is time of the cloud's clock: a real clock is waited for, and so is a manual one, until somebody moves it; a stepped
	// clock is moved. Where background work waits, a manual clock is moved, too, and a real one keeps other work waiting. A
	// client that hangs up waits no longer, nor does anybody once the fault is removed or the cloud closed.
	Latency time.Duration `yaml:"latency,omitempty" json:"latency,omitempty"`
	// Drop lets the connection break, before the work or after it.
	Drop Drop `yaml:"drop,omitempty" json:"drop,omitempty"`
	// CutAfter lets the connection break when so many bytes of the answer's body have been sent.
	CutAfter int64 `yaml:"cut_after,omitempty" json:"cut_after,omitempty"`
	// BytesPerSecond is how fast the request's body is read, or how fast a store reads and writes, in the time that Latency
	// is in.
	BytesPerSecond int64 `yaml:"bytes_per_second,omitempty" json:"bytes_per_second,omitempty"`

	// Is is what a store or a job is.
	Is Condition `yaml:"is,omitempty" json:"is,omitempty"`
	// AfterBytes is how much of an image's data a store still takes before it is StoreFull or StoreBroken.
	AfterBytes int64 `yaml:"after_bytes,omitempty" json:"after_bytes,omitempty"`
	// Late is how much later a job happens, up to 24h.
	Late time.Duration `yaml:"late,omitempty" json:"late,omitempty"`
}

// Caller is who makes a request.
type Caller string

// The callers.
const (
	ByClient  Caller = fault.ByClient
	ByService Caller = fault.ByService // of the same cloud
)

// Drop is when a connection breaks.
type Drop string

// The moments to drop a connection. In process, the transport's error is io.ErrUnexpectedEOF.
const (
	DropBefore Drop = fault.DropBefore // nothing has happened
	DropAfter  Drop = fault.DropAfter  // all has been done, and nobody hears of it
)

// Condition is what a store or a job is.
type Condition string

// What a store can be. Discovery goes on listing it: what is wrong shows when data is to move.
const (
	StoreFull     Condition = fault.Full     // data is refused with 413
	StoreReadOnly Condition = fault.ReadOnly // data is refused with 410, as by a store of type http
	StoreDenied   Condition = fault.Denied   // data is refused with 503: no permission to write
	StoreBroken   Condition = fault.Broken   // writing fails with 500
	StoreGone     Condition = fault.Gone     // it is not found: uploads are refused with 400, downloads with 500
	StoreCorrupt  Condition = fault.Corrupt  // one byte of what it keeps is wrong; the checksums are those of what came
)

// What a job can be.
const (
	// JobStuck does not happen until the fault is removed; what it is about stays in its transient status.
	JobStuck Condition = fault.Stuck
	// JobFailed fails in its driver. What comes of that is upstream's: a volume that is deleted or extended is in error, one
	// that is created is scheduled again, until the third failure, one that is uploaded is back where it was; and users find
	// the messages that upstream writes.
	JobFailed Condition = fault.Failed
)

// errInjected is what the work of a job meets that fails by a fault.
type errInjected string

func (e errInjected) Error() string { return "failed by " + string(e) }

// Injected is a Fault at work. Its methods are safe for concurrent use.
type Injected struct {
	cloud *Emulator
	id    string
}

// ID names the fault, such as "fault-1": in Faults, and in the request log.
func (i *Injected) ID() string { return i.id }

// Remove ends the fault. Requests that wait because of it go on at once, and jobs that it held happen. It may be called
// more than once.
func (i *Injected) Remove() { i.cloud.RemoveFault(i.id) }

// Hits is how often the fault has acted; 0 once it is removed.
func (i *Injected) Hits() int {
	s, _ := i.cloud.faults.Get(i.id)
	return s.Hits
}

// FaultStatus is a Fault at work and what has come of it.
type FaultStatus struct {
	ID      string `json:"id"`
	Fault   Fault  `json:"fault"`
	Matched int    `json:"matched"` // how often there was something that it is about
	Hits    int    `json:"hits"`    // how often it acted
}

// Inject lets something go wrong from now on, until it is removed or the cloud is closed. A mistake in the fault, such as
// a glob that matches nothing, is reported by the name of the field. A cloud has at most 1000 faults.
func (e *Emulator) Inject(f Fault) (*Injected, error) {
	if err := f.check("", e.storeNames()); err != nil {
		return nil, fmt.Errorf("fault: %w", err)
	}
	id, err := e.faults.Inject(f.rule())
	if err != nil {
		return nil, err
	}
	return &Injected{e, id}, nil
}

// Faults lists the faults at work, in the order in which they were injected.
func (e *Emulator) Faults() []FaultStatus {
	rules := e.faults.List()
	list := make([]FaultStatus, len(rules))
	for i, s := range rules {
		list[i] = FaultStatus{s.ID, faultOf(s.Rule), s.Matched, s.Hits}
	}
	return list
}

// RemoveFault ends a fault by its id, and tells whether it was there. See Injected.Remove.
func (e *Emulator) RemoveFault(id string) bool { return e.faults.Remove(id) }

// WithFaults injects faults as soon as the cloud is there. See Inject. Default: those of the fixture.
func WithFaults(faults ...Fault) Option {
	return func(s *settings) error {
		s.faults = append(slices.Clone(s.faults), faults...)
		return nil
	}
}

// injectAll injects what a fixture or options ask for.
func (e *Emulator) injectAll(what string, faults []Fault) error {
	var errs []error
	for i, f := range faults {
		if _, err := e.Inject(f); err != nil {
			errs = append(errs, fmt.Errorf("%s[%d]: %w", what, i, err))
		}
	}
	return errors.Join(errs...)
}

// faultyCloud is what faults need of this cloud.
func (e *Emulator) faultyCloud() fault.Cloud {
	return fault.Cloud{
		Wait: e.queue.Wait, Chance: e.ids, Lookup: e.called, Released: e.queue.Release,
	}
}

// called finds what a resource is called, and whose it is, by its id.
func (e *Emulator) called(id string) (name, project string, ok bool) {
	if name, project, ok = e.cinder.Called(id); ok {
		return name, project, true
	}
	if name, project, ok = e.glance.Called(id); ok {
		return name, project, true
	}
	if name, project, ok = e.nova.Called(id); ok {
		return name, project, true
	}
	if name, project, ok = e.neutron.Called(id); ok {
		return name, project, true
	}
	return e.keystone.Called(id)
}

// bendJobs lets faults act on background work.
func (e *Emulator) bendJobs() {
	e.queue.BendBy(func(j sim.Job) sim.Bend {
		if !e.faults.Jobs() {
			return sim.Bend{}
		}
		twist := e.faults.OnJob(jobSubject(j))
		bend := sim.Bend{Holder: twist.Holder, Late: twist.Late}
		if twist.Failed != "" {
			bend.Failed = errInjected(twist.Failed)
		}
		return bend
	})
}

// jobSubject is what rules may match of a job: the ids in its payload, and on whose behalf it works.
func jobSubject(j sim.Job) *fault.Subject {
	var about struct {
		Volume, Image, Task, Type, Server string
		Auth                              struct{ ProjectID, UserID string }
	}
	_ = json.Unmarshal(j.Payload, &about) // what a payload does not have, no rule matches
	return &fault.Subject{
		Name: j.Kind, ProjectID: about.Auth.ProjectID, UserID: about.Auth.UserID,
		Resources: func() []string {
			return slices.DeleteFunc([]string{about.Volume, about.Image, about.Task, about.Server}, func(id string) bool { return id == "" })
		},
	}
}

// known are the names that faults may use, but for stores. They are the same for all clouds.
var known = sync.OnceValue(func() fault.Known {
	var k fault.Known
	for _, op := range Operations() {
		k.Ops = append(k.Ops, op.ID)
	}
	for _, t := range transitions() {
		k.Jobs = append(k.Jobs, t.Name)
	}
	return k
})

func (e *Emulator) storeNames() []string { return namesOf(e.glance.Stores()) }

func namesOf(stores []glance.StoreConfig) []string {
	names := []string{}
	for _, s := range stores {
		names = append(names, s.ID)
	}
	return names
}

// Validate reports every mistake in the fault but for stores that do not exist, by the name of the field.
func (f Fault) Validate() error { return f.check("", nil) }

// check reports every mistake, each beginning with path and the field. Without stores, their names are not looked at.
func (f Fault) check(path string, stores []string) error {
	k := known()
	k.Stores = stores
	r := f.rule()
	return r.Check(path, k)
}

func (f Fault) rule() fault.Rule {
	return fault.Rule{
		Op: f.Op, Job: f.Job, Store: f.Store,
		Project: f.Project, User: f.User, Resource: f.Resource, Header: f.Header, Body: f.Body, Caller: string(f.Caller),
		Nth: f.Nth, Every: f.Every, Times: f.Times, Probability: f.Probability,
		Status: f.Status, Message: f.Message, ReplyHeader: f.ReplyHeader, Latency: f.Latency, Drop: string(f.Drop),
		CutAfter: f.CutAfter, BytesPerSecond: f.BytesPerSecond,
		Is: string(f.Is), AfterBytes: f.AfterBytes, Late: f.Late,
	}
}

func faultOf(r fault.Rule) Fault {
	return Fault{
		Op: r.Op, Job: r.Job, Store: r.Store,
		Project: r.Project, User: r.User, Resource: r.Resource, Header: r.Header, Body: r.Body, Caller: Caller(r.Caller),
		Nth: r.Nth, Every: r.Every, Times: r.Times, Probability: r.Probability,
		Status: r.Status, Message: r.Message, ReplyHeader: r.ReplyHeader, Latency: r.Latency, Drop: Drop(r.Drop),
		CutAfter: r.CutAfter, BytesPerSecond: r.BytesPerSecond,
		Is: Condition(r.Is), AfterBytes: r.AfterBytes, Late: r.Late,
	}
}

// plainFault is a Fault without methods.
type plainFault Fault

// MarshalJSON writes durations as text, such as "1m30s".
func (f Fault) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		plainFault
		Latency sim.Duration `json:"latency,omitzero"`
		Late    sim.Duration `json:"late,omitzero"`
	}{plainFault(f), sim.Duration(f.Latency), sim.Duration(f.Late)})
}

// UnmarshalJSON reads what MarshalJSON writes, and refuses fields that there are not.
func (f *Fault) UnmarshalJSON(text []byte) error {
	in := struct {
		*plainFault
		Latency sim.Duration `json:"latency"`
		Late    sim.Duration `json:"late"`
	}{plainFault: (*plainFault)(f)}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	f.Latency, f.Late = time.Duration(in.Latency), time.Duration(in.Late)
	return nil
}
