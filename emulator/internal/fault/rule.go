// Package fault decides what goes wrong in a cloud, and when: requests that are refused, late or broken off, stores that
// are full or gone, background jobs that stick or fail. It knows rules and counts; what a rule does to a request, a store
// or a job is done where those are.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// Rule is one fault. The emulator's Fault documents its fields, which are the same.
type Rule struct {
	Op, Job, Store string

	Project, User, Resource string
	Header, Body            map[string]string
	Caller                  string

	Nth, Every, Times int
	Probability       float64

	Status         int
	Message        string
	ReplyHeader    map[string]string
	Latency        time.Duration
	Drop           string
	CutAfter       int64
	BytesPerSecond int64

	Is         string
	AfterBytes int64
	Late       time.Duration
}

// Who makes a request.
const (
	ByClient  = "client"
	ByService = "service"
)

// When a connection is dropped.
const (
	DropBefore = "before"
	DropAfter  = "after"
)

// What a store or a job is.
const (
	Full     = "full"
	ReadOnly = "read_only"
	Denied   = "denied"
	Broken   = "broken"
	Gone     = "gone"
	Corrupt  = "corrupt"

	Stuck  = "stuck"
	Failed = "failed"
)

// Bounds of what a rule may hold.
const (
	maxText    = 4 << 10
	maxEntries = 32
	maxWait    = 24 * time.Hour
	maxBytes   = 1 << 60
	maxCount   = 1 << 30
)

// Known are the names that globs have to match at least one of; nil leaves that part unchecked.
type Known struct{ Ops, Jobs, Stores []string }

// checker collects the mistakes of a rule.
type checker struct {
	path string // "faults[0]." or ""
	errs []error
}

func (c *checker) wrong(field, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s%s: %s", c.path, field, fmt.Sprintf(format, args...)))
}

// Check reports every mistake of a rule, each beginning with path and the field.
func (r *Rule) Check(path string, known Known) error {
	c := &checker{path: path}
	r.checkSubject(c, known)
	r.checkMatchers(c)
	r.checkCounts(c)
	r.checkEffects(c)
	return errors.Join(c.errs...)
}

// checkSubject holds that a rule is about one sort of thing, and about something that there is.
func (r *Rule) checkSubject(c *checker, known Known) {
	given := 0
	for _, s := range []struct {
		field, globs, noun string
		known              []string
	}{{"op", r.Op, "operation", known.Ops}, {"job", r.Job, "job", known.Jobs}, {"store", r.Store, "store", known.Stores}} {
		if s.globs == "" {
			continue
		}
		given++
		for _, glob := range splitGlobs(s.globs) {
			if s.known != nil && !slices.ContainsFunc(s.known, func(name string) bool { return match(glob, name) }) {
				c.wrong(s.field, "no %s is called %q; the nearest are %s", s.noun, glob, strings.Join(sim.Nearest(glob, s.known, 3), ", "))
			}
		}
	}
	if given != 1 {
		c.wrong("op", "want one of op, job and store, not %d", given)
	}
}

func (r *Rule) checkMatchers(c *checker) {
	for field, value := range map[string]string{
		"op": r.Op, "job": r.Job, "store": r.Store, "project": r.Project, "user": r.User, "resource": r.Resource, "message": r.Message,
	} {
		if len(value) > maxText {
			c.wrong(field, "%d bytes: want at most %d", len(value), maxText)
		}
	}
	for field, entries := range map[string]map[string]string{"header": r.Header, "body": r.Body, "reply_header": r.ReplyHeader} {
		if len(entries) > maxEntries {
			c.wrong(field, "%d entries: want at most %d", len(entries), maxEntries)
		}
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			switch value := entries[name]; {
			case name == "" || len(name)+len(value) > maxText:
				c.wrong(field, "%.40q: want a name, and at most %d bytes", name, maxText)
			case field == "body" && strings.ContainsAny(name, "= \t\r\n\v\f\u0085\u00a0"):
				c.wrong(field, "%q: want a path without blanks and equals signs", name)
			case field != "body" && !isToken(name):
				c.wrong(field, "%q: want the name of a header", name)
			case field != "body" && strings.ContainsAny(value, "\r\n\x00"):
				c.wrong(field, "%q: want a value on one line", value)
			}
		}
	}
	switch {
	case r.Caller != "" && r.Caller != ByClient && r.Caller != ByService:
		c.wrong("caller", "%q: want %s or %s", r.Caller, ByClient, ByService)
	case r.Op == "" && (r.Caller != "" || len(r.Header) > 0 || len(r.Body) > 0):
		c.wrong("op", "caller, header and body are of requests: want op")
	case r.Store != "" && r.User != "":
		c.wrong("user", "a store does not know users: want project or resource")
	}
}

// isToken tells whether HTTP allows it as a header's name.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

