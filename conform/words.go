package conform

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// printFacts heads what is printed with the target and what is known of it.
func printFacts(w io.Writer, out *Outcome) {
	fmt.Fprintf(w, "on %s\n", out.Title)
	for _, f := range out.Facts {
		fmt.Fprintf(w, "  %-14s %s\n", f.Name, f.Value)
	}
	fmt.Fprintln(w)
}

// printReasons lists why scenarios are skipped, the most frequent reason first.
func printReasons(w io.Writer, skips map[string]int) {
	for _, reason := range byCount(skips) {
		fmt.Fprintf(w, "  skipped %3d: %s\n", skips[reason], reason)
	}
}

func byCount(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b))
	})
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// duration is rounded for people.
func duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	default:
		return d.Round(time.Second).String()
	}
}
