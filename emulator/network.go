package emulator

import "github.com/fauxstack/fauxstack/emulator/neutron"

// NetworkPath is where the catalog says that Networking is, as devstack has it.
const NetworkPath = "/networking"

// NetworkConfig is about Networking, which a cloud has that has Compute, or that asks for it.
type NetworkConfig = neutron.Config

// networking is Neutron's part of the fixture.
func (f Fixture) networking() NetworkConfig {
	cfg := f.Network
	cfg.Enabled = cfg.Enabled || f.Compute.Enabled
	return cfg
}
