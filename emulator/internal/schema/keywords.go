package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// keyword knows how to compile one keyword. A nil check means that another keyword does the work.
type keyword struct {
	since   Draft
	compile func(s *scope, value Value) check
}

// scope is the schema a keyword stands in.
type scope struct {
	*compiler
	node *node
	dict Dict
	at   string
}

func (s *scope) fail(problem string) { s.compiler.fail(s.at, problem) }

func keywordNamed(name string) (keyword, bool) {
	switch name {
	case "type":
		return keyword{Draft4, compileType}, true
	case "properties":
		return keyword{Draft4, compileProperties}, true
	case "required":
		return keyword{Draft4, compileRequired}, true
	case "additionalProperties":
		return keyword{Draft4, compileAdditional}, true
	case "patternProperties":
		return keyword{Draft4, compilePatternProperties}, true
	case "minProperties", "maxProperties", "minItems", "maxItems", "minLength", "maxLength":
		return keyword{Draft4, sizeKeyword(name)}, true
	case "items":
		return keyword{Draft4, compileItems}, true
	case "uniqueItems":
		return keyword{Draft4, compileUnique}, true
	case "enum":
		return keyword{Draft4, compileEnum}, true
	case "pattern":
		return keyword{Draft4, compilePatternKeyword}, true
	case "format":
		return keyword{Draft4, compileFormat}, true
	case "minimum", "maximum":
		return keyword{Draft4, boundKeyword(name)}, true
	case "allOf", "anyOf", "oneOf":
		return keyword{Draft4, combinationKeyword(name)}, true
	case "not":
		return keyword{Draft4, compileNot}, true
	case "$ref":
		return keyword{Draft4, compileRef}, true
	case "const":
		return keyword{Draft202012, compileConst}, true
	case "exclusiveMinimum", "exclusiveMaximum":
		return keyword{Draft202012, boundKeyword(name)}, true
	case "dependentRequired":
		return keyword{Draft202012, compileDependent}, true
	case "if":
		return keyword{Draft202012, compileIf}, true
	case "then", "else":
		return keyword{Draft202012, func(*scope, Value) check { return nil }}, true
	}
	return keyword{}, false
}

// names reads a list of strings.
func (s *scope) names(v Value) []string {
	list, ok := v.(List)
	if !ok {
		s.fail("a list of names was expected")
	}
	names := make([]string, 0, len(list))
	for _, item := range list {
		name, ok := item.(string)
		if !ok {
			s.fail("a list of names was expected")
		}
		names = append(names, name)
	}
	return names
}

func (s *scope) pattern(python string) *regexp.Regexp {
	re, err := compilePattern(python)
	if err != nil {
		s.fail(err.Error())
	}
	return re
}

// alias notes that sub is applied to the very value that the schema in scope is applied to.
func (s *scope) alias(sub *node) *node {
	s.aliases = append(s.aliases, alias{s.node, sub})
	return sub
}

// members compiles a dict of schemas.
func (s *scope) members(v Value) []member {
	d, ok := v.(Dict)
	if !ok {
		s.fail("a Dict of schemas was expected")
	}
	members := make([]member, len(d))
	for i, p := range d {
		members[i] = member{p.Key, s.compiler.node(p.Value, s.at+"."+p.Key)}
	}
	return members
}

type member struct {
	name string
	node *node
}

type properties []member

func compileProperties(s *scope, v Value) check { return properties(s.members(v)) }

func (c properties) run(r *run, v Value) {
	d, ok := v.(Dict)
	if !ok {
		return
	}
	for i := range c {
		value, ok := d.Get(c[i].name)
		if !ok {
			continue
		}
		mark := len(r.errs)
		r.member(c[i].name, c[i].node, value)
		for _, e := range r.errs[mark:] {
			e.SchemaPath = slices.Insert(e.SchemaPath, 0, any(c[i].name))
		}
		if r.stopped() {
			return
		}
	}
}

type required []string

func compileRequired(s *scope, v Value) check { return required(s.names(v)) }

func (c required) run(r *run, v Value) {
	d, ok := v.(Dict)
	if !ok {
		return
	}
	for _, name := range c {
		if !d.Has(name) {
			r.fail(func() string { return Repr(name) + " is a required property" })
		}
	}
}

type dependentRequired []struct {
	name  string
	needs []string
}

func compileDependent(s *scope, v Value) check {
	d, ok := v.(Dict)
	if !ok {
		s.fail("a Dict of lists of names was expected")
	}
	c := make(dependentRequired, len(d))
	for i, p := range d {
		c[i].name, c[i].needs = p.Key, s.names(p.Value)
	}
	return c
}

func (c dependentRequired) run(r *run, v Value) {
	d, ok := v.(Dict)
	if !ok {
		return
	}
	for _, dependency := range c {
		if !d.Has(dependency.name) {
			continue
		}
		for _, need := range dependency.needs {
			if !d.Has(need) {
				r.fail(func() string { return Repr(need) + " is a dependency of " + Repr(dependency.name) })
			}
		}
	}
}

type patternProperties []struct {
	re *regexp.Regexp
	member
}

