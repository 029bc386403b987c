package glance

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// imageTarget is an image as policy rules see it, by the caller it is checked for.
type imageTarget struct {
	image   *Image
	project string // the caller's
}

var _ policy.Target = imageTarget{}

// Lookup serves the attributes that rules name; custom properties are attributes, too.
func (t imageTarget) Lookup(name string) (any, bool) {
	switch name {
	case "project_id", "owner", "tenant":
		if t.image.Owner == "" {
			return nil, true
		}
		return t.image.Owner, true
	case "member_id", "member":
		// A shared image of somebody else's can only have been found by one of its members.
		if t.image.Visibility == Shared && t.project != t.image.Owner {
			return t.project, true
		}
		return nil, true
	case "visibility":
		return string(t.image.Visibility), true
	case "id", "image_id":
		return t.image.ID, true
	case "status":
		return string(t.image.Status), true
	case "protected":
		return t.image.Protected, true
	case "os_hidden":
		return t.image.Hidden, true
	case "disk_format":
		return t.image.DiskFormat, true
	case "container_format":
		return t.image.ContainerFormat, true
	}
	value, ok := t.image.Properties[name]
	return value, ok
}

func targetOf(c *httpapi.Call, i *Image) imageTarget { return imageTarget{i, c.Auth.ProjectID} }

// authorize checks a rule on an image. Who may not even see the image is told that there is none.
func authorize(c *httpapi.Call, rule string, i *Image) error {
	err := c.AuthorizeFor(rule, targetOf(c, i))
	if err == nil {
		return nil
	}
	if rule == "get_image" || !c.May("get_image", targetOf(c, i)) {
		return fail.New(fail.NotFound, "")
	}
	return err
}

// authorizeChange checks a rule for something that changes the image. Releases of legacy rules want its owner for that.
func (s *Service) authorizeChange(c *httpapi.Call, rule string, i *Image) error {
	if err := authorize(c, rule, i); err != nil {
		return err
	}
	if s.legacyDefaults() && !s.owns(c, i) {
		return &fail.Error{Kind: fail.Forbidden, Resource: notOwner, Text: "You do not own this image"}
	}
	return nil
}

// notOwner is the resource of a fail.Forbidden that is about an image's owner, and no rule.
const notOwner = "owner"

// owns tells whether the caller may change the image by the rules of old.
func (s *Service) owns(c *httpapi.Call, i *Image) bool {
	return isAdmin(c) || i.Owner != "" && i.Owner == c.Auth.ProjectID
}

// imageOf finds an image that the caller may see; one that it may not see, or that was deleted, is not there.
func (s *Service) imageOf(c *httpapi.Call, r state.Reader, id string) (Image, error) {
	i, ok := s.images.Get(r, id)
	if !ok || i.Status == StatusDeleted || !s.visible(c, r, &i) {
		return Image{}, fail.New(fail.NotFound, "No image found with ID %s", id)
	}
	return i, nil
}

// visible is what glance.db.utils.is_image_visible tells.
func (s *Service) visible(c *httpapi.Call, r state.Reader, i *Image) bool {
	switch {
	case i.Owner == "", i.Visibility == Public, i.Visibility == Community, isAdmin(c):
		return true
	case c.Auth.ProjectID == "":
		return false
	case c.Auth.ProjectID == i.Owner:
		return true
	}
	return i.Visibility == Shared && s.members.Has(r, memberKey(i.ID, c.Auth.ProjectID))
}
