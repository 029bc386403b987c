package container_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/testcontainers/testcontainers-go"

	"github.com/fauxstack/fauxstack/container"
)

// run starts a container that ends with the test.
func run(t *testing.T, opts ...testcontainers.ContainerCustomizer) *container.Container {
	t.Helper()
	c, err := container.Run(t.Context(), image(), opts...)
	if c != nil {
		testcontainers.CleanupContainer(t, c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// login authenticates a user of the cloud.
func login(t *testing.T, c *container.Container, user string) *gophercloud.ProviderClient {
	t.Helper()
	auth, err := c.AuthOptions(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	p, err := openstack.AuthenticatedClient(t.Context(), auth)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var region = gophercloud.EndpointOpts{Region: "RegionOne"}

// Behind a mapped port, all addresses are the client's, and an upload lands in the store of the option.
func TestRun(t *testing.T) {
	c := run(t, container.WithStores("ssd", "tape"), container.WithBackends("rust"), container.WithSeed(7), container.WithRelease("zed"))
	p := login(t, c, "demo")
	cinder, err := openstack.NewBlockStorageV3(p, region)
	if err != nil {
		t.Fatal(err)
	}
	glance, err := openstack.NewImageV2(p, region)
	if err != nil {
		t.Fatal(err)
	}
	url, err := c.URL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, endpoint := range []string{cinder.Endpoint, glance.Endpoint} {
		if !strings.HasPrefix(endpoint, url+"/") {
			t.Errorf("the catalog has %s, want it below %s", endpoint, url)
		}
	}
	vol, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Size: 1, VolumeType: "rust"}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	up, err := volumes.UploadImage(t.Context(), cinder, vol.ID, volumes.UploadImageOpts{ImageName: "golden"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	img, err := images.Get(t.Context(), glance, up.ImageID).Extract()
	if err != nil || img.Status != images.ImageStatusActive || img.Properties["stores"] != "ssd" {
		t.Errorf("image %+v, %v; want it active in the store ssd", img, err)
	}
}

// The same seed gives the same ids.
func TestWithSeed(t *testing.T) {
	var ids [2]string
	for i := range ids {
		cinder, err := openstack.NewBlockStorageV3(login(t, run(t, container.WithSeed(7)), "demo"), region)
		if err != nil {
			t.Fatal(err)
		}
		vol, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Size: 1}, nil).Extract()
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = vol.ID
	}
	if ids[0] != ids[1] {
		t.Errorf("seed 7 gave %s, then %s", ids[0], ids[1])
	}
}

const tiny = `image:
  stores: [{id: cellar}]
  default_store: cellar
`

func TestWithFixture(t *testing.T) {
	path := t.TempDir() + "/tiny.yaml"
	if err := os.WriteFile(path, []byte(tiny), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, option := range map[string]testcontainers.CustomizeRequestOption{
		"path":   container.WithFixture(path),
		"reader": container.WithFixtureReader(strings.NewReader(tiny)),
	} {
		t.Run(name, func(t *testing.T) {
			control, err := run(t, option).Control(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			stores, err := control.Stores(t.Context(), "default")
			if err != nil || len(stores) != 1 || stores[0].ID != "cellar" {
				t.Errorf("stores %+v, %v; want cellar alone", stores, err)
			}
		})
	}
}

// A server that does not start says why, in the error.
func TestMistakesAreTold(t *testing.T) {
	for want, option := range map[string]testcontainers.CustomizeRequestOption{
		"want at least one name": container.WithStores(),
		"want a token":           container.WithControlToken(""),
		"austin":                 container.WithRelease("austin"),
	} {
		c, err := container.Run(t.Context(), image(), option)
		if c != nil {
			testcontainers.CleanupContainer(t, c)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to say %q", err, want)
		}
	}
}

// The control API asks for the token on both addresses; health is open.
func TestControl(t *testing.T) {
	c := run(t, container.WithControlToken("sesame"))
	if got := c.ControlToken(); got != "sesame" {
		t.Errorf("token %q", got)
	}
	control, err := c.Control(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	health, err := control.Health(t.Context())
	if err != nil || health.Status != "ready" || health.Clouds != 1 {
		t.Errorf("health %+v, %v", health, err)
	}
	fork, err := control.Fork(t.Context(), "default", "copy")
	if err != nil {
		t.Fatal(err)
	}
	url, err := c.URL(t.Context())
	if err != nil || !strings.HasPrefix(fork.AuthURL, url) {
		t.Errorf("the fork is at %s, want it below %s, %v", fork.AuthURL, url, err)
	}
}

func TestCloudsYAML(t *testing.T) {
	c := run(t)
	text, err := c.CloudsYAML(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Clouds map[string]struct {
			Auth struct {
				AuthURL  string `yaml:"auth_url"`
				Username string `yaml:"username"`
			} `yaml:"auth"`
		} `yaml:"clouds"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	url, err := c.AuthURL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, user := range map[string]string{"fauxstack": "admin", "fauxstack-admin": "admin", "fauxstack-demo": "demo", "fauxstack-alt_demo": "alt_demo"} {
		if got := file.Clouds[name].Auth; got.AuthURL != url || got.Username != user {
			t.Errorf("%s is %+v, want %s at %s", name, got, user, url)
		}
	}
	if _, err := c.AuthOptions(t.Context(), "nobody"); err == nil || !strings.Contains(err.Error(), "admin") {
		t.Errorf("a user that is not there: %v, want the names of those that are", err)
	}
}

// lines is a log consumer.
type lines struct {
	mu  sync.Mutex
	all []string
	got chan struct{} // closed at the first line
}

func (l *lines) Accept(log testcontainers.Log) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all = append(l.all, string(log.Content)); len(l.all) == 1 {
		close(l.got)
	}
}

func TestWithLogConsumer(t *testing.T) {
	l := &lines{got: make(chan struct{})}
	run(t, container.WithLogConsumer(l))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case <-l.got:
	case <-ctx.Done():
		t.Error("the server has printed nothing")
	}
}
