package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cucumber/godog"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
)

func (w *World) requestSteps(sc registrar) {
	const sends = `{who} sends? (GET|HEAD|POST|PUT|PATCH|DELETE) {string} to (Identity|Glance|Cinder|Nova)`
	step(sc, sends, w.send)
	step(sc, sends+`:`, w.sendBody)
	step(sc, `somebody sends (GET|POST) {string} to (Identity):`, w.sendWithoutToken)
	step(sc, `the bearer of the token tries to send (GET|DELETE) {string} to (Identity|Glance)`, w.sendAsBearer)
	step(sc, `{who} creates? {string} by POST {string} to (Identity|Glance|Cinder|Nova):`, w.createBy)
	step(sc, `the answer is {int}`, w.answerIs)
	step(sc, `the answer says:`, w.answerSays)
	step(sc, `the answer does not say {string}`, w.answerSaysNo)
	step(sc, `one of the {string} in the answer says:`, w.answerHasOne)
	step(sc, `none of the {string} in the answer says:`, w.answerHasNone)
	step(sc, `{string} of the answer is called {string}`, w.callAnswer)
	step(sc, `{string} of the answer is the volume {string}`, w.madeVolume)
	kind := `the (` + strings.Join(sortedKeys(kinds), "|") + `) {string}`
	step(sc, kind+` becomes {string}`, w.thingBecomes)
	step(sc, kind+` disappears`, w.thingDisappears)
}

// services are the names of services in requests, with what catalogs call them.
var services = map[string]string{"Identity": "identity", "Glance": "image", "Cinder": "block-storage", "Nova": "compute"}

// send is
//
//	When the administrator sends GET "users/{alice}" to Identity
//
// The path is what follows the version in the URL. {alice} stands for the id of what the scenario calls alice; {name:alice}
// for a name that on this cloud nobody else has; {my user}, {my project}, {a stranger's user}, {a stranger's project},
// {the administrator's user}, {the administrator's project} and {my domain} for people's ids; {the role member} for the id of
// a role of the cloud; {the token} for the token that the scenario speaks of.
func (w *World) send(ctx context.Context, who, method, path, service string) error {
	return w.request(ctx, act(who), method, path, service, nil)
}

// sendBody is send with a body of JSON:
//
//	When the administrator sends PATCH "users/{alice}" to Identity:
//	  """
//	  {"user": {"enabled": false}}
//	  """
func (w *World) sendBody(ctx context.Context, who, method, path, service string, body *godog.DocString) error {
	return w.request(ctx, act(who), method, path, service, body)
}

// createBy is sendBody for what is to be removed, by a DELETE of its own path, when the scenario ends:
//
//	When the administrator creates "alice" by POST "users" to Identity:
//	  """
//	  {"user": {"name": "{name:alice}"}}
//	  """
//
// From here on {alice} stands for its id. What has no id has an "access", or is a "namespace". Of Cinder it may be whatever
// has a path of its own, volumes that other steps speak of among it.
func (w *World) createBy(ctx context.Context, who, name, path, service string, body *godog.DocString) error {
	a := act(who)
	if err := w.request(ctx, a, http.MethodPost, path, service, body); err != nil || w.answer.Status >= 300 {
		return err
	}
	made, err := w.answered()
	if err != nil {
		return err
	}
	id := madeID(made)
	if id == "" {
		return errors.New("the answer has no id")
	}
	w.own(service, w.askedAt, name, id)
	return nil
}

// madeID is the id in the answer to a creation, which may be wrapped in an object or a list of one.
func madeID(made any) string {
	if list, ok := made.([]any); ok && len(list) == 1 {
		return madeID(list[0])
	}
	fields, _ := made.(map[string]any)
	for _, key := range []string{"id", "access", "namespace"} {
		if id, ok := fields[key].(string); ok {
			return id
		}
	}
	for _, key := range sortedKeys(fields) {
		switch fields[key].(type) {
		case map[string]any, []any:
			if id := madeID(fields[key]); id != "" {
				return id
			}
		}
	}
	return ""
}

// sendWithoutToken is
//
//	When somebody sends POST "auth/tokens" to Identity:
//	  """
//	  {"auth": {"identity": {"methods": ["token"], "token": {"id": "{the token}"}}}}
//	  """
//
// showing no token of their own, who may be refused. A token that comes is the one that the scenario speaks of from here on.
func (w *World) sendWithoutToken(ctx context.Context, method, path, service string, body *godog.DocString) error {
	auth, err := w.cloud.Credentials(Member)
	if err != nil {
		return err
	}
	c, err := w.stranger(ctx, Member, auth.IdentityEndpoint)
	if err != nil {
		return err
	}
	if err := w.exchange(ctx, c, actor{Member, true}, method, path, service, body); err != nil {
		return err
	}
	return w.keepToken()
}

