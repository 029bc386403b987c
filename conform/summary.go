package conform

import (
	"fmt"
	"io"
	"strings"

	"github.com/fauxstack/fauxstack/steps"
)

// Summary writes what matters at the end of a run: what failed and why, what was skipped and why, the counts, and what
// was left behind.
func (out *Outcome) Summary(w io.Writer) {
	for _, r := range out.Report.Results {
		if r.Outcome == steps.Failed {
			printFailure(w, r)
		}
	}
	r := out.Report
	fmt.Fprintf(w, "\n%s in %s: %d passed, %d failed, %d skipped", count(r.Total, "scenario"), duration(out.Took), r.Passed, len(r.Failed), skipped(r))
	if r.NotRun > 0 {
		fmt.Fprintf(w, ", %d not run", r.NotRun)
	}
	fmt.Fprintf(w, "  (--seed %d repeats the order)\n", r.Seed)
	printReasons(w, r.Skipped)
	if len(r.Left) > 0 {
		fmt.Fprintf(w, "\nLeft behind on %s; fauxstack conform --sweep removes it:\n", out.Title)
		for _, what := range r.Left {
			fmt.Fprintf(w, "  %s\n", what)
		}
	}
}

func skipped(r steps.Report) int {
	n := 0
	for _, k := range r.Skipped {
		n += k
	}
	return n
}

func printFailure(w io.Writer, r steps.Result) {
	fmt.Fprintf(w, "\nFAILED  %s  (%s:%d)\n", r.Scenario.Name, r.Scenario.File, r.Scenario.Line)
	for i, step := range r.Scenario.Steps {
		fmt.Fprintf(w, "  %s %s%s\n", mark(r.Steps[i].Outcome), step.Keyword, step.Text)
		if blames(r, i) {
			printIndented(w, "      ", reason(r, i))
			return
		}
	}
	printIndented(w, "      ", fmt.Sprint(r.Err))
}

// blames tells whether a step is the first that did not pass.
func blames(r steps.Result, i int) bool {
	switch r.Steps[i].Outcome {
	case steps.Passed, steps.Skipped:
		return false
	}
	return true
}

// reason is why a step did not pass. What the scenario's end adds, about removing things, comes with the last one.
func reason(r steps.Result, i int) string {
	if r.Steps[i].Err != nil && r.Err != nil && strings.Contains(r.Err.Error(), r.Steps[i].Err.Error()) {
		return r.Err.Error()
	}
	if r.Steps[i].Err != nil {
		return r.Steps[i].Err.Error()
	}
	return fmt.Sprint(r.Err)
}

func mark(o steps.Outcome) string {
	switch o {
	case steps.Passed:
		return "✓"
	case steps.Skipped, steps.NotRun:
		return "-"
	default:
		return "✗"
	}
}

func printIndented(w io.Writer, indent, text string) {
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		fmt.Fprintf(w, "%s%s\n", indent, strings.TrimRight(line, "\n"))
	}
}
