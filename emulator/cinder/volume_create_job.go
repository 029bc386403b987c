package cinder

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// createVolumeJob is the background half of creating a volume.
type createVolumeJob struct {
	Volume  string
	Image   string // what it is made from, if not from another volume or from nothing
	Backup  string
	Auth    jobAuth
	Attempt int // counts schedulings that came to nothing
	Hints   schedulerHints
}

// schedulerMaxAttempts is cinder.conf's scheduler_max_attempts.
const schedulerMaxAttempts = 3

// finishCreate chooses a backend for a new volume and, unless an image has to be fetched first, gives it its content.
//
// A driver that fails lets the volume be scheduled again, up to three times in all (flows/manager/create_volume.py,
// OnFailureRescheduleTask); of a volume made from nothing, its user hears of each.
func (s *Service) finishCreate(ctx context.Context, job createVolumeJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, job.Volume)
		if !ok || v.Status != StatusCreating {
			return nil // deleted or reset meanwhile
		}
		typ, _ := s.types.Get(tx, v.TypeID)
		now := s.clock.Now()
		v.UpdatedAt = now
		backend, err := s.schedule(tx, scheduleRequest{Size: v.Size, Type: typ, Zones: s.zonesFor(v, typ), On: s.sourceBackend(tx, v), Hints: job.Hints})
		if err != nil || job.Attempt >= schedulerMaxAttempts {
			v.Status = StatusError
			s.putVolume(tx, v)
			s.createMessage(tx, job.Auth, actionScheduleAllocateVolume, v.ID, detailNoBackendAvailable)
			return nil
		}
		v.Host, v.ScheduledAt = backend.Host, now
		if sim.Failure(ctx) != nil {
			if job.Image == "" && v.SourceID == "" && v.SnapshotID == "" {
				s.createMessage(tx, job.Auth, actionCreateVolumeFromBackend, v.ID, detailDriverFailedCreate)
			}
			v.Host = ""
			s.putVolume(tx, v)
			job.Attempt++
			s.queue.After(tx, 0, kindCreateVolume, job)
			return nil
		}
		if job.Image != "" {
			v.Status = StatusDownloading
			s.putVolume(tx, v)
			s.queue.Begin(tx, kindDownloadImage, job)
			return nil
		}
		if !s.copySource(tx, &v) {
			v.Status = StatusError
			s.putVolume(tx, v)
			return nil
		}
		v.Zone = backend.Zone
		if job.Backup != "" {
			s.fillFromBackup(tx, &v, job)
		} else {
			s.launch(&v)
		}
		s.putVolume(tx, v)
		return nil
	})
}

// fillFromBackup has a new volume, which goes on being "creating", restored from its backup.
func (s *Service) fillFromBackup(tx *state.Tx, v *Volume, job createVolumeJob) {
	b, ok := s.backups.Get(tx, job.Backup)
	if !ok {
		v.Status = StatusError
		return
	}
	b.Status, b.RestoreVolumeID, b.UpdatedAt = BackupRestoring, v.ID, s.clock.Now()
	s.putBackup(tx, b)
	s.queue.Begin(tx, kindRestoreBackup, backupJob{Backup: b.ID, Volume: v.ID, Auth: job.Auth})
}

// copySource gives a new volume its content, and what it remembers of an image; it fails if its source has gone.
func (s *Service) copySource(r state.Reader, v *Volume) bool {
	size := int64(v.Size) * gib
	switch {
	case v.SnapshotID != "":
		from, ok := s.snapshots.Get(r, v.SnapshotID)
		if !ok {
			return false
		}
		of, _ := s.volumes.Get(r, from.VolumeID)
		if v.Content, v.Bootable = from.Content.Resize(size), of.Bootable; v.Bootable {
			v.ImageMetadata = from.ImageMetadata
		}
	case v.SourceID != "":
		from, ok := s.volumes.Get(r, v.SourceID)
		if !ok {
			return false
		}
		v.Content, v.ImageMetadata = from.Content.Resize(size), from.ImageMetadata
	default:
		v.Content = content.Zeros(size)
	}
	return true
}

// sourceBackend is where a volume has to be made since its source is there; "" if it may be made anywhere
// (flows/api/create_volume.py, VolumeCastTask).
func (s *Service) sourceBackend(r state.Reader, v Volume) string {
	if g, ok := s.groups.Get(r, v.GroupID); ok {
		return serviceOf(g.Host)
	}
	id := v.SourceID
	if sn, ok := s.snapshots.Get(r, v.SnapshotID); ok {
		id = sn.VolumeID
	}
	from, _ := s.volumes.Get(r, id)
	service, _, _ := strings.Cut(from.Host, "#")
	return service
}

// launch makes a volume available, of the service that has it.
func (s *Service) launch(v *Volume) {
	service, _, _ := strings.Cut(v.Host, "#")
	v.Status, v.LaunchedAt = StatusAvailable, s.clock.Now()
	v.SharedTargets, v.ServiceUUID = false, serviceUUID(service)
	if typ, _ := s.types.Get(s.db.View(), v.TypeID); typ.Spec(specReplication) == "<is> True" && len(s.targetsOf(v.Host)) > 0 {
		v.ReplicationStatus = replicationEnabled
	}
}

