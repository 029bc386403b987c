package emulator

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/fault"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/persist"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
	"github.com/fauxstack/fauxstack/emulator/keystone"
	"github.com/fauxstack/fauxstack/emulator/neutron"
	"github.com/fauxstack/fauxstack/emulator/nova"
)

// Paths of the services under the cloud's address, as devstack has them.
const (
	IdentityPath     = "/identity"
	ImagePath        = "/image"
	BlockStoragePath = "/volume"
)

// Emulator is one cloud. Its methods are safe for concurrent use.
type Emulator struct {
	settings *settings // as the options left them; never changed
	origin   *Snapshot // the seeded cloud

	keystone *keystone.Service
	glance   *glance.Service
	cinder   *cinder.Service
	nova     *nova.Service    // there whether or not the cloud shows it
	neutron  *neutron.Service // there whether or not the cloud shows it

	db    *state.DB
	ids   *sim.IDs
	clock *sim.Clock
	queue *sim.Queue
	front *httpapi.Front

	faults *fault.Set
	log    *httpapi.RequestLog
	events events
	data   *persist.Dir // nil: memory only

	listening sync.Once
	listener  net.Listener
	listenErr error
	servers   []*http.Server
	serving   sync.WaitGroup
	leaves    []func() // end what runs jobs at their time, as there are sockets
	closing   sync.Once
	closeErr  error
}

// New starts a cloud. Without options it has the fixture of DefaultFixture, the machine's time, transitions that take no
// time, and no socket until URL is called. All mistakes in the options are reported together.
func New(opts ...Option) (*Emulator, error) {
	s := newSettings()
	if err := s.apply(opts); err != nil {
		return nil, err
	}
	dir, err := s.openData()
	if err != nil {
		return nil, err
	}
	e, err := found(s)
	if err != nil {
		if dir != nil {
			err = errors.Join(err, dir.Close())
		}
		return nil, err
	}
	if err := e.becomeSnapshot(); err != nil {
		return nil, err
	}
	if err := e.live(dir); err != nil {
		return nil, err
	}
	return e, e.open()
}

// found makes a cloud and seeds it; it has no sockets yet.
func found(s *settings) (*Emulator, error) {
	if s.clock == nil {
		s.clock = sim.NewClock(sim.Real, time.Time{}, 0)
	}
	if s.ids == nil {
		s.ids = sim.NewIDs(0)
	}
	e := &Emulator{settings: s, db: new(state.DB), clock: s.clock, ids: s.ids}
	e.queue = sim.NewQueue(e.db, e.clock, s.logger)
	e.faults = fault.NewSet(e.faultyCloud())
	configured, err := s.fixture.Clock.over(sim.Delays{})
	if err != nil {
		return nil, err
	}
	e.pace(configured)
	if e.keystone, err = keystone.New(keystone.Ports(e.ports()), s.fixture.identity()); err != nil {
		return nil, err
	}
	images := s.fixture.Image
	if s.begun {
		images.Images = nil // which takes time, if they are large and their sums are not known
	}
	if e.glance, err = glance.New(e.glancePorts(), images); err != nil {
		return nil, err
	}
	if e.cinder, err = cinder.New(e.cinderPorts(), s.fixture.BlockStorage); err != nil {
		return nil, errors.Join(err, e.glance.Close())
	}
	if e.nova, err = nova.New(e.novaPorts(), s.fixture.Compute); err != nil {
		return nil, errors.Join(err, e.glance.Close())
	}
	if e.neutron, err = neutron.New(neutron.Ports(e.ports()), s.fixture.networking()); err != nil {
		return nil, errors.Join(err, e.glance.Close())
	}
	e.build()
	e.origin = e.snapshot()
	if err := errors.Join(e.injectAll("faults", s.fixture.Faults), e.injectAll("WithFaults", s.faults)); err != nil {
		return nil, errors.Join(err, e.glance.Close())
	}
	return e, nil
}

// ports are what every service needs of the cloud around it.
type ports struct {
	DB      *state.DB
	Clock   *sim.Clock
	Queue   *sim.Queue
	IDs     *sim.IDs
	Logger  *slog.Logger
	Release release.Release
}

