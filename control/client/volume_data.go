package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// DataKind is what in Block Storage has bytes.
type DataKind string

// What ReadData reads.
const (
	VolumeData   DataKind = "volumes"
	SnapshotData DataKind = "snapshots" // of volumes
	BackupData   DataKind = "backups"   // what restoring one would write
)

// ReadData reads n bytes from an offset on of what a volume, snapshot or backup holds; with a negative n all the rest.
// The caller closes the reader.
func (c *Client) ReadData(ctx context.Context, cloud string, kind DataKind, id string, offset, n int64) (io.ReadCloser, error) {
	header := http.Header{}
	switch {
	case n == 0:
		return http.NoBody, nil
	case n > 0:
		header.Set("Range", fmt.Sprintf("bytes=%d-%d", offset, offset+n-1))
	case offset > 0:
		header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	resp, err := c.sendWith(ctx, http.MethodGet, at(cloud, "data", string(kind), id), header, nil)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		defer resp.Body.Close()
		raw, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) // what there is of it tells the most
		return nil, refusal(resp, raw)
	}
	return resp.Body, nil
}

// WriteVolume writes all of r over what a volume holds, from an offset on. It returns how many bytes were written: all of
// them or, with an error, none.
func (c *Client) WriteVolume(ctx context.Context, cloud, id string, offset int64, r io.Reader) (int64, error) {
	path := at(cloud, "data", "volumes", id) + "?offset=" + strconv.FormatInt(offset, 10)
	resp, err := c.send(ctx, http.MethodPut, path, "application/octet-stream", r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s: %w", c.base, err)
	case resp.StatusCode >= http.StatusBadRequest:
		return 0, refusal(resp, raw)
	}
	var out struct {
		Written int64 `json:"written"`
	}
	err = json.Unmarshal(raw, &out)
	return out.Written, err
}
