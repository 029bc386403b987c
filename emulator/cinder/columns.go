package cinder

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// columns are the columns of one of upstream's tables, by which lists are filtered and sorted. A value is a string, an int,
// a bool, a time, or nil.
type columns[V any] map[string]func(row *V) any

// ordering makes comparisons of the columns. Nothing comes first, as in SQLite.
func (known columns[V]) ordering() ordering[V] {
	out := ordering[V]{}
	for name, field := range known {
		out[name] = func(a, b *V) int { return compareFields(field(a), field(b)) }
	}
	return out
}

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func textOf(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}

func compareFields(a, b any) int {
	if a == nil || b == nil {
		return cmp.Compare(btoi(a != nil), btoi(b != nil))
	}
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string))
	case int:
		return cmp.Compare(a, b.(int))
	case bool:
		return cmp.Compare(btoi(a), btoi(b.(bool)))
	case time.Time:
		return a.Compare(b.(time.Time))
	}
	return 0
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// equalCondition compares a field with a value, or with any of a list of values.
func equalCondition[V any](p param, field func(*V) any) (func(*V) bool, error) {
	var wants []any
	literal, err := pyLiteral(p.Value)
	switch list := literal.(type) {
	case []any:
		wants = list
	case pyTuple:
		wants = list
	default:
		if err != nil || p.Name == "display_name" {
			literal = p.Value
		}
		wants = []any{literal}
	}
	if _, isNumber := field(new(V)).(int); isNumber {
		for i, want := range wants {
			n, err := pythonInt(pyText(want))
			if err != nil {
				// Departure: upstream's database breaks on this, which answers 500.
				return nil, fail.New(fail.Invalid, badRequest)
			}
			wants[i] = n
		}
	}
	return func(v *V) bool {
		have := field(v)
		for _, want := range wants {
			if have == want || have != nil && want != nil && pyText(have) == pyText(want) {
				return true
			}
		}
		return false
	}, nil
}

// likeCondition looks for a part of a field, whatever the case, with SQL's wildcards.
func likeCondition[V any](known columns[V], p param) func(*V) bool {
	field := known[strings.TrimRight(p.Name, "~")]
	if field == nil {
		return nil
	}
	pattern := "%" + strings.ToLower(p.Value) + "%"
	return func(v *V) bool { return sqlLike(strings.ToLower(pyText(field(v))), pattern) }
}

// sqlLike matches a text with a pattern in which % stands for any characters and _ for one.
func sqlLike(text, pattern string) bool {
	t, p := []rune(text), []rune(pattern)
	ti, star, mark := 0, -1, 0
	pi := 0
	for ti < len(t) {
		switch {
		case pi < len(p) && p[pi] == '%':
			star, mark = pi, ti
			pi++
		case pi < len(p) && (p[pi] == '_' || p[pi] == t[ti]):
			ti++
			pi++
		case star >= 0:
			mark++
			ti, pi = mark, star+1
		default:
			return false
		}
	}
	for pi < len(p) && p[pi] == '%' {
		pi++
	}
	return pi == len(p)
}

// metadataCondition asks for all the keys and values of a dict; anything else finds nothing.
func metadataCondition[V any](value string, of func(*V) []map[string]string) func(*V) bool {
	literal, err := pyLiteral(value)
	want, ok := literal.(map[string]any)
	if err != nil || !ok {
		return nil
	}
	return func(v *V) bool {
		for key, value := range want {
			found := slices.ContainsFunc(of(v), func(m map[string]string) bool {
				have, ok := m[key]
				return ok && have == pyText(value)
			})
			if !found {
				return false
			}
		}
		return true
	}
}

// timeCondition reads "gt:2020-01-01T00:00:00,lt:2021-01-01T00:00:00", since 3.60.
func timeCondition[V any](known columns[V], p param) (func(*V) bool, error) {
	field := known[p.Name]
	var conditions []func(time.Time) bool
	for unit := range strings.SplitSeq(p.Value, ",") {
		operator, text, ok := strings.Cut(unit, ":")
		if !slices.Contains([]string{"gt", "gte", "eq", "neq", "lt", "lte"}, operator) {
			return nil, fail.New(fail.Invalid, "Invalid %s operator", operator)
		}
		if !ok {
			text = operator
		}
		at, err := parseISOTime(text)
		if err != nil {
			return nil, fail.New(fail.Invalid, "Invalid %s value", text)
		}
		conditions = append(conditions, func(t time.Time) bool { return timeHolds(t.Compare(at), operator) })
	}
	return func(v *V) bool {
		t, _ := field(v).(time.Time)
		return !t.IsZero() && !slices.ContainsFunc(conditions, func(holds func(time.Time) bool) bool { return !holds(t) })
	}, nil
}

func timeHolds(order int, operator string) bool {
	switch operator {
	case "gt":
		return order > 0
	case "gte":
		return order >= 0
	case "eq":
		return order == 0
	case "neq":
		return order != 0
	case "lt":
		return order < 0
	}
	return order <= 0
}

// wordCondition compares a column with the word that was sent, whatever it looks like; nil if there is no such column.
func wordCondition[V any](known columns[V], p param) (func(*V) bool, error) {
	field := known[p.Name]
	if field == nil {
		return nil, nil
	}
	if _, isTime := field(new(V)).(time.Time); isTime || strings.HasSuffix(p.Name, "ed_at") {
		// Departure: upstream's database breaks on this, which answers 500.
		return nil, fail.New(fail.Invalid, badRequest)
	}
	return func(v *V) bool {
		have := field(v)
		return have != nil && pyText(have) == p.Value
	}, nil
}

// timeOrNil is a time as columns have it.
func timeOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// convertFilters gives filters the names of their columns (cinder/api/common.py, convert_filter_attributes).
func convertFilters(params []param) []param {
	for i := range params {
		switch params[i].Name {
		case "name~", "description~":
			params[i].Name = "display_" + params[i].Name
		case "consumes_quota":
			params[i].Name = "use_quota"
		}
	}
	return params
}
