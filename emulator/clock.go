package emulator

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// Now is the cloud's time.
func (e *Emulator) Now() time.Time { return e.clock.Now() }

// Advance moves the clock by d and runs the background work that falls due on the way, each at its time. A real clock
// stays as far ahead of the machine's from then on.
func (e *Emulator) Advance(d time.Duration) { _ = e.queue.Advance(context.Background(), d) }

// Settle runs all background work, and what that brings about, moving the clock as far as it needs.
func (e *Emulator) Settle() { _ = e.queue.Settle(context.Background()) }

// Duration is a time.Duration that fixtures and JSON write as "1m30s".
type Duration = sim.Duration

// Transition is a kind of background work: what the cloud does some time after it has said that it will.
type Transition struct {
	Name    string   `json:"name"` // such as "cinder.volume.create"
	Does    string   `json:"does"`
	Default Duration `json:"default"` // how long it takes unless told otherwise
}

// PendingJob is background work that is still to come.
type PendingJob struct {
	ID         string    `json:"id"`
	Transition string    `json:"transition"` // its name
	Due        time.Time `json:"due"`        // by the cloud's clock
	Resource   string    `json:"resource,omitempty"`
	RequestID  string    `json:"request_id,omitempty"` // of the request that asked for it
}

// Pending lists the background work to come, in the order in which it will be done.
func (e *Emulator) Pending() []PendingJob {
	jobs := e.queue.Pending()
	out := make([]PendingJob, len(jobs))
	for i, j := range jobs {
		out[i] = pendingJob(j)
	}
	return out
}

func pendingJob(j sim.Job) PendingJob {
	var about struct {
		Volume, Task string
		Auth         struct{ RequestID string }
	}
	_ = json.Unmarshal(j.Payload, &about) // what has neither is about nothing that people know
	return PendingJob{
		ID: j.ID, Transition: j.Kind, Due: j.Due, Resource: cmp.Or(about.Volume, about.Task), RequestID: about.Auth.RequestID,
	}
}

// ClockConfig is the clock's part of a fixture.
type ClockConfig struct {
	// Delays are how long transitions take, by name, such as cinder.volume.create; * in a name stands for any letters. What
	// is left out takes no time.
	Delays map[string]Duration `yaml:"delays,omitempty" json:"delays,omitempty"`
	// Jitter makes each delay longer or shorter by up to this fraction, drawn from the seed.
	Jitter float64 `yaml:"jitter,omitempty" json:"jitter,omitempty"`
}

// Validate reports every mistake, by the path of the field.
func (c ClockConfig) Validate() error {
	var errs []error
	if err := sim.CheckJitter(c.Jitter); err != nil {
		errs = append(errs, fmt.Errorf("clock.jitter: %w", err))
	}
	if _, err := (ClockConfig{Delays: c.Delays}).over(sim.Delays{}); err != nil {
		errs = append(errs, fmt.Errorf("clock.delays: %w", err))
	}
	return errors.Join(errs...)
}

// over is what becomes of delays by the configuration, of which full names count for more than patterns.
func (c ClockConfig) over(d sim.Delays) (sim.Delays, error) {
	names := slices.SortedFunc(maps.Keys(c.Delays), func(a, b string) int {
		return cmp.Or(strings.Count(b, "*")-strings.Count(a, "*"), len(a)-len(b), strings.Compare(a, b))
	})
	errs := []error{sim.CheckJitter(c.Jitter)}
	for _, name := range names {
		errs = append(errs, d.Set(name, time.Duration(c.Delays[name]), transitions()))
	}
	if c.Jitter != 0 {
		d.Jitter = c.Jitter
	}
	return d, errors.Join(errs...)
}

// ClockState is how a cloud's time passes.
type ClockState struct {
	Mode    string              `json:"mode"` // "real", "manual" or "step"
	Now     time.Time           `json:"now"`
	Speed   float64             `json:"speed"` // of a real clock: times the machine's
	Step    Duration            `json:"step"`  // of a stepped clock
	Delays  map[string]Duration `json:"delays"`
	Jitter  float64             `json:"jitter"`
	Pending int                 `json:"pending"` // jobs
}

// Clock tells how the cloud's time passes.
func (e *Emulator) Clock() ClockState {
	d := e.queue.Delays()
	s := ClockState{
		Mode: string(e.clock.Mode()), Now: e.clock.Now(), Speed: e.clock.Speed(), Step: Duration(e.clock.Step()),
		Delays: map[string]Duration{}, Jitter: d.Jitter, Pending: len(e.queue.Pending()),
	}
	for name, delay := range d.By {
		s.Delays[name] = Duration(delay)
	}
	return s
}

// ClockChange says what is to change about how a cloud's time passes; what is nil stays as it is.
type ClockChange struct {
	Mode   *string             `json:"mode,omitempty"`
	Speed  *float64            `json:"speed,omitempty"`
	Step   *Duration           `json:"step,omitempty"`
	Delays map[string]Duration `json:"delays,omitempty"` // by name or pattern; other transitions keep theirs
	Jitter *float64            `json:"jitter,omitempty"`
}

// ChangeClock changes how the cloud's time passes, from now on: all of it, or nothing if there is a mistake. The time
// itself stays: a clock that was stopped goes on from where it stood. Jobs that are pending keep their times.
func (e *Emulator) ChangeClock(c ClockChange) error {
	var errs []error
	mode := e.clock.Mode()
	if c.Mode != nil {
		var err error
		mode, err = sim.ParseMode(*c.Mode)
		errs = append(errs, err)
	}
	if c.Speed != nil {
		errs = append(errs, sim.CheckSpeed(*c.Speed))
	}
	if c.Step != nil && *c.Step <= 0 {
		errs = append(errs, fmt.Errorf("step %s of the clock: want more than 0", time.Duration(*c.Step)))
	}
	delays := e.queue.Delays()
	if c.Jitter != nil {
		errs = append(errs, sim.CheckJitter(*c.Jitter))
		delays.Jitter = *c.Jitter
	}
	delays, err := ClockConfig{Delays: c.Delays}.over(delays)
	if err := errors.Join(append(errs, err)...); err != nil {
		return err
	}
	e.clock.SetMode(mode)
	if c.Speed != nil {
		e.clock.SetSpeed(*c.Speed)
	}
	if c.Step != nil {
		e.clock.SetStep(time.Duration(*c.Step))
	}
	e.queue.SetDelays(delays, e.ids.Float)
	e.queue.Replan()
	now := e.clock.Now()
	e.clockMoved(now, now)
	return nil
}

// SetClock changes what makes time pass: "real", "manual" or "step". See ChangeClock.
func (e *Emulator) SetClock(mode string) error { return e.ChangeClock(ClockChange{Mode: &mode}) }

// SetSpeed makes a real clock's time pass that many times as fast as the machine's. See ChangeClock.
func (e *Emulator) SetSpeed(factor float64) error { return e.ChangeClock(ClockChange{Speed: &factor}) }

// SetDelay sets how long a transition takes, by its name; * in the name stands for any letters. See ChangeClock.
func (e *Emulator) SetDelay(transition string, d time.Duration) error {
	return e.ChangeClock(ClockChange{Delays: map[string]Duration{transition: Duration(d)}})
}
