package schema

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// maxDepth bounds the nesting of a decoded document.
	maxDepth = 512
	// maxDigits is Python's limit on the digits of an integer literal.
	maxDigits = 4300
	// indexedFrom is the number of keys from which an object being read is worth an index.
	indexedFrom = 9
)

// A SyntaxError says where a document stopped being JSON.
type SyntaxError struct {
	Offset  int // in bytes
	Problem string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("schema: %s at offset %d", e.Problem, e.Offset)
}

var errBadUTF8 = errors.New("schema: the document is not UTF-8")

// Decode reads one JSON document as Python's json module does: NaN, Infinity and -Infinity are numbers, the last of
// several equal keys gives the value and the first its place. It refuses invalid UTF-8, raw control characters in
// strings, nesting deeper than 512 and integers of more than 4300 digits. Memory is linear in len(data).
func Decode(data []byte) (Value, error) {
	if !utf8.Valid(data) {
		return nil, errBadUTF8
	}
	d := decoder{data: data}
	v, err := d.value(0)
	if err != nil {
		return nil, err
	}
	d.space()
	if d.at < len(d.data) {
		return nil, d.fail("data after the document")
	}
	return v, nil
}

type decoder struct {
	data []byte
	at   int
}

func (d *decoder) fail(problem string) error { return &SyntaxError{Offset: d.at, Problem: problem} }

