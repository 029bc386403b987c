package steps

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/cucumber/godog"
)

// refusals are the ways of being refused, as scenarios call them.
var refusals = map[string]int{
	"a bad request":       http.StatusBadRequest,
	"unauthenticated":     http.StatusUnauthorized,
	"forbidden":           http.StatusForbidden,
	"not found":           http.StatusNotFound,
	"not acceptable":      http.StatusNotAcceptable,
	"a conflict":          http.StatusConflict,
	"gone":                http.StatusGone,
	"too large":           http.StatusRequestEntityTooLarge,
	"an unsupported type": http.StatusUnsupportedMediaType,
	"a failure":           http.StatusInternalServerError,
	"unavailable":         http.StatusServiceUnavailable,
}

func (w *World) outcomeSteps(sc registrar) {
	refused := `it is refused as (` + strings.Join(sortedKeys(refusals), "|") + `)`
	step(sc, `it is accepted`, w.isAccepted)
	step(sc, refused, w.isRefused)
	step(sc, refused+`, saying {string}`, w.isRefusedSaying)
	step(sc, refused+`, saying:`, w.isRefusedSayingText)
	step(sc, refused+`, saying in the end {string}`, w.isRefusedSayingLast)
	step(sc, refused+`, in the form {string}, saying {string}`, w.isRefusedInForm)
}

// judge hands over what somebody tried.
func (w *World) judge() (*Exchange, error) {
	e := w.attempt
	w.attempt = nil
	if e == nil {
		return nil, errors.New(`nobody has tried anything: the step before must say "tries to"`)
	}
	return e, nil
}

// isAccepted is
//
//	Then it is accepted
//
// for what somebody "tried to" do against expectation.
func (w *World) isAccepted() error {
	e, err := w.judge()
	if err == nil && e.Status >= 300 {
		err = fmt.Errorf("it was refused with %d", e.Status)
	}
	return err
}

// isRefused is
//
//	Then it is refused as forbidden
//
// It takes one of: a bad request (400), unauthenticated (401), forbidden (403), not found (404), not acceptable (406), a
// conflict (409), gone (410), too large (413), an unsupported type (415), a failure (500), unavailable (503). The body must
// be of the service's own shape for that status.
func (w *World) isRefused(how string) error {
	_, err := w.refusal(how)
	return err
}

// isRefusedSaying is
//
//	Then it is refused as not found, saying "Store nowhere not enabled in glance."
//
// The message is the whole of what the service tells the user; {boot} in it stands for the id of the volume, image or type
// that the scenario calls boot.
func (w *World) isRefusedSaying(how, message string) error {
	said, err := w.refusal(how)
	if err != nil {
		return err
	}
	return same("the message", w.expand(message), said)
}

// isRefusedSayingText is isRefusedSaying for messages with quotes in them:
//
//	Then it is refused as a bad request, saying:
//	  """
//	  ...
//	  """
func (w *World) isRefusedSayingText(how string, message *godog.DocString) error {
	return w.isRefusedSaying(how, message.Content)
}

// isRefusedSayingLast is isRefusedSaying for messages that begin with what was asked:
//
//	Then it is refused as a bad request, saying in the end "'store' was unexpected)"
func (w *World) isRefusedSayingLast(how, message string) error {
	said, err := w.refusal(how)
	if err == nil && !strings.HasSuffix(said, w.expand(message)) {
		err = fmt.Errorf("it says %q", said)
	}
	return err
}

// isRefusedInForm is isRefusedSaying for a client that cares how it is told:
//
//	Then it is refused as forbidden, in the form "text/plain", saying "You are not authorized."
func (w *World) isRefusedInForm(how, form, message string) error {
	if w.attempt != nil {
		got, _, _ := strings.Cut(w.attempt.ResponseHeader.Get("Content-Type"), ";")
		if err := same("the content type", form, got); err != nil {
			return err
		}
	}
	return w.isRefusedSaying(how, message)
}

// refusal checks that the last attempt was refused so, and reads the message from the service's kind of error body.
func (w *World) refusal(how string) (string, error) {
	e, err := w.judge()
	if err != nil {
		return "", err
	}
	if e.Status != refusals[how] {
		return "", fmt.Errorf("want it refused as %s (%d), got %d", how, refusals[how], e.Status)
	}
	return e.said()
}

