package emulator_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumetypes"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/ca"
)

func TestACloudOverTLS(t *testing.T) {
	authority, err := ca.New(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	config, err := authority.Config(ca.LocalHosts()...)
	if err != nil {
		t.Fatal(err)
	}
	emu := emulator.Start(t, emulator.WithTLS(config))
	if !strings.HasPrefix(emu.URL(), "https://") {
		t.Errorf("the cloud's address is %s", emu.URL())
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority.Pool()}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	opts := emu.AuthOptions("demo")
	client, err := openstack.NewClient(opts.IdentityEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	client.HTTPClient = http.Client{Transport: transport}
	if err := openstack.Authenticate(t.Context(), client, opts); err != nil {
		t.Fatal(err)
	}
	cinder, err := openstack.NewBlockStorageV3(client, gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil || !strings.HasPrefix(cinder.Endpoint, emu.URL()) {
		t.Fatalf("%v: the catalogue has %s", err, cinder.Endpoint)
	}
	if _, err := volumetypes.List(cinder, nil).AllPages(t.Context()); err != nil {
		t.Error(err)
	}

	plain, err := http.Get("http://" + strings.TrimPrefix(emu.URL(), "https://"))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Body.Close()
	if text, _ := io.ReadAll(plain.Body); plain.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), "HTTPS") {
		t.Errorf("plain HTTP got %s: %s", plain.Status, text)
	}
}

func TestTLSNeedsCertificates(t *testing.T) {
	for _, config := range []*tls.Config{nil, {}} {
		if _, err := emulator.New(emulator.WithTLS(config)); err == nil {
			t.Errorf("%v was taken", config)
		}
	}
}

func TestACloudBelowAPath(t *testing.T) {
	emu := emulator.Start(t)
	ask := func(h http.Handler, path string, header ...string) (int, string) {
		r := httptest.NewRequest(http.MethodGet, "http://host:1"+path, nil)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	blue := emu.HandlerUnder("/clouds/blue/")
	for path, want := range map[string]string{
		"/clouds/blue":              `"image":"http://host:1/clouds/blue/image"`,
		"/clouds/blue/":             `"image":"http://host:1/clouds/blue/image"`,
		"/clouds/blue/identity/v3":  `"http://host:1/clouds/blue/identity/v3/"`,
		"/clouds/blue/image/":       `"http://host:1/clouds/blue/image/v2/"`,
		"/clouds/blue/volume/":      `"http://host:1/clouds/blue/volume/v3/"`,
		"/clouds/blue/compute/v2.1": `no service`,
	} {
		if _, body := ask(blue, path); !strings.Contains(body, want) {
			t.Errorf("%s: %s, want %s", path, body, want)
		}
	}
	if _, body := ask(blue, "/clouds/blue/volume/", "X-Forwarded-Prefix", "/lab", "X-Forwarded-Proto", "https"); !strings.Contains(body, `"https://host:1/lab/clouds/blue/volume/v3/"`) {
		t.Error(body)
	}

	image, err := emu.ServiceHandler(emulator.ImagePath)
	if err != nil {
		t.Fatal(err)
	}
	if _, body := ask(image, "/versions"); !strings.Contains(body, `"http://host:1/v2/"`) {
		t.Error(body)
	}
	if _, err := emu.ServiceHandler("/compute"); err == nil {
		t.Error("a service that is not there has a handler")
	}
}
