package cinder

import (
	"errors"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Request schemas of managing (cinder/api/schemas/volume_manage.py, snapshot_manage.py).
var (
	schemaManaged = schema.Dict{
		{"description", schemaTypeDescription},
		{"availability_zone", schemaNullableText},
		{"bootable", schemaBoolean},
		{"volume_type", schemaNullableText},
		{"name", schemaNullableText},
		{"host", schema.Dict{{"type", schema.List{"string", "null"}}, {"minLength", 1}, {"maxLength", 255}, {"pattern", `^[a-zA-Z0-9-._#@:/+\[\]]*$`}}},
		{"ref", schema.Dict{{"type", schema.List{"object", "string"}}}},
		{"metadata", schemaExtraSpecs.With("type", schema.List{"object", "null"})},
	}
	schemaVolumeManage    = envelope("volume", closed(schemaManaged, "ref"))
	schemaVolumeManage316 = envelope("volume", closed(schemaManaged.With("cluster", schemaNullableText), "ref"))
	schemaSnapshotManage  = envelope("snapshot", closed(schema.Dict{
		{"description", schemaTypeDescription},
		{"metadata", schemaExtraSpecs.With("type", schema.List{"object", "null"})},
		{"name", schemaNullableText},
		{"volume_id", schemaUUID},
		{"ref", schema.Dict{{"type", schema.List{"object", "null", "string"}}}},
	}, "ref", "volume_id"))
)

// driverRef is a driver's reference of a body: an object, or a word.
type driverRef struct{ value schema.Value }

// UnmarshalValue keeps whatever it is.
func (d *driverRef) UnmarshalValue(v schema.Value) error {
	d.value = v
	return nil
}

// sourceName is what the reference names, in the way of LVM; "" if it names nothing so.
func (d driverRef) sourceName() string {
	ref, ok := d.value.(schema.Dict)
	if !ok {
		return ""
	}
	name, _ := ref.Get("source-name")
	text, _ := name.(string)
	return text
}

type volumeManageIn struct {
	Volume struct {
		Host             *string           `json:"host"`
		Cluster          *string           `json:"cluster"`
		Ref              driverRef         `json:"ref"`
		Name             *string           `json:"name"`
		Description      *string           `json:"description"`
		VolumeType       *string           `json:"volume_type"`
		Metadata         map[string]string `json:"metadata"`
		AvailabilityZone *string           `json:"availability_zone"`
		Bootable         boolish           `json:"bootable"`
	} `json:"volume"`
}

// volumeManage serves POST /manageable_volumes: what lies on a backend is "creating" when the 202 leaves. API reference:
// Block Storage v3, "Manage an existing volume".
//
// Quirk: the answer is that of microversion 3.0, whatever is asked for.
func (s *Service) volumeManage(c *httpapi.Call, in volumeManageIn) (volumeOut, error) {
	asked := &in.Volume
	host, cluster, err := hostOrCluster(c, asked.Host, asked.Cluster)
	if err != nil {
		return volumeOut{}, err
	}
	r := s.db.View()
	typ, err := s.managedType(c, r, asked.VolumeType)
	if err != nil {
		return volumeOut{}, err
	}
	source := asked.Ref.sourceName()
	if text, ok := asked.Ref.value.(string); ok && strings.Contains(text, "source-name") {
		return volumeOut{}, fail.New(fail.Invalid, badRequest) // Quirk: Python looks into the text, and then for a key of it
	}
	if id, ok := strings.CutPrefix(source, "volume-"); ok {
		if _, managed := s.volumes.Get(r, id); managed {
			return volumeOut{}, fail.New(fail.Invalid, "Unable to manage existing volume. The volume is already managed")
		}
	}
	if typ.Spec("encryption") != "" {
		return volumeOut{}, fail.New(fail.Invalid, "Managing to an encrypted volume type is not supported.")
	}
	b, err := s.serviceFor(r, host, cluster, "volume")
	if errors.Is(err, fail.NotFound) {
		what := "Host '" + host
		if host == "" {
			what = "Cluster '" + cluster
		}
		return volumeOut{}, fail.New(fail.Invalid, "%s' not found", what)
	}
	if err != nil {
		return volumeOut{}, err
	}
	v := Volume{
		ID: s.ids.UUID(), ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID, Status: StatusManaging, AttachStatus: detached,
		SharedTargets: true, Metadata: asked.Metadata, TypeID: typ.ID, Host: b.Host, Zone: b.Zone, Bootable: bool(asked.Bootable), CreatedAt: c.Now,
		Name: trimmed(asked.Name), Description: trimmed(asked.Description),
	}
	if asked.AvailabilityZone != nil {
		v.Zone = *asked.AvailabilityZone
	}
	err = s.db.Update(func(tx *state.Tx) error {
		s.putVolume(tx, v)
		s.queue.Begin(tx, kindManageVolume, manageJob{Volume: v.ID, Source: source})
		return nil
	})
	view := s.viewsFor(c, s.db.View()).core(&v)
	view.GroupID, view.ProviderID, view.SharedTargets, view.ServiceUUID, view.ClusterName = nil, nil, nil, nil, nil
	view.VolumeTypeID, view.EncryptionKeyID, view.ConsumesQuota = nil, "", nil
	return volumeOut{view}, err
}

// trimmed is a text without the spaces around it, if it is more than "".
func trimmed(text *string) *string {
	if text == nil || *text == "" {
		return nil
	}
	t := strings.TrimSpace(*text)
	return &t
}

// managedType is the volume type asked for, or the default.
func (s *Service) managedType(c *httpapi.Call, r state.Reader, asked *string) (VolumeType, error) {
	if orZero(asked) == "" {
		return s.defaultTypeOf(r, c.Auth.ProjectID)
	}
	typ, err := s.typeOf(r, *asked)
	if errors.Is(err, fail.NotFound) {
		err = fail.New(fail.Invalid, "Invalid volume type: Cannot find requested '%s' volume type", *asked)
	}
	return typ, err
}

type snapshotManageIn struct {
	Snapshot struct {
		VolumeID    string            `json:"volume_id"`
		Ref         driverRef         `json:"ref"`
		Name        *string           `json:"name"`
		Description *string           `json:"description"`
		Metadata    map[string]string `json:"metadata"`
	} `json:"snapshot"`
}

// snapshotManage serves POST /manageable_snapshots. API reference: Block Storage v3, "Manage an existing snapshot".
func (s *Service) snapshotManage(c *httpapi.Call, in snapshotManageIn) (snapshotOut, error) {
	asked := &in.Snapshot
	r := s.db.View()
	v, err := s.volumeFor(c, r, asked.VolumeID)
	if err != nil {
		return snapshotOut{}, err
	}
	if err := c.Authorize(&v); err != nil {
		return snapshotOut{}, err
	}
	if _, err := s.serviceFor(r, v.Host, "", "snapshot"); err != nil {
		return snapshotOut{}, err
	}
	if err := c.AuthorizeFor("volume:create_snapshot", &v); err != nil {
		return snapshotOut{}, err
	}
	source := asked.Ref.sourceName()
	if text, ok := asked.Ref.value.(string); ok {
		source = text
	}
	sn := Snapshot{
		ID: s.ids.UUID(), ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID, Status: SnapshotCreating, Progress: "0%",
		Name: asked.Name, Description: asked.Description, Metadata: asked.Metadata, CreatedAt: c.Now,
	}
	err = s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, v.ID)
		if !ok {
			return fail.Missing("volume", v.ID)
		}
		sn.of(&v)
		if err := s.checkSnapshot(tx, &v, &sn, true); err != nil {
			return err
		}
		s.putSnapshot(tx, sn)
		s.queue.Begin(tx, kindManageSnapshot, manageJob{Snapshot: sn.ID, Source: source})
		return nil
	})
	return snapshotOut{snapshotBrief(&sn)}, err
}
