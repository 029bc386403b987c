package nova

import (
	"cmp"
	"fmt"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/webob"
)

// serverError is what Nova says of failures that it does not explain, but for the class of the exception.
const serverError = "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible."

// reply words a failure as Nova does: {"itemNotFound": {"code": 404, "message": "..."}} (nova/api/openstack/wsgi.py, Fault).
func reply(c *httpapi.Call, err *fail.Error) httpapi.Reply {
	status := cmp.Or(err.Status(), err.Kind.Status())
	if err.Kind == fail.Unauthenticated {
		return webob.Unauthenticated(c)
	}
	body := map[string]any{"code": status, "message": sentence(err)}
	key := status
	if key == http.StatusTooManyRequests {
		key = http.StatusRequestEntityTooLarge // what was over the limit before there was 429
	}
	return httpapi.Reply{Status: status, JSON: webob.Fault(key, body)}
}

// missing are the sentences for resources that are not there (nova/exception.py), by the name that fail.Missing is given.
var missing = map[string]string{
	"server": "Instance %s could not be found.",
	"flavor": "Flavor %s could not be found.",
	"volume": "Volume %s could not be found.",
}

// sentence is the message of an error.
func sentence(err *fail.Error) string {
	switch {
	case err.Text != "":
		return err.Text
	case err.Resource == httpapi.PolicyRule:
		return fmt.Sprintf("Policy doesn't allow %s to be performed.", err.ID)
	case err.Resource == httpapi.NoSuchAction && err.Kind == fail.Invalid:
		return fmt.Sprintf("There is no such action: %s", err.ID)
	case err.Resource == httpapi.MalformedBody && err.Kind == fail.Invalid:
		return "Malformed request body"
	case err.Resource == fail.FromFault:
		return webob.Explanation(err.Status())
	case err.Kind == fail.NotImplemented:
		return fmt.Sprintf("%s exists upstream and is not emulated.", err.ID)
	case err.Kind == fail.Internal:
		return serverError
	}
	if format, ok := missing[err.Resource]; ok && err.Kind == fail.NotFound {
		return fmt.Sprintf(format, err.ID)
	}
	return webob.Explanation(err.Kind.Status())
}

// instanceState is common.raise_http_conflict_for_instance_invalid_state.
func instanceState(action, server, attr, state string) error {
	return fail.New(fail.Conflict, "Cannot '%s' instance %s while it is in %s %s", action, server, attr, state)
}
