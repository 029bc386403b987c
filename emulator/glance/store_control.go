package glance

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Stores lists the configured stores in their order, with everything filled in.
func (s *Service) Stores() []StoreConfig {
	var list []StoreConfig
	for row := range s.byRank.All(s.db.View()) {
		list = append(list, row.StoreConfig)
	}
	return list
}

// AddStore adds a store behind the others.
func (s *Service) AddStore(store StoreConfig) error {
	if err := errors.Join(store.validate("store"), s.buckets.check([]StoreConfig{store})); err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		if s.stores.Has(tx, store.ID) {
			return fmt.Errorf("store %q is there already", store.ID)
		}
		rank := 0
		for last := range s.byRank.Backward(tx) {
			rank = last.Rank + 1
			break
		}
		s.stores.Put(tx, storeRow{store.withDefaults(), rank})
		return nil
	})
}

// RemoveStore takes a store out of the configuration. Images keep naming it, but their data can no longer be read there.
func (s *Service) RemoveStore(id string) error {
	return s.db.Update(func(tx *state.Tx) error {
		if !s.stores.Delete(tx, id) {
			return noStore(id)
		}
		return nil
	})
}

// SetStore changes anything about a store but its id: its type (http makes it read-only), its capacity, whether it is
// full or refuses to be written to.
func (s *Service) SetStore(id string, change func(*StoreConfig)) error {
	row, ok := s.stores.Get(s.db.View(), id)
	if !ok {
		return noStore(id)
	}
	change(&row.StoreConfig)
	row.ID = id
	if err := errors.Join(row.validate("store"), s.buckets.check([]StoreConfig{row.StoreConfig})); err != nil {
		return err
	}
	row.StoreConfig = row.withDefaults()
	return s.db.Update(func(tx *state.Tx) error {
		if !s.stores.Has(tx, id) {
			return noStore(id)
		}
		s.stores.Put(tx, row)
		return nil
	})
}

// SetDefaultStore makes another store the default.
func (s *Service) SetDefaultStore(id string) error {
	return s.db.Update(func(tx *state.Tx) error {
		if !s.stores.Has(tx, id) {
			return noStore(id)
		}
		return s.set(tx, func(v *settings) { v.DefaultStore = id })
	})
}

// SetSingleStore switches between a Glance with named stores and one that only has its default store, without a name.
func (s *Service) SetSingleStore(single bool) error {
	return s.db.Update(func(tx *state.Tx) error { return s.set(tx, func(v *settings) { v.SingleStore = single }) })
}

// SetImageSizeCap sets how many bytes an image may have.
func (s *Service) SetImageSizeCap(bytes int64) error {
	if bytes < 1 {
		return fmt.Errorf("image size cap of %d bytes: want 1 or more", bytes)
	}
	return s.db.Update(func(tx *state.Tx) error { return s.set(tx, func(v *settings) { v.ImageSizeCap = bytes }) })
}

func (s *Service) set(tx *state.Tx, change func(*settings)) error {
	v, _ := s.settings.Get(tx, "")
	change(&v)
	s.settings.Put(tx, v)
	return nil
}

func noStore(id string) error { return fmt.Errorf("there is no store %q", id) }

func (s *Service) singleStore(r state.Reader) bool {
	v, _ := s.settings.Get(r, "")
	return v.SingleStore
}

func (s *Service) defaultStore(r state.Reader) string {
	v, _ := s.settings.Get(r, "")
	return v.DefaultStore
}

func (s *Service) sizeCap(r state.Reader) int64 {
	v, _ := s.settings.Get(r, "")
	return v.ImageSizeCap
}

// sorted puts places of data in the order in which they are tried and shown: the heaviest store first, and of equals, and
// in releases without weights, the first to have it. A store that is gone weighs nothing.
func (s *Service) sorted(r state.Reader, locations []Location) []Location {
	if len(locations) < 2 || !s.release.AtLeast(release.Bobcat) {
		return locations
	}
	weight := func(l Location) int {
		store, _ := s.store(r, l.Store)
		return store.Weight
	}
	list := slices.Clone(locations)
	slices.SortStableFunc(list, func(a, b Location) int { return weight(b) - weight(a) })
	return list
}

// bucketOf is where a store's bytes lie. What it keeps is in its place, not in it.
func (s *Service) bucketOf(store StoreConfig) stores.Bucket {
	switch {
	case s.borrowed:
	case store.Bucket != "":
		return s.buckets.at(store.Bucket)
	case store.Path != "":
		return stores.Directory(store.Path)
	}
	return stores.Memory{Blobs: s.blobs}
}

// discard gives up data that no image has any more. What cannot be removed is left behind, as upstream leaves it.
func (s *Service) discard(ctx context.Context, l Location) {
	id := l.Store
	view := s.db.View()
	if id == "" {
		id = s.defaultStore(view)
	}
	if store, ok := s.store(view, id); ok {
		s.discardFrom(ctx, store, l.Object)
	}
}

func (s *Service) discardFrom(ctx context.Context, store StoreConfig, object stores.Object) {
	if err := s.bucketOf(store).Delete(context.WithoutCancel(ctx), object.Name); err != nil {
		s.log.Warn("image data left behind", "store", store.ID, "object", object.Name, "error", err)
	}
}
