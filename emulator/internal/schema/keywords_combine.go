package schema

import "strings"

// combinationKeyword is how to compile allOf, anyOf or oneOf.
func combinationKeyword(name string) func(*scope, Value) check {
	return func(s *scope, v Value) check {
		list, ok := v.(List)
		if !ok || len(list) == 0 {
			s.fail("a list of schemas was expected")
		}
		nodes := make([]*node, len(list))
		for i, source := range list {
			nodes[i] = s.alias(s.compiler.node(source, s.at))
		}
		switch name {
		case "allOf":
			return allOf(nodes)
		case "anyOf":
			return anyOf(nodes)
		}
		return oneOf(nodes)
	}
}

type allOf []*node

func (c allOf) run(r *run, v Value) {
	for i, n := range c {
		r.under(i, n, v)
		if r.stopped() {
			return
		}
	}
}

type anyOf []*node

func (c anyOf) run(r *run, v Value) { firstValid(r, c, v) }

// firstValid returns the index of the first schema that accepts v; if there is none it reports that.
func firstValid(r *run, nodes []*node, v Value) int {
	for i, n := range nodes {
		if r.valid(n, v) {
			return i
		}
	}
	if r.raised == nil {
		reasons := r.reasons(nodes, v)
		r.fail(func() string { return Repr(v) + " is not valid under any of the given schemas" }).reasons = reasons
	}
	return len(nodes)
}

type oneOf []*node

func (c oneOf) run(r *run, v Value) {
	first := firstValid(r, c, v)
	if first == len(c) {
		return
	}
	var more []string // the first one comes last, as upstream
	for _, n := range c[first+1:] {
		if r.valid(n, v) {
			more = append(more, Repr(n.source))
		}
	}
	if len(more) > 0 {
		more = append(more, Repr(c[first].source))
		r.fail(func() string { return Repr(v) + " is valid under each of " + strings.Join(more, ", ") })
	}
}

type not struct{ node *node }

func compileNot(s *scope, v Value) check { return not{s.alias(s.compiler.node(v, s.at))} }

func (c not) run(r *run, v Value) {
	if r.valid(c.node, v) {
		r.fail(func() string { return Repr(v) + " should not be valid under " + Repr(c.node.source) })
	}
}

// conditional is if with its then and else, which may be nil.
type conditional struct{ test, then, otherwise *node }

func compileIf(s *scope, v Value) check {
	c := conditional{test: s.alias(s.compiler.node(v, s.at))}
	if then, ok := s.dict.Get("then"); ok {
		c.then = s.alias(s.compiler.node(then, s.at))
	}
	if otherwise, ok := s.dict.Get("else"); ok {
		c.otherwise = s.alias(s.compiler.node(otherwise, s.at))
	}
	return &c
}

func (c *conditional) run(r *run, v Value) {
	switch {
	case r.valid(c.test, v):
		if c.then != nil {
			r.under("then", c.then, v)
		}
	case c.otherwise != nil:
		r.under("else", c.otherwise, v)
	}
}

type reference struct{ node *node }

func compileRef(s *scope, v Value) check {
	ref, ok := v.(string)
	if !ok {
		s.fail("a string was expected")
	}
	return reference{s.alias(s.resolve(ref, s.at))}
}

func (c reference) run(r *run, v Value) { r.node(c.node, v) }
