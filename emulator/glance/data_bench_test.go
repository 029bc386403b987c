package glance_test

import (
	"crypto/md5" //nolint:gosec // what upstream computes
	"crypto/sha512"
	"errors"
	"flag"
	"hash"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// dataMiB is how much BenchmarkData sends: go test ./emulator/glance -run - -bench Data -benchtime 1x -data-mib 8192
var dataMiB = flag.Int64("data-mib", 32, "MiB of data in BenchmarkData")

const mib = 1 << 20

// load is data that is no zeros, and takes no memory to speak of. On its way it sees how large the process becomes.
type load struct {
	block []byte
	left  int64
	peak  int64 // resident MiB
	since int64 // bytes, when it last looked
}

func newLoad() *load {
	l := &load{block: make([]byte, mib), left: *dataMiB * mib}
	_, _ = rand.NewChaCha8([32]byte{7}).Read(l.block) // it cannot fail
	return l
}

func (l *load) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	at := l.left % mib
	n := copy(p[:min(int64(len(p)), l.left)], l.block[at:])
	l.left -= int64(n)
	l.passed(n)
	return n, nil
}

func (l *load) Write(p []byte) (int, error) {
	l.passed(len(p))
	return len(p), nil
}

func (l *load) passed(n int) {
	if l.since += int64(n); l.since >= 8*mib {
		l.since, l.peak = 0, max(l.peak, resident())
	}
}

// resident is how many MiB of memory the process has; 0 where that is not told.
func resident() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(statm))[1], 10, 64) // the kernel wrote it
	return pages * int64(os.Getpagesize()) / mib
}

// BenchmarkData sends an image's data over a socket into a store that is a directory, and back. Beside it stand what bounds
// it: the two sums that Glance computes of it, alone, a net/http server that only writes what it gets to a file, and
// net/http's file server. MiB-grown is by how much the process grew, client included.
func BenchmarkData(b *testing.B) {
	dir := b.TempDir()
	cfg := empty()
	cfg.Stores = []glance.StoreConfig{{ID: "disk", Path: dir}}
	cfg.DefaultStore = "disk"
	c := newCloud(b, cfg, release.Latest)
	server := httptest.NewServer(c.front)
	defer server.Close()
	plain := httptest.NewServer(plainFiles(dir))
	defer plain.Close()
	id, image, file := "", "", plain.URL+"/plain"

	sums := measure(b, "sums alone", nil, func(*testing.B, *load) { sumUp() })
	taker := measure(b, "file taker", nil, func(b *testing.B, l *load) { transfer(b, http.MethodPut, file, l, nil) })
	measure(b, "upload", bounds{"sums": sums, "file-taker": taker}, func(b *testing.B, l *load) {
		b.StopTimer()
		if id != "" {
			c.want(c.do("admin", "DELETE", "/v2/images/"+id, ""), 204, "")
		}
		id = c.create("admin", rawImage)
		image = server.URL + "/image/v2/images/" + id + "/file"
		b.StartTimer()
		transfer(b, http.MethodPut, image, l, nil)
	})
	if err := os.Remove(filepath.Join(dir, "plain")); err != nil && taker > 0 {
		b.Error(err)
	}
	if id == "" {
		return // the download alone was asked for
	}
	sender := measure(b, "file server", nil, func(b *testing.B, l *load) { transfer(b, http.MethodGet, plain.URL+"/"+id, nil, l) })
	measure(b, "download", bounds{"file-server": sender}, func(b *testing.B, l *load) { transfer(b, http.MethodGet, image, nil, l) })
}

// bounds are the bytes per second of what something is compared with.
type bounds map[string]float64

// measure runs a benchmark with a load of its own each time, and returns the bytes per second.
func measure(b *testing.B, name string, beside bounds, do func(*testing.B, *load)) (speed float64) {
	b.Run(name, func(b *testing.B) {
		b.SetBytes(*dataMiB * mib)
		var grown int64
		for b.Loop() {
			before, l := resident(), newLoad()
			do(b, l)
			grown = max(grown, l.peak-before)
		}
		speed = float64(*dataMiB*mib) * float64(b.N) / b.Elapsed().Seconds()
		b.ReportMetric(float64(grown), "MiB-grown")
		for what, bound := range beside {
			if bound > 0 {
				b.ReportMetric(100*speed/bound, "%-of-"+what)
			}
		}
	})
	return speed
}

// transfer sends a load, or takes one.
func transfer(b *testing.B, method, url string, from, into *load) {
	var body io.Reader
	if from != nil {
		body = from
	}
	req, err := http.NewRequestWithContext(b.Context(), method, url, body)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", "admin")
	req.Header.Set("Content-Type", octets)
	if from != nil {
		req.ContentLength = *dataMiB * mib
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if from != nil {
		if resp.StatusCode != http.StatusNoContent {
			b.Fatal(resp.StatusCode)
		}
		return
	}
	if n, err := io.Copy(into, resp.Body); err != nil || resp.StatusCode != http.StatusOK || n != *dataMiB*mib {
		b.Fatalf("%d, %d bytes, %v", resp.StatusCode, n, err)
	}
}

// plainFiles serves the files of a directory, and keeps there what is PUT.
func plainFiles(dir string) http.Handler {
	files := http.FileServer(http.Dir(dir))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPut {
			files.ServeHTTP(w, r)
			return
		}
		f, err := os.Create(filepath.Join(dir, filepath.Base(r.URL.Path)))
		if err == nil {
			_, err = io.Copy(f, r.Body)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// sumUp computes md5 and sha512 side by side, neither waiting for the other.
func sumUp() {
	var both sync.WaitGroup
	for _, sum := range []hash.Hash{md5.New(), sha512.New()} { //nolint:gosec // what upstream computes
		both.Go(func() { _, _ = io.CopyBuffer(struct{ io.Writer }{sum}, newLoad(), make([]byte, 64<<10)) }) // it cannot fail
	}
	both.Wait()
}
