package sim

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// Transition is a kind of job, as people see it: what a cloud does some time after it has said that it will.
type Transition struct {
	Name string // such as "cinder.volume.create"
	Does string // what it does, on one line
}

// Duration is a time.Duration that fixtures and JSON write as "1m30s".
type Duration time.Duration

// UnmarshalText reads "1m30s".
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// MarshalText writes what UnmarshalText reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Delays are how long transitions take, by name; one that is missing takes no time. Jitter makes each take longer or
// shorter by up to that fraction.
type Delays struct {
	By     map[string]time.Duration
	Jitter float64
}

// delays are those of a queue.
type delays struct {
	mu     sync.Mutex // guards the rest; chance's own lock is taken under it
	by     map[string]time.Duration
	jitter float64
	chance func() float64
}

func (d *delays) copy(from *delays) {
	from.mu.Lock()
	defer from.mu.Unlock()
	d.by, d.jitter = from.by, from.jitter
}

// draw is how long a transition is to take this time.
func (d *delays) draw(kind string) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	delay := d.by[kind]
	if delay == 0 || d.jitter == 0 || d.chance == nil {
		return delay
	}
	return time.Duration(float64(delay) * (1 + d.jitter*(2*d.chance()-1)))
}

// Delays are how long transitions take.
func (q *Queue) Delays() Delays {
	q.delays.mu.Lock()
	defer q.delays.mu.Unlock()
	return Delays{maps.Clone(q.delays.by), q.delays.jitter}
}

// SetDelays changes how long transitions take that have yet to begin. Jitter is drawn from chance, in [0, 1).
func (q *Queue) SetDelays(d Delays, chance func() float64) {
	q.delays.mu.Lock()
	defer q.delays.mu.Unlock()
	q.delays.by, q.delays.jitter, q.delays.chance = maps.Clone(d.By), d.Jitter, chance
}

// Set gives a delay to the transitions that pattern names, in which * stands for any letters. A pattern that names none
// of those known is an error that tells the nearest.
func (d *Delays) Set(pattern string, delay time.Duration, known []Transition) error {
	if delay < 0 || delay > maxDelay {
		return fmt.Errorf("delay %s of %s: want 0 to %s", delay, pattern, maxDelay)
	}
	names, err := match(pattern, known)
	if err != nil {
		return err
	}
	if d.By = maps.Clone(d.By); d.By == nil {
		d.By = map[string]time.Duration{}
	}
	for _, name := range names {
		d.By[name] = delay
	}
	return nil
}

// maxDelay bounds a delay, so that no sum of times overflows.
const maxDelay = 10 * 365 * 24 * time.Hour

// CheckJitter refuses what is no fraction.
func CheckJitter(fraction float64) error {
	if !(fraction >= 0 && fraction <= 1) { // NaN is neither
		return fmt.Errorf("jitter %v: want 0 to 1", fraction)
	}
	return nil
}

func match(pattern string, known []Transition) ([]string, error) {
	var names []string
	for _, t := range known {
		ok, err := path.Match(pattern, t.Name)
		if err != nil {
			return nil, fmt.Errorf("transition %q: %w", pattern, err)
		}
		if ok {
			names = append(names, t.Name)
		}
	}
	if len(names) > 0 {
		return names, nil
	}
	all := make([]string, len(known))
	for i, t := range known {
		all[i] = t.Name
	}
	return nil, fmt.Errorf("no transition is named %q; the nearest are %s", pattern, strings.Join(Nearest(pattern, all, 3), ", "))
}

// Nearest are the n names that are most like word, the most like it first.
func Nearest(word string, names []string, n int) []string {
	distances := make(map[string]int, len(names))
	for _, name := range names {
		distances[name] = distance(word, name)
	}
	near := slices.Clone(names)
	slices.SortStableFunc(near, func(a, b string) int { return distances[a] - distances[b] })
	return near[:min(n, len(near))]
}

// distance is how many letters have to be added, removed or replaced to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
