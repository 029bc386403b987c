package cinder

import (
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type volumeCreateIn struct {
	Volume struct {
		Name               maybe[string]     `json:"name"`
		DisplayName        maybe[string]     `json:"display_name"`
		Description        maybe[string]     `json:"description"`
		DisplayDescription maybe[string]     `json:"display_description"`
		Size               looseInt          `json:"size"`
		VolumeType         *string           `json:"volume_type"`
		Metadata           map[string]string `json:"metadata"`
		AvailabilityZone   *string           `json:"availability_zone"`
		Multiattach        boolish           `json:"multiattach"`
		SnapshotID         *string           `json:"snapshot_id"`
		SourceVolID        *string           `json:"source_volid"`
		ConsistencyGroupID *string           `json:"consistencygroup_id"`
		ImageID            *string           `json:"image_id"`
		ImageRef           *string           `json:"imageRef"`
		GroupID            looseText         `json:"group_id"`  // since 3.13
		BackupID           looseText         `json:"backup_id"` // since 3.47
	} `json:"volume"`
	Hints volumeHints `json:"OS-SCH-HNT:scheduler_hints"`
}

// looseInt is a number of a body, or one in quotes; nil when it is null or not there. The schema has seen it before.
type looseInt struct{ value *int }

// UnmarshalValue reads both forms.
func (n *looseInt) UnmarshalValue(v schema.Value) error {
	if v == nil {
		return nil
	}
	number, err := strconv.Atoi(strings.TrimSpace(schema.Str(v)))
	n.value = &number
	return err
}

// looseText is a string of a body where old microversions let anything pass; what is no string counts as left out.
type looseText struct{ value string }

// UnmarshalValue never refuses.
func (t *looseText) UnmarshalValue(v schema.Value) error {
	t.value, _ = v.(string)
	return nil
}

// volumeCreate serves POST /volumes: the volume is "creating" when the 202 leaves; what it is made of comes later, see
// createVolumeJob. API reference: Block Storage v3, "Create a volume".
func (s *Service) volumeCreate(c *httpapi.Call, in volumeCreateIn) (volumeOut, error) {
	asked := &in.Volume
	if err := checkBody(c, schemaHints); err != nil {
		return volumeOut{}, err
	}
	typ, err := s.askedType(c, asked.VolumeType)
	if err != nil {
		return volumeOut{}, err
	}
	src, err := s.sourceOf(c, &in)
	if err != nil {
		return volumeOut{}, err
	}
	if asked.Multiattach {
		return volumeOut{}, fail.New(fail.Invalid, "multiattach parameter has been removed. The default behavior is to use "+
			"multiattach enabled volume types. Contact your administrator to create a multiattach enabled volume type and use it "+
			"to create multiattach volumes.")
	}
	if err := c.Authorize(nil); err != nil {
		return volumeOut{}, err
	}
	if src.image != nil {
		if err := c.AuthorizeFor("volume:create_from_image", nil); err != nil {
			return volumeOut{}, err
		}
	}
	v := Volume{
		ID: s.ids.UUID(), ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID, Status: StatusCreating, AttachStatus: detached,
		SharedTargets: true, Metadata: asked.Metadata, CreatedAt: c.Now,
	}
	replaceText(&v.Name, asked.DisplayName)
	replaceText(&v.Name, asked.Name)
	replaceText(&v.Description, asked.DisplayDescription)
	replaceText(&v.Description, asked.Description)
	if err := s.fill(c, &v, &in, typ, src); err != nil {
		return volumeOut{}, err
	}
	job := createVolumeJob{Volume: v.ID, Auth: authOf(c), Hints: s.hintsIn(in.Hints)}
	if src.image != nil {
		job.Image = src.image.ID
	}
	if src.backup != nil {
		job.Backup = src.backup.ID
	}
	err = s.db.Update(func(tx *state.Tx) error {
		typ, ok := s.types.Get(tx, v.TypeID)
		if !ok {
			return typeMissing(v.TypeID)
		}
		if err := s.checkQuota(tx, v.ProjectID, typ, quotaDeltas{Volumes: 1, Gigabytes: v.Size, PerVolume: v.Size}); err != nil {
			return err
		}
		s.putVolume(tx, v)
		s.queue.Begin(tx, kindCreateVolume, job)
		return nil
	})
	if err != nil {
		return volumeOut{}, err
	}
	return volumeOut{s.viewsFor(c, s.db.View()).core(&v)}, nil
}

// askedType finds the volume type that a request names; nil when it names none.
func (s *Service) askedType(c *httpapi.Call, name *string) (*VolumeType, error) {
	if name == nil || *name == "" {
		return nil, nil
	}
	typ, err := s.typeOf(s.db.View(), *name)
	if err != nil {
		return nil, err
	}
	if !typ.visibleTo(c) {
		return nil, typeMissing(typ.ID)
	}
	return &typ, nil
}

// orNil is the text if there is one. Upstream looks at these fields whatever the microversion.
func (t looseText) orNil() *string {
	if t.value == "" {
		return nil
	}
	return &t.value
}

// fill settles everything about a new volume that depends on its type and its source (flows/api/create_volume.py).
func (s *Service) fill(c *httpapi.Call, v *Volume, in *volumeCreateIn, typ *VolumeType, src volumeSource) error {
	r := s.db.View()
	size := in.Volume.Size.value
	if size == nil {
		size = src.size()
	}
	if size == nil {
		return fail.New(fail.Invalid, badRequest) // Quirk: Python's int(None)
	}
	v.Size = *size
	if src.group != nil {
		if err := src.group.takes(typ); err != nil {
			return err
		}
		v.GroupID = src.group.ID
	}
	limited := typ
	if limited == nil {
		byDefault, err := s.defaultTypeOf(r, "")
		if err != nil {
			return err
		}
		limited = &byDefault
	}
	if err := checkSizeOfType(*limited, v.Size); err != nil {
		return err
	}
	if err := s.sourceTakesType(r, src, typ); err != nil {
		return err
	}
	if err := s.checkSource(v, src); err != nil {
		return err
	}
	chosen, err := s.chosenType(c, r, typ, src)
	if err != nil {
		return err
	}
	v.TypeID = chosen.ID
	if err := s.chooseZone(v, in.Volume.AvailabilityZone, chosen, src); err != nil {
		return err
	}
	if chosen.Encrypted() {
		v.EncryptionKeyID = s.ids.UUID()
	}
	if v.Multiattach = chosen.Spec(specMultiattach) == "<is> True"; v.Multiattach {
		if v.EncryptionKeyID != "" {
			return invalidVolume("Multiattach cannot be used with encrypted volumes.")
		}
		return c.AuthorizeFor("volume:multiattach", nil)
	}
	return nil
}

// The extra specs that bound the size of a type's volumes.
const (
	specMinSize = "provisioning:min_vol_size"
	specMaxSize = "provisioning:max_vol_size"
)

// checkSizeOfType tells whether a type may have volumes of so many GiB. A bound that is no number is upstream's 400 of
// no words.
func checkSizeOfType(typ VolumeType, size int) error {
	for _, spec := range []string{specMinSize, specMaxSize} {
		bound := typ.Spec(spec)
		if bound == "" {
			continue
		}
		n, err := pythonInt(bound)
		switch {
		case err != nil:
			return fail.New(fail.Internal, serverError)
		case spec == specMinSize && size < n:
			return fail.New(fail.Invalid, "Invalid input received: Specified volume size of '%d' is less than the minimum required size "+
				"of '%s' for volume type '%s'.", size, bound, typ.Name)
		case spec == specMaxSize && size > n:
			return fail.New(fail.Invalid, "Invalid input received: Specified volume size of '%d' is greater than the maximum allowable "+
				"size of '%s' for volume type '%s'.", size, bound, typ.Name)
		}
	}
	return nil
}

// chosenType is the type asked for, or the source's, or the one that the image names, or the default.
func (s *Service) chosenType(c *httpapi.Call, r state.Reader, typ *VolumeType, src volumeSource) (VolumeType, error) {
	if typ != nil {
		return *typ, nil
	}
	if src.volume != nil {
		if t, ok := s.types.Get(r, src.volume.TypeID); ok {
			return t, nil
		}
	}
	if src.snapshot != nil {
		if t, ok := s.types.Get(r, src.snapshot.TypeID); ok {
			return t, nil
		}
	}
	if src.image != nil {
		if name, ok := src.image.Properties["cinder_img_volume_type"].(string); ok && name != "" {
			t, err := s.askedType(c, &name)
			if err != nil {
				return VolumeType{}, err
			}
			return *t, nil
		}
	}
	return s.defaultTypeOf(r, c.Auth.ProjectID)
}
