package schema

import (
	"strings"
	"unicode/utf8"
)

const (
	// pprintWidth is the width python-jsonschema pretty-prints to.
	pprintWidth = 72
	// maxPprint bounds a pretty-printed value: a deeply nested one is mostly indentation.
	maxPprint = 1 << 20
)

// pprint writes v as Python's pprint.pformat(v, width=72) does: keys sorted, one item a line where a value does not
// fit, long strings split between words. What is past maxPprint bytes is left out.
func pprint(v Value) string {
	var p printer
	p.format(v, 0, 0, true)
	return p.b.String()
}

type printer struct{ b strings.Builder }

func (p *printer) full() bool { return p.b.Len() > maxPprint }

// line begins a new line at the given indentation.
func (p *printer) line(indent int) {
	p.b.WriteByte('\n')
	for range indent {
		p.b.WriteByte(' ')
	}
}

// format writes v in the columns from indent on, leaving allowance of them for the brackets that follow.
func (p *printer) format(v Value, indent, allowance int, top bool) {
	width := pprintWidth - indent - allowance
	// Counting runes settles it; no rune takes more than utf8.UTFMax bytes.
	w := reprWriter{sorted: true, limit: utf8.UTFMax * max(width, 1)}
	w.value(v)
	if utf8.RuneCount(w.b) <= width {
		p.b.Write(w.b)
		return
	}
	switch v := v.(type) {
	case Dict:
		p.dict(v, indent, allowance)
	case List:
		p.list(v, indent, allowance)
	case string:
		p.string(v, indent, allowance, top)
	default:
		p.b.WriteString(Repr(v))
	}
}

func (p *printer) dict(d Dict, indent, allowance int) {
	p.b.WriteByte('{')
	for i, pair := range sortedDict(d) {
		if p.full() {
			return
		}
		last := i == len(d)-1
		key := Repr(pair.Key)
		p.b.WriteString(key)
		p.b.WriteString(": ")
		p.format(pair.Value, indent+1+utf8.RuneCountInString(key)+2, followedBy(last, allowance), false)
		if !last {
			p.b.WriteByte(',')
			p.line(indent + 1)
		}
	}
	p.b.WriteByte('}')
}

func (p *printer) list(list List, indent, allowance int) {
	p.b.WriteByte('[')
	for i, v := range list {
		if p.full() {
			return
		}
		last := i == len(list)-1
		p.format(v, indent+1, followedBy(last, allowance), false)
		if !last {
			p.b.WriteByte(',')
			p.line(indent + 1)
		}
	}
	p.b.WriteByte(']')
}

// followedBy is the room an item leaves: for all closing brackets if it is the last one, else for its comma.
func followedBy(last bool, allowance int) int {
	if last {
		return allowance + 1
	}
	return 1
}

func (p *printer) string(s string, indent, allowance int, top bool) {
	if s == "" {
		p.b.WriteString("''")
		return
	}
	if top {
		indent++
		allowance++
	}
	chunks := wrap(s, pprintWidth-indent, allowance)
	if len(chunks) == 1 {
		p.b.WriteString(Repr(s))
		return
	}
	if top {
		p.b.WriteByte('(')
	}
	for i, chunk := range chunks {
		if p.full() {
			return
		}
		if i > 0 {
			p.line(indent)
		}
		p.b.WriteString(Repr(chunk))
	}
	if top {
		p.b.WriteByte(')')
	}
}

// wrap cuts s into pieces whose repr fits width: at line ends, else between words.
func wrap(s string, width, allowance int) []string {
	var chunks []string
	lines := splitLines(s)
	for i, line := range lines {
		lastLine := i == len(lines)-1
		room := width
		if lastLine {
			room -= allowance
		}
		if reprLen(line) <= room {
			chunks = append(chunks, line)
			continue
		}
		start, end := 0, 0
		words := splitWords(line)
		for j, word := range words {
			room := width
			if lastLine && j == len(words)-1 {
				room -= allowance
			}
			if end > start && reprLen(line[start:end+len(word)]) > room {
				chunks = append(chunks, line[start:end])
				start = end
			}
			end += len(word)
		}
		chunks = append(chunks, line[start:])
	}
	return chunks
}

func reprLen(s string) int { return utf8.RuneCount(appendString(nil, s)) }

// splitLines is Python's str.splitlines(keepends=True).
func splitLines(s string) []string {
	var lines []string
	start := 0
	for i, r := range s {
		if !isLineEnd(r) {
			continue
		}
		end := i + utf8.RuneLen(r)
		if r == '\r' && strings.HasPrefix(s[end:], "\n") {
			continue
		}
		lines = append(lines, s[start:end])
		start = end
	}
	if start < len(s) {
		lines = append(lines, s[start:])
	}
	return lines
}

func isLineEnd(r rune) bool {
	return '\n' <= r && r <= '\r' || 0x1c <= r && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
}

// splitWords cuts s after each run of white space.
func splitWords(s string) []string {
	var words []string
	start, space := 0, false
	for i, r := range s {
		if isSpace(r) {
			space = true
		} else if space {
			words = append(words, s[start:i])
			start, space = i, false
		}
	}
	return append(words, s[start:])
}
