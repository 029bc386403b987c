package httpapi_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// roomy is a shop that takes long bodies.
func roomy() *httpapi.Front {
	f := front(new(shop))
	d := dialect()
	d.MaxBody = 1 << 20
	table := httpapi.NewTable(func(path string) string { return strings.SplitN(path, "/", 3)[1] }, rows())
	f.Services["/shop"] = httpapi.Bind(new(shop), table, d)
	return f
}

func TestTheLogForgetsTheOldest(t *testing.T) {
	for _, row := range []struct {
		name        string
		size, bytes int
		most, least int
	}{{"by number", 5, 1 << 20, 5, 5}, {"by bytes", 1000, 40 << 10, 20, 2}, {"no room at all", 5, 1, 1, 1}} {
		f := roomy()
		f.Log = httpapi.NewRequestLog(row.size)
		f.Log.Bound(row.bytes)
		for i := range 30 {
			ask(f, "POST", fmt.Sprintf("/shop/things?n=%d", i), "good", `{"name": "`+strings.Repeat("x", 2000)+`"}`)
		}
		entries := f.Log.Entries()
		if n := len(entries); n > row.most || n < row.least {
			t.Fatalf("%s: %d entries", row.name, n)
		}
		for i, e := range entries {
			want := 30 - len(entries) + i
			if e.Seq != uint64(want)+1 || e.URL != fmt.Sprintf("/shop/things?n=%d", want) {
				t.Errorf("%s: entry %d is number %d, %s", row.name, i, e.Seq, e.URL)
			}
		}
	}
}

func TestTheLogKnowsSizesAndTimes(t *testing.T) {
	f := roomy()
	body := `{"name": "` + strings.Repeat("x", 40<<10) + `"}`
	ask(f, "POST", "/shop/things", "good", body)
	ask(f, "GET", "/shop/stream", "good", "")
	ask(f, "GET", "/nowhere", "good", "")
	entries := f.Log.Entries()
	post, stream, nowhere := entries[0], entries[1], entries[2]
	if post.BytesIn != int64(len(body)) || len(post.RequestBody) != 16<<10 || post.BytesOut < int64(len(body))-100 {
		t.Errorf("in %d of which %d are kept, out %d", post.BytesIn, len(post.RequestBody), post.BytesOut)
	}
	if stream.BytesOut != 10 || stream.ResponseBody != nil {
		t.Errorf("stream: %d out, %q kept", stream.BytesOut, stream.ResponseBody)
	}
	if nowhere.Status != 404 || nowhere.Op != "" || nowhere.At.IsZero() {
		t.Errorf("nowhere: %+v", nowhere)
	}
	for _, e := range entries {
		if e.Began.IsZero() || e.Duration <= 0 || e.RequestID == "" || e.Site != "http://example.com" {
			t.Errorf("%+v", e)
		}
	}
}

// A body of a length that nobody has told is counted as it is read.
func TestTheLogCountsChunks(t *testing.T) {
	f := front(new(shop))
	server := httptest.NewServer(f)
	defer server.Close()
	r, _ := http.NewRequest("POST", server.URL+"/shop/things", struct{ io.Reader }{strings.NewReader(`{"name": "x"}`)})
	r.Header.Set("X-Auth-Token", "good")
	resp, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if e := f.Log.Entries()[0]; e.BytesIn != 13 {
		t.Errorf("%d bytes", e.BytesIn)
	}
}

func TestTheLogIsClearedAndWatched(t *testing.T) {
	f := front(new(shop))
	var heard []string
	watcher := func(e httpapi.Entry) { heard = append(heard, e.URL) }
	f.Log.Watch(&watcher)
	ask(f, "GET", "/shop/things/1", "good", "")
	f.Log.Clear()
	if n := len(f.Log.Entries()); n != 0 {
		t.Errorf("%d entries after clearing", n)
	}
	ask(f, "GET", "/shop/things/2", "good", "")
	f.Log.Watch(nil)
	ask(f, "GET", "/shop/things/3", "good", "")
	if entries, _ := f.Log.After(2); len(entries) != 1 || entries[0].URL != "/shop/things/3" {
		t.Errorf("after the second: %v", entries)
	}
	if len(heard) != 2 {
		t.Errorf("heard of %v", heard)
	}
}

func TestTheLogIsSafeForConcurrentUse(t *testing.T) {
	f := front(new(shop))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				ask(f, "GET", "/shop/stream", "good", "")
			}
		})
		all.Go(func() {
			for range 50 {
				f.Log.Entries()
			}
		})
	}
	all.Wait()
	if n := len(f.Log.Entries()); n != 8 {
		t.Errorf("%d entries", n)
	}
}

// BenchmarkRequestLog is what the log adds to a request.
func BenchmarkRequestLog(b *testing.B) {
	for _, size := range []int{0, 512} {
		b.Run(fmt.Sprintf("entries=%d", size), func(b *testing.B) {
			f := front(new(shop))
			f.Log = httpapi.NewRequestLog(size)
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				r := httptest.NewRequest("GET", "/shop/things/7", nil)
				r.Header.Set("X-Auth-Token", "good")
				f.ServeHTTP(w, r)
			}
		})
	}
}
