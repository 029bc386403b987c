package steps

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cucumber/godog"
	"github.com/google/go-cmp/cmp"
)

// same fails with a difference when got is not what was wanted.
func same(what string, want, got any) error {
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("%s: (-want +got)\n%s", what, diff)
	}
	return nil
}

// pairs reads a table of two columns, without a heading, as a map.
func pairs(t *godog.Table) (map[string]string, error) {
	m := make(map[string]string, len(t.Rows))
	for _, row := range t.Rows {
		if len(row.Cells) != 2 {
			return nil, fmt.Errorf("want a table of two columns, got a row of %d", len(row.Cells))
		}
		m[row.Cells[0].Value] = row.Cells[1].Value
	}
	return m, nil
}

// records reads a table with a heading, each row by the names of the columns.
func records(t *godog.Table) []map[string]string {
	var list []map[string]string
	for _, row := range t.Rows[1:] {
		r := make(map[string]string, len(row.Cells))
		for i, cell := range row.Cells {
			r[t.Rows[0].Cells[i].Value] = cell.Value
		}
		list = append(list, r)
	}
	return list
}

// words splits a list as scenarios write it: "fast, cheap".
func words(list string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }), func(s string) bool { return s == "" })
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func sortedValues[K comparable](m map[K]string) []string { return slices.Sorted(maps.Values(m)) }
