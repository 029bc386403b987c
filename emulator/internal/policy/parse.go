package policy

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxRule bounds the length of a check string, in bytes.
	maxRule = 64 << 10
	// maxNesting bounds its nots and parentheses within each other.
	maxNesting = 200
)

// RuleError says what is wrong with a rule.
type RuleError struct {
	Rule    string // its name
	Offset  int    // in its check string, in bytes
	Problem string
}

func (e *RuleError) Error() string {
	return fmt.Sprintf("policy: rule %q: %s", e.Rule, e.explain())
}

func (e *RuleError) explain() string { return fmt.Sprintf("at offset %d: %s", e.Offset, e.Problem) }

// parse reads a check string. The check it returns is always usable; what was not understood in it never passes, and
// is reported too.
func parse(name, text string) (*node, error) {
	p := parser{name: name, text: text}
	if text == "" {
		return &node{op: opTrue}, nil
	}
	if len(text) > maxRule {
		p.complain(maxRule, "the check string is too long")
		return &node{}, errors.Join(p.complaints...)
	}
	p.next()
	n, ok := p.or(0)
	if ok && p.kind != tokenEnd {
		p.complain(p.at, "unexpected "+p.describe())
		ok = false
	}
	if !ok {
		n = &node{}
	}
	return n, errors.Join(p.complaints...)
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenOpen
	tokenClose
	tokenAnd
	tokenOr
	tokenNot
	tokenCheck
	tokenString // quoted; there is no use for one
)

// parser holds one token of the text: its kind, its text and where it begins.
type parser struct {
	name, text string
	kind       tokenKind
	token      string
	at         int

	rest       int // where the next token is to be sought
	closing    int // parentheses that ended the last word and are still to come
	complaints []error
}

func (p *parser) complain(at int, problem string) {
	if len(p.complaints) < 10 {
		p.complaints = append(p.complaints, &RuleError{p.name, at, problem})
	}
}

func (p *parser) describe() string {
	if p.kind == tokenEnd {
		return "end"
	}
	return fmt.Sprintf("%.60q", p.token)
}

// next reads a token. Words end at white space; parentheses are tokens at either end of a word, and part of it inside.
func (p *parser) next() {
	if p.closing > 0 {
		p.closing--
		p.kind, p.token, p.at = tokenClose, ")", p.rest
		p.rest++
		return
	}
	for p.rest < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.rest:])
		if !unicode.IsSpace(r) {
			break
		}
		p.rest += size
	}
	p.at = p.rest
	if p.at == len(p.text) {
		p.kind, p.token = tokenEnd, ""
		return
	}
	if p.text[p.at] == '(' {
		p.kind, p.token = tokenOpen, "("
		p.rest++
		return
	}
	word := p.text[p.at:]
	if end := strings.IndexFunc(word, unicode.IsSpace); end >= 0 {
		word = word[:end]
	}
	p.token = strings.TrimRight(word, ")")
	p.closing = len(word) - len(p.token)
	p.rest += len(p.token)
	switch {
	case p.token == "":
		p.next() // nothing but closing parentheses
	case strings.EqualFold(p.token, "and"):
		p.kind = tokenAnd
	case strings.EqualFold(p.token, "or"):
		p.kind = tokenOr
	case strings.EqualFold(p.token, "not"):
		p.kind = tokenNot
	case len(word) >= 2 && (word[0] == '"' || word[0] == '\'') && word[len(word)-1] == word[0]:
		p.kind = tokenString
	default:
		p.kind = tokenCheck
	}
}

// or reads checks joined by "or", each of them checks joined by "and".
func (p *parser) or(depth int) (*node, bool) {
	return p.joined(opOr, tokenOr, func() (*node, bool) {
		return p.joined(opAnd, tokenAnd, func() (*node, bool) { return p.unary(depth) })
	})
}

func (p *parser) joined(op op, by tokenKind, read func() (*node, bool)) (*node, bool) {
	n, ok := read()
	if !ok || p.kind != by {
		return n, ok
	}
	joined := &node{op: op, kids: []*node{n}}
	for p.kind == by {
		p.next()
		n, ok := read()
		if !ok {
			return nil, false
		}
		joined.kids = append(joined.kids, n)
	}
	return joined, true
}

