package nova

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// messageIn is the sentence in an error's body: {"badRequest": {"message": "..."}}.
func messageIn(body []byte) string {
	var fault map[string]struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &fault) == nil {
		for _, f := range fault {
			return f.Message
		}
	}
	return ""
}

// volumeFailure is what Nova makes of Cinder's answers about a volume (nova/volume/cinder.py, translate_volume_exception).
func volumeFailure(id string, err error) error {
	refused := new(refusal)
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &refused):
		return &fail.Error{Kind: fail.Internal, Text: "Connection to cinder host failed: " + err.Error(), Cause: err}
	case refused.status == http.StatusNotFound:
		return fail.Missing("volume", id)
	case refused.status == http.StatusBadRequest:
		return fail.New(fail.Invalid, "Invalid input received: %s", refused.Error())
	case refused.status == http.StatusForbidden:
		return fail.New(fail.Forbidden, "%s", refused.Error())
	}
	return &fail.Error{Kind: fail.Internal, Cause: err}
}
