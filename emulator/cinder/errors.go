package cinder

import (
	"cmp"
	"fmt"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/webob"
)

// The sentences that webob has for statuses without an explanation.
const (
	badRequest  = "The server could not comply with the request since it is either malformed or otherwise incorrect."
	notFound    = "The resource could not be found."
	serverError = "The server has either erred or is incapable of performing the requested operation."
)

// reply words a failure as Cinder does: {"itemNotFound": {"code": 404, "message": "..."}}.
func reply(c *httpapi.Call, err *fail.Error) httpapi.Reply {
	status := cmp.Or(err.Status(), err.Kind.Status())
	switch {
	case err.Kind == fail.Unauthenticated:
		return webob.Unauthenticated(c)
	case err.Kind == fail.TooLarge:
		c.Header().Del(versionHeader)
		c.Header().Del("Vary")
		c.Header().Del(computeIDHeader)
		return webob.Page(c, status, fmt.Sprintf("Request is too large. Larger than max_request_body_size (%d).", maxBody))
	}
	body := map[string]any{"code": status, "message": sentence(err)}
	header := http.Header{}
	if err.Kind == fail.OverLimit {
		body["retryAfter"] = "0"
		header.Set("Retry-After", "0")
	}
	return httpapi.Reply{Status: status, Header: header, JSON: webob.Fault(status, body)}
}

// missing are the sentences for resources that are not there, by the name that fail.Missing is given.
var missing = map[string]string{
	"volume":      "Volume %s could not be found.",
	"volume_type": "Volume type %s could not be found.",
	"snapshot":    "Snapshot %s could not be found.",
	"backup":      "Backup %s could not be found.",
	"transfer":    "Transfer %s could not be found.",
	"message":     "Message %s could not be found.",
	"image":       "Image %s could not be found.",
	"group":       "Group %s could not be found.",
}

// sentence is the message of an error.
func sentence(err *fail.Error) string {
	switch {
	case err.Text != "":
		return err.Text
	case err.Resource == fail.FromFault:
		return webob.Explanation(err.Status())
	case err.Resource == httpapi.PolicyRule:
		return fmt.Sprintf("Policy doesn't allow %s to be performed.", err.ID)
	case err.Resource == httpapi.NoSuchAction && err.Kind == fail.Invalid:
		return fmt.Sprintf("There is no such action: %s. Verify the request body and Content-Type header and try again.", err.ID)
	case err.Resource == httpapi.NoSuchVersion && err.Kind == fail.NotFound:
		return notFound
	case err.Resource == httpapi.MalformedBody && err.Kind == fail.Invalid:
		return "Malformed request body"
	case err.Kind == fail.NotImplemented:
		return fmt.Sprintf("%s exists upstream and is not emulated.", err.ID)
	case err.Kind == fail.Internal:
		return serverError
	}
	if format, ok := missing[err.Resource]; ok && err.Kind == fail.NotFound {
		return fmt.Sprintf(format, err.ID)
	}
	switch err.Kind {
	case fail.NotFound:
		return notFound
	case fail.Invalid:
		return badRequest
	}
	return err.Error()
}
