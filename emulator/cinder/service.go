package cinder

import (
	"log/slog"
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Ports are what Cinder needs of the cloud around it.
type Ports struct {
	DB      *state.DB
	Clock   *sim.Clock
	Queue   *sim.Queue
	IDs     *sim.IDs
	Logger  *slog.Logger
	Release release.Release

	// Image reaches Glance, whose address, without "/v2", is ImageEndpoint.
	Image         http.RoundTripper
	ImageEndpoint string
	// Identity reaches Keystone, whose address, without "/v3", is IdentityEndpoint; nil leaves projects unchecked.
	Identity         http.RoundTripper
	IdentityEndpoint string
	// Compute reaches Nova, whose address, without "/v2.1", is ComputeEndpoint; nil where there is none. ServiceToken is for
	// what Cinder's own user may do there.
	Compute         http.RoundTripper
	ComputeEndpoint string
	ServiceToken    func() (string, error)
}

// Service is one cloud's Cinder. It is safe for concurrent use.
type Service struct {
	db      *state.DB
	clock   *sim.Clock
	queue   *sim.Queue
	ids     *sim.IDs
	log     *slog.Logger
	release release.Release
	cfg     Config
	rules   *policy.Rules
	images  images
	blobs   content.Store // nil: memory

	identity         http.RoundTripper // nil: whatever project is named, exists
	identityEndpoint string
	compute          *compute

	volumeTables
	attachmentTables
	qosTables
	groupTables
	typeTables
}

// New makes a Cinder and seeds it.
func New(p Ports, cfg Config) (*Service, error) {
	cfg = cfg.withDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	rules, err := policies(p.Release, cfg.Policy)
	if err != nil {
		return nil, err
	}
	s := &Service{
		db: p.DB, clock: p.Clock, queue: p.Queue, ids: p.IDs, log: p.Logger, release: p.Release, cfg: cfg,
		rules: rules, images: newImages(p, cfg), identity: p.Identity, identityEndpoint: p.IdentityEndpoint,
		compute: newCompute(p),
	}
	s.volumeTables = newVolumeTables(p.DB)
	s.attachmentTables = newAttachmentTables(p.DB)
	s.typeTables = newTypeTables(p.DB)
	s.qosTables = newQoSTables(p.DB)
	s.groupTables = newGroupTables(p.DB)
	s.declareVolumeJobs()
	err = p.DB.Update(func(tx *state.Tx) error {
		s.seedTypes(tx)
		s.seedGroupTypes(tx)
		return nil
	})
	return s, err
}

// Fork is the service of a cloud that was forked off this one's: on another database, with the same tables.
func (s *Service) Fork(p Ports) *Service {
	f := *s
	f.db, f.clock, f.queue, f.ids, f.log = p.DB, p.Clock, p.Queue, p.IDs, p.Logger
	f.blobs = nil
	f.images, f.identity, f.identityEndpoint = newImages(p, s.cfg), p.Identity, p.IdentityEndpoint
	f.compute = newCompute(p)
	f.declareVolumeJobs()
	return &f
}

// Operations lists the operations of the service's API, emulated or not.
func Operations() []httpapi.Row { return operations().Rows() }

// API is the service as the cloud's front door sees it.
func (s *Service) API() httpapi.Service { return httpapi.Bind(s, operations(), dialect()) }

// jobAuth is on whose behalf a background job works.
type jobAuth struct {
	Token     string
	UserID    string
	ProjectID string
	RequestID string
	Admin     bool
}

// authOf is what a job needs to know of the caller.
func authOf(c *httpapi.Call) jobAuth {
	return jobAuth{Token: c.Auth.Token, UserID: c.Auth.UserID, ProjectID: c.Auth.ProjectID, RequestID: c.RequestID, Admin: isAdmin(c)}
}

// isAdmin tells whether the caller counts as an administrator, whom views show more and filters bind less.
func isAdmin(c *httpapi.Call) bool { return c.May("context_is_admin", nil) }
