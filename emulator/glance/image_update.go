package glance

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The media types of a PATCH: drafts 4 and 10 of JSON Patch.
const (
	patchDraft4  = "application/openstack-images-v2.0-json-patch"
	patchDraft10 = "application/openstack-images-v2.1-json-patch"
)

// change is one operation of a PATCH.
type change struct {
	op     string // add, replace or remove
	path   []string
	value  schema.Value
	draft4 bool
}

// imageUpdate serves PATCH of an image: all changes or none. API reference: Images, "Update image".
func (s *Service) imageUpdate(c *httpapi.Call) (shownImage, error) {
	changes, err := s.readChanges(c)
	if err != nil {
		return shownImage{}, err
	}
	p := &places{service: s, ctx: c.Context()}
	if s.cfg.ShowMultipleLocations && slices.ContainsFunc(changes, ofLocations) {
		// Places are looked at beforehand, for nothing is waited for in a transaction.
		if _, err := s.changed(c, s.db.View(), changes, p); err != nil {
			return shownImage{}, err
		}
		p.looked, p.gone = true, nil
	}
	var i Image
	err = s.db.Update(func(tx *state.Tx) (err error) {
		if i, err = s.changed(c, tx, changes, p); err != nil || len(changes) == 0 {
			return err
		}
		if err := s.save(tx, &i); err != nil {
			return err
		}
		// Quirk: an image may be given away by "add" of its owner, but only by who goes on seeing it (reference).
		if !s.visible(c, tx, &i) {
			return fail.New(fail.Forbidden, "Forbidding request, image %s not visible", i.ID)
		}
		return nil
	})
	if err != nil {
		return shownImage{}, err
	}
	for _, l := range p.gone {
		s.discard(c.Context(), l)
	}
	return s.show(c, s.db.View(), &i), nil
}

// changed is the image of a request as the changes leave it.
func (s *Service) changed(c *httpapi.Call, r state.Reader, changes []change, p *places) (Image, error) {
	i, err := s.imageOf(c, r, c.Var("image_id"))
	if err != nil {
		return i, err
	}
	properties := len(i.Properties)
	i.Properties = maps.Clone(i.Properties)
	for _, ch := range changes {
		if ofLocations(ch) {
			err = s.applyLocations(c, r, &i, ch, p)
		} else {
			err = s.apply(c, &i, ch)
		}
		if err != nil {
			return i, err
		}
	}
	if len(i.Properties) > properties {
		err = s.checkProperties(i.Properties)
	}
	return i, err
}

// save puts a changed image into the state, if upstream's database would take it.
func (s *Service) save(tx *state.Tx, i *Image) error {
	if err := checkStored(i); err != nil {
		return err
	}
	if err := checkCharacters(i); err != nil {
		return err
	}
	i.UpdatedAt = s.clock.Now()
	s.images.Put(tx, *i)
	return nil
}

// apply does one change to an image that is not in the state yet.
func (s *Service) apply(c *httpapi.Call, i *Image, ch change) error {
	root := ch.path[0]
	if ch.op == "replace" && root == "owner" && !isAdmin(c) {
		return detailed(fail.Forbidden, "Owner can't be updated by non admin.")
	}
	if err := s.mayModify(c, i, ch); err != nil {
		return err
	}
	_, isProperty := i.Properties[root]
	switch {
	case ch.op == "remove" && (i.has(root) || occupied[root]):
		return detailed(fail.Forbidden, "Property %s may not be removed.", root)
	case ch.op != "add" && !i.has(root) && !isProperty && !occupied[root]:
		return detailed(fail.Conflict, "Property %s does not exist.", root)
	case ch.op == "add" && ch.draft4 && (i.has(root) || isProperty || occupied[root]):
		return detailed(fail.Conflict, "Property %s already present.", root)
	case ch.op == "remove":
		delete(i.Properties, root)
		return nil
	case i.has(root):
		return s.setField(i, root, ch.value)
	case occupied[root]:
		return setOccupied(i, ch)
	}
	if i.Properties == nil {
		i.Properties = map[string]string{}
	}
	i.Properties[root], _ = ch.value.(string)
	return nil
}