func (e *Emulator) ports() ports {
	return ports{e.db, e.clock, e.queue, e.ids, e.settings.logger, e.settings.release}
}

func (e *Emulator) glancePorts() glance.Ports {
	return glance.Ports{
		DB: e.db, Clock: e.clock, Queue: e.queue, IDs: e.ids, Logger: e.settings.logger, Release: e.settings.release, Faults: e.faults,
		OpenBucket: e.settings.openBucket,
		Limit:      func(project, resource string) (int, bool) { return e.keystone.UnifiedLimit(project, "image", resource) },
	}
}

func (e *Emulator) cinderPorts() cinder.Ports {
	p := cinder.Ports{
		DB: e.db, Clock: e.clock, Queue: e.queue, IDs: e.ids, Logger: e.settings.logger, Release: e.settings.release,
		Image: e.within(), ImageEndpoint: inProcess + ImagePath,
		Identity: e.within(), IdentityEndpoint: inProcess + IdentityPath,
	}
	if e.settings.fixture.Compute.Enabled {
		p.Compute, p.ComputeEndpoint, p.ServiceToken = e.within(), inProcess+ComputePath, e.serviceToken("cinder")
	}
	if elsewhere := e.settings.glanceEndpoint; elsewhere != "" {
		p.Image, p.ImageEndpoint = http.DefaultTransport, elsewhere
	}
	return p
}

// build puts the cloud's door in front of its services.
func (e *Emulator) build() {
	s := e.settings
	e.bendJobs()
	e.log = httpapi.NewRequestLog(s.requests)
	e.log.Bound(s.requestBytes)
	e.front = &httpapi.Front{
		Ports: standardPorts,
		Services: map[string]httpapi.Service{
			IdentityPath:     e.keystone.API(),
			ImagePath:        e.glance.API(),
			BlockStoragePath: e.cinder.API(),
		},
		Tokens: e.keystone, Announced: s.announced, IDs: e.ids, Clock: e.clock, Queue: e.queue,
		Faults: e.faults, Log: e.log, Logger: s.logger, Index: e.index,
	}
	if s.fixture.Compute.Enabled {
		e.front.Services[ComputePath] = e.nova.API()
	}
	if s.fixture.networking().Enabled {
		e.front.Services[NetworkPath] = e.neutron.API()
	}
}

// open opens the sockets that the options ask for.
func (e *Emulator) open() error {
	if err := e.listen(e.settings); err != nil {
		return errors.Join(err, e.Close())
	}
	return nil
}

// index is what the root of the address answers: where the services are.
func (e *Emulator) index(site httpapi.Site) any {
	services := map[string]string{}
	for _, service := range e.ServicePaths() {
		services[service.Type] = site.URL(service.Path)
	}
	return map[string]any{"fauxstack": services}
}

// Fixture is the cloud's seed, as the options left it.
func (e *Emulator) Fixture() Fixture { return e.settings.fixture }

// Close ends the cloud: it stops listening, waits for what it started, and frees what its stores hold open. It may be
// called more than once; a closed cloud does not open again.
func (e *Emulator) Close() error {
	e.closing.Do(func() {
		e.faults.Close() // nobody waits for a latency any longer
		e.changed("close")
		var errs []error
		for _, s := range e.servers {
			errs = append(errs, s.Close())
		}
		e.serving.Wait()
		for _, leave := range e.leaves {
			leave()
		}
		e.events.close()
		errs = append(errs, e.glance.Close())
		if e.data != nil {
			e.clock.Tell(nil)
			errs = append(errs, e.data.Close())
		}
		e.closeErr = errors.Join(errs...)
	})
	return e.closeErr
}

// Shutdown is Close for a server with clients: it lets answers under way end first, until ctx does.
func (e *Emulator) Shutdown(ctx context.Context) error {
	e.changed("close")
	e.events.close() // whoever is sent them has an answer under way
	var errs []error
	for _, s := range e.servers {
		errs = append(errs, s.Shutdown(ctx))
	}
	return errors.Join(append(errs, e.Close())...)
}
