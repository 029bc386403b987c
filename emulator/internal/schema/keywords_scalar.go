package schema

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
)

// typeSet is a set of JSON types.
type typeSet uint

const (
	typeNull typeSet = 1 << iota
	typeBoolean
	typeInteger
	typeNumber
	typeString
	typeArray
	typeObject
)

func typeNamed(name string) (typeSet, bool) {
	switch name {
	case "null":
		return typeNull, true
	case "boolean":
		return typeBoolean, true
	case "integer":
		return typeInteger, true
	case "number":
		return typeNumber, true
	case "string":
		return typeString, true
	case "array":
		return typeArray, true
	case "object":
		return typeObject, true
	}
	return 0, false
}

// typeSetOf reads the value of the keyword type: a name, or a list of them.
func typeSetOf(v Value) (typeSet, bool) {
	if name, ok := v.(string); ok {
		return typeNamed(name)
	}
	list, ok := v.(List)
	var set typeSet
	for _, item := range list {
		name, _ := item.(string)
		t, known := typeNamed(name)
		ok = ok && known
		set |= t
	}
	return set, ok
}

// has tells whether v is of one of the types. A float is an integer if it is whole, except in draft 4.
func (t typeSet) has(v Value, draft Draft) bool {
	var is typeSet
	switch v := v.(type) {
	case nil:
		is = typeNull
	case bool:
		is = typeBoolean
	case float64:
		is = typeNumber
		if draft != Draft4 && v == math.Trunc(v) && !math.IsInf(v, 0) {
			is |= typeInteger
		}
	case string:
		is = typeString
	case List:
		is = typeArray
	case Dict:
		is = typeObject
	default:
		is = typeInteger | typeNumber
	}
	return t&is != 0
}

type types struct {
	set   typeSet
	names []string
}

func compileType(s *scope, v Value) check {
	set, ok := typeSetOf(v)
	if !ok {
		s.fail("no type of JSON: " + Repr(v))
	}
	if name, ok := v.(string); ok {
		return &types{set, []string{name}}
	}
	return &types{set, s.names(v)}
}

func (c *types) run(r *run, v Value) {
	if !c.set.has(v, r.validator.Draft) {
		r.fail(func() string { return Repr(v) + " is not of type " + reprs(c.names) })
	}
}

type enum List

func compileEnum(s *scope, v Value) check {
	list, ok := v.(List)
	if !ok {
		s.fail("a list was expected")
	}
	return enum(list)
}

// run tells 1 from True only at the top, as jsonschema does: [1] is among [[True]].
func (c enum) run(r *run, v Value) {
	strict := equal(v, 0, false) || equal(v, 1, false)
	if !slices.ContainsFunc(c, func(each Value) bool { return equal(v, each, strict) }) {
		r.fail(func() string { return Repr(v) + " is not one of " + Repr(List(c)) })
	}
}

type constant struct{ value Value }

func compileConst(_ *scope, v Value) check { return constant{v} }

func (c constant) run(r *run, v Value) {
	if !equal(v, c.value, true) {
		r.fail(func() string { return Repr(c.value) + " was expected" })
	}
}

type pattern struct {
	source string
	re     *regexp.Regexp
}

func compilePatternKeyword(s *scope, v Value) check {
	source, ok := v.(string)
	if !ok {
		s.fail("a string was expected")
	}
	return &pattern{source, s.pattern(source)}
}

func (c *pattern) run(r *run, v Value) {
	if text, ok := v.(string); ok && !c.re.MatchString(text) {
		r.fail(func() string { return Repr(v) + " does not match " + Repr(c.source) })
	}
}

type format string

func compileFormat(s *scope, v Value) check {
	name, ok := v.(string)
	if !ok {
		s.fail("a string was expected")
	}
	return format(name)
}

func (c format) run(r *run, v Value) {
	check := r.validator.Formats[string(c)]
	if check == nil {
		return
	}
	err := check(v)
	var stop *raised
	switch {
	case err == nil:
	case errors.As(err, &stop):
		r.raised = stop.err
	default:
		e := r.fail(func() string { return Repr(v) + " is not a " + Repr(string(c)) })
		if !errors.Is(err, ErrFormat) {
			e.Cause = err
		}
	}
}

// bound is one of minimum, maximum, exclusiveMinimum and exclusiveMaximum.
type bound struct {
	limit     Value
	max       bool
	exclusive bool
	// draft4 is whether the bound is exclusive in draft 4, where exclusiveMinimum and exclusiveMaximum are booleans
	// beside it.
	draft4 bool
}

func boundKeyword(name string) func(*scope, Value) check {
	lower := strings.ToLower(name)
	return func(s *scope, v Value) check {
		c := bound{limit: v, max: strings.HasSuffix(lower, "maximum"), exclusive: lower != name}
		if _, ok := v.(bool); ok && c.exclusive {
			return nil
		}
		if !isNumber(v) {
			s.fail("a number was expected")
		}
		beside, _ := s.dict.Get("exclusive" + strings.ToUpper(name[:1]) + name[1:])
		c.draft4, _ = beside.(bool)
		return &c
	}
}

func (c *bound) run(r *run, v Value) {
	if r.validator.NumericStrings && !c.exclusive {
		n, ok := numberOf(v)
		if !ok {
			return
		}
		v = n
	}
	if !isNumber(v) {
		return
	}
	order, ok := compareNumbers(v, c.limit)
	if c.max {
		order = -order
	}
	exclusive := c.exclusive || c.draft4 && r.validator.Draft == Draft4
	if !ok || order > 0 || order == 0 && !exclusive {
		return
	}
	r.fail(func() string {
		comparison, end := "less than", "minimum"
		if c.max {
			comparison, end = "greater than", "maximum"
		}
		if exclusive {
			comparison += " or equal to"
		}
		return Repr(v) + " is " + comparison + " the " + end + " of " + Repr(c.limit)
	})
}
