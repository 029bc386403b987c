package cinder

import (
	"cmp"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// ordering are the fields by which rows can be sorted, under their names in the API.
type ordering[V any] map[string]func(a, b *V) int

// by makes one comparison of what a client asked for. The age and the id come last, in the direction of the first key
// (process_sort_params in cinder/db/api.py).
func (known ordering[V]) by(specs []sortSpec) (func(a, b *V) int, error) {
	for _, spec := range specs {
		if spec.Dir != "asc" && spec.Dir != "desc" {
			return nil, fail.New(fail.Invalid, "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'.")
		}
	}
	for _, name := range []string{"created_at", "id"} {
		if !slices.ContainsFunc(specs, func(s sortSpec) bool { return s.Name == name }) {
			specs = append(specs, sortSpec{name, specs[0].Dir})
		}
	}
	for _, spec := range specs {
		if known[spec.Name] == nil {
			return nil, fail.New(fail.Invalid, "Invalid input received: Invalid sort key")
		}
	}
	return func(a, b *V) int {
		for _, spec := range specs {
			order := known[spec.Name](a, b)
			switch {
			case order != 0 && spec.Dir == "desc":
				return -order
			case order != 0:
				return order
			}
		}
		return 0
	}, nil
}

// pageOf sorts rows and cuts out the page that follows the marker, which need not be among them.
func pageOf[V any](rows []V, compare func(a, b *V) int, marker *V, p paging) []V {
	after := make([]*V, 0, len(rows))
	for i := range rows {
		if marker == nil || compare(&rows[i], marker) > 0 {
			after = append(after, &rows[i])
		}
	}
	slices.SortFunc(after, compare)
	after = after[min(p.Offset, len(after)):]
	page := make([]V, min(p.Limit, len(after)))
	for i := range page {
		page[i] = *after[i]
	}
	return page
}

// compareText orders strings that may be absent; absent ones come first.
func compareText(a, b *string) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Compare(*a, *b)
}

// compareBools puts false first.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
