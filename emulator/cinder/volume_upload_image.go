package cinder

import (
	"context"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type uploadImageIn struct {
	Params struct {
		ImageName       string        `json:"image_name"`
		Force           boolish       `json:"force"`
		DiskFormat      string        `json:"disk_format"`
		ContainerFormat maybe[string] `json:"container_format"`
		Visibility      string        `json:"visibility"` // and protected: since 3.1
		Protected       boolish       `json:"protected"`
		Store           string        `json:"store"` // variant upload_store_parameter
	} `json:"os-volume_upload_image"`
}

type uploadImageOut struct {
	Upload uploadImageView `json:"os-volume_upload_image"`
}

type uploadImageView struct {
	ID              string     `json:"id"`
	UpdatedAt       stamp      `json:"updated_at"`
	Status          Status     `json:"status"`
	Description     *string    `json:"display_description"`
	Size            int        `json:"size"`
	VolumeType      typeRecord `json:"volume_type"`
	ImageID         string     `json:"image_id"`
	ContainerFormat *string    `json:"container_format"`
	DiskFormat      *string    `json:"disk_format"`
	ImageName       *string    `json:"image_name"`
	Protected       bool       `json:"protected"`
	Visibility      string     `json:"visibility"`
}

// typeRecord is a volume type as upstream's database has it: all of its extra specs, whoever asks.
type typeRecord struct {
	ID          string             `json:"id"`
	Name        string             `json:"name"`
	Description *string            `json:"description"`
	IsPublic    bool               `json:"is_public"`
	ExtraSpecs  map[string]*string `json:"extra_specs"`
	QoSSpecsID  *string            `json:"qos_specs_id"`
	CreatedAt   stamp              `json:"created_at"`
	UpdatedAt   stamp              `json:"updated_at"`
	DeletedAt   *string            `json:"deleted_at"`
	Deleted     bool               `json:"deleted"`
}

// uploadImageJob is the background half.
type uploadImageJob struct {
	Volume, Image   string
	DiskFormat      string
	ContainerFormat string
	Store           string // variant upload_store_parameter
	Auth            jobAuth
	Attempt         int   // counts those before
	Sent            int64 // bytes that those before have sent, and this one does not
}

// volumeUploadImageChecked holds the body against the schema, which depends on the configured variants, and goes on.
func (s *Service) volumeUploadImageChecked(c *httpapi.Call) (httpapi.Reply, error) {
	if err := checkBody(c, s.uploadSchema(c.Version)); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.JSON((*Service).volumeUploadImage)(s, c)
}

func (s *Service) uploadSchema(v httpapi.Microversion) *schema.Schema {
	newer := v.AtLeast(mvUploadImageParams)
	switch {
	case s.cfg.Variants.UploadStoreParameter && newer:
		return schemaUploadStore31
	case s.cfg.Variants.UploadStoreParameter:
		return schemaUploadStore
	case newer:
		return schemaUpload31
	}
	return schemaUpload
}

// volumeUploadImage serves os-volume_upload_image: the volume turns "uploading" and a "queued" image exists when the 202
// leaves; the bytes move later. API reference: Block Storage v3, "Upload volume to image".
//
// Quirk: whatever goes wrong from the change of status on is a 400 with its own text (contrib/volume_actions.py).
// Quirk: the answer shows a user the type's extra specs, and the time of the update before (observed on release Zed).
func (s *Service) volumeUploadImage(c *httpapi.Call, in uploadImageIn) (uploadImageOut, error) {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return uploadImageOut{}, err
	}
	if err := c.Authorize(nil); err != nil {
		return uploadImageOut{}, err
	}
	spec, err := s.imageSpecOf(c, &in, v)
	if err != nil {
		return uploadImageOut{}, err
	}
	before := v.UpdatedAt
	v, err = s.beginUpload(v.ID, bool(in.Params.Force))
	if err != nil {
		return uploadImageOut{}, err
	}
	img, err := s.createImage(c, v, spec)
	if err != nil {
		s.abandonUpload(v.ID)
		return uploadImageOut{}, fail.New(fail.Invalid, "%s", sentence(asFailure(err)))
	}
	job := uploadImageJob{Volume: v.ID, Image: img.ID, Auth: authOf(c), Store: in.Params.Store}
	if img.DiskFormat != nil {
		job.DiskFormat = *img.DiskFormat
	}
	if img.ContainerFormat != nil {
		job.ContainerFormat = *img.ContainerFormat
	}
	err = s.db.Update(func(tx *state.Tx) error {
		s.queue.Begin(tx, kindUploadVolumeImage, job)
		return nil
	})
	v.UpdatedAt = before
	return uploadImageOut{s.uploadImageView(v, img)}, err
}

