package cinder

import (
	"strings"
	"testing"
)

func TestPyLiteral(t *testing.T) {
	for text, want := range map[string]string{
		`'a'`: "a", `"a"`: "a", `'a' 'b'`: "ab", `'a\'b\n'`: "a'b\n", `5`: "5", `-5`: "-5", `1.5`: "1.5", `True`: "1", `1_000`: "1000", `('x')`: "x",
	} {
		if v, err := pyLiteral(text); err != nil || pyText(v) != want {
			t.Errorf("%s: %v, %v", text, v, err)
		}
	}
	for text, want := range map[string]int{`[]`: 0, `['a', "b",]`: 2, `('a',)`: 1, `{'a', 'b'}`: 2, `[1, [2], {'a': 1}]`: 3} {
		v, err := pyLiteral(text)
		n := -1
		switch list := v.(type) {
		case []any:
			n = len(list)
		case pyTuple:
			n = len(list)
		}
		if err != nil || n != want {
			t.Errorf("%s: %v, %v", text, v, err)
		}
	}
	for _, text := range []string{"", "available", "a-b", "['a' 'b'", "[1 2]", "{'a': 1, 'b'}", "007", "1x", "'", "f()", "Truex", "2020-01-01", "[,]", "__import__"} {
		if v, err := pyLiteral(text); err == nil {
			t.Errorf("%s: %v", text, v)
		}
	}
}

func FuzzPyLiteral(f *testing.F) {
	for _, seed := range []string{`{'a': ['b', (1, 2.5), None]}`, `"\x41"`, `[[[[`, `-1e5`, `{1, 2}`, `''`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := pyLiteral(text)
		if err != nil {
			return
		}
		if _, again := pyLiteral("[" + text + "]"); again != nil && len(text) < maxLiteral-2 && strings.Count(text, "[")+strings.Count(text, "(")+strings.Count(text, "{") < maxLiteralDepth {
			t.Errorf("%q is %v, but not in a list: %v", text, v, again)
		}
	})
}

func FuzzVolumeVersion(f *testing.F) {
	for _, seed := range []string{"volume 3.27", "compute 2.1, volume latest", "volume", "volume  3.5 x", ",", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) {
		if v, err := volumeVersion(list); err == nil && (v == "" || strings.ContainsAny(v, " ,")) {
			t.Errorf("%q: %q", list, v)
		}
	})
}

func TestSQLLike(t *testing.T) {
	for _, tc := range []struct {
		text, pattern string
		want          bool
	}{
		{"volume", "%lum%", true},
		{"volume", "%xyz%", false},
		{"volume", "%v_l%", true},
		{"volume", "%%", true},
		{"", "%%", true},
		{"abc", "%a%c", true},
		{"abcb", "%b", true},
		{"abc", "a_", false},
	} {
		if got := sqlLike(tc.text, tc.pattern); got != tc.want {
			t.Errorf("%q like %q: %v", tc.text, tc.pattern, got)
		}
	}
}

func FuzzSQLLike(f *testing.F) {
	f.Add("volume", "%l_m%")
	f.Fuzz(func(t *testing.T, text, part string) {
		if len(text)+len(part) > 200 {
			return
		}
		if strings.ContainsAny(part, "%_") || !strings.Contains(text, part) {
			sqlLike(text, "%"+part+"%")
			return
		}
		if !sqlLike(text, "%"+part+"%") {
			t.Errorf("%q has %q", text, part)
		}
	})
}

func FuzzISOTime(f *testing.F) {
	for _, seed := range []string{"2020-01-01T00:00:00Z", "2020-01-01 10:00", "20200101T101010", "2020"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if at, err := parseISOTime(text); err == nil && at.Location() != at.UTC().Location() {
			t.Errorf("%q is not in UTC: %v", text, at)
		}
	})
}

func FuzzWithMarker(f *testing.F) {
	f.Add("limit=1&marker=x&name=%20", "id")
	f.Fuzz(func(t *testing.T, query, marker string) {
		if n := strings.Count("&"+withMarker(query, marker), "&marker="); n != 1 {
			t.Errorf("%q: %q", query, withMarker(query, marker))
		}
	})
}
