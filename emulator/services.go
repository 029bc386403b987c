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
