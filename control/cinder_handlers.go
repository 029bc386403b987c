package control

import (
	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

func backendsOf(emu *emulator.Emulator) []client.Backend {
	list := []client.Backend{}
	for _, b := range emu.Cinder().BackendStates() {
		list = append(list, client.Backend(b))
	}
	return list
}

func (s *Server) backendList(c *call) (any, error) {
	return map[string]any{"backends": backendsOf(c.cloud.emu)}, nil
}

// backend is the one that the path names.
func (c *call) backend() (client.Backend, error) {
	name := c.r.PathValue("backend")
	var names []string
	for _, b := range backendsOf(c.cloud.emu) {
		if b.Name == name {
			return b, nil
		}
		names = append(names, b.Name)
	}
	return client.Backend{}, missing("backend", name, names)
}

func (s *Server) backendChange(c *call) (any, error) {
	b, err := c.backend()
	if err != nil {
		return nil, err
	}
	var in struct {
		Initialized *bool `json:"initialized"`
	}
	if err := c.read(&in, maxBody); err != nil {
		return nil, err
	}
	if in.Initialized == nil {
		return nil, invalid("initialized: want true or false")
	}
	if err := c.cloud.emu.Cinder().SetDriverInitialized(b.Name, *in.Initialized); err != nil {
		return nil, err
	}
	return c.backend()
}

// project is the id of the one that the path names, by its name or id.
func (c *call) project() (string, error) {
	identity := c.cloud.emu.Keystone()
	name := c.r.PathValue("project")
	id, ok := identity.ProjectID(name)
	if !ok {
		return "", missing("project", name, identity.ProjectNames())
	}
	return id, nil
}

func (s *Server) quotaShow(c *call) (any, error) {
	project, err := c.project()
	if err != nil {
		return nil, err
	}
	quotas := map[string]client.Quota{}
	for name, q := range c.cloud.emu.Cinder().Quotas(project) {
		quotas[name] = client.Quota(q)
	}
	return map[string]any{"project_id": project, "quotas": quotas}, nil
}

func (s *Server) quotaSet(c *call) (any, error) {
	project, err := c.project()
	if err != nil {
		return nil, err
	}
	limits := map[string]int{}
	if err := c.read(&limits, maxBody); err != nil {
		return nil, err
	}
	if len(limits) == 0 {
		return nil, invalid(`want limits by resource, such as {"volumes": 20}`)
	}
	if err := c.cloud.emu.Cinder().SetQuotas(project, limits); err != nil {
		return nil, invalid("%w", err)
	}
	return s.quotaShow(c)
}
