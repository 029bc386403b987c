package keystone_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/applicationcredentials"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/projects"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// TestGophercloud logs in, reads the catalog and the API with an ordinary client, without a socket.
func TestGophercloud(t *testing.T) {
	c := start(t, keystone.Config{})
	login := func(opts gophercloud.AuthOptions) *gophercloud.ProviderClient {
		t.Helper()
		opts.IdentityEndpoint = "http://cloud.test/identity"
		client, err := openstack.NewClient(opts.IdentityEndpoint)
		if err != nil {
			t.Fatal(err)
		}
		client.HTTPClient = http.Client{Transport: httpapi.Transport{Handler: c.front}}
		if err := openstack.Authenticate(t.Context(), client, opts); err != nil {
			t.Fatal(err)
		}
		return client
	}
	demo := login(gophercloud.AuthOptions{Username: "demo", Password: "secret", TenantName: "demo", DomainID: "default"})
	for kind, want := range map[string]string{
		"identity": "http://cloud.test/identity/", "image": "http://cloud.test/image/",
		"block-storage": "http://cloud.test/volume/v3/", "volumev3": "http://cloud.test/volume/v3/",
	} {
		url, err := demo.EndpointLocator(gophercloud.EndpointOpts{Type: kind, Availability: gophercloud.AvailabilityPublic})
		if err != nil || !strings.HasPrefix(url, want) {
			t.Errorf("%s is at %q, %v", kind, url, err)
		}
	}
	identity, err := openstack.NewIdentityV3(demo, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	user, err := tokens.Get(t.Context(), identity, demo.Token()).ExtractUser()
	if err != nil {
		t.Fatal(err)
	}
	made, err := applicationcredentials.Create(t.Context(), identity, user.ID, applicationcredentials.CreateOpts{Name: "x"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	login(gophercloud.AuthOptions{ApplicationCredentialID: made.ID, ApplicationCredentialSecret: made.Secret})

	admin, err := openstack.NewIdentityV3(login(gophercloud.AuthOptions{
		Username: "admin", Password: "secret", TenantName: "admin",
		DomainName: "Default",
	}), gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := projects.List(admin, projects.ListOpts{Limit: 2}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if all, err := projects.ExtractProjects(pages); err != nil || len(all) != 4 {
		t.Errorf("%d projects, %v", len(all), err)
	}
}
