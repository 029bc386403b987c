package cinder

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// images is Glance, as Cinder uses it (cinder/image/glance.py): always with the token of the user on whose behalf. Its
// failures are *fail.Error with the text that glanceclient makes of Glance's answer, and a *glanceFault as their cause.
type images interface {
	// Stores lists Glance's stores. A Glance that has only one is fail.NotFound.
	Stores(ctx context.Context, auth jobAuth) ([]imageStore, error)
	// Show returns an image.
	Show(ctx context.Context, auth jobAuth, id string) (image, error)
	// Named lists the images of a name.
	Named(ctx context.Context, auth jobAuth, name string) ([]image, error)
	// Create makes an image without data.
	Create(ctx context.Context, auth jobAuth, spec imageSpec) (image, error)
	// Upload sends an image's data, once: to a store, if one is named, and with a hint of the image that they began as.
	// What it did not come to send is left for another attempt.
	Upload(ctx context.Context, auth jobAuth, id string, data content.Content, store, base string) (left content.Content, err error)
	// Download returns an image's data, which the caller closes. What it returns may be a content.Handle.
	Download(ctx context.Context, auth jobAuth, id string) (io.ReadCloser, error)
	// Delete removes an image.
	Delete(ctx context.Context, auth jobAuth, id string) error
}

// imageStore is one of Glance's stores.
type imageStore struct {
	ID string `json:"id"`
	// ReadOnlyFlag is what Glance says: the string "true", or nothing. Anything else, a boolean true too, does not count.
	ReadOnlyFlag any `json:"read-only"`
}

// ReadOnly tells whether data can only be had from the store.
func (s imageStore) ReadOnly() bool { return s.ReadOnlyFlag == "true" }

// image is what Cinder reads of an image.
type image struct {
	ID              string
	Name            *string
	Status          string
	DiskFormat      *string
	ContainerFormat *string
	Size            *int64
	VirtualSize     *int64
	MinDisk         int
	MinRAM          int
	Checksum        *string
	HashAlgo        *string
	HashValue       *string
	Protected       bool
	Visibility      string
	Owner           *string
	EncryptionKeyID string
	// Properties are the custom ones, and the few that the image schema describes without calling them basic.
	Properties map[string]any
}

// imageSpec is an image to be made: base properties and custom ones, all under their own names.
type imageSpec map[string]any

// glanceClient speaks to Glance with gophercloud, which has no way to name a store on an upload; headers do.
type glanceClient struct {
	http     http.Client
	endpoint string // ends in "/v2/"
	attempts int
}

func newImages(p Ports, cfg Config) images {
	return &glanceClient{
		http:     http.Client{Transport: p.Image},
		endpoint: strings.TrimRight(p.ImageEndpoint, "/") + "/v2/",
		attempts: 1 + cfg.GlanceNumRetries,
	}
}

// request is one exchange with Glance.
type request struct {
	method, path string
	json         any       // body
	body         io.Reader // body, when it is not JSON; such a request is sent once
	headers      map[string]string
	ok           []int
}

// do sends a request, again if Glance is not there or says 503 (image/glance.py, GlanceClientWrapper.call).
//
// Upstream waits a second between two attempts. Here they follow one another at once, for whoever asks waits for the answer;
// only uploads, which nobody waits for, take that time: see kindRetryUpload.
func (g *glanceClient) do(ctx context.Context, auth jobAuth, r request) (*http.Response, error) {
	provider := &gophercloud.ProviderClient{HTTPClient: g.http, TokenID: auth.Token}
	provider.UserAgent.Prepend("python-glanceclient")
	headers := map[string]string{"Accept": "*/*"} // for errors as glanceclient reads them
	if auth.RequestID != "" {
		headers["X-Openstack-Request-Id"] = auth.RequestID // glance.py passes its context's id on
	}
	for k, v := range r.headers {
		headers[k] = v
	}
	var err error
	attempts := g.attempts
	if r.body != nil {
		attempts = 1
	}
	for range attempts {
		opts := &gophercloud.RequestOpts{JSONBody: r.json, MoreHeaders: headers, OkCodes: r.ok, KeepResponseBody: true}
		if r.body != nil {
			opts.RawBody = r.body
		}
		var resp *http.Response
		resp, err = provider.Request(ctx, r.method, g.endpoint+r.path, opts)
		if err == nil {
			return resp, nil
		}
		fault := faultOf(err)
		if !fault.transient() {
			return nil, fault
		}
		err = &glanceFault{Status: fault.Status, Unreachable: true, Text: "Connection to glance failed: " + fault.Text}
	}
	return nil, err
}

// read sends a request and decodes its JSON answer.
func (g *glanceClient) read(ctx context.Context, auth jobAuth, r request, into any) error {
	resp, err := g.do(ctx, auth, r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return &glanceFault{Unreachable: true, Text: "Connection to glance failed: " + err.Error()}
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return &glanceFault{Text: err.Error()}
	}
	return nil
}

// maxAnswer bounds what is read of Glance's JSON.
const maxAnswer = 16 << 20

