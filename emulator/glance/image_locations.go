package glance

import (
	"context"
	"crypto/md5"  //nolint:gosec // what upstream offers
	"crypto/sha1" //nolint:gosec // what upstream offers
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// kindLocation is the job that gives an image the data of a location.
const kindLocation = "glance.image.location"

// hashes are those that the data of a location can be checked by.
var hashes = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New, "md5": md5.New}

var locationBody = schema.New(dict{
	{"name", "location"},
	{"properties", dict{{"add_location", dict{
		{"type", "object"},
		describe("Where the data is, and what it has to be"),
		{"properties", dict{
			{"url", dict{typeString, readOnly, describe("Address of the data")}},
			{"validation_data", dict{
				describe("Hash that the data has to have"),
				{"type", "object"},
				{"writeOnly", true},
				{"additionalProperties", false},
				{"properties", dict{
					{"os_hash_algo", dict{typeString, {"maxLength", 64}, enum(false, "sha1", "sha256", "sha512", "md5")}},
					{"os_hash_value", dict{typeString, {"maxLength", 128}}},
				}},
				{"dependentRequired", dict{{"os_hash_value", list{"os_hash_algo"}}, {"os_hash_algo", list{"os_hash_value"}}}},
			}},
		}},
		{"required", list{"url"}},
	}}}},
	{"additionalProperties", dict{typeString}},
})

// hasLocations tells whether the release has the API of locations.
func (s *Service) hasLocations() error {
	if s.release.AtLeast(release.Dalmatian) {
		return nil
	}
	return fail.New(fail.NotFound, "")
}

// locationList serves where an image's data is, to other services. API reference: Images, "Get locations".
func (s *Service) locationList(c *httpapi.Call) (list, error) {
	view := s.db.View()
	i, err := s.imageOf(c, view, c.Var("image_id"))
	if err == nil {
		err = authorize(c, "fetch_image_location", &i)
	}
	if err == nil {
		err = s.hasLocations()
	}
	if err != nil {
		return nil, err
	}
	views := list{}
	for _, l := range i.Locations {
		views = append(views, s.viewOf(view, l))
	}
	return views, nil
}

// viewOf is a place of data as answers show it.
func (s *Service) viewOf(r state.Reader, l Location) dict {
	value, _ := schema.Decode([]byte(l.Metadata)) // it is nothing, or an object that a client has sent
	metadata, _ := value.(dict)
	if !s.singleStore(r) && l.Store != "" {
		metadata = append(metadata, schema.Pair{Key: "store", Value: l.Store})
	}
	return dict{{"url", s.urlOf(r, l)}, {"metadata", append(dict{}, metadata...)}}
}

// showLocations adds to an image's view where its data lies, as far as the configuration lets everybody know.
func (s *Service) showLocations(r state.Reader, v shownImage, locations []Location) shownImage {
	sorted := s.sorted(r, locations)
	if s.cfg.ShowMultipleLocations {
		v.Locations = new(list{})
		for _, l := range sorted {
			*v.Locations = append(*v.Locations, s.viewOf(r, l))
		}
	}
	if s.cfg.ShowImageDirectURL && len(sorted) > 0 {
		v.DirectURL = s.urlOf(r, sorted[0])
	}
	return v
}

// urlOf is the address of data in its store, of the form that drivers give it.
func (s *Service) urlOf(r state.Reader, l Location) string {
	if l.URL != "" {
		return l.URL
	}
	id := l.Store
	if id == "" {
		id = s.defaultStore(r)
	}
	store, _ := s.store(r, id)
	switch store.Type {
	case "rbd":
		return "rbd://images/" + l.Object.Name + "/snap"
	case "cinder":
		return "cinder://" + id + "/" + l.Object.Name
	case "swift":
		return "swift+config://ref1/glance/" + l.Object.Name
	case "s3":
		return "s3://glance/" + id + "/" + l.Object.Name
	}
	return "file://" + s.directoryOf(store) + "/" + l.Object.Name
}

// newLocation is what a request for a location says.
type newLocation struct {
	url, algorithm, value string
}

// locationAdd serves POST of a location for an image without data, which gets active by it later. API reference: Images,
// "Add location". The order of the checks is that of glance/api/v2/images.py.
func (s *Service) locationAdd(c *httpapi.Call) error {
	value, err := jsonBody(c)
	if err == nil {
		err = matchSchema("location", locationBody, dict{{"add_location", value}})
	}
	if err != nil {
		return err
	}
	body, _ := value.(dict)
	given := dictIn(body, "validation_data")
	in := newLocation{orEmpty(textIn(body, "url")), orEmpty(textIn(given, "os_hash_algo")), orEmpty(textIn(given, "os_hash_value"))}
	return s.db.Update(func(tx *state.Tx) error {
		i, err := s.imageOf(c, tx, c.Var("image_id"))
		if err != nil {
			return err
		}
		if i.Status != StatusQueued {
			return fail.New(fail.Conflict, "It's not allowed to add locations if image status is %s.", string(i.Status))
		}
		if err := s.mayAddLocation(c, tx, &i, in.url); err != nil {
			return err
		}
		if err := in.check(given); err != nil {
			return err
		}
		if err := s.breakLock(tx, &i); err != nil {
			return err
		}
		s.forgetTasks(tx)
		t := s.newTask(c, i.ID)
		t.Type, t.Source = taskTypeLocation, in.url
		if t.Input, err = plainJSON(dict{{"image_id", i.ID}, {"loc_url", in.url}, {"validation_data", append(dict{}, given...)}}); err != nil {
			return err
		}
		i.setProperty(importLock, t.ID)
		s.images.Put(tx, i)
		s.tasks.Put(tx, t)
		s.queue.Begin(tx, kindLocation, locationJob{t.ID, in.algorithm, in.value})
		return nil
	})
}

