package schema

import (
	"errors"
	"slices"
)

// Draft is a version of JSON Schema. They differ in few places: [Draft4] refuses 1.0 as an integer, takes
// exclusiveMinimum and exclusiveMaximum for booleans, and does not know const, if and dependentRequired.
// Quirk: what stands beside $ref is checked in draft 4 too, for so do validators made by jsonschema's extend, which
// are the only ones of that draft that services use.
type Draft int

// The drafts that services use.
const (
	Draft202012 Draft = iota
	Draft4
)

// A Format checks a value against a named format; it is called with values of any type. An error made by [Raise]
// ends the validation as an exception does upstream. Any other, such as [ErrFormat], means that the value is not in
// the format, and becomes the Cause of the [Error].
type Format func(v Value) error

// ErrFormat is what a [Format] returns that has nothing to add to "... is not a ...".
var ErrFormat = errors.New("schema: not in the format")

// Raise returns an error by which a [Format] ends the validation: err is what Validate returns.
func Raise(err error) error { return &raised{err} }

type raised struct{ err error }

func (r *raised) Error() string { return r.err.Error() }
func (r *raised) Unwrap() error { return r.err }

// Validator is a service's way to validate: which draft, which formats, which deviations. It never changes in use,
// and may be used by many goroutines at once.
type Validator struct {
	Draft Draft
	// Formats are the formats that are checked; others are let pass.
	Formats map[string]Format
	// NumericStrings makes minimum and maximum apply to anything Python's int() or float() understands, above all
	// to strings, as Cinder's and Keystone's validators do.
	NumericStrings bool
}

// maxSteps bounds the work of one validation, in schemas applied to values: some recursive schemas take exponential
// time.
const maxSteps = 1 << 20

var errTooMuch = errors.New("schema: the value takes too much work to validate")

// Validate returns nil or the first error in the order of the schema's keywords, as an [*Error]; it is what
// jsonschema's Validator.validate raises. Errors of another type are those of formats that [Raise] one and of
// schemas that do not compile.
func (v *Validator) Validate(s *Schema, value Value) error {
	errs, err := v.run(s, value, keepFirst)
	if err != nil || len(errs) == 0 {
		return err
	}
	return errs[0]
}

// ValidateBest returns nil or the most relevant error, as an [*Error]; it is what the function jsonschema.validate
// raises: one near the top of the value, and not just "not valid under any of" if one of its reasons stands out.
func (v *Validator) ValidateBest(s *Schema, value Value) error {
	errs, err := v.run(s, value, keepBest)
	if err != nil || len(errs) == 0 {
		return err
	}
	return bestMatch(errs[0], v.Draft)
}

func (v *Validator) run(s *Schema, value Value, keep keep) ([]*Error, error) {
	root, err := s.compiled()
	if err != nil {
		return nil, err
	}
	r := run{validator: v, keep: keep}
	r.node(root, value)
	if r.raised != nil {
		return nil, r.raised
	}
	return r.errs, nil
}

// keep says which of the errors found are kept. Errors are sorted out as they rise through the schema, where their
// paths grow alike; so a value with a million faults does not cost a million errors.
type keep int

const (
	keepFirst keep = iota // and stop there
	keepBest              // the most relevant one
	keepWorst             // the two least relevant ones, for bestMatch to choose from
	keepNone              // stop at the first, and remember only that there was one
)

// run is one validation under way.
type run struct {
	validator *Validator
	keep      keep
	errs      []*Error
	failed    bool  // with keepNone
	raised    error // ends everything
	steps     int
}

// stopped tells whether nothing more can change the outcome.
func (r *run) stopped() bool {
	switch {
	case r.raised != nil:
		return true
	case r.keep == keepFirst:
		return len(r.errs) > 0
	case r.keep == keepNone:
		return r.failed
	}
	return false
}

// fail reports an error of the keyword being checked. The message is made when it is asked for.
func (r *run) fail(message func() string) *Error {
	if r.keep == keepNone {
		r.failed = true
		return &Error{}
	}
	e := &Error{message: message}
	r.errs = append(r.errs, e)
	return e
}

// node applies a schema to a value.
func (r *run) node(n *node, v Value) {
	if r.steps++; r.steps > maxSteps {
		r.raised = errTooMuch
	}
	if r.stopped() {
		return
	}
	if n.source == false {
		r.fail(func() string { return "False schema does not allow " + Repr(v) }).locate("", nil, v, n.source)
		return
	}
	first := len(r.errs)
	for i := range n.rules {
		rule := &n.rules[i]
		if r.validator.Draft == Draft4 && rule.since != Draft4 {
			continue
		}
		mark := len(r.errs)
		rule.check.run(r, v)
		for _, e := range r.errs[mark:] {
			e.locate(rule.keyword, rule.value, v, n.source)
			if rule.keyword != "if" && rule.keyword != "$ref" {
				e.SchemaPath = slices.Insert(e.SchemaPath, 0, any(rule.keyword))
			}
		}
		r.sortOut(first)
		if r.stopped() {
			return
		}
	}
}

// sortOut drops errors since mark that cannot matter any more.
func (r *run) sortOut(mark int) {
	errs := r.errs[mark:]
	switch {
	case r.keep == keepBest && len(errs) > 1:
		errs[0] = mostRelevant(errs, r.validator.Draft)
		r.errs = r.errs[:mark+1]
	case r.keep == keepWorst && len(errs) > 2:
		slices.SortStableFunc(errs, func(a, b *Error) int { return compareRelevance(a, b, r.validator.Draft) })
		r.errs = r.errs[:mark+2]
	}
}

// valid tells whether a schema accepts a value, reporting nothing.
func (r *run) valid(n *node, v Value) bool {
	keep, failed := r.keep, r.failed
	r.keep, r.failed = keepNone, false
	r.node(n, v)
	ok := !r.failed
	r.keep, r.failed = keep, failed
	return ok
}

// reasons returns why none of the schemas accepts a value, as far as bestMatch wants to know.
func (r *run) reasons(nodes []*node, v Value) []*Error {
	if r.keep != keepBest && r.keep != keepWorst {
		return nil
	}
	keep, errs := r.keep, r.errs
	r.keep, r.errs = keepWorst, nil
	for i, n := range nodes {
		r.under(i, n, v)
	}
	r.sortOut(0)
	reasons := r.errs
	r.keep, r.errs = keep, errs
	return reasons
}

// member applies a schema to the value of a key.
func (r *run) member(key string, n *node, v Value) {
	mark := len(r.errs)
	r.node(n, v)
	for _, e := range r.errs[mark:] {
		e.Path = slices.Insert(e.Path, 0, any(key))
	}
}

// item applies a schema to an item of a list.
func (r *run) item(i int, n *node, v Value) {
	mark := len(r.errs)
	r.node(n, v)
	for _, e := range r.errs[mark:] {
		e.Path = slices.Insert(e.Path, 0, any(i))
	}
}

// under applies a schema that its keyword holds under a name or an index.
func (r *run) under(at any, n *node, v Value) {
	mark := len(r.errs)
	r.node(n, v)
	for _, e := range r.errs[mark:] {
		e.SchemaPath = slices.Insert(e.SchemaPath, 0, at)
	}
}
