package glance

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// ofLocations tells whether a change is about where the data lies.
func ofLocations(ch change) bool { return ch.path[0] == "locations" }

// applyLocations changes where the data of an image lies, which a Glance refuses whose show_multiple_locations is off, as it is
// by default. The order of the checks is that of glance/api/v2/images.py.
func (s *Service) applyLocations(c *httpapi.Call, r state.Reader, i *Image, ch change, p *places) error {
	given, _ := ch.value.(list)
	if ch.op == "replace" && len(given) == 0 {
		return detailed(fail.Forbidden, "Cannot set locations to empty list.")
	}
	rule, verb := "set_image_location", ch.op
	switch ch.op {
	case "replace":
		verb = "update"
	case "remove":
		rule = "delete_image_location"
	}
	if err := authorize(c, rule, i); err != nil {
		return err
	}
	if ch.op == "remove" && s.legacyDefaults() && !s.owns(c, i) {
		return fail.New(fail.Forbidden, "You do not own this image")
	}
	if !s.cfg.ShowMultipleLocations {
		return fail.New(fail.Forbidden, "It's not allowed to %s locations if locations are invisible.", verb)
	}
	i.Locations = slices.Clone(s.sorted(r, i.Locations))
	switch ch.op {
	case "add":
		return s.addPlace(r, i, ch, p)
	case "replace":
		return s.replacePlaces(r, i, given, p)
	}
	return s.removePlace(i, ch.path[1], p)
}

// addPlace gives an image another place of its data, or the first.
func (s *Service) addPlace(r state.Reader, i *Image, ch change, p *places) error {
	if err := mayHavePlaces(i, "add"); err != nil {
		return err
	}
	place, _ := ch.value.(dict)
	sums, err := statedSums(i, list{place})
	if err != nil {
		return err
	}
	at, ok := placeNumber(ch.path[1], len(i.Locations), true)
	if !ok {
		return fail.New(fail.Invalid, "Invalid position for adding a location.")
	}
	l, err := p.find(i, place)
	if err != nil {
		return err
	}
	size := l.Object.Content.Size()
	if i.Size != nil && *i.Size > 0 {
		size = *i.Size
	}
	if err := s.checkStorage(r, i.Owner, "", size); err != nil {
		return deniedByQuota(err)
	}
	if err := overQuota("locations", len(i.Locations)+1, s.cfg.ImageLocationQuota); err != nil {
		return err
	}
	if slices.ContainsFunc(i.Locations, l.same) {
		return fail.New(fail.Invalid, "The location %s already exists", l.URL)
	}
	i.Locations = slices.Insert(i.Locations, at, l)
	return i.becomeActive(sums)
}

// replacePlaces gives an image all the places of its data; one that has some can only change what is said about them.
func (s *Service) replacePlaces(r state.Reader, i *Image, given list, p *places) error {
	if err := mayHavePlaces(i, "replace"); err != nil {
		return err
	}
	sums, err := statedSums(i, given)
	if err == nil {
		err = overQuota("locations", len(given), s.cfg.ImageLocationQuota)
	}
	if err != nil {
		return err
	}
	locations := make([]Location, 0, len(given))
	for _, value := range given {
		place, _ := value.(dict)
		if old, ok := s.placeAt(r, i, orEmpty(textIn(place, "url"))); ok {
			locations = append(locations, old.described(place))
			continue
		}
		if len(i.Locations) > 0 {
			return s.notEmpty(r, i)
		}
		l, err := p.find(i, place)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(locations, l.same) {
			return fail.New(fail.Invalid, "The location %s already exists", l.URL)
		}
		locations = append(locations, l)
	}
	if len(i.Locations) > 0 && len(locations) != len(i.Locations) {
		return s.notEmpty(r, i)
	}
	size := locations[0].Object.Content.Size()
	if i.Size != nil && *i.Size > 0 {
		size = *i.Size
	}
	if err := s.checkStorage(r, i.Owner, i.ID, size*int64(len(locations))); err != nil {
		return deniedByQuota(err)
	}
	i.Locations = locations
	return i.becomeActive(sums)
}

