package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// DefaultURL is where a server has its control API unless it is told otherwise.
const DefaultURL = "http://127.0.0.1:4581"

// TokenHeader carries the token of servers that ask for one.
const TokenHeader = "X-Fauxstack-Token"

// Root is the path of the control API.
const Root = "/_fauxstack"

// Client speaks to one server. It is safe for concurrent use.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// Option changes a client to be.
type Option func(*Client)

// WithToken is for servers that ask for a token, and for the control API on a server's main address.
func WithToken(token string) Option { return func(c *Client) { c.token = token } }

// WithHTTPClient sends requests through h. Default: http.DefaultClient.
func WithHTTPClient(h *http.Client) Option { return func(c *Client) { c.http = h } }

// New is a client of the server at the address of its control listener, or at its main address. It asks nothing yet.
func New(address string, opts ...Option) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("control address %q: want http://HOST[:PORT][/PATH]", address)
	}
	c := &Client{base: strings.TrimSuffix(strings.TrimRight(u.String(), "/"), Root), http: http.DefaultClient}
	for _, o := range opts {
		o(c)
	}
	return c, nil
}

// URL is the address of the server that the client speaks to.
func (c *Client) URL() string { return c.base }

// Health asks how the server is. While it is still seeding that is an answer, not an error.
func (c *Client) Health(ctx context.Context) (Health, error) {
	var h Health
	err := c.call(ctx, http.MethodGet, "/health", nil, &h)
	var refused *Error
	if errors.As(err, &refused) && refused.Status == http.StatusServiceUnavailable && h.Status != "" {
		return h, nil
	}
	return h, err
}

// Create makes a cloud.
func (c *Client) Create(ctx context.Context, spec Spec) (Cloud, error) {
	var cloud Cloud
	err := c.call(ctx, http.MethodPost, "/clouds", spec, &cloud)
	return cloud, err
}

// Clouds lists the server's clouds by name.
func (c *Client) Clouds(ctx context.Context) ([]Cloud, error) {
	var out struct {
		Clouds []Cloud `json:"clouds"`
	}
	err := c.call(ctx, http.MethodGet, "/clouds", nil, &out)
	return out.Clouds, err
}

// Cloud shows one cloud. The first one of a server is "default".
func (c *Client) Cloud(ctx context.Context, name string) (Cloud, error) {
	var cloud Cloud
	err := c.call(ctx, http.MethodGet, at(name), nil, &cloud)
	return cloud, err
}

// Fork makes a cloud that begins as the named one is now. Its cost does not depend on how much that holds.
func (c *Client) Fork(ctx context.Context, of, name string) (Cloud, error) {
	var cloud Cloud
	err := c.call(ctx, http.MethodPost, at(of, "fork"), Spec{Name: name}, &cloud)
	return cloud, err
}

// Delete ends a cloud; what it held is forgotten.
func (c *Client) Delete(ctx context.Context, name string) error {
	return c.call(ctx, http.MethodDelete, at(name), nil, nil)
}

// Reset makes a cloud what it was when it had just been seeded.
func (c *Client) Reset(ctx context.Context, name string) error {
	return c.call(ctx, http.MethodPost, at(name, "reset"), nil, nil)
}

// Users lists the people who can log in to a cloud.
func (c *Client) Users(ctx context.Context, cloud string) ([]User, error) {
	var out struct {
		Users []User `json:"users"`
	}
	err := c.call(ctx, http.MethodGet, at(cloud, "users"), nil, &out)
	return out.Users, err
}

// at is the path of something of a cloud.
func at(cloud string, more ...string) string {
	var b strings.Builder
	b.WriteString("/clouds/" + url.PathEscape(cloud))
	for _, segment := range more {
		b.WriteString("/" + url.PathEscape(segment))
	}
	return b.String()
}

// call sends in as JSON, if it is not nil, and reads the answer into out.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	resp, err := c.send(ctx, method, path, "application/json", body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s: %w", c.base, err)
	}
	if resp.StatusCode >= http.StatusBadRequest {
		if out != nil {
			_ = json.Unmarshal(raw, out) // the health of a server that is still seeding
		}
		return refusal(resp, raw)
	}
	if out == nil || len(raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("%s is no fauxstack server, or of another version: %w", c.base, err)
	}
	return nil
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 256 << 20

// send leaves the body of a good answer to the caller; path is below Root.
func (c *Client) send(ctx context.Context, method, path, contentType string, body io.Reader) (*http.Response, error) {
	header := http.Header{}
	if body != nil {
		header.Set("Content-Type", contentType)
	}
	return c.sendWith(ctx, method, path, header, body)
}

func (c *Client) sendWith(ctx context.Context, method, path string, header http.Header, body io.Reader) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base+Root+path, body)
	if err != nil {
		return nil, err
	}
	r.Header = header
	if c.token != "" {
		r.Header.Set(TokenHeader, c.token)
	}
	resp, err := c.http.Do(r)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return nil, fmt.Errorf("nothing listens on %s; is `fauxstack serve` running? (%w)", r.URL.Host, syscall.ECONNREFUSED)
	}
	return resp, err
}

// refusal is the error of an answer.
func refusal(resp *http.Response, raw []byte) error {
	var out struct {
		Error *Error `json:"error"`
	}
	if err := json.Unmarshal(raw, &out); err == nil && out.Error != nil && out.Error.Message != "" {
		out.Error.Status = resp.StatusCode
		return out.Error
	}
	return &Error{resp.StatusCode, "unexpected", fmt.Sprintf("%s answered %s: %.200s", resp.Request.URL, resp.Status, raw)}
}
