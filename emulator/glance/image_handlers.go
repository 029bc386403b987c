package glance

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// imageShow serves GET of an image. API reference: Images, "Show image".
func (s *Service) imageShow(c *httpapi.Call) (shownImage, error) {
	view := s.db.View()
	i, err := s.imageOf(c, view, c.Var("image_id"))
	if err == nil {
		err = authorize(c, "get_image", &i)
	}
	if err != nil {
		return shownImage{}, err
	}
	return s.show(c, view, &i), nil
}

// show is an image as the caller sees it.
func (s *Service) show(c *httpapi.Call, r state.Reader, i *Image) shownImage {
	if i.Status == StatusDeactivated && !isAdmin(c) {
		return s.showLocations(r, i.view(""), nil) // where its data lies is only for administrators then
	}
	return s.showLocations(r, i.view(s.storesOf(r, i)), i.Locations)
}

// imageDelete serves DELETE of an image. Its row stays, as deleted. API reference: Images, "Delete image".
func (s *Service) imageDelete(c *httpapi.Call) error {
	id := c.Var("image_id")
	var gone Image
	err := s.db.Update(func(tx *state.Tx) error {
		i, err := s.imageOf(c, tx, id)
		if err != nil {
			return fail.New(fail.NotFound, "Failed to find image %s to delete", id)
		}
		if err := s.authorizeChange(c, "delete_image", &i); err != nil {
			return err
		}
		if i.Protected {
			return fail.New(fail.Forbidden, "Image %s is protected and cannot be deleted.", id)
		}
		gone = i
		if err := i.move(StatusDeleted); err != nil {
			return err
		}
		// Quirk: data in a store that is no longer configured cannot be deleted, and neither can the image (reference).
		if err := s.reachable(tx, &i); err != nil {
			return err
		}
		i.Properties, i.Tags, i.Locations, i.Staged, i.UpdatedAt = nil, nil, nil, nil, s.clock.Now()
		s.dropMembers(tx, id)
		s.cache.dropImage(tx, id)
		s.images.Put(tx, i)
		return nil
	})
	if err != nil {
		return err
	}
	for _, l := range gone.Locations {
		s.discard(c.Context(), l)
	}
	return nil
}

// reachable fails, as upstream does, for an image with data in a store that is gone.
func (s *Service) reachable(r state.Reader, i *Image) error {
	if s.singleStore(r) {
		return nil
	}
	for _, l := range i.Locations {
		if _, ok := s.store(r, l.Store); !ok && l.Store != "" {
			return crash()
		}
	}
	return nil
}

// checkText refuses what upstream's database cannot hold. kind names the value as upstream does.
func checkText(kind, value string) error {
	if beyondBMP(value) {
		return fail.New(fail.Invalid, "%s can't contain 4 byte unicode characters.", titled(kind))
	}
	return nil
}

func beyondBMP(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r > 0xffff })
}

// titled is Python's str.title for names in ASCII: every run of letters begins with a capital.
func titled(s string) string {
	b := []byte(strings.ToLower(s))
	inWord := false
	for i, c := range b {
		letter := 'a' <= c && c <= 'z'
		if letter && !inWord {
			b[i] -= 'a' - 'A'
		}
		inWord = letter
	}
	return string(b)
}

// checkStored is what upstream's database layer refuses of an image.
func checkStored(i *Image) error {
	for _, n := range []struct {
		name  string
		value int
	}{{"min_disk", i.MinDisk}, {"min_ram", i.MinRAM}} {
		if n.value > 1<<31-1 {
			return fail.New(fail.Invalid, "'%s' value out of range, must not exceed %d.", n.name, 1<<31-1)
		}
	}
	return nil
}

// checkCharacters is what upstream refuses of an image's texts.
func checkCharacters(i *Image) error {
	if i.Name != nil {
		if err := checkText("name", *i.Name); err != nil {
			return err
		}
	}
	if err := checkText("owner", i.Owner); err != nil {
		return err
	}
	for name, value := range i.Properties {
		if beyondBMP(name) {
			return fail.New(fail.Invalid, "Property names can't contain 4 byte unicode.")
		}
		if err := checkText(name, value); err != nil {
			return err
		}
		if utf8.RuneCountInString(name) > 255 {
			return crash() // Quirk: PATCH lets it through to the database, which does not (reference).
		}
	}
	for _, tag := range i.Tags {
		if beyondBMP(tag) {
			return fail.New(fail.Invalid, "Param values can't contain 4 byte unicode.")
		}
	}
	return nil
}

// overQuota is upstream's refusal of more of something than an image may have.
func overQuota(what string, attempted, maximum int) error {
	if maximum < 0 || attempted <= maximum {
		return nil
	}
	return fail.New(fail.TooLarge, "%s", fmt.Sprintf("The limit has been exceeded on the number of allowed image %s. Attempted: %d, Maximum: %d",
		what, attempted, maximum))
}

// checkProperties holds an image's custom properties against their quota; Glance's own do not count.
func (s *Service) checkProperties(properties map[string]string) error {
	n := 0
	for name := range properties {
		if !strings.HasPrefix(name, reservedNamespace) {
			n++
		}
	}
	return overQuota("properties", n, s.cfg.ImagePropertyQuota)
}
