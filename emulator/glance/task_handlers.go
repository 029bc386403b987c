package glance

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
	"github.com/fauxstack/fauxstack/emulator/internal/webob"
)

type imageTasksOut struct {
	Tasks []imageTaskView `json:"tasks"`
}

// imageTasks serves the tasks of an image, oldest first. API reference: Tasks, "Show tasks associated with image".
func (s *Service) imageTasks(c *httpapi.Call) (imageTasksOut, error) {
	view := s.db.View()
	i, err := s.imageOf(c, view, c.Var("image_id"))
	if err == nil {
		err = authorize(c, "get_image", &i)
	}
	if err != nil {
		return imageTasksOut{}, fail.New(fail.NotFound, "")
	}
	out := imageTasksOut{Tasks: []imageTaskView{}}
	for t := range s.tasksByImage.Ascend(view, Task{ImageID: i.ID}) {
		if t.ImageID != i.ID {
			break
		}
		if !t.expired(c.Now) && (isAdmin(c) || t.Owner == "" || t.Owner == c.Auth.ProjectID) {
			out.Tasks = append(out.Tasks, t.imageView())
		}
	}
	return out, nil
}

// taskShow serves GET of a task. API reference: Tasks, "Show task details".
func (s *Service) taskShow(c *httpapi.Call) (taskView, error) {
	id := c.Var("task_id")
	t, ok := s.tasks.Get(s.db.View(), id)
	if !ok || t.expired(c.Now) {
		return taskView{}, fail.New(fail.NotFound, "Could not find task %s", id)
	}
	return t.view(), nil
}

// taskDelete serves DELETE of a task, which is never permitted. It does not look for the task.
func (s *Service) taskDelete(c *httpapi.Call) (httpapi.Reply, error) {
	c.Header()["Allow"] = []string{"GET"}
	return webob.PageOf(c, http.StatusMethodNotAllowed, "This operation is currently not permitted on Glance Tasks. "+
		"They are auto deleted after reaching the time based on their expires_at property.", "", ""), nil
}

type taskListOut struct {
	Tasks  []taskStub `json:"tasks"`
	First  string     `json:"first"`
	Schema string     `json:"schema"`
	Next   string     `json:"next,omitempty"`
}

// taskListing is what a list of tasks is asked for.
type taskListing struct {
	limit      int
	marker     string
	marked     bool
	keys       []string
	descending bool
	filters    params
}

// taskList serves a page of tasks. API reference: Tasks, "List tasks".
func (s *Service) taskList(c *httpapi.Call) (taskListOut, error) {
	all, err := readQuery(c.Request.URL.RawQuery)
	if err != nil {
		return taskListOut{}, err
	}
	l, err := s.readTaskListing(all.clone())
	if err != nil {
		return taskListOut{}, err
	}
	page, err := s.taskPage(c, l)
	if err != nil {
		return taskListOut{}, err
	}
	out := taskListOut{Tasks: make([]taskStub, len(page)), First: "/v2/tasks", Schema: "/v2/schemas/tasks"}
	for i := range page {
		out.Tasks[i] = page[i].stub()
	}
	links := all.distinct()
	links.drop("marker")
	if len(links) > 0 {
		out.First += "?" + links.encode()
	}
	if len(page) > 0 && len(page) == l.limit {
		out.Next = "/v2/tasks?" + append(links, param{"marker", page[len(page)-1].ID}).encode()
	}
	return out, nil
}

// readTaskListing reads the query in upstream's order.
func (s *Service) readTaskListing(q params) (taskListing, error) {
	limit, limited := q.take("limit")
	l := taskListing{keys: []string{"created_at", "id"}, descending: true}
	l.marker, l.marked = q.take("marker")
	if dir, ok := q.take("sort_dir"); ok {
		if dir != "asc" && dir != "desc" {
			return l, fail.New(fail.Invalid, "Invalid sort direction: %s", dir)
		}
		l.descending = dir == "desc"
	}
	key, sorted := q.take("sort_key")
	l.filters = q.distinct()
	if v := q.last("status"); v != "" && !slices.Contains([]TaskStatus{TaskPending, TaskProcessing, TaskSuccess, TaskFailure}, TaskStatus(v)) {
		return l, fail.New(fail.Invalid, "Invalid status value: %s", v)
	}
	// Quirk: the types of most tasks are none to look for (reference).
	if v := q.last("type"); v != "" && v != "import" {
		return l, fail.New(fail.Invalid, "Invalid type value: %s", v)
	}
	if l.marked && l.marker != "" && !uuidLike(l.marker) {
		return l, fail.New(fail.Invalid, "Invalid marker format")
	}
	var err error
	if l.limit, err = s.readLimit(limit, limited); err != nil {
		return l, err
	}
	if sorted && !slices.Contains(l.keys, key) {
		if _, ok := taskField(&Task{}, key); !ok {
			return l, fail.New(fail.Invalid, "Sort key supplied was not valid.")
		}
		l.keys = slices.Insert(l.keys, 0, key)
	}
	return l, nil
}

// taskPage collects the tasks of a list.
func (s *Service) taskPage(c *httpapi.Call, l taskListing) ([]Task, error) {
	view := s.db.View()
	var after *Task
	if l.marked {
		marker, ok := s.tasks.Get(view, l.marker)
		if !ok || marker.expired(c.Now) {
			return nil, fail.New(fail.Invalid, "Task with the given id %s was not found", l.marker)
		}
		after = &marker
	}
	var found []Task
	for t := range s.tasksByAge.All(view) {
		if !t.expired(c.Now) && t.matches(l.filters) && (after == nil || l.compare(&t, after) > 0) {
			found = append(found, t)
		}
	}
	found = state.Ordered(found, l.compare)
	return found[:min(l.limit, len(found))], nil
}

func (l *taskListing) compare(a, b *Task) int {
	for _, key := range l.keys {
		x, _ := taskField(a, key)
		y, _ := taskField(b, key)
		if n := cmp.Compare(x, y); n != 0 {
			if l.descending {
				return -n
			}
			return n
		}
	}
	return 0
}

// matches holds the task against filters; those that are about nothing a task has count for nothing.
func (t *Task) matches(filters params) bool {
	for _, f := range filters {
		if have, ok := taskField(t, f.name); ok && have != f.value {
			return false
		}
	}
	return true
}

// taskField is what lists sort and filter tasks by. Times are in their own order as text.
func taskField(t *Task, name string) (string, bool) {
	switch name {
	case "id":
		return t.ID, true
	case "type":
		return t.kind(), true
	case "status":
		return string(t.Status), true
	case "owner":
		return t.Owner, true
	case "image_id":
		return t.ImageID, true
	case "request_id":
		return t.RequestID, true
	case "user_id":
		return t.UserID, true
	case "created_at", "updated_at", "expires_at":
		at := map[string]microtime{"created_at": microtime(t.CreatedAt), "updated_at": microtime(t.UpdatedAt), "expires_at": microtime(t.ExpiresAt)}
		text, err := at[name].MarshalText()
		return string(text), err == nil
	}
	return "", false
}

var hexDigits = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)

// uuidLike accepts what Python's uuid.UUID reads.
func uuidLike(s string) bool {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "urn:", ""), "uuid:", "")
	return hexDigits.MatchString(strings.ReplaceAll(strings.Trim(s, "{}"), "-", ""))
}