func (d *decoder) space() {
	for d.at < len(d.data) {
		switch d.data[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// peek returns the next byte after white space, or 0 at the end (a NUL is no JSON either).
func (d *decoder) peek() byte {
	d.space()
	if d.at < len(d.data) {
		return d.data[d.at]
	}
	return 0
}

func (d *decoder) word(w string) bool {
	if len(d.data)-d.at >= len(w) && string(d.data[d.at:d.at+len(w)]) == w {
		d.at += len(w)
		return true
	}
	return false
}

func (d *decoder) value(depth int) (Value, error) {
	if depth > maxDepth {
		return nil, d.fail("nested too deeply")
	}
	switch c := d.peek(); {
	case c == '{':
		return d.object(depth)
	case c == '[':
		return d.array(depth)
	case c == '"':
		return d.string()
	case c == 'N' && d.word("NaN"):
		return math.NaN(), nil
	case c == 'I' && d.word("Infinity"):
		return math.Inf(1), nil
	case c == '-' && d.word("-Infinity"):
		return math.Inf(-1), nil
	case c == '-' || '0' <= c && c <= '9':
		return d.number()
	case c == 't' && d.word("true"):
		return true, nil
	case c == 'f' && d.word("false"):
		return false, nil
	case c == 'n' && d.word("null"):
		return nil, nil
	}
	return nil, d.fail("a value was expected")
}

func (d *decoder) array(depth int) (Value, error) {
	d.at++
	list := List{}
	if d.peek() == ']' {
		d.at++
		return list, nil
	}
	for {
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		switch d.peek() {
		case ',':
			d.at++
		case ']':
			d.at++
			return list, nil
		default:
			return nil, d.fail("',' or ']' was expected")
		}
	}
}

func (d *decoder) object(depth int) (Value, error) {
	d.at++
	dict := Dict{}
	if d.peek() == '}' {
		d.at++
		return dict, nil
	}
	var index map[string]int
	for {
		if d.peek() != '"' {
			return nil, d.fail("a key was expected")
		}
		key, err := d.string()
		if err != nil {
			return nil, err
		}
		if d.peek() != ':' {
			return nil, d.fail("':' was expected")
		}
		d.at++
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		dict, index = put(dict, index, key, v)
		switch d.peek() {
		case ',':
			d.at++
		case '}':
			d.at++
			return dict, nil
		default:
			return nil, d.fail("',' or '}' was expected")
		}
	}
}

// put stores v under key, with an index once the object has grown enough to need one.
func put(dict Dict, index map[string]int, key string, v Value) (Dict, map[string]int) {
	if index == nil && len(dict) == indexedFrom-1 {
		index = make(map[string]int, 2*indexedFrom)
		for i := range dict {
			index[dict[i].Key] = i
		}
	}
	if index != nil {
		if i, ok := index[key]; ok {
			dict[i].Value = v
			return dict, index
		}
		index[key] = len(dict)
		return append(dict, Pair{key, v}), index
	}
	for i := range dict {
		if dict[i].Key == key {
			dict[i].Value = v
			return dict, nil
		}
	}
	return append(dict, Pair{key, v}), nil
}

func (d *decoder) string() (string, error) {
	d.at++
	start := d.at
	for i := start; i < len(d.data); i++ {
		switch c := d.data[i]; {
		case c == '"':
			d.at = i + 1
			return string(d.data[start:i]), nil
		case c == '\\':
			d.at = i
			return d.escaped(append(make([]byte, 0, 2*(i-start)+16), d.data[start:i]...))
		case c < ' ':
			d.at = i
			return "", d.fail("control character in a string")
		}
	}
	d.at = len(d.data)
	return "", d.fail("unterminated string")
}

// escaped reads the rest of a string from its first backslash on.
func (d *decoder) escaped(b []byte) (string, error) {
	for d.at < len(d.data) {
		c := d.data[d.at]
		switch {
		case c == '"':
			d.at++
			return string(b), nil
		case c < ' ':
			return "", d.fail("control character in a string")
		case c != '\\':
			b = append(b, c)
			d.at++
		default:
			r, err := d.escape()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, r)
		}
	}
	return "", d.fail("unterminated string")
}

func (d *decoder) escape() (rune, error) {
	if d.at+1 >= len(d.data) {
		return 0, d.fail("unterminated string")
	}
	c := d.data[d.at+1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return d.unicodeEscape()
	default:
		return 0, d.fail("unknown escape")
	}
	d.at += 2
	return rune(c), nil
}

func (d *decoder) unicodeEscape() (rune, error) {
	r, ok := d.hex4()
	if !ok {
		return 0, d.fail("invalid \\u escape")
	}
	d.at += 6
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if low, ok := d.hex4(); ok {
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			d.at += 6
			return pair, nil
		}
	}
	return utf8.RuneError, nil
}

// hex4 reads the \uXXXX at hand without consuming it.
func (d *decoder) hex4() (rune, bool) {
	if len(d.data)-d.at < 6 || d.data[d.at] != '\\' || d.data[d.at+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range d.data[d.at+2 : d.at+6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

func (d *decoder) digits() int {
	start := d.at
	for d.at < len(d.data) && '0' <= d.data[d.at] && d.data[d.at] <= '9' {
		d.at++
	}
	return d.at - start
}

func (d *decoder) number() (Value, error) {
	start := d.at
	if d.data[d.at] == '-' {
		d.at++
	}
	whole := d.at
	if d.digits() == 0 {
		return nil, d.fail("a digit was expected")
	}
	if d.data[whole] == '0' {
		d.at = whole + 1 // a second digit is left over, and refused by whoever comes next
	}
	end := d.at
	isFloat := false
	if d.at < len(d.data) && d.data[d.at] == '.' {
		d.at++
		if d.digits() > 0 {
			isFloat, end = true, d.at
		}
	}
	d.at = end
	if d.at < len(d.data) && (d.data[d.at] == 'e' || d.data[d.at] == 'E') {
		d.at++
		if d.at < len(d.data) && (d.data[d.at] == '+' || d.data[d.at] == '-') {
			d.at++
		}
		if d.digits() > 0 {
			isFloat, end = true, d.at
		}
	}
	d.at = end
	text := string(d.data[start:end])
	if isFloat {
		f, _ := strconv.ParseFloat(text, 64) // out of range is ±Inf, as in Python
		return f, nil
	}
	if n, err := strconv.Atoi(text); err == nil {
		return n, nil
	}
	if end-whole > maxDigits {
		return nil, d.fail("integer too long")
	}
	n, _ := new(big.Int).SetString(text, 10)
	return n, nil
}
