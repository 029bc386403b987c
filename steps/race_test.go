//go:build race

package steps_test

// raced tells that the race detector looks on, under which compressing a gibibyte takes minutes.
const raced = true
