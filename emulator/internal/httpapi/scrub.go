package httpapi

import (
	"bytes"
	"strings"
)

// scrubber copies JSON without what is secret. It goes on to where the JSON ends: by being cut, which is no mistake, or by
// being wrong, after which the rest may be anything and is withheld.
type scrubber struct {
	in      []byte
	at      int
	out     []byte
	secrets *secrets
	collect bool // only find the secrets
	depth   int  // of JSON in strings of JSON
}

// maxNested is how deep JSON in strings of JSON is looked into; below, it is secret.
const maxNested = 4

// scrub returns JSON without secrets, or finds them.
func scrub(body []byte, s *secrets, collect bool, depth int) []byte {
	p := scrubber{in: body, secrets: s, collect: collect, depth: depth, out: make([]byte, 0, len(body)+len(redacted))}
	if p.value(anything, false) {
		p.space()
	}
	if rest := len(p.in) - p.at; rest > 0 {
		p.out = append(p.out, withheld(rest)...)
	}
	return p.out
}

// owner is what a value belongs to, as far as it matters.
type owner int

const (
	anything owner = iota
	aToken
	aPassword
)

func ownerNamed(name string) owner {
	switch name {
	case "token":
		return aToken
	case "password":
		return aPassword
	}
	return anything
}

// peek is the next byte; 0 at the end.
func (p *scrubber) peek() byte {
	if p.at < len(p.in) {
		return p.in[p.at]
	}
	return 0
}

func (p *scrubber) space() {
	begin := p.at
	for p.at < len(p.in) && strings.IndexByte(" \t\r\n", p.in[p.at]) >= 0 {
		p.at++
	}
	p.out = append(p.out, p.in[begin:p.at]...)
}

// take copies one byte if it is the next.
func (p *scrubber) take(b byte) bool {
	if p.peek() != b || p.at == len(p.in) {
		return false
	}
	p.at++
	p.out = append(p.out, b)
	return true
}

// value copies a value. It returns false where the JSON ends before its time.
func (p *scrubber) value(of owner, secret bool) bool {
	p.space()
	switch b := p.peek(); {
	case b == '{' && (!secret || of != anything):
		return p.object(of)
	case b == '[' && !secret:
		return p.array(of)
	case b == '"':
		return p.text(secret)
	case b == '{' || b == '[':
		return p.hide()
	}
	return p.literal(secret)
}

func (p *scrubber) object(of owner) bool {
	p.take('{')
	p.space()
	if p.take('}') {
		return true
	}
	for {
		raw, whole := p.quoted()
		p.out = append(p.out, raw...)
		member, ok := unquote(raw)
		if !whole || !ok {
			return false
		}
		p.space()
		if !p.take(':') {
			return false
		}
		if !p.value(ownerNamed(member), isSecretIn(of, member)) {
			return false
		}
		p.space()
		if !p.take(',') {
			return p.take('}')
		}
		p.space()
	}
}

// isSecretIn tells whether the member of an object is secret. Two objects are called like secrets and are none, for the
// secret is in them: {"token": {"id": ...}} and {"password": {"user": {"password": ...}}}.
func isSecretIn(object owner, member string) bool {
	switch object {
	case aToken:
		return member == "id" || isSecretName(member)
	case aPassword:
		return member != "user"
	}
	return isSecretName(member)
}

func (p *scrubber) array(of owner) bool {
	p.take('[')
	p.space()
	if p.take(']') {
		return true
	}
	for {
		if !p.value(of, false) {
			return false
		}
		p.space()
		if !p.take(',') {
			return p.take(']')
		}
	}
}

// quoted reads a string, from quote to quote; whole is false if it ends before.
func (p *scrubber) quoted() (raw []byte, whole bool) {
	begin := p.at
	if p.peek() != '"' {
		return nil, false
	}
	for p.at++; p.at < len(p.in); p.at++ {
		switch p.in[p.at] {
		case '\\':
			p.at++
		case '"':
			p.at++
			return p.in[begin:p.at], true
		}
	}
	p.at = len(p.in)
	return p.in[begin:], false
}

func (p *scrubber) text(secret bool) bool {
	raw, whole := p.quoted()
	if whole && !secret && plain(raw[1:len(raw)-1]) && (p.collect || !p.secrets.concern(raw)) {
		p.out = append(p.out, raw...) // most are; without a quote in it, it holds no JSON with names
		return true
	}
	said, ok := readable(raw, whole)
	switch {
	case secret:
		p.secrets.add(said, whole && ok)
		p.put(redacted)
	case !ok:
		p.put(redacted) // nobody knows what it says
	case isNested(said) && (p.depth == maxNested || !whole):
		p.put(redacted)
	case isNested(said):
		p.nested(raw, said)
	case p.collect:
	default:
		if clean := p.secrets.blank(withoutUserinfo(said), whole); clean != said {
			p.put(clean)
			break
		}
		p.out = append(p.out, raw...)
	}
	return whole
}

// isNested tells whether a string is JSON again.
func isNested(said string) bool { return looksLikeJSON([]byte(said)) }

// nested copies a string that holds JSON, unless it only looks so.
func (p *scrubber) nested(raw []byte, said string) {
	clean := string(scrub([]byte(said), p.secrets, p.collect, p.depth+1))
	if clean == said {
		p.out = append(p.out, raw...)
		return
	}
	p.put(clean)
}

// put writes a string.
func (p *scrubber) put(text string) {
	p.out = append(append(append(p.out, '"'), inJSON(text)...), '"')
}

// readable is what a string says, one that was cut as far as it goes.
func readable(raw []byte, whole bool) (string, bool) {
	if whole {
		return unquote(raw)
	}
	raw = []byte(withoutHalf(string(raw)))
	for n := len(raw); n > 0 && n > len(raw)-12; n-- { // an escape that was cut in two is up to twelve bytes
		if said, ok := unquote(append(bytes.Clone(raw[:n]), '"')); ok {
			return said, true
		}
	}
	return "", false
}

// literal copies a number, or what else is no string. Numbers may be secret.
func (p *scrubber) literal(secret bool) bool {
	begin := p.at
	for p.at < len(p.in) && isLiteral(p.in[p.at]) {
		p.at++
	}
	said := p.in[begin:p.at]
	if len(said) == 0 {
		return false
	}
	switch string(said) {
	case "null", "true", "false":
	default:
		if len(said) > 40 { // no number that anybody would send
			p.at = begin
			return false
		}
		if secret {
			p.secrets.add(string(said), p.at < len(p.in))
			p.put(redacted)
			return true
		}
		if said[0] != '-' && (said[0] < '0' || said[0] > '9') {
			p.at = begin
			return false
		}
	}
	p.out = append(p.out, said...)
	return true
}

func isLiteral(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '-' || b == '+' || b == '.'
}

// hide puts the mark in place of an object or a list, all of whose strings are secrets.
func (p *scrubber) hide() bool {
	p.put(redacted)
	open := 0
	for p.at < len(p.in) {
		switch b := p.in[p.at]; b {
		case '"':
			raw, whole := p.quoted()
			if rest := bytes.TrimLeft(p.in[p.at:], " \t\r\n"); len(rest) == 0 || rest[0] != ':' {
				said, ok := readable(raw, whole)
				p.secrets.add(said, whole && ok)
			}
			if !whole {
				return false
			}
			continue
		case '{', '[':
			open++
		case '}', ']':
			open--
		}
		if p.at++; open == 0 {
			return true
		}
	}
	return false
}
