package fault

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// cloud is one in which time passes by itself, once it is told.
func cloud() Cloud {
	return Cloud{
		Wait: func(ctx context.Context, _ time.Duration) error {
			<-ctx.Done()
			return ctx.Err()
		},
		Chance: rand.NewChaCha8([32]byte{1}),
		Lookup: func(id string) (name, project string, ok bool) {
			name, ok = map[string]string{"v1": "boot", "p1": "demo"}[id]
			return name, "p1", ok
		},
	}
}

func TestMatch(t *testing.T) {
	for _, tc := range []struct {
		glob, s string
		want    bool
	}{
		{"", "", true},
		{"*", "", true},
		{"a", "a", true},
		{"a", "b", false},
		{"a*", "a", true},
		{"a*c", "abc", true},
		{"a*c", "abcd", false},
		{"*.list", "glance.images.list", true},
		{"g*.*t", "glance.images.list", true},
		{"**", "x", true},
		{"a*b*c", "aXbXbYc", true},
		{"?", "a", false},
		{"*a", "ba", true},
		{"", "a", false},
	} {
		if got := match(tc.glob, tc.s); got != tc.want {
			t.Errorf("%q matches %q: %v", tc.glob, tc.s, got)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a*b", "axxb")
	f.Fuzz(func(t *testing.T, glob, s string) {
		if len(glob)+len(s) > 1000 {
			return
		}
		parts := strings.Split(glob, "*")
		want := true
		rest := s
		for i, part := range parts {
			at := strings.Index(rest, part)
			switch {
			case i == 0 && len(parts) == 1:
				want = rest == part
			case i == 0:
				want = strings.HasPrefix(rest, part)
				at = 0
			case i == len(parts)-1:
				want = strings.HasSuffix(rest, part)
				at = len(rest) - len(part)
			default:
				want = at >= 0
			}
			if !want {
				break
			}
			rest = rest[at+len(part):]
		}
		if got := match(glob, s); got != want {
			t.Errorf("%q matches %q: %v, want %v", glob, s, got, want)
		}
	})
}

func TestWhoWaitsGoesOnWhenTheRuleIsRemoved(t *testing.T) {
	s := NewSet(cloud())
	id, err := s.Inject(Rule{Op: "*", Latency: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	plan := s.OnRequest(&Subject{Name: "x"})
	done := make(chan error)
	go func() { done <- plan.Delay(t.Context()) }()
	if !s.Remove(id) || s.Remove(id) {
		t.Error("the rule was not there once")
	}
	if err := <-done; err != nil {
		t.Error(err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	id, _ = s.Inject(Rule{Op: "*", Latency: time.Second})
	plan = s.OnRequest(&Subject{Name: "x"})
	go func() { done <- plan.Delay(ctx) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	plan = s.OnRequest(&Subject{Name: "x"})
	go func() { done <- plan.Delay(t.Context()) }()
	s.Close()
	if err := <-done; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if _, ok := s.Get(id); ok || s.Requests() {
		t.Error("a closed set has rules")
	}
}

func TestRulesOfOneRequest(t *testing.T) {
	s := NewSet(cloud())
	for _, r := range []Rule{
		{Op: "*", BytesPerSecond: 100},
		{Op: "*", Status: 503},
		{Op: "*", Drop: DropBefore},
		{Op: "*", BytesPerSecond: 10},
		{Op: "*", CutAfter: 9},
		{Op: "*", CutAfter: 5},
		{Op: "other", Status: 400},
	} {
		if _, err := s.Inject(r); err != nil {
			t.Fatal(err)
		}
	}
	p := s.OnRequest(&Subject{Name: "x"})
	if p.Status != 503 || p.Drop != "" || p.CutAfter != 5 || p.slowest().BytesPerSecond != 10 || p.Mark() != "fault-1,fault-2,fault-4,fault-5,fault-6" {
		t.Errorf("got %+v, %s", p, p.Mark())
	}
	var hits []int
	for _, status := range s.List() {
		hits = append(hits, status.Hits)
	}
	if want := []int{1, 1, 0, 1, 1, 1, 0}; !slices.Equal(hits, want) {
		t.Errorf("hits are %v, want %v", hits, want)
	}
}

func TestStoresAndJobs(t *testing.T) {
	s := NewSet(cloud())
	held, _ := s.Inject(Rule{Job: "cinder.*", Is: Stuck, Project: "demo", Resource: "boot"})
	failed, _ := s.Inject(Rule{Job: "*", Is: Failed})
	_, _ = s.Inject(Rule{Job: "*", Late: time.Second})
	_, _ = s.Inject(Rule{Store: "fast", Is: Gone, Times: 1})
	_, _ = s.Inject(Rule{Store: "f*", Is: Full, AfterBytes: 7})
	boot := &Subject{Name: "cinder.volume.create", Resources: func() []string { return []string{"v1"} }}
	if got := s.OnJob(boot); got != (Twist{Holder: held, Late: time.Second}) {
		t.Errorf("got %+v", got)
	}
	if got := s.OnJob(&Subject{Name: "glance.image.import"}); got != (Twist{Failed: failed, Late: time.Second}) {
		t.Errorf("got %+v", got)
	}
	if !s.StoreGone(Use{Store: "fast"}) || s.StoreGone(Use{Store: "fast"}) || s.StoreGone(Use{Store: "far"}) {
		t.Error("not the first use of fast alone finds it gone")
	}
	if c := s.OnStore(Use{Store: "fast"}); c == nil || c.Is != Full || c.AfterBytes != 7 {
		t.Errorf("got %+v", c)
	}
	if c := s.OnStore(Use{Store: "fast", Reads: true}); c != nil {
		t.Errorf("reading meets %+v", c)
	}
}

func TestConcurrentUse(t *testing.T) {
	s := NewSet(cloud())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				id, err := s.Inject(Rule{Op: "*", Status: 503, Probability: 0.5})
				if err != nil {
					t.Error(err)
				}
				s.OnRequest(&Subject{Name: "x"})
				s.List()
				s.Fork(cloud()).OnRequest(&Subject{Name: "x"})
				s.Remove(id)
			}
		})
	}
	all.Wait()
	if s.Requests() || len(s.List()) != 0 {
		t.Error("rules are left")
	}
}

// What a request costs in a cloud without faults, with faults of other things, and with one that does not match.
func BenchmarkNoFault(b *testing.B) {
	b.Run("none", func(b *testing.B) {
		s := NewSet(cloud())
		for b.Loop() {
			if s.Requests() {
				b.Fatal("there is one")
			}
		}
	})
	b.Run("another", func(b *testing.B) {
		s := NewSet(cloud())
		if _, err := s.Inject(Rule{Op: "glance.images.upload", Status: 503}); err != nil {
			b.Fatal(err)
		}
		subject := &Subject{Name: "cinder.volumes.list"}
		for b.Loop() {
			if s.Requests() && s.OnRequest(subject) != nil {
				b.Fatal("it acts")
			}
		}
	})
}
