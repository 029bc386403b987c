package steps

import (
	"fmt"
	"strings"
)

// Placeholders of the patterns in this package. Everything else in a pattern is a regular expression.
var placeholders = strings.NewReplacer(
	"{who}", `((?:I|the administrator|a stranger)(?: (?:try|tries) to)?)`,
	"{string}", `"([^"]*)"`,
	"{int}", `(\d+)`,
)

// registrar is where steps are registered: a godog.ScenarioContext.
type registrar interface{ Step(expr, do any) }

// step registers a step whose text is a pattern with placeholders: {who}, {string} and {int}.
func step(sc registrar, pattern string, do any) {
	sc.Step("^"+placeholders.Replace(pattern)+"$", do)
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
