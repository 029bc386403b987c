package conform

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fauxstack/fauxstack/steps"
)

// cases is a feature in which everything happens that can happen to a scenario.
const cases = `@cases
Feature: Cases <of> all & sundry
  What can become of a scenario.

  Scenario: It passes
    Given an image "golden"
    Then the image "golden" is "queued"

  Scenario Outline: It is what it is not
    Given an image "golden" with the password "pass-word-1"
    When I create an image "golden" with:
      | name | <name> |
    Then the image "golden" is "<status>"

    Examples:
      | name      | status |
      | <b>x</b>  | active |
      | y         | killed |

  Scenario: It fails
    Given an image "golden"
    When I try to get a token with the password "pass-word-1"
    Then it is refused as forbidden
    And the image "golden" is "queued"

  @since:gazpacho @until:zed
  Scenario: It is never
    Given an image "golden"
`

func run(t *testing.T, o Options) (*Outcome, error) {
	t.Helper()
	if o.Target == nil {
		o.Target = &steps.Emulator{}
	}
	if o.Features == nil {
		o.Features = fstest.MapFS{"a/cases.feature": {Data: []byte(cases)}}
	}
	o.Title, o.Seed = "a <test> cloud", 1
	return Run(t.Context(), o)
}

func TestRun(t *testing.T) {
	var progress bytes.Buffer
	out, err := run(t, Options{Progress: &progress, Concurrency: 2})
	if err == nil || errors.As(err, new(Unable)) || err.Error() != "3 of 4 scenarios failed" {
		t.Fatalf("%v\n%s", err, &progress)
	}
	var summary bytes.Buffer
	out.Summary(&summary)
	for _, want := range []string{
		"FAILED   a/cases.feature:", "failed   a/cases.feature", "5/5   3 failed 1 skipped",
		"5 scenarios in ", "1 passed, 3 failed, 1 skipped", "is about older releases than", "--seed 1 repeats",
		"want it refused as forbidden (403), got 401\n", "the last exchange was:\n      POST ", "step is undefined",
	} {
		if !strings.Contains(progress.String()+summary.String(), want) {
			t.Errorf("%q is missing from\n%s%s", want, &progress, &summary)
		}
	}
}

