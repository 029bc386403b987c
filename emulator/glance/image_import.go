package glance

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The methods of importing.
const (
	methodDirect   = "glance-direct"
	methodDownload = "web-download"
	methodCopy     = "copy-image"
)

// The properties by which an image tells of its import.
const (
	importLock   = "os_glance_import_task"
	importingTo  = "os_glance_importing_to_stores"
	failedImport = "os_glance_failed_import"
)

// importRequest is what an import is asked for.
type importRequest struct {
	body        schema.Dict // as it came, for the task to show
	method      string
	uri         schema.Value
	allStores   bool
	mustSucceed bool // in every store, or the image gets into none
}

// imageImport serves POST of an import: staged data goes to one or more stores, or that of an active image to more
// stores. What is left when the 202 leaves is the task of importing, which the image is locked by.
// API reference: Image data, "Import an image". The order of the checks is that of glance/api/v2/images.py.
func (s *Service) imageImport(c *httpapi.Call) error {
	req, err := s.readImport(c)
	if err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		if err := s.checkLimit(tx, c.Auth.ProjectID, limitSizeTotal, 0); err != nil {
			return err
		}
		i, err := s.imageOf(c, tx, c.Var("image_id"))
		if err != nil {
			return err
		}
		if err := s.importable(c, &i, req); err != nil {
			return err
		}
		if err := s.breakLock(tx, &i); err != nil {
			return err
		}
		targets, err := s.importTargets(c, tx, &i, req)
		if err != nil {
			return err
		}
		if req.allStores && len(targets) == 0 && req.method == methodCopy {
			return nil // it is everywhere
		}
		if err := s.checkImportSource(tx, req); err != nil {
			return err
		}
		s.startImport(c, tx, i, req, targets)
		return nil
	})
}

// readImport reads the body. Quirk: upstream dies of a body, or a method, that is no object (reference).
func (s *Service) readImport(c *httpapi.Call) (importRequest, error) {
	value, err := jsonBody(c)
	if err != nil {
		return importRequest{}, err
	}
	body, ok := value.(schema.Dict)
	if !ok {
		return importRequest{}, crash()
	}
	value, ok = body.Get("method")
	if !ok {
		return importRequest{}, fail.New(fail.Invalid, "Import request requires a 'method' field.")
	}
	method, ok := value.(schema.Dict)
	if !ok {
		return importRequest{}, crash()
	}
	value, ok = method.Get("name")
	if !ok {
		return importRequest{}, fail.New(fail.Invalid, "Import request requires a 'name' field.")
	}
	name, ok := value.(string)
	if !ok || !slices.Contains(s.cfg.EnabledImportMethods, name) {
		return importRequest{}, fail.New(fail.Invalid, "Unknown import method name '%s'.", schema.Str(value))
	}
	req := importRequest{body: body, method: name, mustSucceed: true}
	req.uri, _ = method.Get("uri")
	if err := readFlag(body, "all_stores_must_succeed", &req.mustSucceed); err != nil {
		return req, err
	}
	return req, readFlag(body, "all_stores", &req.allStores)
}

func readFlag(body schema.Dict, name string, flag *bool) error {
	value, ok := body.Get(name)
	if !ok {
		return nil
	}
	if *flag, ok = value.(bool); !ok {
		return fail.New(fail.Invalid, "'%s' must be boolean value only", name)
	}
	return nil
}

// importable tells whether the image is in a state for this import, and whether the caller may do it.
func (s *Service) importable(c *httpapi.Call, i *Image, req importRequest) error {
	switch {
	case i.Status == StatusActive && req.method != methodCopy:
		return fail.New(fail.Conflict, "Image with status active cannot be target for import")
	case i.Status != StatusActive && req.method == methodCopy:
		return fail.New(fail.Conflict, "Only images with status active can be targeted for copying")
	case i.Status != StatusQueued && req.method != methodCopy && req.method != methodDirect:
		return fail.New(fail.Conflict, "Image needs to be in 'queued' state to use '%s' method", req.method)
	case i.Status != StatusUploading && req.method == methodDirect:
		return fail.New(fail.Conflict, "Image needs to be staged before 'glance-direct' method can be used")
	case i.ContainerFormat == "":
		return fail.New(fail.Conflict, "'container_format' needs to be set before import")
	case i.DiskFormat == "":
		return fail.New(fail.Conflict, "'disk_format' needs to be set before import")
	case req.method == methodCopy:
		return authorize(c, "copy_image", i)
	case req.method == methodRemote:
		value, _ := req.body.Get("method")
		method, _ := value.(schema.Dict)
		if err := checkRemote(method); err != nil {
			return err
		}
	}
	return s.authorizeChange(c, "modify_image", i)
}

// importTargets are the stores that an import is to go to; those that the image is in already are refused, or left out
// of all stores.
func (s *Service) importTargets(c *httpapi.Call, r state.Reader, i *Image, req importRequest) ([]string, error) {
	if s.singleStore(r) {
		if req.method == methodCopy {
			return nil, crash() // Quirk: it looks for the name of a store that has none.
		}
		return []string{""}, nil
	}
	ids, err := s.requestedStores(c, r, req)
	if err != nil || req.method != methodCopy {
		return ids, err
	}
	for _, l := range i.Locations {
		at := slices.Index(ids, l.Store)
		switch {
		case at < 0:
		case req.allStores:
			ids = slices.Delete(ids, at, at+1)
		default:
			return nil, fail.New(fail.Invalid, "Image is already present at store '%s'", l.Store)
		}
	}
	return ids, nil
}