func (r *Rule) checkCounts(c *checker) {
	for field, n := range map[string]int{"nth": r.Nth, "every": r.Every, "times": r.Times} {
		if n < 0 || n > maxCount {
			c.wrong(field, "%d: want 0 to %d", n, maxCount)
		}
	}
	if !(r.Probability >= 0 && r.Probability <= 1) { // NaN is neither
		c.wrong("probability", "%v: want 0 to 1", r.Probability)
	}
	chosen := 0
	for _, given := range []bool{r.Nth > 0, r.Every > 0, r.Probability > 0} {
		if given {
			chosen++
		}
	}
	if chosen > 1 {
		c.wrong("nth", "want at most one of nth, every and probability")
	}
}

func (r *Rule) checkEffects(c *checker) {
	for field, n := range map[string]int64{"cut_after": r.CutAfter, "bytes_per_second": r.BytesPerSecond, "after_bytes": r.AfterBytes} {
		if n < 0 || n > maxBytes {
			c.wrong(field, "%d: want 0 to %d", n, int64(maxBytes))
		}
	}
	for field, d := range map[string]time.Duration{"latency": r.Latency, "late": r.Late} {
		if d < 0 || d > maxWait {
			c.wrong(field, "%s: want 0 to %s", d, maxWait)
		}
	}
	switch {
	case r.Op != "":
		r.checkRequestEffects(c)
	case r.Store != "":
		r.checkStoreEffects(c)
	case r.Job != "":
		r.checkJobEffects(c)
	}
}

func (r *Rule) checkRequestEffects(c *checker) {
	if r.Is != "" || r.AfterBytes != 0 || r.Late != 0 {
		c.wrong("op", "is, after_bytes and late are of stores and jobs")
	}
	if r.Status != 0 && (r.Status < 400 || r.Status > 599) {
		c.wrong("status", "%d: want 400 to 599", r.Status)
	}
	if r.Drop != "" && r.Drop != DropBefore && r.Drop != DropAfter {
		c.wrong("drop", "%q: want %s or %s", r.Drop, DropBefore, DropAfter)
	}
	switch {
	case r.Message != "" && r.Status == 0:
		c.wrong("message", "is of an answer: want status")
	case r.Drop != "" && (r.Status != 0 || r.CutAfter != 0 || len(r.ReplyHeader) > 0):
		c.wrong("drop", "a dropped connection has no answer: want no status, cut_after and reply_header")
	case r.Status == 0 && r.Drop == "" && r.CutAfter == 0 && r.Latency == 0 && r.BytesPerSecond == 0 && len(r.ReplyHeader) == 0:
		c.wrong("status", "nothing goes wrong: want status, latency, drop, cut_after, bytes_per_second or reply_header")
	}
}

// ofRequests tells whether a rule has effects that only requests have.
func (r *Rule) ofRequests() bool {
	return r.Status != 0 || r.Message != "" || len(r.ReplyHeader) > 0 || r.Drop != "" || r.CutAfter != 0
}

func (r *Rule) checkStoreEffects(c *checker) {
	if r.ofRequests() || r.Late != 0 {
		c.wrong("store", "status, message, reply_header, drop and cut_after are of requests, late is of jobs")
	}
	kinds := []string{Full, ReadOnly, Denied, Broken, Gone, Corrupt}
	switch {
	case r.Is != "" && !slices.Contains(kinds, r.Is):
		c.wrong("is", "%q: want a store to be %s", r.Is, orList(kinds))
	case r.Is == "" && r.Latency == 0 && r.BytesPerSecond == 0:
		c.wrong("is", "nothing goes wrong: want is, latency or bytes_per_second")
	case r.AfterBytes != 0 && r.Is != Full && r.Is != Broken:
		c.wrong("after_bytes", "is of a store that is %s or %s", Full, Broken)
	case r.Is == Gone && (r.Latency != 0 || r.BytesPerSecond != 0):
		c.wrong("is", "a store that is gone takes no time")
	}
}

func (r *Rule) checkJobEffects(c *checker) {
	if r.ofRequests() || r.Latency != 0 || r.BytesPerSecond != 0 || r.AfterBytes != 0 {
		c.wrong("job", "a job can be stuck, failed or late; the other effects are of requests and stores")
	}
	kinds := []string{Stuck, Failed}
	switch {
	case r.Is != "" && !slices.Contains(kinds, r.Is):
		c.wrong("is", "%q: want a job to be %s", r.Is, orList(kinds))
	case r.Is == "" && r.Late == 0:
		c.wrong("is", "nothing goes wrong: want is or late")
	case r.Is == Stuck && r.Late != 0:
		c.wrong("late", "a job that is stuck cannot be late")
	}
}

func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// clone is a copy that shares nothing.
func (r Rule) clone() Rule {
	r.Header, r.Body, r.ReplyHeader = maps.Clone(r.Header), maps.Clone(r.Body), maps.Clone(r.ReplyHeader)
	return r
}
