package glance

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

var quotaForm = regexp.MustCompile(`^(\d{1,10})((K|M|G|T)?B)?$`)

// parseQuota reads a user_storage_quota, in bytes; 0 is no limit.
func parseQuota(s string) (int64, bool) {
	if s == "" {
		return 0, true
	}
	m := quotaForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, false
	}
	shift := map[string]uint{"": 0, "K": 10, "M": 20, "G": 30, "T": 40}[m[3]]
	if n > 1<<62>>shift {
		return 0, false
	}
	return n << shift, true
}

// storageLeft is how many bytes a project's images may still come to, beside one image that does not count.
func (s *Service) storageLeft(r state.Reader, owner, except string) (left int64, limited bool) {
	quota, _ := parseQuota(s.cfg.UserStorageQuota) // Validate has seen it
	if quota == 0 || s.cfg.UseKeystoneLimits {
		return 0, false
	}
	return quota - s.stored(r, owner, except), true
}

// stored is how many bytes the images of a project have, each in as many stores as it is in.
func (s *Service) stored(r state.Reader, owner, except string) int64 {
	var n int64
	for i := range s.byAge.All(r) {
		if i.Owner == owner && i.ID != except {
			n += orZero(i.Size) * int64(len(i.Locations))
		}
	}
	return n
}

// errStorageQuota is data that is more than a project may have.
type errStorageQuota struct{ text string }

func (e errStorageQuota) Error() string { return e.text }

// checkStorage holds data of a known size against the quota of a project.
func (s *Service) checkStorage(r state.Reader, owner, except string, size int64) error {
	left, limited := s.storageLeft(r, owner, except)
	if !limited || size <= left {
		return nil
	}
	return errStorageQuota{fmt.Sprintf("The size of the data %d will exceed the limit. %d bytes remaining.", size, left)}
}

// checkUpload is checkStorage for data that is to come, whose size may not be known (0): then there must be room for some.
func (s *Service) checkUpload(r state.Reader, owner, image string, size int64) error {
	if size > 0 {
		return exceedsQuota(s.checkStorage(r, owner, image, size))
	}
	if left, limited := s.storageLeft(r, owner, image); limited && left <= 0 {
		return exceedsQuota(errStorageQuota{fmt.Sprintf("The size of the data None will exceed the limit. %d bytes remaining.", left)})
	}
	return nil
}

// exceedsQuota words the refusal of an upload.
func exceedsQuota(err error) error { return worded(err, "Image exceeds the storage quota: %s") }

// deniedByQuota words that of a place.
func deniedByQuota(err error) error {
	return worded(err, "Denying attempt to upload image because it exceeds the quota: %s")
}

func worded(err error, format string) error {
	if over, ok := errors.AsType[errStorageQuota](err); ok {
		return fail.New(fail.TooLarge, format, over.text)
	}
	return err
}
