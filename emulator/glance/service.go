package glance

import (
	"errors"
	"log/slog"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fault"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Ports are what Glance needs of the cloud around it.
type Ports struct {
	DB      *state.DB
	Clock   *sim.Clock
	Queue   *sim.Queue
	IDs     *sim.IDs
	Logger  *slog.Logger
	Release release.Release
	Faults  *fault.Set // of stores; nil for none
	// Limit is how much of a resource Keystone lets a project have; false where it has no limit registered. nil: nothing.
	Limit func(project, resource string) (int, bool)
	// OpenBucket opens the bucket of a store, by its URL. nil: stores have none.
	OpenBucket func(url string) (stores.Bucket, error)
}

// Service is one cloud's Glance. It is safe for concurrent use.
type Service struct {
	db      *state.DB
	clock   *sim.Clock
	queue   *sim.Queue
	ids     *sim.IDs
	log     *slog.Logger
	release release.Release
	cfg     Config
	rules   *policy.Rules
	faults  *fault.Set

	unified func(project, resource string) (int, bool) // Keystone's limits

	blobs    content.Store // of stores without a directory; nil: memory
	borrowed bool          // the directories and buckets of stores are another cloud's
	buckets  *buckets

	tables
}

// New makes a Glance and seeds it.
func New(p Ports, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	rules, err := policies(p.Release, cfg.Policy)
	if err != nil {
		return nil, err
	}
	s := &Service{db: p.DB, clock: p.Clock, queue: p.Queue, ids: p.IDs, log: p.Logger, release: p.Release, cfg: cfg, rules: rules, faults: p.Faults, unified: p.Limit, buckets: &buckets{open: p.OpenBucket}}
	if err := s.buckets.check(cfg.Stores); err != nil {
		return nil, err
	}
	s.tables = newTables(p.DB)
	s.declareJobs()
	return s, s.seed()
}

// Fork is the service of a cloud that was forked off this one's: on another database, with the same tables. What it
// keeps from now on, it keeps in memory, for the directories of stores are the other's.
func (s *Service) Fork(p Ports) *Service {
	f := *s
	f.db, f.clock, f.queue, f.ids, f.log, f.faults = p.DB, p.Clock, p.Queue, p.IDs, p.Logger, p.Faults
	f.unified = p.Limit
	f.blobs, f.borrowed = nil, true
	f.declareJobs()
	return &f
}

// KeepIn has the data of stores without a directory kept in a store of blobs from now on, instead of in memory. It is called
// before the first request.
func (s *Service) KeepIn(blobs content.Store) { s.blobs = blobs }

// Operations lists the operations of the service's API, emulated or not.
func Operations() []httpapi.Row { return operations().Rows() }

// API is the service as the cloud's front door sees it.
func (s *Service) API() httpapi.Service { return httpapi.Bind(s, operations(), s.dialect()) }

// Close frees what the service holds open. It may be called more than once.
func (s *Service) Close() error { return nil }

// seed puts the configuration into the state.
func (s *Service) seed() error {
	return s.db.Update(func(tx *state.Tx) error {
		s.settings.Put(tx, settings{DefaultStore: s.cfg.DefaultStore, SingleStore: s.cfg.SingleStore, ImageSizeCap: s.cfg.ImageSizeCap})
		for i, c := range s.cfg.Stores {
			s.stores.Put(tx, storeRow{c, i})
		}
		errs := []error{s.seedMetadefs(tx)}
		for _, c := range s.cfg.Images {
			errs = append(errs, s.seedImage(tx, c))
		}
		return errors.Join(errs...)
	})
}

// isAdmin tells whether the caller counts as an administrator.
func isAdmin(c *httpapi.Call) bool { return c.May("context_is_admin", nil) }

// legacyDefaults tells whether the release still lets everybody pass most rules, and looks at owners instead.
func (s *Service) legacyDefaults() bool { return !s.release.AtLeast(release.Antelope) }

// pathSegment is the nth segment of a path, from 0; "" when there are not so many.
func pathSegment(path string, n int) string {
	path = strings.TrimPrefix(path, "/")
	for range n {
		_, path, _ = strings.Cut(path, "/")
	}
	first, _, _ := strings.Cut(path, "/")
	return first
}
