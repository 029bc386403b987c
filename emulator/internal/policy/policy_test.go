package policy

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

var volumeRules = map[string]string{
	"context_is_admin": "role:admin",
	"admin_or_owner":   "is_admin:True or (role:admin and is_admin_project:True) or project_id:%(project_id)s",
	"volume:get":       "rule:admin_or_owner",
	"volume:create":    "(rule:context_is_admin) or (role:member and project_id:%(project_id)s)",
	"image:get":        "role:admin or (role:reader and (project_id:%(project_id)s or 'public':%(visibility)s))",
}

func ExampleRules_Check() {
	rules := New(volumeRules)
	member := &Creds{UserID: "u1", ProjectID: "p1", Roles: []string{"member", "reader"}}
	fmt.Println(rules.Check("volume:create", member, Map{"project_id": "p1"}))
	fmt.Println(rules.Check("volume:create", member, Map{"project_id": "p2"}))
	fmt.Println(rules.Check("image:get", member, Map{"project_id": "p2", "visibility": "public"}))
	// Output:
	// true
	// false
	// true
}

func ExampleRules_With() {
	_, err := New(volumeRules).With(map[string]string{"volume:get": "role:admin or (rule:volume:get"})
	fmt.Println(err)
	// Output: policy: rule "volume:get": at offset 30: ")" expected, not end
}

func TestWithReplacesAndAdds(t *testing.T) {
	base := New(volumeRules)
	with, err := base.With(map[string]string{"context_is_admin": "role:boss", "mine": "rule:volume:create"})
	if err != nil {
		t.Fatal(err)
	}
	boss, admin := &Creds{Roles: []string{"Boss"}}, &Creds{Roles: []string{"admin"}}
	for _, test := range []struct {
		rules *Rules
		rule  string
		creds *Creds
		want  bool
	}{
		{with, "volume:create", boss, true}, // by way of what was replaced
		{with, "mine", boss, true},
		{with, "volume:create", admin, false},
		{base, "volume:create", admin, true}, // untouched
		{base, "volume:create", boss, false},
		{base, "mine", boss, false},
	} {
		if got := test.rules.Check(test.rule, test.creds, nil); got != test.want {
			t.Errorf("%s by %s: %t", test.rule, test.creds.Roles, got)
		}
	}
	if !with.Has("mine") || base.Has("mine") {
		t.Error("Has does not tell the two apart")
	}
}

func TestMistakesAreReported(t *testing.T) {
	tests := []struct {
		check  string
		offset int
		want   string
	}{
		{"role:admin or", 13, "a check expected, not end"},
		{"role:admin role:member", 11, `unexpected "role:member"`},
		{"role:admin)", 10, `unexpected ")"`},
		{"(role:admin", 11, `")" expected, not end`},
		{"  and role:admin", 2, `a check expected, not "and"`},
		{"role:admin or nonsense", 14, "no colon"},
		{"not not", 7, "a check expected"},
		{"'quoted'", 0, "a check expected"},
		{"   ", 3, "a check expected"},
		{"project_id:%(project_id)d", 11, "(name)s"},
		{"project_id:100%", 11, "(name)s"},
		{"project_id:%()s", 11, "(name)s"},
		{"role:a or 'x:y", 10, "not a simple string"},
		{"[1]:x", 0, "neither a literal"},
		{":x", 0, "nothing before the colon"},
		{"http://decide.example/", 0, "over HTTP"},
		{strings.Repeat("(", 300) + "@" + strings.Repeat(")", 300), maxNesting + 1, "too deeply"},
		{strings.Repeat("not ", 300) + "@", 4 * (maxNesting + 1), "too deeply"},
		{"@" + strings.Repeat(" ", maxRule), maxRule, "too long"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%.40s", test.check), func(t *testing.T) {
			rules := map[string]string{"r": test.check}
			_, err := New(nil).With(rules)
			problem, ok := errors.AsType[*RuleError](err)
			if !ok || problem.Rule != "r" || problem.Offset != test.offset || !strings.Contains(problem.Problem, test.want) {
				t.Errorf("With: %v, want %q at %d", err, test.want, test.offset)
			}
			if New(rules).Verify() == nil {
				t.Error("Verify finds nothing")
			}
		})
	}
}

func TestCirclesAreRefusedAndHarmless(t *testing.T) {
	tests := map[string]map[string]string{
		"itself":       {"a": "rule:a"},
		"two":          {"a": "rule:b", "b": "not rule:a"},
		"long way":     {"a": "role:x or rule:b", "b": "(role:x and rule:c)", "c": "rule:d", "d": "rule:b"},
		"by default":   {"default": "rule:missing"},
		"into default": {"a": "rule:missing", "default": "role:x or rule:a"},
	}
	for name, rules := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := New(nil).With(rules); err == nil || !strings.Contains(err.Error(), "refers to itself") {
				t.Errorf("With: %v", err)
			}
			set := New(rules)
			if err := set.Verify(); err == nil || !strings.Contains(err.Error(), " -> ") {
				t.Errorf("Verify: %v", err)
			}
			for rule := range rules {
				set.Check(rule, &Creds{}, nil) // comes back
			}
			if set.Check("a", &Creds{}, nil) && name != "two" {
				t.Error("a circle passes")
			}
		})
	}
}

