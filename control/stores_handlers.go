package control

import (
	"slices"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/glance"
)

// readOnlyType is the type of the stores that Glance cannot write to, and fileType that of those that it can.
const (
	readOnlyType = "http"
	fileType     = "file"
)

func storesOf(emu *emulator.Emulator) []client.Store {
	list := []client.Store{}
	first := emu.Glance().DefaultStore()
	for _, c := range emu.Glance().Stores() {
		list = append(list, client.Store{
			ID: c.ID, Type: c.Type, Description: c.Description, Weight: c.Weight, Path: c.Path, Capacity: c.Capacity,
			Default: c.ID == first, ReadOnly: c.Type == readOnlyType, Full: c.Full, DenyWrites: c.DenyWrites,
		})
	}
	return list
}

// store is the one that the path names.
func (c *call) store() (client.Store, error) {
	id := c.r.PathValue("store")
	var ids []string
	for _, store := range storesOf(c.cloud.emu) {
		if store.ID == id {
			return store, nil
		}
		ids = append(ids, store.ID)
	}
	return client.Store{}, missing("store", id, ids)
}

func (s *Server) storeList(c *call) (any, error) {
	return map[string]any{"stores": storesOf(c.cloud.emu)}, nil
}

func (s *Server) storeShow(c *call) (any, error) { return c.store() }

func (s *Server) storeAdd(c *call) (any, error) {
	var in client.Store
	if err := c.read(&in, maxBody); err != nil {
		return nil, err
	}
	if in.ReadOnly && in.Type != "" && in.Type != readOnlyType {
		return nil, invalid("read_only: a store is read-only when its type is %s, and this one's is %s", readOnlyType, in.Type)
	}
	if in.ReadOnly {
		in.Type = readOnlyType
	}
	config := glance.StoreConfig{
		ID: in.ID, Type: in.Type, Description: in.Description, Weight: in.Weight, Path: in.Path, Capacity: in.Capacity,
		Full: in.Full, DenyWrites: in.DenyWrites,
	}
	if err := s.checkStorePath(config); err != nil {
		return nil, err
	}
	images := c.cloud.emu.Glance()
	if slices.ContainsFunc(images.Stores(), func(other glance.StoreConfig) bool { return other.ID == in.ID }) {
		return nil, conflict("there is a store %q already", in.ID)
	}
	if err := images.AddStore(config); err != nil {
		return nil, invalid("%w", err)
	}
	if in.Default {
		if err := images.SetDefaultStore(in.ID); err != nil {
			return nil, err
		}
	}
	c.r.SetPathValue("store", in.ID)
	return c.store()
}

func (s *Server) storeChange(c *call) (any, error) {
	store, err := c.store()
	if err != nil {
		return nil, err
	}
	var change client.StoreChange
	if err := c.read(&change, maxBody); err != nil {
		return nil, err
	}
	if change.Default != nil && !*change.Default && store.Default {
		return nil, invalid("default: make another store the default instead")
	}
	images := c.cloud.emu.Glance()
	err = images.SetStore(store.ID, func(config *glance.StoreConfig) {
		set(&config.Type, change.Type)
		set(&config.Description, change.Description)
		set(&config.Weight, change.Weight)
		set(&config.Capacity, change.Capacity)
		set(&config.Full, change.Full)
		set(&config.DenyWrites, change.DenyWrites)
		switch {
		case change.ReadOnly == nil:
		case *change.ReadOnly:
			config.Type = readOnlyType
		case config.Type == readOnlyType:
			config.Type = fileType
		}
	})
	if err != nil {
		return nil, invalid("%w", err)
	}
	if change.Default != nil && *change.Default {
		if err := images.SetDefaultStore(store.ID); err != nil {
			return nil, invalid("%w", err)
		}
	}
	return c.store()
}

func (s *Server) storeRemove(c *call) (any, error) {
	store, err := c.store()
	if err != nil {
		return nil, err
	}
	return nil, c.cloud.emu.Glance().RemoveStore(store.ID)
}

func (s *Server) glanceShow(c *call) (any, error) {
	images := c.cloud.emu.Glance()
	return client.Glance{DefaultStore: images.DefaultStore(), SingleStore: images.SingleStore(), ImageSizeCap: images.ImageSizeCap()}, nil
}

func (s *Server) glanceChange(c *call) (any, error) {
	var change client.GlanceChange
	if err := c.read(&change, maxBody); err != nil {
		return nil, err
	}
	images := c.cloud.emu.Glance()
	if change.DefaultStore != nil {
		c.r.SetPathValue("store", *change.DefaultStore)
		if _, err := c.store(); err != nil {
			return nil, err
		}
	}
	if change.ImageSizeCap != nil {
		if err := images.SetImageSizeCap(*change.ImageSizeCap); err != nil {
			return nil, invalid("%w", err)
		}
	}
	if change.DefaultStore != nil {
		if err := images.SetDefaultStore(*change.DefaultStore); err != nil {
			return nil, invalid("%w", err)
		}
	}
	if change.SingleStore != nil {
		if err := images.SetSingleStore(*change.SingleStore); err != nil {
			return nil, err
		}
	}
	return s.glanceShow(c)
}
