package fault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Lookup finds what people call a resource, or a project, by its id: its name, and the id of its project.
type Lookup func(id string) (name, project string, ok bool)

// Cloud is what faults need of the cloud they happen in.
type Cloud struct {
	// Wait lets that much of the cloud's time pass.
	Wait func(ctx context.Context, d time.Duration) error
	// Chance is where the seeds of probabilities are drawn.
	Chance io.Reader
	Lookup Lookup
	// Released is told of a rule that is gone, by whose id jobs may be held.
	Released func(id string)
}

// MaxRules bounds how many rules there may be at once.
const MaxRules = 1000

// Set holds the rules of a cloud. It is safe for concurrent use.
type Set struct {
	cloud Cloud

	// What acts, by the sort of what it acts on; nil when nothing does.
	requests, stores, jobs atomic.Pointer[[]*live]

	watcher atomic.Pointer[func(Hit)]

	mu     sync.Mutex // guards the rest, and all counts; nothing is waited for, nor is the cloud asked, under it
	rules  []*live    // in the order in which they came
	last   int        // number of the latest rule
	closed bool
}

// live is a rule at work.
type live struct {
	Rule
	ID    string
	names []string // globs of what it is about

	gone context.Context // ends when the rule is removed, and with the cloud
	end  context.CancelFunc

	key    [32]byte // seeds chance
	chance *rand.Rand

	matched, hits int
}

// NewSet makes a set without rules.
func NewSet(c Cloud) *Set { return &Set{cloud: c} }

// ErrClosed is what waits in a fault end with when the cloud is closed.
var ErrClosed = errors.New("fault: the cloud is closed")

// Inject adds a rule, which Check has let through, and returns its id.
func (s *Set) Inject(r Rule) (string, error) {
	l := &live{Rule: r.clone()}
	if r.Probability > 0 {
		_, _ = io.ReadFull(s.cloud.Chance, l.key[:]) // a source of ids has no errors
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return "", ErrClosed
	case len(s.rules) >= MaxRules:
		return "", fmt.Errorf("there are %d faults already, and no more are allowed", MaxRules)
	}
	s.last++
	l.ID = "fault-" + strconv.Itoa(s.last)
	l.begin()
	s.rules = append(s.rules, l)
	s.publish()
	return l.ID, nil
}

func (l *live) begin() {
	l.names = splitGlobs(l.Op + l.Job + l.Store)
	l.gone, l.end = context.WithCancel(context.Background())
	if l.Probability > 0 {
		l.chance = rand.New(rand.NewChaCha8(l.key))
	}
}

// publish sorts the rules for those who look for them.
func (s *Set) publish() {
	var requests, stores, jobs []*live
	for _, l := range s.rules {
		switch {
		case l.Op != "":
			requests = append(requests, l)
		case l.Store != "":
			stores = append(stores, l)
		default:
			jobs = append(jobs, l)
		}
	}
	put(&s.requests, requests)
	put(&s.stores, stores)
	put(&s.jobs, jobs)
}

func put(to *atomic.Pointer[[]*live], rules []*live) {
	if len(rules) == 0 {
		to.Store(nil)
		return
	}
	to.Store(&rules)
}

// Remove takes a rule away. Whoever waits because of it goes on at once. It tells whether the rule was there.
func (s *Set) Remove(id string) bool {
	s.mu.Lock()
	i := slices.IndexFunc(s.rules, func(l *live) bool { return l.ID == id })
	if i < 0 {
		s.mu.Unlock()
		return false
	}
	l := s.rules[i]
	s.rules = slices.Delete(slices.Clone(s.rules), i, i+1)
	s.publish()
	s.mu.Unlock()
	l.end()
	if l.Is == Stuck && s.cloud.Released != nil {
		s.cloud.Released(id)
	}
	return true
}

// Status is a rule and what has come of it.
type Status struct {
	ID      string
	Rule    Rule
	Matched int // how often there was something that it is about
	Hits    int // how often it acted
}

// List tells of all rules, in the order in which they came.
func (s *Set) List() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Status, len(s.rules))
	for i, l := range s.rules {
		list[i] = Status{l.ID, l.clone(), l.matched, l.hits}
	}
	return list
}

// Get tells of one rule.
func (s *Set) Get(id string) (Status, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.rules {
		if l.ID == id {
			return Status{l.ID, l.clone(), l.matched, l.hits}, true
		}
	}
	return Status{}, false
}

// Fork is a set of the same rules in another cloud, under the same ids, with counts and chances that begin anew.
func (s *Set) Fork(c Cloud) *Set {
	f := NewSet(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	f.last = s.last
	for _, l := range s.rules {
		copied := &live{Rule: l.clone(), ID: l.ID, key: l.key}
		copied.begin()
		f.rules = append(f.rules, copied)
	}
	f.publish()
	return f
}

// Close removes all rules, lets nobody wait any longer, and takes no more.
func (s *Set) Close() {
	s.mu.Lock()
	rules := s.rules
	s.rules, s.closed = nil, true
	s.publish()
	s.mu.Unlock()
	for _, l := range rules {
		l.end()
	}
}

func (s *Set) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// due counts a match and tells whether the rule acts on it. The set's lock is held.
func (l *live) due() bool {
	l.matched++
	times := l.Times
	if times == 0 && l.Nth > 0 {
		times = 1
	}
	switch {
	case times > 0 && l.hits >= times:
		return false
	case l.Nth > 0:
		return l.matched >= l.Nth
	case l.Every > 0:
		return l.matched%l.Every == 0
	case l.Probability > 0:
		return l.chance.Float64() < l.Probability
	}
	return true
}

// chosen are the rules that act on a subject. Of those that exclude one another only the first does; the others have
// seen it, and keep what they have left.
func (s *Set) chosen(of *atomic.Pointer[[]*live], subject *Subject, about func(*live) bool) []*live {
	rules := of.Load()
	if rules == nil {
		return nil
	}
	var matching []*live
	for _, l := range *rules {
		if about(l) && l.matches(subject, s.lookup) {
			matching = append(matching, l)
		}
	}
	if matching == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var acting []*live
	ended := false
	for _, l := range matching {
		if !l.due() || ended && l.ends() {
			continue
		}
		l.hits++
		ended = ended || l.ends()
		acting = append(acting, l)
		s.tell(l, subject)
	}
	return acting
}

// ends tells whether a rule decides how the matter ends.
func (l *live) ends() bool { return l.Status != 0 || l.Drop != "" || l.Is != "" }

func (s *Set) lookup(id string) (name, project string, ok bool) {
	if s.cloud.Lookup == nil {
		return "", "", false
	}
	return s.cloud.Lookup(id)
}

// wait lets a rule's time pass. It ends early, without an error, when the rule is removed.
func (s *Set) wait(ctx context.Context, l *live, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(l.gone, cancel)()
	err := s.cloud.Wait(waiting, d)
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case s.isClosed():
		return ErrClosed
	}
	return nil
}

// span is how long n bytes take at a rate.
func span(n, perSecond int64) time.Duration {
	if perSecond <= 0 || n <= 0 {
		return 0
	}
	seconds := float64(n) / float64(perSecond)
	return min(maxWait, time.Duration(min(seconds, maxWait.Seconds())*float64(time.Second)))
}
