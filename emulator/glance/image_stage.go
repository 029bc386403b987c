package glance

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// stagingStore is the reserved store of data that waits for its import.
const stagingStore = "os_glance_staging_store"

// imageStage serves PUT of data that is to be imported later. API reference: Image data, "Stage binary image data".
func (s *Service) imageStage(c *httpapi.Call) error {
	if !slices.Contains(s.cfg.EnabledImportMethods, methodDirect) {
		return fail.New(fail.NotFound, "'glance-direct' method is not available at this site.")
	}
	size, err := s.readUpload(c)
	if err != nil {
		return err
	}
	if err := s.checkLimit(s.db.View(), c.Auth.ProjectID, limitStageTotal, s.announced(size)); err != nil {
		return err
	}
	id := c.Var("image_id")
	begun, err := s.beginStaging(c, id)
	if err != nil {
		return err
	}
	if err := s.checkLimit(s.db.View(), c.Auth.ProjectID, limitCountUploading, 0); err != nil {
		s.restore(StatusUploading, id)
		return err
	}
	expected := size
	if !s.takesImageSize() {
		expected = 0 // older releases believe the header, and count no bytes
	}
	data, err := s.keep(c.Context(), reservedStores[stagingStore], id, c.Request.Body, expected)
	if err != nil {
		s.restore(StatusUploading, id)
		return err
	}
	if s.takesImageSize() {
		size = data.Content.Size()
	}
	return s.finishStaging(begun, data.Object, size)
}

// beginStaging makes the image "uploading".
func (s *Service) beginStaging(c *httpapi.Call, id string) (i Image, err error) {
	err = s.db.Update(func(tx *state.Tx) error {
		i, err = s.imageOf(c, tx, id)
		if err != nil {
			return err
		}
		if err := s.authorizeChange(c, "modify_image", &i); err != nil {
			return err
		}
		if err := i.move(StatusUploading); err != nil {
			return err
		}
		i.UpdatedAt = s.clock.Now()
		s.images.Put(tx, i)
		return nil
	})
	return i, err
}

// finishStaging keeps the data beside the image, which has a size from now on, and is otherwise what it was when the
// staging began, as it is after an upload.
func (s *Service) finishStaging(i Image, object stores.Object, size int64) error {
	return s.db.Update(func(tx *state.Tx) error {
		if now, ok := s.images.Get(tx, i.ID); !ok || now.Status != StatusUploading {
			return fail.New(fail.NotFound, "No image found with ID %s", i.ID)
		}
		i.Staged, i.Size, i.UpdatedAt = &object, &size, s.clock.Now()
		s.images.Put(tx, i)
		return nil
	})
}
