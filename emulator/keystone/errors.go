package keystone

import (
	"cmp"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/webob"
)

// Resources of failures whose words are not the usual ones for their kind.
const (
	applicationCredential = "Application Credential"
	action                = "action"            // fail.Forbidden: the ID says what was tried
	unsupportedMethod     = "method"            // fail.Unauthenticated: a method that is not configured
	credentialMethod      = "credential method" // fail.Unauthenticated: an application credential that wants too much
	passwordExpired       = "password"          // fail.Unauthenticated: it is right, and has to be changed
	contentType           = "Content-Type"      // fail.Invalid: a body that does not claim to be JSON
	receipt               = "receipt"           // fail.Unauthenticated: more methods are wanted; the cause says what there was
	unexpected            = "An unexpected error prevented the server from fulfilling your request."
	incorrect             = " The server could not comply with the request since it is either malformed or otherwise " +
		"incorrect. The client is assumed to be in error."
)

// expecting says that something is not where it has to be.
func expecting(attribute, in string) *fail.Error {
	return fail.New(fail.Invalid, "Expecting to find %s in %s.%s", attribute, in, incorrect)
}

// forbidden says that something must not be done, whoever asks.
func forbidden(what string) *fail.Error {
	return &fail.Error{Kind: fail.Forbidden, Resource: action, ID: what}
}

// errorView is the envelope of all errors.
type errorView struct {
	Error errorBody `json:"error"`
}

type errorBody struct {
	Code     int    `json:"code"`
	Identity any    `json:"identity,omitempty"`
	Message  string `json:"message"`
	Title    string `json:"title"`
}

// errorReply is the only place that knows how failures look on the wire.
func errorReply(c *httpapi.Call, err *fail.Error) httpapi.Reply {
	c.Header().Set("Vary", "X-Auth-Token")
	if err.Kind == fail.TooLarge {
		return tooLarge(c)
	}
	status := cmp.Or(err.Status(), err.Kind.Status())
	body := errorBody{Code: status, Message: messageOf(err), Title: http.StatusText(status)}
	if status == http.StatusUnauthorized {
		c.Header()["Www-Authenticate"] = []string{`Keystone uri="` + c.URL("/v3") + `"`}
	}
	switch err.Resource {
	case receipt:
		return receiptReply(c, err)
	case unsupportedMethod:
		body.Identity = map[string][]string{"methods": err.Want}
	case credentialMethod:
		body.Identity = struct{}{}
	}
	return httpapi.Reply{Status: status, JSON: errorView{body}}
}

func messageOf(err *fail.Error) string {
	if err.Text != "" {
		return err.Text
	}
	switch err.Kind {
	case fail.Invalid:
		if err.Resource == contentType {
			return expecting("application/json", "Content-Type header").Text
		}
		return expecting("valid JSON", "request body").Text
	case fail.Unauthenticated:
		if err.Resource == unsupportedMethod {
			return "Attempted to authenticate with an unsupported method."
		}
		return "The request you have made requires authentication."
	case fail.Forbidden:
		if err.ID == "" || err.Resource == fail.FromFault {
			return "You are not authorized to perform the requested action."
		}
		return "You are not authorized to perform the requested action: " + err.ID + "."
	case fail.Internal:
		return unexpected
	}
	if err.Resource == fail.FromFault {
		return webob.Explanation(err.Status())
	}
	switch err.Kind {
	case fail.NotFound:
		return "Could not find " + err.Resource + ": " + err.ID + "."
	case fail.NotImplemented:
		return "The action you have requested has not been implemented: " + err.ID + " is not emulated."
	}
	return unexpected
}
