package glance

import (
	"math/big"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// What a request may not set, by who refuses it.
var (
	disallowed       = []string{"direct_url", "self", "file", "schema", "stores"}
	readOnlyOnCreate = []string{"created_at", "updated_at", "status", "checksum", "os_hash_algo", "os_hash_value", "size", "virtual_size"}
	reserved         = []string{"location", "deleted", "deleted_at"}
	// heldBack are refused among the custom properties once the caller may create images at all; those of reserved are
	// refused earlier.
	heldBack = []string{"locations"}
)

// reservedNamespace begins the names of properties that are Glance's own.
const reservedNamespace = "os_glance"

// imageCreate serves POST of an image. It has no data yet. API reference: Images, "Create image".
func (s *Service) imageCreate(c *httpapi.Call) (httpapi.Reply, error) {
	in, err := readNewImage(c)
	if err != nil {
		return httpapi.Reply{}, err
	}
	i := in.image
	if !in.owned {
		i.Owner = c.Auth.ProjectID
	}
	if err := s.mayCreate(c, &i, in.visible); err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.checkLimit(s.db.View(), c.Auth.ProjectID, limitCountTotal, 1); err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.checkNew(&i, in.asked); err != nil {
		return httpapi.Reply{}, err
	}
	if i.ID == "" {
		i.ID = s.ids.UUID()
	}
	i.CreatedAt = s.clock.Now()
	i.UpdatedAt = i.CreatedAt
	err = s.db.Update(func(tx *state.Tx) error {
		if s.images.Has(tx, i.ID) {
			return fail.New(fail.Conflict, "Image ID %s already exists!", i.ID)
		}
		s.images.Put(tx, i)
		return nil
	})
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{JSON: s.showLocations(s.db.View(), i.view(""), nil), Header: s.creationHeaders(c, &i)}, nil
}

func (s *Service) creationHeaders(c *httpapi.Call, i *Image) http.Header {
	h := http.Header{"Location": {c.URL("/v2/images/" + i.ID)}}
	if len(s.cfg.EnabledImportMethods) > 0 {
		h["Openstack-Image-Import-Methods"] = []string{strings.Join(s.cfg.EnabledImportMethods, ",")}
	}
	if view := s.db.View(); !s.singleStore(view) {
		var ids []string
		for row := range s.byRank.All(view) {
			ids = append(ids, row.ID)
		}
		h["Openstack-Image-Store-Ids"] = []string{strings.Join(ids, ",")}
	}
	return h
}

// newImage is what the body of a request asks for.
type newImage struct {
	image   Image
	owned   bool            // it names an owner, if only null
	visible bool            // it names a visibility
	asked   map[string]bool // every key that it has
}

// readNewImage reads the body, and refuses what upstream refuses before it looks at who asks.
func readNewImage(c *httpapi.Call) (newImage, error) {
	value, err := jsonBody(c)
	if err != nil {
		return newImage{}, err
	}
	body, ok := value.(schema.Dict)
	if !ok {
		return newImage{}, crash() // Quirk: upstream dies of an array here (reference).
	}
	for _, key := range disallowed {
		if body.Has(key) {
			return newImage{}, fail.New(fail.Forbidden, "Attribute '%s' is read-only.", key)
		}
	}
	if err := matchImageSchema(body); err != nil {
		return newImage{}, err
	}
	in := newImage{image: Image{Status: StatusQueued, Visibility: Shared}, asked: map[string]bool{}}
	for _, p := range body {
		in.asked[p.Key] = true
		if err := in.take(p.Key, p.Value); err != nil {
			return newImage{}, err
		}
	}
	return in, nil
}

func (in *newImage) take(key string, value schema.Value) error {
	switch {
	case key == "id":
		in.image.ID, _ = value.(string)
	case key == "tags":
		in.image.Tags = tagsOf(value)
	case slices.Contains(readOnlyOnCreate, key), slices.Contains(heldBack, key):
		// refused by checkNew
	case in.image.has(key):
		in.owned = in.owned || key == "owner"
		in.visible = in.visible || key == "visibility"
		in.image.set(key, value)
	case utf8.RuneCountInString(key) > 255:
		return fail.New(fail.Invalid, "Custom property should not be greater than 255 characters.")
	case slices.Contains(reserved, key), strings.HasPrefix(key, reservedNamespace):
		return detailed(fail.Forbidden, "Attribute '%s' is reserved.", key)
	default:
		if in.image.Properties == nil {
			in.image.Properties = map[string]string{}
		}
		in.image.Properties[key], _ = value.(string)
	}
	return nil
}

// mayCreate checks whether the caller may have such an image.
func (s *Service) mayCreate(c *httpapi.Call, i *Image, visible bool) error {
	proposed := *i
	if !visible {
		proposed.Visibility = Private // what upstream takes it for here
	}
	target := proposedTarget{&proposed}
	if err := c.AuthorizeFor("add_image", target); err != nil {
		if i.Owner != c.Auth.ProjectID {
			return detailed(fail.Forbidden, "You are not permitted to create images owned by '%s'", ownerText(i.Owner))
		}
		return err
	}
	if err := authorizeVisibility(c, proposed.Visibility, target); err != nil {
		return err
	}
	if s.legacyDefaults() && i.Owner != c.Auth.ProjectID && !isAdmin(c) {
		return fail.New(fail.Forbidden, "You are not permitted to create images owned by '%s'.", ownerText(i.Owner))
	}
	return nil
}

// ownerText is an owner as Python formats it.
func ownerText(owner string) string {
	if owner == "" {
		return "None"
	}
	return owner
}

// authorizeVisibility checks whether the caller may make something visible so.
func authorizeVisibility(c *httpapi.Call, v Visibility, target interface{ Lookup(string) (any, bool) }) error {
	switch v {
	case Public:
		return c.AuthorizeFor("publicize_image", target)
	case Community:
		return c.AuthorizeFor("communitize_image", target)
	}
	return nil
}

// proposedTarget is an image that does not exist yet, as policy rules see it.
type proposedTarget struct{ image *Image }

// Lookup knows the three attributes that upstream proposes.
func (t proposedTarget) Lookup(name string) (any, bool) {
	switch name {
	case "project_id", "owner":
		if t.image.Owner == "" {
			return nil, true
		}
		return t.image.Owner, true
	case "visibility":
		return string(t.image.Visibility), true
	}
	return nil, false
}

// checkNew is what upstream's layers refuse of a new image, from the outermost inwards.
func (s *Service) checkNew(i *Image, asked map[string]bool) error {
	if err := overQuota("tags", len(i.Tags), s.cfg.ImageTagQuota); err != nil {
		return err
	}
	for _, key := range readOnlyOnCreate {
		if asked[key] {
			return fail.New(fail.Forbidden, "Attribute '%s' is read-only.", key)
		}
	}
	for _, key := range heldBack {
		if asked[key] {
			return fail.New(fail.Forbidden, "Attribute '%s' is reserved.", key)
		}
	}
	if err := checkNegative("min_disk", i.MinDisk); err != nil {
		return err
	}
	if err := checkNegative("min_ram", i.MinRAM); err != nil {
		return err
	}
	if err := s.checkProperties(i.Properties); err != nil {
		return err
	}
	if err := checkCharacters(i); err != nil {
		return err
	}
	return checkStored(i)
}

func checkNegative(field string, n int) error {
	if n >= 0 {
		return nil
	}
	return fail.New(fail.Invalid, "Invalid value '%d' for parameter '%s': Cannot be a negative value", n, field)
}

// has tells whether an image has a field of that name that requests can set.
func (i *Image) has(field string) bool {
	switch field {
	case "name", "visibility", "protected", "os_hidden", "owner", "container_format", "disk_format", "min_ram", "min_disk", "tags":
		return true
	}
	return false
}

// set gives a field a value that the schema has seen.
func (i *Image) set(field string, value schema.Value) {
	text, _ := value.(string)
	switch field {
	case "name":
		if i.Name = nil; value != nil {
			i.Name = &text
		}
	case "visibility":
		i.Visibility = Visibility(text)
	case "protected":
		i.Protected, _ = value.(bool)
	case "os_hidden":
		i.Hidden, _ = value.(bool)
	case "owner":
		i.Owner = text
	case "container_format":
		i.ContainerFormat = text
	case "disk_format":
		i.DiskFormat = text
	case "min_ram":
		i.MinRAM = intOf(value)
	case "min_disk":
		i.MinDisk = intOf(value)
	case "tags":
		i.Tags = tagsOf(value)
	}
}

// intOf reads an integer of any size; one that is out of range stays out of the database's range.
func intOf(value schema.Value) int {
	switch n := value.(type) {
	case int:
		return n
	case float64: // JSON Schema takes 1.0 for an integer
		return int(max(-1<<40, min(1<<40, n)))
	case *big.Int:
		return n.Sign() << 40
	}
	return 0
}

// tagsOf is a set, in the order in which it was written.
func tagsOf(value schema.Value) []string {
	var tags []string
	list, _ := value.(schema.List)
	for _, v := range list {
		if tag, ok := v.(string); ok && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}
