package conform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/fauxstack/fauxstack/steps"
)

// Options say what to run, on what, and who is told.
type Options struct {
	Target      steps.Target
	Title       string // of the target, such as "the cloud reference"
	Features    fs.FS
	Tags, Name  string // which scenarios; "" takes all. See steps.Options
	Concurrency int    // scenarios at a time; 0 is 1
	Seed        uint64 // of the order; 0 picks one
	FailFast    bool

	Progress io.Writer       // shows how it is going; nil shows nothing
	Live     bool            // Progress is a terminal, on which lines can be written anew
	Width    int             // of the terminal, in characters; 0 is 80
	Cleanup  context.Context // ends the removal of what scenarios made before its time; may be nil
}

// Outcome is a run that has ended.
type Outcome struct {
	Title    string
	Facts    []Fact // of the target
	Began    time.Time
	Took     time.Duration
	Features []*steps.Feature
	Report   steps.Report
	Err      error // what Run returned
}

// Fact is something about a target, for people.
type Fact struct{ Name, Value string }

// Unable is an error of a run that could not begin: it says nothing about the target.
type Unable struct{ Err error }

// Error is the error's.
func (e Unable) Error() string { return e.Err.Error() }

// Unwrap is the error within.
func (e Unable) Unwrap() error { return e.Err }

// describer is a Target that can be asked what it has.
type describer interface {
	Traits(context.Context) (*steps.Traits, error)
}

// Run runs the scenarios. Its error is an Unable where nothing could run; else it says how many failed, or that the run was
// interrupted. The Outcome is complete in each case.
func Run(ctx context.Context, o Options) (*Outcome, error) {
	out := &Outcome{Title: o.Title, Began: time.Now()}
	facts, err := describe(ctx, o.Target)
	if err == nil {
		o.Concurrency, err = fitting(ctx, o)
	}
	if err != nil {
		return out, Unable{err}
	}
	out.Facts = append(facts, Fact{"at a time", count(o.Concurrency, "scenario")})
	so := steps.Options{
		Target: o.Target, Features: o.Features, Tags: o.Tags, Name: o.Name, Concurrency: o.Concurrency, Seed: o.Seed,
		FailFast: o.FailFast, Output: io.Discard, Cleanup: o.Cleanup,
	}
	features, chosen, err := so.Select()
	if err != nil {
		return out, Unable{err}
	}
	out.Features = features
	if o.Progress != nil {
		p := newProgress(o.Progress, o.Live, o.Width, features, chosen)
		p.header(out)
		so.Began, so.Ended = p.began, p.ended
		defer p.close()
		if _, ok := o.Target.(sweeper); ok {
			defer context.AfterFunc(ctx, func() {
				p.note("interrupted: removing what the scenarios have made; once more gives up and tells what is left")
			})()
		}
	}
	out.Report, out.Err = steps.Run(ctx, so)
	out.sweep(ctx, o)
	out.Took = time.Since(out.Began)
	if out.Err != nil && len(out.Report.Failed) == 0 && out.Report.Passed == 0 {
		return out, Unable{out.Err}
	}
	return out, out.Err
}

// describe asks a target what it has, if it can be asked.
func describe(ctx context.Context, t steps.Target) ([]Fact, error) {
	d, ok := t.(describer)
	if !ok {
		return nil, nil
	}
	traits, err := d.Traits(ctx)
	if err != nil {
		return nil, err
	}
	return Facts(traits), nil
}

// volumesEach is how many volumes a scenario has at a time, at most, with what removing those of the one before may leave.
const volumesEach = 3

// fitting is how many scenarios can run at a time without one taking the room of another.
func fitting(ctx context.Context, o Options) (int, error) {
	d, ok := o.Target.(describer)
	if !ok {
		return max(1, o.Concurrency), nil
	}
	traits, err := d.Traits(ctx)
	if err != nil || traits.Room < 0 {
		return max(1, o.Concurrency), err
	}
	if traits.Room < volumesEach {
		return 0, fmt.Errorf("the quota of the project of %s leaves room for %s: want %d; fauxstack conform --sweep may make some",
			steps.Member, count(traits.Room, "volume"), volumesEach)
	}
	return max(1, min(o.Concurrency, traits.Room/volumesEach)), nil
}

// sweeper is a Target whose scenarios leave things behind when they are cut short.
type sweeper interface {
	Prefix() string
	Leftovers(ctx context.Context, prefix string) ([]steps.Leftover, error)
}

// sweep removes what this run has left behind, which the scenarios themselves may not know of: an answer that never came
// names no id.
func (out *Outcome) sweep(ctx context.Context, o Options) {
	s, ok := o.Target.(sweeper)
	if !ok {
		return
	}
	left, err := Sweep(ctx, o.Cleanup, s, s.Prefix())
	if err == nil || len(left) > 0 { // else nobody could look, and what the scenarios know of is all that is known
		out.Report.Left = nil
	}
	for _, l := range left {
		out.Report.Left = append(out.Report.Left, l.String())
	}
	if err != nil && out.Err == nil {
		out.Err = fmt.Errorf("removing what the run has made: %w", err)
	}
}

// sweepPatience bounds how long leftovers are looked for and removed.
const sweepPatience = 5 * time.Minute

// Sweep removes what runs whose names begin with a prefix have left behind, even when ctx has ended, until giveUp ends. It
// returns what is still there.
func Sweep(ctx, giveUp context.Context, s sweeper, prefix string) ([]steps.Leftover, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sweepPatience)
	defer cancel()
	if giveUp != nil {
		defer context.AfterFunc(giveUp, cancel)()
	}
	found, err := s.Leftovers(ctx, prefix)
	errs := []error{err}
	var left []steps.Leftover
	for _, l := range found {
		if err := l.Remove(ctx); err != nil {
			left, errs = append(left, l), append(errs, err)
		}
	}
	return left, errors.Join(errs...)
}
