package statematrix

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
)

// cloud is a cloud that is asked, an emulated or a real one, as the administrator of a project that is made for it.
type cloud struct {
	client    *http.Client
	token     string
	volumes   string // Cinder's endpoint with /v3 and the project
	typeID    string
	project   string   // its path, with Keystone's endpoint
	discarded []string // paths of what is in a state that it may not be used again
}

type answer struct {
	status int
	body   map[string]any
	raw    string
}

// message is what an error says.
func (a answer) message() string {
	for _, v := range a.body {
		if fault, ok := v.(map[string]any); ok {
			if text, ok := fault["message"].(string); ok {
				return strings.ReplaceAll(text, "\n", " ")
			}
		}
	}
	return ""
}

func (c *cloud) send(method, url, version, body string) (answer, http.Header, error) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return answer{}, nil, err
	}
	if c.token != "" {
		request.Header.Set("X-Auth-Token", c.token)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if version != "" {
		request.Header.Set("OpenStack-API-Version", "volume "+version)
	}
	response, err := c.client.Do(request)
	if err != nil {
		return answer{}, nil, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	out := answer{status: response.StatusCode, raw: string(raw)}
	if len(raw) > 0 && raw[0] == '{' && err == nil {
		err = json.Unmarshal(raw, &out.body)
	}
	return out, response.Header, err
}

// must is for what has to succeed; it returns a field of the object answered.
func (c *cloud) must(method, url, body, object, field string) (string, error) {
	out, _, err := c.send(method, url, "3.70", body)
	if err != nil || out.status >= 300 {
		return "", fmt.Errorf("%s %s %s: %d %s %w", method, url, body, out.status, out.raw, err)
	}
	value, _ := out.body[object].(map[string]any)
	text, _ := value[field].(string)
	return text, nil
}

func (c *cloud) login(identity, password, project string) (catalog []any, err error) {
	c.token = ""
	body := fmt.Sprintf(`{"auth": {"identity": {"methods": ["password"], "password": {"user":
		{"name": "admin", "domain": {"id": "default"}, "password": %q}}}, "scope": {"project": {"name": %q, "domain": {"id": "default"}}}}}`, password, project)
	out, header, err := c.send("POST", identity+"/auth/tokens", "", body)
	if err != nil || out.status != http.StatusCreated {
		return nil, fmt.Errorf("login: %d %s %w", out.status, out.raw, err)
	}
	c.token = header.Get("X-Subject-Token")
	token, _ := out.body["token"].(map[string]any)
	catalog, _ = token["catalog"].([]any)
	return catalog, nil
}

// open makes the project, without quotas, and a volume type.
func open(client *http.Client, identity, password string) (*cloud, error) {
	c := &cloud{client: client}
	if _, err := c.login(identity, password, "admin"); err != nil {
		return nil, err
	}
	name := fmt.Sprintf("state-matrix-%d", os.Getpid())
	project, err := c.must("POST", identity+"/projects", fmt.Sprintf(`{"project": {"name": %q, "domain_id": "default"}}`, name), "project", "id")
	if err != nil {
		return nil, err
	}
	one := func(kind, name string) (string, error) {
		out, _, err := c.send("GET", identity+"/"+kind+"?name="+name, "", "")
		if err != nil {
			return "", err
		}
		list, _ := out.body[kind].([]any)
		if len(list) != 1 {
			return "", fmt.Errorf("%s: %s", name, out.raw)
		}
		id, _ := list[0].(map[string]any)["id"].(string)
		return id, nil
	}
	user, err := one("users", "admin")
	if err != nil {
		return nil, err
	}
	role, err := one("roles", "admin")
	if err != nil {
		return nil, err
	}
	if _, err := c.must("PUT", identity+"/projects/"+project+"/users/"+user+"/roles/"+role, "", "", ""); err != nil {
		return nil, err
	}
	catalog, err := c.login(identity, password, name)
	if err != nil {
		return nil, err
	}
	for _, entry := range catalog {
		service := entry.(map[string]any)
		if service["type"] == "volumev3" || service["type"] == "block-storage" {
			c.volumes, _ = service["endpoints"].([]any)[0].(map[string]any)["url"].(string)
		}
	}
	const quotas = `{"quota_set": {"volumes": -1, "snapshots": -1, "gigabytes": -1, "backups": -1, "backup_gigabytes": -1}}`
	if _, err := c.must("PUT", c.volumes+"/os-quota-sets/"+project, quotas, "", ""); err != nil {
		return nil, err
	}
	c.project = identity + "/projects/" + project
	c.typeID, err = c.must("POST", c.volumes+"/types", fmt.Sprintf(`{"volume_type": {"name": %q}}`, name), "volume_type", "id")
	return c, err
}

// make makes a resource of a kind, and what it is of, and waits until it is there.
func (c *cloud) make(kind string) (thing, error) {
	t := thing{kind: kind, path: map[string]string{"volume": "/volumes/", "snapshot": "/snapshots/", "backup": "/backups/"}[kind]}
	body := `{"volume": {"size": 1, "name": "matrix"}}`
	if kind != "volume" {
		of, err := c.make("volume")
		if err != nil {
			return t, err
		}
		t.of = of.id
		body = fmt.Sprintf(`{%q: {"volume_id": %q, "name": "matrix"}}`, kind, of.id)
	}
	id, err := c.must("POST", c.volumes+strings.TrimSuffix(t.path, "/"), body, kind, "id")
	if err != nil {
		return t, err
	}
	t.id = id
	if t.of != "" {
		c.discarded = append(c.discarded, "/volumes/"+t.of)
	}
	if status, err := c.settled(t, ""); status != "available" || err != nil {
		return t, fmt.Errorf("%s is %s, %w", t.kind, status, err)
	}
	return t, nil
}

// reset brings a resource into a state, by way of the operation for it; a volume that is attached has an attachment.
// Backups take a moment.
func (c *cloud) reset(t thing, to state) error {
	const fresh = `{"os-reset_status": {"status": "available", "attach_status": "detached", "migration_status": "none"}}`
	action := c.volumes + t.path + t.id + "/action"
	if t.kind != "volume" {
		if _, err := c.must("POST", c.volumes+"/volumes/"+t.of+"/action", fresh, "", ""); err != nil {
			return err
		}
		if _, err := c.must("POST", action, fmt.Sprintf(`{"os-reset_status": {"status": %q}}`, to.status), "", ""); err != nil {
			return err
		}
		for range patience {
			if is, err := c.status(t); is == to.status || err != nil {
				return err
			}
		}
		return fmt.Errorf("never becomes %s", to.status)
	}
	const attach = `{"os-attach": {"host_name": "elsewhere", "mountpoint": "/dev/vdc", "mode": "rw"}}`
	steps := []string{fresh}
	if to.attached == "attached" {
		steps = append(steps, attach)
	}
	steps = append(steps, fmt.Sprintf(`{"os-reset_status": {"status": %q, "attach_status": %q, "migration_status": %q}}`, to.status, to.attached, to.migrating))
	for _, body := range steps {
		if _, err := c.must("POST", action, body, "", ""); err != nil {
			return err
		}
	}
	return nil
}

func (c *cloud) status(t thing) (string, error) {
	out, _, err := c.send("GET", c.volumes+t.path+t.id, "3.70", "")
	if out.status == http.StatusNotFound {
		return "gone", err
	}
	value, _ := out.body[t.kind].(map[string]any)
	text, _ := value["status"].(string)
	return text, err
}

// patience is how often a cloud is asked for something that takes time.
const patience = 4000

// settled waits for what goes on with a resource to end, as far as a status tells that something goes on which did not
// when it was brought to a state.
func (c *cloud) settled(t thing, since string) (string, error) {
	var status string
	for range patience {
		is, err := c.status(t)
		if err != nil {
			return "", err
		}
		if status = is; status == since || !slices.Contains(passing, status) {
			break
		}
	}
	return status, nil
}

// clean deletes what was made, as far as it still is there, the newest first.
func (c *cloud) clean() {
	for _, path := range slices.Backward(c.discarded) {
		_, _, _ = c.send("POST", c.volumes+path+"/action", "3.70", `{"os-reset_status": {"status": "error"}}`)
		_, _, _ = c.send("POST", c.volumes+path+"/action", "3.70", `{"os-force_delete": {}}`)
	}
	_, _, _ = c.send("DELETE", c.volumes+"/types/"+c.typeID, "3.70", "")
	_, _, _ = c.send("DELETE", c.project, "", "")
}
