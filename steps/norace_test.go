//go:build !race

package steps_test

// raced tells that the race detector looks on.
const raced = false
