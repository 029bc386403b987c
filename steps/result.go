package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cucumber/godog"
)

// Outcome is what became of a scenario, or of a step.
type Outcome string

// What becomes of scenarios and steps.
const (
	Passed    Outcome = "passed"
	Failed    Outcome = "failed"
	Skipped   Outcome = "skipped"   // of a scenario: the target cannot run it, for a reason; of a step: one before it did not pass
	Undefined Outcome = "undefined" // no step of the library is worded so
	Ambiguous Outcome = "ambiguous" // several steps are worded so
	Pending   Outcome = "pending"   // the step says of itself that it is not written yet
	NotRun    Outcome = "not run"   // the run ended before
)

// Result is what became of a scenario.
type Result struct {
	Scenario  *Scenario
	Outcome   Outcome // Passed, Failed, Skipped or NotRun
	Reason    string  // of a skip
	Err       error   // of a failure
	Steps     []StepResult
	Began     time.Time
	Took      time.Duration
	Exchanges []*Exchange // with the cloud, where it failed
	Left      []string    // what it made and could not remove: kind, id and why
}

// StepResult is what became of a step.
type StepResult struct {
	Outcome Outcome
	Err     error
	Took    time.Duration
}

// Report says what became of the scenarios.
type Report struct {
	Seed    uint64
	Total   int            // scenarios that were chosen
	Passed  int            // ran to their end
	Failed  []string       // names of those that failed, or met a step that is undefined, pending or ambiguous
	Skipped map[string]int // why a scenario could not run on the target -> how many
	NotRun  int            // that the run ended before
	Results []Result       // in the order of the files and of the lines in them
	Left    []string       // what scenarios made and could not remove
}

// Ran is how many scenarios the target could run.
func (r Report) Ran() int { return r.Passed + len(r.Failed) }

// String is the report on one line for the counts and one for each reason to skip.
func (r Report) String() string {
	skipped := 0
	for _, n := range r.Skipped {
		skipped += n
	}
	s := fmt.Sprintf("%d scenarios: %d passed, %d failed, %d skipped", r.Total, r.Passed, len(r.Failed), skipped)
	if r.NotRun > 0 {
		s += fmt.Sprintf(", %d not run", r.NotRun)
	}
	s += fmt.Sprintf(" (seed %d)", r.Seed)
	for _, reason := range sortedKeys(r.Skipped) {
		s += fmt.Sprintf("\n  skipped %d: %s", r.Skipped[reason], reason)
	}
	return s
}

func (r *Report) add(results []Result) {
	r.Results = results
	for _, result := range results {
		r.Total++
		r.Left = append(r.Left, result.Left...)
		switch result.Outcome {
		case Passed:
			r.Passed++
		case Skipped:
			r.Skipped[result.Reason]++
		case NotRun:
			r.NotRun++
		default:
			r.Failed = append(r.Failed, fmt.Sprintf("%s (%s:%d)", result.Scenario.Name, result.Scenario.File, result.Scenario.Line))
		}
	}
	slices.Sort(r.Failed)
}

// book keeps what became of the scenarios of a run. It stands before the target as a target, so that no scenario begins
// that should not. It is safe for concurrent use.
type book struct {
	options   Options
	scenarios map[string]*Scenario // by the id of its pickle

	mu      sync.Mutex // guards what follows
	results map[string]*Result
	failed  bool
}

// errEnded is why a scenario does not begin.
var errEnded = errors.New("the run has ended")

// Open opens the target's cloud, unless the run has ended.
func (b *book) Open(ctx context.Context, s Scenario) (Cloud, error) {
	b.mu.Lock()
	ended := b.failed && b.options.FailFast
	b.mu.Unlock()
	if ended || ctx.Err() != nil {
		return nil, errEnded
	}
	return b.options.Target.Open(ctx, s)
}

// unwrapped is the target behind a book.
func unwrapped(t Target) Target {
	if b, ok := t.(*book); ok {
		return b.options.Target
	}
	return t
}

// scenario is what a pickle is for targets.
func (b *book) scenario(p *godog.Scenario) Scenario {
	if s, ok := b.scenarios[p.Id]; ok {
		return *s
	}
	return scenarioOf(p)
}

