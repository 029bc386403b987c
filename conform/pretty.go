package conform

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/steps"
)

// Pretty writes every scenario with its steps, as the features have them.
func (out *Outcome) Pretty(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, f := range out.byFeature() {
		fmt.Fprintf(b, "Feature: %s  # %s\n", f.Name, f.File)
		for _, r := range f.Results {
			prettyScenario(b, r)
		}
		fmt.Fprintln(b)
	}
	return b.Flush()
}

func prettyScenario(w io.Writer, r steps.Result) {
	fmt.Fprintf(w, "\n  %s: %s  # line %d, %s", r.Scenario.Keyword, r.Scenario.Name, r.Scenario.Line, r.Outcome)
	if r.Outcome == steps.Skipped {
		fmt.Fprintf(w, ": %s", r.Reason)
	}
	fmt.Fprintln(w)
	told := false
	for i, step := range r.Scenario.Steps {
		fmt.Fprintf(w, "    %s %s%s\n", mark(r.Steps[i].Outcome), step.Keyword, step.Text)
		printArgument(w, step)
		if r.Outcome == steps.Failed && !told && blames(r, i) {
			told = true
			printIndented(w, "        ", reason(r, i))
		}
	}
	if r.Outcome == steps.Failed && !told {
		printIndented(w, "        ", fmt.Sprint(r.Err))
	}
}

func printArgument(w io.Writer, step steps.Step) {
	if step.Doc != nil {
		printIndented(w, "        ", `"""`+"\n"+*step.Doc+"\n"+`"""`)
	}
	widths := map[int]int{}
	for _, row := range step.Table {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range step.Table {
		fmt.Fprint(w, "        |")
		for i, cell := range row {
			fmt.Fprintf(w, " %s%s |", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		fmt.Fprintln(w)
	}
}

// featureResults are a feature's scenarios and what became of them.
type featureResults struct {
	*steps.Feature
	Results []steps.Result
}

// byFeature groups the results; features of which nothing was chosen are left out.
func (out *Outcome) byFeature() []featureResults {
	results := map[string][]steps.Result{}
	for _, r := range out.Report.Results {
		results[r.Scenario.File] = append(results[r.Scenario.File], r)
	}
	var list []featureResults
	for _, f := range out.Features {
		if len(results[f.File]) > 0 {
			list = append(list, featureResults{f, results[f.File]})
		}
	}
	return list
}
