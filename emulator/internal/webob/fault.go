package webob

import (
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// faults are the keys of errors in the services whose API began as Nova's (cinder/api/openstack/wsgi.py, Fault).
var faults = map[int]string{
	http.StatusBadRequest:            "badRequest",
	http.StatusUnauthorized:          "unauthorized",
	http.StatusForbidden:             "forbidden",
	http.StatusNotFound:              "itemNotFound",
	http.StatusMethodNotAllowed:      "badMethod",
	http.StatusConflict:              "conflictingRequest",
	http.StatusRequestEntityTooLarge: "overLimit",
	http.StatusUnsupportedMediaType:  "badMediaType",
	http.StatusNotImplemented:        "notImplemented",
	http.StatusServiceUnavailable:    "serviceUnavailable",
}

// Fault is the body of an error in Cinder and in Nova: {"itemNotFound": {"code": 404, "message": "..."}}.
func Fault(status int, body map[string]any) map[string]any {
	key, ok := faults[status]
	if !ok {
		key = "computeFault"
	}
	return map[string]any{key: body}
}

// Unauthenticated is keystonemiddleware's refusal.
func Unauthenticated(c *httpapi.Call) httpapi.Reply {
	return httpapi.Reply{
		Status: http.StatusUnauthorized,
		Header: http.Header{"Www-Authenticate": {`Keystone uri="` + c.Sibling("/identity", "") + `"`}},
		JSON: map[string]any{"error": map[string]any{
			"code": 401, "title": "Unauthorized", "message": "The request you have made requires authentication.",
		}},
	}
}
