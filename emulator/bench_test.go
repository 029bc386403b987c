package emulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
)

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		emu, err := emulator.New()
		if err != nil {
			b.Fatal(err)
		}
		emu.Close()
	}
}

// BenchmarkWorkflow makes a volume, uploads it to a named store, reads the image and removes both, in process.
func BenchmarkWorkflow(b *testing.B) {
	emu, err := emulator.New()
	if err != nil {
		b.Fatal(err)
	}
	defer emu.Close()
	if err := typeWithStore(b.Context(), emu.BlockStorageAs(b, "admin"), "cheap", "cheap"); err != nil {
		b.Fatal(err)
	}
	cinder, glance := emu.BlockStorage(b), emu.Image(b)
	b.ReportAllocs()
	for b.Loop() {
		image, err := uploadBlank(b.Context(), cinder, glance, "cheap")
		if err != nil || image.Properties["stores"] != "cheap" {
			b.Fatal(image, err)
		}
		if err := images.Delete(b.Context(), glance, image.ID).ExtractErr(); err != nil {
			b.Fatal(err)
		}
		if err := volumes.Delete(b.Context(), cinder, image.Name, nil).ExtractErr(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGetVolume compares a GET of one volume over loopback with a bare handler that sends the same bytes.
func BenchmarkGetVolume(b *testing.B) {
	emu, err := emulator.New()
	if err != nil {
		b.Fatal(err)
	}
	defer emu.Close()
	cinder := emu.BlockStorage(b)
	vol, err := volumes.Create(b.Context(), cinder, volumes.CreateOpts{Size: 1}, nil).Extract()
	if err != nil {
		b.Fatal(err)
	}
	there, err := url.Parse(cinder.ServiceURL("volumes", vol.ID))
	if err != nil {
		b.Fatal(err)
	}
	path := there.Path
	_, answer := fetch(b, http.DefaultClient, emu.URL()+path, cinder.Token())
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(json.RawMessage(answer))
	}))
	defer bare.Close()
	for _, row := range []struct{ name, url string }{{"bare", bare.URL + path}, {"emulator", emu.URL() + path}} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2}}
				defer client.CloseIdleConnections()
				for pb.Next() {
					if status, _ := fetch(b, client, row.url, cinder.Token()); status != http.StatusOK {
						b.Error(status)
						return
					}
				}
			})
		})
	}
}

func fetch(b *testing.B, client *http.Client, url, token string) (int, []byte) {
	r, _ := http.NewRequest(http.MethodGet, url, nil)
	r.Header.Set("X-Auth-Token", token)
	resp, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return 0, nil
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, body
}

// BenchmarkProcess is the time from starting the binary to its first authenticated answer: that of the whole binary, and
// that of the container's, which has no conform and no S3.
func BenchmarkProcess(b *testing.B) {
	for _, tags := range []string{"", "server"} {
		b.Run("tags="+tags, func(b *testing.B) {
			binary := filepath.Join(b.TempDir(), "fauxstack")
			if out, err := exec.Command("go", "build", "-tags", tags, "-o", binary, "../cmd/fauxstack").CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			for b.Loop() {
				startAndAsk(b, binary)
			}
		})
	}
}

func startAndAsk(b *testing.B, binary string) {
	cmd := exec.Command(binary, "serve", "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	url := listeningURL(b, out)
	token, err := passwordToken(url)
	if err != nil {
		b.Fatal(err)
	}
	if status, _ := fetch(b, http.DefaultClient, url+emulator.ImagePath+"/v2/images", token); status != http.StatusOK {
		b.Fatal(status)
	}
	b.StopTimer()
	http.DefaultClient.CloseIdleConnections()
	_ = cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	b.StartTimer()
}
