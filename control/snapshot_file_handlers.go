package control

import (
	"net/http"
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/glance"
)

// snapshotSave writes a snapshot as a file that snapshotLoad reads, of this server or another.
func (s *Server) snapshotSave(c *call) (any, error) {
	found, name, err := c.findSnapshot()
	if err != nil {
		return nil, err
	}
	c.w.Header().Set("Content-Type", "application/octet-stream")
	c.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.snapshot"`)
	if _, err := found.state.WriteTo(c.w); err != nil {
		s.cfg.Logger.Warn("snapshot was not sent", "cloud", c.cloud.name, "snapshot", name, "error", err)
		panic(http.ErrAbortHandler) // some of it may be out: only a broken connection tells the client
	}
	return sent{}, nil
}

// snapshotLoad keeps what a file has, in place of a snapshot of that name.
func (s *Server) snapshotLoad(c *call) (any, error) {
	name := c.r.PathValue("snapshot")
	if err := checkName("snapshot", name); err != nil {
		return nil, err
	}
	state, err := emulator.ReadSnapshot(c.r.Body)
	if err != nil {
		return nil, invalid("%w", err)
	}
	now, err := s.inspect(state, c.cloud.emu.Fixture().Image.Stores)
	if err != nil {
		return nil, err
	}
	loaded := snapshot{state: state, created: s.cfg.Now(), now: now}
	c.cloud.mu.Lock()
	delete(c.cloud.snapshots, name)
	c.cloud.mu.Unlock()
	if err := c.cloud.keepSnapshot(name, loaded); err != nil {
		return nil, err
	}
	return loaded.view(name), nil
}

// inspect tells a snapshot's time. It refuses one whose stores would keep data where the server was not told that stores
// may, unless the cloud was made with them.
func (s *Server) inspect(state *emulator.Snapshot, known []glance.StoreConfig) (time.Time, error) {
	probe, err := emulator.New(emulator.WithSnapshot(state), emulator.WithManualClock(time.Time{}), emulator.WithRequestLog(0))
	if err != nil {
		return time.Time{}, invalid("%w", err)
	}
	now := probe.Now()
	for _, store := range probe.Glance().Stores() {
		trusted := slices.ContainsFunc(known, func(k glance.StoreConfig) bool { return k.Path == store.Path && k.Bucket == store.Bucket })
		if err := s.checkStorePath(store); err != nil && !trusted {
			_ = probe.Close() // there is a better error to tell
			return now, err
		}
	}
	return now, probe.Close()
}

// snapshotOf begins a cloud as a snapshot.
func (s *Server) snapshotOf(ref client.SnapshotRef) (emulator.Option, error) {
	of, err := s.clouds.find(ref.Cloud)
	if err != nil {
		return nil, err
	}
	found, err := of.findSnapshot(ref.Name)
	if err != nil {
		return nil, err
	}
	return emulator.WithSnapshot(found.state), nil
}
