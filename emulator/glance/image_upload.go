package glance

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"strings"
	"syscall"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/fault"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// imageUpload serves PUT of an image's data, which goes to the store that X-Image-Meta-Store names. A body that is a
// content handle is taken over without being read, where the store is in memory.
// API reference: Image data, "Upload binary image data". The order of the checks is that of glance/api/v2/image_data.py.
func (s *Service) imageUpload(c *httpapi.Call) error {
	size, err := s.readUpload(c)
	if err != nil {
		return err
	}
	view := s.db.View()
	if err := s.checkLimit(view, c.Auth.ProjectID, limitSizeTotal, s.announced(size)); err != nil {
		return err
	}
	id := c.Var("image_id")
	target, err := s.uploadStore(c, id)
	if err != nil {
		return err
	}
	begun, err := s.beginUpload(c, id)
	if err != nil {
		return err
	}
	err = s.checkLimit(s.db.View(), c.Auth.ProjectID, limitCountUploading, 0)
	if err == nil {
		err = s.checkUpload(view, c.Auth.ProjectID, id, size)
	}
	if err == nil {
		err = s.storeUpload(c, target, begun, size)
	}
	if err != nil {
		s.restore(StatusSaving, id)
	}
	return err
}

// storeUpload puts the body into a store. Only then is it known how much it is, where nobody said.
func (s *Service) storeUpload(c *httpapi.Call, target StoreConfig, begun Image, size int64) error {
	data, err := s.keep(c.Context(), target, begun.ID, c.Request.Body, size)
	if err != nil {
		return err
	}
	if err := exceedsQuota(s.checkStorage(s.db.View(), c.Auth.ProjectID, begun.ID, data.Object.Content.Size())); err != nil {
		s.discardFrom(c.Context(), target, data.Object)
		return err
	}
	return s.finishUpload(target, begun, data)
}

// readUpload reads the headers; the size is 0 when they do not tell.
func (s *Service) readUpload(c *httpapi.Call) (int64, error) {
	media, _, _ := strings.Cut(c.Request.Header.Get("Content-Type"), ";")
	if media != "application/octet-stream" {
		return 0, s.unsupportedMedia("Invalid content type " + media)
	}
	if header := c.Request.Header.Values("X-Openstack-Image-Size"); len(header) > 0 && s.takesImageSize() {
		n, ok := pythonInt(header[0])
		if !ok {
			return 0, fail.New(fail.Invalid, "Invalid or missing image size in request headers.")
		}
		return n, nil
	}
	return max(0, c.Request.ContentLength), nil
}

// uploadStore is where the data is to go. One that does not exist is found out before the image is looked for; where
// stores have no names, the header counts for nothing.
func (s *Service) uploadStore(c *httpapi.Call, image string) (StoreConfig, error) {
	view := s.db.View()
	id := s.defaultStore(view)
	if s.singleStore(view) {
		target, _ := s.store(view, id)
		target.ID = ""
		return target, nil
	}
	if header := c.Request.Header.Values("X-Image-Meta-Store"); len(header) > 0 {
		id = header[0]
	}
	target, ok := s.store(view, id)
	if !ok || s.faults.StoreGone(fault.Use{Store: id, Image: image}) {
		return target, fail.New(fail.Invalid, "Store for identifier %s not found", id)
	}
	return target, nil
}

// beginUpload makes the image "saving".
func (s *Service) beginUpload(c *httpapi.Call, id string) (i Image, err error) {
	err = s.db.Update(func(tx *state.Tx) error {
		i, err = s.imageOf(c, tx, id)
		if err != nil {
			return err
		}
		err = s.authorizeChange(c, "upload_image", &i)
		if f := fail.As(err); f != nil && f.Resource == notOwner {
			return fail.New(fail.Forbidden, "Not allowed to upload image data for image %s", id)
		}
		if err != nil {
			return err
		}
		if err := i.move(StatusSaving); err != nil {
			return err
		}
		i.UpdatedAt = s.clock.Now()
		s.images.Put(tx, i)
		return nil
	})
	return i, err
}

// uploadChunk is how much upstream's file store takes at a time: a message tells a number of bytes that depends on it.
const uploadChunk = 64 << 10

// kept is data that a store has.
type kept struct {
	stores.Object
	sums content.Sums // of what came, whatever the store made of it
}

