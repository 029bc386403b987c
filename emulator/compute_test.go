package emulator_test

import (
	"testing"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/fauxstack/fauxstack/emulator"
)

func TestComputeIsListedOnlyWhereItIsAskedFor(t *testing.T) {
	for _, test := range []struct {
		name string
		opts []emulator.Option
		want bool
	}{
		{"default", nil, false},
		{"with compute", []emulator.Option{emulator.WithCompute()}, true},
	} {
		emu := emulator.Start(t, test.opts...)
		url, err := emu.Image(t).EndpointLocator(gophercloud.EndpointOpts{
			Type: "compute", Availability: gophercloud.AvailabilityPublic, Region: "RegionOne",
		})
		if (err == nil) != test.want {
			t.Errorf("%s: %q, %v", test.name, url, err)
		}
	}
}
