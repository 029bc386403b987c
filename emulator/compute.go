package emulator

import (
	"github.com/fauxstack/fauxstack/emulator/keystone"
	"github.com/fauxstack/fauxstack/emulator/nova"
)

// ComputePath is where the catalog says that Compute is, as devstack has it.
const ComputePath = "/compute"

// ComputeConfig is about Compute, which is off unless it is asked for: most clients of storage do well without, and some are
// content only if the catalog has it.
type ComputeConfig = nova.Config

// WithCompute has the cloud have Compute, and the catalog list it, see ComputeConfig. Default: it is not there.
func WithCompute() Option {
	return func(s *settings) error {
		s.reseed("WithCompute")
		s.fixture.Compute.Enabled = true
		return nil
	}
}

// identity is Keystone's part of the fixture, with what other parts add to the catalog, and users for those services that
// have things to tell each other.
func (f Fixture) identity() keystone.Config {
	identity := f.Identity
	if f.networking().Enabled {
		identity = identity.WithService(keystone.ServiceConfig{
			Type: "network", Name: "neutron", Endpoints: []keystone.EndpointConfig{{URL: "$(site)s" + NetworkPath}},
		})
	}
	if !f.Compute.Enabled {
		return identity
	}
	return identity.WithServiceUser("cinder").WithServiceUser("nova").WithService(keystone.ServiceConfig{
		Type: "compute", Name: "nova", Endpoints: []keystone.EndpointConfig{{URL: "$(site)s" + ComputePath + "/v2.1"}},
	})
}

func (e *Emulator) novaPorts() nova.Ports {
	return nova.Ports{
		DB: e.db, Clock: e.clock, Queue: e.queue, IDs: e.ids, Logger: e.settings.logger, Release: e.settings.release,
		Volume: e.within(), VolumeEndpoint: inProcess + BlockStoragePath,
		Image: e.within(), ImageEndpoint: inProcess + ImagePath, ServiceToken: e.serviceToken("nova"),
		Network: e.within(), NetworkEndpoint: inProcess + NetworkPath,
	}
}

// serviceToken makes tokens for the user of a service.
func (e *Emulator) serviceToken(user string) func() (string, error) {
	return func() (string, error) { return e.keystone.ServiceToken(user) }
}
