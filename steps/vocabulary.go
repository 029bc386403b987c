package steps

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/cucumber/godog"
)

// Vocabulary is the page that lists all steps of this package, each with what it does and an example, in Markdown.
//
//go:embed VOCABULARY.md
var Vocabulary string

// Placeholders of the patterns in this package. Everything else in a pattern is a regular expression.
var placeholders = strings.NewReplacer(
	"{who}", `((?:I|the administrator|a stranger)(?: (?:try|tries) to)?)`,
	"{string}", `"([^"]*)"`,
	"{int}", `(\d+)`,
)

// registrar takes steps: their patterns, with placeholders, and what they do.
type registrar interface{ Step(pattern, do any) }

// step registers a step whose text is a pattern with placeholders: {who}, {string} and {int}.
func step(r registrar, pattern string, do any) { r.Step(pattern, do) }

// expressions maps all patterns to what they mean. They are compiled once: every scenario registers them anew.
var expressions = sync.OnceValue(func() map[string]*regexp.Regexp {
	known := compiler{}
	new(World).steps(known)
	return known
})

type compiler map[string]*regexp.Regexp

func (c compiler) Step(pattern, _ any) {
	text := pattern.(string)
	c[text] = regexp.MustCompile("^" + placeholders.Replace(text) + "$")
}

// scenarioSteps registers the steps of a world with godog.
type scenarioSteps struct {
	sc *godog.ScenarioContext
	w  *World
}

func (s scenarioSteps) Step(pattern, do any) {
	if s.w.renames {
		do = s.w.inCloudsWords(do)
	}
	s.sc.Step(expressions()[pattern.(string)], do)
}

// actor is who does a step, and whether the step expects to be refused.
type actor struct {
	person string
	tries  bool // "tries to": the answer is kept for the next step to judge, whatever it is
}

// act reads what {who} matched.
func act(who string) actor {
	name, tried := strings.CutSuffix(who, " to")
	if tried {
		name = strings.TrimSuffix(strings.TrimSuffix(name, " try"), " tries")
	}
	person := map[string]string{"I": Member, "the administrator": Admin, "a stranger": Foreign}[name]
	if person == "" {
		panic(fmt.Sprintf("nobody is called %q", name)) // the placeholder matched what this table lacks
	}
	return actor{person: person, tries: tried}
}

var (
	me            = actor{person: Member}
	administrator = actor{person: Admin}
)
