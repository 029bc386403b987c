package neutron

import (
	"log/slog"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Ports are what Neutron needs of the cloud around it.
type Ports struct {
	DB      *state.DB
	Clock   *sim.Clock
	Queue   *sim.Queue
	IDs     *sim.IDs
	Logger  *slog.Logger
	Release release.Release
}

// Service is one cloud's Neutron. It is safe for concurrent use.
type Service struct {
	db    *state.DB
	clock *sim.Clock
	ids   *sim.IDs
	rules *policy.Rules
	tables
}

// tables are what the service keeps.
type tables struct {
	networks         *state.Table[Network]
	subnets          *state.Table[Subnet]
	subnetsByNetwork *state.Index[Subnet]
	ports            *state.Table[Port]
	portsByNetwork   *state.Index[Port]
	groups           *state.Table[SecurityGroup]
}

// New makes a Neutron and seeds it.
func New(p Ports, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Service{db: p.DB, clock: p.Clock, ids: p.IDs, rules: policies(), tables: newTables(p.DB)}
	return s, p.DB.Update(func(tx *state.Tx) error {
		if cfg.Enabled {
			s.seed(tx, cfg)
		}
		return nil
	})
}

func newTables(db *state.DB) tables {
	var t tables
	t.subnetsByNetwork = state.Order(func(a, b *Subnet) bool {
		return a.NetworkID < b.NetworkID || a.NetworkID == b.NetworkID && a.ID < b.ID
	}, nil)
	t.portsByNetwork = state.Order(func(a, b *Port) bool {
		return a.NetworkID < b.NetworkID || a.NetworkID == b.NetworkID && a.ID < b.ID
	}, nil)
	t.networks = state.Add(db, "neutron.networks", func(n *Network) *string { return &n.ID })
	t.subnets = state.Add(db, "neutron.subnets", func(n *Subnet) *string { return &n.ID }, t.subnetsByNetwork)
	t.ports = state.Add(db, "neutron.ports", func(p *Port) *string { return &p.ID }, t.portsByNetwork)
	t.groups = state.Add(db, "neutron.security_groups", func(g *SecurityGroup) *string { return &g.ID })
	return t
}

// Fork is the service of a cloud that was forked off this one's: on another database, with the same tables.
func (s *Service) Fork(p Ports) *Service {
	f := *s
	f.db, f.clock, f.ids = p.DB, p.Clock, p.IDs
	return &f
}

// Operations lists the operations of the service's API, emulated or not.
func Operations() []httpapi.Row { return operations().Rows() }

// API is the service as the cloud's front door sees it.
func (s *Service) API() httpapi.Service { return httpapi.Bind(s, operations(), dialect()) }

// Called finds the name of a network, a subnet, a port or a security group, and whose it is, by its id.
func (s *Service) Called(id string) (name, project string, ok bool) {
	r := s.db.View()
	if n, ok := s.networks.Get(r, id); ok {
		return n.Name, n.ProjectID, true
	}
	if n, ok := s.subnets.Get(r, id); ok {
		return n.Name, n.ProjectID, true
	}
	if p, ok := s.ports.Get(r, id); ok {
		return p.Name, p.ProjectID, true
	}
	g, ok := s.groups.Get(r, id)
	return g.Name, g.ProjectID, ok
}

func isAdmin(c *httpapi.Call) bool { return c.May("context_is_admin", nil) }
