package cinder

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// glanceFault is what went wrong with a request to Glance, in glanceclient's words.
type glanceFault struct {
	Status      int // of Glance's answer; 0 when there was none
	Unreachable bool
	Text        string
}

func (f *glanceFault) Error() string { return f.Text }

// transient tells whether upstream would try again.
func (f *glanceFault) transient() bool {
	return f.Unreachable || f.Status == http.StatusServiceUnavailable
}

// faultOf reads a failure of gophercloud's.
func faultOf(err error) *glanceFault {
	var answer gophercloud.ErrUnexpectedResponseCode
	if errors.As(err, &answer) {
		return &glanceFault{Status: answer.Actual, Text: "HTTP " + detailsOf(answer)}
	}
	return &glanceFault{Unreachable: true, Text: err.Error()}
}

var htmlTag = regexp.MustCompile(`<.+?>`)

// detailsOf folds the body of an error as glanceclient's exc.from_response does.
func detailsOf(answer gophercloud.ErrUnexpectedResponseCode) string {
	body := string(answer.Body)
	if len(body) > 64<<10 {
		body = body[:64<<10]
	}
	media := answer.ResponseHeader.Get("Content-Type")
	switch {
	case body == "":
		return exceptionName(answer.Actual)
	case strings.Contains(media, "json"):
		return messagesIn(body)
	case strings.Contains(media, "html"):
		var lines []string
		for line := range strings.Lines(body) {
			line = htmlTag.ReplaceAllString(strings.TrimSpace(line), "")
			if line != "" && !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
		return strings.Join(lines, ": ")
	}
	return strings.ReplaceAll(body, "\n\n", "\n")
}

// messagesIn joins what the objects inside a JSON object call their message.
func messagesIn(body string) string {
	var objects map[string]struct {
		Message *string `json:"message"`
	}
	if json.Unmarshal([]byte(body), &objects) != nil {
		return body
	}
	var messages []string
	for _, o := range objects {
		if o.Message != nil {
			messages = append(messages, *o.Message)
		}
	}
	return strings.Join(messages, "\n")
}

// exceptionName is how glanceclient calls an error that has nothing to say.
func exceptionName(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "HTTPBadRequest"
	case http.StatusUnauthorized:
		return "HTTPUnauthorized"
	case http.StatusForbidden:
		return "HTTPForbidden"
	case http.StatusNotFound:
		return "HTTPNotFound"
	case http.StatusMethodNotAllowed:
		return "HTTPMethodNotAllowed"
	case http.StatusConflict:
		return "HTTPConflict"
	case http.StatusRequestEntityTooLarge:
		return "HTTPOverLimit"
	case http.StatusInternalServerError:
		return "HTTPInternalServerError"
	case http.StatusNotImplemented:
		return "HTTPNotImplemented"
	case http.StatusBadGateway:
		return "HTTPBadGateway"
	case http.StatusServiceUnavailable:
		return "HTTPServiceUnavailable"
	}
	return "HTTPException"
}

// rawFailure is a failure that Cinder does not translate.
func rawFailure(err error) error {
	var fault *glanceFault
	if !errors.As(err, &fault) {
		return err
	}
	kind := fail.Internal
	switch fault.Status {
	case http.StatusConflict:
		kind = fail.Conflict
	case http.StatusRequestEntityTooLarge:
		kind = fail.OverLimit
	case http.StatusBadRequest:
		kind = fail.Invalid
	case http.StatusForbidden:
		kind = fail.Forbidden
	case http.StatusNotFound:
		kind = fail.NotFound
	}
	return &fail.Error{Kind: kind, Text: fault.Text, Cause: fault}
}

// plainFailure translates a failure that is not about one image (glance.py, _translate_plain_exception).
func plainFailure(err error) error {
	var fault *glanceFault
	if !errors.As(err, &fault) {
		return err
	}
	switch fault.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return &fail.Error{Kind: fail.Forbidden, Text: fault.Text, Cause: fault}
	case http.StatusNotFound:
		return &fail.Error{Kind: fail.NotFound, Text: fault.Text, Cause: fault}
	case http.StatusBadRequest:
		return &fail.Error{Kind: fail.Invalid, Text: fault.Text, Cause: fault}
	}
	return &fail.Error{Kind: fail.Internal, Text: serverError, Cause: fault}
}

// imageFailure translates a failure about one image (glance.py, _translate_image_exception).
func imageFailure(id string, err error) error {
	var fault *glanceFault
	if !errors.As(err, &fault) {
		return err
	}
	switch fault.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return &fail.Error{Kind: fail.Forbidden, Resource: "image", ID: id, Text: "Not authorized for image " + id + ".", Cause: fault}
	case http.StatusNotFound:
		return &fail.Error{Kind: fail.NotFound, Resource: "image", ID: id, Cause: fault}
	case http.StatusBadRequest:
		return &fail.Error{Kind: fail.Invalid, Text: fault.Text, Cause: fault}
	}
	return rawFailure(err)
}

// tooMuchForGlance tells whether Glance refused data with 413, whatever it is that was full.
func tooMuchForGlance(err error) bool {
	var fault *glanceFault
	return errors.As(err, &fault) && fault.Status == http.StatusRequestEntityTooLarge
}

// worthAnotherTry tells whether upstream would ask Glance again.
func worthAnotherTry(err error) bool {
	var fault *glanceFault
	return errors.As(err, &fault) && fault.transient()
}

// asFailure is a failure with words for the wire.
func asFailure(err error) *fail.Error {
	if f := fail.As(err); f != nil {
		return f
	}
	return &fail.Error{Kind: fail.Internal, Cause: err}
}
