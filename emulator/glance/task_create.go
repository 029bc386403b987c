package glance

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// kindTask is the job that works on a task made by itself.
const kindTask = "glance.task.run"

type taskJob struct{ Task string }

// The schemas of tasks by release.
var (
	currentTask = schema.New(closed(taskSchema(false)))
	legacyTask  = schema.New(closed(taskSchemaOf(false, taskTypeImport, taskType)))
)

// closed is a schema that knows no other properties.
func closed(s dict) dict { return s.With("additionalProperties", false) }

// taskCreate serves POST of a task, the way of importing images before there was an import of images. API reference:
// Tasks, "Create task".
func (s *Service) taskCreate(c *httpapi.Call) (httpapi.Reply, error) {
	value, err := jsonBody(c)
	if err != nil {
		return httpapi.Reply{}, err
	}
	body, _ := value.(dict)
	for _, key := range []string{"type", "input"} {
		if !body.Has(key) {
			return httpapi.Reply{}, fail.New(fail.Invalid, "Task '%s' is required", key)
		}
	}
	known := currentTask
	if !s.release.AtLeast(release.Dalmatian) {
		known = legacyTask
	}
	if err := matchSchema("task", known, body); err != nil {
		return httpapi.Reply{}, err
	}
	kind := textIn(body, "type")
	given, _ := body.Get("input")
	input, isObject := given.(dict)
	if orEmpty(kind) == taskTypeImport {
		if err := s.checkTaskSource(input); err != nil {
			return httpapi.Reply{}, err
		}
	}
	if !isObject {
		return httpapi.Reply{}, crash() // Quirk: upstream dies of an input that is null (glance/api/v2/tasks.py).
	}
	t := s.newTask(c, orEmpty(textIn(input, "image_id")))
	t.Type = orEmpty(kind)
	if t.Input, err = plainJSON(input); err != nil {
		return httpapi.Reply{}, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		s.forgetTasks(tx)
		s.tasks.Put(tx, t)
		s.queue.Begin(tx, kindTask, taskJob{t.ID})
		return nil
	})
	return httpapi.Reply{JSON: t.view(), Header: http.Header{"Location": {c.URL("/v2/tasks/" + t.ID)}}}, err
}

// checkTaskSource looks at the address that an image is to be imported from; newer releases hold it against the filter
// before there is a task.
func (s *Service) checkTaskSource(input dict) error {
	value, _ := input.Get("import_from")
	if !truthy(value) {
		return fail.New(fail.Invalid, "Invalid location: %s", schema.Str(value))
	}
	address, ok := value.(string)
	switch {
	case !ok:
		return crash()
	case strings.HasPrefix(address, "file:///"), strings.HasPrefix(address, "filesystem:///"):
		return fail.New(fail.Invalid, "File based imports are not allowed. Please use a non-local source of image data.")
	case !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://"):
		return fail.New(fail.Invalid, "The given uri is not valid. Please specify a valid uri from the following list of supported uri ['http']")
	case s.release.AtLeast(release.Gazpacho) && !s.cfg.ImportFilteringOpts.passes(address):
		return fail.New(fail.Invalid, "URI for legacy import task does not pass filtering: %s", address)
	}
	return nil
}

// runTask works on a task. Only imports of old come to something by themselves: the others need an image that is locked for
// them, which the operations that make such tasks see to.
func (s *Service) runTask(ctx context.Context, job taskJob) error {
	t, ok := s.tasks.Get(s.db.View(), job.Task)
	if !ok || t.Status != TaskPending {
		return nil
	}
	input, complaint := taskInput(&t)
	if complaint == "" && t.kind() != taskTypeImport {
		// Quirk: a task for an image that is not there is never done (reference).
		if complaint = taskAborted; !s.images.Has(s.db.View(), t.ImageID) {
			return s.setTask(t, func(_ *state.Tx, t *Task) { t.Status = TaskProcessing })
		}
	}
	var image Image
	if complaint == "" {
		var err error
		if image, err = s.importOld(ctx, input); err != nil {
			s.log.Info("import failed", "task", t.ID, "error", err)
			complaint = taskCrashed
		}
	}
	return s.db.Update(func(tx *state.Tx) error {
		t, ok := s.tasks.Get(tx, job.Task)
		switch {
		case !ok:
		case complaint != "":
			s.failTask(tx, t, complaint)
		default:
			s.images.Put(tx, image)
			t.Result = &taskResult{ImageID: image.ID}
			s.endTask(tx, t, TaskSuccess)
		}
		return nil
	})
}

func (s *Service) setTask(t Task, change func(*state.Tx, *Task)) error {
	return s.db.Update(func(tx *state.Tx) error {
		t.UpdatedAt = s.clock.Now()
		change(tx, &t)
		s.tasks.Put(tx, t)
		return nil
	})
}

// taskInput reads what a task was given, and what upstream misses in it.
func taskInput(t *Task) (input dict, complaint string) {
	value, err := schema.Decode(t.Input)
	if err != nil {
		return nil, taskCrashed
	}
	input, _ = value.(dict)
	wanted := []string{"import_from", "import_from_format", "image_properties"}
	switch t.kind() {
	case taskType:
		if len(input) > 0 && !input.Has("image_id") {
			return nil, "Missing required 'image_id' field"
		}
		wanted = nil
	case taskTypeLocation:
		wanted = []string{"image_id", "loc_url", "validation_data"}
	}
	if len(input) == 0 && t.kind() != taskTypeImport {
		return nil, "Input to " + t.kind() + " task is empty."
	}
	for _, key := range wanted {
		if !input.Has(key) {
			return nil, "Input does not contain '" + key + "' field"
		}
	}
	return input, ""
}

// errImageProperties is the failure of an import with properties that no image can have.
var errImageProperties = errors.New("glance: not the properties of an image")

// importOld makes an image of what lies at an address.
// Quirk: the image is nobody's, and its disk is of whole sectors (reference).
func (s *Service) importOld(ctx context.Context, input dict) (Image, error) {
	if err := sim.Failure(ctx); err != nil {
		return Image{}, err
	}
	in := newImage{image: Image{Status: StatusQueued, Visibility: Shared, DiskFormat: "qcow2", ContainerFormat: "bare"}}
	properties := dictIn(input, "image_properties")
	if err := matchImageSchema(properties); err != nil {
		return Image{}, errors.Join(errImageProperties, err)
	}
	for _, p := range properties {
		if err := in.take(p.Key, p.Value); err != nil {
			return Image{}, errors.Join(errImageProperties, err)
		}
	}
	i := in.image
	i.ID = s.ids.UUID()
	body, size, err := s.fetch(ctx, orEmpty(textIn(input, "import_from")))
	if err != nil {
		return Image{}, err
	}
	store := s.defaultStore(s.db.View())
	target, ok := s.store(s.db.View(), store)
	if !ok {
		return Image{}, errors.Join(noStore(store), body.Close())
	}
	data, err := s.keep(ctx, target, i.ID, body, size)
	if err = errors.Join(err, body.Close()); err != nil {
		return Image{}, err
	}
	if s.singleStore(s.db.View()) {
		store = ""
	}
	i.hold(Location{Store: store, Object: stores.Object{Name: data.Name, Content: data.Content}}, data.sums)
	i.Status, i.CreatedAt = StatusActive, s.clock.Now()
	i.UpdatedAt = i.CreatedAt
	if i.VirtualSize != nil {
		sectors := (*i.VirtualSize + 511) / 512 * 512
		i.VirtualSize = &sectors
	}
	return i, nil
}