func compilePatternProperties(s *scope, v Value) check {
	members := s.members(v)
	c := make(patternProperties, len(members))
	for i, m := range members {
		c[i].re, c[i].member = s.pattern(m.name), m
	}
	return c
}

func (c patternProperties) run(r *run, v Value) {
	d, ok := v.(Dict)
	if !ok {
		return
	}
	for i := range c {
		for _, p := range d {
			if !c[i].re.MatchString(p.Key) {
				continue
			}
			mark := len(r.errs)
			r.member(p.Key, c[i].node, p.Value)
			for _, e := range r.errs[mark:] {
				e.SchemaPath = slices.Insert(e.SchemaPath, 0, any(c[i].name))
			}
			if r.stopped() {
				return
			}
		}
	}
}

// additional is additionalProperties: what neither properties nor patternProperties of the same schema name.
type additional struct {
	names    map[string]bool
	patterns []*regexp.Regexp
	sources  []string // of the patterns, sorted
	closed   bool
	node     *node // nil if the keyword is a bool
}

func compileAdditional(s *scope, v Value) check {
	c := additional{names: map[string]bool{}}
	if v, ok := s.dict.Get("properties"); ok {
		d, _ := v.(Dict)
		for _, p := range d {
			c.names[p.Key] = true
		}
	}
	if v, ok := s.dict.Get("patternProperties"); ok {
		d, _ := v.(Dict)
		for _, p := range d {
			c.patterns = append(c.patterns, s.pattern(p.Key))
			c.sources = append(c.sources, p.Key)
		}
		slices.Sort(c.sources)
	}
	switch v := v.(type) {
	case bool:
		c.closed = !v
	default:
		c.node = s.compiler.node(v, s.at)
	}
	return &c
}

// extra tells whether nobody else has named the key.
func (c *additional) extra(key string) bool {
	return !c.names[key] && !slices.ContainsFunc(c.patterns, func(re *regexp.Regexp) bool { return re.MatchString(key) })
}

func (c *additional) run(r *run, v Value) {
	d, ok := v.(Dict)
	if !ok || !c.closed && c.node == nil {
		return
	}
	var extras []string
	for _, p := range d {
		switch {
		case !c.extra(p.Key):
		case c.node != nil:
			// Quirk: jsonschema takes them in the order of a set, which is arbitrary. Here it is the value's.
			r.member(p.Key, c.node, p.Value)
			if r.stopped() {
				return
			}
		default:
			extras = append(extras, p.Key)
		}
	}
	if len(extras) == 0 {
		return
	}
	r.fail(func() string {
		slices.Sort(extras)
		if c.sources == nil {
			return "Additional properties are not allowed (" + reprs(extras) + either(len(extras), " was", " were") + " unexpected)"
		}
		return reprs(extras) + either(len(extras), " does", " do") + " not match any of the regexes: " + reprs(c.sources)
	})
}

func either(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}

func reprs(names []string) string {
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(Repr(name))
	}
	return b.String()
}

// size is one of minProperties, maxProperties, minItems, maxItems, minLength and maxLength.
type size struct {
	of        byte // 'P'roperties, 'I'tems, 'L'ength: the first letter of what is counted
	limit     int
	max       bool
	complaint string
}

func sizeKeyword(name string) func(*scope, Value) check {
	return func(s *scope, v Value) check {
		limit, ok := v.(int)
		if !ok {
			s.fail("an int was expected")
		}
		c := size{of: name[3], limit: limit, max: name[:3] == "max", complaint: " is too short"}
		switch {
		case name == "minProperties":
			c.complaint = " does not have enough properties"
		case name == "maxProperties":
			c.complaint = " has too many properties"
		case c.max:
			c.complaint = " is too long"
		}
		return &c
	}
}

func (c *size) run(r *run, v Value) {
	var n int
	switch v := v.(type) {
	case Dict:
		if c.of != 'P' {
			return
		}
		n = len(v)
	case List:
		if c.of != 'I' {
			return
		}
		n = len(v)
	case string:
		if c.of != 'L' {
			return
		}
		n = utf8.RuneCountInString(v)
	default:
		return
	}
	if c.max && n > c.limit || !c.max && n < c.limit {
		r.fail(func() string { return Repr(v) + c.complaint })
	}
}

// items is the schema of every item.
type items struct{ node *node }

func compileItems(s *scope, v Value) check { return items{s.compiler.node(v, s.at)} }

func (c items) run(r *run, v Value) {
	list, ok := v.(List)
	if !ok {
		return
	}
	if c.node.source == false && len(list) > 0 {
		r.fail(func() string { return fmt.Sprintf("Expected at most 0 items, but found %d", len(list)) })
		return
	}
	for i, item := range list {
		r.item(i, c.node, item)
		if r.stopped() {
			return
		}
	}
}

type uniqueItems bool

func compileUnique(s *scope, v Value) check {
	wanted, ok := v.(bool)
	if !ok {
		s.fail("a bool was expected")
	}
	return uniqueItems(wanted)
}

func (c uniqueItems) run(r *run, v Value) {
	if list, ok := v.(List); ok && bool(c) && !unique(list) {
		r.fail(func() string { return Repr(v) + " has non-unique elements" })
	}
}