// send sends a request whose answer has nothing to tell.
func (g *glanceClient) send(ctx context.Context, auth jobAuth, r request) error {
	resp, err := g.do(ctx, auth, r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (g *glanceClient) Stores(ctx context.Context, auth jobAuth) ([]imageStore, error) {
	var out struct {
		Stores []imageStore `json:"stores"`
	}
	err := g.read(ctx, auth, request{method: http.MethodGet, path: "info/stores", ok: []int{http.StatusOK}}, &out)
	return out.Stores, plainFailure(err)
}

func (g *glanceClient) Show(ctx context.Context, auth jobAuth, id string) (image, error) {
	var out image
	err := g.read(ctx, auth, request{method: http.MethodGet, path: imagePath(id), ok: []int{http.StatusOK}}, &out)
	return out, imageFailure(id, err)
}

func (g *glanceClient) Named(ctx context.Context, auth jobAuth, name string) ([]image, error) {
	var out struct {
		Images []image `json:"images"`
	}
	query := url.Values{"limit": {"20"}, "name": {name}, "sort_key": {"name"}, "sort_dir": {"asc"}}
	err := g.read(ctx, auth, request{method: http.MethodGet, path: "images?" + query.Encode(), ok: []int{http.StatusOK}}, &out)
	return out.Images, plainFailure(err)
}

func (g *glanceClient) Create(ctx context.Context, auth jobAuth, spec imageSpec) (image, error) {
	var out image
	err := g.read(ctx, auth, request{method: http.MethodPost, path: "images", json: spec, ok: []int{http.StatusCreated}}, &out)
	return out, rawFailure(err)
}

func (g *glanceClient) Upload(ctx context.Context, auth jobAuth, id string, data content.Content, store, base string) (content.Content, error) {
	headers := map[string]string{"Content-Type": "application/octet-stream"}
	if store != "" {
		headers["x-image-meta-store"] = store
	}
	if base != "" {
		headers["x-openstack-base-image-ref"] = base // Quirk: nothing in Glance reads it
	}
	body := &uploadBody{from: data.NewReader()}
	err := g.send(ctx, auth, request{
		method: http.MethodPut, path: imagePath(id) + "/file", headers: headers, body: body,
		ok: []int{http.StatusOK, http.StatusNoContent},
	})
	return data.Slice(body.taken(err), data.Size()), imageFailure(id, err)
}

func (g *glanceClient) Download(ctx context.Context, auth jobAuth, id string) (io.ReadCloser, error) {
	resp, err := g.do(ctx, auth, request{
		method: http.MethodGet, path: imagePath(id) + "/file",
		ok: []int{http.StatusOK, http.StatusNoContent},
	})
	if err != nil {
		return nil, imageFailure(id, err)
	}
	if resp.StatusCode == http.StatusNoContent {
		resp.Body.Close()
		return nil, fail.New(fail.Internal, "Failed to download image %s, reason: image contains no data.", id)
	}
	return resp.Body, nil
}

func (g *glanceClient) Delete(ctx context.Context, auth jobAuth, id string) error {
	err := g.send(ctx, auth, request{method: http.MethodDelete, path: imagePath(id), ok: []int{http.StatusNoContent}})
	return imageFailure(id, err)
}

func imagePath(id string) string { return "images/" + url.PathEscape(id) }

// UnmarshalJSON sorts an image's fields into those that Cinder knows and the properties.
func (i *image) UnmarshalJSON(raw []byte) error {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	known := map[string]any{
		"id": &i.ID, "name": &i.Name, "status": &i.Status, "disk_format": &i.DiskFormat,
		"container_format": &i.ContainerFormat, "size": &i.Size, "virtual_size": &i.VirtualSize, "min_disk": &i.MinDisk,
		"min_ram": &i.MinRAM, "checksum": &i.Checksum, "os_hash_algo": &i.HashAlgo, "os_hash_value": &i.HashValue, "protected": &i.Protected, "visibility": &i.Visibility, "owner": &i.Owner,
	}
	i.Properties = map[string]any{}
	for name, value := range fields {
		into, ok := known[name]
		if !ok && isBaseProperty(name) {
			continue
		}
		if !ok {
			var v any
			into = &v
			defer func() { i.Properties[name] = v }()
		}
		if err := json.Unmarshal(value, into); err != nil {
			return err
		}
	}
	if v := fields["cinder_encryption_key_id"]; v != nil {
		return json.Unmarshal(v, &i.EncryptionKeyID)
	}
	return nil
}

// isBaseProperty tells whether Glance's image schema calls a field its own, so that it is no property to carry along.
func isBaseProperty(name string) bool {
	switch name {
	case "id", "name", "status", "visibility", "protected", "os_hidden", "checksum", "os_hash_algo", "os_hash_value", "owner",
		"size", "virtual_size", "container_format", "disk_format", "created_at", "updated_at", "tags", "direct_url", "min_ram",
		"min_disk", "self", "file", "stores", "schema", "locations":
		return true
	}
	return false
}

// bootSnapshot is the snapshot behind an image that Nova made of a server that boots from a volume.
func (i *image) bootSnapshot() (string, bool) {
	var devices []struct {
		Source   string `json:"source_type"`
		Boot     any    `json:"boot_index"`
		Snapshot string `json:"snapshot_id"`
	}
	text, _ := i.Properties["block_device_mapping"].(string)
	if json.Unmarshal([]byte(text), &devices) != nil {
		return "", false
	}
	for _, d := range devices {
		if d.Source == "snapshot" && d.Boot == 0.0 {
			return d.Snapshot, true
		}
	}
	return "", false
}