func (s *Service) uploadImageView(v Volume, img image) uploadImageView {
	typ, _ := s.types.Get(s.db.View(), v.TypeID)
	specs := typ.ExtraSpecs
	if specs == nil {
		specs = map[string]*string{}
	}
	return uploadImageView{
		ID: v.ID, UpdatedAt: stamp(v.UpdatedAt), Status: StatusUploading, Description: v.Description, Size: v.Size,
		VolumeType: typeRecord{
			ID: typ.ID, Name: typ.Name, Description: typ.Description, IsPublic: typ.IsPublic, ExtraSpecs: specs,
			CreatedAt: stamp(typ.CreatedAt), UpdatedAt: stamp(typ.UpdatedAt),
		},
		ImageID: img.ID, ContainerFormat: img.ContainerFormat, DiskFormat: img.DiskFormat, ImageName: img.Name,
		Protected: img.Protected, Visibility: img.Visibility,
	}
}

// imageSpecOf is what the request says of the image. An encrypted volume's key is cloned for the image here, before
// anybody looks at the volume's status.
func (s *Service) imageSpecOf(c *httpapi.Call, in *uploadImageIn, v Volume) (imageSpec, error) {
	asked := &in.Params
	spec := imageSpec{"name": asked.ImageName, "disk_format": "raw", "container_format": "bare"}
	if asked.DiskFormat != "" {
		spec["disk_format"] = asked.DiskFormat
	}
	if asked.ContainerFormat.Given {
		spec["container_format"] = nil
		if asked.ContainerFormat.Value != nil {
			spec["container_format"] = *asked.ContainerFormat.Value
		}
	}
	if v.EncryptionKeyID != "" {
		if spec["disk_format"] != "raw" || spec["container_format"] != "bare" {
			return nil, fail.New(fail.Invalid, "An encrypted volume uploaded as an image must use 'raw' disk_format and 'bare' "+
				"container_format, which are the defaults for these options.")
		}
		spec["cinder_encryption_key_id"] = s.ids.UUID()
		spec["cinder_encryption_key_deletion_policy"] = "on_image_deletion"
	}
	if !c.Version.AtLeast(mvUploadImageParams) {
		return spec, nil
	}
	spec["visibility"], spec["protected"] = "private", bool(asked.Protected)
	if asked.Visibility != "" {
		spec["visibility"] = asked.Visibility
	}
	if asked.Visibility == "public" {
		return spec, c.AuthorizeFor("volume_extension:volume_actions:upload_public", nil)
	}
	return spec, nil
}

// beginUpload turns a volume "uploading". Force lets it be in use, but only where the configuration lets force.
func (s *Service) beginUpload(id string, force bool) (Volume, error) {
	return s.changeVolume(id, func(_ *state.Tx, v *Volume) error {
		from, words := []Status{StatusAvailable}, "available"
		if force && s.cfg.EnableForceUpload {
			from, words = []Status{StatusAvailable, StatusInUse}, "available or in-use"
		}
		if !slices.Contains(from, v.Status) {
			return invalidVolume("Volume " + v.ID + " status must be " + words)
		}
		v.PreviousStatus, v.Status = v.Status, StatusUploading
		return nil
	})
}

// abandonUpload puts a volume back where it was, unless somebody else has moved it meanwhile.
func (s *Service) abandonUpload(id string) {
	_, _ = s.changeVolume(id, func(_ *state.Tx, v *Volume) error { // the volume may be gone
		if v.Status == StatusUploading {
			v.Status, v.PreviousStatus = v.PreviousStatus, ""
		}
		return nil
	})
}

// createImage makes the image that will get the bytes.
//
// Quirk: an image that is refused for its container format is left behind, queued for ever (volume/api.py).
func (s *Service) createImage(c *httpapi.Call, v Volume, spec imageSpec) (image, error) {
	if err := checkContainerFormat(spec["container_format"]); err != nil {
		return image{}, err
	}
	s.carryOver(v, spec)
	img, err := s.images.Create(c.Context(), authOf(c), spec)
	if err != nil {
		return image{}, err
	}
	if img.ContainerFormat != nil && *img.ContainerFormat == "compressed" && !s.cfg.AllowCompressionOnImageUpload {
		return image{}, fail.New(fail.Invalid, "Image compression upload disallowed, but container_format is compressed")
	}
	return img, nil
}

