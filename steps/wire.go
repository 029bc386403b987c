package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Exchange is one request of a scenario and its answer.
type Exchange struct {
	Service                       string // "identity", "image" or "block-storage"
	Method, URL                   string
	RequestHeader, ResponseHeader http.Header
	RequestBody, ResponseBody     []byte // JSON, text and errors; image data is not kept
	Status                        int
}

// keptBody bounds what is kept of a body, in bytes.
const keptBody = 256 << 10

// Answer decodes the answer's JSON.
func (e *Exchange) Answer(into any) error {
	if err := json.Unmarshal(e.ResponseBody, into); err != nil {
		return fmt.Errorf("the answer is not the JSON it should be: %w\n%s", err, e)
	}
	return nil
}

// String prints the exchange as a person reads it: without tokens, JSON indented.
func (e *Exchange) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", e.Method, e.URL)
	part(&b, "> ", e.RequestHeader, e.RequestBody)
	fmt.Fprintf(&b, "%d %s\n", e.Status, http.StatusText(e.Status))
	part(&b, "< ", e.ResponseHeader, e.ResponseBody)
	return b.String()
}

// secrets are the values in a body that nobody should read in a report: passwords, and tokens that log in.
var secrets = regexp.MustCompile(
	`("(?:password|original_password|adminPass|secret|passcode|auth_key)"\s*:\s*|"token"\s*:\s*\{\s*"id"\s*:\s*)"(?:[^"\\]|\\.)*"`)

// discreet is a header's value, unless it lets somebody in.
func discreet(name, value string) string {
	switch name {
	case "X-Auth-Token", "X-Subject-Token", "X-Service-Token", "Authorization", "Cookie", "Set-Cookie":
		return "***"
	}
	return value
}

func part(b *strings.Builder, mark string, header http.Header, body []byte) {
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(b, "%s%s: %s\n", mark, name, discreet(name, strings.Join(header[name], ", ")))
	}
	body = secrets.ReplaceAll(body, []byte(`$1"***"`))
	var indented bytes.Buffer
	if json.Indent(&indented, body, "  ", "  ") == nil {
		body = indented.Bytes()
	}
	if len(body) > 4096 {
		body = append(bytes.Clone(body[:4096]), "..."...)
	}
	if len(body) > 0 {
		fmt.Fprintf(b, "  %s\n", body)
	}
}

// wire records the exchanges of a scenario on their way through next.
type wire struct {
	service string
	next    http.RoundTripper
	log     *[]*Exchange
}

// RoundTrip passes the request on. It reads no image data: what may be large flows past it.
func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	e := &Exchange{Service: w.service, Method: r.Method, URL: r.URL.String(), RequestHeader: r.Header.Clone()}
	if strings.Contains(r.Header.Get("Content-Type"), "json") && r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		if e.RequestBody, err = io.ReadAll(io.LimitReader(body, keptBody)); err != nil {
			return nil, err
		}
	}
	next := w.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	e.Status, e.ResponseHeader = resp.StatusCode, resp.Header.Clone()
	*w.log = append(*w.log, e)
	if resp.StatusCode < 400 && !isText(resp.Header.Get("Content-Type")) {
		return resp, nil
	}
	kept, err := io.ReadAll(io.LimitReader(resp.Body, keptBody))
	if err != nil {
		return nil, err
	}
	e.ResponseBody = kept
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(kept), resp.Body), resp.Body}
	return resp, nil
}

func isText(contentType string) bool {
	return strings.Contains(contentType, "json") || strings.HasPrefix(contentType, "text/")
}
