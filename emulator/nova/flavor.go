package nova

import (
	"fmt"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Flavor is a size of servers.
type Flavor struct {
	ID, Name    string
	VCPUs       int
	RAM, Swap   int // MiB
	Disk        int // GiB
	Ephemeral   int // GiB
	RxTxFactor  float64
	Private     bool
	Description *string
	ExtraSpecs  map[string]string
}

// FlavorConfig is a flavor of a fixture.
type FlavorConfig struct {
	ID    string `yaml:"id" json:"id"`
	Name  string `yaml:"name" json:"name"`
	VCPUs int    `yaml:"vcpus" json:"vcpus"`
	RAM   int    `yaml:"ram" json:"ram"`   // MiB
	Disk  int    `yaml:"disk" json:"disk"` // GiB
}

// DefaultFlavors are devstack's from m1.tiny to m1.xlarge.
func DefaultFlavors() []FlavorConfig {
	return []FlavorConfig{
		{"1", "m1.tiny", 1, 512, 1},
		{"2", "m1.small", 1, 2048, 20},
		{"3", "m1.medium", 2, 4096, 40},
		{"4", "m1.large", 4, 8192, 80},
		{"5", "m1.xlarge", 8, 16384, 160},
	}
}

// Validate reports the first mistake, by the path of the field.
func (c Config) Validate() error {
	seen := map[string]bool{}
	for i, f := range c.Flavors {
		switch {
		case f.ID == "" || f.Name == "":
			return fmt.Errorf("compute.flavors[%d]: want an id and a name", i)
		case f.VCPUs < 1 || f.RAM < 1 || f.Disk < 0:
			return fmt.Errorf("compute.flavors[%d]: want a vCPU, memory, and no negative disk", i)
		case seen[f.ID]:
			return fmt.Errorf("compute.flavors[%d].id: %q is there twice", i, f.ID)
		}
		seen[f.ID] = true
	}
	return nil
}

func (s *Service) seedFlavors(tx *state.Tx, flavors []FlavorConfig) {
	if len(flavors) == 0 {
		flavors = DefaultFlavors()
	}
	for _, f := range flavors {
		s.flavors.Put(tx, Flavor{ID: f.ID, Name: f.Name, VCPUs: f.VCPUs, RAM: f.RAM, Disk: f.Disk, RxTxFactor: 1})
	}
}

// flavorFor finds a flavor that the caller may see.
func (s *Service) flavorFor(c *httpapi.Call, r state.Reader, id string) (Flavor, error) {
	f, ok := s.flavors.Get(r, id)
	if !ok || f.Private && !isAdmin(c) {
		return f, fail.Missing("flavor", id)
	}
	return f, nil
}

// flavorView is a flavor on the wire; the list without details has the first of its fields.
type flavorView struct {
	ID          string             `json:"id"`
	Name        string             `json:"name"`
	Links       []link             `json:"links"`
	Description any                `json:"description,omitempty"` // *string, since 2.55
	RAM         *int               `json:"ram,omitempty"`
	Disk        *int               `json:"disk,omitempty"`
	Swap        any                `json:"swap,omitempty"`
	Ephemeral   *int               `json:"OS-FLV-EXT-DATA:ephemeral,omitempty"`
	Disabled    *bool              `json:"OS-FLV-DISABLED:disabled,omitempty"`
	VCPUs       *int               `json:"vcpus,omitempty"`
	Public      *bool              `json:"os-flavor-access:is_public,omitempty"`
	RxTxFactor  *float64           `json:"rxtx_factor,omitempty"`
	ExtraSpecs  *map[string]string `json:"extra_specs,omitempty"`
}

func newFlavorView(c *httpapi.Call, f Flavor, detail bool) flavorView {
	v := flavorView{ID: f.ID, Name: f.Name, Links: linksOf(c, "flavors", f.ID)}
	if c.Version.AtLeast(mvFlavorDescription) {
		v.Description = f.Description
	}
	if !detail {
		return v
	}
	public, disabled := !f.Private, false
	v.RAM, v.Disk, v.Ephemeral, v.VCPUs, v.Public, v.Disabled = &f.RAM, &f.Disk, &f.Ephemeral, &f.VCPUs, &public, &disabled
	v.RxTxFactor = &f.RxTxFactor
	v.Swap = f.Swap
	if f.Swap == 0 && !c.Version.AtLeast(mvFlavorSwapNumber) {
		v.Swap = ""
	}
	if c.Version.AtLeast(mvFlavorExtraSpecs) && c.May("os_compute_api:os-flavor-extra-specs:index", nil) {
		specs := specsOf(f)
		v.ExtraSpecs = &specs
	}
	return v
}

func specsOf(f Flavor) map[string]string {
	if f.ExtraSpecs == nil {
		return map[string]string{}
	}
	return f.ExtraSpecs
}
