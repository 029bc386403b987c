package client

import (
	"context"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator"
)

// Faults lists the faults of a cloud with their hits.
func (c *Client) Faults(ctx context.Context, cloud string) ([]emulator.FaultStatus, error) {
	var out struct {
		Faults []emulator.FaultStatus `json:"faults"`
	}
	err := c.call(ctx, http.MethodGet, at(cloud, "faults"), nil, &out)
	return out.Faults, err
}

// Inject lets something go wrong in a cloud, until the fault is removed.
func (c *Client) Inject(ctx context.Context, cloud string, f emulator.Fault) (emulator.FaultStatus, error) {
	var out emulator.FaultStatus
	err := c.call(ctx, http.MethodPost, at(cloud, "faults"), f, &out)
	return out, err
}

// Fault shows one of a cloud's faults with its hits.
func (c *Client) Fault(ctx context.Context, cloud, id string) (emulator.FaultStatus, error) {
	var out emulator.FaultStatus
	err := c.call(ctx, http.MethodGet, at(cloud, "faults", id), nil, &out)
	return out, err
}

// RemoveFault ends a fault.
func (c *Client) RemoveFault(ctx context.Context, cloud, id string) error {
	return c.call(ctx, http.MethodDelete, at(cloud, "faults", id), nil, nil)
}

// RemoveFaults ends all faults of a cloud.
func (c *Client) RemoveFaults(ctx context.Context, cloud string) error {
	return c.call(ctx, http.MethodDelete, at(cloud, "faults"), nil, nil)
}
