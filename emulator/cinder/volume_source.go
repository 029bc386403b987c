package cinder

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

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
