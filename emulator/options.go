package emulator

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// Option changes one thing about a cloud to be. Options apply in their order, a fixture like any other.
type Option func(*settings) error

type settings struct {
	fixture        Fixture
	reseeded       []string   // options that change what the cloud is seeded with
	ids            *sim.IDs   // nil: the machine's own chance, or in a fork those of the cloud it is forked from
	seed           uint64     // of ids
	clock          *sim.Clock // nil: a real one, or in a fork that of the cloud it is forked from
	start          time.Time  // of the clock
	timing         timing
	release        release.Release
	listen         string
	standardPorts  bool
	announced      *url.URL
	glanceEndpoint string
	requests       int // in the log
	requestBytes   int
	logger         *slog.Logger
	faults         []Fault     // beside the fixture's
	tls            *tls.Config // nil: plain HTTP
	data           dataSettings
	begun          bool                                    // what the cloud is seeded with is replaced by what it goes on from
	openBucket     func(url string) (stores.Bucket, error) // nil: stores have none
	snapshot       *Snapshot                               // that the cloud begins as; nil: as its fixture
}

// inProcess is the host in URLs of requests that never see a socket.
const inProcess = "http://fauxstack.internal"

func newSettings() *settings {
	return &settings{fixture: DefaultFixture(), release: release.Latest, requests: 512, requestBytes: 4 << 20, logger: slog.New(slog.DiscardHandler)}
}

// apply changes the settings by options; all mistakes are reported together.
func (s *settings) apply(opts []Option) error {
	var errs []error
	for _, o := range opts {
		errs = append(errs, o(s))
	}
	if len(s.reseeded) > 0 {
		errs = append(errs, s.fixture.Validate())
	}
	return errors.Join(errs...)
}

// reseed notes that an option changes what the cloud is seeded with.
func (s *settings) reseed(option string) { s.reseeded = append(s.reseeded, option) }

// within is how one service of the cloud reaches another.
func (e *Emulator) within() http.RoundTripper {
	return httpapi.Transport{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.front.ServeHTTP(w, r.WithContext(httpapi.Internal(r.Context())))
	})}
}

// WithFixture seeds the cloud with f in place of DefaultFixture.
func WithFixture(f Fixture) Option {
	return func(s *settings) error {
		s.reseed("WithFixture")
		s.fixture = f
		return nil
	}
}

// WithSeed draws all ids from a seed, so that the same calls give the same answers. Default: 0, a seed of the machine's.
func WithSeed(seed uint64) Option {
	return func(s *settings) error {
		s.seed, s.ids = seed, sim.NewIDs(seed)
		return nil
	}
}

// WithGlanceStores replaces Glance's stores by writable ones that keep their data in memory, the first being the default.
func WithGlanceStores(ids ...string) Option {
	return func(s *settings) error {
		if len(ids) == 0 {
			return errors.New("WithGlanceStores: want at least one store")
		}
		s.reseed("WithGlanceStores")
		s.fixture.Image.Stores = nil
		for _, id := range ids {
			s.fixture.Image.Stores = append(s.fixture.Image.Stores, glance.StoreConfig{ID: id})
		}
		s.fixture.Image.DefaultStore = ids[0]
		return nil
	}
}

// WithBackends replaces Cinder's backends, and the volume types that name one, by backends and types of these names.
func WithBackends(names ...string) Option {
	return func(s *settings) error {
		if len(names) == 0 {
			return errors.New("WithBackends: want at least one backend")
		}
		s.reseed("WithBackends")
		s.fixture.BlockStorage = s.fixture.BlockStorage.WithBackends(names...)
		return nil
	}
}

// WithManualClock stops the clock at start (zero: the machine's time); only Advance and Settle move it.
func WithManualClock(start time.Time) Option {
	return func(s *settings) error {
		s.clock, s.start = sim.NewClock(sim.Manual, start, 0), start
		return nil
	}
}

// WithStepClock moves the clock by step (default one second) at each request, for clients that poll in their own time.
func WithStepClock(start time.Time, step time.Duration) Option {
	return func(s *settings) error {
		s.clock, s.start = sim.NewClock(sim.Step, start, step), start
		return nil
	}
}

// WithClock sets the clock by the name of its mode: "real" (default), "manual" or "step".
func WithClock(mode string) Option {
	return func(s *settings) error {
		m, err := sim.ParseMode(mode)
		s.clock = sim.NewClock(m, time.Time{}, 0)
		return err
	}
}

// WithRelease makes the cloud behave as an OpenStack release, such as "zed". Default: "latest".
func WithRelease(name string) Option {
	return func(s *settings) (err error) {
		s.reseed("WithRelease")
		s.release, err = release.Parse(name)
		return err
	}
}

// WithListen opens a socket at host:port; port 0 takes a free one. Default: none until URL is called, which takes a free
// loopback port.
func WithListen(address string) Option {
	return func(s *settings) error {
		if _, _, err := net.SplitHostPort(address); err != nil {
			return fmt.Errorf("listen address %q: want HOST:PORT: %w", address, err)
		}
		s.listen = address
		return nil
	}
}

// WithStandardPorts also serves each service at the root of its usual port (5000, 9292, 8776) of the listen address.
func WithStandardPorts() Option {
	return func(s *settings) error {
		s.standardPorts = true
		return nil
	}
}

// WithAnnouncedURL is what URLs in answers begin with. Default: however the client reached us.
func WithAnnouncedURL(address string) Option {
	return func(s *settings) error {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("announced address %q: want http://HOST[:PORT][/PATH]", address)
		}
		s.announced = u
		return nil
	}
}

// WithGlanceEndpoint makes Cinder use another Glance, at the given address, instead of this cloud's own.
func WithGlanceEndpoint(address string) Option {
	return func(s *settings) error {
		if u, err := url.Parse(address); err != nil || u.Host == "" {
			return fmt.Errorf("Glance endpoint %q: want a URL", address)
		}
		s.glanceEndpoint = address
		return nil
	}
}

// WithCinder changes Cinder's part of the fixture, for options that its configuration has and this package does not name.
func WithCinder(change func(*cinder.Config)) Option {
	return func(s *settings) error {
		s.reseed("WithCinder")
		change(&s.fixture.BlockStorage)
		return nil
	}
}

// WithCinderAuthStrategy makes Cinder believe what a token says ("noauth", "noauth_include_project_id") instead of asking
// Keystone ("keystone", the default): USER:PROJECT is that user, in that project, and an administrator. Projects in paths
// must look like ids. Keystone's tokens, and so Emulator.BlockStorage, do not get into such a Cinder, and Glance lets it do
// nothing.
func WithCinderAuthStrategy(strategy string) Option {
	return WithCinder(func(c *cinder.Config) { c.AuthStrategy = strategy })
}

// WithGlance changes Glance's part of the fixture.
func WithGlance(change func(*glance.Config)) Option {
	return func(s *settings) error {
		s.reseed("WithGlance")
		change(&s.fixture.Image)
		return nil
	}
}

// WithRequestLog keeps the last n requests. Default: 512; 0 keeps none.
func WithRequestLog(n int) Option {
	return func(s *settings) error {
		if n < 0 {
			return fmt.Errorf("request log of %d entries: want 0 or more", n)
		}
		s.requests = n
		return nil
	}
}

// WithLogger gets the cloud's own log records. Default: discarded.
func WithLogger(l *slog.Logger) Option {
	return func(s *settings) error {
		if l == nil {
			return errors.New("WithLogger: nil")
		}
		s.logger = l
		return nil
	}
}
