package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/control/client"
)

// problem is a refusal, and how it is answered.
type problem struct {
	status  int
	code    string
	message string
}

func (p *problem) Error() string { return p.message }

func sprintf(format string, args ...any) string { return fmt.Errorf(format, args...).Error() } // which knows %w

func invalid(format string, args ...any) error {
	return &problem{http.StatusBadRequest, "invalid", sprintf(format, args...)}
}

func conflict(format string, args ...any) error {
	return &problem{http.StatusConflict, "conflict", sprintf(format, args...)}
}

func forbidden(format string, args ...any) error {
	return &problem{http.StatusForbidden, "forbidden", sprintf(format, args...)}
}

// missing tells what there is, the likeliest alone if one is likely.
func missing(what, name string, known []string) error {
	message := sprintf("there is no %s %q", what, name)
	switch near := nearest(name, known); {
	case near != "":
		message += sprintf("; did you mean %q?", near)
	case len(known) > 0 && len(known) <= maxListed:
		message += "; there are: " + strings.Join(known, ", ")
	}
	return &problem{http.StatusNotFound, "not_found", message}
}

// maxListed is how many names an error lists at most.
const maxListed = 20

// writeProblem answers with an error. What is no problem is a bug of ours, or of the machine.
func writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	if !errors.As(err, &p) {
		p = &problem{http.StatusInternalServerError, "internal", err.Error()}
	}
	writeJSON(w, r, p.status, &client.Error{Code: p.code, Message: p.message})
}

func writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":{"code":"internal","message":"an answer that JSON cannot hold"}}`)
	}
	body = append(body, '\n')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may be gone
	}
}

// nearest is the name that somebody may have meant, or "".
func nearest(name string, known []string) string {
	best, found := min(len(name)/2, 3)+1, ""
	for _, k := range known {
		if d := distance(name, k); d < best {
			best, found = d, k
		}
	}
	return found
}

// distance counts the letters to add, drop or change between two names.
func distance(a, b string) int {
	if len(a) > 100 || len(b) > 100 {
		return 100
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
