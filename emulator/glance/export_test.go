package glance

import "github.com/fauxstack/fauxstack/emulator/internal/state"

// AlsoIn puts an image's data into another store, as an import by "copy-image" does.
func (s *Service) AlsoIn(image, store string) error {
	return s.db.Update(func(tx *state.Tx) error {
		i, _ := s.images.Get(tx, image)
		also := i.Locations[0]
		also.Store = store
		i.Locations = append(i.Locations[:len(i.Locations):len(i.Locations)], also)
		s.images.Put(tx, i)
		return nil
	})
}
