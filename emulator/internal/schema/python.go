package schema

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Repr writes v as Python's repr does: True, None, 1.0, 'it', "it's", ['a', 1], {'a': 1}.
func Repr(v Value) string {
	w := reprWriter{}
	w.value(v)
	return string(w.b)
}

// Str writes v as Python's str does: a string as it is, anything else like [Repr].
func Str(v Value) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Repr(v)
}

// reprWriter writes Python's repr, with keys sorted if asked, and gives up once b has grown past a positive limit.
type reprWriter struct {
	b      []byte
	sorted bool
	limit  int
}

func (w *reprWriter) full() bool { return w.limit > 0 && len(w.b) > w.limit }

func (w *reprWriter) value(v Value) {
	switch v := v.(type) {
	case nil:
		w.b = append(w.b, "None"...)
	case bool:
		w.b = append(w.b, pythonBool(v)...)
	case int:
		w.b = strconv.AppendInt(w.b, int64(v), 10)
	case *big.Int:
		w.b = v.Append(w.b, 10)
	case float64:
		w.b = appendFloat(w.b, v)
	case string:
		w.b = appendString(w.b, v)
	case List:
		w.list(v)
	case Dict:
		w.dict(v)
	default:
		w.b = fmt.Append(w.b, v)
	}
}

func (w *reprWriter) list(list List) {
	w.b = append(w.b, '[')
	for i, v := range list {
		if i > 0 {
			w.b = append(w.b, ", "...)
		}
		if w.full() {
			return
		}
		w.value(v)
	}
	w.b = append(w.b, ']')
}

func (w *reprWriter) dict(d Dict) {
	if w.sorted {
		d = sortedDict(d)
	}
	w.b = append(w.b, '{')
	for i, p := range d {
		if i > 0 {
			w.b = append(w.b, ", "...)
		}
		if w.full() {
			return
		}
		w.b = appendString(w.b, p.Key)
		w.b = append(w.b, ": "...)
		w.value(p.Value)
	}
	w.b = append(w.b, '}')
}

func sortedDict(d Dict) Dict {
	d = slices.Clone(d)
	slices.SortFunc(d, func(a, b Pair) int { return strings.Compare(a.Key, b.Key) })
	return d
}

func pythonBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// appendFloat writes the shortest digits that read back as f, with an exponent below 1e-4 and from 1e16 on.
func appendFloat(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "nan"...)
	case math.IsInf(f, 1):
		return append(b, "inf"...)
	case math.IsInf(f, -1):
		return append(b, "-inf"...)
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.AppendFloat(b, f, 'e', -1, 64)
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	if !slices.Contains(b[start:], '.') {
		b = append(b, ".0"...)
	}
	return b
}

// appendString quotes s: in single quotes unless it holds some and no double ones.
func appendString(b []byte, s string) []byte {
	quote := byte('\'')
	if strings.IndexByte(s, '\'') >= 0 && strings.IndexByte(s, '"') < 0 {
		quote = '"'
	}
	b = append(b, quote)
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			switch {
			case c == quote || c == '\\':
				b = append(b, '\\', c)
			case c == '\t':
				b = append(b, `\t`...)
			case c == '\n':
				b = append(b, `\n`...)
			case c == '\r':
				b = append(b, `\r`...)
			case c < ' ' || c == 0x7f:
				b = fmt.Appendf(b, `\x%02x`, c)
			default:
				b = append(b, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case unicode.IsPrint(r):
			b = utf8.AppendRune(b, r)
		case r <= 0xff:
			b = fmt.Appendf(b, `\x%02x`, r)
		case r <= 0xffff:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = fmt.Appendf(b, `\U%08x`, r)
		}
	}
	return append(b, quote)
}
