package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator"
)

// Requests lists those of a cloud's last requests that the filter matches, oldest first.
func (c *Client) Requests(ctx context.Context, cloud string, filter emulator.RequestFilter) (emulator.Requests, error) {
	return c.requests(ctx, cloud, filter.Values())
}

// WaitForRequest is Requests once there is one, or an error with the code "timeout" when there was none for so long.
func (c *Client) WaitForRequest(ctx context.Context, cloud string, filter emulator.RequestFilter, wait time.Duration) (emulator.Requests, error) {
	query := filter.Values()
	query.Set("wait", wait.String())
	return c.requests(ctx, cloud, query)
}

func (c *Client) requests(ctx context.Context, cloud string, query url.Values) (emulator.Requests, error) {
	var out struct {
		Requests emulator.Requests `json:"requests"`
	}
	err := c.call(ctx, http.MethodGet, at(cloud, "requests")+withQuery(query), nil, &out)
	return out.Requests, err
}

// ClearRequests forgets a cloud's requests.
func (c *Client) ClearRequests(ctx context.Context, cloud string) error {
	return c.call(ctx, http.MethodDelete, at(cloud, "requests"), nil, nil)
}

// HAR is what Requests finds, as an HTTP Archive, which browsers' developer tools read.
func (c *Client) HAR(ctx context.Context, cloud string, filter emulator.RequestFilter) ([]byte, error) {
	var out json.RawMessage
	err := c.call(ctx, http.MethodGet, at(cloud, "requests.har")+withQuery(filter.Values()), nil, &out)
	return out, err
}

func withQuery(query url.Values) string {
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// Events yields what happens in a cloud, from now on: all of it, or events of the given kinds. It ends with an error when
// the connection does, the context's included, and without one when the cloud is deleted or the server ends.
func (c *Client) Events(ctx context.Context, cloud string, kinds ...emulator.EventKind) iter.Seq2[emulator.Event, error] {
	query := url.Values{}
	for _, kind := range kinds {
		query.Add("kind", string(kind))
	}
	return func(yield func(emulator.Event, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		resp, err := c.send(ctx, http.MethodGet, at(cloud, "events")+withQuery(query), "", nil)
		if err != nil {
			yield(emulator.Event{}, err)
			return
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			raw, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) // what there is of it tells the most
			yield(emulator.Event{}, refusal(resp, raw))
			return
		}
		if err := readEvents(resp.Body, func(e emulator.Event) bool { return yield(e, nil) }); err != nil {
			yield(emulator.Event{}, err)
		}
	}
}

// readEvents reads a text/event-stream until it ends or somebody has had enough.
func readEvents(stream io.Reader, each func(emulator.Event) bool) error {
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, maxEvent)
	for lines.Scan() {
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
		if !ok {
			continue
		}
		var event emulator.Event
		if err := json.Unmarshal(data, &event); err != nil {
			return fmt.Errorf("event %.100q: %w", strings.TrimSpace(string(data)), err)
		}
		if !each(event) {
			return nil
		}
	}
	return lines.Err()
}

// maxEvent bounds one event, in bytes.
const maxEvent = 16 << 20