// keepToken makes a token that came with the last answer the one that the scenario speaks of.
func (w *World) keepToken() (err error) {
	id := w.answer.ResponseHeader.Get("X-Subject-Token")
	if id == "" || w.answer.Status >= 300 {
		return nil
	}
	made := tokens.CreateResult{}
	made.Header = w.answer.ResponseHeader
	if made.Body, err = w.answered(); err != nil {
		return err
	}
	w.token, err = newToken(made)
	return err
}

// sendAsBearer is
//
//	When the bearer of the token tries to send GET "auth/projects" to Identity
//
// with the token that the scenario speaks of.
func (w *World) sendAsBearer(ctx context.Context, method, path, service string) error {
	known, err := w.clientOf(ctx, Member, service)
	if err != nil {
		return err
	}
	auth, err := w.cloud.Credentials(Member)
	if err != nil {
		return err
	}
	c, err := w.stranger(ctx, Member, auth.IdentityEndpoint)
	if err != nil {
		return err
	}
	c.HTTPClient, c.Endpoint, c.ResourceBase = known.HTTPClient, known.Endpoint, known.ResourceBase
	c.SetToken(w.token.id)
	return w.exchange(ctx, c, actor{Member, true}, method, path, service, nil)
}

func (w *World) clientOf(ctx context.Context, person, service string) (*gophercloud.ServiceClient, error) {
	switch service {
	case "Glance":
		return w.Image(ctx, person)
	case "Cinder":
		return w.BlockStorage(ctx, person)
	case "Nova":
		return w.Compute(ctx, person)
	default:
		return w.Identity(ctx, person)
	}
}

func (w *World) request(ctx context.Context, who actor, method, path, service string, body *godog.DocString) error {
	c, err := w.clientOf(ctx, who.person, service)
	if err != nil {
		return err
	}
	return w.exchange(ctx, c, who, method, path, service, body)
}

// exchange sends a request and keeps the answer.
func (w *World) exchange(
	ctx context.Context, c *gophercloud.ServiceClient, who actor, method, path, service string, body *godog.DocString,
) error {
	path, err := w.filled(ctx, path)
	if err != nil {
		return err
	}
	opts := accepted()
	if body != nil {
		text, err := w.filled(ctx, body.Content)
		if err != nil {
			return err
		}
		if !json.Valid([]byte(text)) {
			return fmt.Errorf("the body is not JSON: %s", text)
		}
		opts.JSONBody = json.RawMessage(text)
		if method == http.MethodPatch && strings.HasPrefix(path, "images/") {
			opts.MoreHeaders = map[string]string{"Content-Type": "application/openstack-images-v2.1-json-patch"}
		}
	}
	before := len(w.wire)
	_, err = c.Request(ctx, method, c.ServiceURL(path), opts)
	if len(w.wire) == before {
		return errors.Join(fmt.Errorf("%s %s of %s did not get there", method, path, services[service]), err)
	}
	w.answer, w.askedAt = w.last(), path
	return w.did(who, err)
}

// placeholder is what stands for an id in a request.
var placeholder = regexp.MustCompile(`\{([^{}"]+)\}`)

// filled replaces all placeholders of a request or an expectation.
func (w *World) filled(ctx context.Context, text string) (string, error) {
	text = w.expand(text)
	var errs []error
	text = placeholder.ReplaceAllStringFunc(text, func(found string) string {
		value, ok, err := w.known(ctx, found[1:len(found)-1])
		if err != nil {
			errs = append(errs, err)
		}
		if !ok {
			return found // no placeholder, but JSON, or a URL's template
		}
		return value
	})
	return text, errors.Join(errs...)
}

// owners are the people whose ids requests can name.
var owners = map[string]string{"my": Member, "a stranger's": Foreign, "the administrator's": Admin}

// known is what a placeholder stands for that is not a thing of the scenario.
func (w *World) known(ctx context.Context, name string) (value string, ok bool, err error) {
	if role, found := strings.CutPrefix(name, "the role "); found {
		value, err = w.roleID(ctx, role)
		return value, true, err
	}
	if name == "the token" {
		return w.token.id, true, nil
	}
	space := strings.LastIndex(name, " ")
	person, found := owners[name[:max(space, 0)]]
	if !found {
		return "", false, nil
	}
	p, err := w.provider(ctx, person, "identity")
	if err != nil {
		return "", false, err
	}
	auth, found := p.GetAuthResult().(tokens.CreateResult)
	if !found {
		return "", false, fmt.Errorf("{%s} is not known on this cloud", name)
	}
	project, err := auth.ExtractProject()
	if err != nil {
		return "", false, err
	}
	user, err := auth.ExtractUser()
	if err != nil {
		return "", false, err
	}
	value, ok = map[string]string{"user": user.ID, "project": project.ID, "domain": user.Domain.ID}[name[space+1:]]
	return value, ok, nil
}

