package steps

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

// Remote is a Target: a fauxstack server, as another process or a container, that makes a cloud for each scenario, on a
// clock that only the scenario moves. It is what Emulator is in this process, scenario by scenario, for a server of the
// same version. It is safe for concurrent use.
type Remote struct {
	Control *client.Client // of the server; behind mapped ports at its main address, so that it knows how it is reached
	Release string         // that the clouds behave as; "" is the latest
	Here    bool           // it can reach servers on 127.0.0.1 of this machine

	able abilities
}

// Open makes a cloud on the server, configured as the scenario's tags ask.
func (t *Remote) Open(ctx context.Context, s Scenario) (Cloud, error) {
	if slices.Contains(s.Values("@config:"), fromHere) && !t.Here {
		return nil, NotHere{"needs a server that reaches this machine"}
	}
	configured, err := t.able.configure(ctx, s, t.Release, t.create)
	if err != nil {
		return nil, err
	}
	return t.create(ctx, configured)
}

func (t *Remote) create(ctx context.Context, c configuration) (Cloud, error) {
	var unique [8]byte
	_, _ = rand.Read(unique[:]) // it never fails
	made, err := t.Control.Create(ctx, client.Spec{
		Name:    fmt.Sprintf("scenario-%x", unique), // hexadecimal: gophercloud takes a v and a digit in a path for a version
		Fixture: c.Fixture,
		Options: client.Options{Clock: "manual", Release: t.Release, GlanceEndpoint: c.GlanceEndpoint},
	})
	if err != nil {
		return nil, fmt.Errorf("making a cloud: %w", err)
	}
	cloud := &remote{ctx: ctx, control: t.Control, name: made.Name, transport: new(http.Transport)}
	if cloud.users, err = t.Control.Users(ctx, made.Name); err != nil {
		return nil, errors.Join(err, cloud.Close())
	}
	return cloud, nil
}

// remote is a scenario's own cloud on a server.
type remote struct {
	ctx       context.Context // the scenario's
	control   *client.Client
	name      string
	users     []client.User
	transport *http.Transport
}

// Credentials are those of the fixture.
func (c *remote) Credentials(person string) (gophercloud.AuthOptions, error) {
	for _, u := range c.users {
		if u.Name == person {
			return authOptions(u.AuthURL, emulator.User{Name: u.Name, Password: u.Password, Project: u.Project, DomainID: u.DomainID}), nil
		}
	}
	return gophercloud.AuthOptions{}, fmt.Errorf("the fixture has no user %s", person)
}

// Client authenticates.
func (c *remote) Client(ctx context.Context, person string) (*gophercloud.ProviderClient, error) {
	auth, err := c.Credentials(person)
	if err != nil {
		return nil, err
	}
	p, err := openstack.NewClient(auth.IdentityEndpoint)
	if err != nil {
		return nil, err
	}
	p.HTTPClient = http.Client{Transport: c.transport}
	return p, openstack.Authenticate(ctx, p, auth)
}

func (c *remote) EndpointOpts() gophercloud.EndpointOpts {
	return gophercloud.EndpointOpts{Region: "RegionOne"}
}
func (c *remote) Unique(name string) string { return name }
func (c *remote) Lasting() bool             { return false }

// Close deletes the cloud, even when the scenario was ended.
func (c *remote) Close() error {
	c.transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), cleanupPatience)
	defer cancel()
	return c.control.Delete(ctx, c.name)
}

// Await lets all background work happen. What is not so then never will be.
func (c *remote) Await(ctx context.Context, ready func(context.Context) (bool, error)) error {
	if _, err := c.control.Settle(ctx, c.name); err != nil {
		return err
	}
	done, err := ready(ctx)
	if err == nil && !done {
		err = errors.New("nothing is left to happen")
	}
	return err
}

// Advance moves the cloud's clock.
func (c *remote) Advance(d time.Duration) error {
	_, err := c.control.Advance(c.ctx, c.name, d)
	return err
}

func (c *remote) RemoveStore(id string) error { return c.control.RemoveStore(c.ctx, c.name, id) }

func (c *remote) AddStore(id string) error {
	_, err := c.control.AddStore(c.ctx, c.name, client.Store{ID: id})
	return err
}

func (c *remote) MakeStoreReadOnly(id string) error {
	return c.changeStore(id, client.StoreChange{ReadOnly: new(true)})
}

func (c *remote) FillStore(id string) error {
	return c.changeStore(id, client.StoreChange{Full: new(true)})
}

func (c *remote) DenyStoreWrites(id string) error {
	return c.changeStore(id, client.StoreChange{DenyWrites: new(true)})
}

func (c *remote) changeStore(id string, change client.StoreChange) error {
	_, err := c.control.ChangeStore(c.ctx, c.name, id, change)
	return err
}

func (c *remote) UseSingleStore() error {
	return c.changeGlance(client.GlanceChange{SingleStore: new(true)})
}

func (c *remote) LimitImageSize(bytes int64) error {
	return c.changeGlance(client.GlanceChange{ImageSizeCap: &bytes})
}

func (c *remote) changeGlance(change client.GlanceChange) error {
	_, err := c.control.ChangeGlance(c.ctx, c.name, change)
	return err
}

// StopVolumeDriver stops that of every backend.
func (c *remote) StopVolumeDriver() error {
	backends, err := c.control.Backends(c.ctx, c.name)
	errs := []error{err}
	for _, b := range backends {
		errs = append(errs, c.control.SetDriverInitialized(c.ctx, c.name, b.Name, false))
	}
	return errors.Join(errs...)
}

// Inject lets something go wrong.
func (c *remote) Inject(f emulator.Fault) (func() error, error) {
	injected, err := c.control.Inject(c.ctx, c.name, f)
	if err != nil {
		return nil, err
	}
	return func() error { return c.control.RemoveFault(c.ctx, c.name, injected.ID) }, nil
}