// placeAt is where an image's data lies already.
func (s *Service) placeAt(r state.Reader, i *Image, url string) (Location, bool) {
	at := slices.IndexFunc(i.Locations, func(l Location) bool { return s.urlOf(r, l) == url })
	if at < 0 {
		return Location{}, false
	}
	return i.Locations[at], true
}

// notEmpty is the refusal of places in place of those that an image has. The numbers are upstream's database's; here they
// count the places.
func (s *Service) notEmpty(r state.Reader, i *Image) error {
	var has list
	for n, l := range i.Locations {
		view := s.viewOf(r, l)
		has = append(has, dict{{"id", n + 1}, view[0], view[1], {"status", "active"}})
	}
	return fail.New(fail.Invalid, "Original locations is not empty: %s", schema.Repr(has))
}

// removePlace deletes an image's data in one place.
func (s *Service) removePlace(i *Image, where string, p *places) error {
	if i.Status != StatusActive {
		return fail.New(fail.Conflict, "It's not allowed to remove locations if image status is %s.", string(i.Status))
	}
	if len(i.Locations) == 1 {
		return fail.New(fail.Forbidden, "Cannot remove last location in the image.")
	}
	at, ok := placeNumber(where, len(i.Locations), false)
	if !ok {
		return fail.New(fail.Invalid, "Invalid position for removing a location.")
	}
	p.gone = append(p.gone, i.Locations[at])
	i.Locations = slices.Delete(i.Locations, at, at+1)
	return nil
}

func mayHavePlaces(i *Image, verb string) error {
	if i.Status == StatusActive || i.Status == StatusQueued {
		return nil
	}
	return fail.New(fail.Conflict, "It's not allowed to %s locations if image status is %s.", verb, string(i.Status))
}

// placeNumber reads the end of a pointer: a number, or "-" for the end. Behind the end, only a place can be added.
func placeNumber(s string, count int, add bool) (int, bool) {
	at := count
	if !add {
		at--
	}
	if s != "-" {
		n, err := strconv.ParseUint(s, 10, 31)
		if err != nil {
			return 0, false
		}
		at = int(n)
	}
	if add {
		return min(at, count), true
	}
	return at, 0 <= at && at < count
}

// becomeActive makes an image without data one with data that nobody has read, of which only what was stated is known.
func (i *Image) becomeActive(stated map[string]string) error {
	if i.Size == nil || *i.Size == 0 {
		size := i.Locations[0].Object.Content.Size()
		i.Size = &size
	}
	if i.Status != StatusQueued {
		return nil
	}
	for name, value := range stated {
		switch name {
		case "checksum":
			i.Checksum = value
		case "os_hash_algo":
			i.HashAlgo = value
		case "os_hash_value":
			i.HashValue = value
		}
	}
	return i.move(StatusActive)
}

// statedSums are the sums that places of data come with, as far as the image has none: they must not contradict each other,
// nor what is known.
func statedSums(i *Image, given list) (map[string]string, error) {
	known := map[string]string{"checksum": i.Checksum, "os_hash_algo": i.HashAlgo, "os_hash_value": i.HashValue}
	stated := map[string]string{}
	var names []string // in the order in which they came
	for _, value := range given {
		place, _ := value.(dict)
		for _, member := range dictIn(place, "validation_data") {
			text, _ := member.Value.(string)
			if before, ok := stated[member.Key]; !ok {
				names = append(names, member.Key)
			} else if before != text {
				return nil, fail.New(fail.Conflict, "Conflicting values for %s", member.Key)
			}
			stated[member.Key] = text
		}
	}
	for _, name := range slices.Clone(names) {
		switch known[name] {
		case "":
			continue
		case stated[name]:
			delete(stated, name)
			names = slices.DeleteFunc(names, func(s string) bool { return s == name })
		default:
			return nil, fail.New(fail.Conflict, "%s is already set with a different value", name)
		}
	}
	if len(stated) > 0 && i.Status != StatusQueued {
		return nil, fail.New(fail.Conflict, "New value(s) for %s may only be provided when image status is 'queued'", strings.Join(names, ", "))
	}
	return stated, checkSums(stated)
}