func (s *Service) mayAddLocation(c *httpapi.Call, r state.Reader, i *Image, url string) error {
	if err := authorize(c, "add_image_location", i); err != nil {
		return err
	}
	if err := s.hasLocations(); err != nil || slices.Contains(c.Auth.Creds.Roles, "service") {
		return err
	}
	if _, ok := s.httpStore(r); !ok || !strings.HasPrefix(url, "http") {
		return fail.New(fail.Forbidden, "http store must be enabled to use location API by normal user.")
	}
	return nil
}

func (s *Service) httpStore(r state.Reader) (string, bool) {
	for row := range s.byRank.All(r) {
		if row.Type == typeHTTP {
			return row.ID, true
		}
	}
	return "", false
}

// check looks at the hash that the data has to have.
func (in newLocation) check(given dict) error {
	if !given.Has("os_hash_value") {
		return nil
	}
	if _, err := hex.DecodeString(in.value); err != nil {
		return fail.New(fail.Invalid, "os_hash_value (%s) is not a valid hexadecimal value", in.value)
	}
	if want := hashes[in.algorithm]().Size(); len(in.value) != 2*want {
		return fail.New(fail.Invalid, "os_hash_value: (%s) is not the correct size for %s (should be (%d) bytes)", in.value, in.algorithm, want)
	}
	return nil
}

// locationJob is a location that is to become an image's.
type locationJob struct {
	Task      string
	Algorithm string // "" when no hash was given
	Value     string
}

// errLocation is the failure of a location that leads to nothing.
var errLocation = errors.New("glance: there is no data at the location, or it is not what it has to be")

// addLocation gives an image the data of a location.
func (s *Service) addLocation(ctx context.Context, job locationJob) error {
	t, ok := s.tasks.Get(s.db.View(), job.Task)
	if !ok || t.Status != TaskPending {
		return nil
	}
	found, sums, err := s.locate(ctx, t.Source, t.ImageID)
	value := sums.SHA512
	if err == nil && job.Algorithm != "" && job.Algorithm != "sha512" {
		value, err = hashOf(job.Algorithm, found.Object.Content)
	}
	if err == nil && job.Value != "" && !strings.EqualFold(value, job.Value) {
		err = errLocation
	}
	failed := errors.Join(err, s.db.Update(func(tx *state.Tx) error {
		t, ok := s.tasks.Get(tx, job.Task)
		if !ok {
			return nil
		}
		i, ok := s.lockedBy(tx, &t)
		if !ok {
			s.failTask(tx, t, taskAborted)
			return nil
		}
		i.unlock()
		if err != nil || i.Status != StatusQueued || i.wantFormats() != nil {
			s.saveImport(tx, &i)
			s.failTask(tx, t, taskCrashed)
			return nil
		}
		size := found.Object.Content.Size()
		i.Size, i.Checksum, i.HashAlgo, i.HashValue = &size, sums.MD5, "sha512", value
		if job.Algorithm != "" {
			i.HashAlgo = job.Algorithm
		}
		i.Locations, i.Status = []Location{found}, StatusActive
		s.saveImport(tx, &i)
		t.Result = &taskResult{ImageID: i.ID}
		s.endTask(tx, t, TaskSuccess)
		return nil
	}))
	if failed != nil {
		s.log.Info("location not added", "task", job.Task, "error", failed)
	}
	return nil
}

// locate finds the data of a location: that of another image in a store, or what a server has. Files are not for clients
// to name (glance_store, validate_external_location).
func (s *Service) locate(ctx context.Context, url, image string) (Location, content.Sums, error) {
	if err := sim.Failure(ctx); err != nil {
		return Location{}, content.Sums{}, err
	}
	view := s.db.View()
	if strings.HasPrefix(url, "http://") || strings.HasPrefix(url, "https://") {
		store, ok := s.httpStore(view)
		if !ok {
			return Location{}, content.Sums{}, errLocation
		}
		body, size, err := s.fetch(ctx, url)
		if err != nil {
			return Location{}, content.Sums{}, err
		}
		data, err := s.keep(ctx, reservedStores[stagingStore], image, body, size)
		if err = errors.Join(err, body.Close()); err != nil {
			return Location{}, content.Sums{}, err
		}
		return Location{Store: store, URL: url, Object: data.Object}, data.sums, nil
	}
	if strings.HasPrefix(url, "file:") || strings.HasPrefix(url, "filesystem:") || strings.HasPrefix(url, "swift+config:") {
		return Location{}, content.Sums{}, errLocation
	}
	for i := range s.byAge.All(view) {
		for _, l := range i.Locations {
			if s.urlOf(view, l) == url {
				sums, err := l.Object.Content.Sums(ctx)
				return Location{Store: l.Store, URL: url, Object: stores.Object{Name: image, Content: l.Object.Content}}, sums, err
			}
		}
	}
	return Location{}, content.Sums{}, errLocation
}

func hashOf(algorithm string, data content.Content) (string, error) {
	sum := hashes[algorithm]()
	reader := data.NewReader()
	_, err := io.Copy(sum, reader)
	return hex.EncodeToString(sum.Sum(nil)), errors.Join(err, reader.Close())
}
