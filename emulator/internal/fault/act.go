package fault

import (
	"context"
	"strings"
	"time"
)

// Requests tells whether any rule is about requests. It is what a request without a fault costs.
func (s *Set) Requests() bool { return s != nil && s.requests.Load() != nil }

// Plan is what becomes of one request.
type Plan struct {
	set   *Set
	rules []*live

	// Of the first rule that has them: how the answer is, or how there is none.
	Status  int
	Message string
	Drop    string
	// CutAfter is how much of the answer's body is sent; 0 for all.
	CutAfter int64
}

// OnRequest decides about a request; nil leaves it alone.
func (s *Set) OnRequest(r *Subject) *Plan {
	rules := s.chosen(&s.requests, r, func(*live) bool { return true })
	if rules == nil {
		return nil
	}
	p := &Plan{set: s, rules: rules}
	for _, l := range rules {
		if p.Status == 0 {
			p.Status, p.Message = l.Status, l.Message
		}
		if p.Drop == "" {
			p.Drop = l.Drop
		}
		if l.CutAfter > 0 && (p.CutAfter == 0 || l.CutAfter < p.CutAfter) {
			p.CutAfter = l.CutAfter
		}
	}
	return p
}

// Mark names the rules that act, for the request log.
func (p *Plan) Mark() string {
	if p == nil {
		return ""
	}
	ids := make([]string, len(p.rules))
	for i, l := range p.rules {
		ids[i] = l.ID
	}
	return strings.Join(ids, ",")
}

// Delay lets the latencies of the rules pass, one after another.
func (p *Plan) Delay(ctx context.Context) error {
	for _, l := range p.rules {
		if err := p.set.wait(ctx, l, l.Latency); err != nil {
			return err
		}
	}
	return nil
}

// Slow tells whether the request's body is to be read slowly.
func (p *Plan) Slow() bool { return p.slowest() != nil }

func (p *Plan) slowest() *live {
	var slowest *live
	for _, l := range p.rules {
		if l.BytesPerSecond > 0 && (slowest == nil || l.BytesPerSecond < slowest.BytesPerSecond) {
			slowest = l
		}
	}
	return slowest
}

// Portion is how much of a body is read at a time, so that a client sees it go on.
func (p *Plan) Portion() int64 { return max(1, p.slowest().BytesPerSecond/4) }

// Read lets the time pass that n bytes of the body take.
func (p *Plan) Read(ctx context.Context, n int64) error {
	l := p.slowest()
	return p.set.wait(ctx, l, span(n, l.BytesPerSecond))
}

// Header yields what the rules add to the answer's headers.
func (p *Plan) Header(yield func(name, value string) bool) {
	for _, l := range p.rules {
		for name, value := range l.ReplyHeader {
			if !yield(name, value) {
				return
			}
		}
	}
}

// Use is what somebody does with a store.
type Use struct {
	Store string
	Image string // id of the image whose data it is
	Reads bool   // else it writes
}

func (u Use) subject() *Subject {
	return &Subject{Name: u.Store, Resources: func() []string { return []string{u.Image} }}
}

// StoreGone tells whether a store is not to be found.
func (s *Set) StoreGone(u Use) bool {
	if s == nil || s.stores.Load() == nil {
		return false
	}
	return s.chosen(&s.stores, u.subject(), func(l *live) bool { return l.Is == Gone }) != nil
}

// Condition is what is wrong with a store.
type Condition struct {
	set   *Set
	rules []*live

	Is         string // "" when it is only slow
	AfterBytes int64  // of one object, that a store that is Full or Broken still takes
}

// OnStore decides about a use of a store; nil leaves it alone. Reading only takes time.
func (s *Set) OnStore(u Use) *Condition {
	if s == nil || s.stores.Load() == nil {
		return nil
	}
	rules := s.chosen(&s.stores, u.subject(), func(l *live) bool { return l.Is != Gone && (!u.Reads || l.Is == "") })
	if rules == nil {
		return nil
	}
	c := &Condition{set: s, rules: rules}
	for _, l := range rules {
		if c.Is == "" {
			c.Is, c.AfterBytes = l.Is, l.AfterBytes
		}
	}
	return c
}

// Spend lets the time pass that a store takes for so many bytes.
func (c *Condition) Spend(ctx context.Context, n int64) error {
	if c == nil {
		return nil
	}
	for _, l := range c.rules {
		if err := c.set.wait(ctx, l, l.Latency+span(n, l.BytesPerSecond)); err != nil {
			return err
		}
	}
	return nil
}

// Jobs tells whether any rule is about jobs.
func (s *Set) Jobs() bool { return s != nil && s.jobs.Load() != nil }

// Twist is what becomes of a job.
type Twist struct {
	Holder string // id of the rule that holds it back
	Late   time.Duration
	Failed string // id of the rule that lets it fail
}

// OnJob decides about a job that is due.
func (s *Set) OnJob(j *Subject) Twist {
	var t Twist
	for _, l := range s.chosen(&s.jobs, j, func(*live) bool { return true }) {
		t.Late += l.Late
		switch l.Is {
		case Stuck:
			t.Holder = l.ID
		case Failed:
			t.Failed = l.ID
		}
	}
	return t
}