// said reads the message of an error in the dialect of its service.
func (e *Exchange) said() (string, error) {
	switch e.Service {
	case "identity":
		return e.identitySaid()
	case "image":
		return e.imageSaid()
	default:
		return e.volumeSaid()
	}
}

func (e *Exchange) identitySaid() (string, error) {
	var body struct {
		Error struct {
			Code           int
			Title, Message string
		}
	}
	if err := json.Unmarshal(e.ResponseBody, &body); err != nil {
		return "", fmt.Errorf("not Keystone's error: %w", err)
	}
	if body.Error.Code != e.Status || body.Error.Title != http.StatusText(e.Status) {
		return "", errors.New("not Keystone's error: code and title must be those of the status")
	}
	return body.Error.Message, nil
}

// faultKeys are the keys that Cinder wraps a fault in, by status.
var faultKeys = map[int]string{
	400: "badRequest", 401: "unauthorized", 403: "forbidden", 404: "itemNotFound", 405: "badMethod", 409: "conflictingRequest",
	413: "overLimit", 415: "badMediaType", 501: "notImplemented", 503: "serviceUnavailable",
}

func (e *Exchange) volumeSaid() (string, error) {
	var body map[string]struct {
		Code    int
		Message string
	}
	if err := json.Unmarshal(e.ResponseBody, &body); err != nil {
		return "", fmt.Errorf("not Cinder's fault: %w", err)
	}
	key := faultKeys[e.Status]
	if key == "" {
		key = "computeFault"
	}
	fault, ok := body[key]
	switch {
	case !ok || len(body) != 1:
		return "", fmt.Errorf("not Cinder's fault: want one key, %q", key)
	case fault.Code != e.Status:
		return "", fmt.Errorf("not Cinder's fault: code is %d", fault.Code)
	}
	return fault.Message, nil
}

// The forms of Glance's errors, around the message.
const (
	imagePage = "<html>\n <head>\n  <title>%[1]s</title>\n </head>\n <body>\n  <h1>%[1]s</h1>\n  |<br /><br />\n\n\n\n </body>\n</html>"
	// mediaBreak comes behind the explanation of 415, which has a form of its own; newer releases add a detail.
	mediaBreak = "\n<br /><br />\n"

	imageText = "%s\n\n|\n\n   "
)

func (e *Exchange) imageSaid() (string, error) {
	status := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	if e.Status == http.StatusInternalServerError && len(e.ResponseBody) == 0 {
		return "", nil // nobody in Glance worded it
	}
	switch form, _, _ := strings.Cut(e.ResponseHeader.Get("Content-Type"), ";"); form {
	case "application/json":
		var body struct{ Code, Title, Message string }
		if err := json.Unmarshal(e.ResponseBody, &body); err != nil {
			return "", fmt.Errorf("not Glance's error: %w", err)
		}
		if body.Code != status || body.Title != http.StatusText(e.Status) {
			return "", fmt.Errorf("not Glance's error: code is %q and title %q", body.Code, body.Title)
		}
		if before, _, ok := strings.Cut(body.Message, mediaBreak); ok && e.Status == http.StatusUnsupportedMediaType {
			return before, nil
		}
		return explained(body.Message)
	case "text/html":
		return between(fmt.Sprintf(imagePage, status), string(e.ResponseBody))
	case "text/plain":
		return between(fmt.Sprintf(imageText, status), string(e.ResponseBody))
	default:
		return "", fmt.Errorf("not Glance's error: its content type is %q", form)
	}
}

// explained reads the message of a JSON error, which keeps the marks of the page: an explanation, a break, and a detail,
// usually empty. Where there is a detail, the explanation is only what the status means.
func explained(message string) (string, error) {
	explanation, detail, ok := strings.Cut(message, "<br /><br />\n")
	if !ok {
		return "", errors.New(`not Glance's error: the message lacks its "<br /><br />\n"`)
	}
	detail, ok = strings.CutSuffix(detail, "\n\n")
	switch {
	case !ok:
		return "", errors.New(`not Glance's error: the message must end in two empty lines`)
	case detail != "":
		return detail, nil
	}
	return explanation, nil
}

// between is what a text has in the place of the form's |.
func between(form, text string) (string, error) {
	head, tail, _ := strings.Cut(form, "|")
	if len(text) < len(form)-1 || !strings.HasPrefix(text, head) || !strings.HasSuffix(text, tail) {
		return "", fmt.Errorf("not Glance's error: want it in the form %q", form)
	}
	return text[len(head) : len(text)-len(tail)], nil
}