// requestedStores reads which stores a request is about: all that can be written to, some, one in a header, or the
// default one.
func (s *Service) requestedStores(c *httpapi.Call, r state.Reader, req importRequest) ([]string, error) {
	given, listed := req.body.Get("stores")
	header := c.Request.Header.Values("X-Image-Meta-Store")
	switch {
	case req.allStores && (listed || len(header) > 0):
		return nil, fail.New(fail.Invalid, "All_stores parameter can't be used with x-image-meta-store header or stores parameter")
	case req.allStores:
		var ids []string
		for row := range s.byRank.All(r) {
			if row.Type != typeHTTP {
				ids = append(ids, row.ID)
			}
		}
		return ids, nil
	case listed && len(header) > 0:
		return nil, fail.New(fail.Invalid, "Stores parameter and x-image-meta-store header can't be both specified")
	case listed:
		return s.knownStores(r, given)
	case len(header) > 0:
		return s.knownStores(r, schema.List{header[0]})
	}
	return s.knownStores(r, schema.List{s.defaultStore(r)})
}

// knownStores reads a list of stores, all of which must exist. Quirk: a string is a list of its characters, an object
// one of its keys, and of anything else, also in a list, upstream dies (reference).
func (s *Service) knownStores(r state.Reader, given schema.Value) ([]string, error) {
	var elements schema.List
	switch given := given.(type) {
	case schema.List:
		elements = given
	case schema.Dict:
		for _, p := range given {
			elements = append(elements, p.Key)
		}
	case string:
		for char := range strings.SplitSeq(given, "") {
			elements = append(elements, char)
		}
	default:
		return nil, crash()
	}
	ids := []string{}
	for _, e := range elements {
		switch e.(type) {
		case schema.List, schema.Dict:
			return nil, crash()
		}
		id, _ := e.(string)
		if _, ok := s.store(r, id); !ok {
			return nil, fail.New(fail.Conflict, "Store for identifier %s not found", schema.Str(e))
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// checkImportSource refuses to fetch data from where the filter does not let it. Quirk: of an address that is no string
// upstream dies, if it counts as one at all (reference).
func (s *Service) checkImportSource(r state.Reader, req importRequest) error {
	if !req.mustSucceed && s.singleStore(r) {
		return fail.New(fail.Invalid, "All_stores_must_succeed can only be set with enabled_backends %s", schema.Str(req.uri))
	}
	if req.method != methodDownload {
		return nil
	}
	address, isText := req.uri.(string)
	if !isText && truthy(req.uri) {
		return crash()
	}
	if !s.cfg.ImportFilteringOpts.passes(address) {
		return fail.New(fail.Invalid, "URI for web-download does not pass filtering: %s", schema.Str(req.uri))
	}
	return nil
}

// truthy is what Python takes a JSON value for in a condition.
func truthy(v schema.Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case schema.List:
		return len(v) > 0
	case schema.Dict:
		return len(v) > 0
	}
	return true
}

// startImport locks the image for a new task.
func (s *Service) startImport(c *httpapi.Call, tx *state.Tx, i Image, req importRequest, targets []string) {
	s.forgetTasks(tx)
	t := s.newTask(c, i.ID)
	t.Method, t.Stores, t.MustSucceed = req.method, targets, req.mustSucceed
	t.Source, _ = req.uri.(string)
	t.Input = importInput(i.ID, req.body, targets)
	i.setProperty(importLock, t.ID)
	s.images.Put(tx, i)
	s.tasks.Put(tx, t)
	s.queue.Begin(tx, kindImport, importJob{Task: t.ID})
}

// How long an import keeps others from an image: from its last sign of life on, and twice as long if it never began.
const importLockExpiry = time.Hour

// breakLock takes the lock of an earlier import off the image, if it is old enough.
func (s *Service) breakLock(tx *state.Tx, i *Image) error {
	id, locked := i.Properties[importLock]
	if !locked {
		return nil
	}
	t, ok := s.tasks.Get(tx, id)
	if ok {
		expiry := importLockExpiry
		if t.Status == TaskPending {
			expiry *= 2
		}
		if s.clock.Now().Sub(t.UpdatedAt) < expiry {
			return fail.New(fail.Conflict, "Image has active task")
		}
		s.failTask(tx, t, "Expired lock preempted")
	}
	i.unlock()
	for _, list := range []string{importingTo, failedImport} {
		if stores, ok := i.Properties[list]; ok {
			i.setProperty(list, withoutStores(stores, t.Stores...))
		}
	}
	return nil
}

// setProperty and unlock leave the properties of the stored image alone.
func (i *Image) setProperty(name, value string) {
	i.Properties = maps.Clone(i.Properties)
	if i.Properties == nil {
		i.Properties = map[string]string{}
	}
	i.Properties[name] = value
}

// unlock lets go of the image, for other imports.
func (i *Image) unlock() {
	i.Properties = maps.Clone(i.Properties)
	delete(i.Properties, importLock)
}

// withStores adds to a list of stores, which is kept in order of their names; one without a name is not listed.
func withStores(list string, add ...string) string {
	ids := append(strings.Split(list, ","), add...)
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
	return strings.Join(ids, ",")
}

func withoutStores(list string, remove ...string) string {
	ids := slices.DeleteFunc(strings.Split(list, ","), func(id string) bool { return slices.Contains(remove, id) })
	return withStores(strings.Join(ids, ","))
}
