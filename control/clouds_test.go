package control_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/fauxstack/fauxstack/control"
	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

// login is demo's provider client at a Keystone, by ordinary means.
func (s *server) login(authURL string) *gophercloud.ProviderClient {
	s.t.Helper()
	opts := gophercloud.AuthOptions{
		IdentityEndpoint: authURL, Username: "demo", Password: "secret", DomainID: "default",
		Scope: &gophercloud.AuthScope{ProjectName: "demo", DomainID: "default"},
	}
	provider, err := openstack.NewClient(authURL)
	if err != nil {
		s.t.Fatal(err)
	}
	provider.HTTPClient = *s.http
	if err := openstack.Authenticate(s.t.Context(), provider, opts); err != nil {
		s.t.Fatalf("%s: %v", authURL, err)
	}
	return provider
}

func (s *server) cinder(authURL string) *gophercloud.ServiceClient {
	s.t.Helper()
	c, err := openstack.NewBlockStorageV3(s.login(authURL), gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *server) volume(authURL, name string) {
	s.t.Helper()
	if _, err := volumes.Create(s.t.Context(), s.cinder(authURL), volumes.CreateOpts{Name: name, Size: 1}, nil).Extract(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) volumeNames(authURL string) string {
	s.t.Helper()
	pages, err := volumes.List(s.cinder(authURL), volumes.ListOpts{Sort: "name:asc"}).AllPages(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	list, err := volumes.ExtractVolumes(pages)
	if err != nil {
		s.t.Fatal(err)
	}
	var names []string
	for _, v := range list {
		names = append(names, v.Name)
	}
	return strings.Join(names, " ")
}

func TestCloudsAreStrangers(t *testing.T) {
	s := serve(t)
	blue := s.mustCreate(client.Spec{Name: "blue"})
	first, err := s.Cloud(t.Context(), "default")
	if err != nil {
		t.Fatal(err)
	}
	s.volume(first.AuthURL, "in-default")
	s.volume(blue.AuthURL, "in-blue")
	green, err := s.Fork(t.Context(), "blue", "green")
	if err != nil {
		t.Fatal(err)
	}
	s.volume(green.AuthURL, "in-green")
	for cloud, want := range map[string]string{first.AuthURL: "in-default", blue.AuthURL: "in-blue", green.AuthURL: "in-blue in-green"} {
		if got := s.volumeNames(cloud); got != want {
			t.Errorf("%s has volumes %q, want %q", cloud, got, want)
		}
	}
	if green.ForkedOff != "blue" {
		t.Errorf("%+v", green)
	}
	if err := s.Reset(t.Context(), "blue"); err != nil {
		t.Fatal(err)
	}
	if got := s.volumeNames(blue.AuthURL); got != "" {
		t.Errorf("a reset cloud has volumes %q", got)
	}
	if err := s.Delete(t.Context(), "blue"); err != nil {
		t.Fatal(err)
	}
	if a := s.ask("GET", blue.URL+"/", ""); a.status != http.StatusNotFound || !strings.Contains(a.message(), `no cloud "blue"`) {
		t.Errorf("a deleted cloud answers %d %s", a.status, a.body)
	}
	if got := s.volumeNames(green.AuthURL); got != "in-blue in-green" {
		t.Errorf("a fork lost with its origin: %q", got)
	}
}

// Each address of a cloud leads to it, and every URL in its answers goes on there.
func TestAddressesOfClouds(t *testing.T) {
	s := serve(t)
	blue := s.mustCreate(client.Spec{Name: "blue", Listen: ":0"})
	if len(blue.URLs) != 3 || blue.URL != blue.URLs[0] || blue.AuthURL != blue.URL+"/identity/v3" {
		t.Fatalf("%+v", blue)
	}
	main, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	if blue.URLs[1] != s.URL()+"/clouds/blue" || blue.URLs[2] != "http://blue.localhost:"+main.Port() {
		t.Errorf("%v", blue.URLs)
	}
	s.volume(blue.AuthURL, "here")
	for _, address := range blue.URLs {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		dial := *u // a machine may not know *.localhost, so the name only goes into the Host header
		host := "Host: " + u.Host
		if strings.HasSuffix(u.Hostname(), ".localhost") {
			dial.Host = main.Host
		}
		for path, want := range map[string]string{
			"":           `"` + address + `/image"`,
			"/":          `"` + address + `/volume"`,
			"/identity/": `"` + address + `/identity/v3/"`,
			"/image/":    `"` + address + `/image/v2/"`,
			"/volume/":   `"` + address + `/volume/v3/"`,
			"/nova/v2":   "no service",
		} {
			if a := s.ask("GET", dial.String()+path, "", host); !strings.Contains(a.body, want) {
				t.Errorf("%s%s: %s, want %s", address, path, a.body, want)
			}
		}
		if a := s.ask("GET", dial.String()+"/volume/", "", host, "X-Forwarded-Proto: https", "X-Forwarded-Host: cloud.example.com"); !strings.Contains(a.body, `"https://cloud.example.com`) {
			t.Errorf("%s behind a proxy: %s", address, a.body)
		}
		if u.Hostname() != "blue.localhost" {
			if got := s.volumeNames(address + "/identity/v3"); got != "here" {
				t.Errorf("%s: volumes %q", address, got)
			}
		}
	}
	for host, want := range map[string]string{"green.localhost": `no cloud "green"`, "blue.localhost.": `"image"`, "localhost": `"image"`, "BLUE.Localhost:80": `"image"`, "blue.example.com": `"image"`} {
		if a := s.ask("GET", s.URL()+"/", "", "Host: "+host); !strings.Contains(strings.ReplaceAll(a.body, `\"`, `"`), want) {
			t.Errorf("%s: %s", host, a.body)
		}
	}
	if a := s.ask("GET", s.URL()+"/clouds/bleu/", ""); !strings.Contains(a.message(), `did you mean "blue"?`) {
		t.Error(a.body)
	}
	if err := s.Delete(t.Context(), "blue"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.http.Get(blue.URL); err == nil {
		t.Error("the port of a deleted cloud still answers")
	}
}

func TestPaginationAndUploadsStayUnderThePrefix(t *testing.T) {
	s := serve(t)
	blue := s.mustCreate(client.Spec{Name: "blue"})
	cinder := s.cinder(blue.AuthURL)
	for i := range 5 {
		s.volume(blue.AuthURL, fmt.Sprint(i))
	}
	seen := 0
	err := volumes.List(cinder, volumes.ListOpts{Limit: 2}).EachPage(t.Context(), func(_ context.Context, page pagination.Page) (bool, error) {
		list, err := volumes.ExtractVolumes(page)
		seen += len(list)
		return true, err
	})
	if err != nil || seen != 5 {
		t.Errorf("%d volumes over the pages, %v", seen, err)
	}
	glance, err := openstack.NewImageV2(s.login(blue.AuthURL), gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := images.List(glance, images.ListOpts{Limit: 1}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if list, err := images.ExtractImages(pages); err != nil || len(list) != 1 || list[0].Name != "cirros" {
		t.Errorf("%v, %v", list, err)
	}
}

func TestAnAnnouncedAddress(t *testing.T) {
	announced, err := url.Parse("https://cloud.example.com/lab")
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, func(c *control.Config) { c.Announced = announced })
	blue := s.mustCreate(client.Spec{Name: "blue"})
	green, err := s.Fork(t.Context(), "blue", "green")
	if err != nil {
		t.Fatal(err)
	}
	if blue.URL != "https://cloud.example.com/lab/clouds/blue" || green.URL != "https://cloud.example.com/lab/clouds/green" {
		t.Errorf("%s, %s", blue.URL, green.URL)
	}
	for path, want := range map[string]string{
		"/volume/": "https://cloud.example.com/lab/volume/v3/", "/clouds/blue/volume/": blue.URL + "/volume/v3/",
		"/clouds/green/volume/": green.URL + "/volume/v3/",
	} {
		if a := s.ask("GET", s.URL()+path, ""); !strings.Contains(a.body, `"`+want+`"`) {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	if a := s.ask("GET", s.URL()+"/volume/", "", "Host: blue.cloud.example.com"); !strings.Contains(a.body, blue.URL) {
		t.Errorf("by a host name below the announced one: %s", a.body)
	}
}

func TestNamesAndNumbersOfClouds(t *testing.T) {
	s := serve(t, func(c *control.Config) { c.MaxClouds = 3 })
	for _, name := range []string{"", "Blue", "-a", "a-", "a.b", "a/b", "ä", "a b", strings.Repeat("a", 64), ".."} {
		if _, err := s.Create(t.Context(), client.Spec{Name: name}); err == nil || !strings.Contains(err.Error(), "want 1 to 63 small letters") {
			t.Errorf("%q: %v", name, err)
		}
	}
	s.mustCreate(client.Spec{Name: "a"})
	if _, err := s.Create(t.Context(), client.Spec{Name: "a"}); err == nil || !strings.Contains(err.Error(), "already") {
		t.Error(err)
	}
	if _, err := s.Fork(t.Context(), "nowhere", "b"); err == nil || !strings.Contains(err.Error(), `no cloud "nowhere"; there are: a, default`) {
		t.Error(err)
	}
	if _, err := s.Fork(t.Context(), "a", strings.Repeat("b", 63)); err != nil {
		t.Error(err)
	}
	if _, err := s.Create(t.Context(), client.Spec{Name: "c"}); err == nil || !strings.Contains(err.Error(), "there are 3 clouds") {
		t.Error(err)
	}
	if err := s.Delete(t.Context(), "default"); err != nil {
		t.Error(err)
	}
	if a := s.ask("GET", s.URL()+"/", ""); a.status != http.StatusNotFound || !strings.Contains(a.message(), `no cloud "default"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	s.mustCreate(client.Spec{Name: "default"})
}

func TestCloudsAreMadeAndDeletedAtOnce(t *testing.T) {
	s := serve(t)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			name := fmt.Sprintf("c%d", i/2) // each name twice
			cloud, err := s.server.Fork("default", name)
			if err != nil {
				if !strings.Contains(err.Error(), "already") {
					t.Error(err)
				}
				return
			}
			cloud.Settle()
			if i%4 < 2 {
				if err := s.server.Delete(name); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for _, c := range must(s.Clouds(t.Context()))(t) {
		if c.Name == "" || c.URL == "" {
			t.Errorf("%+v", c)
		}
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestOptionsOfClouds(t *testing.T) {
	s := serve(t)
	start := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	yes, limit := true, int64(1<<30)
	cloud := s.mustCreate(client.Spec{Name: "a", Options: client.Options{
		Stores: []string{"ssd", "tape"}, Backends: []string{"one"}, Release: "zed", Seed: 7, Clock: "manual", Start: start,
		Delays: map[string]client.Duration{"cinder.*": client.Duration(time.Minute), "cinder.volume.create": client.Duration(time.Second)},
		Jitter: 0.1, EnableForceUpload: &yes, SingleStore: &yes, ImageSizeCap: &limit,
	}})
	if fmt.Sprintln(cloud.Stores, cloud.Backends, cloud.Clock) != "[ssd tape] [one] manual\n" || !cloud.Now.Equal(start) {
		t.Errorf("%+v", cloud)
	}
	emu := must(s.server.Cloud("a"))(t)
	if !emu.Glance().SingleStore() || emu.Glance().ImageSizeCap() != limit || !emu.Fixture().BlockStorage.EnableForceUpload {
		t.Errorf("%+v", emu.Fixture())
	}
	if d := emu.Clock().Delays; d["cinder.volume.create"] != client.Duration(time.Second) || d["cinder.volume.delete"] != client.Duration(time.Minute) {
		t.Errorf("%v", d)
	}

	fixture := emulator.DefaultFixture()
	fixture.Image.DefaultStore = "cheap"
	s.mustCreate(client.Spec{Name: "b", Fixture: fixture})
	s.mustCreate(client.Spec{Name: "c", Fixture: "image:\n  default_store: cheap\n"})
	for _, name := range []string{"b", "c"} {
		if g := must(s.Glance(t.Context(), name))(t); g.DefaultStore != "cheap" {
			t.Errorf("%s: %+v", name, g)
		}
	}
	yaml := "name: d\noptions:\n  stores: [x, y]\n  step: 2s\n  clock: step\n"
	if a := s.api("POST", "/clouds", yaml, "Content-Type: application/yaml"); a.status != http.StatusCreated || !strings.Contains(a.body, `"stores":["x","y"]`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := s.api("POST", "/clouds", `{"name":"e","options":{"clock":"manual"}}`); a.header.Get("Location") != "/_fauxstack/clouds/e" {
		t.Errorf("%v", a.header)
	}
}

func TestMistakesInCloudsAreExplained(t *testing.T) {
	s := serve(t)
	for want, body := range map[string]string{
		`unknown field "stroes"; did you mean "stores"?`:   `{"name":"a","options":{"stroes":["x"]}}`,
		"want real, manual or step":                        `{"name":"a","options":{"clock":"sundial"}}`,
		"want latest or one of":                            `{"name":"a","options":{"release":"austin"}}`,
		"only a manual or stepped clock":                   `{"name":"a","options":{"start":"2030-01-01T00:00:00Z"}}`,
		"fixture:2:":                                       `{"name":"a","fixture":"image:\n  storse: []\n"}`,
		"options.stores":                                   `{"name":"a","options":{"stores":"x"}}`,
		"unexpected EOF":                                   `{"name":`,
		"want HOST:PORT":                                   `{"name":"a","listen":"here"}`,
		"forbidden: listen":                                `{"name":"a","listen":"0.0.0.0:0"}`,
		"stores made over the API keep their data in memo": `{"name":"a","fixture":{"image":{"stores":[{"id":"s","path":"/etc"}],"default_store":"s"}}}`,
		"speed":                         `{"name":"a","options":{"speed":-1}}`,
		"want 1 to 63 small letters":    `{}`,
		"there is a cloud \"default\"":  `{"name":"default"}`,
		`invalid duration "soon"`:       `{"name":"a","options":{"delays":{"cinder.volume.create":"soon"}}}`,
		"cinder.volume.craete":          `{"name":"a","options":{"delays":{"cinder.volume.craete":"1s"}}}`,
		"the body has more than":        `{"name":"a","fixture":"` + strings.Repeat("#", 17<<20) + `"}`,
		"snapshot: a fork begins as":    "fork",
		"a fork has been seeded alread": "fork options",
	} {
		path := "/clouds"
		switch body {
		case "fork":
			path, body = "/clouds/default/fork", `{"name":"a","fixture":{}}`
		case "fork options":
			path, body = "/clouds/default/fork", `{"name":"a","options":{"stores":["x"]}}`
		}
		if a := s.api("POST", path, body); a.status < 400 || a.status >= 500 || !strings.Contains(a.message(), want) {
			t.Errorf("%.80s: %d %s, want %s", body, a.status, a.message(), want)
		}
	}
	if names := must(s.Clouds(t.Context()))(t); len(names) != 1 {
		t.Errorf("a mistake left %v behind", names)
	}
}
