package policy

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Scopes are the kinds of token that a rule is for. None at all is any.
type Scopes byte

// The kinds of token. One that is for the system alone counts as such, whatever else it names; one that is for nothing
// counts as a project's.
const (
	Project Scopes = 1 << iota
	Domain
	System
)

func (s Scopes) has(c *Creds) bool {
	of := Project
	switch {
	case c.SystemScope != "":
		of = System
	case c.DomainID != "":
		of = Domain
	}
	return s == 0 || s&of != 0
}

// Default is a rule as a service registers it.
type Default struct {
	Name, Check string
	Scopes      Scopes
	// Deprecated is the check that this one has replaced, if one did..
	Deprecated Deprecated
}

// Deprecated is a rule that another has replaced; the zero value is none.
type Deprecated struct {
	Check string // "@" where upstream has the empty string
	Name  string // if it was another
}

// Defaults are the rules that a service registers, and what oslo.policy's options make of them.
type Defaults struct {
	Rules []Default
	// EnforceNewDefaults is oslo.policy's enforce_new_defaults: without it, who passes a deprecated check passes.
	EnforceNewDefaults bool
	// EnforceScope is oslo.policy's enforce_scope: tokens of another kind than a rule is for do not pass it.
	EnforceScope bool
	// IsAdmin names the rule that decides about the credential is_admin, for services that have one.
	IsAdmin string
}

// With compiles the rules, with those of a policy file over them: see [Rules.With] for what can be wrong. A rule of the
// file that no service registers can be referred to. A rule that the file knows by a deprecated name only is the file's.
func (d Defaults) With(file map[string]string) (*Rules, error) {
	rules := &Rules{source: make(map[string]string, len(d.Rules)+len(file)), isAdmin: d.IsAdmin}
	if d.EnforceScope {
		rules.scopes = make(map[string]Scopes, len(d.Rules))
	}
	for _, r := range d.Rules {
		rules.source[r.Name] = d.check(r, file)
		if d.EnforceScope && r.Scopes != 0 {
			rules.scopes[r.Name] = r.Scopes
		}
	}
	if len(file) == 0 {
		return rules, nil
	}
	return rules.With(file)
}

// check is what a default rule checks beside a file that does not have it.
func (d Defaults) check(r Default, file map[string]string) string {
	old := r.Deprecated
	if old.Name != "" && old.Name != r.Name {
		if is, ok := file[old.Name]; ok && is != cmp.Or(old.Check, r.Check) && is != "rule:"+r.Name {
			return is
		}
	}
	if d.EnforceNewDefaults || old.Check == "" || old.Check == r.Check {
		return r.Check
	}
	return "(" + cmp.Or(r.Check, "@") + ") or (" + old.Check + ")"
}

// Names lists the rules in alphabetical order.
func (r *Rules) Names() []string { return slices.Sorted(maps.Keys(r.source)) }

// CheckSyntax reports the check strings that do not parse, by their names.
func CheckSyntax(rules map[string]string) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		_, err := parse(name, rules[name])
		errs = append(errs, Located("", err))
	}
	return errors.Join(errs...)
}

// Located puts the path of a configuration's key, such as "image.policy.", in front of each mistake in its rules.
func Located(path string, mistakes error) error {
	var errs []error
	for _, err := range flatten(mistakes) {
		var wrong *RuleError
		if errors.As(err, &wrong) {
			err = fmt.Errorf("%s'%s': %s", path, wrong.Rule, wrong.explain())
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !ok:
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flatten(e)...)
	}
	return all
}