// keep puts the data into the store, whose refusals come in the order in which upstream's driver meets them. A size other
// than 0 is what the data must come to.
func (s *Service) keep(ctx context.Context, target StoreConfig, id string, data io.Reader, size int64) (kept, error) {
	condition := s.faults.OnStore(fault.Use{Store: target.ID, Image: id})
	if target.Type == typeHTTP {
		return kept{}, addingDisabled()
	}
	if target.DenyWrites {
		return kept{}, writeDenied()
	}
	limit, limitErr := s.sizeCap(s.db.View()), tooLarge()
	if room := s.room(target); room < limit {
		limit, limitErr = room, storageFull()
	}
	if past := (size/uploadChunk + 1) * uploadChunk; size > 0 && size < math.MaxInt64-uploadChunk && past < limit {
		limit, limitErr = past, sizeExceeds(size, past)
	}
	if condition != nil {
		room, roomErr, err := refusalOf(condition)
		if err != nil {
			return kept{}, errors.Join(err, condition.Spend(ctx, 0))
		}
		if room < limit {
			limit, limitErr = room, roomErr
		}
	}
	object, err := s.bucketOf(target).Put(ctx, id, data, limit)
	var over *content.TooLargeError
	switch {
	case errors.As(err, &over):
		return kept{}, limitErr
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EFBIG), errors.Is(err, syscall.EDQUOT):
		return kept{}, storageFull()
	case errors.Is(err, fs.ErrPermission):
		return kept{}, writeDenied()
	case err != nil:
		return kept{}, broken(err)
	}
	if got := object.Content.Size(); size != 0 && got != size {
		_ = s.bucketOf(target).Delete(ctx, id) // the answer is the same whether or not it could be removed
		if got > size {
			return kept{}, sizeExceeds(size, got)
		}
		return kept{}, fail.New(fail.Invalid, "Size mismatch: expected %d bytes, got %d bytes", size, got)
	}
	out := kept{Object: object}
	if out.sums, err = object.Content.Sums(ctx); err == nil {
		err = condition.Spend(ctx, object.Content.Size())
	}
	if err == nil && condition != nil && condition.Is == fault.Corrupt {
		out.Content, err = s.corrupted(ctx, object.Content)
	}
	if err != nil {
		s.discardFrom(ctx, target, object)
		return kept{}, broken(err)
	}
	return out, nil
}

func tooLarge() error {
	return fail.New(fail.TooLarge, "The incoming image is too large: The provided image is too large.")
}

func storageFull() error {
	return fail.New(fail.TooLarge, "Image storage media is full: There is not enough disk space on the image storage media.")
}

func writeDenied() error {
	return fail.New(fail.Unavailable, "Insufficient permissions on image storage media: Permission to write image storage media denied.")
}

func sizeExceeds(expected, actual int64) error {
	return fail.New(fail.Invalid, "Size exceeds: expected %d bytes, got %d bytes", expected, actual)
}

// broken is a body that did not come whole, or a medium that failed. Nobody reads the answer to the first.
func broken(err error) error {
	return &fail.Error{Kind: fail.Internal, Cause: err}
}

// room is how many bytes the store still takes.
func (s *Service) room(target StoreConfig) int64 {
	switch {
	case target.Full:
		return 0
	case target.Capacity == 0:
		return math.MaxInt64
	}
	return max(0, target.Capacity-s.used(s.db.View(), target.ID))
}

// finishUpload makes the image "active". One that was deleted meanwhile is gone, and the data with it.
//
// Quirk: upstream saves the image as it was when the upload began; what else was changed meanwhile is lost (reference).
func (s *Service) finishUpload(target StoreConfig, i Image, data kept) error {
	err := s.db.Update(func(tx *state.Tx) error {
		if now, ok := s.images.Get(tx, i.ID); !ok || now.Status != StatusSaving {
			return fail.New(fail.Gone, "Image %s could not be found after upload. The image may have been deleted during the "+
				"upload, cleaning up the chunks uploaded.", i.ID)
		}
		virtual, err := s.inspect(&i, data.Content)
		if err != nil {
			return err
		}
		if err := i.move(StatusActive); err != nil {
			return err
		}
		i.hold(Location{Store: target.ID, Object: data.Object}, data.sums)
		if virtual > 0 {
			i.VirtualSize = &virtual
		}
		i.UpdatedAt = s.clock.Now()
		s.images.Put(tx, i)
		return nil
	})
	if err != nil {
		s.discardFrom(context.Background(), target, data.Object)
	}
	return err
}

// hold gives the image its data.
func (i *Image) hold(l Location, sums content.Sums) {
	size := l.Object.Content.Size()
	i.Size, i.Checksum, i.HashAlgo, i.HashValue = &size, sums.MD5, "sha512", sums.SHA512
	if i.DiskFormat == "raw" && i.ContainerFormat == "bare" && size > 0 {
		i.VirtualSize = &size
	}
	i.Locations = append(i.Locations[:len(i.Locations):len(i.Locations)], l)
}

// restore takes an image whose upload failed back to where it was before it got that status.
func (s *Service) restore(from Status, id string) {
	_ = s.db.Update(func(tx *state.Tx) error { // it cannot fail: what is in another status by now stays as it is
		i, ok := s.images.Get(tx, id)
		if !ok || i.Status != from || i.move(StatusQueued) != nil {
			return nil
		}
		i.UpdatedAt = s.clock.Now()
		s.images.Put(tx, i)
		return nil
	})
}
