package steps

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Tags is a tag expression: which scenarios to take. It is written as Cucumber writes it, "@cinder and not (@slow or
// @control)", or as godog does, "@cinder && ~@slow", where a comma is an "or" that binds tightest.
type Tags struct {
	text  string
	names []string
	match func(has func(tag string) bool) bool
}

// ParseTags reads a tag expression; "" takes all scenarios. The error says where it goes wrong.
func ParseTags(text string) (Tags, error) {
	p := tagParser{words: tagWords(text)}
	t := Tags{text: text, match: func(func(string) bool) bool { return true }}
	if len(p.words) == 0 {
		return t, nil
	}
	match, err := p.or()
	if err == nil && len(p.words) > 0 {
		err = fmt.Errorf("%q is left over", strings.Join(p.words, " "))
	}
	if err != nil {
		return Tags{}, fmt.Errorf("tag expression %q: %w; want for instance \"@cinder and not @slow\"", text, err)
	}
	t.names, t.match = p.names, match
	return t, nil
}

// Match tells whether the expression takes a scenario.
func (t Tags) Match(s *Scenario) bool { return t.match(s.Has) }

// Check refuses a tag that no scenario has, naming the one that is nearest: an expression with a slip of the pen in it
// would take no scenario, or, behind a "not", all of them.
func (t Tags) Check(features []*Feature) error {
	known := map[string]bool{}
	for _, f := range features {
		for _, s := range f.Scenarios {
			for _, tag := range s.Tags {
				known[tag] = true
			}
		}
	}
	for _, name := range t.names {
		if known[name] {
			continue
		}
		err := fmt.Errorf("tag expression %q: no scenario has the tag %s", t.text, name)
		if near := nearest(name, slices.Sorted(maps.Keys(known))); near != "" {
			err = fmt.Errorf("%w; did you mean %s?", err, near)
		}
		return err
	}
	return nil
}

// tagWords cuts an expression into tags, words, signs and parentheses.
func tagWords(text string) []string {
	spaced := strings.NewReplacer("(", " ( ", ")", " ) ", ",", " , ", "&&", " && ", "||", " || ", "~", " ~ ").Replace(text)
	return strings.Fields(spaced)
}

// tagParser reads, from what binds least to what binds most: or, and, the comma, not.
type tagParser struct {
	words []string
	names []string
}

type tagMatch = func(has func(string) bool) bool

func (p *tagParser) next(signs ...string) bool {
	if len(p.words) > 0 && slices.Contains(signs, p.words[0]) {
		p.words = p.words[1:]
		return true
	}
	return false
}

func (p *tagParser) or() (tagMatch, error) { return p.any(p.and, "or", "||") }

func (p *tagParser) list() (tagMatch, error) { return p.any(p.not, ",") }

func (p *tagParser) any(part func() (tagMatch, error), signs ...string) (tagMatch, error) {
	left, err := part()
	for err == nil && p.next(signs...) {
		var right tagMatch
		if right, err = part(); err == nil {
			l := left
			left = func(has func(string) bool) bool { return l(has) || right(has) }
		}
	}
	return left, err
}

func (p *tagParser) and() (tagMatch, error) {
	left, err := p.list()
	for err == nil && p.next("and", "&&") {
		var right tagMatch
		if right, err = p.list(); err == nil {
			l := left
			left = func(has func(string) bool) bool { return l(has) && right(has) }
		}
	}
	return left, err
}

func (p *tagParser) not() (tagMatch, error) {
	switch {
	case p.next("not", "~"):
		inner, err := p.not()
		return func(has func(string) bool) bool { return !inner(has) }, err
	case p.next("("):
		inner, err := p.or()
		if err == nil && !p.next(")") {
			err = fmt.Errorf("a parenthesis is not closed")
		}
		return inner, err
	case len(p.words) == 0:
		return nil, fmt.Errorf("it ends where a tag should be")
	case !strings.HasPrefix(p.words[0], "@") || p.words[0] == "@":
		return nil, fmt.Errorf("%q is no tag: tags begin with @", p.words[0])
	}
	name := p.words[0]
	p.words, p.names = p.words[1:], append(p.names, name)
	return func(has func(string) bool) bool { return has(name) }, nil
}

// nearest is the word that the fewest changes lead to, if they are few.
func nearest(word string, among []string) string {
	best, fewest := "", len(word)/2+1
	for _, other := range among {
		if d := distance(word, other); d < fewest {
			best, fewest = other, d
		}
	}
	return best
}

// distance counts the letters to insert, drop or change on the way from one word to another.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		above := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := above
			if a[i] != b[j] {
				change++
			}
			above = row[j+1]
			row[j+1] = min(change, above+1, row[j]+1)
		}
	}
	return row[len(b)]
}
