package emulator

import (
	"context"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
)

// AuthOptions are the credentials of one of the fixture's users on a project of the same name, at this cloud's URL; an
// unknown name gets credentials that Keystone refuses.
func (e *Emulator) AuthOptions(user string) gophercloud.AuthOptions {
	return e.authOptions(user, e.AuthURL())
}

func (e *Emulator) authOptions(user, authURL string) gophercloud.AuthOptions {
	return gophercloud.AuthOptions{
		IdentityEndpoint: authURL,
		Username:         user,
		Password:         e.settings.fixture.password(user),
		DomainID:         defaultDomain,
		Scope:            &gophercloud.AuthScope{ProjectName: user, DomainID: defaultDomain},
		AllowReauth:      true,
	}
}

// Client authenticates one of the fixture's users and returns an ordinary gophercloud client that reaches this cloud
// without a socket.
func (e *Emulator) Client(ctx context.Context, user string) (*gophercloud.ProviderClient, error) {
	opts := e.authOptions(user, inProcess+IdentityPath+"/v3")
	client, err := openstack.NewClient(opts.IdentityEndpoint)
	if err != nil {
		return nil, err
	}
	client.HTTPClient = http.Client{Transport: e.Transport()}
	if err := openstack.Authenticate(ctx, client, opts); err != nil {
		return nil, err
	}
	return client, nil
}

// Identity is a Keystone client for the project admin. It fails the test if it cannot be had.
func (e *Emulator) Identity(tb TB) *gophercloud.ServiceClient {
	return service(e, tb, "admin", openstack.NewIdentityV3)
}

// Image is a Glance client for the project demo. It fails the test if it cannot be had.
func (e *Emulator) Image(tb TB) *gophercloud.ServiceClient {
	return service(e, tb, "demo", openstack.NewImageV2)
}

// BlockStorage is a Cinder client for the project demo. It fails the test if it cannot be had.
func (e *Emulator) BlockStorage(tb TB) *gophercloud.ServiceClient {
	return service(e, tb, "demo", openstack.NewBlockStorageV3)
}

// ImageAs is a Glance client for another user of the fixture.
func (e *Emulator) ImageAs(tb TB, user string) *gophercloud.ServiceClient {
	return service(e, tb, user, openstack.NewImageV2)
}

// BlockStorageAs is a Cinder client for another user of the fixture; "admin" may set extra specs.
func (e *Emulator) BlockStorageAs(tb TB, user string) *gophercloud.ServiceClient {
	return service(e, tb, user, openstack.NewBlockStorageV3)
}

type newService func(*gophercloud.ProviderClient, gophercloud.EndpointOpts) (*gophercloud.ServiceClient, error)

func service(e *Emulator, tb TB, user string, open newService) *gophercloud.ServiceClient {
	tb.Helper()
	provider, err := e.Client(context.Background(), user)
	if err != nil {
		tb.Fatalf("authenticating %s: %v", user, err)
	}
	client, err := open(provider, gophercloud.EndpointOpts{Region: defaultRegion})
	if err != nil {
		tb.Fatalf("endpoint for %s: %v", user, err)
	}
	return client
}