func TestVerify(t *testing.T) {
	if err := New(volumeRules).Verify(); err != nil {
		t.Error(err)
	}
	err := New(map[string]string{"a": "role:x or rule:gone"}).Verify()
	if problem, ok := errors.AsType[*RuleError](err); !ok || problem.Offset != 10 || !strings.Contains(problem.Problem, `no rule "gone"`) {
		t.Errorf("reference to nothing: %v", err)
	}
	// Two ways to one rule are no circle.
	if err := New(map[string]string{"a": "rule:b and rule:c", "b": "rule:d", "c": "rule:d", "d": "@"}).Verify(); err != nil {
		t.Error(err)
	}
}

func TestLongChain(t *testing.T) {
	rules := map[string]string{"r0": "role:x"}
	for i := range 5000 {
		rules[fmt.Sprintf("r%d", i+1)] = fmt.Sprintf("rule:r%d", i)
	}
	set, err := New(nil).With(rules)
	if err != nil || !set.Check("r5000", &Creds{Roles: []string{"x"}}, nil) {
		t.Errorf("a chain of 5000 rules does not hold: %v", err)
	}
}

type status string

type owner struct{ id string }

func (o owner) Lookup(name string) (any, bool) { return o.id, name == "id" }

func TestMapLookup(t *testing.T) {
	m := Map{
		"a.b": "whole", "a": Map{"b": "nested", "c": map[string]any{"d": 1}}, "owner": owner{"o1"}, "status": status("active"),
		"none": nil, "empty": "",
	}
	for name, want := range map[string]string{
		"a.b": "whole", "a.c.d": "1", "owner.id": "o1", "status": "active", "none": "None", "empty": "None",
	} {
		v, ok := m.Lookup(name)
		if !ok || str(v) != want {
			t.Errorf("%s: %v, %t", name, v, ok)
		}
	}
	for _, name := range []string{"", "x", "a.x", "a.b.c", "owner.x", "a.c.d.e", "status.x", "none.x", "."} {
		if v, ok := m.Lookup(name); ok {
			t.Errorf("%q: %v", name, v)
		}
	}
}

func TestNobodyIsNobody(t *testing.T) {
	rules := New(map[string]string{"r": "project_id:%(project_id)s"})
	for _, target := range []Map{{"project_id": nil}, {"project_id": ""}} {
		if !rules.Check("r", &Creds{}, target) {
			t.Errorf("%v: no project is not no project", target)
		}
	}
	if rules.Check("r", &Creds{}, Map{}) || rules.Check("r", &Creds{}, nil) {
		t.Error("passes without a target")
	}
}

func TestConcurrentUse(t *testing.T) {
	rules := New(volumeRules)
	creds, target := &Creds{ProjectID: "p1"}, Map{"project_id": "p1"}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for name := range volumeRules {
				rules.Check(name, creds, target)
			}
			if !rules.Check("volume:get", creds, target) {
				t.Error("refused")
			}
		})
	}
	wg.Wait()
}

func TestCheckAllocatesNothing(t *testing.T) {
	rules := New(volumeRules)
	creds, target := &Creds{ProjectID: "p1", Roles: []string{"member"}}, Map{"project_id": "p1", "visibility": "private"}
	for name := range volumeRules {
		if n := testing.AllocsPerRun(100, func() { rules.Check(name, creds, target) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	rules := New(volumeRules)
	creds, target := &Creds{ProjectID: "p1", Roles: []string{"member", "reader"}}, Target(Map{"project_id": "p1"})
	b.ReportAllocs()
	for b.Loop() {
		if !rules.Check("volume:get", creds, target) {
			b.Fatal("refused")
		}
	}
}

// BenchmarkFirstCheck is what a process pays for a set of 200 rules until the first of them is decided.
func BenchmarkFirstCheck(b *testing.B) {
	source := map[string]string{"admin_or_owner": volumeRules["admin_or_owner"]}
	for i := range 200 {
		source[fmt.Sprintf("rule%d", i)] = "rule:admin_or_owner"
	}
	for b.Loop() {
		New(source).Check("rule7", &Creds{}, nil)
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := parse("", volumeRules["image:get"]); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, check := range volumeRules {
		f.Add(check)
	}
	for _, check := range []string{"not (a:b or 'c':%(d)s)) and", "((((", "%(a(b)c)s:%%", "\"x\":y AND nOt -1:z", "rule:r", "\xff:\xff"} {
		f.Add(check)
	}
	f.Fuzz(func(t *testing.T, check string) {
		n, err := parse("r", check)
		if n == nil {
			t.Fatal("no check")
		}
		if problem, ok := errors.AsType[*RuleError](err); ok && (problem.Offset < 0 || problem.Offset > len(check)) {
			t.Errorf("offset %d of %d", problem.Offset, len(check))
		}
		rules := New(map[string]string{"r": check})
		passed := rules.Check("r", &Creds{UserID: "u"}, Map{"d": "c"})
		// A rule between parentheses is the same rule.
		again := New(map[string]string{"r": "(" + check + " )"})
		if err == nil && check != "" && again.Verify() == nil && again.Check("r", &Creds{UserID: "u"}, Map{"d": "c"}) != passed {
			t.Errorf("%q: parentheses change it", check)
		}
	})
}
