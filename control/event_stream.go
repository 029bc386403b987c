package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fauxstack/fauxstack/emulator"
)

// defaultHeartbeat is how often a stream of events shows that it is still there, unless a server is told otherwise: more
// often than proxies lose patience.
const defaultHeartbeat = 15 * time.Second

// eventStream sends what happens in the cloud, from now on, until the client or the cloud is gone.
func (s *Server) eventStream(c *call) (any, error) {
	var kinds []string
	for _, list := range c.r.URL.Query()["kind"] {
		kinds = append(kinds, strings.FieldsFunc(list, func(r rune) bool { return r == ',' })...)
	}
	for _, kind := range kinds {
		if !slices.Contains(eventKinds(), kind) {
			return nil, invalid("kind %q: want one of %s", kind, strings.Join(eventKinds(), ", "))
		}
	}
	ctx, cancel := c.whileCloudLasts()
	defer cancel()
	events := c.cloud.emu.Events(ctx) // from here on nothing is missed
	c.w.Header().Set("Content-Type", "text/event-stream")
	c.w.Header().Set("Cache-Control", "no-store")
	stream := eventWriter{w: c.w, flush: http.NewResponseController(c.w).Flush}
	if stream.write("") != nil {
		return sent{}, nil
	}
	var beating sync.WaitGroup
	defer beating.Wait()
	defer cancel()
	beating.Go(func() {
		beat := time.NewTicker(s.cfg.Heartbeat)
		defer beat.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-beat.C:
				if stream.write(":\n\n") != nil {
					cancel() // nobody is there
				}
			}
		}
	})
	for event := range events {
		if len(kinds) > 0 && !slices.Contains(kinds, string(event.Kind)) && event.Kind != emulator.EventLost {
			continue
		}
		data, err := json.Marshal(event)
		if err != nil {
			continue // of a body that JSON cannot hold
		}
		if stream.write(fmt.Sprintf("event: %s\nid: %d\ndata: %s\n\n", event.Kind, event.Seq, data)) != nil {
			break
		}
	}
	return sent{}, nil
}

// eventWriter sends each text at once, and as a whole.
type eventWriter struct {
	mu    sync.Mutex
	w     http.ResponseWriter
	flush func() error
}

func (e *eventWriter) write(text string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.flush()
}

func eventKinds() []string {
	return []string{
		string(emulator.EventRequest), string(emulator.EventStatus), string(emulator.EventJob), string(emulator.EventFault),
		string(emulator.EventClock), string(emulator.EventCloud), string(emulator.EventLost),
	}
}
