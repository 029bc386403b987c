package steps

import (
	"context"
	"errors"
	"sync"

	"github.com/fauxstack/fauxstack/emulator"
)

// abilities are what the clouds that a target makes can do, as one of them tells before the first scenario.
type abilities struct {
	once    sync.Once
	ceiling ceilings
	gaps    map[string]bool // operation -> not emulated
	err     error
}

// configure is what the scenario asks of a cloud that open makes; a NotHere if such a cloud could not do it.
func (a *abilities) configure(ctx context.Context, s Scenario, release string, open func(context.Context, configuration) (Cloud, error)) (configuration, error) {
	a.once.Do(func() { a.err = a.learn(ctx, release, open) })
	if a.err != nil {
		return configuration{}, a.err
	}
	for _, op := range s.Values("@op:") {
		if a.gaps[op] {
			return configuration{}, NotHere{op + " is not emulated yet"}
		}
	}
	if err := a.ceiling.fit(s); err != nil {
		return configuration{}, err
	}
	return configurationFor(s)
}

// learn opens a plain cloud and reads its version documents.
func (a *abilities) learn(ctx context.Context, release string, open func(context.Context, configuration) (Cloud, error)) error {
	a.gaps = map[string]bool{}
	for _, op := range emulator.Operations() {
		a.gaps[op.ID] = !op.Emulated
	}
	plain, err := configurationFor(Scenario{})
	if err != nil {
		return err
	}
	cloud, err := open(ctx, plain)
	if err != nil {
		return err
	}
	client, err := cloud.Client(ctx, Admin)
	if err == nil {
		a.ceiling, err = discover(ctx, client, cloud.EndpointOpts())
	}
	if release != "" {
		a.ceiling.release = release
	}
	return errors.Join(err, cloud.Close())
}
