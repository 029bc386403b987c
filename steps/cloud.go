package steps

import (
	"crypto/rand"
	"fmt"
)

func (w *World) cloudSteps(sc registrar) {
	step(sc, `block storage microversion (\d+\.\d+)`, w.useMicroversion)
	step(sc, `there is no (volume|image|volume type) {string}`, w.pretend)
}

// useMicroversion is
//
//	Given block storage microversion 3.1
//
// for all requests that follow. Without it none is asked for, and Cinder takes 3.0.
func (w *World) useMicroversion(version string) { w.microversion = version }

// pretend is
//
//	Given there is no volume "lost"
//
// It gives the name an id that nothing has. Kinds: volume, image, volume type.
func (w *World) pretend(kind, name string) {
	w.namesOf(kind).Set(name, newID())
}

func (w *World) namesOf(kind string) *Names {
	switch kind {
	case "volume":
		return &w.Volumes
	case "image":
		return &w.Images
	default:
		return &w.Types
	}
}

// newID makes an id of the form that volumes, images and types have.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
