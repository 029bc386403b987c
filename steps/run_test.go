package steps_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cucumber/godog"

	"github.com/fauxstack/fauxstack/steps"
)

// nowhere is a target on which scenarios tagged @here find a cloud that can do nothing.
type nowhere struct{}

type noCloud struct{ steps.Cloud }

func (noCloud) Lasting() bool { return false }
func (noCloud) Close() error  { return nil }

func (nowhere) Open(_ context.Context, s steps.Scenario) (steps.Cloud, error) {
	if s.Has("@broken") {
		return nil, errors.New("the cloud is down")
	}
	if !s.Has("@here") {
		return nil, steps.NotHere{Reason: "it is elsewhere"}
	}
	return noCloud{}, nil
}

// A run that proves nothing must not pass for one that does: godog itself is content with no scenarios at all.
func TestRunIsNotContentWithNothing(t *testing.T) {
	for name, c := range map[string]struct {
		scenarios, tags string
		report          string
		fails           bool
	}{
		"passed":          {"@here\nScenario: a\nGiven all is well", "", "1 scenarios: 1 passed, 0 failed, 0 skipped", false},
		"failed":          {"@here\nScenario: a\nGiven all is not well", "", "1 scenarios: 0 passed, 1 failed, 0 skipped", true},
		"undefined":       {"@here\nScenario: a\nGiven nobody knows what", "", "1 scenarios: 0 passed, 1 failed, 0 skipped", true},
		"nothing there":   {"", "", "0 scenarios: 0 passed, 0 failed, 0 skipped", true},
		"nothing matches": {"@here\nScenario: a\nGiven all is well", "@elsewhere", "0 scenarios: 0 passed, 0 failed, 0 skipped", true},
		"nothing fits":    {"Scenario: a\nGiven all is well", "", "1 scenarios: 0 passed, 0 failed, 1 skipped", true},
		"some fit": {
			"Scenario: a\nGiven all is well\n@here\nScenario: b\nGiven all is well", "",
			"2 scenarios: 1 passed, 0 failed, 1 skipped", false,
		},
		"cloud down":     {"@broken\nScenario: a\nGiven all is well", "", "1 scenarios: 0 passed, 1 failed, 0 skipped", true},
		"skipped midway": {"@here\nScenario: a\nGiven it turns out not to fit", "", "1 scenarios: 0 passed, 0 failed, 1 skipped", true},
		"nobody judged": {
			"@here\nScenario: a\nGiven all is well\nThen it is refused as forbidden", "",
			"1 scenarios: 0 passed, 1 failed, 0 skipped", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := steps.Run(t.Context(), steps.Options{
				Target: nowhere{}, Tags: c.tags, Output: io.Discard, Seed: 1,
				Features: fstest.MapFS{"a.feature": {Data: []byte("Feature: f\n" + c.scenarios)}},
				Initialize: func(w *steps.World, sc *godog.ScenarioContext) {
					sc.Step("^all is well$", func() {})
					sc.Step("^all is not well$", func() error { return errors.New("it is not") })
					sc.Step("^it turns out not to fit$", func() error { return w.Skip("it does not fit") })
				},
			})
			if (err != nil) != c.fails {
				t.Errorf("error: %v", err)
			}
			if first, _, _ := strings.Cut(report.String(), " (seed"); first != c.report {
				t.Errorf("report: %s, want %s", first, c.report)
			}
		})
	}
}

// The same seed gives the same order, of features and of the scenarios in each.
func TestRunRepeatsAnOrder(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		files[name+".feature"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(
			"Feature: f\n@here\nScenario: X1\nGiven I am X1\n@here\nScenario: X2\nGiven I am X2\n@here\nScenario: X3\nGiven I am X3", "X", name))}
	}
	order := func(seed uint64) string {
		var got []string
		_, err := steps.Run(t.Context(), steps.Options{
			Target: nowhere{}, Features: files, Output: io.Discard, Seed: seed,
			Initialize: func(_ *steps.World, sc *godog.ScenarioContext) {
				sc.Step(`^I am (\w+)$`, func(name string) { got = append(got, name) })
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(got, " ")
	}
	first := order(7)
	if again := order(7); again != first {
		t.Errorf("seed 7 gave %s, then %s", first, again)
	}
	if other := order(8); other == first {
		t.Errorf("seeds 7 and 8 both gave %s", first)
	}
}
