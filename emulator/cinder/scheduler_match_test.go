package cinder

import (
	"encoding/json"
	"testing"
)

// The expectations are upstream's own examples and what its functions answer (scheduler/filters/extra_specs_ops.py and
// capabilities_filter.py).
func TestMatches(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
		match bool
	}{
		{"gold", "gold", true},
		{"gold", "silver", false},
		{true, "True", false}, // a boolean is no string
		{true, "<is> True", true},
		{"true", "<is> yes", true},
		{false, "<is> no", true},
		{false, "<is> True", false},
		{nil, "<is> False", false},
		{"123", "= 123", true},
		{124, "= 123", true}, // "=" is at least
		{122, "= 123", false},
		{122.5, ">= 122", true},
		{json.Number("10.0"), "== 10", true},
		{10, "!= 10", false},
		{11, "<= 10", false},
		{"ten", "== 10", false},
		{"12311321", "<in> 11", true},
		{"12311321", "<in> 12 13", true}, // only the first word counts
		{"12310321", "<in> 11", false},
		{"123", "s== 123", true},
		{"1234", "s!= 123", true},
		{"1", "s< 10", true},
		{"2", "s<= 2", true},
		{"2", "s> 10", true},
		{"2", "s>= 10", true},
		{7, "s== 7", false},
		{"12", "<or> 11 <or> 12", true},
		{"13", "<or> 11 <or> 12", false},
		{"x", "<or>", false},
		{"x", "<all-in> x", false}, // Cinder has no such operator
		{"", "", true},
		{"x", "", false},
		{5, "=", false},
		{true, "= 1", true},
	} {
		if got := matches(test.value, &test.want); got != test.match {
			t.Errorf("%#v against %q: %v", test.value, test.want, got)
		}
	}
	if !matches(nil, nil) || matches("x", nil) {
		t.Error("a null asks for a null")
	}
}

func TestSatisfies(t *testing.T) {
	capabilities := map[string]any{
		"volume_backend_name": "lvm",
		"levels":              []any{"a", "b"},
		"opt1":                map[string]any{"a": "10", "deep": map[string]any{"b": true}},
	}
	lookup := func(name string) (any, bool) { v, ok := capabilities[name]; return v, ok }
	for _, test := range []struct {
		name, key, value string
		fits             bool
	}{
		{"the store's key has a scope and says nothing", "image_service:store_id", "cheap", true},
		{"without its scope it is a capability nobody has", "store_id", "cheap", false},
		{"vendors' scopes say nothing", "hp3par:cpg", "x", true},
		{"plain", "volume_backend_name", "lvm", true},
		{"another", "volume_backend_name", "ceph", false},
		{"in the scope of capabilities", "capabilities:volume_backend_name", "lvm", true},
		{"nested", "capabilities:opt1:a", ">= 9", true},
		{"nested deeper", "capabilities:opt1:deep:b", "<is> True", true},
		{"nested too deep", "capabilities:opt1:a:b", "10", false},
		{"nested without the scope says nothing", "opt1:a", "11", true},
		{"any of a list", "levels", "b", true},
		{"none of a list", "levels", "c", false},
		{"all capabilities at once", "capabilities", "x", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := satisfies(lookup, map[string]*string{test.key: &test.value}); got != test.fits {
				t.Errorf("%s=%s: %v", test.key, test.value, got)
			}
		})
	}
}

func FuzzMatches(f *testing.F) {
	for _, seed := range []string{"<or> a <or> b", "<is> True", "= 1e999", "s<", "<in> \x00", "!= nan"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, value, want string) {
		for _, v := range []any{value, []any{value}, map[string]any{value: value}, len(value), true, nil} {
			matches(v, &want)
			anyMatches(v, &want)
		}
		capabilities := func(name string) (any, bool) { return map[string]any{name: value}, true }
		if !satisfies(capabilities, map[string]*string{"image_service:" + value: &want}) {
			t.Errorf("a key with a scope must never filter: %q", value)
		}
	})
}
