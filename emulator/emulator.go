package emulator

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// Paths of the services under the cloud's address, as devstack has them.
const (
	IdentityPath     = "/identity"
	ImagePath        = "/image"
	BlockStoragePath = "/volume"
)

// Emulator is one cloud. Its methods are safe for concurrent use.
type Emulator struct {
	fixture  Fixture
	keystone *keystone.Service
	glance   *glance.Service
	cinder   *cinder.Service

	front *httpapi.Front
	log   *httpapi.RequestLog
	clock *sim.Clock
	queue *sim.Queue

	listening sync.Once
	listener  net.Listener
	listenErr error
	servers   []*http.Server
	serving   sync.WaitGroup
	closing   sync.Once
	closeErr  error
}

// New starts a cloud. Without options it has the fixture of DefaultFixture, the machine's time, transitions that take no
// time, and no socket until URL is called. All mistakes in the options are reported together.
func New(opts ...Option) (*Emulator, error) {
	s, err := newSettings(opts)
	if err != nil {
		return nil, err
	}
	e := &Emulator{fixture: s.fixture, clock: sim.NewClock(s.clock, s.start, s.step), log: httpapi.NewRequestLog(s.requests)}
	db := new(state.DB)
	e.queue = sim.NewQueue(db, e.clock, s.logger)
	ids := sim.NewIDs(s.seed)

	e.keystone, err = keystone.New(keystone.Ports{
		DB: db, Clock: e.clock, Queue: e.queue, IDs: ids, Logger: s.logger, Release: s.release,
	}, s.fixture.Identity)
	if err != nil {
		return nil, err
	}
	e.glance, err = glance.New(glance.Ports{
		DB: db, Clock: e.clock, Queue: e.queue, IDs: ids, Logger: s.logger, Release: s.release,
	}, s.fixture.Image)
	if err != nil {
		return nil, err
	}
	e.cinder, err = cinder.New(cinder.Ports{
		DB: db, Clock: e.clock, Queue: e.queue, IDs: ids, Logger: s.logger, Release: s.release,
		Image: s.glanceTransport(e), ImageEndpoint: s.glanceEndpoint,
		Identity: e.within(), IdentityEndpoint: inProcess + IdentityPath,
	}, s.fixture.BlockStorage)
	if err != nil {
		return nil, errors.Join(err, e.glance.Close())
	}

	e.front = &httpapi.Front{
		Services: map[string]httpapi.Service{
			IdentityPath:     e.keystone.API(),
			ImagePath:        e.glance.API(),
			BlockStoragePath: e.cinder.API(),
		},
		Tokens: e.keystone, Announced: s.announced, IDs: ids, Clock: e.clock, Queue: e.queue,
		Log: e.log, Logger: s.logger, Index: index,
	}
	if s.standardPorts {
		e.front.Ports = standardPorts
	}
	if err := e.listen(s); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// index is what the root of the address answers: where the services are.
func index(site httpapi.Site) any {
	return map[string]any{"fauxstack": map[string]string{
		"identity":      site.URL(IdentityPath),
		"image":         site.URL(ImagePath),
		"block-storage": site.URL(BlockStoragePath),
	}}
}

// Handler serves the whole cloud, under its devstack paths, without a socket.
func (e *Emulator) Handler() http.Handler { return e.front }

// Transport is an http.RoundTripper that reaches this cloud, whatever the host in the URL, without a socket.
func (e *Emulator) Transport() http.RoundTripper { return httpapi.Transport{Handler: e.front} }

// Fixture is the cloud's seed, as the options left it.
func (e *Emulator) Fixture() Fixture { return e.fixture }

// Close ends the cloud: it stops listening, waits for what it started, and frees what its stores hold open. It may be
// called more than once; a closed cloud does not open again.
func (e *Emulator) Close() error {
	e.closing.Do(func() {
		var errs []error
		for _, s := range e.servers {
			errs = append(errs, s.Close())
		}
		e.serving.Wait()
		e.closeErr = errors.Join(append(errs, e.glance.Close())...)
	})
	return e.closeErr
}

// Shutdown is Close for a server with clients: it lets answers under way end first, until ctx does.
func (e *Emulator) Shutdown(ctx context.Context) error {
	var errs []error
	for _, s := range e.servers {
		errs = append(errs, s.Shutdown(ctx))
	}
	return errors.Join(append(errs, e.Close())...)
}
