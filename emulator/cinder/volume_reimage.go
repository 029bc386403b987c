package cinder

import (
	"context"
	"errors"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

const kindReimageVolume = "cinder.volume.reimage"

var schemaReimage = action("os-reimage", closed(schema.Dict{
	{"image_id", schemaUUID},
	{"reimage_reserved", schemaBoolean},
}, "image_id"))

type reimageIn struct {
	Params struct {
		ImageID  string  `json:"image_id"`
		Reserved boolish `json:"reimage_reserved"`
	} `json:"os-reimage"`
}

type reimageJob struct {
	Volume   string
	Image    string
	Snapshot string // what the image stands for, if Nova made it of a volume
	Auth     jobAuth
}

// Releases in which reimaging changed: reimageRollsBack gives a volume its status back when the image does not fit it,
// reimageLooksFirst looks for the image before anything else, and knows images that stand for a snapshot.
const (
	reimageRollsBack  = release.Caracal
	reimageLooksFirst = release.Flamingo
)

// volumeReimage serves os-reimage, since 3.68: the volume is "downloading" when the 202 leaves. API reference: Block
// Storage v3, "Reimage a volume".
//
// Quirk: before reimageLooksFirst, a volume stays "downloading" when there is no such image (volume/api.py, reimage; seen
// on release Zed).
func (s *Service) volumeReimage(c *httpapi.Call, in reimageIn) error {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return err
	}
	job := reimageJob{Volume: v.ID, Image: in.Params.ImageID, Auth: authOf(c)}
	if s.release.AtLeast(reimageLooksFirst) {
		if job.Snapshot, err = s.imageSnapshot(c, in.Params.ImageID, v.Size); err != nil {
			return err
		}
	}
	rule := "volume:reimage"
	if v.Status == StatusReserved {
		rule = "volume:reimage_reserved"
	}
	if err := c.AuthorizeFor(rule, &v); err != nil {
		return err
	}
	if err := s.awaitImage(v.ID, bool(in.Params.Reserved)); err != nil {
		return err
	}
	img, err := s.images.Show(c.Context(), authOf(c), in.Params.ImageID)
	if err != nil {
		return err
	}
	if err := checkImage(img, v.Size); err != nil {
		if !s.release.AtLeast(reimageRollsBack) {
			return err
		}
		_, failed := s.changeVolume(v.ID, func(_ *state.Tx, v *Volume) error {
			v.Status, v.PreviousStatus = v.PreviousStatus, ""
			return nil
		})
		return errors.Join(err, failed)
	}
	_, err = s.changeVolume(v.ID, func(tx *state.Tx, _ *Volume) error {
		s.queue.Begin(tx, kindReimageVolume, job)
		return nil
	})
	return err
}

// imageSnapshot is the snapshot that an image stands for, if it does, which has to fit into a volume of size GiB.
func (s *Service) imageSnapshot(c *httpapi.Call, imageID string, size int) (string, error) {
	img, err := s.images.Show(c.Context(), authOf(c), imageID)
	if err != nil {
		return "", err
	}
	id, boots := img.bootSnapshot()
	if !boots {
		return "", nil
	}
	sn, err := s.snapshotFor(c, s.db.View(), id)
	switch {
	case err != nil:
		return "", fail.New(fail.NotFound, "Nova specific image is found, but boot volume snapshot id:%s not found.", id)
	case sn.Size > size:
		return "", fail.New(fail.Invalid, "Volume size must be greater than the image size. (Image: %d, Volume: %d).", sn.Size, size)
	}
	return sn.ID, nil
}

// awaitImage makes a volume "downloading" if it may be reimaged.
func (s *Service) awaitImage(id string, reserved bool) error {
	_, err := s.changeVolume(id, func(tx *state.Tx, v *Volume) error {
		from, words := []Status{StatusAvailable, StatusError}, "available or error"
		if reserved {
			from, words = append(from, StatusReserved), words+" or reserved"
		}
		switch {
		case len(s.attachmentsOf(tx, v.ID)) > 1:
			return fail.New(fail.Conflict, "Cannot re-image a volume which is attached to more than one server.")
		case !slices.Contains(from, v.Status):
			return invalidVolume("Volume " + v.ID + " status must be " + words + ", but current status is " + string(v.Status) + ".")
		}
		v.PreviousStatus, v.Status = v.Status, StatusDownloading
		return nil
	})
	return err
}

// finishReimage writes an image over a volume, and the server that it is reserved for hears of it (volume/manager.py,
// reimage).
func (s *Service) finishReimage(ctx context.Context, job reimageJob) error {
	v, ok := s.volumes.Get(s.db.View(), job.Volume)
	if !ok || v.Status != StatusDownloading {
		return nil
	}
	bytes, metadata, err := s.imageBytes(ctx, job, v)
	awaited := false
	failed := s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, job.Volume)
		if !ok || v.Status != StatusDownloading {
			return nil
		}
		v.UpdatedAt = s.clock.Now()
		if err == nil {
			v.Content, v.ImageMetadata, v.Bootable = bytes, metadata, true
			v.Status, awaited = v.PreviousStatus, v.PreviousStatus == StatusReserved
			s.putVolume(tx, v)
			return nil
		}
		v.PreviousStatus, v.Status = v.Status, StatusError
		var unusable *unusableImage
		if errors.As(err, &unusable) && unusable.detail == detailImageFormatUnacceptable {
			s.createMessage(tx, job.Auth, actionReimageVolume, v.ID, detailImageFormatUnacceptable)
		}
		s.putVolume(tx, v)
		return nil
	})
	if failed != nil || !awaited {
		return failed
	}
	return s.tellServers(ctx, job.Auth, job.Volume, eventReimaged, actionReimageVolume, detailReimageVolumeFailed)
}

// imageBytes are those of the image, or of the snapshot that it stands for.
func (s *Service) imageBytes(ctx context.Context, job reimageJob, v Volume) (content.Content, map[string]string, error) {
	if job.Snapshot == "" {
		return s.download(ctx, createVolumeJob{Volume: job.Volume, Image: job.Image, Auth: job.Auth}, v)
	}
	sn, ok := s.snapshots.Get(s.db.View(), job.Snapshot)
	if !ok {
		return content.Content{}, nil, fail.Missing("snapshot", job.Snapshot)
	}
	return sn.Content.Resize(int64(v.Size) * gib), sn.ImageMetadata, nil
}
