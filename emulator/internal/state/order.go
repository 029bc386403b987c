package state

import "slices"

// Ordered returns the rows in the order of compare. It moves references while it sorts: rows are large, and a comparison
// by value copies two of them.
func Ordered[V any](rows []V, compare func(a, b *V) int) []V {
	byReference := make([]*V, len(rows))
	for i := range rows {
		byReference[i] = &rows[i]
	}
	slices.SortStableFunc(byReference, compare)
	ordered := make([]V, len(rows))
	for i, row := range byReference {
		ordered[i] = *row
	}
	return ordered
}
