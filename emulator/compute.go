package emulator

import "github.com/fauxstack/fauxstack/emulator/keystone"

// ComputePath is where the catalog says that Compute is, as devstack has it.
const ComputePath = "/compute"

// ComputeConfig is about Compute, which is off unless it is asked for: most clients of storage do well without, and some are
// content only if the catalog has it.
type ComputeConfig struct {
	// Enabled puts a service of type compute, nova, into the catalog, unless identity.services has one. Nothing is emulated
	// behind its endpoint yet.
	Enabled bool `yaml:"enabled,omitempty" json:"enabled,omitempty"`
}

// WithCompute puts Compute into the catalog, see ComputeConfig. Default: it is not there.
func WithCompute() Option {
	return func(s *settings) error {
		s.reseed("WithCompute")
		s.fixture.Compute.Enabled = true
		return nil
	}
}

// identity is Keystone's part of the fixture, with what other parts add to the catalog.
func (f Fixture) identity() keystone.Config {
	if !f.Compute.Enabled {
		return f.Identity
	}
	return f.Identity.WithService(keystone.ServiceConfig{
		Type: "compute", Name: "nova", Endpoints: []keystone.EndpointConfig{{URL: "$(site)s" + ComputePath + "/v2.1"}},
	})
}
