package cinder

import (
	"maps"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// snapshotMetadataOf finds a snapshot and its metadata for a caller who may see them.
func (s *Service) snapshotMetadataOf(c *httpapi.Call) (Snapshot, map[string]string, error) {
	sn, err := s.snapshotFor(c, s.db.View(), c.Var("snapshot_id"))
	if err != nil {
		return sn, nil, err
	}
	if err := c.AuthorizeFor("volume:get_snapshot_metadata", &sn); err != nil {
		return sn, nil, err
	}
	if sn.Metadata == nil {
		return sn, map[string]string{}, nil
	}
	return sn, sn.Metadata, nil
}

// snapshotMetadataList serves GET /snapshots/{snapshot_id}/metadata. API reference: Block Storage v3, "Show a snapshot's
// metadata".
func (s *Service) snapshotMetadataList(c *httpapi.Call) (metadataOut, error) {
	_, metadata, err := s.snapshotMetadataOf(c)
	return metadataOut{metadata}, err
}

// snapshotMetadataShow serves GET /snapshots/{snapshot_id}/metadata/{key}. API reference: Block Storage v3, "Show a
// snapshot's metadata for a specific key".
func (s *Service) snapshotMetadataShow(c *httpapi.Call) (metaOut, error) {
	sn, metadata, err := s.snapshotMetadataOf(c)
	if err != nil {
		return metaOut{}, err
	}
	key := c.Var("key")
	value, ok := metadata[key]
	if !ok {
		return metaOut{}, noSnapshotMetadata(sn.ID, key)
	}
	return metaOut{map[string]string{key: value}}, nil
}

func noSnapshotMetadata(id, key string) error {
	return fail.New(fail.NotFound, "Snapshot %s has no metadata with key %s.", id, key)
}

// snapshotMetadataCreate serves POST /snapshots/{snapshot_id}/metadata: it adds, and replaces what is there.
// API reference: Block Storage v3, "Create a snapshot's metadata".
func (s *Service) snapshotMetadataCreate(c *httpapi.Call, in metadataOut) (metadataOut, error) {
	metadata, err := s.changeSnapshotMetadata(c, in.Metadata, false)
	return metadataOut{metadata}, err
}

// snapshotMetadataReplace serves PUT /snapshots/{snapshot_id}/metadata: nothing else stays. API reference: Block Storage
// v3, "Update a snapshot's metadata".
func (s *Service) snapshotMetadataReplace(c *httpapi.Call, in metadataOut) (metadataOut, error) {
	metadata, err := s.changeSnapshotMetadata(c, in.Metadata, true)
	return metadataOut{metadata}, err
}

// snapshotMetadataUpdate serves PUT /snapshots/{snapshot_id}/metadata/{key}. API reference: Block Storage v3, "Update a
// snapshot's metadata for a specific key".
func (s *Service) snapshotMetadataUpdate(c *httpapi.Call, in metaOut) (metaOut, error) {
	if _, ok := in.Meta[c.Var("key")]; !ok {
		return in, fail.New(fail.Invalid, "Request body and URI mismatch")
	}
	if len(in.Meta) > 1 {
		return in, fail.New(fail.Invalid, "Request body contains too many items")
	}
	_, err := s.changeSnapshotMetadata(c, in.Meta, false)
	return in, err
}

// changeSnapshotMetadata adds to a snapshot's metadata, or replaces them.
func (s *Service) changeSnapshotMetadata(c *httpapi.Call, with map[string]string, replace bool) (map[string]string, error) {
	sn, err := s.snapshotFor(c, s.db.View(), c.Var("snapshot_id"))
	if err != nil {
		return nil, err
	}
	if err := c.Authorize(&sn); err != nil {
		return nil, err
	}
	sn, err = s.changeSnapshot(sn.ID, func(_ *state.Tx, sn *Snapshot) error {
		out := map[string]string{}
		if !replace {
			maps.Copy(out, sn.Metadata)
		}
		maps.Copy(out, with)
		sn.Metadata = out
		return nil
	})
	return sn.Metadata, err
}

// snapshotMetadataDelete serves DELETE /snapshots/{snapshot_id}/metadata/{key}. API reference: Block Storage v3, "Delete a
// snapshot's metadata".
func (s *Service) snapshotMetadataDelete(c *httpapi.Call) (httpapi.Reply, error) {
	sn, metadata, err := s.snapshotMetadataOf(c)
	if err != nil {
		return httpapi.Reply{}, err
	}
	key := c.Var("key")
	if _, ok := metadata[key]; !ok {
		return httpapi.Reply{}, noSnapshotMetadata(sn.ID, key)
	}
	if err := c.Authorize(&sn); err != nil {
		return httpapi.Reply{}, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		sn, ok := s.snapshots.Get(tx, sn.ID)
		if !ok {
			return fail.Missing("snapshot", sn.ID)
		}
		sn.Metadata = maps.Clone(sn.Metadata)
		delete(sn.Metadata, key)
		s.putSnapshot(tx, sn)
		return nil
	})
	return withoutBody(c, http.StatusOK, err)
}
