//go:build !race

package persist_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Of a damaged page bbolt makes a pointer beyond its file. That ends in a fault, which is answered with an error; but under the
// race detector checkptr ends the process before.
func TestChangedBytesAreAnErrorOrHarmless(t *testing.T) {
	raw := stateOf(t, t.TempDir())
	random := rand.New(rand.NewPCG(1, 1))
	for i := range 300 {
		damaged := append([]byte{}, raw...)
		what := ""
		for range 1 + random.IntN(8) {
			at := random.IntN(len(damaged))
			damaged[at] ^= byte(1 + random.IntN(255))
			what += fmt.Sprintf(" %d", at)
		}
		opens(t, damaged, fmt.Sprintf("%d: bytes%s changed", i, what))
	}
}
