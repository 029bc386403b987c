package main

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/fauxstack/fauxstack/emulator"
)

// paceFlags say how time passes in every cloud, and what goes wrong in it from the beginning.
type paceFlags struct {
	speed, jitter  float64
	delays, faults []string
}

func (f *paceFlags) register(flags *pflag.FlagSet) {
	flags.Float64Var(&f.speed, "speed", 0, "`FACTOR` by which a real clock is faster than the machine's")
	flags.StringSliceVar(&f.delays, "delay", nil, "how long a transition takes, `NAME=TIME`, such as cinder.volume.create=10s; * in a name stands for any letters")
	flags.Float64Var(&f.jitter, "jitter", 0, "`FRACTION` by which delays vary")
	flags.StringArrayVar(&f.faults, "fault", nil, "what goes wrong from the beginning, `'FIELD=VALUE ...'` (see: fauxstack faults)")
}

func (f paceFlags) options() ([]emulator.Option, error) {
	var opts []emulator.Option
	if f.speed != 0 {
		opts = append(opts, emulator.WithSpeed(f.speed))
	}
	if f.jitter != 0 {
		opts = append(opts, emulator.WithJitter(f.jitter))
	}
	delays, err := pairs(f.delays, readDuration)
	errs := []error{err}
	// The later option wins, so patterns come before the names that they may match.
	names := slices.SortedFunc(maps.Keys(delays), func(a, b string) int { return strings.Count(b, "*") - strings.Count(a, "*") })
	for _, name := range names {
		opts = append(opts, emulator.WithDelay(name, time.Duration(delays[name])))
	}
	for _, text := range f.faults {
		fault, err := emulator.ParseFault(text)
		errs = append(errs, err)
		opts = append(opts, emulator.WithFaults(fault))
	}
	return opts, errors.Join(errs...)
}
