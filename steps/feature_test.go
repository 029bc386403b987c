package steps

import (
	"strings"
	"testing"
	"testing/fstest"
)

const sample = `@f
Feature: A feature
  About something.

  Background:
    Given a background

  @one
  Scenario: The first
    When it happens
      | a | b |
    Then "it" is

  @two
  Scenario Outline: It is <what>
    Given it is <what>:
      """
      <what>
      """

    @few
    Examples:
      | what |
      | red  |
      | blue |

  Rule: A rule
    Scenario: The last
      Given an end
`

func TestLoad(t *testing.T) {
	features, err := Load(fstest.MapFS{"a.feature": {Data: []byte(sample)}, "notes.txt": {}})
	if err != nil {
		t.Fatal(err)
	}
	f := features[0]
	if f.Name != "A feature" || f.Description != "About something." || f.Line != 2 || f.TagLines[0] != 1 || len(f.Scenarios) != 4 {
		t.Fatalf("%+v", f)
	}
	blue := f.Scenarios[2]
	if blue.Name != "It is blue" || blue.Line != 25 || !blue.Has("@few") || !blue.Has("@f") || len(blue.Steps) != 2 || *blue.Steps[1].Doc != "blue" {
		t.Errorf("%+v", blue)
	}
	if first := f.Scenarios[0]; first.Steps[1].Line != 10 || first.Steps[1].Table[0][1] != "b" || first.TagLines[1] != 8 {
		t.Errorf("%+v", first)
	}
}

// What is left of a feature when some scenarios are chosen keeps its lines, and has those scenarios.
func TestOnly(t *testing.T) {
	features, err := Load(fstest.MapFS{"a.feature": {Data: []byte(sample)}})
	if err != nil {
		t.Fatal(err)
	}
	all := features[0].Scenarios
	for chosen := range 1 << len(all) {
		var want []string
		picked := map[*Scenario]bool{}
		for i, s := range all {
			if chosen>>i&1 == 1 {
				picked[s] = true
				want = append(want, at(s)+" "+s.Name)
			}
		}
		text := features[0].only(func(s *Scenario) bool { return picked[s] })
		if text == nil {
			if len(want) > 0 {
				t.Errorf("%v: nothing is left", want)
			}
			continue
		}
		left, err := gherkinOf(text.Contents)
		if err != nil || strings.Join(left, "\n") != strings.Join(want, "\n") {
			t.Errorf("left %v, want %v: %v", left, want, err)
		}
	}
}

func gherkinOf(text []byte) ([]string, error) {
	f, err := parse("a.feature", text)
	if f == nil {
		return nil, err
	}
	var list []string
	for _, s := range f.Scenarios {
		list = append(list, at(s)+" "+s.Name)
	}
	if len(f.Scenarios) > 0 {
		err = nil // an outline of which no example is left is no mistake here
	}
	return list, err
}

func TestLoadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "a.feature: there is no feature in this file",
		"Feature: f\n":            `a.feature: the feature "f" has no scenarios`,
		"Feature: f\nScenario: a": `a.feature:2: the scenario "a" has no steps`,
		"Feature: f\nScenario: a\nGiven x\nScenario: a\nGiven x":                    `a.feature:4: the scenario of line 2 is called "a" too`,
		"Feature: f\nScenario: a\nGiven x\n  nonsense":                              "a.feature:4:3: expected: ",
		"Feature: f\nScenario Outline: a\nGiven <x>\nExamples:\n| x |":              `a.feature:2: the examples of the scenario "a" are empty`,
		"Feature: f\nScenario: a\nGiven x\n| a |\n| b | c |":                        "a.feature:5:1: inconsistent cell count",
		"Feature: f\nScenario: a\nGiven x\nScenario Outline: b\nGiven y\nExamples:": `the examples of the scenario "b" are empty`,
	} {
		if _, err := Load(fstest.MapFS{"a.feature": {Data: []byte(text)}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := Load(fstest.MapFS{"a.txt": {}}); err == nil {
		t.Error("a file system without features is taken")
	}
}

func FuzzParseFeature(f *testing.F) {
	f.Add(sample)
	f.Add("Feature: f\nScenario: a\nGiven x\n")
	f.Fuzz(func(t *testing.T, text string) {
		feature, err := parse("a.feature", []byte(text))
		if err == nil {
			feature.only(func(s *Scenario) bool { return len(s.Name)%2 == 0 })
		}
	})
}
