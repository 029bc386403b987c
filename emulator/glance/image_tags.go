package glance

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// tagAdd serves PUT of a tag. API reference: Image tags, "Add image tag".
func (s *Service) tagAdd(c *httpapi.Call) error {
	tag := c.Var("tag_value")
	if err := matchImageSchema(schema.Dict{{Key: "tags", Value: schema.List{tag}}}); err != nil {
		return err
	}
	return s.changeTags(c, "update", func(i *Image) error {
		if slices.Contains(i.Tags, tag) {
			return nil
		}
		if s.cfg.ImageTagQuota >= 0 && len(i.Tags) >= s.cfg.ImageTagQuota {
			return fail.New(fail.TooLarge, "Image tag limit exceeded for image %s: The limit has been exceeded on the number of "+
				"allowed image tags. Attempted: %d, Maximum: %d:", i.ID, len(i.Tags)+1, s.cfg.ImageTagQuota)
		}
		i.Tags = append(slices.Clone(i.Tags), tag)
		return nil
	})
}

// tagDelete serves DELETE of a tag. API reference: Image tags, "Delete image tag".
func (s *Service) tagDelete(c *httpapi.Call) error {
	tag := c.Var("tag_value")
	return s.changeTags(c, "delete", func(i *Image) error {
		at := slices.Index(i.Tags, tag)
		if at < 0 {
			return fail.New(fail.NotFound, "")
		}
		i.Tags = slices.Delete(slices.Clone(i.Tags), at, at+1)
		return nil
	})
}

func (s *Service) changeTags(c *httpapi.Call, verb string, change func(*Image) error) error {
	id := c.Var("image_id")
	return s.db.Update(func(tx *state.Tx) error {
		i, err := s.imageOf(c, tx, id)
		if err != nil {
			return fail.New(fail.NotFound, "Image %s not found.", id)
		}
		err = s.authorizeChange(c, "modify_image", &i)
		if f := fail.As(err); f != nil && f.Resource == notOwner {
			return fail.New(fail.Forbidden, "Not allowed to %s tags for image %s.", verb, id)
		}
		if err != nil {
			return err
		}
		if err := change(&i); err != nil {
			return err
		}
		i.UpdatedAt = s.clock.Now()
		s.images.Put(tx, i)
		return nil
	})
}
