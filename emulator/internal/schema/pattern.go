package schema

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// spaces are the characters Python's \s matches.
var spaces = [...][2]rune{
	{'\t', '\r'},
	{0x1c, ' '},
	{0x85, 0x85},
	{0xa0, 0xa0},
	{0x1680, 0x1680},
	{0x2000, 0x200a},
	{0x2028, 0x2029},
	{0x202f, 0x202f},
	{0x205f, 0x205f},
	{0x3000, 0x3000},
}

func isSpace(r rune) bool {
	for _, s := range spaces {
		if s[0] <= r && r <= s[1] {
			return true
		}
	}
	return false
}

// classOf returns the content of the Go character class that stands for Python's \c, which knows all of Unicode.
// There is none for \W: its complement cannot be written inside a class.
func classOf(c byte) (string, bool) {
	switch c {
	case 'd':
		return `\p{Nd}`, true
	case 'D':
		return `\P{Nd}`, true
	case 'w':
		return wordClass, true
	case 's':
		return spaceRanges(false), true
	case 'S':
		return spaceRanges(true), true
	}
	return "", false
}

const wordClass = `\p{L}\p{N}_`

func spaceRanges(complement bool) string {
	var b strings.Builder
	from := rune(0)
	for _, s := range spaces {
		if !complement {
			fmt.Fprintf(&b, `\x{%x}-\x{%x}`, s[0], s[1])
			continue
		}
		fmt.Fprintf(&b, `\x{%x}-\x{%x}`, from, s[0]-1)
		from = s[1] + 1
	}
	if complement {
		fmt.Fprintf(&b, `\x{%x}-\x{%x}`, from, utf8.MaxRune)
	}
	return b.String()
}

// compilePattern makes a Go regexp that matches where Python's re.search would. It translates what differs: $ also
// matches before a final newline, \Z is the very end, and \d, \w and \s know all of Unicode.
func compilePattern(python string) (*regexp.Regexp, error) {
	var b strings.Builder
	upTo := regexp.MustCompile(`^\{,[0-9]*\}`) // a repetition that Go does not know
	inClass := false
	for i := 0; i < len(python); i++ {
		c := python[i]
		switch {
		case inClass && strings.HasPrefix(python[i:], `\W`):
			return nil, errors.New(`\W inside a class`)
		case c == '\\' && i+1 < len(python):
			i++
			i += translateEscape(&b, python[i], python[i+1:], inClass)
		case inClass && c == '[':
			b.WriteString(`\[`)
		case inClass:
			b.WriteByte(c)
			inClass = c != ']'
		case c == '[':
			inClass = true
			b.WriteByte(c)
			if strings.HasPrefix(python[i+1:], "^") {
				i++
				b.WriteByte('^')
			}
			if strings.HasPrefix(python[i+1:], "]") { // a bracket in first place is literal
				i++
				b.WriteString(`\]`)
			}
		case c == '{' && upTo.MatchString(python[i:]):
			b.WriteString("{0")
		case c == '$':
			b.WriteString(`(?:\n?\z)`)
		default:
			b.WriteByte(c)
		}
	}
	return regexp.Compile(b.String())
}

// translateEscape writes the Go form of \c and returns how many bytes of rest it used up.
func translateEscape(b *strings.Builder, c byte, rest string, inClass bool) int {
	class, known := classOf(c)
	switch {
	case known && inClass:
		b.WriteString(class)
	case known:
		b.WriteString("[" + class + "]")
	case c == 'W' && !inClass:
		b.WriteString("[^" + wordClass + "]")
	case c == 'Z' && !inClass:
		b.WriteString(`\z`)
	case c == 'u' && len(rest) >= 4:
		b.WriteString(`\x{` + rest[:4] + `}`)
		return 4
	default:
		b.WriteByte('\\')
		b.WriteByte(c)
	}
	return 0
}
