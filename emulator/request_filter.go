package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// RequestMatcher tells whether a request is one of those that are looked for. RequestFilter is one, and so is a function
// as a MatchFunc.
type RequestMatcher interface{ MatchesRequest(r Request) bool }

// MatchFunc is a function as a RequestMatcher.
type MatchFunc func(Request) bool

// MatchesRequest calls the function.
func (f MatchFunc) MatchesRequest(r Request) bool { return f(r) }

func matchesAll(r Request, matchers []RequestMatcher) bool {
	for _, m := range matchers {
		if !m.MatchesRequest(r) {
			return false
		}
	}
	return true
}

// RequestFilter is a RequestMatcher that can be written down: a request has to have all that is not empty. In patterns, *
// stands for any characters; where it says "list", several are separated by commas and one has to match.
type RequestFilter struct {
	Op        string            `json:"op,omitempty"`         // list of patterns of operation ids
	Method    string            `json:"method,omitempty"`     // list
	Path      string            `json:"path,omitempty"`       // pattern of the path, without the query
	Status    string            `json:"status,omitempty"`     // list of such as "404", "4xx", "500-599"; 0 is a dropped connection
	Project   string            `json:"project,omitempty"`    // id or name of the project that the token is for
	User      string            `json:"user,omitempty"`       // id or name of the user
	RequestID string            `json:"request_id,omitempty"` // of the request, or of the one that it serves
	Fault     string            `json:"fault,omitempty"`      // pattern of the id of the fault that it met
	Internal  *bool             `json:"internal,omitempty"`   // whether one service of the cloud made it to another
	After     uint64            `json:"after,omitempty"`      // later than the request of that Seq
	Since     time.Time         `json:"since,omitzero"`       // not before that time of the cloud's
	Header    map[string]string `json:"header,omitempty"`     // of the request: name to pattern
	Body      map[string]string `json:"body,omitempty"`       // fields of the request, such as "volume.name" or "ids.0", to pattern
	Answer    map[string]string `json:"answer,omitempty"`     // fields of the answer to pattern
}

// ByOp matches operation ids such as "cinder.volumes.create"; * stands for any characters.
func ByOp(pattern string) RequestFilter { return RequestFilter{Op: pattern} }

// ByMethod matches an HTTP method.
func ByMethod(method string) RequestFilter { return RequestFilter{Method: method} }

// ByPath matches the path; * stands for any characters, slashes too.
func ByPath(pattern string) RequestFilter { return RequestFilter{Path: pattern} }

// ByStatus matches any of the statuses.
func ByStatus(statuses ...int) RequestFilter {
	return RequestFilter{Status: strings.Trim(fmt.Sprint(statuses), "[]")}
}

// ByProject matches the project that the token is for, by its id or name.
func ByProject(project string) RequestFilter { return RequestFilter{Project: project} }

// ByUser matches the user, by id or name.
func ByUser(user string) RequestFilter { return RequestFilter{User: user} }

// ByRequestID matches a request by its id, and those that the cloud's services made for it.
func ByRequestID(id string) RequestFilter { return RequestFilter{RequestID: id} }

// ByFault matches requests that met a fault, by its id; "*" is any.
func ByFault(id string) RequestFilter { return RequestFilter{Fault: id} }

// Internal matches requests that one of the cloud's services made to another, or with false those of clients.
func Internal(internal bool) RequestFilter { return RequestFilter{Internal: &internal} }

// After matches requests that came after another.
func After(r Request) RequestFilter { return RequestFilter{After: r.Seq} }

// Since matches requests that came at that time of the cloud's or later.
func Since(t time.Time) RequestFilter { return RequestFilter{Since: t} }

// ByHeader matches a header of the request; * in the value stands for any characters.
func ByHeader(name, value string) RequestFilter {
	return RequestFilter{Header: map[string]string{name: value}}
}

// ByBody matches a field of the request's JSON by its path, such as "volume.name"; * in the value stands for any
// characters. An action has its own name in front: "os-extend.new_size".
func ByBody(field, value string) RequestFilter {
	return RequestFilter{Body: map[string]string{field: value}}
}

