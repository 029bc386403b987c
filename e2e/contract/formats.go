package contract

import (
	"errors"
	"regexp"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// formats replace those of JSON Schema where OpenStack has its own reading: ids are UUIDs with and without dashes.
var formats = []*jsonschema.Format{
	{Name: "uuid", Validate: matching(`^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$`)},
	// Patterns of Python's, which Go's package need not know.
	{Name: "regex", Validate: func(any) error { return nil }},
}

// matching judges strings, and nothing else.
func matching(pattern string) func(any) error {
	r := regexp.MustCompile(pattern)
	return func(v any) error {
		if s, ok := v.(string); ok && !r.MatchString(s) {
			return errors.New("does not match " + pattern)
		}
		return nil
	}
}

// anything is a pattern that Go's regexp cannot have, such as one that looks ahead: nothing is said against any string.
type anything string

func (a anything) MatchString(string) bool { return true }
func (a anything) String() string          { return string(a) }

func pythonPattern(pattern string) (jsonschema.Regexp, error) {
	r, err := regexp.Compile(pattern)
	if err != nil {
		return anything(pattern), nil //nolint:nilerr // the pattern is Python's, and right there
	}
	return r, nil
}
