package glance

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// storeImageDelete serves DELETE of an image's data from one of several stores. API reference: Stores, "Delete image from
// store".
func (s *Service) storeImageDelete(c *httpapi.Call) error {
	storeID, id := c.Var("store_id"), c.Var("image_id")
	var gone Location
	err := s.db.Update(func(tx *state.Tx) error {
		if s.singleStore(tx) {
			return fail.New(fail.NotFound, "")
		}
		if _, ok := s.store(tx, storeID); !ok {
			return fail.New(fail.Conflict, "The selected store %s is not available on this node.", storeID)
		}
		i, err := s.imageOf(c, tx, id)
		if err != nil {
			return fail.New(fail.NotFound, "Failed to find image %s", id)
		}
		at, err := s.removable(c, &i, storeID)
		if err != nil {
			return err
		}
		gone = i.Locations[at]
		i.Locations = slices.Delete(slices.Clone(i.Locations), at, at+1)
		i.UpdatedAt = s.clock.Now()
		s.images.Put(tx, i)
		return nil
	})
	if err == nil {
		s.discard(c.Context(), gone)
	}
	return err
}

// removable finds the place of an image's data that may be given up.
func (s *Service) removable(c *httpapi.Call, i *Image, storeID string) (int, error) {
	if err := authorize(c, "get_image_location", i); err != nil {
		return 0, err
	}
	if err := s.authorizeChange(c, "delete_image_location", i); err != nil {
		return 0, err
	}
	if i.Status != StatusActive {
		return 0, fail.New(fail.Conflict, "It's not allowed to remove image data from store if image status is not 'active'")
	}
	if len(i.Locations) == 1 {
		return 0, fail.New(fail.Forbidden, "Cannot delete image data from the only store containing it. Consider deleting the image instead.")
	}
	at := slices.IndexFunc(i.Locations, func(l Location) bool { return l.Store == storeID })
	if at < 0 {
		return 0, fail.New(fail.NotFound, "Image %s is not stored in store %s.", i.ID, storeID)
	}
	return at, nil
}
