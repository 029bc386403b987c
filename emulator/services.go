package emulator

import (
	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
)

// Glance is the cloud's Images service, for what its API cannot do: to add, change and remove stores, and the like.
func (e *Emulator) Glance() *glance.Service { return e.glance }

// Cinder is the cloud's Block Storage service, for what its API cannot do.
func (e *Emulator) Cinder() *cinder.Service { return e.cinder }
