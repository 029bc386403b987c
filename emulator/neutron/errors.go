package neutron

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/webob"
)

// failureOut is the body of a failure: the class of upstream's exception and what it says.
type failureOut struct {
	Error struct {
		Type    string `json:"type"`
		Message string `json:"message"`
		Detail  string `json:"detail"`
	} `json:"NeutronError"`
}

// raised is a failure by one of upstream's exceptions (neutron_lib/exceptions), which the body names.
func raised(kind fail.Kind, exception, format string, args ...any) error {
	return &fail.Error{Kind: kind, Resource: exception, Text: fmt.Sprintf(format, args...)}
}

// badRequest is a webob.exc.HTTPBadRequest.
func badRequest(format string, args ...any) error {
	return raised(fail.Invalid, "HTTPBadRequest", format, args...)
}

// invalidInput is neutron_lib.exceptions.InvalidInput.
func invalidInput(format string, args ...any) error {
	return raised(fail.Invalid, "InvalidInput", "Invalid input for operation: %s.", fmt.Sprintf(format, args...))
}

// absent says that there is no such network, subnet or port, or none that the caller may see.
func absent(resource, id string) error {
	switch resource {
	case "security_group":
		return raised(fail.NotFound, "SecurityGroupNotFound", "Security group %s does not exist", id)
	case "security_group_rule":
		return raised(fail.NotFound, "SecurityGroupRuleNotFound", "Security group rule %s does not exist", id)
	}
	name := strings.ToUpper(resource[:1]) + resource[1:]
	return raised(fail.NotFound, name+"NotFound", "%s %s could not be found.", name, id)
}

// matched refuses a change that the client wants only of one revision (If-Match: revision_number=1).
func matched(c *httpapi.Call, revision int) error {
	wanted := ""
	for _, tag := range strings.Split(c.Request.Header.Get("If-Match"), ",") {
		number, ok := strings.CutPrefix(strings.Trim(strings.TrimSpace(tag), `"`), "revision_number=")
		switch {
		case !ok:
			continue
		case wanted != "":
			return raised(fail.Invalid, "BadRequest", "Bad if-match request: Multiple revision_number etags are not supported.")
		}
		wanted = number
	}
	if wanted == "" {
		return nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(wanted))
	switch {
	case err != nil:
		return raised(fail.Invalid, "BadRequest", "Bad if-match request: Revision number etag must be in the format of revision_number=<int>.")
	case n != revision:
		return raised(fail.PreconditionFailed, "RevisionNumberConstraintFailed", "Constrained to %d, but current revision is %d", n, revision)
	}
	return nil
}

// elsewhere refuses what exists upstream and is not emulated.
func elsewhere(attribute string) error {
	return raised(fail.NotImplemented, "NotImplementedError", "%s exists upstream and is not emulated.", attribute)
}

// reply words a failure as Neutron does: {"NeutronError": {"type": "NetworkNotFound", "message": "...", "detail": ""}}.
func reply(c *httpapi.Call, err *fail.Error) httpapi.Reply {
	status := cmp.Or(err.Status(), err.Kind.Status())
	if err.Kind == fail.Unauthenticated {
		return webob.Unauthenticated(c)
	}
	var out failureOut
	out.Error.Type, out.Error.Message = worded(status, err)
	return httpapi.Reply{Status: status, JSON: out}
}

// worded is the exception's class and its message.
func worded(status int, err *fail.Error) (class, message string) {
	switch {
	case err.Resource == httpapi.PolicyRule:
		return "PolicyNotAuthorized", "rule:" + err.ID + " is disallowed by policy"
	case err.Text != "" && err.Resource != "" && err.Resource != fail.FromFault:
		return err.Resource, err.Text
	case err.Resource == httpapi.MalformedBody && err.Kind == fail.Invalid:
		return "HTTPBadRequest", "Body contains invalid data"
	case err.Kind == fail.NotImplemented:
		return "NotImplementedError", err.ID + " exists upstream and is not emulated."
	case err.Kind == fail.Internal:
		return "HTTPInternalServerError", "Request Failed: internal server error while processing your request."
	}
	if err.Kind == fail.NoMethod {
		return "HTTPMethodNotAllowed", err.Text // webob explains it on its pages alone
	}
	class = "HTTP" + strings.ReplaceAll(http.StatusText(status), " ", "")
	return class, cmp.Or(err.Text, webob.Explanation(status))
}
