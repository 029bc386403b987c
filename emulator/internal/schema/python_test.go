package schema

import (
	"slices"
	"testing"
)

type pythonRecording struct {
	Values []struct {
		JSON    string `json:"json"`
		Repr    string `json:"repr"`
		Str     string `json:"str"`
		Pformat string `json:"pformat"`
	} `json:"values"`
	Documents []struct {
		Text string  `json:"text"`
		Repr *string `json:"repr"` // nil if json.loads refused
	} `json:"documents"`
	Patterns []struct {
		Pattern string   `json:"pattern"`
		Matches []string `json:"matches"`
	} `json:"patterns"`
	PatternTexts []string `json:"pattern_texts"`
	Numbers      []struct {
		Text   string `json:"text"`
		Number string `json:"number"` // its repr, "None", or "big"
	} `json:"numbers"`
}

const pythonFile = "testdata/python-3.11.json"

func loadPython(t *testing.T, file string) (r pythonRecording) {
	t.Helper()
	load(t, file, &r)
	return r
}

func TestReprLikePython(t *testing.T) { compareReprs(t, pythonFile) }

func compareReprs(t *testing.T, file string) {
	for _, want := range loadPython(t, file).Values {
		v, err := Decode([]byte(want.JSON))
		if err != nil {
			t.Fatalf("%s: %v", want.JSON, err)
		}
		if got := Repr(v); got != want.Repr {
			t.Errorf("repr of %s\n got %s\nwant %s", want.JSON, got, want.Repr)
		}
		if got := Str(v); got != want.Str {
			t.Errorf("str of %s\n got %s\nwant %s", want.JSON, got, want.Str)
		}
		if got := pprint(v); got != want.Pformat {
			t.Errorf("pformat of %s\n got\n%s\nwant\n%s", want.JSON, got, want.Pformat)
		}
	}
}

func TestDecodeLikePython(t *testing.T) {
	for _, want := range loadPython(t, pythonFile).Documents {
		v, err := Decode([]byte(want.Text))
		switch {
		case want.Repr == nil && err == nil:
			t.Errorf("%.40q: decoded to %s, Python refuses", want.Text, Repr(v))
		case want.Repr != nil && err != nil:
			t.Errorf("%.40q: %v, Python reads %s", want.Text, err, *want.Repr)
		case want.Repr != nil && Repr(v) != *want.Repr:
			t.Errorf("%.40q: decoded to %s, Python reads %s", want.Text, Repr(v), *want.Repr)
		}
	}
}

func TestPatternsLikePython(t *testing.T) {
	recording := loadPython(t, pythonFile)
	for _, want := range recording.Patterns {
		re, err := compilePattern(want.Pattern)
		if err != nil {
			t.Errorf("%s: %v", want.Pattern, err)
			continue
		}
		for _, text := range recording.PatternTexts {
			if got := re.MatchString(text); got != slices.Contains(want.Matches, text) {
				t.Errorf("%s (as %s) matches %q: %t", want.Pattern, re, text, got)
			}
		}
	}
}

func TestPatternsRefused(t *testing.T) {
	for _, pattern := range []string{`(?=a)`, `(?<!a)b`, `(a)\1`, `[\W]`, `[a`, `(`} {
		if _, err := compilePattern(pattern); err == nil {
			t.Errorf("%s: compiled, but means something else in Go", pattern)
		}
	}
}

func TestNumbersLikePython(t *testing.T) {
	for _, want := range loadPython(t, pythonFile).Numbers {
		got := "None"
		if n, ok := numberOf(want.Text); ok {
			got = Repr(n)
		}
		if want.Number == "big" && len(got) >= 4300 {
			continue
		}
		if got != want.Number {
			t.Errorf("%.40q: %.40s, Python reads %s", want.Text, got, want.Number)
		}
	}
}
