package conform

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/fauxstack/fauxstack/steps"
)

type cucumberFeature struct {
	URI         string            `json:"uri"`
	ID          string            `json:"id"`
	Keyword     string            `json:"keyword"`
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Line        int               `json:"line"`
	Tags        []cucumberTag     `json:"tags,omitempty"`
	Elements    []cucumberElement `json:"elements"`
}

type cucumberTag struct {
	Name string `json:"name"`
	Line int    `json:"line"`
}

type cucumberElement struct {
	ID          string         `json:"id"`
	Keyword     string         `json:"keyword"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Line        int            `json:"line"`
	Type        string         `json:"type"`
	Tags        []cucumberTag  `json:"tags,omitempty"`
	Steps       []cucumberStep `json:"steps"`
}

type cucumberStep struct {
	Keyword string         `json:"keyword"`
	Name    string         `json:"name"`
	Line    int            `json:"line"`
	Doc     *cucumberDoc   `json:"doc_string,omitempty"`
	Rows    []cucumberRow  `json:"rows,omitempty"`
	Match   cucumberMatch  `json:"match"`
	Result  cucumberResult `json:"result"`
}

type cucumberDoc struct {
	Value       string `json:"value"`
	ContentType string `json:"content_type"`
	Line        int    `json:"line"`
}

type cucumberRow struct {
	Cells []string `json:"cells"`
}

type cucumberMatch struct {
	Location string `json:"location"`
}

type cucumberResult struct {
	Status   string `json:"status"`
	Error    string `json:"error_message,omitempty"`
	Duration *int64 `json:"duration,omitempty"` // in nanoseconds
}

// Cucumber writes Cucumber's JSON, in the form that godog gives it. The first step of a skipped scenario carries the
// reason as its error message.
func (out *Outcome) Cucumber(w io.Writer) error {
	list := []cucumberFeature{}
	for _, f := range out.byFeature() {
		id := cucumberID(f.Name)
		feature := cucumberFeature{
			URI: f.File, ID: id, Keyword: "Feature", Name: f.Name, Description: f.Description, Line: f.Line,
			Tags: cucumberTags(f.Tags, f.TagLines),
		}
		for _, r := range f.Results {
			feature.Elements = append(feature.Elements, cucumberScenario(id, r))
		}
		list = append(list, feature)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "    ")
	return e.Encode(list)
}

func cucumberScenario(feature string, r steps.Result) cucumberElement {
	s := r.Scenario
	e := cucumberElement{
		ID: fmt.Sprintf("%s;%s;%d", feature, cucumberID(s.Name), s.Line), Keyword: s.Keyword, Name: s.Name,
		Description: s.Description, Line: s.Line, Type: "scenario", Tags: cucumberTags(s.Tags, s.TagLines), Steps: []cucumberStep{},
	}
	for i, step := range s.Steps {
		c := cucumberStep{
			Keyword: step.Keyword, Name: step.Text, Line: step.Line, Match: cucumberMatch{fmt.Sprintf("%s:%d", s.File, step.Line)},
			Result: cucumberStatus(r, i),
		}
		if step.Doc != nil {
			c.Doc = &cucumberDoc{Value: *step.Doc, Line: step.Line + 1}
		}
		for _, row := range step.Table {
			c.Rows = append(c.Rows, cucumberRow{row})
		}
		e.Steps = append(e.Steps, c)
	}
	return e
}

func cucumberStatus(r steps.Result, i int) cucumberResult {
	step := r.Steps[i]
	result := cucumberResult{Status: string(step.Outcome)}
	switch step.Outcome {
	case steps.Passed, steps.Failed:
		took := step.Took.Nanoseconds()
		result.Duration = &took
	case steps.NotRun:
		result.Status = string(steps.Skipped)
	}
	switch {
	case r.Outcome == steps.Skipped && i == 0:
		result.Error = r.Reason
	case r.Outcome == steps.NotRun && i == 0:
		result.Error = "the run ended before"
	case blames(r, i) && step.Outcome != steps.NotRun:
		result.Error = reason(r, i)
	}
	return result
}

func cucumberTags(names []string, lines []int) []cucumberTag {
	var list []cucumberTag
	for i, name := range names {
		list = append(list, cucumberTag{name, lines[i]})
	}
	return list
}

func cucumberID(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "-") }