// ByAnswer matches a field of the answer's JSON, as ByBody does of the request's.
func ByAnswer(field, value string) RequestFilter {
	return RequestFilter{Answer: map[string]string{field: value}}
}

// MatchesRequest tells whether the request has all that the filter asks for.
func (f RequestFilter) MatchesRequest(r Request) bool {
	switch {
	case f.Op != "" && !anyOf(f.Op, func(p string) bool { return glob(p, r.Op) }),
		f.Method != "" && !anyOf(f.Method, func(m string) bool { return strings.EqualFold(m, r.Method) }),
		f.Path != "" && !glob(f.Path, r.Path()),
		f.Status != "" && !anyOf(f.Status, func(s string) bool { return hasStatus(s, r.Status) }),
		f.Project != "" && f.Project != r.ProjectID && f.Project != r.ProjectName,
		f.User != "" && f.User != r.UserID && f.User != r.UserName,
		f.RequestID != "" && f.RequestID != r.RequestID && f.RequestID != r.CausedBy,
		f.Fault != "" && (r.Fault == "" || !anyOf(r.Fault, func(id string) bool { return glob(f.Fault, id) })),
		f.Internal != nil && *f.Internal != r.Internal,
		r.Seq <= f.After && f.After > 0,
		r.At.Before(f.Since):
		return false
	}
	return hasHeaders(f.Header, r.RequestHeader) && hasFields(f.Body, r.RequestBody) && hasFields(f.Answer, r.ResponseBody)
}

func anyOf(list string, ok func(string) bool) bool {
	return slices.ContainsFunc(fields(list), ok)
}

// fields parts a list at its commas and spaces.
func fields(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// glob tells whether a pattern matches: * stands for any characters, or none.
func glob(pattern, s string) bool {
	begin, rest, ok := strings.Cut(pattern, "*")
	if !ok {
		return pattern == s
	}
	if !strings.HasPrefix(s, begin) {
		return false
	}
	s = s[len(begin):]
	parts := strings.Split(rest, "*")
	last := len(parts) - 1
	for _, part := range parts[:last] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, parts[last])
}

// statusRange reads "404", "4xx" or "400-499".
func statusRange(s string) (from, to int, err error) {
	if class, ok := strings.CutSuffix(strings.ToLower(s), "xx"); ok {
		from, err = strconv.Atoi(class)
		return from * 100, from*100 + 99, err
	}
	low, high, ok := strings.Cut(s, "-")
	if !ok {
		high = low
	}
	from, err = strconv.Atoi(low)
	if err == nil {
		to, err = strconv.Atoi(high)
	}
	return from, to, err
}

func hasStatus(s string, status int) bool {
	from, to, err := statusRange(s)
	return err == nil && from <= status && status <= to
}

func hasHeaders(want map[string]string, have http.Header) bool {
	for name, pattern := range want {
		if !slices.ContainsFunc(have.Values(name), func(v string) bool { return glob(pattern, v) }) {
			return false
		}
	}
	return true
}

func hasFields(want map[string]string, body Body) bool {
	if len(want) == 0 {
		return true
	}
	var value any
	if json.Unmarshal(body, &value) != nil {
		return false
	}
	for path, pattern := range want {
		if text, ok := field(value, path); !ok || !glob(pattern, text) {
			return false
		}
	}
	return true
}

// field is the value at a dotted path, as text; the items of a list are numbered from 0. A key may itself have dots.
func field(value any, path string) (string, bool) {
	switch v := value.(type) {
	case map[string]any:
		if inner, ok := v[path]; ok {
			return asText(inner)
		}
		for i := range len(path) {
			if inner, ok := v[path[:i]]; ok && path[i] == '.' {
				return field(inner, path[i+1:])
			}
		}
	case []any:
		first, rest, more := strings.Cut(path, ".")
		i, err := strconv.Atoi(first)
		if err != nil || i < 0 || i >= len(v) {
			return "", false
		}
		if !more {
			return asText(v[i])
		}
		return field(v[i], rest)
	}
	return "", false
}

