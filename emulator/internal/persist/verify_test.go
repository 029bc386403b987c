package persist_test

import (
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"slices"
	"testing"
)

// verify compares what the cloud has with what the writer was told, and forgets what is gone.
func (w *writer) verify(t *testing.T) {
	t.Helper()
	for id, v := range w.volumes {
		var out struct {
			Volume struct{ Name, Status string } `json:"volume"`
		}
		status, err := w.do("GET", w.volume("/volumes/"+id), "", nil, &out)
		if err != nil {
			t.Fatal(err)
		}
		w.compare(t, "volume "+id, v, status, out.Volume.Name)
		if status == http.StatusOK && !slices.Contains([]string{"available", "creating", "downloading", "error", "deleting"}, out.Volume.Status) {
			t.Errorf("volume %s is %s", id, out.Volume.Status)
		}
	}
	for id, i := range w.images {
		var out struct{ Name, Status, Checksum string }
		status, err := w.do("GET", "/image/v2/images/"+id, "", nil, &out)
		if err != nil {
			t.Fatal(err)
		}
		w.compare(t, "image "+id, i, status, out.Name)
		if i.is == "" {
			continue
		}
		if i.sum != "" && (out.Checksum != i.sum || out.Status != "active") {
			t.Errorf("image %s: lost its data: %s, checksum %q, want %q", id, out.Status, out.Checksum, i.sum)
		}
		if out.Status == "active" {
			w.verifyData(t, id, out.Checksum)
		}
	}
	w.forget(w.volumes)
	w.forget(w.images)
}

func (w *writer) compare(t *testing.T, what string, v *thing, status int, name string) {
	t.Helper()
	w.verified++
	if status == http.StatusNotFound {
		name = ""
	} else if status != http.StatusOK {
		t.Errorf("%s: got %d", what, status)
		return
	}
	if name != v.is && !v.maybe[name] {
		t.Errorf("%s: %q, was %q when it was last heard of, or perhaps one of %v", what, name, v.is, v.maybe)
	}
	v.is, v.maybe = name, nil
}

func (w *writer) verifyData(t *testing.T, id, sum string) {
	t.Helper()
	var data []byte
	status, err := w.do("GET", "/image/v2/images/"+id+"/file", "", nil, &data)
	if err != nil || status != http.StatusOK {
		t.Errorf("image %s: data: %d (%v)", id, status, err)
		return
	}
	w.hashed++
	if got := md5.Sum(data); hex.EncodeToString(got[:]) != sum {
		t.Errorf("image %s: %d bytes with the checksum %x, want %s", id, len(data), got, sum)
	}
}

func (w *writer) forget(m map[string]*thing) {
	for id, v := range m {
		if v.is == "" {
			delete(m, id)
		}
	}
}

// resources is how many volumes and images all writers have.
func resources(all []*writer) int {
	n := 0
	for _, w := range all {
		n += len(w.images) + len(w.volumes)
	}
	return n
}
