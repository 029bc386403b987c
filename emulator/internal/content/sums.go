package content

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// Sums are the digests of a Content, in lower-case hexadecimal.
type Sums struct {
	MD5, SHA512 string
}

// Sums hashes the bytes, once: the answer is remembered by all copies of c, whoever asks while it is being computed
// waits for it, and what c becomes when zeros are added needs no more than those zeros. Its only errors are ctx's and
// those of reading a blob, and these are not remembered.
func (c Content) Sums(ctx context.Context) (Sums, error) {
	m, err := c.milestone(ctx)
	if err != nil {
		return Sums{}, err
	}
	return m.sums, nil
}

func (c Content) milestone(ctx context.Context) (*milestone, error) {
	if c.head == nil {
		c = Zeros(0)
	}
	return c.head.milestone(ctx, c.size)
}

// milestone is a digest that was reached, and is never written to any more. One that was kept elsewhere may have no
// hashes, only sums.
type milestone struct {
	*digest
	sums Sums
}

// goesOn tells whether the digest of more bytes can begin here.
func (m *milestone) goesOn() bool { return m.md5 != nil }

// milestone returns that of the head and the zeros up to n.
func (h *head) milestone(ctx context.Context, n int64) (*milestone, error) {
	return h.known.get(ctx, n, func() (*digest, error) {
		d := digestOfZeros(h.zerosBefore(n))
		if m := h.known.before(n); m != nil && m.n > d.n {
			d = m.digest
		}
		if end := h.end(); d.n < end && end < n { // the data first, for others will want that, too
			m, err := h.milestone(ctx, end)
			if err != nil {
				return nil, err
			}
			if m.goesOn() {
				d = m.digest
			}
		}
		d, err := d.clone()
		if err != nil {
			return nil, err
		}
		return d, d.add(ctx, Content{h, n})
	})
}

// maxMilestones bounds what a memo keeps.
const maxMilestones = 8

// memo remembers the digests of a head with different numbers of zeros behind it.
type memo struct {
	mu         sync.Mutex // guards the rest; held for look-ups only, never while hashing
	milestones []*milestone
	flights    map[int64]*flight
}

// flight is a computation under way.
type flight struct {
	done chan struct{}
	to   *milestone // once done; nil if it failed
}

// get returns the milestone at n. If neither it is known nor someone computing it, compute is called.
func (m *memo) get(ctx context.Context, n int64, compute func() (*digest, error)) (*milestone, error) {
	for {
		known, f, first := m.join(n)
		if known != nil {
			return known, nil
		}
		if first {
			return m.lead(f, n, compute)
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if f.to != nil {
			return f.to, nil
		}
	}
}

// join returns the milestone at n, or else the flight to it, and whether the caller is the first aboard.
func (m *memo) join(n int64) (known *milestone, f *flight, first bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := m.find(n); known != nil {
		return known, nil, false
	}
	if f := m.flights[n]; f != nil {
		return nil, f, false
	}
	if m.flights == nil {
		m.flights = make(map[int64]*flight)
	}
	f = &flight{done: make(chan struct{})}
	m.flights[n] = f
	return nil, f, true
}

// lead computes what all aboard are waiting for.
func (m *memo) lead(f *flight, n int64, compute func() (*digest, error)) (*milestone, error) {
	defer m.land(f, n)
	d, err := compute()
	if err != nil {
		return nil, err
	}
	f.to = &milestone{d, d.sums()}
	return f.to, nil
}

func (m *memo) land(f *flight, n int64) {
	if f.to != nil {
		m.put(f.to)
	}
	m.mu.Lock()
	delete(m.flights, n)
	m.mu.Unlock()
	close(f.done)
}

// put keeps a milestone. When there are too many, the oldest is forgotten; but never the earliest in the Content, for
// every other can be reached from there.
func (m *memo) put(reached *milestone) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.milestones = append(m.milestones, reached)
	if len(m.milestones) <= maxMilestones {
		return
	}
	earliest := slices.MinFunc(m.milestones, func(a, b *milestone) int { return cmp.Compare(a.n, b.n) })
	forget := 0
	if m.milestones[0] == earliest {
		forget = 1
	}
	m.milestones = slices.Delete(m.milestones, forget, forget+1)
}

// at returns the milestone at n, if it is known.
func (m *memo) at(n int64) (*milestone, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.find(n)
	return known, known != nil
}

func (m *memo) find(n int64) *milestone {
	for _, known := range m.milestones {
		if known.n == n {
			return known
		}
	}
	return nil
}

// before returns the last milestone known that is not behind n and from which one can go on, or nil.
func (m *memo) before(n int64) *milestone {
	m.mu.Lock()
	defer m.mu.Unlock()
	var best *milestone
	for _, known := range m.milestones {
		if known.n <= n && known.goesOn() && (best == nil || known.n > best.n) {
			best = known
		}
	}
	return best
}
