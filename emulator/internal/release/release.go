// Package release names the OpenStack releases that a cloud can behave as.
package release

import (
	"fmt"
	"slices"
	"strings"
)

// Release is a coordinated release, by its name in lower case.
type Release string

// The releases whose differences are known here, oldest first. Latest is the newest of them.
const (
	Zed       Release = "zed"       // 2022.2
	Antelope  Release = "antelope"  // 2023.1
	Bobcat    Release = "bobcat"    // 2023.2
	Caracal   Release = "caracal"   // 2024.1
	Dalmatian Release = "dalmatian" // 2024.2
	Epoxy     Release = "epoxy"     // 2025.1
	Flamingo  Release = "flamingo"  // 2025.2
	Gazpacho  Release = "gazpacho"  // 2026.1
	Latest            = Gazpacho
)

// All lists the releases, oldest first.
func All() []Release {
	return []Release{Zed, Antelope, Bobcat, Caracal, Dalmatian, Epoxy, Flamingo, Gazpacho}
}

// Parse reads a release's name; "" and "latest" are the newest.
func Parse(s string) (Release, error) {
	if s == "" || s == "latest" {
		return Latest, nil
	}
	r := Release(strings.ToLower(s))
	if !slices.Contains(All(), r) {
		return "", fmt.Errorf("release %q: want latest or one of %v", s, All())
	}
	return r, nil
}

// AtLeast tells whether r is other or newer.
func (r Release) AtLeast(other Release) bool {
	return slices.Index(All(), r) >= slices.Index(All(), other)
}
