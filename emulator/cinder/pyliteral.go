package cinder

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pyTuple is a Python tuple or set; lists are []any and dicts map[string]any, whose keys are written as strings.
type pyTuple []any

var errNoLiteral = errors.New("not a Python literal")

// pyLiteral reads what Python's ast.literal_eval reads, as far as filters of lists use it: strings, numbers, True, False,
// None, and lists, tuples, sets and dicts of them. Upstream reads every filter's value so.
func pyLiteral(s string) (any, error) {
	if len(s) > maxLiteral {
		return nil, errNoLiteral
	}
	p := literalParser{rest: strings.TrimLeft(s, " \t")}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.rest != "" {
		return nil, errNoLiteral
	}
	return v, nil
}

const (
	maxLiteral      = 8 << 10
	maxLiteralDepth = 32
)

type literalParser struct{ rest string }

func (p *literalParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\n\r\f") }

func (p *literalParser) take(prefix string) bool {
	rest, ok := strings.CutPrefix(p.rest, prefix)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *literalParser) value(depth int) (any, error) {
	p.space()
	if p.rest == "" || depth > maxLiteralDepth {
		return nil, errNoLiteral
	}
	switch c := p.rest[0]; {
	case c == '\'' || c == '"':
		return p.strings()
	case c == '[':
		p.rest = p.rest[1:]
		list, _, err := p.items("]", depth)
		return list, err
	case c == '(':
		return p.parenthesis(depth)
	case c == '{':
		p.rest = p.rest[1:]
		return p.braces(depth)
	case c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.':
		return p.number()
	}
	for word, v := range map[string]any{"True": true, "False": false, "None": nil} {
		if rest, ok := strings.CutPrefix(p.rest, word); ok && !startsName(rest) {
			p.rest = rest
			return v, nil
		}
	}
	return nil, errNoLiteral
}

func startsName(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && (r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 127)
}

// items reads values up to the closing bracket, and tells whether there was a comma.
func (p *literalParser) items(closing string, depth int) ([]any, bool, error) {
	list, comma := []any{}, false
	for {
		if p.space(); p.take(closing) {
			return list, comma, nil
		}
		if len(list) > 0 && !comma {
			return nil, false, errNoLiteral
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, false, err
		}
		list = append(list, v)
		if p.space(); !p.take(",") {
			if p.space(); !p.take(closing) {
				return nil, false, errNoLiteral
			}
			return list, comma, nil
		}
		comma = true
	}
}

func (p *literalParser) parenthesis(depth int) (any, error) {
	p.rest = p.rest[1:]
	list, comma, err := p.items(")", depth)
	if err == nil && len(list) == 1 && !comma {
		return list[0], nil
	}
	return pyTuple(list), err
}

// braces reads a dict or a set.
func (p *literalParser) braces(depth int) (any, error) {
	dict := map[string]any{}
	var set pyTuple
	for first := true; ; first = false {
		if p.space(); p.take("}") {
			break
		}
		if !first && !p.take(",") {
			return nil, errNoLiteral
		}
		if p.space(); !first && p.take("}") {
			break
		}
		k, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.space(); !p.take(":") {
			set = append(set, k)
			continue
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		dict[pyText(k)] = v
	}
	switch {
	case len(set) > 0 && len(dict) > 0:
		return nil, errNoLiteral
	case len(set) > 0:
		return set, nil
	}
	return dict, nil
}

func (p *literalParser) number() (any, error) {
	end := strings.IndexFunc(p.rest, func(r rune) bool { return !strings.ContainsRune("+-.0123456789eE_", r) })
	if end < 0 {
		end = len(p.rest)
	}
	text := p.rest[:end]
	p.rest = p.rest[end:]
	if startsName(p.rest) {
		return nil, errNoLiteral
	}
	if n, err := pythonInt(text); err == nil && (len(strings.TrimLeft(text, "+-0")) > 0 || strings.Trim(text, "+-0") == "") {
		digits := strings.TrimLeft(text, "+-")
		if len(digits) > 1 && digits[0] == '0' && strings.Trim(digits, "0_") != "" {
			return nil, errNoLiteral // Python has no such numbers
		}
		return n, nil
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil {
		return nil, errNoLiteral
	}
	return f, nil
}

// strings reads one string, or several beside each other, which are one.
func (p *literalParser) strings() (any, error) {
	var b strings.Builder
	for p.rest != "" && (p.rest[0] == '\'' || p.rest[0] == '"') {
		if err := p.string(&b); err != nil {
			return nil, err
		}
		p.space()
	}
	return b.String(), nil
}

func (p *literalParser) string(b *strings.Builder) error {
	quote := p.rest[0]
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == quote:
			p.rest = p.rest[i+1:]
			return nil
		case c == '\n':
			return errNoLiteral
		case c == '\\' && i+1 < len(p.rest):
			i++
			b.WriteString(unescape(p.rest[i]))
		default:
			b.WriteByte(c)
		}
	}
	return errNoLiteral
}

// unescape is what a backslash and a character stand for. Gap: numeric escapes stand for themselves.
func unescape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case '\\', '\'', '"':
		return string(c)
	}
	return `\` + string(c)
}

// pyText is a literal as a database would compare it with text.
func pyText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		if v {
			return "1"
		}
		return "0"
	}
	return ""
}
