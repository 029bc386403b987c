package control

import (
	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

func (s *Server) faultList(c *call) (any, error) {
	return map[string]any{"faults": c.cloud.emu.Faults()}, nil
}

// fault is the one that the path names.
func (c *call) fault() (emulator.FaultStatus, error) {
	id := c.r.PathValue("fault")
	var ids []string
	for _, f := range c.cloud.emu.Faults() {
		if f.ID == id {
			return f, nil
		}
		ids = append(ids, f.ID)
	}
	return emulator.FaultStatus{}, missing("fault", id, ids)
}

func (s *Server) faultShow(c *call) (any, error) { return c.fault() }

func (s *Server) faultInject(c *call) (any, error) {
	var f emulator.Fault
	if err := c.read(&f, maxBody); err != nil {
		return nil, err
	}
	injected, err := c.cloud.emu.Inject(f)
	if err != nil {
		return nil, invalid("%w", err)
	}
	c.w.Header().Set("Location", client.Root+"/clouds/"+c.cloud.name+"/faults/"+injected.ID())
	c.r.SetPathValue("fault", injected.ID())
	return c.fault()
}

func (s *Server) faultRemove(c *call) (any, error) {
	f, err := c.fault()
	if err != nil {
		return nil, err
	}
	c.cloud.emu.RemoveFault(f.ID)
	return nil, nil //nolint:nilnil // 204
}

func (s *Server) faultsRemove(c *call) (any, error) {
	for _, f := range c.cloud.emu.Faults() {
		c.cloud.emu.RemoveFault(f.ID)
	}
	return nil, nil //nolint:nilnil // 204
}
