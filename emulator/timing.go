package emulator

import (
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/nova"
)

// Transitions lists the kinds of background work, for WithDelay and fixtures.
func Transitions() []Transition {
	known := transitions()
	out := make([]Transition, len(known))
	for i, t := range known {
		out[i] = Transition{Name: t.Name, Does: t.Does}
	}
	return out
}

func transitions() []sim.Transition {
	return slices.Concat(cinder.Transitions(), glance.Transitions(), nova.Transitions())
}

// timing is what options say about the clock.
type timing struct {
	delays []func(*sim.Delays) error // in the options' order
	jitter *float64
	speed  float64 // 0: as it is
}

// pace gives the cloud's clock its speed, and its transitions delays: what options say over the given ones.
func (e *Emulator) pace(d sim.Delays) {
	t := e.settings.timing
	for _, set := range t.delays {
		_ = set(&d) // the option has seen that it can be done
	}
	if t.jitter != nil {
		d.Jitter = *t.jitter
	}
	e.queue.SetDelays(d, e.ids.Float)
	if t.speed != 0 {
		e.clock.SetSpeed(t.speed)
	}
}

// WithDelay lets a transition, by its name such as "cinder.volume.create", take that long; * in the name stands for any
// letters. Transitions lists the names. Default: what the fixture says, else 0.
func WithDelay(transition string, d time.Duration) Option {
	return func(s *settings) error {
		set := func(delays *sim.Delays) error { return delays.Set(transition, d, transitions()) }
		if err := set(new(sim.Delays)); err != nil {
			return err
		}
		s.timing.delays = append(s.timing.delays, set)
		return nil
	}
}

// WithJitter makes each delay longer or shorter by up to that fraction of it, from 0 to 1, drawn from the seed. Default:
// what the fixture says, else 0.
func WithJitter(fraction float64) Option {
	return func(s *settings) error {
		s.timing.jitter = &fraction
		return sim.CheckJitter(fraction)
	}
}

// WithSpeed makes a real clock's time pass that many times as fast as the machine's: at 60, a delay of a minute is over
// in a second. Default: 1. A manual or stepped clock keeps the speed for when it is set to real.
func WithSpeed(factor float64) Option {
	return func(s *settings) error {
		s.timing.speed = factor
		return sim.CheckSpeed(factor)
	}
}
