package policy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// defaultRule is the rule that stands in for those that do not exist, if it exists itself: oslo.policy's option
// policy_default_rule, at its default.
const defaultRule = "default"

// Rules is a set of named checks. It never changes, and may be used by many goroutines at once.
type Rules struct {
	source  map[string]string
	scopes  map[string]Scopes // of rules that are not for tokens of any kind; nil if kinds of tokens do not matter
	isAdmin string            // the rule that stands for the credential is_admin; "" for none
	once    sync.Once
	rules   map[string]*rule
	link    sync.Mutex // held while rules are parsed and linked
}

// rule is parsed, and all it refers to, when root is first needed.
type rule struct {
	text    string
	root    atomic.Pointer[node]
	linking bool // guarded by Rules.link
}

// New returns the set of the given check strings, by name; the map is not to be changed afterwards. It does no work: a
// rule is parsed when it is first asked for. What does not parse never passes, nor does a reference by which a rule
// would come back to itself; a test of the package that holds the rules calls [Rules.Verify], which reports both.
func New(source map[string]string) *Rules { return &Rules{source: source} }

// Check tells whether creds pass the named rule on target, which may be nil. A rule that does not exist passes if one
// called "default" does and passes.
func (r *Rules) Check(name string, creds *Creds, target Target) bool {
	rule := r.find(name)
	if rule == nil || !r.scopes[name].has(creds) {
		return false
	}
	root := rule.root.Load()
	if root == nil {
		r.link.Lock()
		root = r.resolve(rule)
		r.link.Unlock()
	}
	return root.pass(creds, target)
}

// Has tells whether there is a rule of that name.
func (r *Rules) Has(name string) bool {
	_, ok := r.source[name]
	return ok
}

// With returns a new set in which the given check strings replace or join those of r. Its error joins a [*RuleError]
// for each of them that does not parse, or by which rules come to refer to themselves in a circle. A reference to a
// rule that does not exist is no error, just as upstream, and never passes.
func (r *Rules) With(overrides map[string]string) (*Rules, error) {
	merged := make(map[string]string, len(r.source)+len(overrides))
	maps.Copy(merged, r.source)
	maps.Copy(merged, overrides)
	with := &Rules{source: merged, scopes: r.scopes, isAdmin: r.isAdmin}
	parsed, _ := with.parsed()
	problems := with.circles(parsed)
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		if _, err := parse(name, overrides[name]); err != nil {
			problems = append(problems, err)
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return with, nil
}

// Verify reports every rule that does not parse, refers to one that does not exist, or refers to itself in a circle.
func (r *Rules) Verify() error {
	parsed, problems := r.parsed()
	problems = append(problems, r.circles(parsed)...)
	for _, name := range slices.Sorted(maps.Keys(parsed)) {
		parsed[name].references(func(to string) {
			if !r.Has(to) {
				problems = append(problems, &RuleError{
					name, max(0, strings.Index(r.source[name], "rule:"+to)),
					fmt.Sprintf("there is no rule %q", to),
				})
			}
		})
	}
	return errors.Join(problems...)
}

// find returns the named rule or the one that stands in for it; nil if there is neither.
func (r *Rules) find(name string) *rule {
	r.once.Do(func() {
		r.rules = make(map[string]*rule, len(r.source))
		all := make([]rule, len(r.source))
		for name, text := range r.source {
			r.rules[name] = &all[0]
			all[0].text, all = text, all[1:]
		}
	})
	if rule := r.rules[name]; rule != nil {
		return rule
	}
	return r.rules[defaultRule]
}

// resolve parses a rule and links it to those it refers to. The lock is held.
func (r *Rules) resolve(rule *rule) *node {
	if root := rule.root.Load(); root != nil {
		return root
	}
	root, _ := parse("", rule.text) // its problems are Verify's to report
	rule.linking = true
	r.connect(root)
	rule.linking = false
	rule.root.Store(root)
	return root
}

func (r *Rules) connect(n *node) {
	for _, kid := range n.kids {
		r.connect(kid)
	}
	if n.isAdmin() && r.isAdmin != "" {
		n.op, n.name = opRule, r.isAdmin
	}
	if n.op != opRule {
		return
	}
	if to := r.find(n.name); to != nil && !to.linking {
		n.kids = []*node{r.resolve(to)}
	}
}

// isAdmin tells whether the check is "is_admin:True".
func (n *node) isAdmin() bool {
	if n.op != opCreds || len(n.path) != 1 || n.path[0] != "is_admin" {
		return false
	}
	want, ok := n.match.text(nil)
	return ok && want == pythonBool(true)
}

// parsed returns all rules parsed and not linked, and what is wrong with them.
func (r *Rules) parsed() (map[string]*node, []error) {
	parsed := make(map[string]*node, len(r.source))
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(r.source)) {
		n, err := parse(name, r.source[name])
		if err != nil {
			problems = append(problems, err)
		}
		parsed[name] = n
	}
	return parsed, problems
}

// circles reports the ways by which rules come back to themselves.
func (r *Rules) circles(parsed map[string]*node) []error {
	var problems []error
	var path []string
	done := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if _, ok := parsed[name]; !ok {
			name = defaultRule
		}
		if i := slices.Index(path, name); i >= 0 {
			way := strings.Join(append(slices.Clone(path[i:]), name), " -> ")
			problems = append(problems, &RuleError{Rule: name, Problem: "refers to itself: " + way})
			return
		}
		n := parsed[name]
		if n == nil || done[name] {
			return
		}
		path = append(path, name)
		n.references(visit)
		path = path[:len(path)-1]
		done[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(parsed)) {
		visit(name)
	}
	return problems
}

// references calls visit with the name of each rule that an unlinked check refers to.
func (n *node) references(visit func(name string)) {
	if n.op == opRule {
		visit(n.name)
	}
	for _, kid := range n.kids {
		kid.references(visit)
	}
}