// zonesFor are the zones a volume may go to: its own, or those that its type allows.
func (s *Service) zonesFor(v Volume, typ VolumeType) []string {
	if v.Zone != "" {
		return []string{v.Zone}
	}
	if typ.Spec(specZones) == "" {
		return nil
	}
	return typeZones(typ)
}

// finishDownload fetches an image and makes it the volume's content.
//
// A failure to fetch it lets the volume be scheduled again, up to three times in all, so that what the user hears of in
// the end is that there is no backend (observed on release Zed; flows/manager/create_volume.py). An image that cannot
// become a volume ends it at once, without a word but for one case.
func (s *Service) finishDownload(ctx context.Context, job createVolumeJob) error {
	v, ok := s.volumes.Get(s.db.View(), job.Volume)
	if !ok || v.Status != StatusDownloading {
		return nil
	}
	bytes, metadata, err := s.download(ctx, job, v)
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, job.Volume)
		if !ok || v.Status != StatusDownloading {
			return nil
		}
		v.UpdatedAt = s.clock.Now()
		var unusable *unusableImage
		switch {
		case err == nil:
			v.Content, v.ImageMetadata, v.Bootable = bytes, metadata, true
			s.launch(&v)
		case errors.As(err, &unusable):
			v.Status = StatusError
			if unusable.late {
				v.Bootable, v.ImageMetadata = true, map[string]string{signatureVerified: "False"}
			}
			if unusable.detail != "" {
				s.createMessage(tx, job.Auth, actionCopyImageToVolume, v.ID, unusable.detail)
			}
		default:
			v.Status, v.Host = StatusCreating, ""
			job.Attempt++
			s.queue.After(tx, 0, kindCreateVolume, job)
		}
		s.putVolume(tx, v)
		return nil
	})
}

// unusableImage says that an image cannot become a volume, here or on any other backend.
type unusableImage struct {
	detail messageDetail // of the message for the user, if there is one
	late   bool          // found out when all the rest was done
	cause  error
}

func (e *unusableImage) Error() string { return "unusable image: " + e.cause.Error() }
func (e *unusableImage) Unwrap() error { return e.cause }

// download returns an image's bytes as those of a volume, and what the volume remembers of the image.
func (s *Service) download(ctx context.Context, job createVolumeJob, v Volume) (content.Content, map[string]string, error) {
	if err := sim.Failure(ctx); err != nil {
		return content.Content{}, nil, err
	}
	img, err := s.images.Show(ctx, job.Auth, job.Image)
	if err != nil {
		return content.Content{}, nil, err
	}
	if n := img.VirtualSize; n != nil && inGiB(*n) > int64(v.Size) {
		return content.Content{}, nil, &unusableImage{cause: tooBig(img.ID, inGiB(*n), v.Size)}
	}
	format := "raw"
	if img.DiskFormat != nil {
		format = *img.DiskFormat
	}
	if format != "raw" && s.cfg.ImageConversionDisable {
		return content.Content{}, nil, &unusableImage{detail: detailImageFormatUnacceptable, cause: conversionDisabled(img.ID, format)}
	}
	body, err := s.images.Download(ctx, job.Auth, img.ID)
	if err != nil {
		return content.Content{}, nil, err
	}
	defer body.Close()
	checked, err := intact(ctx, body, img)
	if err != nil {
		return content.Content{}, nil, err
	}
	bytes, err := s.asRaw(ctx, checked, img, format, v.Size)
	if err != nil {
		return content.Content{}, nil, err
	}
	if verdict, there := img.Properties[signatureVerified]; there && (verdict != "False" || !s.release.AtLeast(verdictStaysHere)) {
		return content.Content{}, nil, &unusableImage{late: true, cause: errors.New("glance metadata " + signatureVerified + " exists")}
	}
	return bytes.Resize(int64(v.Size) * gib), imageMetadata(img), nil
}

// signatureVerified is what a volume remembers of the check of its image's signature.
//
// Quirk: an image that has a property of this name with another value cannot become a volume, for the volume has its own
// verdict by then. Before release verdictStaysHere, uploads gave it to images, which no volume could be made of
// thereafter, whatever the value (observed on release Zed).
const (
	signatureVerified = "signature_verified"
	verdictStaysHere  = release.Dalmatian
)

func conversionDisabled(id, format string) error {
	return fail.New(fail.Internal, "Image Conversion disallowed for image %s: the disk format is %s", id, format)
}

// imageMetadata is what a volume keeps of the image it was made from (volume_utils.py, get_volume_image_metadata).
func imageMetadata(img image) map[string]string {
	m := map[string]string{signatureVerified: "False"} // Gap: no signatures are checked
	for name, v := range img.Properties {
		if v != nil {
			m[name] = pyText(v)
		}
	}
	m["image_id"] = img.ID
	m["min_disk"], m["min_ram"] = strconv.Itoa(img.MinDisk), strconv.Itoa(img.MinRAM)
	for name, v := range map[string]*string{"checksum": img.Checksum, "container_format": img.ContainerFormat, "disk_format": img.DiskFormat} {
		if v != nil {
			m[name] = *v
		}
	}
	if img.Name != nil && *img.Name != "" {
		m["image_name"] = *img.Name
	}
	if img.Size != nil {
		m["size"] = strconv.FormatInt(*img.Size, 10)
	}
	return m
}

// serviceUUID names the volume service of a host, always the same for the same host.
func serviceUUID(host string) string {
	sum := sha1.Sum([]byte("cinder-volume/" + host))
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
