package glance

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// imageDeactivate serves actions/deactivate: only administrators can download the data from now on. Doing it twice is
// doing it once. API reference: Images, "Deactivate image".
func (s *Service) imageDeactivate(c *httpapi.Call) error {
	return s.switchImage(c, "deactivate", StatusActive, StatusDeactivated)
}

// imageReactivate serves actions/reactivate, which takes that back. API reference: Images, "Reactivate image".
func (s *Service) imageReactivate(c *httpapi.Call) error {
	return s.switchImage(c, "reactivate", StatusDeactivated, StatusActive)
}

func (s *Service) switchImage(c *httpapi.Call, rule string, from, to Status) error {
	return s.db.Update(func(tx *state.Tx) error {
		i, err := s.imageOf(c, tx, c.Var("image_id"))
		if err != nil {
			return err
		}
		if err := s.authorizeChange(c, rule, &i); err != nil {
			return err
		}
		switch i.Status {
		case to:
			return nil
		case from:
			if err := i.move(to); err != nil {
				return err
			}
			i.UpdatedAt = s.clock.Now()
			s.images.Put(tx, i)
			return nil
		}
		return fail.New(fail.Forbidden, "Not allowed to %s image in status '%s'", rule, string(i.Status))
	})
}
