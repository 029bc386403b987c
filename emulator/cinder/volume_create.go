package cinder

import (
	"slices"
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

// volumeSource is what a volume is made of.
type volumeSource struct {
	volume   *Volume
	snapshot *Snapshot
	of       *Volume // the snapshot's volume, if it is still there
	image    *image
	backup   *Backup
	group    *Group // what it is to be a part of
}

// size is the least that a volume of the source can have, which it has if nothing is said.
func (src volumeSource) size() *int {
	switch {
	case src.snapshot != nil:
		return &src.snapshot.Size
	case src.volume != nil:
		return &src.volume.Size
	case src.backup != nil:
		return &src.backup.Size
	}
	return nil
}

// zone is where the source is; "" if nobody knows.
func (src volumeSource) zone() string {
	switch {
	case src.volume != nil:
		return src.volume.Zone
	case src.of != nil:
		return src.of.Zone
	}
	return ""
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

// sourceOf finds what the volume is to be made of. Nothing of it is locked: it may be gone when the job runs.
func (s *Service) sourceOf(c *httpapi.Call, in *volumeCreateIn) (volumeSource, error) {
	asked := &in.Volume
	var src volumeSource
	if id := asked.SnapshotID; id != nil {
		if err := s.fromSnapshot(c, &src, *id); err != nil {
			return src, err
		}
	}
	if id := asked.SourceVolID; id != nil {
		v, err := s.volumeKnownTo(c, s.db.View(), *id)
		if err != nil {
			return src, err
		}
		if err := c.AuthorizeFor("volume:get", &v); err != nil {
			return src, err
		}
		src.volume = &v
	}
	for _, id := range []*string{asked.ConsistencyGroupID, asked.GroupID.orNil()} {
		if id != nil {
			g, err := s.groupFor(c, s.db.View(), *id)
			if err != nil {
				return src, err
			}
			src.group = &g
		}
	}
	ref := asked.ImageRef
	if asked.ImageID != nil {
		ref = asked.ImageID
	}
	if ref != nil {
		img, err := s.imageOf(c, *ref)
		if err != nil {
			return src, err
		}
		id, boots := img.bootSnapshot()
		booted := src
		switch {
		case boots && s.fromSnapshot(c, &booted, id) != nil:
			return src, fail.New(fail.NotFound, "Nova specific image is found, but boot volume snapshot id:%s not found.", id)
		case boots && c.Version.AtLeast(mvNovaImage):
			src = booted
		default:
			src.image = &img
		}
	}
	if id := asked.BackupID.orNil(); id != nil {
		b, err := s.backupFor(c, s.db.View(), *id)
		if err != nil {
			return src, err
		}
		src.backup = &b
	}
	return src, nil
}

// fromSnapshot makes a snapshot the source.
func (s *Service) fromSnapshot(c *httpapi.Call, src *volumeSource, id string) error {
	r := s.db.View()
	sn, err := s.snapshotFor(c, r, id)
	if err != nil {
		return err
	}
	src.snapshot = &sn
	if v, ok := s.volumes.Get(r, sn.VolumeID); ok {
		src.of = &v
	}
	return nil
}

// orNil is the text if there is one. Upstream looks at these fields whatever the microversion.
func (t looseText) orNil() *string {
	if t.value == "" {
		return nil
	}
	return &t.value
}

// imageOf finds an image by its id, by an address that ends in it, or by its name.
func (s *Service) imageOf(c *httpapi.Call, ref string) (image, error) {
	auth := authOf(c)
	id := ref[strings.LastIndexByte(ref, '/')+1:]
	if isUUIDLike(id) {
		if img, err := s.images.Show(c.Context(), auth, id); err == nil {
			return img, nil
		}
	}
	named, err := s.images.Named(c.Context(), auth, ref)
	switch {
	case err != nil || len(named) == 0:
		return image{}, fail.New(fail.Invalid, "Invalid image identifier or unable to access requested image.")
	case len(named) > 1:
		return image{}, fail.New(fail.Conflict, "Multiple matches found for '%s', use an ID to be more specific.", ref)
	}
	return named[0], nil
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

// checkSource tells whether there is only one source, whether it is ready, and whether it fits.
func (s *Service) checkSource(v *Volume, src volumeSource) error {
	if only := []bool{src.volume != nil, src.snapshot != nil, src.image != nil, src.backup != nil}; count(only) > 1 {
		return fail.New(fail.Invalid, "Invalid input received: May specify only one of backup, imageRef, snapshot, source volume")
	}
	if from := src.volume; from != nil {
		if from.Status != StatusAvailable && from.Status != StatusInUse {
			return invalidVolume("Originating source volume status must be one of 'available, in-use' values")
		}
		if v.Size < from.Size {
			return fail.New(fail.Invalid, "Invalid input received: Volume size '%d'GB cannot be smaller than original volume size  %dGB. "+
				"They must be >= original volume size.", v.Size, from.Size)
		}
		v.SourceID, v.Bootable = from.ID, from.Bootable
	}
	if from := src.snapshot; from != nil {
		if from.Status != SnapshotAvailable {
			return invalidSnapshot("Originating snapshot status must be one of 'available' values")
		}
		if v.Size < from.Size {
			return fail.New(fail.Invalid, "Invalid input received: Volume size '%d'GB cannot be smaller than the snapshot size %dGB. "+
				"They must be >= original snapshot size.", v.Size, from.Size)
		}
		v.SnapshotID, v.Bootable = from.ID, src.of != nil && src.of.Bootable
	}
	if from := src.backup; from != nil {
		if from.Status != BackupAvailable {
			return invalidBackup("Originating backup status must be one of 'available' values")
		}
		if v.Size < from.Size {
			return fail.New(fail.Invalid, "Invalid input received: Volume size %dGB cannot be smaller than the backup size %dGB. "+
				"It must be >= backup size.", v.Size, from.Size)
		}
	}
	if src.image != nil {
		return checkImage(*src.image, v.Size)
	}
	return nil
}

// count is how many are true.
func count(all []bool) int {
	n := 0
	for _, b := range all {
		n += btoi(b)
	}
	return n
}

// sourceTakesType tells whether what is copied may get another type: one that is encrypted alike, and, where there are
// several backends, asks for the same (volume/api.py, _retype_is_possible).
func (s *Service) sourceTakesType(r state.Reader, src volumeSource, typ *VolumeType) error {
	if typ == nil {
		return nil
	}
	possible := func(from string) bool {
		old, _ := s.types.Get(r, from)
		return sameEncryption(old.Encryption, typ.Encryption) &&
			(len(s.backends) == 1 || old.Spec(specBackendName) != "" && old.Spec(specBackendName) == typ.Spec(specBackendName))
	}
	if src.volume != nil && src.volume.TypeID != typ.ID && !possible(src.volume.TypeID) {
		return fail.New(fail.Invalid, "Invalid input received: Invalid volume_type provided: %s (requested type is not compatible; either "+
			"match source volume, or omit type argument).", typ.ID)
	}
	if src.snapshot != nil && src.snapshot.TypeID != typ.ID && (src.of == nil || !possible(src.of.TypeID)) {
		return fail.New(fail.Invalid, "Invalid input received: Invalid volume_type provided: %s (requested type is not compatible; "+
			"recommend omitting the type argument).", typ.ID)
	}
	return nil
}

// checkImage tells whether an image can become a volume of so many GiB (volume_utils.py, check_image_metadata).
func checkImage(img image, size int) error {
	wrong := func(format string, args ...any) error {
		return fail.New(fail.Invalid, "Invalid input received: "+format, args...)
	}
	if img.Status != "active" {
		return wrong("Image %s is not active.", img.ID)
	}
	if img.Size == nil {
		return fail.New(fail.Invalid, badRequest)
	}
	if n := inGiB(*img.Size); n > int64(size) {
		return wrong("Size of specified image %dGB is larger than volume size %dGB.", n, size)
	}
	if size < img.MinDisk {
		return wrong("Volume size %dGB cannot be smaller than the image minDisk size %dGB.", size, img.MinDisk)
	}
	if img.VirtualSize != nil {
		if n := inGiB(*img.VirtualSize); n > int64(size) {
			return tooBig(img.ID, n, size)
		}
	}
	return nil
}

func tooBig(id string, virtual int64, size int) error {
	return fail.New(fail.Invalid, "Image %s is unacceptable: Image virtual size is %dGB and doesn't fit in a volume of size %dGB.", id, virtual, size)
}

// inGiB rounds up.
func inGiB(bytes int64) int64 { return (bytes + gib - 1) / gib }

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

// chooseZone settles the availability zone. A type may allow only some; asked for none, it leaves the choice to the
// scheduler then.
func (s *Service) chooseZone(v *Volume, asked *string, typ VolumeType, src volumeSource) error {
	allowed := s.zones()
	limited := typ.Spec(specZones) != ""
	if limited {
		ofType := typeZones(typ)
		both := slices.DeleteFunc(slices.Clone(ofType), func(zone string) bool { return !slices.Contains(allowed, zone) })
		if len(both) == 0 {
			return fail.New(fail.Invalid, "Volume type is only supported in these availability zones: %s", pythonList(ofType...))
		}
		allowed = both
	}
	zone := ""
	switch {
	case asked != nil:
		zone = *asked
	case src.zone() != "":
		zone = src.zone()
	case !limited:
		zone = s.cfg.StorageAvailabilityZone
	}
	if zone != "" && !slices.Contains(allowed, zone) {
		if !s.cfg.AllowAvailabilityZoneFallback {
			return fail.New(fail.Invalid, "Availability zone '%s' is invalid.", zone)
		}
		zone = s.cfg.StorageAvailabilityZone
	}
	if from := src.zone(); zone != "" && from != "" && zone != from {
		what := "source volume"
		if src.snapshot != nil {
			what = "snapshot"
		}
		return fail.New(fail.Invalid, "Invalid input received: Volume must be in the same availability zone as the %s", what)
	}
	if zone == "" && len(allowed) == 1 {
		zone = allowed[0]
	}
	v.Zone = zone
	return nil
}

// zones are the availability zones of the backends, and the default one.
func (s *Service) zones() []string {
	zones := []string{s.cfg.StorageAvailabilityZone}
	for _, b := range s.cfg.Backends {
		if !slices.Contains(zones, b.Zone) {
			zones = append(zones, b.Zone)
		}
	}
	return zones
}

// typeZones are the zones to which a type is limited.
func typeZones(typ VolumeType) []string {
	var zones []string
	for zone := range strings.SplitSeq(typ.Spec(specZones), ",") {
		if zone != "" {
			zones = append(zones, strings.TrimSpace(zone))
		}
	}
	return zones
}
