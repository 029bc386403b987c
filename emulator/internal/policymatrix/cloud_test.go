package policymatrix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
)

// actors are the callers, by the columns of recordings.
var actors = []string{"none", "revoked", "other", "reader", "member", "manager", "admin", "domain-admin", "system-admin", "service"}

// cloud is a cloud that is asked: an emulated or a real one. All that is made for it lies in a domain of its own, or is
// remembered to be deleted.
type cloud struct {
	client   *http.Client
	identity string // with /v3
	base     map[string]string
	tokens   map[string]string // of actors, and of "setup", who makes what there has to be
	projects map[string]string // of actors
	users    map[string]string
	fixed    map[string]string // what variables stand for in all requests
	things   map[string]thing
	made     []string // paths to delete
	count    int
}

// thing is how something that a variable names is made: path has its method before it, and after an @ the actor who is to
// own it.
type thing struct{ service, path, body, id string }

func (c *cloud) send(method, url, token, subject, body string) (int, []byte, http.Header, error) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	if token != "" {
		request.Header.Set("X-Auth-Token", token)
	}
	if subject != "" {
		request.Header.Set("X-Subject-Token", subject)
	}
	switch {
	case strings.HasPrefix(body, "DATA"):
		request.Header.Set("Content-Type", "application/octet-stream")
	case method == http.MethodPatch && strings.Contains(url, "/v2/images/"):
		request.Header.Set("Content-Type", "application/openstack-images-v2.1-json-patch")
	case body != "":
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("OpenStack-API-Version", "volume 3.70")
	response, err := c.client.Do(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	return response.StatusCode, answer, response.Header, err
}

// login gets a token for a user of the matrix's domain, or of the default one, for a scope.
func (c *cloud) login(user, password, scope string) (string, error) {
	body := fmt.Sprintf(`{"auth": {"identity": {"methods": ["password"], "password": {"user": {%s, "password": %q}}}, "scope": %s}}`, user, password, scope)
	status, answer, header, err := c.send("POST", c.identity+"/auth/tokens", "", "", body)
	if err != nil || status != http.StatusCreated {
		return "", fmt.Errorf("login as %s for %s: %d %s %w", user, scope, status, answer, err)
	}
	return header.Get("X-Subject-Token"), nil
}

// do makes something as the one who sets things up.
func (c *cloud) do(method, url, body string) (map[string]any, error) {
	return c.doAs("setup", method, url, body)
}

func (c *cloud) doAs(who, method, url, body string) (map[string]any, error) {
	status, answer, _, err := c.send(method, url, c.tokens[who], "", body)
	if err != nil {
		return nil, err
	}
	if status >= 300 {
		return nil, fmt.Errorf("%s %s %s: %d %s", method, url, body, status, answer)
	}
	var out map[string]any
	if len(bytes.TrimSpace(answer)) > 0 {
		if err := json.Unmarshal(answer, &out); err != nil {
			return nil, nil // not for us to read
		}
	}
	return out, nil
}

// at finds what a dotted path leads to.
func at(v any, path string) string {
	for key := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[key]
		case []any:
			if len(in) == 0 {
				return ""
			}
			v = in[0]
			if m, ok := v.(map[string]any); ok && key != "0" {
				v = m[key]
			}
		}
	}
	text, _ := v.(string)
	return text
}

var variable = regexp.MustCompile(`\{([a-z0-9_]+)(?::[^}]*)?\}`)

// expand fills in the variables of a text for an actor. What is made for them is remembered in known.
func (c *cloud) expand(text, actor string, known map[string]string) (string, error) {
	var failed error
	out := variable.ReplaceAllStringFunc(text, func(match string) string {
		name := variable.FindStringSubmatch(match)[1]
		value, err := c.value(name, actor, known)
		if err != nil && failed == nil {
			failed = err
		}
		return value
	})
	return out, failed
}

func (c *cloud) value(name, actor string, known map[string]string) (string, error) {
	switch name {
	case "n":
		c.count++
		return fmt.Sprintf("matrix%d-%d", os.Getpid(), c.count), nil
	case "self":
		return c.users[actor], nil
	case "own":
		return c.projects[actor], nil
	case "subject":
		return c.login(`"name": "member", "domain": {"id": "`+c.fixed["domain_id"]+`"}`, "secret1", `{"project": {"id": "`+c.fixed["home"]+`"}}`)
	}
	if v, ok := known[name]; ok {
		return v, nil
	}
	if v, ok := c.fixed[name]; ok {
		return v, nil
	}
	t, ok := c.things[name]
	if !ok {
		return "", fmt.Errorf("nothing is known of {%s}", name)
	}
	id, err := c.make(t, actor, known)
	known[name] = id
	return id, err
}

func (c *cloud) make(t thing, actor string, known map[string]string) (string, error) {
	path, err := c.expand(t.path, actor, known)
	if err != nil {
		return "", err
	}
	body, err := c.expand(t.body, actor, known)
	if err != nil {
		return "", err
	}
	method, path, _ := strings.Cut(path, " ")
	method, who, _ := strings.Cut(method, "@")
	if who == "" {
		who = "setup"
	}
	out, err := c.doAs(who, method, c.base[t.service]+path, body)
	if err != nil {
		return "", err
	}
	if same, ok := strings.CutPrefix(t.id, "="); ok {
		return c.expand(same, actor, known)
	}
	id := at(out, t.id)
	if id == "" {
		return "", fmt.Errorf("%s %s: no %s in %v", method, path, t.id, out)
	}
	if method == "POST" {
		url := c.base[t.service] + path + "/" + id
		c.made = append(c.made, url)
		return id, c.settle(who, url, strings.TrimSuffix(t.id, ".id"), out)
	}
	return id, nil
}

// settle waits until what Cinder makes is made, or has failed.
func (c *cloud) settle(who, url, kind string, out map[string]any) error {
	for range 300 {
		if status := at(out, kind+".status"); status != "creating" && status != "backing-up" {
			return nil
		}
		var err error
		if out, err = c.doAs(who, "GET", url, ""); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s is never made", url)
}

// clean deletes what was made, as far as it is still there.
func (c *cloud) clean() {
	for _, url := range slices.Backward(c.made) {
		_, _, _, _ = c.send("DELETE", url, c.tokens["setup"], "", "")
	}
	domain := c.identity + "/domains/" + c.fixed["domain_id"]
	_, _, _, _ = c.send("PATCH", domain, c.tokens["setup"], "", `{"domain": {"enabled": false}}`)
	_, _, _, _ = c.send("DELETE", domain, c.tokens["setup"], "", "")
}
