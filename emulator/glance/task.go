package glance

import (
	"encoding/json"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// TaskStatus is where a task stands.
type TaskStatus string

// The statuses of a task.
const (
	TaskPending    TaskStatus = "pending"
	TaskProcessing TaskStatus = "processing"
	TaskSuccess    TaskStatus = "success"
	TaskFailure    TaskStatus = "failure"
)

// Task is background work that users can look at: an import.
type Task struct {
	ID        string
	Type      string // taskType when empty
	Status    TaskStatus
	Owner     string // project
	UserID    string
	RequestID string // of the request that it comes from
	ImageID   string
	Input     json.RawMessage
	Result    *taskResult
	Message   string
	CreatedAt time.Time
	UpdatedAt time.Time
	ExpiresAt time.Time // zero until it ends

	Method      string // of the import
	Source      string // an address, of what is fetched
	Stores      []string
	MustSucceed bool
}

type taskResult struct {
	ImageID string `json:"image_id"`
}

// The types of tasks: imports by the API of images, those of old by the API of tasks, and locations that are added.
const (
	taskType         = "api_image_import"
	taskTypeImport   = "import"
	taskTypeLocation = "location_import"
)

func (t *Task) kind() string {
	if t.Type == "" {
		return taskType
	}
	return t.Type
}

// taskLife is how long a task can be looked at when it has ended.
const taskLife = 48 * time.Hour

func (s *Service) newTask(c *httpapi.Call, image string) Task {
	now := s.clock.Now()
	return Task{
		ID: s.ids.UUID(), Status: TaskPending, Owner: c.Auth.ProjectID, UserID: c.Auth.UserID, RequestID: c.RequestID,
		ImageID: image, CreatedAt: now, UpdatedAt: now,
	}
}

// importInput is the input of an import's task.
func importInput(image string, request schema.Dict, targets []string) json.RawMessage {
	backend := schema.List{}
	for _, id := range targets {
		if id == "" {
			backend = append(backend, nil)
		} else {
			backend = append(backend, id)
		}
	}
	raw, err := plainJSON(schema.Dict{{"image_id", image}, {"import_req", request}, {"backend", backend}})
	if err != nil {
		return json.RawMessage("null") // what was read as JSON can be written as JSON
	}
	return raw
}

// endTask puts a task that is at work into one of its last statuses.
func (s *Service) endTask(tx *state.Tx, t Task, status TaskStatus) {
	t.Status, t.UpdatedAt = status, s.clock.Now()
	t.ExpiresAt = t.UpdatedAt.Add(taskLife)
	s.tasks.Put(tx, t)
}

// failTask ends a task, unless it has ended before.
func (s *Service) failTask(tx *state.Tx, t Task, message string) {
	if t.Status == TaskPending || t.Status == TaskProcessing {
		t.Message = message
		s.endTask(tx, t, TaskFailure)
	}
}

// forgetTasks drops the oldest tasks, as far as nobody can see them any more.
func (s *Service) forgetTasks(tx *state.Tx) {
	var old []string
	for t := range s.tasksByAge.All(tx) {
		if !t.expired(s.clock.Now()) {
			break
		}
		old = append(old, t.ID)
	}
	for _, id := range old {
		s.tasks.Delete(tx, id)
	}
}

func (t *Task) expired(now time.Time) bool { return !t.ExpiresAt.IsZero() && !t.ExpiresAt.After(now) }

// taskStub is how lists show a task.
type taskStub struct {
	ID        string     `json:"id"`
	Type      string     `json:"type"`
	Status    TaskStatus `json:"status"`
	Owner     *string    `json:"owner"`
	CreatedAt isotime    `json:"created_at"`
	UpdatedAt isotime    `json:"updated_at"`
	Self      string     `json:"self"`
	Schema    string     `json:"schema"`
	ExpiresAt *isotime   `json:"expires_at,omitempty"`
}

func (t *Task) stub() taskStub {
	v := taskStub{
		ID: t.ID, Type: t.kind(), Status: t.Status, Owner: orNull(t.Owner), CreatedAt: isotime(t.CreatedAt),
		UpdatedAt: isotime(t.UpdatedAt), Self: "/v2/tasks/" + t.ID, Schema: "/v2/schemas/task",
	}
	if !t.ExpiresAt.IsZero() {
		v.ExpiresAt = (*isotime)(&t.ExpiresAt)
	}
	return v
}

// taskView is how a task shows itself.
type taskView struct {
	taskStub
	Input     json.RawMessage `json:"input"`
	Message   string          `json:"message"`
	Result    *taskResult     `json:"result"`
	ImageID   string          `json:"image_id,omitempty"`
	RequestID string          `json:"request_id,omitempty"`
	UserID    string          `json:"user_id,omitempty"`
}

func (t *Task) view() taskView {
	return taskView{t.stub(), t.Input, t.Message, t.Result, t.ImageID, t.RequestID, t.UserID}
}

// imageTaskView is how an image shows a task of its own: as it lies in upstream's database.
type imageTaskView struct {
	ID        string          `json:"id"`
	Type      string          `json:"type"`
	Status    TaskStatus      `json:"status"`
	Owner     *string         `json:"owner"`
	ExpiresAt *microtime      `json:"expires_at"`
	CreatedAt microtime       `json:"created_at"`
	UpdatedAt microtime       `json:"updated_at"`
	DeletedAt *microtime      `json:"deleted_at"`
	Deleted   bool            `json:"deleted"`
	ImageID   string          `json:"image_id"`
	RequestID string          `json:"request_id"`
	UserID    string          `json:"user_id"`
	Input     json.RawMessage `json:"input"`
	Result    *taskResult     `json:"result"`
	Message   string          `json:"message"`
}

func (t *Task) imageView() imageTaskView {
	v := imageTaskView{
		ID: t.ID, Type: t.kind(), Status: t.Status, Owner: orNull(t.Owner), CreatedAt: microtime(t.CreatedAt),
		UpdatedAt: microtime(t.UpdatedAt), ImageID: t.ImageID, RequestID: t.RequestID, UserID: t.UserID, Input: t.Input,
		Result: t.Result, Message: t.Message,
	}
	if !t.ExpiresAt.IsZero() {
		v.ExpiresAt = (*microtime)(&t.ExpiresAt)
	}
	return v
}

// microtime is a time as Python's serializer writes it, to the microsecond.
type microtime time.Time

// MarshalText writes 2026-11-22T15:04:02.000000.
func (t microtime) MarshalText() ([]byte, error) {
	return time.Time(t).UTC().AppendFormat(nil, "2006-01-02T15:04:05.000000"), nil
}
