package control

import (
	"maps"
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

// snapshot is a cloud at one moment, under a name.
type snapshot struct {
	state   *emulator.Snapshot
	created time.Time
	now     time.Time // by the cloud's clock
}

func (s snapshot) view(name string) client.Snapshot {
	return client.Snapshot{Name: name, CreatedAt: s.created.UTC(), Now: s.now}
}

// maxSnapshots bounds how many the server keeps of one cloud.
const maxSnapshots = 1000

func (c *cloud) countSnapshots() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.snapshots)
}

// keepSnapshot refuses a name that is taken.
func (c *cloud) keepSnapshot(name string, s snapshot) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, taken := c.snapshots[name]; taken {
		return conflict("there is a snapshot %q already", name)
	}
	if len(c.snapshots) >= maxSnapshots {
		return conflict("the server keeps no more than %d snapshots of a cloud", maxSnapshots)
	}
	c.snapshots[name] = s
	return nil
}

func (c *cloud) findSnapshot(name string) (snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.snapshots[name]
	if !ok {
		return s, missing("snapshot", name, slices.Sorted(maps.Keys(c.snapshots)))
	}
	return s, nil
}

// findSnapshot is the one that the path names.
func (c *call) findSnapshot() (snapshot, string, error) {
	name := c.r.PathValue("snapshot")
	s, err := c.cloud.findSnapshot(name)
	return s, name, err
}

func (s *Server) snapshotList(c *call) (any, error) {
	c.cloud.mu.Lock()
	defer c.cloud.mu.Unlock()
	list := []client.Snapshot{}
	for _, name := range slices.Sorted(maps.Keys(c.cloud.snapshots)) {
		list = append(list, c.cloud.snapshots[name].view(name))
	}
	return map[string]any{"snapshots": list}, nil
}

func (s *Server) snapshotTake(c *call) (any, error) {
	var in struct {
		Name string `json:"name"`
	}
	if err := c.read(&in, maxBody); err != nil {
		return nil, err
	}
	if err := checkName("snapshot", in.Name); err != nil {
		return nil, err
	}
	taken := snapshot{state: c.cloud.emu.Snapshot(), created: s.cfg.Now(), now: c.cloud.emu.Now()}
	if err := c.cloud.keepSnapshot(in.Name, taken); err != nil {
		return nil, err
	}
	return taken.view(in.Name), nil
}

func (s *Server) snapshotRestore(c *call) (any, error) {
	found, _, err := c.findSnapshot()
	if err != nil {
		return nil, err
	}
	if err := c.cloud.emu.Restore(found.state); err != nil {
		return nil, conflict("%w", err)
	}
	return s.view(c.cloud, c.base), nil
}

func (s *Server) snapshotDelete(c *call) (any, error) {
	_, name, err := c.findSnapshot()
	if err != nil {
		return nil, err
	}
	c.cloud.mu.Lock()
	defer c.cloud.mu.Unlock()
	delete(c.cloud.snapshots, name)
	return nil, nil //nolint:nilnil // 204
}
