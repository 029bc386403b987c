package emulator

import (
	"errors"
	"fmt"

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// Fixture is what a cloud begins with. The package fixtures reads one from YAML.
type Fixture struct {
	Identity     keystone.Config `yaml:"identity" json:"identity"`
	Image        glance.Config   `yaml:"image" json:"image"`
	BlockStorage cinder.Config   `yaml:"block_storage" json:"block_storage"`
	Compute      ComputeConfig   `yaml:"compute,omitempty" json:"compute,omitzero"`
	Network      NetworkConfig   `yaml:"network,omitempty" json:"network,omitzero"`
	Clock        ClockConfig     `yaml:"clock,omitempty" json:"clock,omitzero"`
	// Faults are what goes wrong from the beginning on.
	Faults []Fault `yaml:"faults,omitempty" json:"faults,omitempty"`
}

// DefaultFixture is a small useful cloud: projects admin, demo and alt_demo with a user each (password "secret"); stores
// reliable, fast (the default), cheap and the read-only archive; backends lvmdriver-1 and lvmdriver-2 with a volume type
// each; a small public image, cirros.
func DefaultFixture() Fixture {
	return Fixture{Identity: keystone.DefaultConfig(), Image: glance.DefaultConfig(), BlockStorage: cinder.DefaultConfig()}
}

// Validate reports every mistake in the fixture, by the path of the field.
func (f Fixture) Validate() error {
	errs := []error{f.identity().Validate(), f.Image.Validate(), f.BlockStorage.Validate(), f.Network.Validate(), f.Clock.Validate()}
	for i, rule := range f.Faults {
		errs = append(errs, rule.check(fmt.Sprintf("faults[%d].", i), namesOf(f.Image.Stores)))
	}
	return errors.Join(errs...)
}
