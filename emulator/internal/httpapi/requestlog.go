package httpapi

import (
	"bytes"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// RequestLog keeps the last requests and answers, as they were: secrets are taken out when they are read. It is bounded in
// number and in bytes; the oldest go first, and long bodies are cut.
type RequestLog struct {
	size int // entries
	room int // bytes

	watcher atomic.Pointer[func(Entry)]

	mu      sync.Mutex // guards what follows; nothing is waited for under it
	ring    []Entry    // grows up to size
	first   int
	count   int
	bytes   int
	seq     uint64
	changed chan struct{} // closed when an entry is added; nil when nobody waits
}

// Entry is one request and its answer.
type Entry struct {
	Seq       uint64        // grows by one
	At        time.Time     // the cloud's time when it came
	Elapsed   time.Duration // of the cloud's time until it was answered
	Began     time.Time     // the machine's time when it came
	Duration  time.Duration // of the machine's time until it was answered
	Op        string        // "" when no operation was reached
	Method    string
	Site      string // scheme and host
	URL       string // path and query as the client sent them
	Proto     string
	Status    int // 0: the connection was dropped before there was one
	RequestID string
	CausedBy  string // id of the request that an internal one serves
	Internal  bool   // from one service of the cloud to another
	Fault     string // id of the fault that it met

	ProjectID, ProjectName string
	UserID, UserName       string

	BytesIn, BytesOut int64 // of the bodies; what is not known is -1

	RequestHeader, ResponseHeader http.Header
	RequestBody, ResponseBody     []byte // no image data; cut at 16 KiB
}

const (
	loggedBody  = 16 << 10
	defaultRoom = 4 << 20
	// entryWeight is what an entry takes beside its strings and bodies.
	entryWeight = 768
)

// NewRequestLog makes a log of the last size requests, in 4 MiB.
func NewRequestLog(size int) *RequestLog { return &RequestLog{size: size, room: defaultRoom} }

// Bound limits the log to so many bytes. It is called before the log is used.
func (l *RequestLog) Bound(bytes int) { l.room = bytes }

// Watch sets who hears of each entry, before the answer leaves and with its secrets; nil for nobody. It must not wait.
func (l *RequestLog) Watch(watcher *func(Entry)) { l.watcher.Store(watcher) }

// wanted tells whether entries are of any use.
func (l *RequestLog) wanted() bool { return l != nil && (l.size > 0 || l.watcher.Load() != nil) }

// add puts an entry into the log and returns its number.
func (l *RequestLog) add(e Entry) uint64 {
	e.Seq = l.keep(&e)
	if watch := l.watcher.Load(); watch != nil {
		(*watch)(e)
	}
	return e.Seq
}

func (l *RequestLog) keep(e *Entry) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	e.Seq = l.seq
	if l.size <= 0 {
		return e.Seq
	}
	l.bytes += e.weight()
	for l.count == l.size || l.bytes > l.room && l.count > 0 {
		l.drop()
	}
	if l.count == len(l.ring) {
		l.grow()
	}
	l.ring[(l.first+l.count)%len(l.ring)] = *e
	l.count++
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
	return e.Seq
}

// drop forgets the oldest entry.
func (l *RequestLog) drop() {
	l.bytes -= l.ring[l.first].weight()
	l.ring[l.first] = Entry{}
	l.first = (l.first + 1) % len(l.ring)
	l.count--
}

func (l *RequestLog) grow() {
	ring := make([]Entry, min(max(16, 2*len(l.ring)), l.size))
	for i := range l.count {
		ring[i] = l.ring[(l.first+i)%len(l.ring)]
	}
	l.ring, l.first = ring, 0
}

// amend notes what became of an answer that was sent after its entry had been added.
func (l *RequestLog) amend(seq uint64, sent int64, watch sim.Stopwatch) {
	if seq == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.count == 0 {
		return
	}
	oldest := l.ring[l.first].Seq
	if seq < oldest || seq >= oldest+uint64(l.count) {
		return // gone, or cleared
	}
	e := &l.ring[(l.first+int(seq-oldest))%len(l.ring)]
	e.BytesOut, e.Duration = sent, watch.Elapsed()
}

// Entries lists what is kept, oldest first, without secrets.
func (l *RequestLog) Entries() []Entry {
	entries, _ := l.After(0)
	return entries
}

// After lists the entries that came after the numbered one, without secrets, and what is closed when there is another.
func (l *RequestLog) After(seq uint64) ([]Entry, <-chan struct{}) {
	entries, more := l.after(seq)
	for i := range entries {
		entries[i] = entries[i].WithoutSecrets()
	}
	return entries, more
}

func (l *RequestLog) after(seq uint64) ([]Entry, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	var out []Entry
	for i := range l.count {
		if e := &l.ring[(l.first+i)%len(l.ring)]; e.Seq > seq {
			if out == nil {
				out = make([]Entry, 0, l.count-i)
			}
			out = append(out, *e)
		}
	}
	return out, l.changed
}

// Clear forgets all entries.
func (l *RequestLog) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring, l.first, l.count, l.bytes = nil, 0, 0, 0
}

// weight is what an entry takes, in bytes.
func (e *Entry) weight() int {
	n := entryWeight + len(e.URL) + cap(e.RequestBody) + cap(e.ResponseBody)
	for _, h := range [2]http.Header{e.RequestHeader, e.ResponseHeader} {
		for k, values := range h {
			n += len(k) + 16
			for _, v := range values {
				n += len(v) + 16
			}
		}
	}
	return n
}

// logged makes the entry of a call.
func (c *Call) logged(status int, body []byte, sent int64) Entry {
	r := c.Request
	e := Entry{
		At: c.arrived, Elapsed: max(0, c.front.Clock.Now().Sub(c.arrived)), Began: c.watch.Began(), Duration: c.watch.Elapsed(),
		Op: c.Op, Method: r.Method, Site: c.Site.Scheme + "://" + c.Site.Host, URL: r.URL.RequestURI(), Proto: r.Proto,
		Status: status, RequestID: c.RequestID, Internal: isInternal(r.Context()), Fault: c.Fault,
		BytesIn: c.received(), BytesOut: sent,
		RequestHeader: r.Header, ResponseHeader: c.header, RequestBody: cut(c.body), ResponseBody: cut(body),
	}
	if e.Internal {
		e.CausedBy = r.Header.Get("X-Openstack-Request-Id")
	}
	if id := c.Auth; id != nil {
		e.ProjectID, e.ProjectName, e.UserID, e.UserName = id.ProjectID, id.ProjectName, id.UserID, id.UserName
	}
	return e
}

// cut is a body as it is kept: a long one does not keep the whole alive.
func cut(body []byte) []byte {
	if len(body) <= loggedBody {
		return body
	}
	return bytes.Clone(body[:loggedBody])
}
