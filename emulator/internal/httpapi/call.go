package httpapi

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/fault"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// Call is one request on its way through a service. It belongs to one goroutine.
type Call struct {
	Request   *http.Request
	RequestID string
	Now       time.Time // the cloud's time when the request came
	Site      Site
	Path      string // relative to the service's address
	Op        string // id of the operation, once it is known
	Policy    string // its rule
	Version   Microversion
	Auth      *Identity // nil on public operations without a token
	Fault     string    // ids of the faults that act on it

	arrived    time.Time     // by the cloud's clock
	watch      sim.Stopwatch // started when it arrived
	counted    *countedBody  // nil when the length of the body is known
	front      *Front
	mount      string // the service's path prefix, "" on a port of its own
	vars       map[string]string
	query      url.Values
	header     http.Header // of the answer
	body       []byte
	bodyRead   bool
	value      schema.Value
	allowed    func(rule string, creds *policy.Creds, target policy.Target) bool
	maxBody    int64
	authorized bool
	plan       *fault.Plan // of faults; nil when none acts
	broken     bool        // there is no answer: the connection is dropped
}

// Context ends when the client goes away.
func (c *Call) Context() context.Context { return c.Request.Context() }

// Var is a variable of the path, decoded.
func (c *Call) Var(name string) string { return c.vars[name] }

// Latin1 reads each byte as a character: a path as WSGI hands it over, where nothing makes UTF-8 of it again. For dialects
// to rewrite paths with.
func Latin1(path string) string {
	ascii := true
	for i := range len(path) {
		ascii = ascii && path[i] < utf8.RuneSelf
	}
	if ascii {
		return path
	}
	b := make([]byte, 0, 2*len(path))
	for i := range len(path) {
		b = utf8.AppendRune(b, rune(path[i]))
	}
	return string(b)
}

// Query are the parameters of the URL.
func (c *Call) Query() url.Values {
	if c.query == nil {
		c.query = c.Request.URL.Query()
	}
	return c.query
}

// Header are the headers of the answer, for a handler to add to.
func (c *Call) Header() http.Header { return c.header }

// URL is the absolute address of a path of this service.
func (c *Call) URL(path string) string { return c.Site.URL(c.mount + path) }

// Sibling is the absolute address of a path of another service of this cloud, by its prefix ("/image"): under the same
// address, or on that service's own port where the client used one.
func (c *Call) Sibling(prefix, path string) string {
	if port, ok := c.front.Ports[prefix]; ok && c.mount == "" {
		site := c.Site
		site.Host = net.JoinHostPort(hostname(site.Host), port)
		return site.URL(path)
	}
	return c.Site.URL(prefix + path)
}

// Raw is the request's body, up to the service's limit; past it the error is fail.TooLarge. It is read once.
func (c *Call) Raw() ([]byte, error) {
	if c.bodyRead {
		return c.body, nil
	}
	if c.Request.ContentLength > c.maxBody {
		return nil, fail.New(fail.TooLarge, "Request is too large.")
	}
	if c.Request.Body != nil {
		body, err := io.ReadAll(io.LimitReader(c.Request.Body, c.maxBody+1))
		if err != nil {
			return nil, &fail.Error{Kind: fail.Invalid, Resource: MalformedBody, Cause: err}
		}
		if int64(len(body)) > c.maxBody {
			return nil, fail.New(fail.TooLarge, "Request is too large.")
		}
		c.body = body
	}
	c.bodyRead = true
	return c.body, nil
}

// MalformedBody is the resource of a fail.Invalid for a body that could not be read as JSON, so that dialects can word it.
const MalformedBody = "body"

// Value is the request's body as JSON; an empty body is nil.
func (c *Call) Value() (schema.Value, error) {
	if c.value != nil {
		return c.value, nil
	}
	raw, err := c.Raw()
	if err != nil || len(raw) == 0 {
		return nil, err
	}
	if c.value, err = schema.Decode(raw); err != nil {
		return nil, &fail.Error{Kind: fail.Invalid, Resource: MalformedBody, Cause: err}
	}
	return c.value, nil
}

// Decode reads the body into a struct. The row's schema has seen it before; what it let through but the struct cannot
// hold is malformed. Keys are taken as they are spelt. An empty body leaves in as it was.
func (c *Call) Decode(in any) error {
	value, err := c.Value()
	if err != nil || value == nil {
		return err
	}
	if err := schema.Unmarshal(value, in); err != nil {
		return &fail.Error{Kind: fail.Invalid, Resource: MalformedBody, Cause: err}
	}
	return nil
}

// Authorize checks the operation's rule against a target: nil means what the caller's own project owns.
func (c *Call) Authorize(target policy.Target) error { return c.AuthorizeFor(c.Policy, target) }

// AuthorizeFor checks another rule than the operation's own. A refusal is fail.Forbidden of the resource "policy".
func (c *Call) AuthorizeFor(rule string, target policy.Target) error {
	c.authorized = true
	if c.May(rule, target) {
		return nil
	}
	return &fail.Error{Kind: fail.Forbidden, Resource: PolicyRule, ID: rule}
}

// PolicyRule is the resource of a fail.Forbidden that a policy rule decided; its ID is the rule.
const PolicyRule = "policy"

// May tells whether the caller passes a rule; nil means what the caller's own project owns.
func (c *Call) May(rule string, target policy.Target) bool {
	if c.Auth == nil {
		return false
	}
	if target == nil {
		target = ownTarget{c.Auth}
	}
	return c.allowed(rule, &c.Auth.Creds, target)
}

// ownTarget is the target of a rule where nothing has been loaded: a thing of the caller's.
type ownTarget struct{ id *Identity }

// Lookup serves the names that rules of owners use.
func (t ownTarget) Lookup(name string) (any, bool) {
	switch name {
	case "project_id", "tenant_id":
		return t.id.ProjectID, true
	case "user_id":
		return t.id.UserID, true
	}
	return nil, false
}
