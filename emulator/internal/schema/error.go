package schema

import (
	"cmp"
	"slices"
	"strings"
)

// An Error says how a value breaks a schema. It belongs to whoever received it.
type Error struct {
	// Keyword is the broken keyword and KeywordValue what the schema says under it; "" and nil for the schema false.
	Keyword      string
	KeywordValue Value
	// Path leads to Instance and SchemaPath to KeywordValue: keys and indexes. Those of a reason chosen from under
	// an anyOf or oneOf begin there, like jsonschema's relative_path.
	Path, SchemaPath []any
	// Instance is the part of the value that is wrong, Schema the part of the schema (a Dict, or false) it breaks.
	Instance, Schema Value
	// Cause is what the format returned, if Keyword is format.
	Cause error

	reasons []*Error // under anyOf and oneOf
	located bool
	message func() string
}

// Message is jsonschema's message, such as "1 is not of type 'string'".
func (e *Error) Message() string {
	if e.message == nil {
		return ""
	}
	return e.message()
}

func (e *Error) Error() string { return e.Message() }

func (e *Error) Unwrap() error { return e.Cause }

// locate fills in where the error arose, unless a deeper keyword has.
func (e *Error) locate(keyword string, value, instance, schema Value) {
	if e.located {
		return
	}
	e.located = true
	e.Keyword, e.KeywordValue, e.Instance, e.Schema = keyword, value, instance, schema
}

// PythonString is what str() makes of the error: its message, and the schema and the instance it arose from, pretty
// printed. Each of the two is cut after a megabyte.
func (e *Error) PythonString() string {
	keyword := "None"
	if e.Keyword != "" {
		keyword = Repr(e.Keyword)
	}
	schemaPath := e.SchemaPath
	if len(schemaPath) > 0 {
		schemaPath = schemaPath[:len(schemaPath)-1]
	}
	var b strings.Builder
	b.WriteString(e.Message())
	b.WriteString("\n\nFailed validating " + keyword + " in schema" + indexes(schemaPath) + ":\n    ")
	b.WriteString(strings.ReplaceAll(pprint(e.Schema), "\n", "\n    "))
	b.WriteString("\n\nOn instance" + indexes(e.Path) + ":\n    ")
	b.WriteString(strings.ReplaceAll(pprint(e.Instance), "\n", "\n    "))
	return b.String()
}

// indexes writes a path as indexing operations: ['volumes'][0].
func indexes(path []any) string {
	var b strings.Builder
	for _, step := range path {
		b.WriteString("[" + Repr(step) + "]")
	}
	return b.String()
}

// compareRelevance orders errors as jsonschema.exceptions.relevance does, the most relevant last: those high up in
// the value, those that are not a matter of alternatives, those about a value of the wrong type.
func compareRelevance(a, b *Error, draft Draft) int {
	return cmp.Or(
		cmp.Compare(len(b.Path), len(a.Path)),
		compareBools(!a.alternatives(), !b.alternatives()),
		compareBools(!a.matchesType(draft), !b.matchesType(draft)),
	)
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (e *Error) alternatives() bool { return e.Keyword == "anyOf" || e.Keyword == "oneOf" }

// matchesType tells whether the instance is of the type its schema asks for, if it does.
func (e *Error) matchesType(draft Draft) bool {
	d, ok := e.Schema.(Dict)
	if !ok {
		return false
	}
	names, _ := d.Get("type")
	types, ok := typeSetOf(names)
	return ok && types.has(e.Instance, draft)
}

// mostRelevant returns the first of the errors that none surpasses.
func mostRelevant(errs []*Error, draft Draft) *Error {
	return slices.MaxFunc(errs, func(a, b *Error) int { return compareRelevance(a, b, draft) })
}

// bestMatch goes down from an error of alternatives to its reasons as long as one of them stands out by being the
// least relevant, which is to say the deepest.
func bestMatch(best *Error, draft Draft) *Error {
	for len(best.reasons) > 0 {
		reasons := slices.Clone(best.reasons)
		slices.SortStableFunc(reasons, func(a, b *Error) int { return compareRelevance(a, b, draft) })
		if len(reasons) > 1 && compareRelevance(reasons[0], reasons[1], draft) == 0 {
			return best
		}
		best = reasons[0]
	}
	return best
}