func (p *parser) unary(depth int) (*node, bool) {
	if depth > maxNesting {
		p.complain(p.at, "nested too deeply")
		return nil, false
	}
	switch p.kind {
	case tokenNot:
		p.next()
		n, ok := p.unary(depth + 1)
		return &node{op: opNot, kids: []*node{n}}, ok
	case tokenOpen:
		p.next()
		n, ok := p.or(depth + 1)
		if ok && p.kind != tokenClose {
			p.complain(p.at, `")" expected, not `+p.describe())
			return nil, false
		}
		p.next()
		return n, ok
	case tokenCheck:
		n := p.check(p.token, p.at)
		p.next()
		return n, true
	}
	p.complain(p.at, "a check expected, not "+p.describe())
	return nil, false
}

// check reads a single check, which begins at offset at.
func (p *parser) check(word string, at int) *node {
	switch word {
	case "@":
		return &node{op: opTrue}
	case "!":
		return &node{}
	}
	kind, match, ok := strings.Cut(word, ":")
	switch {
	case !ok:
		p.complain(at, fmt.Sprintf("%.60q is no check: it has no colon", word))
		return &node{}
	case kind == "rule":
		return &node{op: opRule, name: match}
	case kind == "http" || kind == "https":
		p.complain(at, "checks over HTTP are not emulated")
		return &node{}
	}
	template, problem := parseTemplate(match)
	if problem != "" {
		p.complain(at+len(kind)+1, problem)
		return &node{}
	}
	if kind == "role" {
		return &node{op: opRole, match: template}
	}
	literal, isLiteral, problem := parseLiteral(kind)
	switch {
	case problem != "":
		p.complain(at, problem)
		return &node{}
	case isLiteral:
		return &node{op: opLiteral, literal: literal, match: template}
	}
	return &node{op: opCreds, path: strings.Split(kind, "."), match: template}
}

// parseTemplate reads text with %(name)s in it.
func parseTemplate(s string) (t template, problem string) {
	for s != "" {
		before, after, found := strings.Cut(s, "%")
		if before != "" {
			t = append(t, part{text: before})
		}
		if !found {
			break
		}
		if rest, ok := strings.CutPrefix(after, "%"); ok {
			t = append(t, part{text: "%"})
			s = rest
			continue
		}
		end := closingParenthesis(after)
		if end <= 1 || !strings.HasPrefix(after[end+1:], "s") {
			return nil, "after % comes (name)s, or another %"
		}
		t = append(t, part{name: after[1:end]})
		s = after[end+2:]
	}
	return t, ""
}

// closingParenthesis returns where the parenthesis that s begins with is closed, or 0.
func closingParenthesis(s string) int {
	open := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			return i
		}
	}
	return 0
}

// parseLiteral reads the left side of a check as a literal of Python's, if it is one, and returns what str makes of it.
func parseLiteral(s string) (text string, ok bool, problem string) {
	switch s {
	case "":
		return "", false, "nothing before the colon"
	case "True", "False", none:
		return s, true, ""
	}
	switch c := s[0]; {
	case c == '\'' || c == '"':
		inner := s[1:]
		if end := strings.IndexByte(inner, c); end < 0 || end != len(inner)-1 || strings.ContainsAny(inner, `\`) {
			return "", false, fmt.Sprintf("%.60q is not a simple string", s)
		}
		return inner[:len(inner)-1], true, ""
	case c >= utf8.RuneSelf || c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		if strings.ContainsAny(s, `'"`) {
			return "", false, fmt.Sprintf("%.60q is neither a literal nor a credential", s)
		}
		return "", false, ""
	}
	digits := strings.TrimPrefix(s, "-")
	if strings.Trim(digits, "0123456789") != "" || digits == "" || digits[0] == '0' && s != "0" {
		return "", false, fmt.Sprintf("%.60q is neither a literal nor a credential", s)
	}
	return s, true, ""
}
