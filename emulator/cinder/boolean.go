package cinder

import (
	"fmt"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// boolish is a boolean of a body that schemas let be a string ("on", "YES", "t", "0" ...).
type boolish bool

// UnmarshalValue reads a boolean, or a string in the way of oslo.utils' strutils.bool_from_string.
func (b *boolish) UnmarshalValue(v schema.Value) error {
	switch v := v.(type) {
	case nil:
		*b = false
	case bool:
		*b = boolish(v)
	case string:
		*b = boolish(looksTrue(v))
	default:
		return fmt.Errorf("%s is no boolean", schema.Repr(v))
	}
	return nil
}

// looksTrue reads a word for yes; whatever else it is, is no.
func looksTrue(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "t", "true", "on", "y", "yes":
		return true
	}
	return false
}

// looksFalse reads a word for no.
func looksFalse(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "0", "f", "false", "off", "n", "no":
		return true
	}
	return false
}

// strictBool reads a word for yes or no and nothing else (strutils.bool_from_string with strict).
func strictBool(s string) (bool, error) {
	switch {
	case looksTrue(s):
		return true, nil
	case looksFalse(s):
		return false, nil
	}
	return false, fail.New(fail.Invalid, "Unrecognized value '%s', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'", s)
}

// queryBool reads a parameter of a query strictly, in the words of api_utils.get_bool_param.
func queryBool(name, value string) (bool, error) {
	switch strings.ToLower(value) {
	case "true", "t", "1", "on", "yes", "y":
		return true, nil
	case "false", "f", "0", "off", "no", "n":
		return false, nil
	}
	return false, fail.New(fail.Invalid, "Value '%s' for '%s' is not a boolean.", value, name)
}

// boolParam reads a parameter of a query if it is there.
func boolParam(name, value string, given bool) (bool, error) {
	if !given {
		return false, nil
	}
	return queryBool(name, value)
}
