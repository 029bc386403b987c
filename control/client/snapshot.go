package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// Snapshots lists the snapshots that the server keeps of a cloud, by name.
func (c *Client) Snapshots(ctx context.Context, cloud string) ([]Snapshot, error) {
	var out struct {
		Snapshots []Snapshot `json:"snapshots"`
	}
	err := c.call(ctx, http.MethodGet, at(cloud, "snapshots"), nil, &out)
	return out.Snapshots, err
}

// Snapshot keeps how a cloud is now, under a name.
func (c *Client) Snapshot(ctx context.Context, cloud, name string) (Snapshot, error) {
	var out Snapshot
	err := c.call(ctx, http.MethodPost, at(cloud, "snapshots"), map[string]string{"name": name}, &out)
	return out, err
}

// Restore makes a cloud what it was when the snapshot was taken.
func (c *Client) Restore(ctx context.Context, cloud, name string) error {
	return c.call(ctx, http.MethodPost, at(cloud, "snapshots", name, "restore"), nil, nil)
}

// DeleteSnapshot forgets a snapshot.
func (c *Client) DeleteSnapshot(ctx context.Context, cloud, name string) error {
	return c.call(ctx, http.MethodDelete, at(cloud, "snapshots", name), nil, nil)
}

// SaveSnapshot writes a snapshot as a file that LoadSnapshot reads, of this server or of another.
func (c *Client) SaveSnapshot(ctx context.Context, cloud, name string, w io.Writer) error {
	resp, err := c.send(ctx, http.MethodGet, at(cloud, "snapshots", name, "file"), "", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		raw, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) // what there is of it tells the most
		return refusal(resp, raw)
	}
	if _, err := io.Copy(w, resp.Body); err != nil {
		return fmt.Errorf("snapshot %q: %w", name, err)
	}
	return nil
}

// LoadSnapshot gives the server a file that SaveSnapshot wrote, to keep under a name.
func (c *Client) LoadSnapshot(ctx context.Context, cloud, name string, file io.Reader) error {
	resp, err := c.send(ctx, http.MethodPut, at(cloud, "snapshots", name, "file"), "application/octet-stream", file)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err == nil && resp.StatusCode >= http.StatusBadRequest {
		err = refusal(resp, raw)
	}
	return err
}
