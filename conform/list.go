package conform

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/fauxstack/fauxstack/steps"
)

// fitter is a Target that knows without opening a cloud whether a scenario can run.
type fitter interface {
	Fits(context.Context, steps.Scenario) error
}

// List writes what a run with these options would run and what it would skip, with the reasons. It makes nothing on a
// running cloud.
func List(ctx context.Context, o Options, w io.Writer) error {
	facts, err := describe(ctx, o.Target)
	if err != nil {
		return Unable{err}
	}
	features, chosen, err := steps.Options{Features: o.Features, Tags: o.Tags, Name: o.Name}.Select()
	if err != nil {
		return Unable{err}
	}
	printFacts(w, &Outcome{Title: o.Title, Facts: facts})
	runs, skips := 0, map[string]int{}
	for _, f := range features {
		heading := fmt.Sprintf("%s  %s\n", f.File, f.Name)
		for _, s := range f.Scenarios {
			if !chosen(s) {
				continue
			}
			fmt.Fprint(w, heading)
			heading = ""
			reason, err := unfit(ctx, o.Target, *s)
			if err != nil {
				return Unable{err}
			}
			if reason == "" {
				runs++
				fmt.Fprintf(w, "  run   %4d  %s\n", s.Line, s.Name)
				continue
			}
			skips[reason]++
			fmt.Fprintf(w, "  skip  %4d  %s: %s\n", s.Line, s.Name, reason)
		}
	}
	total := runs
	for _, n := range skips {
		total += n
	}
	fmt.Fprintf(w, "\n%s: %d would run, %d would be skipped\n", count(total, "scenario"), runs, total-runs)
	printReasons(w, skips)
	if runs == 0 {
		return Unable{errors.New("no scenario could run on this target")}
	}
	return nil
}

// unfit is the reason why a scenario cannot run, or "".
func unfit(ctx context.Context, t steps.Target, s steps.Scenario) (string, error) {
	var err error
	if f, ok := t.(fitter); ok {
		err = f.Fits(ctx, s)
	} else {
		var cloud steps.Cloud
		if cloud, err = t.Open(ctx, s); err == nil {
			err = cloud.Close()
		}
	}
	var unfit steps.NotHere
	if errors.As(err, &unfit) {
		return unfit.Reason, nil
	}
	return "", err
}