func asText(value any) (string, bool) {
	if s, ok := value.(string); ok {
		return s, true
	}
	text, err := json.Marshal(value)
	return string(text), err == nil
}

// Validate reports what can match nothing by mistake.
func (f RequestFilter) Validate() error {
	var errs []error
	for _, s := range fields(f.Status) {
		if from, to, err := statusRange(s); err != nil || from < 0 || to > 999 || from > to {
			errs = append(errs, fmt.Errorf("status %q: want such as 404, 4xx or 500-599", s))
		}
	}
	return errors.Join(errs...)
}

// filterNames are the parameters of Values.
func filterNames() []string {
	return []string{
		"op", "method", "path", "status", "project", "user", "request_id", "fault", "internal", "after", "since",
		"header", "body", "answer",
	}
}

// ParseRequestFilter reads a filter from parameters, as the control API has them: those of the filter's JSON, of which
// header is "Name: pattern", and body and answer are "field=pattern", once for each. Any other name is a mistake.
func ParseRequestFilter(v url.Values) (RequestFilter, error) {
	f := RequestFilter{
		Op: v.Get("op"), Method: v.Get("method"), Path: v.Get("path"), Status: v.Get("status"), Project: v.Get("project"),
		User: v.Get("user"), RequestID: v.Get("request_id"), Fault: v.Get("fault"),
	}
	var errs []error
	wrong := func(name, want string) {
		errs = append(errs, fmt.Errorf("%s %q: want %s", name, v.Get(name), want))
	}
	if s := v.Get("internal"); s != "" {
		internal, err := strconv.ParseBool(s)
		if err != nil {
			wrong("internal", "true or false")
		}
		f.Internal = &internal
	}
	if s := v.Get("after"); s != "" {
		var err error
		if f.After, err = strconv.ParseUint(s, 10, 64); err != nil {
			wrong("after", "the seq of a request")
		}
	}
	if s := v.Get("since"); s != "" {
		var err error
		if f.Since, err = time.Parse(time.RFC3339, s); err != nil {
			wrong("since", "a time such as 2026-01-31T12:00:00Z")
		}
	}
	f.Header = pairs(v["header"], ":", "header", "Name: pattern", &errs)
	f.Body = pairs(v["body"], "=", "body", "field=pattern", &errs)
	f.Answer = pairs(v["answer"], "=", "answer", "field=pattern", &errs)
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if !slices.Contains(filterNames(), name) {
			errs = append(errs, fmt.Errorf("parameter %q is unknown; the nearest are %s", name, strings.Join(sim.Nearest(name, filterNames(), 2), ", ")))
		}
	}
	return f, errors.Join(append(errs, f.Validate())...)
}

func pairs(list []string, separator, name, want string, errs *[]error) map[string]string {
	var m map[string]string
	for _, text := range list {
		key, value, ok := strings.Cut(text, separator)
		if !ok || key == "" {
			*errs = append(*errs, fmt.Errorf("%s %q: want %s", name, text, want))
			continue
		}
		if m == nil {
			m = map[string]string{}
		}
		m[key] = strings.TrimPrefix(value, " ")
	}
	return m
}

// Values writes the filter as the parameters that ParseRequestFilter reads.
func (f RequestFilter) Values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"op": f.Op, "method": f.Method, "path": f.Path, "status": f.Status, "project": f.Project, "user": f.User,
		"request_id": f.RequestID, "fault": f.Fault,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if f.Internal != nil {
		v.Set("internal", strconv.FormatBool(*f.Internal))
	}
	if f.After > 0 {
		v.Set("after", strconv.FormatUint(f.After, 10))
	}
	if !f.Since.IsZero() {
		v.Set("since", f.Since.Format(time.RFC3339Nano))
	}
	for _, part := range []struct {
		name, separator string
		of              map[string]string
	}{{"header", ": ", f.Header}, {"body", "=", f.Body}, {"answer", "=", f.Answer}} {
		for _, key := range slices.Sorted(maps.Keys(part.of)) {
			v.Add(part.name, key+part.separator+part.of[key])
		}
	}
	return v
}
