package steps

import (
	"time"
)

func (w *World) controlSteps(sc registrar) {
	step(sc, `the store {string} is removed from Glance`, w.removeStore)
	step(sc, `the store {string} is added to Glance`, w.addStore)
	step(sc, `the store {string} becomes read-only`, w.makeStoreReadOnly)
	step(sc, `the store {string} is full`, w.fillStore)
	step(sc, `the store {string} may not be written to`, w.denyStoreWrites)
	step(sc, `Glance is left with a single store`, w.useSingleStore)
	step(sc, `Glance takes images of at most {int} bytes`, w.limitImageSize)
	step(sc, `the volume driver is not initialised`, w.stopVolumeDriver)
	step(sc, `{int} seconds? pass(?:es)?`, w.pass)
}

// control is the cloud's control; a cloud without one skips the scenario.
func (w *World) control(do func(Control) error) error {
	c, ok := w.cloud.(Control)
	if !ok {
		return w.Skip("needs control over the cloud")
	}
	return do(c)
}

// removeStore is
//
//	When the store "cheap" is removed from Glance
func (w *World) removeStore(id string) error {
	return w.control(func(c Control) error { return c.RemoveStore(id) })
}

// addStore is
//
//	When the store "cellar" is added to Glance
func (w *World) addStore(id string) error {
	return w.control(func(c Control) error { return c.AddStore(id) })
}

// makeStoreReadOnly is
//
//	When the store "cheap" becomes read-only
func (w *World) makeStoreReadOnly(id string) error {
	return w.control(func(c Control) error { return c.MakeStoreReadOnly(id) })
}

// fillStore is
//
//	When the store "cheap" is full
func (w *World) fillStore(id string) error {
	return w.control(func(c Control) error { return c.FillStore(id) })
}

// denyStoreWrites is
//
//	When the store "cheap" may not be written to
func (w *World) denyStoreWrites(id string) error {
	return w.control(func(c Control) error { return c.DenyStoreWrites(id) })
}

// useSingleStore is
//
//	When Glance is left with a single store
func (w *World) useSingleStore() error { return w.control(Control.UseSingleStore) }

// limitImageSize is
//
//	When Glance takes images of at most 1000 bytes
func (w *World) limitImageSize(bytes int) error {
	return w.control(func(c Control) error { return c.LimitImageSize(int64(bytes)) })
}

// stopVolumeDriver is
//
//	When the volume driver is not initialised
func (w *World) stopVolumeDriver() error { return w.control(Control.StopVolumeDriver) }

// pass is
//
//	When 30 seconds pass
//
// on the cloud's clock.
func (w *World) pass(seconds int) error {
	return w.control(func(c Control) error { return c.Advance(time.Duration(seconds) * time.Second) })
}