func (w *World) roleID(ctx context.Context, name string) (string, error) {
	c, err := w.Identity(ctx, Admin)
	if err != nil {
		return "", err
	}
	var found struct{ Roles []struct{ ID string } }
	if _, err := c.Get(ctx, c.ServiceURL("roles?name="+name), &found, nil); err != nil {
		return "", err
	}
	if len(found.Roles) != 1 {
		return "", fmt.Errorf("the cloud has %d roles %q", len(found.Roles), name)
	}
	return found.Roles[0].ID, nil
}

// answered is the JSON of the last answer to a request.
func (w *World) answered() (any, error) {
	if w.answer == nil {
		return nil, errors.New("nobody has sent a request")
	}
	var v any
	return v, w.answer.Answer(&v)
}

// answerIs is
//
//	Then the answer is 204
//
// to the last request, which may have been refused.
func (w *World) answerIs(status int) error {
	w.attempt = nil
	if w.answer == nil {
		return errors.New("nobody has sent a request")
	}
	return same("the status", status, w.answer.Status)
}

// answerSays is
//
//	Then the answer says:
//	  | user.name    | {name:alice} |
//	  | user.enabled | true         |
//	  | links.next   | null         |
//
// among what it says to the last request. Names lead into objects, numbers (from 0) into lists. All values are compared as
// text, lists and objects as their JSON; {alice} stands for an id as in "{who} sends", in names too.
func (w *World) answerSays(ctx context.Context, t *godog.Table) error {
	body, err := w.answered()
	if err != nil {
		return err
	}
	return w.says(ctx, body, t)
}

// says compares the fields that a table names.
func (w *World) says(ctx context.Context, body any, t *godog.Table) error {
	fields, err := pairs(t)
	if err != nil {
		return err
	}
	want, got := map[string]string{}, map[string]string{}
	for path, value := range fields {
		if want[path], err = w.filled(ctx, value); err != nil {
			return err
		}
		at, err := w.filled(ctx, path)
		if err != nil {
			return err
		}
		got[path] = textAt(body, at)
	}
	return same("the answer", want, got)
}

// textAt is what stands at a path in JSON.
func textAt(body any, path string) string {
	v, ok := follow(body, strings.Split(path, "."))
	if !ok {
		return "(no such field)"
	}
	if text, ok := v.(string); ok {
		return text
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// follow follows a path. The name of a field may have dots in it.
func follow(v any, path []string) (any, bool) {
	if len(path) == 0 {
		return v, true
	}
	switch v := v.(type) {
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i < 0 || i >= len(v) {
			return nil, false
		}
		return follow(v[i], path[1:])
	case map[string]any:
		for n := 1; n <= len(path); n++ {
			if inner, ok := v[strings.Join(path[:n], ".")]; ok {
				return follow(inner, path[n:])
			}
		}
	}
	return nil, false
}

// answerSaysNo is
//
//	Then the answer does not say "user.password"
func (w *World) answerSaysNo(path string) error {
	body, err := w.answered()
	if err != nil {
		return err
	}
	if v, ok := follow(body, strings.Split(path, ".")); ok {
		return fmt.Errorf("it says %v", v)
	}
	return nil
}

// answerHasOne is
//
//	Then one of the "users" in the answer says:
//	  | id | {alice} |
//
// and maybe other things.
func (w *World) answerHasOne(ctx context.Context, list string, t *godog.Table) error {
	found, err := w.anySays(ctx, list, t)
	if err == nil && !found {
		err = errors.New("none does")
	}
	return err
}

// answerHasNone is
//
//	Then none of the "users" in the answer says:
//	  | id | {alice} |
func (w *World) answerHasNone(ctx context.Context, list string, t *godog.Table) error {
	found, err := w.anySays(ctx, list, t)
	if err == nil && found {
		err = errors.New("one does")
	}
	return err
}

func (w *World) anySays(ctx context.Context, list string, t *godog.Table) (bool, error) {
	body, err := w.answered()
	if err != nil {
		return false, err
	}
	v, _ := follow(body, strings.Split(list, "."))
	all, ok := v.([]any)
	if !ok {
		return false, fmt.Errorf("the answer has no list %q", list)
	}
	if _, err := pairs(t); err != nil {
		return false, err
	}
	return slices.ContainsFunc(all, func(one any) bool { return w.says(ctx, one, t) == nil }), nil
}

// callAnswer is
//
//	When "access_rules.0.id" of the answer is called "rule"
//
// so that {rule} stands for it from here on.
func (w *World) callAnswer(path, name string) error {
	body, err := w.answered()
	if err != nil {
		return err
	}
	if _, ok := follow(body, strings.Split(path, ".")); !ok {
		return fmt.Errorf("the answer does not say %q", path)
	}
	w.Others.Set(name, textAt(body, path))
	return nil
}
