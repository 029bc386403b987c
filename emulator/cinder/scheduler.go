package cinder

import (
	"math"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// scheduleRequest is what a volume asks of its backend.
type scheduleRequest struct {
	Size  int // GiB
	Type  VolumeType
	Zones []string // any of them; none means any zone
	On    string   // the only backend, as Backend.service; "" for any
	Hints schedulerHints
}

// schedule chooses the backend for a volume, as the filter scheduler does with its default filters (availability zone,
// capacity, capabilities) and its default weigher (most free capacity). Among equals the first in the configuration
// wins. When none is left, the error is fail.Unavailable of the resource "backend": an asynchronous failure, of which
// the user hears in a message.
func (s *Service) schedule(r state.Reader, req scheduleRequest) (Backend, error) {
	var best *Backend
	most := math.Inf(-1)
	for i := range s.backends {
		c := s.candidate(r, i)
		if !s.allows(r, req.Hints, c.Backend) {
			continue
		}
		if req.On != "" && req.On != c.service() || !c.inZone(req.Zones) || !c.hasRoom(req) || !satisfies(c.capability, req.Type.ExtraSpecs) || s.isDisabled(r, c.Backend) {
			continue
		}
		if weight := c.weight(req); weight > most {
			best, most = c.Backend, weight
		}
	}
	if best == nil {
		return Backend{}, &fail.Error{Kind: fail.Unavailable, Resource: noBackend, Text: "No valid backend was found. No weighed backends available"}
	}
	return *best, nil
}

// noBackend is the resource of the failure to find a backend.
const noBackend = "backend"

// candidate is a backend at the time of scheduling.
type candidate struct {
	*Backend
	reported  map[string]any // the capabilities that do not change
	allocated allocation
}

func (s *Service) candidate(r state.Reader, i int) candidate {
	b := &s.backends[i]
	allocated, _ := s.allocations.Get(r, b.Host)
	return candidate{Backend: b, reported: s.reported[i], allocated: allocated}
}

// capability is one of the capabilities that the backend reports now.
func (c *candidate) capability(name string) (any, bool) {
	if _, fixed := c.Capabilities[name]; !fixed {
		if v, ok := c.current(name, c.allocated); ok {
			return v, true
		}
	}
	v, ok := c.reported[name]
	return v, ok
}

func (c *candidate) inZone(zones []string) bool {
	return len(zones) == 0 || slices.Contains(zones, c.Zone)
}

// hasRoom is the capacity filter (scheduler/filters/capacity_filter.py).
func (c *candidate) hasRoom(req scheduleRequest) bool {
	free, total := *c.FreeCapacity, c.TotalCapacity
	switch {
	case req.Size == 0 || !free.known():
		return true
	case !total.known():
		return c.ReservedPercentage == 0 // what to reserve of an unknown total cannot be told
	case total <= 0:
		return false
	}
	if c.thinFor(req.Type) && c.ReservedPercentage == 100 {
		return false // upstream divides by what is not reserved
	}
	return c.virtualFree(req.Type) >= float64(req.Size)
}

// thinFor tells whether a volume of the type would be provisioned thin here.
func (c *candidate) thinFor(typ VolumeType) bool {
	return c.ThinProvisioning && typ.Spec(specProvisioningType) != "thick"
}

// virtualFree is how many GiB the backend can still promise (scheduler/sched_utils.py), to two decimals. Total and free
// capacity are known.
func (c *candidate) virtualFree(typ VolumeType) float64 {
	total := float64(c.TotalCapacity)
	available := total - math.Floor(total*float64(c.ReservedPercentage)/100)
	if c.thinFor(typ) {
		return round2(available*c.MaxOverSubscriptionRatio - float64(c.allocated.GiB))
	}
	return round2(min(available-float64(c.allocated.GiB), float64(c.free(c.allocated))))
}

func round2(f float64) float64 { return math.RoundToEven(f*100) / 100 }

// weight is the capacity weigher's: the more can be promised the better, and who cannot count comes last.
func (c *candidate) weight(req scheduleRequest) float64 {
	if !c.TotalCapacity.known() || !c.FreeCapacity.known() {
		return -1
	}
	return c.virtualFree(req.Type)
}

// The extra specs that Cinder itself reads.
const (
	specStoreID          = "image_service:store_id"
	specProvisioningType = "provisioning:type"
	specBackendName      = "volume_backend_name"
	specMultiattach      = "multiattach"
	specCacheable        = "cacheable"
	specZones            = "RESKEY:availability_zones"
	specReplication      = "replication_enabled"
)

// visibleSpecs are the extra specs that every user may see (policies/type_extra_specs.py).
func visibleSpecs() []string { return []string{specZones, specMultiattach, specReplication} }
