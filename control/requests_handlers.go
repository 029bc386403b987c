package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/fauxstack/fauxstack/emulator"
)

// maxWait bounds how long a request may wait for another.
const maxWait = 5 * time.Minute

// requestList finds requests. With wait it comes back once there is one, or when the time is up.
func (s *Server) requestList(c *call) (any, error) {
	query := c.r.URL.Query()
	filter, wait, err := readFilter(query)
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		ctx, cancel := c.whileCloudLasts()
		defer cancel()
		ctx, cancelWait := context.WithTimeout(ctx, wait)
		defer cancelWait()
		if _, err := c.cloud.emu.WaitForRequest(ctx, filter); errors.Is(err, context.DeadlineExceeded) {
			return nil, &problem{http.StatusRequestTimeout, "timeout", sprintf("no such request within %s", wait)}
		} else if err != nil {
			return nil, conflict("%w", err)
		}
	}
	found := c.cloud.emu.Requests().Find(filter)
	if found == nil {
		found = emulator.Requests{}
	}
	return map[string]any{"requests": found}, nil
}

// whileCloudLasts is the request's context, which also ends with the cloud.
func (c *call) whileCloudLasts() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(c.r.Context())
	stop := context.AfterFunc(c.cloud.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

func readFilter(query url.Values) (emulator.RequestFilter, time.Duration, error) {
	var wait time.Duration
	if text := query.Get("wait"); text != "" {
		var err error
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 || wait > maxWait {
			return emulator.RequestFilter{}, 0, invalid("wait %q: want a time up to %s, such as 10s", text, maxWait)
		}
	}
	query.Del("wait")
	filter, err := emulator.ParseRequestFilter(query)
	if err != nil {
		return filter, 0, invalid("%w", err)
	}
	return filter, wait, nil
}

func (s *Server) requestsClear(c *call) (any, error) {
	c.cloud.emu.ClearRequests()
	return nil, nil //nolint:nilnil // 204
}

// requestArchive is what was found as an HTTP Archive, which browsers' developer tools read.
func (s *Server) requestArchive(c *call) (any, error) {
	filter, err := emulator.ParseRequestFilter(c.r.URL.Query())
	if err != nil {
		return nil, invalid("%w", err)
	}
	text, err := c.cloud.emu.Requests().Find(filter).HAR()
	if err != nil {
		return nil, err
	}
	return json.RawMessage(text), nil
}
