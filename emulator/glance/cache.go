package glance

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// cachedImage is an image whose data is in the cache, or waits to come there. There is no more to it than that the cache says
// so: the data is the same wherever it lies.
type cachedImage struct {
	ImageID      string
	ID           int // by age, in the cache or in the queue
	Queued       bool
	Size         int64
	Hits         int
	Checksum     string
	LastAccessed time.Time
	LastModified time.Time
}

// cacheTables are what Glance remembers of its cache.
type cacheTables struct {
	images *state.Table[cachedImage]
	byAge  *state.Index[cachedImage]
}

func newCacheTables(db *state.DB) cacheTables {
	t := cacheTables{byAge: state.Order(func(a, b *cachedImage) bool { return a.ID < b.ID }, nil)}
	t.images = state.Add(db, "glance.cached_images", func(i *cachedImage) *string { return &i.ImageID }, t.byAge)
	return t
}

// put keeps an entry behind all others of its kind.
func (t *cacheTables) put(tx *state.Tx, e cachedImage) {
	e.ID = nextID(t.byAge.Backward(tx), func(last *cachedImage) int { return last.ID })
	t.images.Put(tx, e)
}

// drop forgets all entries of a kind.
func (t *cacheTables) drop(tx *state.Tx, queued bool) {
	var gone []string
	for e := range t.byAge.All(tx) {
		if e.Queued == queued {
			gone = append(gone, e.ImageID)
		}
	}
	for _, id := range gone {
		t.images.Delete(tx, id)
	}
}

// dropImage takes an image out of the cache; one that waits goes on waiting.
func (t *cacheTables) dropImage(tx *state.Tx, id string) {
	if e, ok := t.images.Get(tx, id); ok && !e.Queued {
		t.images.Delete(tx, id)
	}
}

// oldest finds the entry that nobody has asked for for the longest time, and the size of all.
func (t *cacheTables) oldest(r state.Reader) (oldest cachedImage, total int64) {
	for e := range t.byAge.All(r) {
		if e.Queued {
			continue
		}
		total += e.Size
		if oldest.ImageID == "" || e.LastAccessed.Before(oldest.LastAccessed) {
			oldest = e
		}
	}
	return oldest, total
}

// caches tells whether there is a cache.
func (s *Service) caches() bool { return s.cfg.ImageCacheDir != "" }

// kindCache is the job of the thread that fills the cache.
const kindCache = "glance.image.cache"

type cacheJob struct{ Image string }

// fillCache puts a waiting image into the cache. One that cannot be had goes on waiting.
func (s *Service) fillCache(ctx context.Context, job cacheJob) error {
	if err := sim.Failure(ctx); err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		i, ok := s.images.Get(tx, job.Image)
		e, waits := s.cache.images.Get(tx, job.Image)
		if !ok || !waits || !e.Queued || i.Status != StatusActive {
			return nil
		}
		if _, ok := s.readable(tx, &i); ok {
			s.cacheNow(tx, &i)
		}
		return nil
	})
}

func (s *Service) cacheNow(tx *state.Tx, i *Image) {
	now := s.clock.Now()
	s.cache.put(tx, cachedImage{ImageID: i.ID, Size: orZero(i.Size), Checksum: i.Checksum, LastAccessed: now, LastModified: now})
}

// inCache tells whether the data of an image is in the cache.
func (s *Service) inCache(r state.Reader, id string) bool {
	if !s.caches() {
		return false
	}
	e, ok := s.cache.images.Get(r, id)
	return ok && !e.Queued
}

// passCache notes that all data of an image has been asked for: it is in the cache from now on.
func (s *Service) passCache(i *Image) error {
	if !s.caches() {
		return nil
	}
	return s.db.Update(func(tx *state.Tx) error {
		e, ok := s.cache.images.Get(tx, i.ID)
		if !ok || e.Queued {
			s.cacheNow(tx, i)
			return nil
		}
		e.Hits++
		e.LastAccessed = s.clock.Now()
		s.cache.images.Put(tx, e)
		return nil
	})
}

// cachedView is how the cache shows an entry.
type cachedView struct {
	ID           int          `json:"id,omitempty"`
	ImageID      string       `json:"image_id"`
	LastAccessed pythonSecond `json:"last_accessed"`
	LastModified pythonSecond `json:"last_modified"`
	Size         int64        `json:"size"`
	Hits         int          `json:"hits"`
	Checksum     *string      `json:"checksum,omitempty"`
}

// view shows an entry: what newer releases keep in the database tells more than older ones did.
func (s *Service) viewCached(e *cachedImage) cachedView {
	v := cachedView{
		ImageID: e.ImageID, LastAccessed: pythonSecond(e.LastAccessed), LastModified: pythonSecond(e.LastModified), Size: e.Size, Hits: e.Hits,
	}
	if s.release.AtLeast(release.Caracal) {
		v.ID, v.Checksum = e.ID, &e.Checksum
	}
	return v
}

// pythonSecond is a time as Python's timestamp() has it.
type pythonSecond time.Time

var _ json.Marshaler = pythonSecond{}

// MarshalJSON writes seconds since 1970, with at least one digit behind the point.
func (t pythonSecond) MarshalJSON() ([]byte, error) {
	seconds := float64(time.Time(t).UnixMicro()) / 1e6
	text := strconv.AppendFloat(nil, seconds, 'f', -1, 64)
	for _, b := range text {
		if b == '.' {
			return text, nil
		}
	}
	return append(text, ".0"...), nil
}
