package cinder

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

var (
	schemaInitializeConnection = action("os-initialize_connection", closed(schema.Dict{
		{"connector", schema.Dict{{"type", schema.List{"object", "string"}}}},
	}, "connector"))
	schemaTerminateConnection = action("os-terminate_connection", closed(schema.Dict{
		{"connector", schema.Dict{{"type", schema.List{"string", "object", "null"}}}},
	}, "connector"))
	schemaForceDetach = action("os-force_detach", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"connector", schema.Dict{{"type", schema.List{"string", "object", "null"}}}},
			{"attachment_id", schema.Dict{{"type", schema.List{"string", "null"}}}},
		}},
		{"additionalProperties", false},
	})
)

type initializeConnectionIn struct {
	Params struct {
		Connector connector `json:"connector"`
	} `json:"os-initialize_connection"`
}

// volumeInitializeConnection serves os-initialize_connection: a host hears how to reach the volume, and nothing changes.
// API reference: Block Storage v3, "Initialize volume attachment".
func (s *Service) volumeInitializeConnection(c *httpapi.Call, in initializeConnectionIn) (connectionOut, error) {
	r := s.db.View()
	v, err := s.volumeFor(c, r, c.Var("volume_id"))
	if err != nil {
		return connectionOut{}, err
	}
	if err := c.Authorize(&v); err != nil {
		return connectionOut{}, err
	}
	if v.Status == StatusMaintenance {
		return connectionOut{}, invalidVolume("The volume connection cannot be initialized in maintenance mode.")
	}
	if s.driverDown(r, v.Host) {
		return connectionOut{}, fail.New(fail.Internal, serverError)
	}
	info, err := s.connection(r, &v, in.Params.Connector)
	if err != nil {
		return connectionOut{}, err
	}
	return newConnectionOut(info, in.Params.Connector, s.release), nil
}

// volumeTerminateConnection serves os-terminate_connection: a volume that is "attaching" is at rest again. API reference:
// Block Storage v3, "Terminate volume attachment".
func (s *Service) volumeTerminateConnection(c *httpapi.Call) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	return s.terminateConnection(c, v.ID)
}

// terminateConnection is volume/api.py's. Of a volume with several attachments nobody but a service can tell which is
// meant (attachment_deletion_allowed).
func (s *Service) terminateConnection(c *httpapi.Call, id string) error {
	byService := s.byService(c)
	if all := s.attachmentsOf(s.db.View(), id); len(all) == 1 {
		if err := s.mayDetach(c, &all[0]); err != nil {
			return err
		}
	}
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, id)
		switch {
		case !ok:
			return fail.Missing("volume", id)
		case len(s.attachmentsOf(tx, id)) > 1 && !byService:
			return useCompute("")
		case s.driverDown(tx, v.Host):
			return fail.New(fail.Internal, serverError)
		case v.Status == StatusAttaching:
			v.Status, v.UpdatedAt = s.restingStatus(tx, id), s.clock.Now()
			s.putVolume(tx, v)
		}
		return nil
	})
}

type forceDetachIn struct {
	Params struct {
		AttachmentID *string `json:"attachment_id"`
	} `json:"os-force_detach"`
}

// volumeForceDetach serves os-force_detach: the connection is ended, and then the volume is detached. API reference: Block
// Storage v3, "Force detach a volume".
func (s *Service) volumeForceDetach(c *httpapi.Call, in forceDetachIn) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	for _, rule := range []string{c.Policy, "volume_extension:volume_actions:terminate_connection"} {
		if err := c.AuthorizeFor(rule, &v); err != nil {
			return err
		}
	}
	if len(s.attachmentsOf(s.db.View(), v.ID)) > 1 && !s.byService(c) {
		return useCompute("")
	}
	if err := s.terminateConnection(c, v.ID); err != nil {
		return err
	}
	return s.detachVolume(c, v.ID, in.Params.AttachmentID)
}
