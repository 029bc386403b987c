package emulator

import (
	"sync"
	"sync/atomic"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// What may wait for a subscriber.
const (
	maxWaiting      = 1024
	maxWaitingBytes = 4 << 20
)

// events are who hears of a cloud's events.
type events struct {
	some atomic.Bool // whether there are subscribers

	joining sync.Mutex // held while subscribers come and go; never while an event is told
	end     func()     // of what listenIn has begun; nil without subscribers

	mu          sync.Mutex // guards what follows; subscribers' locks are taken under it
	subscribers map[*subscriber]struct{}
	seq         uint64
	closed      bool
}

// item is an event on its way. Requests are made readable when somebody reads them.
type item struct {
	Event
	entry *httpapi.Entry
}

func (i item) bytes() int {
	if i.entry == nil {
		return 0
	}
	return len(i.entry.RequestBody) + len(i.entry.ResponseBody)
}

// subscriber is one of them.
type subscriber struct {
	more chan struct{} // holds a token when there may be something to read

	mu      sync.Mutex // guards what follows
	waiting []item
	bytes   int
	lost    Event // if it has a Lost
	gone    bool
}

func (v *events) active() bool { return v.some.Load() }

func (v *events) subscribe(e *Emulator) *subscriber {
	s := &subscriber{more: make(chan struct{}, 1)}
	v.joining.Lock()
	defer v.joining.Unlock()
	v.mu.Lock()
	if v.closed {
		s.gone = true
		v.mu.Unlock()
		return s
	}
	if v.subscribers == nil {
		v.subscribers = map[*subscriber]struct{}{}
	}
	v.subscribers[s] = struct{}{}
	v.some.Store(true)
	v.mu.Unlock()
	if v.end == nil {
		v.end = e.listenIn()
	}
	return s
}

// leave ends a subscription. It may be called more than once.
func (v *events) leave(s *subscriber) {
	s.leave()
	v.joining.Lock()
	defer v.joining.Unlock()
	v.mu.Lock()
	delete(v.subscribers, s)
	last := len(v.subscribers) == 0
	v.some.Store(!last)
	v.mu.Unlock()
	if last && v.end != nil {
		v.end()
		v.end = nil
	}
}

// close ends all subscriptions, and lets nobody subscribe any more.
func (v *events) close() {
	v.mu.Lock()
	v.closed = true
	var all []*subscriber
	for s := range v.subscribers {
		all = append(all, s)
	}
	v.mu.Unlock()
	for _, s := range all {
		v.leave(s)
	}
}

func (v *events) publish(i item) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seq++
	i.Seq = v.seq
	for s := range v.subscribers {
		s.put(i)
	}
}

func (s *subscriber) put(i item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone {
		return
	}
	if len(s.waiting) >= maxWaiting || s.bytes+i.bytes() > maxWaitingBytes {
		s.lost = Event{Seq: i.Seq, At: i.At, Kind: EventLost, Lost: s.lost.Lost + 1}
		return
	}
	if s.lost.Lost > 0 {
		s.waiting = append(s.waiting, item{Event: s.lost})
		s.lost = Event{}
	}
	s.waiting = append(s.waiting, i)
	s.bytes += i.bytes()
	s.wake()
}

func (s *subscriber) wake() {
	select {
	case s.more <- struct{}{}:
	default: // awake
	}
}

func (s *subscriber) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = true
	s.wake()
}

// next waits for an event; false when there will be no more.
func (s *subscriber) next() (Event, bool) {
	for {
		i, ok, gone := s.take()
		switch {
		case ok && i.entry != nil:
			r := request(i.entry.WithoutSecrets())
			i.Request = &r
			return i.Event, true
		case ok:
			return i.Event, true
		case gone:
			return Event{}, false
		}
		<-s.more
	}
}

func (s *subscriber) take() (i item, ok, gone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) == 0 {
		if s.lost.Lost > 0 {
			i, s.lost = item{Event: s.lost}, Event{}
			return i, true, s.gone
		}
		if s.waiting = nil; s.gone {
			s.wake() // for whoever else waits
		}
		return item{}, false, s.gone
	}
	i = s.waiting[0]
	s.waiting[0] = item{}
	s.waiting = s.waiting[1:]
	s.bytes -= i.bytes()
	return i, true, s.gone
}
