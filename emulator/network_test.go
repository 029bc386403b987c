package emulator_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
)

// Only services that the cloud shows have a standard port, and a handler of their own.
func TestStandardPortsOfServicesThatAreThere(t *testing.T) {
	for _, test := range []struct {
		name string
		opts []emulator.Option
		want []string
	}{
		{"default", nil, []string{"5000", "8776", "9292"}},
		{"with compute", []emulator.Option{emulator.WithCompute()}, []string{"5000", "8774", "8776", "9292", "9696"}},
	} {
		emu := emulator.Start(t, test.opts...)
		if got := slices.Sorted(maps.Values(emu.StandardPorts())); !slices.Equal(got, test.want) {
			t.Errorf("%s: ports %v, want %v", test.name, got, test.want)
		}
		if _, err := emu.ServiceHandler(emulator.NetworkPath); (err == nil) != (len(test.opts) > 0) {
			t.Errorf("%s: the handler of Networking: %v", test.name, err)
		}
	}
}
