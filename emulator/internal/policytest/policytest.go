// Package policytest compares the default rules of services with those of upstream, recorded.
package policytest

import (
	"os"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
)

// SameAsRecorded fails the test for each rule that is not upstream's: by its name, the check, the kinds of token, and what
// it has replaced. The file is what internal/policy/testdata/record_rules.py has printed. Rules that upstream did not have
// yet are named.
func SameAsRecorded(t *testing.T, ours policy.Defaults, file string, notYet ...string) {
	t.Helper()
	unseen := map[string]policy.Default{}
	for _, r := range ours.Rules {
		unseen[r.Name] = r
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 5 {
			t.Fatalf("%s: %d cells in %q", file, len(cells), line)
		}
		want := recorded(cells)
		is, ok := unseen[want.Name]
		delete(unseen, want.Name)
		if is.Deprecated.Name == is.Name || is.Deprecated.Name == "" {
			is.Deprecated.Name = want.Deprecated.Name // upstream says it either way
		}
		if is.Deprecated == (policy.Deprecated{Name: want.Deprecated.Name}) && want.Deprecated.Check == want.Check {
			is.Deprecated = want.Deprecated // it has another name only
		}
		if !ok || is != want {
			t.Errorf("%s:\nis   %+v\nwant %+v", want.Name, is, want)
		}
	}
	for _, name := range notYet {
		if _, ok := unseen[name]; !ok {
			t.Errorf("%s was there already", name)
		}
		delete(unseen, name)
	}
	for name := range unseen {
		t.Errorf("upstream has no rule %s", name)
	}
}

func recorded(cells []string) policy.Default {
	r := policy.Default{Name: cells[0], Check: cells[2]}
	for kind, scope := range map[string]policy.Scopes{"project": policy.Project, "domain": policy.Domain, "system": policy.System} {
		if strings.Contains(cells[1], kind) {
			r.Scopes |= scope
		}
	}
	if cells[3] == "" {
		return r
	}
	r.Deprecated = policy.Deprecated{Name: cells[3], Check: cells[4]}
	if r.Deprecated.Check == "" {
		r.Deprecated.Check = "@"
	}
	if r.Deprecated.Check == r.Check && r.Deprecated.Name == r.Name {
		r.Deprecated = policy.Deprecated{}
	}
	return r
}
