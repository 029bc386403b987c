// Package httpapi is the HTTP side of every service: tables of operations and what reads them. A service declares its
// API as rows; routing, tokens, policy, microversions, request schemas, error envelopes, the request log, answers for
// what is not emulated, and the printed support table all come from the same rows.
package httpapi

import (
	"io"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// Operation is one row of a service's API. S is the service.
type Operation[S any] struct {
	Op     string // id: service.resource.operation; an action keeps its wire key
	Method string
	Path   string // relative to the service's address, with {variables}; a segment {rest:.*} matches to the end
	Action string // the only key of the body, for operations that share a path

	Since, Until string // microversions, both included; "" is no bound
	Success      int    // status of a good answer, 200 when left out

	Public bool   // served without a token
	Policy string // rule that the caller must pass
	Late   bool   // Handle checks Policy itself, with Call.Authorize, against what it has loaded
	Body   Bodies // what the request's body must look like

	Handle Handler[S] // nil: upstream has it, we do not; answers 501
}

// Handler serves one operation: from a call to a reply, or to an error that the service's dialect will word.
type Handler[S any] func(S, *Call) (Reply, error)

// Bodies are the schemas of a request's body, oldest microversion first.
type Bodies []Body

// Body is the schema that holds from a microversion on.
type Body struct {
	Since  string
	Schema *schema.Schema
}

// Schema is the one schema of an operation whose body never changed.
func Schema(s *schema.Schema) Bodies { return Bodies{{Schema: s}} }

// At returns the schema for a microversion, nil when there is none.
func (b Bodies) At(v Microversion) *schema.Schema {
	var found *schema.Schema
	for _, body := range b {
		if v.AtLeast(V(body.Since)) {
			found = body.Schema
		}
	}
	return found
}

// Reply is an answer: JSON, or a stream, or neither. The zero Reply has no body and the row's Success status.
type Reply struct {
	Status int // 0: the row's Success
	Header http.Header
	JSON   any
	Raw    []byte        // a body that is not JSON; Header has its type
	Stream io.ReadCloser // closed once sent; a content handle goes through whole to callers in this process
	Length int64         // of Stream; -1 when unknown
}

// JSON makes a handler of a function from a JSON body to a JSON answer.
func JSON[S, In, Out any](do func(S, *Call, In) (Out, error)) Handler[S] {
	return func(s S, c *Call) (Reply, error) {
		var in In
		if err := c.Decode(&in); err != nil {
			return Reply{}, err
		}
		out, err := do(s, c, in)
		return Reply{JSON: out}, err
	}
}

// Get makes a handler of a function that reads no body and gives a JSON answer.
func Get[S, Out any](do func(S, *Call) (Out, error)) Handler[S] {
	return func(s S, c *Call) (Reply, error) {
		out, err := do(s, c)
		return Reply{JSON: out}, err
	}
}

// Take makes a handler of a function that reads a JSON body and answers without one.
func Take[S, In any](do func(S, *Call, In) error) Handler[S] {
	return func(s S, c *Call) (Reply, error) {
		var in In
		if err := c.Decode(&in); err != nil {
			return Reply{}, err
		}
		return Reply{}, do(s, c, in)
	}
}

// Do makes a handler of a function that needs and gives no body.
func Do[S any](do func(S, *Call) error) Handler[S] {
	return func(s S, c *Call) (Reply, error) { return Reply{}, do(s, c) }
}
