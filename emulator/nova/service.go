package nova

import (
	"log/slog"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Ports are what Nova needs of the cloud around it.
type Ports struct {
	DB      *state.DB
	Clock   *sim.Clock
	Queue   *sim.Queue
	IDs     *sim.IDs
	Logger  *slog.Logger
	Release release.Release

	// Volume reaches Cinder, whose address, without "/v3", is VolumeEndpoint.
	Volume         http.RoundTripper
	VolumeEndpoint string
	// ServiceToken makes tokens of Nova's own user.
	ServiceToken func() (string, error)
	// Image reaches Glance, whose address, without "/v2", is ImageEndpoint.
	Image         http.RoundTripper
	ImageEndpoint string
	// Network reaches Neutron, whose address, without "/v2.0", is NetworkEndpoint; nil where there is none.
	Network         http.RoundTripper
	NetworkEndpoint string
}

// Config is Nova's part of a fixture.
type Config struct {
	// Enabled puts Nova behind ComputePath, and a service of type compute, nova, into the catalog, unless identity.services has
	// one.
	Enabled bool `yaml:"enabled,omitempty" json:"enabled,omitempty"`
	// Flavors exist from the beginning; DefaultFlavors when it is empty.
	Flavors []FlavorConfig `yaml:"flavors,omitempty" json:"flavors,omitempty"`
}

// Service is one cloud's Nova. It is safe for concurrent use.
type Service struct {
	db      *state.DB
	clock   *sim.Clock
	queue   *sim.Queue
	ids     *sim.IDs
	log     *slog.Logger
	release release.Release
	rules   *policy.Rules
	volumes *volumeClient
	images  *imageClient

	networks *networkClient // nil: there are none

	flavors  *state.Table[Flavor]
	keypairs *state.Table[KeyPair]
	serverTables
	instanceActionTables
}

// New makes a Nova and seeds it.
func New(p Ports, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Service{
		db: p.DB, clock: p.Clock, queue: p.Queue, ids: p.IDs, log: p.Logger, release: p.Release, rules: policies(),
		volumes: newVolumeClient(p), images: newImageClient(p), networks: newNetworkClient(p),
	}
	s.flavors = state.Add(p.DB, "nova.flavors", func(f *Flavor) *string { return &f.ID })
	s.keypairs = newKeyPairTable(p.DB)
	s.serverTables = newServerTables(p.DB)
	s.instanceActionTables = newInstanceActionTables(p.DB)
	s.declareServerJobs()
	return s, p.DB.Update(func(tx *state.Tx) error {
		if cfg.Enabled {
			s.seedFlavors(tx, cfg.Flavors)
		}
		return nil
	})
}

// Fork is the service of a cloud that was forked off this one's: on another database, with the same tables.
func (s *Service) Fork(p Ports) *Service {
	f := *s
	f.db, f.clock, f.queue, f.ids, f.log = p.DB, p.Clock, p.Queue, p.IDs, p.Logger
	f.volumes, f.images, f.networks = newVolumeClient(p), newImageClient(p), newNetworkClient(p)
	f.declareServerJobs()
	return &f
}

// Operations lists the operations of the service's API, emulated or not.
func Operations() []httpapi.Row { return operations().Rows() }

// API is the service as the cloud's front door sees it.
func (s *Service) API() httpapi.Service { return httpapi.Bind(s, operations(), dialect()) }

// Called finds the name of a server or of a flavor, and whose it is, by its id.
func (s *Service) Called(id string) (name, project string, ok bool) {
	r := s.db.View()
	if server, ok := s.servers.Get(r, id); ok {
		return server.Name, server.ProjectID, true
	}
	f, ok := s.flavors.Get(r, id)
	return f.Name, "", ok
}

// jobAuth is on whose behalf a background job works.
type jobAuth struct {
	Token     string
	UserID    string
	ProjectID string
	RequestID string
}

func authOf(c *httpapi.Call) jobAuth {
	return jobAuth{Token: c.Auth.Token, UserID: c.Auth.UserID, ProjectID: c.Auth.ProjectID, RequestID: c.RequestID}
}

func isAdmin(c *httpapi.Call) bool { return c.May("context_is_admin", nil) }
