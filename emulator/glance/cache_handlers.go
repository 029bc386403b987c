package glance

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type cacheOut struct {
	Cached []cachedView `json:"cached_images"`
	Queued []string     `json:"queued_images"`
}

// authorizeCache checks the rule, and then that there is a cache at all.
func (s *Service) authorizeCache(c *httpapi.Call, target policy.Target) error {
	if err := c.Authorize(target); err != nil {
		return err
	}
	if !s.caches() {
		return fail.New(fail.NotFound, "Caching via API is not supported at this site.")
	}
	return nil
}

// cacheList serves what is in the cache, and what waits. API reference: Cache Manage, "Query cache status".
func (s *Service) cacheList(c *httpapi.Call) (cacheOut, error) {
	out := cacheOut{Cached: []cachedView{}, Queued: []string{}}
	if err := s.authorizeCache(c, nil); err != nil {
		return out, err
	}
	for e := range s.cache.byAge.All(s.db.View()) {
		if e.Queued {
			out.Queued = append(out.Queued, e.ImageID)
		} else {
			out.Cached = append(out.Cached, s.viewCached(&e))
		}
	}
	return out, nil
}

// cacheQueue serves PUT of an image, which gets into the cache later. API reference: Cache Manage, "Queue image".
func (s *Service) cacheQueue(c *httpapi.Call) error {
	id := c.Var("image_id")
	return s.db.Update(func(tx *state.Tx) error {
		i, err := s.imageOf(c, tx, id)
		if err != nil {
			return fail.New(fail.NotFound, "Image %s not found.", id)
		}
		if err := s.authorizeCache(c, targetOf(c, &i)); err != nil {
			return err
		}
		if i.Status != StatusActive {
			return fail.New(fail.Invalid, "Only images with status active can be targeted for queueing")
		}
		if !s.cache.images.Has(tx, id) {
			s.cache.put(tx, cachedImage{ImageID: id, Queued: true, LastModified: s.clock.Now()})
		}
		s.queue.Begin(tx, kindCache, cacheJob{id})
		return nil
	})
}

// cacheDelete serves DELETE of an image from the cache, or from the queue. API reference: Cache Manage, "Delete image from
// cache".
// Quirk: where there is no cache, upstream dies of an image that it does not find (reference).
func (s *Service) cacheDelete(c *httpapi.Call) error {
	id := c.Var("image_id")
	return s.db.Update(func(tx *state.Tx) error {
		i, err := s.imageOf(c, tx, id)
		switch {
		case err == nil:
			err = s.authorizeCache(c, targetOf(c, &i))
		case !s.caches():
			return crash()
		case !s.cache.images.Has(tx, id):
			return fail.New(fail.NotFound, "Image %s not found.", id)
		default:
			err = s.authorizeCache(c, nil)
		}
		if err == nil {
			s.cache.images.Delete(tx, id)
		}
		return err
	})
}

// cacheClear serves DELETE of the whole cache, or of its queue only. API reference: Cache Manage, "Clear images from cache".
func (s *Service) cacheClear(c *httpapi.Call) error {
	if err := s.authorizeCache(c, nil); err != nil {
		return err
	}
	target := strings.ToLower(c.Request.Header.Get("X-Image-Cache-Clear-Target"))
	if target != "" && target != "cache" && target != "queue" {
		return fail.New(fail.Invalid, "If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string.")
	}
	return s.db.Update(func(tx *state.Tx) error {
		if target != "queue" {
			s.cache.drop(tx, false)
		}
		if target != "cache" {
			s.cache.drop(tx, true)
		}
		return nil
	})
}

// cacheMaintained tells whether the release lets the API see to the cache.
func (s *Service) cacheMaintained() error {
	if s.release.AtLeast(release.Gazpacho) {
		return nil
	}
	return fail.New(fail.NotFound, "")
}

// cacheClean serves POST of cache/clean: nothing is ever left half done in this cache.
func (s *Service) cacheClean(c *httpapi.Call) error {
	if err := s.authorizeCache(c, nil); err != nil {
		return err
	}
	return s.cacheMaintained()
}

type pruneOut struct {
	Files int   `json:"total_files_pruned"`
	Bytes int64 `json:"total_bytes_pruned"`
}

// cachePrune serves POST of cache/prune: what has not been asked for goes until the rest has room.
func (s *Service) cachePrune(c *httpapi.Call) (pruneOut, error) {
	var out pruneOut
	err := s.authorizeCache(c, nil)
	if err == nil {
		err = s.cacheMaintained()
	}
	if err != nil {
		return out, err
	}
	return out, s.db.Update(func(tx *state.Tx) error {
		for e, total := s.cache.oldest(tx); e.ImageID != "" && total > s.cfg.ImageCacheMaxSize; e, total = s.cache.oldest(tx) {
			s.cache.images.Delete(tx, e.ImageID)
			out.Files++
			out.Bytes += e.Size
		}
		return nil
	})
}

// cacheNodes serves the nodes that have an image in their cache: there is but one.
func (s *Service) cacheNodes(c *httpapi.Call) ([]string, error) {
	id := c.Var("image_id")
	err := s.authorizeCache(c, nil)
	if err == nil {
		err = s.cacheMaintained()
	}
	if err != nil {
		return nil, err
	}
	view := s.db.View()
	if _, err := s.imageOf(c, view, id); err != nil {
		return nil, fail.New(fail.NotFound, "Image %s not found.", id)
	}
	if s.inCache(view, id) {
		return []string{s.cfg.WorkerSelfReferenceURL}, nil
	}
	return []string{}, nil
}

// diesOfBody is a handler whose request has no body. Upstream dies of one that it can read, for it has not said so.
func diesOfBody(handle httpapi.Handler[*Service]) httpapi.Handler[*Service] {
	return func(s *Service, c *httpapi.Call) (httpapi.Reply, error) {
		if !hasBody(c) {
			return handle(s, c)
		}
		if _, err := jsonBody(c); err != nil {
			return httpapi.Reply{}, err
		}
		return httpapi.Reply{}, crash()
	}
}
