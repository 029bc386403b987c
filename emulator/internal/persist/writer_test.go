package persist_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
)

// client speaks to one cloud.
type client struct{ url, token, project string }

// errCut says that the connection broke: nobody knows whether the request was served.
var errCut = errors.New("cut off")

func (c client) do(method, path, contentType string, body []byte, into any) (int, error) {
	req, err := http.NewRequest(method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("X-Auth-Token", c.token)
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, errCut
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, errCut
	}
	if into == nil || resp.StatusCode >= 300 {
		return resp.StatusCode, nil
	}
	if raw, ok := into.(*[]byte); ok {
		*raw = answer
		return resp.StatusCode, nil
	}
	return resp.StatusCode, json.Unmarshal(answer, into)
}

func (c client) json(method, path string, body, into any) (int, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	return c.do(method, path, "application/json", raw, into)
}

func (c client) volume(path string) string { return "/volume/v3/" + c.project + path }

func authenticate(t *testing.T, url string) (token, project string) {
	t.Helper()
	body := `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"admin","domain":{"id":"default"},"password":"secret"}}},
		"scope":{"project":{"name":"admin","domain":{"id":"default"}}}}}`
	resp, err := http.Post(url+"/identity/v3/auth/tokens", "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct {
		Token struct {
			Project struct {
				ID string `json:"id"`
			} `json:"project"`
		} `json:"token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return resp.Header.Get("X-Subject-Token"), out.Token.Project.ID
}

// counts are what a run comes to.
type counts struct{ answered, cut, verified, hashed int }

func (c *counts) add(o counts) {
	c.answered += o.answered
	c.cut += o.cut
	c.verified += o.verified
	c.hashed += o.hashed
}

// writer makes, changes and deletes things, and remembers what it was told of them.
type writer struct {
	client
	counts
	number, made int
	volumes      map[string]*thing
	images       map[string]*thing
}

// thing is what the writer knows of one resource: how it is, and how it may be as well, because of a request that was cut
// off. "" stands for a resource that is gone.
type thing struct {
	is    string
	maybe map[string]bool
	sum   string // md5 of an image's data
}

func newWriter(n int) *writer {
	return &writer{number: n, volumes: map[string]*thing{}, images: map[string]*thing{}}
}

// keepAtMost is how many resources of a kind a writer has.
const keepAtMost = 12

// write does one thing, and tells whether to go on.
func (w *writer) write() bool {
	w.made++
	value := fmt.Sprintf("w%d-%d", w.number, w.made)
	var err error
	switch n := rand.IntN(10); {
	case len(living(w.volumes)) > keepAtMost:
		err = w.remove(w.volumes, func(id string) string { return w.volume("/volumes/" + id) }, http.StatusAccepted)
	case len(living(w.images)) > keepAtMost:
		err = w.remove(w.images, func(id string) string { return "/image/v2/images/" + id }, http.StatusNoContent)
	case n < 3 || len(living(w.volumes)) == 0:
		err = w.makeVolume(value)
	case n < 6:
		err = w.renameVolume(value)
	case n < 8 || len(living(w.images)) == 0:
		err = w.makeImage(value)
	default:
		err = w.renameImage(value)
	}
	switch {
	case err == nil:
		w.answered++
	case errors.Is(err, errCut):
		w.cut++
		return false
	default:
		panic(err) // ends the test with what was unexpected
	}
	return true
}

func unexpected(what string, status int) error { return fmt.Errorf("%s: got %d", what, status) }

func (w *writer) makeVolume(name string) error {
	var out struct {
		Volume struct {
			ID string `json:"id"`
		} `json:"volume"`
	}
	spec := map[string]any{"name": name, "size": 1}
	for id, i := range w.images {
		if i.sum != "" && i.is != "" && i.maybe == nil && rand.IntN(3) == 0 {
			spec["imageRef"] = id
			break
		}
	}
	status, err := w.json("POST", w.volume("/volumes"), map[string]any{"volume": spec}, &out)
	if err != nil || status != http.StatusAccepted {
		return errors.Join(err, unless(err, unexpected("creating a volume", status)))
	}
	w.volumes[out.Volume.ID] = &thing{is: name}
	return nil
}

// unless is otherwise, but nil if there is an error already.
func unless(err, otherwise error) error {
	if err != nil {
		return nil
	}
	return otherwise
}

func (w *writer) renameVolume(name string) error {
	id := one(w.volumes)
	status, err := w.json("PUT", w.volume("/volumes/"+id), map[string]any{"volume": map[string]any{"name": name}}, nil)
	return w.heard(w.volumes[id], name, status == http.StatusOK, unexpected("renaming a volume", status), err)
}

// heard notes how a change of a resource ended.
func (w *writer) heard(of *thing, now string, ok bool, otherwise, err error) error {
	switch {
	case errors.Is(err, errCut):
		of.maybe = map[string]bool{now: true}
		return err
	case err != nil:
		return err
	case !ok:
		return otherwise
	}
	of.is = now
	return nil
}

func (w *writer) makeImage(name string) error {
	var img struct {
		ID string `json:"id"`
	}
	status, err := w.json("POST", "/image/v2/images", map[string]any{"name": name, "disk_format": "raw", "container_format": "bare"}, &img)
	if err != nil || status != http.StatusCreated {
		return errors.Join(err, unless(err, unexpected("creating an image", status)))
	}
	i := &thing{is: name}
	w.images[img.ID] = i
	data := make([]byte, 1+rand.IntN(300_000))
	for j := range data {
		data[j] = byte(j * (w.made + w.number))
	}
	status, err = w.do("PUT", "/image/v2/images/"+img.ID+"/file", "application/octet-stream", data, nil)
	if err != nil || status != http.StatusNoContent {
		return errors.Join(err, unless(err, unexpected("uploading an image", status)))
	}
	sum := md5.Sum(data)
	i.sum = hex.EncodeToString(sum[:])
	return nil
}

func (w *writer) renameImage(name string) error {
	id := one(w.images)
	raw, _ := json.Marshal([]map[string]any{{"op": "replace", "path": "/name", "value": name}})
	status, err := w.do("PATCH", "/image/v2/images/"+id, "application/openstack-images-v2.1-json-patch", raw, nil)
	return w.heard(w.images[id], name, status == http.StatusOK, unexpected("renaming an image", status), err)
}

func (w *writer) remove(from map[string]*thing, path func(string) string, want int) error {
	id := one(from)
	status, err := w.do("DELETE", path(id), "application/json", nil, nil)
	if status == http.StatusBadRequest && err == nil { // a volume that is still being made
		return nil
	}
	return w.heard(from[id], "", status == want, unexpected("deleting "+path(id), status), err)
}

// living are the ids of the things that are there.
func living(m map[string]*thing) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(m)), func(id string) bool { return m[id].is == "" })
}

// one is one of them, of which there must be some.
func one(m map[string]*thing) string {
	ids := living(m)
	return ids[rand.IntN(len(ids))]
}
