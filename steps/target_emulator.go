package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
)

// Emulator is a Target: an emulated cloud in this process for each scenario, on a clock that only scenarios move. Scenarios
// about operations that are not emulated yet are skipped. It is safe for concurrent use.
type Emulator struct {
	Release string            // that the clouds behave as; "" is the latest
	Options []emulator.Option // of all clouds, after the target's own
	Socket  bool              // reaches them over loopback sockets

	once    sync.Once
	ceiling ceilings
	gaps    map[string]bool // operation -> not emulated
	err     error
}

// configurations are what the tags @config:... ask for.
func configurations() map[string][]emulator.Option {
	ofGlance := func(change func(*glance.Config)) []emulator.Option {
		return []emulator.Option{emulator.WithGlance(change)}
	}
	ofCinder := func(change func(*cinder.Config)) []emulator.Option {
		return []emulator.Option{emulator.WithCinder(change)}
	}
	return map[string][]emulator.Option{
		"new_defaults":    nil, // of policies: what new releases come with
		"retyping_driver": nil, // of backends: one that changes a volume's type in place

		"single_store": ofGlance(func(c *glance.Config) { c.SingleStore = true }),
		"weighted_stores": ofGlance(func(c *glance.Config) {
			for i := range c.Stores {
				c.Stores[i].Weight = map[string]int{"reliable": 300, "fast": 200, "cheap": 100}[c.Stores[i].ID]
			}
		}),
		"unreachable_glance":  {emulator.WithGlanceEndpoint("http://127.0.0.1:1")},
		"force_upload":        ofCinder(func(c *cinder.Config) { c.EnableForceUpload = true }),
		"compressed_images":   ofCinder(func(c *cinder.Config) { c.AllowCompressionOnImageUpload = true }),
		"nothing_carried":     ofCinder(func(c *cinder.Config) { c.GlanceCoreProperties = nil }),
		"reserved_namespaces": ofCinder(func(c *cinder.Config) { c.ReservedImageNamespaces = []string{"os_"} }),
		"no_image_conversion": ofCinder(func(c *cinder.Config) { c.ImageConversionDisable = true }),

		"variant_glance_store":           ofCinder(func(c *cinder.Config) { c.Variants.GlanceStore = "cheap" }),
		"variant_upload_store_parameter": ofCinder(func(c *cinder.Config) { c.Variants.UploadStoreParameter = true }),
		"variant_type_store_property":    ofCinder(func(c *cinder.Config) { c.Variants.TypeStoreProperty = true }),
	}
}

// Open starts a cloud, configured as the scenario's tags ask.
func (t *Emulator) Open(ctx context.Context, s Scenario) (Cloud, error) {
	t.once.Do(func() { t.err = t.learn(ctx) })
	if t.err != nil {
		return nil, t.err
	}
	for _, op := range s.Values("@op:") {
		if t.gaps[op] {
			return nil, NotHere{op + " is not emulated yet"}
		}
	}
	if err := t.ceiling.fit(s); err != nil {
		return nil, err
	}
	var opts []emulator.Option
	known := configurations()
	for _, name := range s.Values("@config:") {
		more, ok := known[name]
		if !ok {
			return nil, NotHere{"the emulator has no configuration " + name}
		}
		opts = append(opts, more...)
	}
	return t.start(opts...)
}

func (t *Emulator) start(opts ...emulator.Option) (*emulated, error) {
	all := append([]emulator.Option{
		emulator.WithManualClock(time.Time{}), emulator.WithRelease(t.Release),
	}, append(unhurried(), opts...)...)
	emu, err := emulator.New(append(all, t.Options...)...)
	if err != nil {
		return nil, err
	}
	return newEmulated(emu, t.Socket), nil
}

// unhurried lets background work take its time, so that scenarios can see what is before it.
func unhurried() []emulator.Option {
	return []emulator.Option{
		emulator.WithDelay("cinder.volume.create", time.Second), emulator.WithDelay("cinder.volume.delete", time.Second),
		emulator.WithDelay("cinder.volume.extend", time.Second), emulator.WithDelay("cinder.volume.upload_image", 10*time.Second),
	}
}

// learn finds out what the emulator can do, by its operations and its version documents.
func (t *Emulator) learn(ctx context.Context) error {
	t.gaps = map[string]bool{}
	for _, op := range emulator.Operations() {
		t.gaps[op.ID] = !op.Emulated
	}
	cloud, err := t.start()
	if err != nil {
		return err
	}
	client, err := cloud.Client(ctx, Admin)
	if err == nil {
		t.ceiling, err = discover(ctx, client, cloud.EndpointOpts())
	}
	if t.Release != "" {
		t.ceiling.release = t.Release
	}
	return errors.Join(err, cloud.Close())
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
			return gophercloud.AuthOptions{
				IdentityEndpoint: c.address + emulator.IdentityPath + "/v3", Username: u.Name, Password: u.Password, DomainID: u.DomainID,
				Scope: &gophercloud.AuthScope{ProjectName: u.Project, DomainID: u.DomainID},
			}, nil
		}
	}
	return gophercloud.AuthOptions{}, fmt.Errorf("the fixture has no user %s", person)
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

func (c *emulated) Advance(d time.Duration)     { c.emu.Advance(d) }
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
