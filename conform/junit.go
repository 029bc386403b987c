package conform

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/steps"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	File       string          `xml:"file,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property,omitempty"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Time    string        `xml:"time,attr"`
	Skipped *junitSkip    `xml:"skipped,omitempty"`
	Failure *junitFailure `xml:"failure,omitempty"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitSkip struct {
	Message string `xml:"message,attr"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes the XML that CI systems read: a suite for each feature, a case for each scenario. Cases of one name, as
// an outline's may be, are numbered. A scenario that the run did not come to is skipped, and says so.
func (out *Outcome) JUnit(w io.Writer) error {
	all := junitSuites{Name: "fauxstack conform", Time: seconds(out.Took)}
	for _, f := range out.byFeature() {
		s := out.junitSuite(f)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Skipped += s.Skipped
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (out *Outcome) junitSuite(f featureResults) junitSuite {
	s := junitSuite{Name: f.Name, File: f.File, Tests: len(f.Results), Timestamp: out.Began.UTC().Format("2006-01-02T15:04:05")}
	s.Properties = []junitProperty{{"target", out.Title}, {"seed", fmt.Sprint(out.Report.Seed)}}
	for _, fact := range out.Facts {
		s.Properties = append(s.Properties, junitProperty(fact))
	}
	class := strings.ReplaceAll(strings.TrimSuffix(f.File, ".feature"), "/", ".")
	times := map[string]int{}
	var took time.Duration
	for _, r := range f.Results {
		c := junitCase{Class: class, Name: r.Scenario.Name, File: r.Scenario.File, Line: r.Scenario.Line, Time: seconds(r.Took)}
		if times[c.Name]++; times[c.Name] > 1 {
			c.Name = fmt.Sprintf("%s #%d", c.Name, times[c.Name])
		}
		switch r.Outcome {
		case steps.Failed:
			s.Failures++
			c.Failure = junitFailed(r)
			c.Out = exchanges(r)
		case steps.Skipped:
			s.Skipped++
			c.Skipped = &junitSkip{r.Reason}
		case steps.NotRun:
			s.Skipped++
			c.Skipped = &junitSkip{"the run ended before"}
		}
		took += r.Took
		s.Cases = append(s.Cases, c)
	}
	s.Time = seconds(took)
	return s
}

func junitFailed(r steps.Result) *junitFailure {
	for i, step := range r.Scenario.Steps {
		if blames(r, i) {
			return &junitFailure{Message: step.Keyword + step.Text, Type: string(r.Steps[i].Outcome), Text: reason(r, i)}
		}
	}
	first, _, _ := strings.Cut(fmt.Sprint(r.Err), "\n")
	return &junitFailure{Message: first, Type: string(steps.Failed), Text: fmt.Sprint(r.Err)}
}

// exchanges are all that was said, oldest first.
func exchanges(r steps.Result) string {
	var b strings.Builder
	for _, e := range r.Exchanges {
		fmt.Fprintf(&b, "%s\n", e)
	}
	return b.String()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