// occupied are names of parts of the object that upstream has for an image (glance/domain/proxy.py, glance/notifier.py). A
// PATCH finds those first, whether or not there is a custom property of the name, which only POST can make.
var occupied = map[string]bool{
	"base": true, "context": true, "deactivate": true, "delete": true, "extra_properties": true, "get_data": true, "get_payload": true,
	"get_super_class": true, "helper": true, "image_id": true, "member": true, "notifier": true, "reactivate": true, "repo": true,
	"send_notification": true, "set_data": true, "_abc_impl": true, "_format_image_send": true, "_format_import_properties": true,
	"_get_chunk_data_iterator": true,
}

// setOccupied gives such a part another value, which is lost, or breaks what comes after.
func setOccupied(i *Image, ch change) error {
	value, _ := ch.value.(string)
	switch ch.path[0] {
	case "base", "extra_properties":
		return crash()
	case "image_id":
		if value != i.ID {
			return fail.New(fail.NotFound, "No image found with ID %s", value)
		}
	}
	return nil
}

// mayModify checks the rules for a change; those for visibility come before that for changes at all.
func (s *Service) mayModify(c *httpapi.Call, i *Image, ch change) error {
	if ch.path[0] == "visibility" {
		v, _ := ch.value.(string)
		if err := authorizeVisibility(c, Visibility(v), targetOf(c, i)); err != nil {
			return err
		}
	}
	return s.authorizeChange(c, "modify_image", i)
}

// setField gives a field of the image a value, within what its status allows.
func (s *Service) setField(i *Image, field string, value schema.Value) error {
	switch field {
	case "disk_format", "container_format":
		if i.Status != StatusQueued && i.Status != StatusImporting {
			return fail.New(fail.Forbidden, "Attribute %s can be only replaced for a queued image.", field)
		}
	case "min_disk", "min_ram":
		if err := checkNegative(field, intOf(value)); err != nil {
			return err
		}
	case "tags":
		if err := overQuota("tags", len(tagsOf(value)), s.cfg.ImageTagQuota); err != nil {
			return err
		}
	}
	i.set(field, value)
	return nil
}

// readChanges reads the body, and refuses what can be refused without looking at the image.
func (s *Service) readChanges(c *httpapi.Call) ([]change, error) {
	media, _, _ := strings.Cut(c.Request.Header.Get("Content-Type"), ";")
	if media != patchDraft4 && media != patchDraft10 {
		c.Header()["Accept-Patch"] = []string{patchDraft4 + ", " + patchDraft10}
		return nil, s.unsupportedMedia("Image PATCH expects Content-Type one of: " + patchDraft4 + ", " + patchDraft10)
	}
	value, err := jsonBody(c)
	if err != nil {
		return nil, err
	}
	operations, ok := value.(schema.List)
	if !ok {
		return nil, fail.New(fail.Invalid, "Request body must be a JSON array of operation objects.")
	}
	changes := make([]change, 0, len(operations))
	for _, o := range operations {
		operation, ok := o.(schema.Dict)
		if !ok {
			return nil, fail.New(fail.Invalid, "Operations must be JSON objects.")
		}
		ch, err := readChange(operation, media == patchDraft4)
		if err != nil {
			return nil, err
		}
		changes = append(changes, ch)
	}
	return changes, nil
}

func readChange(operation schema.Dict, draft4 bool) (change, error) {
	op, pointer, err := operationOf(operation, draft4)
	if err != nil {
		return change{}, err
	}
	ch := change{op: op, draft4: draft4}
	if ch.path, err = readPointer(pointer); err != nil {
		return ch, err
	}
	depth := 1
	if ch.path[0] == "locations" && op != "replace" {
		depth = 2
	}
	if len(ch.path) != depth {
		return ch, fail.New(fail.Invalid, "Invalid JSON pointer for this resource: '/%s'", strings.Join(ch.path, "/"))
	}
	if op != "remove" {
		value, ok := operation.Get("value")
		if !ok {
			return ch, fail.New(fail.Invalid, `Operation "%s" requires a member named "value".`, op)
		}
		ch.value = value
	}
	return ch, checkChange(ch)
}

