package cinder

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// satisfies tells whether a backend's capabilities meet the extra specs of a type, as the scheduler's capabilities filter
// decides (scheduler/filters/capabilities_filter.py).
//
// A key with a scope, such as "image_service:store_id", says nothing to the scheduler and is passed over, unless the
// scope is "capabilities"; its further parts then lead into nested capabilities. A key without a scope must be among the
// capabilities, whatever it is.
func satisfies(capabilities func(name string) (any, bool), specs map[string]*string) bool {
	for key, want := range specs {
		scope := strings.Split(key, ":")
		switch {
		case scope[0] == "capabilities":
			scope = scope[1:]
		case len(scope) > 1:
			continue
		}
		capability, ok := lookUp(capabilities, scope)
		if !ok || !anyMatches(capability, want) {
			return false
		}
	}
	return true
}

// lookUp follows a path into nested capabilities. An empty path leads to all of them, which match nothing.
func lookUp(capabilities func(name string) (any, bool), path []string) (any, bool) {
	if len(path) == 0 {
		return nil, false
	}
	at, ok := capabilities(path[0])
	for _, name := range path[1:] {
		object, isObject := at.(map[string]any)
		if !ok || !isObject {
			return nil, false
		}
		at, ok = object[name]
	}
	return at, ok
}

// anyMatches matches a capability that is a list by any of its values.
func anyMatches(capability any, want *string) bool {
	switch list := capability.(type) {
	case []any:
		for _, v := range list {
			if matches(v, want) {
				return true
			}
		}
		return false
	case []string:
		for _, v := range list {
			if matches(v, want) {
				return true
			}
		}
		return false
	}
	return matches(capability, want)
}

// matches tells whether one value meets a requirement (scheduler/filters/extra_specs_ops.py): an operator and a word, or
// "<or> a <or> b", or else the very string. Values of other types than string equal no requirement without an operator.
//
// Upstream breaks off scheduling on an operator that the value's type does not support; here it just does not match,
// which ends the same: no backend.
func matches(value any, want *string) bool {
	if want == nil || value == nil {
		return want == nil && value == nil
	}
	words := strings.Fields(*want)
	var op string
	if len(words) > 0 {
		op, words = words[0], words[1:]
	}
	if op == "<or>" {
		return oneOf(value, words)
	}
	compare, ok := specOperators(op)
	if !ok {
		s, isString := value.(string)
		return isString && s == *want
	}
	return len(words) > 0 && compare(value, words[0])
}

// oneOf reads "a <or> b <or> c", without the first operator.
func oneOf(value any, words []string) bool {
	s, ok := value.(string)
	if !ok {
		return false
	}
	for i := 0; i < len(words); i += 2 {
		if words[i] == s {
			return true
		}
	}
	return false
}

// specOperators finds an operator's meaning. "=" is "at least", for the sake of old flavors.
func specOperators(op string) (func(value any, word string) bool, bool) {
	switch op {
	case "=", ">=":
		return byNumber(func(x, y float64) bool { return x >= y }), true
	case "<=":
		return byNumber(func(x, y float64) bool { return x <= y }), true
	case "==":
		return byNumber(func(x, y float64) bool { return x == y }), true
	case "!=":
		return byNumber(func(x, y float64) bool { return x != y }), true
	case "s==":
		return byString(func(order int) bool { return order == 0 }), true
	case "s!=":
		return func(value any, word string) bool {
			s, ok := value.(string)
			return !ok || s != word
		}, true
	case "s<":
		return byString(func(order int) bool { return order < 0 }), true
	case "s<=":
		return byString(func(order int) bool { return order <= 0 }), true
	case "s>":
		return byString(func(order int) bool { return order > 0 }), true
	case "s>=":
		return byString(func(order int) bool { return order >= 0 }), true
	case "<in>":
		return contains, true
	case "<is>":
		return func(value any, word string) bool { return looksTrue(pythonString(value)) == looksTrue(word) }, true
	}
	return nil, false
}

func byNumber(holds func(x, y float64) bool) func(any, string) bool {
	return func(value any, word string) bool {
		x, okX := numberOf(value)
		y, okY := numberOf(word)
		return okX && okY && holds(x, y)
	}
}

func byString(holds func(order int) bool) func(any, string) bool {
	return func(value any, word string) bool {
		s, ok := value.(string)
		return ok && holds(strings.Compare(s, word))
	}
}

// contains is Python's "word in value": a part of a string, or a key of an object.
func contains(value any, word string) bool {
	switch v := value.(type) {
	case string:
		return strings.Contains(v, word)
	case map[string]any:
		_, ok := v[word]
		return ok
	}
	return false
}

// numberOf reads what Python's float() reads.
func numberOf(value any) (float64, bool) {
	switch v := value.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	case string:
		s := strings.TrimSpace(v)
		if strings.ContainsAny(s, "xXpP_") {
			return 0, false // Go's own notations
		}
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil || errors.Is(err, strconv.ErrRange) // too large is infinite
	}
	r := reflect.ValueOf(value)
	switch {
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanUint():
		return float64(r.Uint()), true
	case r.CanFloat():
		return r.Float(), true
	}
	return 0, false
}

// pythonString is str(value).
func pythonString(value any) string {
	switch value.(type) {
	case string, bool, nil, int, float64:
		return schema.Str(value)
	}
	return fmt.Sprint(value)
}
