package conform

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/steps"
)

// progress shows how a run is going: a line for each feature. On a terminal the lines of features that are being run
// count up; elsewhere a feature's line is written when it has ended, a failed scenario's at once. It is safe for
// concurrent use.
type progress struct {
	live  bool
	width int
	start time.Time

	mu       sync.Mutex // guards what follows, and the writer
	w        io.Writer
	features map[string]*tally // by file
	all      tally
	drawn    int // lines that are rewritten next time
}

// tally counts the scenarios of a feature.
type tally struct {
	file                           string
	total, passed, failed, skipped int
	began                          time.Time
	running                        []string // names
}

func (t *tally) done() int { return t.passed + t.failed + t.skipped }

func newProgress(w io.Writer, live bool, width int, features []*steps.Feature, chosen func(*steps.Scenario) bool) *progress {
	p := &progress{live: live, width: cmp.Or(width, 80), start: time.Now(), w: w, features: map[string]*tally{}}
	for _, f := range features {
		t := &tally{file: f.File}
		for _, s := range f.Scenarios {
			if chosen(s) {
				t.total++
			}
		}
		p.features[f.File] = t
		p.all.total += t.total
	}
	return p
}

func (p *progress) header(out *Outcome) { printFacts(p.w, out) }

func (p *progress) began(s *steps.Scenario) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.features[s.File]
	if t.began.IsZero() {
		t.began = time.Now()
	}
	t.running = append(t.running, s.Name)
	p.draw(nil)
}

func (p *progress) ended(r steps.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.features[r.Scenario.File]
	if i := slices.Index(t.running, r.Scenario.Name); i >= 0 {
		t.running = slices.Delete(t.running, i, i+1)
	}
	var lines []string
	for _, count := range []*tally{t, &p.all} {
		switch r.Outcome {
		case steps.Passed:
			count.passed++
		case steps.Failed:
			count.failed++
		case steps.Skipped:
			count.skipped++
		}
	}
	if r.Outcome == steps.Failed {
		lines = append(lines, fmt.Sprintf("FAILED   %s:%d  %s", r.Scenario.File, r.Scenario.Line, r.Scenario.Name))
	}
	if t.done() == t.total {
		lines = append(lines, p.ending(t))
	}
	p.draw(lines)
}

// note writes a line that stays.
func (p *progress) note(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.draw([]string{line})
}

// ending is the last line of a feature.
func (p *progress) ending(t *tally) string {
	verdict := "passed "
	switch {
	case t.failed > 0:
		verdict = "failed "
	case t.passed == 0:
		verdict = "skipped"
	}
	return fmt.Sprintf("%s  %-52s %s  %s", verdict, t.file, p.counts(t), duration(time.Since(t.began)))
}

func (p *progress) counts(t *tally) string {
	s := fmt.Sprintf("%3d/%-3d", t.done(), t.total)
	for _, part := range []struct {
		n    int
		word string
	}{{t.failed, "failed"}, {t.skipped, "skipped"}} {
		if part.n > 0 {
			s += fmt.Sprintf(" %d %s", part.n, part.word)
		}
	}
	return s
}

// draw writes lines that stay and, on a terminal, below them those that the next draw replaces.
func (p *progress) draw(lines []string) {
	var b strings.Builder
	if p.live && p.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA\x1b[J", p.drawn)
	}
	for _, line := range lines {
		if p.live {
			line = coloured(p.cut(line))
		}
		b.WriteString(line + "\n")
	}
	if p.live {
		p.drawn = 0
		for _, t := range p.active() {
			b.WriteString(p.cut(fmt.Sprintf("running  %-52s %s  %s", t.file, p.counts(t), strings.Join(t.running, "; "))) + "\n")
			p.drawn++
		}
		b.WriteString(p.cut(fmt.Sprintf("         %d of %s: %d passed, %d failed, %d skipped, %s",
			p.all.done(), count(p.all.total, "scenario"), p.all.passed, p.all.failed, p.all.skipped,
			time.Since(p.start).Round(time.Second))) + "\n")
		p.drawn++
	}
	_, _ = io.WriteString(p.w, b.String()) // a run goes on when nobody watches
}

// active are the features of which scenarios are running, by file.
func (p *progress) active() []*tally {
	var list []*tally
	for _, t := range p.features {
		if len(t.running) > 0 {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b *tally) int { return cmp.Compare(a.file, b.file) })
	return list
}

// close leaves the last lines standing.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live && p.drawn > 0 {
		_, _ = fmt.Fprintf(p.w, "\x1b[%dA\x1b[J", p.drawn)
		p.drawn = 0
	}
}

// cut shortens a line to the terminal's width, so that it stays one.
func (p *progress) cut(line string) string {
	if utf8.RuneCountInString(line) < p.width {
		return line
	}
	return string([]rune(line)[:p.width-2]) + "…"
}

// coloured paints the first word of a line.
func coloured(line string) string {
	for word, colour := range map[string]string{"passed": "32", "failed": "31", "FAILED": "1;31", "skipped": "33"} {
		if rest, ok := strings.CutPrefix(line, word); ok {
			return "\x1b[" + colour + "m" + word + "\x1b[0m" + rest
		}
	}
	return line
}