// operationOf finds what to do, and where: {"op": "add", "path": "/x"}, or in draft 4 {"add": "/x"}.
func operationOf(operation schema.Dict, draft4 bool) (op string, pointer schema.Value, err error) {
	known := []string{"add", "remove", "replace"}
	if draft4 {
		return operationOfDraft4(operation, known)
	}
	value, _ := operation.Get("op")
	if value == nil {
		return "", nil, fail.New(fail.Invalid, "Unable to find `op` in JSON Schema change. It must be one of the following: %s.",
			strings.Join(known, ", "))
	}
	op, _ = value.(string)
	if !slices.Contains(known, op) {
		return "", nil, fail.New(fail.Invalid, "Invalid operation: `%s`. It must be one of the following: %s.", schema.Str(value),
			strings.Join(known, ", "))
	}
	pointer, ok := operation.Get("path")
	if !ok {
		return "", nil, fail.New(fail.Invalid, "Unable to find 'path' in JSON Schema change")
	}
	return op, pointer, nil
}

func operationOfDraft4(operation schema.Dict, known []string) (op string, pointer schema.Value, err error) {
	for _, name := range known {
		value, ok := operation.Get(name)
		if !ok {
			continue
		}
		if op != "" {
			return "", nil, fail.New(fail.Invalid, `Operation objects must contain only one member named "add", "remove", or "replace".`)
		}
		op, pointer = name, value
	}
	if op == "" {
		return "", nil, fail.New(fail.Invalid, `Operation objects must contain exactly one member named "add", "remove", or "replace".`)
	}
	return op, pointer, nil
}

var (
	adjacentSlashes = regexp.MustCompile(`/\s*?/`)
	badEscape       = regexp.MustCompile(`~[^01]|~$`)
)

// readPointer parts a JSON pointer, of the limited form that Glance takes.
func readPointer(value schema.Value) ([]string, error) {
	pointer, ok := value.(string)
	switch {
	case !ok:
		return nil, crash() // Quirk: upstream dies of a pointer that is no string (reference).
	case !strings.HasPrefix(pointer, "/"):
		return nil, fail.New(fail.Invalid, "Pointer `%s` does not start with \"/\".", pointer)
	case adjacentSlashes.MatchString(pointer[1:]):
		return nil, fail.New(fail.Invalid, "Pointer `%s` contains adjacent \"/\".", pointer)
	case len(pointer) > 1 && strings.HasSuffix(pointer, "/"):
		return nil, fail.New(fail.Invalid, "Pointer `%s` end with \"/\".", pointer)
	case badEscape.MatchString(pointer):
		return nil, fail.New(fail.Invalid, "Pointer `%s` contains \"~\" not part of a recognized escape sequence.", pointer)
	}
	parts := strings.Split(strings.TrimLeft(pointer, "/"), "/")
	for i, part := range parts {
		part = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
		parts[i] = strings.TrimSpace(part)
	}
	return parts, nil
}

// checkChange refuses what no request may change, and values that the schema of images does not have.
func checkChange(ch change) error {
	root := ch.path[0]
	switch {
	case root == "id", slices.Contains(readOnlyOnCreate, root), root != "stores" && slices.Contains(disallowed, root):
		return fail.New(fail.Forbidden, "Attribute '%s' is read-only.", root)
	case slices.Contains(reserved, root), strings.HasPrefix(root, reservedNamespace):
		return fail.New(fail.Forbidden, "Attribute '%s' is reserved.", root)
	case ch.op == "remove":
		return nil
	case len(ch.path) > 1:
		return matchImageSchema(schema.Dict{{Key: root, Value: schema.List{ch.value}}})
	}
	return matchImageSchema(schema.Dict{{Key: root, Value: ch.value}})
}

// unsupportedMedia is upstream's 415; only newer releases tell why.
func (s *Service) unsupportedMedia(why string) error {
	if !s.tellsMedia() {
		why = ""
	}
	return fail.New(fail.UnsupportedMedia, "%s", why)
}
