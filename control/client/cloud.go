package client

import (
	"context"
	"net/http"
	"time"

	"github.com/fauxstack/fauxstack/emulator"
)

// Clock tells how a cloud's time passes.
func (c *Client) Clock(ctx context.Context, cloud string) (emulator.ClockState, error) {
	return c.clock(ctx, http.MethodGet, at(cloud, "clock"), nil)
}

// ChangeClock changes how a cloud's time passes.
func (c *Client) ChangeClock(ctx context.Context, cloud string, change emulator.ClockChange) (emulator.ClockState, error) {
	return c.clock(ctx, http.MethodPatch, at(cloud, "clock"), change)
}

// Advance moves a cloud's clock and runs the background work that falls due on the way.
func (c *Client) Advance(ctx context.Context, cloud string, by time.Duration) (emulator.ClockState, error) {
	return c.clock(ctx, http.MethodPost, at(cloud, "clock", "advance"), map[string]string{"by": by.String()})
}

// Settle runs all background work of a cloud, moving its clock as far as that needs.
func (c *Client) Settle(ctx context.Context, cloud string) (emulator.ClockState, error) {
	return c.clock(ctx, http.MethodPost, at(cloud, "clock", "settle"), nil)
}

func (c *Client) clock(ctx context.Context, method, path string, in any) (emulator.ClockState, error) {
	var out emulator.ClockState
	err := c.call(ctx, method, path, in, &out)
	return out, err
}

// Jobs lists a cloud's background work to come, in the order in which it will be done.
func (c *Client) Jobs(ctx context.Context, cloud string) ([]emulator.PendingJob, error) {
	var out struct {
		Jobs []emulator.PendingJob `json:"jobs"`
	}
	err := c.call(ctx, http.MethodGet, at(cloud, "jobs"), nil, &out)
	return out.Jobs, err
}

// Stores lists a cloud's Glance stores in their order.
func (c *Client) Stores(ctx context.Context, cloud string) ([]Store, error) {
	var out struct {
		Stores []Store `json:"stores"`
	}
	err := c.call(ctx, http.MethodGet, at(cloud, "stores"), nil, &out)
	return out.Stores, err
}

// AddStore adds a store behind the others.
func (c *Client) AddStore(ctx context.Context, cloud string, store Store) (Store, error) {
	var out Store
	err := c.call(ctx, http.MethodPost, at(cloud, "stores"), store, &out)
	return out, err
}

// ChangeStore changes a store: fills it, makes it read-only, and the like.
func (c *Client) ChangeStore(ctx context.Context, cloud, id string, change StoreChange) (Store, error) {
	var out Store
	err := c.call(ctx, http.MethodPatch, at(cloud, "stores", id), change, &out)
	return out, err
}

// RemoveStore takes a store out of Glance's configuration. Images keep naming it.
func (c *Client) RemoveStore(ctx context.Context, cloud, id string) error {
	return c.call(ctx, http.MethodDelete, at(cloud, "stores", id), nil, nil)
}

// Glance shows what Glance's configuration says beside the stores.
func (c *Client) Glance(ctx context.Context, cloud string) (Glance, error) {
	var out Glance
	err := c.call(ctx, http.MethodGet, at(cloud, "glance"), nil, &out)
	return out, err
}

// ChangeGlance changes that.
func (c *Client) ChangeGlance(ctx context.Context, cloud string, change GlanceChange) (Glance, error) {
	var out Glance
	err := c.call(ctx, http.MethodPatch, at(cloud, "glance"), change, &out)
	return out, err
}

// Backends lists a cloud's Cinder backends.
func (c *Client) Backends(ctx context.Context, cloud string) ([]Backend, error) {
	var out struct {
		Backends []Backend `json:"backends"`
	}
	err := c.call(ctx, http.MethodGet, at(cloud, "backends"), nil, &out)
	return out.Backends, err
}

// SetDriverInitialized says whether a backend's driver is initialised.
func (c *Client) SetDriverInitialized(ctx context.Context, cloud, backend string, initialized bool) error {
	return c.call(ctx, http.MethodPatch, at(cloud, "backends", backend), map[string]bool{"initialized": initialized}, nil)
}

// Quotas are the limits of a project, by its name or id, and what it has of them.
func (c *Client) Quotas(ctx context.Context, cloud, project string) (map[string]Quota, error) {
	var out struct {
		Quotas map[string]Quota `json:"quotas"`
	}
	err := c.call(ctx, http.MethodGet, at(cloud, "quotas", project), nil, &out)
	return out.Quotas, err
}

// SetQuotas sets limits of a project; -1 is none, and what is not named stays as it is.
func (c *Client) SetQuotas(ctx context.Context, cloud, project string, limits map[string]int) (map[string]Quota, error) {
	var out struct {
		Quotas map[string]Quota `json:"quotas"`
	}
	err := c.call(ctx, http.MethodPut, at(cloud, "quotas", project), limits, &out)
	return out.Quotas, err
}
