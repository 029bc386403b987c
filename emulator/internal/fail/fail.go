// Package fail holds the domain's kinds of error. A handler returns what went wrong as a fact; only a service's
// errors.go knows which status, headers and body that becomes on its wire.
package fail

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Kind says what sort of thing went wrong. It is an error itself, so that errors.Is(err, fail.NotFound) reads well.
type Kind string

// The kinds, in the order of the statuses they usually become.
const (
	Invalid             Kind = "invalid"               // 400
	Unauthenticated     Kind = "unauthenticated"       // 401
	Forbidden           Kind = "forbidden"             // 403
	NotFound            Kind = "not found"             // 404
	NoMethod            Kind = "no such method"        // 405
	NotAcceptable       Kind = "not acceptable"        // 406
	Conflict            Kind = "conflict"              // 409
	Gone                Kind = "gone"                  // 410
	PreconditionFailed  Kind = "precondition failed"   // 412
	TooLarge            Kind = "too large"             // 413
	OverLimit           Kind = "over limit"            // 413 in Block Storage
	UnsupportedMedia    Kind = "unsupported media"     // 415
	RangeNotSatisfiable Kind = "range not satisfiable" // 416
	Internal            Kind = "internal"              // 500, upstream's own: kept as a quirk
	NotImplemented      Kind = "not implemented"       // 501
	Unavailable         Kind = "unavailable"           // 503
	Other               Kind = "other"                 // any: see Injected
)

func (k Kind) Error() string { return string(k) }

// kinds are those that statuses stand for.
var kinds = map[int]Kind{
	400: Invalid, 401: Unauthenticated, 403: Forbidden, 404: NotFound, 405: NoMethod, 406: NotAcceptable, 409: Conflict,
	410: Gone, 412: PreconditionFailed, 413: OverLimit, 415: UnsupportedMedia, 416: RangeNotSatisfiable, 500: Internal, 501: NotImplemented, 503: Unavailable,
}

// Status is the HTTP status that failures of a kind become: 500 for those without one of their own.
func (k Kind) Status() int {
	if k == TooLarge {
		k = OverLimit
	}
	for status, kind := range kinds {
		if kind == k {
			return status
		}
	}
	return 500
}

// Error is one failure. Resource and ID say of what; Text, where it is set, is the sentence that upstream puts on the
// wire; Have and Want are statuses of a resource that was not in the right one.
type Error struct {
	Kind     Kind
	Resource string
	ID       string
	Text     string
	Have     string
	Want     []string
	Cause    error
}

// Error renders the facts for logs; wire texts are made by the services.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Kind))
	if e.Resource != "" {
		fmt.Fprintf(&b, ": %s %q", e.Resource, e.ID)
	}
	if e.Have != "" {
		fmt.Fprintf(&b, " is %s, not %s", e.Have, strings.Join(e.Want, " or "))
	}
	if e.Text != "" {
		b.WriteString(": " + e.Text)
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

// Unwrap makes both the kind and the cause visible to errors.Is and errors.As.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// New is a failure of a kind with the sentence for the wire.
func New(kind Kind, format string, args ...any) *Error {
	if len(args) == 0 {
		return &Error{Kind: kind, Text: format}
	}
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// Missing says that there is no such resource, or none that the caller may see.
func Missing(resource, id string) *Error {
	return &Error{Kind: NotFound, Resource: resource, ID: id}
}

// WrongStatus says that a resource was not in one of the statuses that the operation starts from.
func WrongStatus(resource, id, have string, want ...string) *Error {
	return &Error{Kind: Invalid, Resource: resource, ID: id, Have: have, Want: want}
}

// FromFault is the resource of failures that a fault lets happen.
const FromFault = "fault"

// Injected is the failure that has an HTTP status, by a fault. Its kind is the one that has the status; where there is
// none it is Other, and Status tells. Without a text it has the words that the service has for the status.
func Injected(status int, text string) *Error {
	kind, ok := kinds[status]
	if !ok {
		kind = Other
	}
	return &Error{Kind: kind, Resource: FromFault, ID: strconv.Itoa(status), Text: text}
}

// Status is the HTTP status of an injected failure, 0 for one that happened.
func (e *Error) Status() int {
	if e.Resource != FromFault {
		return 0
	}
	status, _ := strconv.Atoi(e.ID) // Injected wrote it
	return status
}

// As returns the failure in err's chain, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