// checkSums looks at the form of new sums; the algorithm is the one that Glance itself uses.
func checkSums(stated map[string]string) error {
	if len(stated) == 0 {
		return nil
	}
	if sum, ok := stated["checksum"]; ok {
		if raw, err := hex.DecodeString(sum); err != nil {
			return fail.New(fail.Conflict, "checksum (%s) is not a valid hexadecimal value", sum)
		} else if len(raw) != 16 {
			return fail.New(fail.Conflict, "checksum (%s) is not the correct size for md5 (should be 16 bytes)", sum)
		}
	}
	if algorithm, ok := stated["os_hash_algo"]; !ok || algorithm != "sha512" {
		if !ok {
			algorithm = "None"
		}
		return fail.New(fail.Conflict, "os_hash_algo must be sha512, not %s", algorithm)
	}
	sum, ok := stated["os_hash_value"]
	if !ok {
		return crash()
	}
	if raw, err := hex.DecodeString(sum); err != nil {
		return fail.New(fail.Conflict, "os_hash_value (%s) is not a valid hexadecimal value", sum)
	} else if len(raw) != 64 {
		return fail.New(fail.Conflict, "os_hash_value (%s) is not the correct size for sha512 (should be 64 bytes)", sum)
	}
	return nil
}

// same tells whether two places are one, and the same is said about them.
func (l Location) same(o Location) bool {
	return l.URL == o.URL && l.Store == o.Store && l.Metadata == o.Metadata
}

// described is the place with what a client says about it; the store is Glance's to say.
func (l Location) described(place dict) Location {
	metadata := slices.DeleteFunc(slices.Clone(dictIn(place, "metadata")), func(p schema.Pair) bool { return p.Key == "store" })
	if l.Metadata = ""; len(metadata) > 0 {
		text, _ := plainJSON(metadata) // it came as JSON
		l.Metadata = string(text)
	}
	return l
}

// describable tells whether there are only objects, arrays and text in what a client says about a place.
func describable(v schema.Value) bool {
	switch v := v.(type) {
	case dict:
		return !slices.ContainsFunc(v, func(p schema.Pair) bool { return !describable(p.Value) })
	case list:
		return !slices.ContainsFunc(v, func(e any) bool { return !describable(e) })
	case string:
		return true
	}
	return false
}

// places are the places that one request is about.
type places struct {
	service *Service
	ctx     context.Context
	found   map[string]Location // by URL
	looked  bool                // all that will be known is
	gone    []Location          // whose data is to be deleted
}

// find is a place that a client gives, with the data that lies there.
//
// Gap: data on another server is read when its place is added, and is what it was then; upstream only asks for its size, and
// reads it with every download.
func (p *places) find(i *Image, place dict) (Location, error) {
	url := orEmpty(textIn(place, "url"))
	l, known := p.found[url]
	var err error
	if !known && p.looked {
		err = errLocation
	}
	if !known && err == nil {
		l, _, err = p.service.locate(p.ctx, url, i.ID)
	}
	switch {
	case err != nil && i.Size == nil && !errors.Is(err, errLocation) && !errors.Is(err, errForbiddenAddress):
		return l, fail.New(fail.Invalid, "The Store URI was malformed.")
	case err != nil, l.Object.Content.Size() == 0:
		return l, fail.New(fail.Invalid, "Invalid location")
	case !describable(dictIn(place, "metadata")):
		return l, crash() // Quirk: nobody catches glance_store's BackendException (glance_store/backend.py, check_location_metadata).
	}
	if p.found == nil {
		p.found = map[string]Location{}
	}
	p.found[url] = l
	return l.described(place), nil
}
