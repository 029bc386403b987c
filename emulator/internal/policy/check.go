package policy

import "strings"

// op is what a node of a parsed rule does.
type op uint8

const (
	opFalse op = iota // also stands for what is not understood: it never passes
	opTrue
	opAnd
	opOr
	opNot
	opRule    // the one kid, once linked; never passes before
	opRole    // a role named by match
	opLiteral // literal equals match
	opCreds   // the credential at path equals match
)

// node is a parsed check.
type node struct {
	op      op
	kids    []*node
	name    string // of the rule referred to
	literal string
	path    []string
	match   template
}

// pass evaluates the check.
func (n *node) pass(creds *Creds, target Target) bool {
	switch n.op {
	case opTrue:
		return true
	case opAnd:
		for _, kid := range n.kids {
			if !kid.pass(creds, target) {
				return false
			}
		}
		return true
	case opOr:
		for _, kid := range n.kids {
			if kid.pass(creds, target) {
				return true
			}
		}
		return false
	case opNot:
		return !n.kids[0].pass(creds, target)
	case opRule:
		return len(n.kids) > 0 && n.kids[0].pass(creds, target)
	case opRole:
		name, ok := n.match.text(target)
		return ok && creds.hasRole(name)
	case opLiteral:
		text, ok := n.match.text(target)
		return ok && n.literal == text
	case opCreds:
		text, ok := n.match.text(target)
		return ok && creds.has(n.path, text)
	}
	return false
}

// template is the right side of a check: text with names of the target in it.
type template []part

// part is a name of the target, or text if name is empty.
type part struct{ text, name string }

// text fills the template in; ok is false if the target lacks a name.
func (t template) text(target Target) (text string, ok bool) {
	switch len(t) {
	case 0:
		return "", true
	case 1:
		return t[0].fill(target)
	}
	var b strings.Builder
	for _, p := range t {
		text, ok := p.fill(target)
		if !ok {
			return "", false
		}
		b.WriteString(text)
	}
	return b.String(), true
}

func (p *part) fill(target Target) (string, bool) {
	if p.name == "" {
		return p.text, true
	}
	if target == nil {
		return "", false
	}
	v, ok := target.Lookup(p.name)
	if !ok {
		return "", false
	}
	return str(v), true
}
