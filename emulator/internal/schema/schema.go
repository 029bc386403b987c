package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Schema is a JSON Schema. It never changes, and may be used by many goroutines at once.
type Schema struct {
	source Dict
	once   sync.Once
	root   *node
	err    error
}

// New returns the schema that source describes. It does no work: source is compiled at its first use.
func New(source Dict) *Schema { return &Schema{source: source} }

// Dict returns what the schema was made from; it is not to be changed.
func (s *Schema) Dict() Dict { return s.source }

// Check reports what is wrong with the schema itself: an unknown keyword, a value a keyword cannot have, a pattern
// that does not compile, a reference that leads nowhere or only to itself.
func (s *Schema) Check() error {
	_, err := s.compiled()
	return err
}

func (s *Schema) compiled() (*node, error) {
	s.once.Do(func() {
		c := compiler{document: s.source, refs: map[string]*node{}}
		s.root = c.node(s.source, "schema")
		if c.err == nil {
			c.findLoops()
		}
		s.err = c.err
	})
	return s.root, s.err
}

// node is a compiled schema.
type node struct {
	source Value // a Dict, true or false
	rules  []rule
}

// rule is one keyword of a schema.
type rule struct {
	keyword string
	value   Value
	since   Draft // older drafts pass the keyword over
	check   check
}

// A check applies one keyword to a value, reporting to the run.
type check interface{ run(r *run, v Value) }

// compiler turns dicts into nodes. Its first error wins.
type compiler struct {
	document Dict
	refs     map[string]*node // by reference; each document position is compiled once
	aliases  []alias
	err      error
}

// alias is a rule that applies another schema to the same value: two of them in a circle would never end.
type alias struct{ from, to *node }

func (c *compiler) fail(at, problem string) {
	if c.err == nil {
		c.err = fmt.Errorf("schema: %s: %s", at, problem)
	}
}

// node compiles a schema; at says where it stands, for errors.
func (c *compiler) node(source Value, at string) *node {
	n := &node{source: source}
	c.fill(n, at)
	return n
}

func (c *compiler) fill(n *node, at string) {
	switch n.source.(type) {
	case bool:
		return
	case Dict:
	default:
		c.fail(at, "a schema is a Dict or a bool")
		return
	}
	d := n.source.(Dict)
	seen := make(map[string]bool, len(d))
	for _, p := range d {
		if seen[p.Key] {
			c.fail(at, strconv.Quote(p.Key)+" is there twice")
		}
		seen[p.Key] = true
		k, known := keywordNamed(p.Key)
		switch {
		case !known && !annotation(p.Key):
			c.fail(at, "unknown keyword "+strconv.Quote(p.Key))
		case known:
			s := scope{compiler: c, node: n, dict: d, at: at + "." + p.Key}
			if check := k.compile(&s, p.Value); check != nil {
				n.rules = append(n.rules, rule{keyword: p.Key, value: p.Value, since: k.since, check: check})
			}
		}
	}
}

// annotation tells whether a keyword describes and does not constrain.
func annotation(keyword string) bool {
	switch keyword {
	case "$schema", "$id", "id", "$comment", "definitions", "$defs", "title", "description", "default", "examples",
		"readOnly", "writeOnly", "deprecated", "name", "links", "is_base",
		"options": // Quirk: strays in Keystone's schemas of users (keystone/identity/schema.py, Zed), and is printed
		return true
	}
	return strings.HasPrefix(keyword, "x-")
}

// resolve compiles what a reference names, once, so that a schema may contain itself.
func (c *compiler) resolve(ref, at string) *node {
	if n, ok := c.refs[ref]; ok {
		return n
	}
	source, ok := lookup(c.document, ref)
	if !ok {
		c.fail(at, strconv.Quote(ref)+" leads nowhere")
	}
	n := &node{source: source}
	c.refs[ref] = n
	if ok {
		c.fill(n, ref)
	}
	return n
}

// lookup follows a JSON pointer written as a URI fragment.
func lookup(document Value, ref string) (Value, bool) {
	pointer, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return nil, false
	}
	for pointer != "" {
		if pointer[0] != '/' {
			return nil, false
		}
		step, rest, _ := strings.Cut(pointer[1:], "/")
		pointer = ""
		if len(rest) > 0 {
			pointer = "/" + rest
		}
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		switch at := document.(type) {
		case Dict:
			if document, ok = at.Get(step); !ok {
				return nil, false
			}
		case List:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				return nil, false
			}
			document = at[i]
		default:
			return nil, false
		}
	}
	return document, true
}

// findLoops refuses schemas that would apply themselves to the same value for ever.
func (c *compiler) findLoops() {
	next := map[*node][]*node{}
	for _, a := range c.aliases {
		next[a.from] = append(next[a.from], a.to)
	}
	var path []*node
	done := map[*node]bool{}
	var visit func(n *node) bool
	visit = func(n *node) bool {
		if slices.Contains(path, n) {
			return true
		}
		if done[n] {
			return false
		}
		path = append(path, n)
		looping := slices.ContainsFunc(next[n], visit)
		path = path[:len(path)-1]
		done[n] = true
		return looping
	}
	for _, a := range c.aliases {
		if visit(a.from) {
			c.fail("schema", "a reference leads only to itself")
			return
		}
	}
}
