package cinder

import (
	"maps"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type setImageMetadataIn struct {
	Params metadataOut `json:"os-set_image_metadata"`
}

// volumeSetImageMetadata serves os-set_image_metadata: it adds, and replaces what is there.
// API reference: Block Storage v3, "Set image metadata for a volume".
func (s *Service) volumeSetImageMetadata(c *httpapi.Call, in setImageMetadataIn) (metadataOut, error) {
	v, err := s.imageMetadataVolume(c, "volume:update_volume_metadata")
	if err != nil {
		return metadataOut{}, err
	}
	var out map[string]string
	err = s.editVolume(v.ID, func(v *Volume) error {
		if err := metadataOpen(v, "Updating"); err != nil {
			return err
		}
		out = maps.Clone(v.ImageMetadata)
		if out == nil {
			out = map[string]string{}
		}
		maps.Copy(out, in.Params.Metadata)
		v.ImageMetadata = out
		return nil
	})
	return metadataOut{out}, err
}

// imageMetadataVolume finds the volume of an action on image metadata, for a caller who passes both the action's rule and
// the one about all metadata.
func (s *Service) imageMetadataVolume(c *httpapi.Call, metadataRule string) (Volume, error) {
	v, err := s.volumeKnownTo(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return v, err
	}
	if err := c.Authorize(&v); err != nil {
		return v, err
	}
	if !c.May("volume:get", &v) {
		return v, fail.Missing("volume", v.ID)
	}
	return v, c.AuthorizeFor(metadataRule, &v)
}

// volumeShowImageMetadata serves os-show_image_metadata. API reference: Block Storage v3, "Show image metadata for a
// volume".
func (s *Service) volumeShowImageMetadata(c *httpapi.Call) (metadataOut, error) {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return metadataOut{}, err
	}
	if err := c.Authorize(&v); err != nil {
		return metadataOut{}, err
	}
	if len(v.ImageMetadata) == 0 {
		return metadataOut{}, noImageMetadata(v.ID)
	}
	return metadataOut{v.ImageMetadata}, nil
}

func noImageMetadata(id string) error {
	return fail.New(fail.NotFound, "Glance metadata for volume/snapshot %s cannot be found.", id)
}

type unsetImageMetadataIn struct {
	Params struct {
		Key string `json:"key"`
	} `json:"os-unset_image_metadata"`
}

// volumeUnsetImageMetadata serves os-unset_image_metadata. API reference: Block Storage v3, "Remove image metadata from a
// volume".
func (s *Service) volumeUnsetImageMetadata(c *httpapi.Call) (httpapi.Reply, error) {
	var in unsetImageMetadataIn
	if err := c.Decode(&in); err != nil {
		return httpapi.Reply{}, err
	}
	v, err := s.imageMetadataVolume(c, "volume:get_volume_metadata")
	if err != nil {
		return httpapi.Reply{}, err
	}
	if _, ok := v.ImageMetadata[in.Params.Key]; !ok {
		return httpapi.Reply{}, noImageMetadata(v.ID)
	}
	if err := c.AuthorizeFor("volume:delete_volume_metadata", &v); err != nil {
		return httpapi.Reply{}, err
	}
	err = s.editVolume(v.ID, func(v *Volume) error {
		if err := metadataOpen(v, "Deleting"); err != nil {
			return err
		}
		v.ImageMetadata = maps.Clone(v.ImageMetadata)
		delete(v.ImageMetadata, in.Params.Key)
		return nil
	})
	return withoutBody(c, http.StatusOK, err)
}
