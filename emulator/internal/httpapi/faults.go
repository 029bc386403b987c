package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/fault"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// errBroken ends a request whose connection is dropped: there is no answer.
var errBroken = errors.New("httpapi: the connection is dropped")

// meddle is where faults come between a request and its work: the operation and the caller are known, the body's schema
// and the policy have not been looked at.
func (c *Call) meddle() error {
	plan := c.front.Faults.OnRequest(c.subject())
	if plan == nil {
		return nil
	}
	c.plan, c.Fault = plan, plan.Mark()
	if err := plan.Delay(c.Context()); err != nil {
		return errors.Join(errBroken, err) // the client, or the cloud, is gone
	}
	if plan.Slow() {
		if err := c.readSlowly(); err != nil {
			return errors.Join(errBroken, err)
		}
	}
	c.Now = c.front.Clock.Now()
	switch {
	case plan.Drop == fault.DropBefore:
		return errBroken
	case plan.Status != 0:
		return fail.Injected(plan.Status, plan.Message)
	}
	return nil
}

// subject is what rules may match of the request.
func (c *Call) subject() *fault.Subject {
	s := &fault.Subject{
		Name: c.Op, ByService: isInternal(c.Context()), Header: c.Request.Header, Resources: c.resources, Body: c.field,
	}
	if c.Auth != nil {
		s.ProjectID, s.ProjectName, s.UserID, s.UserName = c.Auth.ProjectID, c.Auth.ProjectName, c.Auth.UserID, c.Auth.UserName
	}
	return s
}

// resources are the ids in the path, and the ids and names that the body gives.
func (c *Call) resources() []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(c.vars)) {
		if name == "project_id" && c.Auth != nil && c.vars[name] == c.Auth.ProjectID {
			continue // where Cinder's paths have the caller's project
		}
		list = append(list, c.vars[name])
	}
	top, _ := c.json().(schema.Dict)
	for _, member := range top {
		list = appendNaming(list, member)
		inner, _ := member.Value.(schema.Dict)
		for _, member := range inner {
			list = appendNaming(list, member)
		}
	}
	return list
}

// appendNaming appends a member of a body that names what the request is about.
func appendNaming(list []string, member schema.Pair) []string {
	text, ok := member.Value.(string)
	switch member.Key {
	case "id", "name", "display_name", "image_name", "imageRef", "volume_id", "snapshot_id", "source_volid", "image_id":
		if ok {
			list = append(list, text)
		}
	}
	return list
}

// json is the request's body, nil when it is not JSON.
func (c *Call) json() schema.Value {
	if !c.bodyRead && !strings.Contains(c.Request.Header.Get("Content-Type"), "json") {
		return nil
	}
	value, err := c.Value()
	if err != nil {
		return nil
	}
	return value
}

// field is the value at a dotted path of the body, as text; the items of a list are numbered from 0.
func (c *Call) field(path string) (string, bool) {
	value := c.json()
	for path != "" {
		var found bool
		if value, path, found = member(value, path); !found {
			return "", false
		}
	}
	switch v := value.(type) {
	case nil, schema.Dict, schema.List:
		return "", false
	case string:
		return v, true
	default:
		return fmt.Sprint(v), true
	}
}

// member is the value under the first part of a path, and the rest of the path. A key may itself have dots.
func member(value schema.Value, path string) (schema.Value, string, bool) {
	switch v := value.(type) {
	case schema.Dict:
		if inner, ok := v.Get(path); ok {
			return inner, "", true
		}
		for i := range len(path) {
			if path[i] != '.' {
				continue
			}
			if inner, ok := v.Get(path[:i]); ok {
				return inner, path[i+1:], true
			}
		}
	case schema.List:
		first, rest, _ := strings.Cut(path, ".")
		if i, err := strconv.Atoi(first); err == nil && i >= 0 && i < len(v) {
			return v[i], rest, true
		}
	}
	return nil, "", false
}

// readSlowly makes the reading of the body take its time. What has been read already takes it now.
func (c *Call) readSlowly() error {
	if c.bodyRead {
		return c.plan.Read(c.Context(), int64(len(c.body)))
	}
	if c.Request.Body != nil {
		c.Request.Body = &slowBody{c.Request.Body, c}
	}
	return nil
}

type slowBody struct {
	io.ReadCloser
	call *Call
}

func (b *slowBody) Read(p []byte) (int, error) {
	if portion := b.call.plan.Portion(); int64(len(p)) > portion {
		p = p[:portion]
	}
	n, err := b.ReadCloser.Read(p)
	if wait := b.call.plan.Read(b.call.Context(), int64(n)); wait != nil && err == nil {
		err = wait
	}
	return n, err
}

// spoil is where faults come between the work and the answer. It tells whether the connection is dropped instead.
func (c *Call) spoil(reply *Reply, body []byte) (dropped bool) {
	if c.broken || c.plan.Drop == fault.DropAfter {
		if reply.Stream != nil {
			_ = reply.Stream.Close() // nobody reads it
		}
		return true
	}
	for name, value := range c.plan.Header {
		if reply.Header == nil {
			reply.Header = http.Header{}
		}
		reply.Header.Set(name, value)
	}
	if n := c.plan.CutAfter; n > 0 {
		if reply.Stream == nil {
			reply.Stream, reply.Length = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		}
		if reply.Length < 0 || n < reply.Length {
			reply.Stream = &cutStream{reply.Stream, n}
		}
	}
	return false
}

// cutStream breaks off.
type cutStream struct {
	io.ReadCloser
	left int64
}

func (s *cutStream) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := s.ReadCloser.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	return n, err
}
