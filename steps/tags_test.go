package steps

import (
	"strings"
	"testing"
)

func scenarios(tagged ...string) []*Feature {
	f := &Feature{}
	for _, tags := range tagged {
		f.Scenarios = append(f.Scenarios, &Scenario{Name: tags, Tags: strings.Fields(tags)})
	}
	return []*Feature{f}
}

func TestTags(t *testing.T) {
	features := scenarios("@a", "@b", "@a @b", "@a @c", "@b @c")
	for text, want := range map[string]string{
		"":                          "@a; @b; @a @b; @a @c; @b @c",
		"@a":                        "@a; @a @b; @a @c",
		"not @a":                    "@b; @b @c",
		"~@a":                       "@b; @b @c",
		"@a and @b":                 "@a @b",
		"@a && @b":                  "@a @b",
		"@a or @b and @c":           "@a; @a @b; @a @c; @b @c",
		"(@a or @b) and @c":         "@a @c; @b @c",
		"@a,@b && @c":               "@a @c; @b @c",
		"@a || @c":                  "@a; @a @b; @a @c; @b @c",
		"not (@a or @b)":            "",
		"@a && ~@b,@c":              "@a; @a @c",
		"not not @c and ( ( @a ) )": "@a @c",
	} {
		tags, err := ParseTags(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var got []string
		for _, s := range features[0].Scenarios {
			if tags.Match(s) {
				got = append(got, s.Name)
			}
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q takes %q, want %q", text, strings.Join(got, "; "), want)
		}
		if err := tags.Check(features); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestTagsThatGoWrong(t *testing.T) {
	for text, want := range map[string]string{
		"cinder":       "tags begin with @",
		"@a @b":        `"@b" is left over`,
		"@a and":       "it ends where a tag should be",
		"(@a":          "a parenthesis is not closed",
		"@a)":          `")" is left over`,
		"@":            "tags begin with @",
		"and":          "tags begin with @",
		"@cindre":      "did you mean @cinder?",
		"not @contrl":  "did you mean @control?",
		"@slow && ~@x": "no scenario has the tag @x",
	} {
		tags, err := ParseTags(text)
		if err == nil {
			err = tags.Check(scenarios("@cinder @slow", "@control"))
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzParseTags(f *testing.F) {
	for _, text := range []string{"@a and not @b", "((@a", "~@a,@b && @c", "not not", "@a or"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tags, err := ParseTags(text)
		if err == nil {
			tags.Match(&Scenario{Tags: []string{"@a"}})
		}
	})
}
