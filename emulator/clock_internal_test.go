package emulator

import (
	"slices"
	"testing"
)

// Every kind of job is a transition that people can name, and the other way round.
func TestTransitionsAreTheKindsOfJobs(t *testing.T) {
	emu := Start(t)
	var named []string
	for _, transition := range Transitions() {
		named = append(named, transition.Name)
	}
	slices.Sort(named)
	if kinds := emu.queue.Kinds(); !slices.Equal(named, kinds) {
		t.Errorf("transitions: %v\nkinds:       %v", named, kinds)
	}
}