// carryOver adds to an image what its volume remembers of the image it came from, less what Glance keeps for itself
// (volume/api.py, _merge_volume_image_meta; image/image_utils.py, filter_out_reserved_namespaces_metadata).
func (s *Service) carryOver(v Volume, spec imageSpec) {
	if len(s.cfg.GlanceCoreProperties) > 0 {
		for name, value := range v.ImageMetadata {
			if _, taken := spec[name]; !taken && !slices.Contains(s.cfg.GlanceCoreProperties, name) {
				spec[name] = value
			}
		}
	}
	reserved := slices.Concat([]string{"os_glance", "img_signature"}, s.cfg.ReservedImageNamespaces)
	if s.release.AtLeast(verdictStaysHere) {
		reserved = append(reserved, signatureVerified)
	}
	for name := range spec {
		if slices.ContainsFunc(reserved, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
			delete(spec, name)
		}
	}
}

// finishUploadImage moves the bytes. A failed copy leaves a user message and no image; the volume is "available", or
// "in-use" if attached, whatever happened and whatever it was before (volume/manager.py, copy_volume_to_image).
func (s *Service) finishUploadImage(ctx context.Context, job uploadImageJob) error {
	r := s.db.View()
	v, ok := s.volumes.Get(r, job.Volume)
	if !ok { // nobody looks after the image then
		return s.db.Update(func(tx *state.Tx) error {
			s.createMessage(tx, job.Auth, actionCopyVolumeToImage, job.Volume, detailFailedToUploadVolume)
			return nil
		})
	}
	typ, _ := s.types.Get(r, v.TypeID)
	failed, err := detailDriverNotInitialized, error(nil)
	if s.driverDown(r, v.Host) {
		err = fail.New(fail.Unavailable, "Volume driver not ready.")
	} else if err = s.copyToImage(ctx, &job, v, s.uploadStore(job, typ)); worthAnotherTry(err) && job.Attempt < s.cfg.GlanceNumRetries {
		job.Attempt++
		return s.db.Update(func(tx *state.Tx) error {
			s.queue.Begin(tx, kindRetryUpload, job)
			return nil
		})
	} else if err != nil {
		failed = uploadFailure(err)
		s.discardUnfinished(ctx, job)
	}
	_, gone := s.changeVolume(job.Volume, func(tx *state.Tx, v *Volume) error {
		v.Status = s.restingStatus(tx, v.ID)
		if err != nil {
			s.createMessage(tx, job.Auth, actionCopyVolumeToImage, v.ID, failed)
		}
		return nil
	})
	if err == nil {
		err = gone
	}
	return err
}

// uploadFailure is what the user is told: that it was too much, for Glance's 413 of whatever reason, or just that it
// failed (message/message_field.py).
func uploadFailure(err error) messageDetail {
	if tooMuchForGlance(err) {
		return detailQuotaExceeded
	}
	return detailFailedToUploadVolume
}

// uploadStore is Glance's store for an upload; "" leaves the choice to Glance. Upstream knows only the extra spec, as it
// is at this moment.
func (s *Service) uploadStore(job uploadImageJob, typ VolumeType) string {
	if s.cfg.Variants.UploadStoreParameter && job.Store != "" {
		return job.Store
	}
	store := typ.Spec(specStoreID)
	if s.cfg.Variants.TypeStoreProperty {
		store = typ.StoreID()
	}
	if store == "" {
		store = s.cfg.Variants.GlanceStore
	}
	return store
}

// copyToImage sends the volume's bytes, in the image's format, and notes how many.
func (s *Service) copyToImage(ctx context.Context, job *uploadImageJob, v Volume, store string) error {
	if err := sim.Failure(ctx); err != nil {
		return err
	}
	if s.cfg.ImageConversionDisable && job.DiskFormat != "raw" {
		return conversionDisabled(job.Image, job.DiskFormat)
	}
	bytes := v.Content
	if job.DiskFormat != "raw" || job.ContainerFormat == "compressed" {
		var err error
		if bytes, err = s.fromRaw(ctx, bytes, job.DiskFormat, job.ContainerFormat); err != nil {
			return err
		}
	}
	left, err := s.images.Upload(ctx, job.Auth, job.Image, bytes.Slice(job.Sent, bytes.Size()), store, v.ImageMetadata["image_id"])
	job.Sent = bytes.Size() - left.Size()
	if err != nil {
		return err
	}
	_, err = s.images.Show(ctx, job.Auth, job.Image)
	return err
}

// discardUnfinished deletes an image that never got its data. What it meets is nobody's concern: an image that is
// protected stays.
func (s *Service) discardUnfinished(ctx context.Context, job uploadImageJob) {
	img, err := s.images.Show(ctx, job.Auth, job.Image)
	if err == nil && (img.Status == "queued" || img.Status == "saving") {
		err = s.images.Delete(ctx, job.Auth, job.Image)
	}
	if err != nil {
		s.log.Warn("unfinished image", "image", job.Image, "error", err)
	}
}
