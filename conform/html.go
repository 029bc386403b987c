package conform

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/fauxstack/fauxstack/steps"
)

//go:embed report.html
var page string

// htmlPage is what the page shows.
type htmlPage struct {
	Title    string
	Facts    []Fact
	Began    time.Time
	Took     string
	Report   steps.Report
	Skipped  int
	Reasons  []htmlReason
	Features []htmlFeature
	Verdict  string
}

type htmlReason struct {
	Text  string
	Count int
}

type htmlFeature struct {
	Name, Description, File                string
	Passed, Failed, Skipped, NotRun, Total int
	Scenarios                              []htmlScenario
}

type htmlScenario struct {
	Name, Outcome, Place, Took, Reason, Err string
	Tags                                    []string
	Steps                                   []htmlStep
	Exchanges                               []htmlExchange
}

type htmlStep struct {
	Mark, Outcome, Keyword, Text, Err string
	Table                             [][]string
	Doc                               *string
}

type htmlExchange struct {
	Method, URL, Text string
	Status            int
	Bad               bool
}

// HTML writes one page that needs nothing else: no script, style or picture from elsewhere. All that came from the cloud
// or the features is escaped.
func (out *Outcome) HTML(w io.Writer) error {
	t, err := template.New("report").Parse(page)
	if err != nil {
		return err
	}
	p := htmlPage{
		Title: out.Title, Facts: out.Facts, Began: out.Began.UTC(), Took: duration(out.Took), Report: out.Report,
		Skipped: skipped(out.Report), Verdict: verdict(out.Report),
	}
	for _, reason := range byCount(out.Report.Skipped) {
		p.Reasons = append(p.Reasons, htmlReason{reason, out.Report.Skipped[reason]})
	}
	for _, f := range out.byFeature() {
		p.Features = append(p.Features, htmlFeatureOf(f))
	}
	return t.Execute(w, p)
}

func verdict(r steps.Report) string {
	switch {
	case len(r.Failed) > 0:
		return fmt.Sprintf("%s failed", count(len(r.Failed), "scenario"))
	case r.NotRun > 0:
		return "Interrupted"
	case r.Passed == 0:
		return "Nothing could run"
	case len(r.Skipped) > 0:
		return "All that can run there passed"
	default:
		return "All passed"
	}
}

func htmlFeatureOf(f featureResults) htmlFeature {
	h := htmlFeature{Name: f.Name, Description: f.Description, File: f.File, Total: len(f.Results)}
	for _, r := range f.Results {
		switch r.Outcome {
		case steps.Passed:
			h.Passed++
		case steps.Skipped:
			h.Skipped++
		case steps.NotRun:
			h.NotRun++
		default:
			h.Failed++
		}
		h.Scenarios = append(h.Scenarios, htmlScenarioOf(r))
	}
	return h
}

func htmlScenarioOf(r steps.Result) htmlScenario {
	h := htmlScenario{
		Name: r.Scenario.Name, Outcome: cssClass(r.Outcome), Place: at(r), Took: duration(r.Took), Reason: r.Reason, Tags: r.Scenario.Tags,
	}
	told := false
	for i, step := range r.Scenario.Steps {
		s := htmlStep{
			Mark: mark(r.Steps[i].Outcome), Outcome: cssClass(r.Steps[i].Outcome), Keyword: step.Keyword, Text: step.Text,
			Table: step.Table, Doc: step.Doc,
		}
		if r.Outcome == steps.Failed && blames(r, i) && !told {
			s.Err, told = reason(r, i), true
		}
		h.Steps = append(h.Steps, s)
	}
	if r.Outcome == steps.Failed && !told {
		h.Err = fmt.Sprint(r.Err)
	}
	for _, e := range r.Exchanges {
		h.Exchanges = append(h.Exchanges, htmlExchange{e.Method, e.URL, e.String(), e.Status, e.Status >= 400})
	}
	return h
}

func at(r steps.Result) string { return fmt.Sprintf("%s:%d", r.Scenario.File, r.Scenario.Line) }

// cssClass is the class of the page's style: undefined, pending and ambiguous look as failed does.
func cssClass(o steps.Outcome) string {
	switch o {
	case steps.Passed, steps.Skipped:
		return string(o)
	case steps.NotRun:
		return "notrun"
	default:
		return "failed"
	}
}
