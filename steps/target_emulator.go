package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/glance"
)

// Emulator is a Target: an emulated cloud in this process for each scenario, on a clock that only scenarios move. Scenarios
// about operations that are not emulated yet are skipped. It is safe for concurrent use.
type Emulator struct {
	Release string            // that the clouds behave as; "" is the latest
	Options []emulator.Option // of all clouds, after the target's own
	Socket  bool              // reaches them over loopback sockets

	able abilities
}

// Open starts a cloud, configured as the scenario's tags ask.
func (t *Emulator) Open(ctx context.Context, s Scenario) (Cloud, error) {
	configured, err := t.able.configure(ctx, s, t.Release, t.start)
	if err != nil {
		return nil, err
	}
	return t.start(ctx, configured)
}

func (t *Emulator) start(_ context.Context, c configuration) (Cloud, error) {
	opts, err := c.options()
	if err != nil {
		return nil, err
	}
	opts = append(opts, emulator.WithManualClock(time.Time{}), emulator.WithRelease(t.Release))
	emu, err := emulator.New(append(opts, t.Options...)...)
	if err != nil {
		return nil, err
	}
	return newEmulated(emu, t.Socket), nil
}

// emulated is a scenario's own emulator.
type emulated struct {
	emu       *emulator.Emulator
	address   string
	transport http.RoundTripper
}

func newEmulated(emu *emulator.Emulator, socket bool) *emulated {
	if socket {
		return &emulated{emu, emu.URL(), new(http.Transport)}
	}
	return &emulated{emu, "http://fauxstack.test", emu.Transport()}
}

// Credentials are those of the fixture.
func (c *emulated) Credentials(person string) (gophercloud.AuthOptions, error) {
	for _, u := range c.emu.Users() {
		if u.Name == person {
			return authOptions(c.address+emulator.IdentityPath+"/v3", u), nil
		}
	}
	return gophercloud.AuthOptions{}, fmt.Errorf("the fixture has no user %s", person)
}

func authOptions(authURL string, u emulator.User) gophercloud.AuthOptions {
	return gophercloud.AuthOptions{
		IdentityEndpoint: authURL, Username: u.Name, Password: u.Password, DomainID: u.DomainID,
		Scope: &gophercloud.AuthScope{ProjectName: u.Project, DomainID: u.DomainID},
	}
}

// Client authenticates.
func (c *emulated) Client(ctx context.Context, person string) (*gophercloud.ProviderClient, error) {
	auth, err := c.Credentials(person)
	if err != nil {
		return nil, err
	}
	client, err := openstack.NewClient(auth.IdentityEndpoint)
	if err != nil {
		return nil, err
	}
	client.HTTPClient = http.Client{Transport: c.transport}
	return client, openstack.Authenticate(ctx, client, auth)
}

func (c *emulated) EndpointOpts() gophercloud.EndpointOpts {
	return gophercloud.EndpointOpts{Region: "RegionOne"}
}
func (c *emulated) Unique(name string) string { return name }
func (c *emulated) Lasting() bool             { return false }

// Close ends the emulator, and the connections to it.
func (c *emulated) Close() error {
	if t, ok := c.transport.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
	return c.emu.Close()
}

// Await lets all background work happen. What is not so then never will be.
func (c *emulated) Await(ctx context.Context, ready func(context.Context) (bool, error)) error {
	c.emu.Settle()
	done, err := ready(ctx)
	if err == nil && !done {
		err = errors.New("nothing is left to happen")
	}
	return err
}

// Advance moves the emulator's clock. It cannot fail.
func (c *emulated) Advance(d time.Duration) error {
	c.emu.Advance(d)
	return nil
}

func (c *emulated) RemoveStore(id string) error { return c.emu.Glance().RemoveStore(id) }
func (c *emulated) AddStore(id string) error {
	return c.emu.Glance().AddStore(glance.StoreConfig{ID: id})
}
func (c *emulated) UseSingleStore() error            { return c.emu.Glance().SetSingleStore(true) }
func (c *emulated) LimitImageSize(bytes int64) error { return c.emu.Glance().SetImageSizeCap(bytes) }

func (c *emulated) MakeStoreReadOnly(id string) error {
	return c.setStore(id, func(s *glance.StoreConfig) { s.Type = "http" })
}

func (c *emulated) FillStore(id string) error {
	return c.setStore(id, func(s *glance.StoreConfig) { s.Capacity = 1 })
}

func (c *emulated) DenyStoreWrites(id string) error {
	return c.setStore(id, func(s *glance.StoreConfig) { s.DenyWrites = true })
}

func (c *emulated) setStore(id string, change func(*glance.StoreConfig)) error {
	return c.emu.Glance().SetStore(id, change)
}

// StopVolumeDriver stops that of every backend.
func (c *emulated) StopVolumeDriver() error {
	var errs []error
	for _, b := range c.emu.Fixture().BlockStorage.Backends {
		errs = append(errs, c.emu.Cinder().SetDriverInitialized(b.Name, false))
	}
	return errors.Join(errs...)
}

// Inject lets something go wrong.
func (c *emulated) Inject(f emulator.Fault) (func() error, error) {
	injected, err := c.emu.Inject(f)
	if err != nil {
		return nil, err
	}
	return func() error {
		injected.Remove()
		return nil
	}, nil
}
