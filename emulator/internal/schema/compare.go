package schema

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// compareNumbers orders two numbers exactly, as Python does; ok is false if one of them is NaN.
func compareNumbers(a, b Value) (order int, ok bool) {
	if x, isInt := a.(int); isInt {
		if y, isInt := b.(int); isInt {
			switch {
			case x < y:
				return -1, true
			case x > y:
				return 1, true
			}
			return 0, true
		}
	}
	x, okX := exact(a)
	y, okY := exact(b)
	if !okX || !okY {
		return 0, false
	}
	return x.Cmp(y), true
}

// exact returns a number without rounding; infinities stay infinite, NaN is not ok.
func exact(v Value) (*big.Float, bool) {
	switch v := v.(type) {
	case int:
		return new(big.Float).SetInt64(int64(v)), true
	case *big.Int:
		return new(big.Float).SetInt(v), true
	case float64:
		if !math.IsNaN(v) {
			return new(big.Float).SetFloat64(v), true
		}
	}
	return nil, false
}

// equal compares as Python's == does, where True == 1 and 1 == 1.0; strict, as python-jsonschema's own equal does,
// which tells booleans from numbers.
func equal(a, b Value, strict bool) bool {
	if !strict {
		a, b = unbool(a), unbool(b)
	}
	switch x := a.(type) {
	case nil:
		return b == nil
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	case string:
		y, ok := b.(string)
		return ok && x == y
	case List:
		y, ok := b.(List)
		return ok && slices.EqualFunc(x, y, func(v, w Value) bool { return equal(v, w, strict) })
	case Dict:
		y, ok := b.(Dict)
		return ok && equalDicts(x, y, strict)
	}
	if !isNumber(a) || !isNumber(b) {
		return false
	}
	order, ok := compareNumbers(a, b)
	return ok && order == 0
}

func unbool(v Value) Value {
	switch v {
	case any(true):
		return 1
	case any(false):
		return 0
	}
	return v
}

func equalDicts(a, b Dict, strict bool) bool {
	if len(a) != len(b) {
		return false
	}
	a, b = sortedDict(a), sortedDict(b)
	for i := range a {
		if a[i].Key != b[i].Key || !equal(a[i].Value, b[i].Value, strict) {
			return false
		}
	}
	return true
}

// unique tells whether no two items are strictly equal, in time near linear in the size of the list.
func unique(list List) bool {
	seen := make(map[string]bool, len(list))
	for i, v := range list {
		key := string(appendIdentity(nil, v, i))
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}

// appendIdentity writes v so that two values have one identity exactly if they are strictly equal. NaN equals
// nothing, so the caller's number goes in its place.
func appendIdentity(b []byte, v Value, nan int) []byte {
	switch v := v.(type) {
	case string:
		return strconv.AppendQuote(b, v)
	case List:
		b = append(b, '[')
		for _, item := range v {
			b = append(appendIdentity(b, item, nan), ',')
		}
		return append(b, ']')
	case Dict:
		b = append(b, '{')
		for _, p := range sortedDict(v) {
			b = append(strconv.AppendQuote(b, p.Key), ':')
			b = append(appendIdentity(b, p.Value, nan), ',')
		}
		return append(b, '}')
	case float64:
		switch {
		case math.IsNaN(v):
			return fmt.Appendf(b, "nan%d", nan)
		case v == math.Trunc(v) && !math.IsInf(v, 0):
			n, _ := big.NewFloat(v).Int(nil)
			return n.Append(b, 10)
		}
	}
	w := reprWriter{b: b}
	w.value(v)
	return w.b
}

// numberOf reads v as Python's int() or, failing that, float() does: white space around a number is dropped, and
// underscores may group its digits; a float loses its fraction.
func numberOf(v Value) (Value, bool) {
	switch v := v.(type) {
	case bool:
		return unbool(v), true
	case int, *big.Int:
		return v, true
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return v, true
		}
		n, _ := big.NewFloat(v).Int(nil)
		return small(n), true
	case string:
		return parseNumber(v)
	}
	return nil, false
}

// small returns n as an int if it fits.
func small(n *big.Int) Value {
	if n.IsInt64() && n.Int64() >= math.MinInt && n.Int64() <= math.MaxInt {
		return int(n.Int64())
	}
	return n
}

func parseNumber(s string) (Value, bool) {
	s = strings.TrimFunc(s, func(r rune) bool { return isSpace(r) && !(0x1c <= r && r <= 0x1f) })
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || !groupedDigits(digits) {
		return nil, false
	}
	s = strings.ReplaceAll(s, "_", "")
	if len(digits) <= maxDigits {
		if n, ok := new(big.Int).SetString(s, 10); ok {
			return small(n), true
		}
	}
	if strings.ContainsAny(s, "xXpP") { // Go's hexadecimal floats are none of Python's
		return nil, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, false
	}
	return f, true
}

// groupedDigits tells whether every underscore stands between two digits.
func groupedDigits(s string) bool {
	isDigit := func(i int) bool { return i >= 0 && i < len(s) && '0' <= s[i] && s[i] <= '9' }
	for i := range len(s) {
		if s[i] == '_' && (!isDigit(i-1) || !isDigit(i+1)) {
			return false
		}
	}
	return true
}
