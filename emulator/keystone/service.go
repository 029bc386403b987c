package keystone

import (
	"hash/maphash"
	"log/slog"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Ports are what the service needs of the cloud that it is part of.
type Ports struct {
	DB      *state.DB
	Clock   *sim.Clock
	Queue   *sim.Queue
	IDs     *sim.IDs
	Logger  *slog.Logger
	Release release.Release
}

// Service is one cloud's Identity service.
type Service struct {
	db      *state.DB
	clock   *sim.Clock
	ids     *sim.IDs
	release release.Release
	conf    Settings // with all defaults
	rules   *policy.Rules

	tables
	known tokenCache
}

// New declares the service's tables in the database and fills them with what the configuration says.
func New(p Ports, cfg Config) (*Service, error) {
	r, err := release.Parse(string(p.Release)) // the zero value is the newest
	if err != nil {
		return nil, err
	}
	rules, err := policies(r, cfg.Policy)
	if err != nil {
		return nil, err
	}
	s := &Service{db: p.DB, clock: p.Clock, ids: p.IDs, release: r, conf: cfg.Settings.orDefault(), rules: rules}
	s.tables.declare(s.db)
	s.known.seed = maphash.MakeSeed()
	if err := s.seed(cfg.orDefault(s.release)); err != nil {
		return nil, err
	}
	return s, nil
}

// Fork is the service of a cloud that was forked off this one's: on another database, with the same tables.
func (s *Service) Fork(p Ports) *Service {
	f := &Service{db: p.DB, clock: p.Clock, ids: p.IDs, release: s.release, conf: s.conf, rules: s.rules, tables: s.tables}
	f.known.seed = maphash.MakeSeed()
	return f
}

// Operations lists the operations of the service's API, emulated or not.
func Operations() []httpapi.Row { return operations().Rows() }

// API is the service for the cloud's front.
func (s *Service) API() httpapi.Service { return httpapi.Bind(s, operations(), dialect()) }
