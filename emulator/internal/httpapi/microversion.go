package httpapi

import (
	"fmt"
	"strconv"
	"strings"
)

// Microversion is a version of a microversioned API; the zero value stands for a service that has none, or for no bound.
type Microversion struct{ Major, Minor int }

// V reads a microversion that is known to be well formed, as rows and constants have it; "" is the zero value.
func V(s string) Microversion {
	if s == "" {
		return Microversion{}
	}
	v, err := ParseMicroversion(s)
	if err != nil {
		panic(err) // a typo in a table of operations; every start of the program meets it
	}
	return v
}

// ParseMicroversion reads "3.27". Leading zeros and signs are refused, as upstream refuses them.
func ParseMicroversion(s string) (Microversion, error) {
	major, minor, ok := strings.Cut(s, ".")
	if !ok || !isVersionNumber(major) || !isVersionNumber(minor) || major == "0" {
		return Microversion{}, fmt.Errorf("microversion %q: want MAJOR.MINOR", s)
	}
	a, errA := strconv.Atoi(major)
	b, errB := strconv.Atoi(minor)
	if errA != nil || errB != nil {
		return Microversion{}, fmt.Errorf("microversion %q: out of range", s)
	}
	return Microversion{a, b}, nil
}

func isVersionNumber(s string) bool {
	if s == "" || len(s) > 1 && s[0] == '0' || len(s) > 9 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

func (v Microversion) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// Less tells whether v is older than w.
func (v Microversion) Less(w Microversion) bool {
	return v.Major < w.Major || v.Major == w.Major && v.Minor < w.Minor
}

// AtLeast tells whether v is w or newer.
func (v Microversion) AtLeast(w Microversion) bool { return !v.Less(w) }

// Within tells whether v lies between since and until, both included; a zero bound is none.
func (v Microversion) Within(since, until Microversion) bool {
	return v.AtLeast(since) && (until == Microversion{} || !until.Less(v))
}