// watch writes down what happens to the scenario of a world.
func (b *book) watch(w *World, sc *godog.ScenarioContext) {
	var result *Result
	var index map[string]int // step -> where in the result
	var since time.Time
	sc.Before(func(ctx context.Context, p *godog.Scenario) (context.Context, error) {
		s := b.scenario(p)
		since = time.Now()
		result = &Result{Scenario: &s, Outcome: NotRun, Began: since, Steps: make([]StepResult, len(p.Steps))}
		index = map[string]int{}
		for i, step := range p.Steps {
			result.Steps[i].Outcome, index[step.Id] = Skipped, i
		}
		b.mu.Lock()
		b.results[p.Id] = result
		b.mu.Unlock()
		if b.options.Began != nil && !w.unbegun {
			b.options.Began(result.Scenario)
		}
		return ctx, nil
	})
	sc.StepContext().After(func(ctx context.Context, step *godog.Step, status godog.StepResultStatus, err error) (context.Context, error) {
		if i, ok := index[step.Id]; ok {
			now := time.Now()
			if why := errors.Unwrap(err); w.told && why != nil { // the reason first, behind it what the world said before
				err = fmt.Errorf("%w\n\nthe last exchange was:\n%s", why, w.last())
			}
			b.mu.Lock()
			result.Steps[i] = StepResult{stepOutcome(status), err, now.Sub(since)}
			b.mu.Unlock()
			since = now
		}
		return ctx, nil
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
		b.mu.Lock()
		result.Took, result.Left = time.Since(result.Began), w.left
		result.judge(w, err, ctx.Err() != nil)
		b.failed = b.failed || result.Outcome == Failed
		done := *result
		done.Steps = slices.Clone(result.Steps)
		b.mu.Unlock()
		if b.options.Ended != nil && !w.unbegun {
			b.options.Ended(done)
		}
		return ctx, nil
	})
}

// judge decides what became of a scenario. What fails once the run is interrupted fails by that.
func (r *Result) judge(w *World, err error, interrupted bool) {
	switch {
	case w.unbegun, err != nil && interrupted:
		r.Outcome = NotRun
	case err != nil && !errors.Is(err, godog.ErrSkip):
		r.Outcome, r.Err, r.Exchanges = Failed, err, lastOf(w.wire[:w.said])
	case w.skipped != "":
		r.Outcome, r.Reason = Skipped, w.skipped
	case err != nil:
		r.Outcome, r.Reason = Skipped, "a step skipped it without saying why"
	default:
		r.Outcome = Passed
	}
}

// keptExchanges bounds what is kept of a scenario that failed.
const keptExchanges = 100

func lastOf(all []*Exchange) []*Exchange { return slices.Clone(all[max(0, len(all)-keptExchanges):]) }

func stepOutcome(status godog.StepResultStatus) Outcome {
	switch status {
	case godog.StepPassed:
		return Passed
	case godog.StepSkipped:
		return Skipped
	case godog.StepUndefined:
		return Undefined
	case godog.StepPending:
		return Pending
	case godog.StepAmbiguous:
		return Ambiguous
	default:
		return Failed
	}
}

// close returns the results of all chosen scenarios, those that never began among them, in the order of the files.
func (b *book) close(features []*Feature, chosen func(*Scenario) bool) []Result {
	b.mu.Lock()
	defer b.mu.Unlock()
	ended := map[string]*Result{}
	for _, id := range slices.Sorted(maps.Keys(b.results)) {
		r := b.results[id]
		ended[at(r.Scenario)] = r
	}
	var list []Result
	for _, f := range features {
		for _, s := range f.Scenarios {
			if !chosen(s) {
				continue
			}
			r := ended[at(s)]
			if r == nil {
				r = &Result{Outcome: NotRun, Steps: make([]StepResult, len(s.Steps))}
				for i := range r.Steps {
					r.Steps[i].Outcome = NotRun
				}
			}
			r.Scenario = s
			r.decide()
			list = append(list, *r)
		}
	}
	return list
}

// decide fails a scenario that was skipped and has steps, behind the one that skipped it, that nobody understands.
func (r *Result) decide() {
	for _, step := range r.Steps {
		switch step.Outcome {
		case Undefined, Ambiguous, Pending:
			if r.Outcome == Skipped {
				r.Outcome, r.Err = Failed, step.Err
			}
		}
	}
}

// at is a scenario's place.
func at(s *Scenario) string { return fmt.Sprintf("%s:%d", s.File, s.Line) }