func TestRunThatSaysNothingIsUnable(t *testing.T) {
	for name, o := range map[string]Options{
		"no such tag":     {Tags: "@case"},
		"no such name":    {Name: "nothing is called that"},
		"nothing can run": {Name: "it is never"},
		"not Gherkin":     {Features: fstest.MapFS{"a.feature": {Data: []byte("Fature: x")}}},
		"nothing there":   {Features: fstest.MapFS{}},
	} {
		if _, err := run(t, o); !errors.As(err, new(Unable)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out, err := Run(ctx, Options{Target: &steps.Emulator{}, Features: fstest.MapFS{"a.feature": {Data: []byte(cases)}}})
	if !errors.As(err, new(Unable)) || out.Report.NotRun != 5 {
		t.Errorf("interrupted: %v, %+v", err, out.Report)
	}
}

func TestFailFast(t *testing.T) {
	out, err := run(t, Options{FailFast: true, Name: "it "})
	if err == nil || len(out.Report.Failed) != 1 || out.Report.NotRun == 0 {
		t.Errorf("%v, %+v", err, out.Report)
	}
}

func TestList(t *testing.T) {
	var b bytes.Buffer
	err := List(t.Context(), Options{Target: &steps.Emulator{}, Features: fstest.MapFS{"a.feature": {Data: []byte(cases)}}}, &b)
	if err != nil || !strings.Contains(b.String(), "5 scenarios: 4 would run, 1 would be skipped") || !strings.Contains(b.String(), "It is never: is about older") {
		t.Errorf("%v\n%s", err, &b)
	}
}

func TestJUnit(t *testing.T) {
	out, _ := run(t, Options{})
	var b bytes.Buffer
	if err := out.JUnit(&b); err != nil {
		t.Fatal(err)
	}
	var got junitSuites
	if err := xml.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Tests != 5 || got.Failures != 3 || got.Skipped != 1 || len(got.Suites) != 1 || len(got.Suites[0].Cases) != 5 {
		t.Fatalf("%+v", got)
	}
	names := map[string]bool{}
	for _, c := range got.Suites[0].Cases {
		names[c.Name] = true
		if c.Failure != nil && (c.Failure.Text == "" || c.Failure.Message == "") {
			t.Errorf("%s failed without a word", c.Name)
		}
	}
	if !names["It is what it is not #2"] || len(names) != 5 {
		t.Errorf("%v", names)
	}
}

func TestCucumber(t *testing.T) {
	out, _ := run(t, Options{})
	var b bytes.Buffer
	if err := out.Cucumber(&b); err != nil {
		t.Fatal(err)
	}
	var got []cucumberFeature
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	f := got[0]
	if f.URI != "a/cases.feature" || f.ID != "cases-<of>-all-&-sundry" || len(f.Elements) != 5 || f.Tags[0] != (cucumberTag{"@cases", 1}) {
		t.Fatalf("%+v", f)
	}
	never := f.Elements[4]
	if r := never.Steps[0].Result; r.Status != "skipped" || !strings.Contains(r.Error, "older releases") || never.Tags[2].Line != 26 {
		t.Errorf("%+v", never)
	}
	statuses := ""
	for _, s := range f.Elements[3].Steps {
		statuses += s.Result.Status + " "
	}
	if statuses != "passed passed failed skipped " || f.Elements[1].Steps[0].Result.Status != "undefined" {
		t.Errorf("%s\n%s", statuses, &b)
	}
}

// The page is whole in itself, escapes what it shows, and shows no secret.
func TestHTML(t *testing.T) {
	out, _ := run(t, Options{})
	var b bytes.Buffer
	if err := out.HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		"3 scenarios failed", "a &lt;test&gt; cloud", "Cases &lt;of&gt; all &amp; sundry", "&lt;b&gt;x&lt;/b&gt;", "older releases", "/auth/tokens",
		"&#34;password&#34;: &#34;***&#34;",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if m := regexp.MustCompile(`(?i)(src|href)\s*=|url\(|@import|<script|<b>x`).FindString(page); m != "" {
		t.Errorf("the page has %q", m)
	}
	if strings.Contains(page[strings.Index(page, "Requests and answers"):], "pass-word-1") {
		t.Error("the page shows a password")
	}
	if strings.Contains(page, "gAAAA") {
		t.Error("the page shows a token")
	}
}

func TestPretty(t *testing.T) {
	out, _ := run(t, Options{})
	var b bytes.Buffer
	if err := out.Pretty(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Feature: Cases <of> all & sundry  # a/cases.feature", "✓ Given an image", "✗ Then it is refused", "- And the image", "| name | y |", "skipped: is about older"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing from\n%s", want, &b)
		}
	}
}

func TestParseReport(t *testing.T) {
	for text, want := range map[string]ReportTo{
		"pretty": {"pretty", "-"}, "pretty=a.txt": {"pretty", "a.txt"}, "junit=a=b.xml": {"junit", "a=b.xml"}, "html=-": {"html", "-"},
	} {
		if got, err := ParseReport(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"xml=a": "with one of cucumber, html, junit, pretty", "junit": "want a file, junit=FILE", "html=": "want a file", "": "want pretty, or",
	} {
		if _, err := ParseReport(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := (ReportTo{"html", filepath.Join(t.TempDir(), "no", "such.html")}).Check(); err == nil {
		t.Error("a report in no directory is taken")
	}
}

func TestReportIsWritten(t *testing.T) {
	out, _ := run(t, Options{Name: "it passes"})
	file := filepath.Join(t.TempDir(), "report.json")
	if err := (ReportTo{"cucumber", file}).Write(out, nil); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || !json.Valid(text) {
		t.Errorf("%v\n%s", err, text)
	}
}

// On a terminal the lines of what is running are written anew, and no line is wider than the screen.
func TestLiveProgress(t *testing.T) {
	var b bytes.Buffer
	if _, err := run(t, Options{Progress: &b, Live: true, Width: 60, Name: "it passes"}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if !strings.Contains(text, "\x1b[2A\x1b[J") || !strings.Contains(text, "running  a/cases.feature") || !strings.Contains(text, "\x1b[32mpassed\x1b[0m") {
		t.Errorf("%q", text)
	}
	for line := range strings.Lines(regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`).ReplaceAllString(text, "")) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 60 {
			t.Errorf("%d wide: %q", n, line)
		}
	}
}

// leaky is a target whose scenarios leave things behind.
type leaky struct {
	steps.Emulator
	find func(context.Context) ([]steps.Leftover, error)
}

func (l *leaky) Prefix() string { return steps.NamePrefix + "x-" }

func (l *leaky) Leftovers(ctx context.Context, _ string) ([]steps.Leftover, error) {
	return l.find(ctx)
}

// What the run could not look for stays as the scenarios told it; what it found and could not remove is told.
func TestWhatIsLeftIsTold(t *testing.T) {
	gaveUp, giveUp := context.WithCancel(t.Context())
	giveUp()
	for name, c := range map[string]struct {
		find func(context.Context) ([]steps.Leftover, error)
		want string
	}{
		"nobody can look":  {func(ctx context.Context) ([]steps.Leftover, error) { return nil, errors.New("no") }, "volume 1"},
		"nothing is there": {func(context.Context) ([]steps.Leftover, error) { return nil, nil }, ""},
	} {
		out := &Outcome{Report: steps.Report{Left: []string{"volume 1"}}}
		out.sweep(t.Context(), Options{Target: &leaky{find: c.find}, Cleanup: gaveUp})
		if got := strings.Join(out.Report.Left, ","); got != c.want {
			t.Errorf("%s: %q is left, want %q", name, got, c.want)
		}
	}
}
