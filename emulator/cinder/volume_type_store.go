package cinder

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// typeTables hold volume types and what administrators look after besides.
type typeTables struct {
	types         *state.Table[VolumeType]
	typesByName   *state.Index[VolumeType]
	typesByAge    *state.Index[VolumeType]
	defaultTypes  *state.Table[DefaultType]
	usages        *state.Table[Usage]
	allocations   *state.Table[allocation]
	quotas        *state.Table[QuotaLimit]
	messages      *state.Table[Message]
	messagesByAge *state.Index[Message]
	services      *state.Table[serviceState]

	backends []Backend        // never change
	reported []map[string]any // by backend: capabilities that never change
}

func newTypeTables(db *state.DB) typeTables {
	t := typeTables{
		typesByName: state.Order(func(a, b *VolumeType) bool { return a.Name < b.Name }, nil),
		typesByAge: state.Order(func(a, b *VolumeType) bool {
			return a.CreatedAt.Before(b.CreatedAt) || a.CreatedAt.Equal(b.CreatedAt) && a.ID < b.ID
		}, nil),
		messagesByAge: state.Order(func(a, b *Message) bool {
			return a.CreatedAt.Before(b.CreatedAt) || a.CreatedAt.Equal(b.CreatedAt) && a.ID < b.ID
		}, nil),
	}
	t.types = state.Add(db, "cinder.volume_types", func(v *VolumeType) *string { return &v.ID }, t.typesByName, t.typesByAge)
	t.defaultTypes = state.Add(db, "cinder.default_types", func(v *DefaultType) *string { return &v.ProjectID })
	t.usages = state.Add(db, "cinder.usages", func(v *Usage) *string { return &v.Key })
	t.allocations = state.Add(db, "cinder.allocations", func(v *allocation) *string { return &v.Host })
	t.quotas = state.Add(db, "cinder.quotas", func(v *QuotaLimit) *string { return &v.Key })
	t.messages = state.Add(db, "cinder.messages", func(v *Message) *string { return &v.ID }, t.messagesByAge)
	t.services = state.Add(db, "cinder.services", func(v *serviceState) *string { return &v.Key })
	return t
}

// seedTypes puts the configuration's volume types into the state. Types are as old as their place in the configuration,
// the default type oldest.
func (s *Service) seedTypes(tx *state.Tx) {
	for _, b := range s.cfg.Backends {
		s.backends = append(s.backends, b)
		s.reported = append(s.reported, b.report())
	}
	types := slices.Clone(s.cfg.VolumeTypes)
	i := slices.IndexFunc(types, func(t VolumeTypeConfig) bool { return t.Name == s.cfg.DefaultVolumeType })
	if i < 0 {
		types = slices.Insert(types, 0, VolumeTypeConfig{Name: s.cfg.DefaultVolumeType, Description: "Default Volume Type"})
	}
	now := s.clock.Now().Add(-time.Duration(len(types)) * time.Second)
	for i, t := range types {
		s.types.Put(tx, t.volumeType(s.ids, now.Add(time.Duration(i)*time.Second)))
	}
}

func (t VolumeTypeConfig) volumeType(ids interface{ UUID() string }, now time.Time) VolumeType {
	typ := VolumeType{
		ID: ids.UUID(), Name: t.Name, IsPublic: !t.Private, Projects: t.Projects, Store: t.Store,
		ExtraSpecs: map[string]*string{}, CreatedAt: now,
	}
	if t.Description != "" {
		typ.Description = &t.Description
	}
	for k, v := range t.ExtraSpecs {
		typ.ExtraSpecs[k] = &v
	}
	if e := t.Encryption; e != nil {
		typ.Encryption = &Encryption{ID: ids.UUID(), Provider: e.Provider, ControlLocation: e.ControlLocation, CreatedAt: now}
		if e.Cipher != "" {
			typ.Encryption.Cipher = &e.Cipher
		}
		if e.KeySize != 0 {
			typ.Encryption.KeySize = &e.KeySize
		}
	}
	return typ
}

// typeNamed finds a volume type by its name.
func (s *Service) typeNamed(r state.Reader, name string) (VolumeType, bool) {
	for t := range s.typesByName.Ascend(r, VolumeType{Name: name}) {
		return t, t.Name == name
	}
	return VolumeType{}, false
}

// typeOf finds a volume type by id or name, whoever asks. What was asked for decides the words of the failure.
func (s *Service) typeOf(r state.Reader, nameOrID string) (VolumeType, error) {
	if t, ok := s.types.Get(r, nameOrID); ok && isUUIDLike(nameOrID) {
		return t, nil
	}
	if t, ok := s.typeNamed(r, nameOrID); ok {
		return t, nil
	}
	if isUUIDLike(nameOrID) {
		return VolumeType{}, typeMissing(nameOrID)
	}
	return VolumeType{}, fail.New(fail.NotFound, "Volume type with name %s could not be found.", nameOrID)
}

func typeMissing(id string) error {
	return &fail.Error{Kind: fail.NotFound, Resource: "volume type", ID: id, Text: "Volume type " + id + " could not be found."}
}

// typesNewestFirst yields all volume types, the youngest first.
func (s *Service) typesNewestFirst(r state.Reader) iter.Seq[VolumeType] {
	return s.typesByAge.Backward(r)
}

// defaultTypeOf is the volume type of a project's volumes that ask for none: the project's own default, or else the
// configuration's.
func (s *Service) defaultTypeOf(r state.Reader, project string) (VolumeType, error) {
	if d, ok := s.defaultTypes.Get(r, project); ok && project != "" {
		if t, ok := s.types.Get(r, d.VolumeTypeID); ok {
			return t, nil
		}
	}
	if t, ok := s.typeNamed(r, s.cfg.DefaultVolumeType); ok {
		return t, nil
	}
	return VolumeType{}, &fail.Error{Kind: fail.Internal, Resource: "volume type", ID: s.cfg.DefaultVolumeType}
}

// changeType applies a change to a type in one transaction. The change sees the type as it is then, and may refuse.
func (s *Service) changeType(id string, change func(tx *state.Tx, t *VolumeType) error) (VolumeType, error) {
	var out VolumeType
	err := s.db.Update(func(tx *state.Tx) error {
		t, ok := s.types.Get(tx, id)
		if !ok {
			return typeMissing(id)
		}
		t.ExtraSpecs, t.Projects = maps.Clone(t.ExtraSpecs), slices.Clone(t.Projects)
		if err := change(tx, &t); err != nil {
			return err
		}
		t.UpdatedAt = s.clock.Now()
		s.types.Put(tx, t)
		out = t
		return nil
	})
	return out, err
}
