package emulator

import (
	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// Keystone is the cloud's Identity service, for what its API cannot do.
func (e *Emulator) Keystone() *keystone.Service { return e.keystone }

// Glance is the cloud's Images service, for what its API cannot do: to add, change and remove stores, and the like.
func (e *Emulator) Glance() *glance.Service { return e.glance }

// Cinder is the cloud's Block Storage service, for what its API cannot do.
func (e *Emulator) Cinder() *cinder.Service { return e.cinder }

// ServicePath is the path below the cloud's address at which a service is, by its type in the catalog.
type ServicePath struct{ Type, Path string }

// ServicePaths are those of the services that the cloud shows.
func (e *Emulator) ServicePaths() []ServicePath {
	paths := []ServicePath{{"identity", IdentityPath}, {"image", ImagePath}, {"block-storage", BlockStoragePath}}
	if e.settings.fixture.Compute.Enabled {
		paths = append(paths, ServicePath{"compute", ComputePath})
	}
	if e.settings.fixture.networking().Enabled {
		paths = append(paths, ServicePath{"network", NetworkPath})
	}
	return paths
}
