package neutron

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Config is Neutron's part of a fixture.
type Config struct {
	// Enabled puts Neutron behind NetworkPath, and a service of type network, neutron, into the catalog, unless
	// identity.services has one. A cloud with Compute has it anyway.
	Enabled bool `yaml:"enabled,omitempty" json:"enabled,omitempty"`
	// Networks exist from the beginning; DefaultNetworks when it is empty.
	Networks []NetworkConfig `yaml:"networks,omitempty" json:"networks,omitempty"`
}

// NetworkConfig is a network of the fixture.
type NetworkConfig struct {
	ID       string         `yaml:"id,omitempty" json:"id,omitempty"` // drawn when empty
	Name     string         `yaml:"name" json:"name"`
	Project  string         `yaml:"project,omitempty" json:"project,omitempty"`   // id of the owner; nobody when empty
	Shared   bool           `yaml:"shared,omitempty" json:"shared,omitempty"`     // all projects may use it
	External bool           `yaml:"external,omitempty" json:"external,omitempty"` // router:external
	Subnets  []SubnetConfig `yaml:"subnets,omitempty" json:"subnets,omitempty"`
}

// SubnetConfig is a subnet of the fixture. Its gateway is the first address, unless the subnet has none.
type SubnetConfig struct {
	ID          string `yaml:"id,omitempty" json:"id,omitempty"` // drawn when empty
	Name        string `yaml:"name,omitempty" json:"name,omitempty"`
	CIDR        string `yaml:"cidr" json:"cidr"` // such as 10.0.0.0/24
	DisableDHCP bool   `yaml:"disable_dhcp,omitempty" json:"disable_dhcp,omitempty"`
	NoGateway   bool   `yaml:"no_gateway,omitempty" json:"no_gateway,omitempty"`
}

// DefaultNetworks are the networks of clouds that name none: private, which all projects share, and the external public.
func DefaultNetworks() []NetworkConfig {
	return []NetworkConfig{
		{Name: "private", Shared: true, Subnets: []SubnetConfig{{Name: "private-subnet", CIDR: "10.0.0.0/22"}}},
		{Name: "public", External: true, Subnets: []SubnetConfig{{Name: "public-subnet", CIDR: "172.24.4.0/24", DisableDHCP: true}}},
	}
}

// Validate reports every mistake, by the path of the field.
func (c Config) Validate() error {
	var errs []error
	for i, n := range c.Networks {
		var before []netip.Prefix
		for j, sub := range n.Subnets {
			path := fmt.Sprintf("network.networks[%d].subnets[%d].cidr", i, j)
			cidr, err := netip.ParsePrefix(sub.CIDR)
			switch {
			case err != nil || cidr != cidr.Masked() || cidr.Bits() == 0:
				errs = append(errs, fmt.Errorf("%s: %q: want a network such as 10.0.0.0/24", path, sub.CIDR))
				continue
			case overlaps(before, cidr):
				errs = append(errs, fmt.Errorf("%s: %q overlaps with another", path, sub.CIDR))
			}
			before = append(before, cidr)
		}
	}
	return errors.Join(errs...)
}

// seed makes the fixture's networks.
func (s *Service) seed(tx *state.Tx, cfg Config) {
	if len(cfg.Networks) == 0 {
		cfg.Networks = DefaultNetworks()
	}
	now := s.clock.Now()
	for _, want := range cfg.Networks {
		n := Network{
			ID: s.idOr(want.ID), Name: want.Name, ProjectID: want.Project, Up: true, Shared: want.Shared, External: want.External,
			PortSecurity: true, Revision: 1, CreatedAt: now, UpdatedAt: now,
		}
		for _, sub := range want.Subnets {
			cidr := netip.MustParsePrefix(sub.CIDR) // Validate has read it
			row := Subnet{
				ID: s.idOr(sub.ID), Name: sub.Name, ProjectID: want.Project, NetworkID: n.ID, CIDR: cidr.String(), DHCP: !sub.DisableDHCP,
				CreatedAt: now, UpdatedAt: now,
			}
			if !sub.NoGateway {
				row.Gateway = firstGateway(cidr).String()
			}
			row.Pools = poolsAround(cidr, row.Gateway)
			s.subnets.Put(tx, row)
			n.Revision++
		}
		s.networks.Put(tx, n)
	}
}

func (s *Service) idOr(id string) string {
	if id == "" {
		return s.ids.UUID()
	}
	return id
}
