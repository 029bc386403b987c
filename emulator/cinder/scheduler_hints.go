package cinder

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The filters that scheduler_default_filters may name. The first three are the default, and hold always.
const (
	filterZone             = "AvailabilityZoneFilter"
	filterCapacity         = "CapacityFilter"
	filterCapabilities     = "CapabilitiesFilter"
	filterDifferentBackend = "DifferentBackendFilter"
	filterSameBackend      = "SameBackendFilter"
)

func schedulerFilters() []string {
	return []string{filterZone, filterCapacity, filterCapabilities, filterDifferentBackend, filterSameBackend}
}

// schedulerHints are the volumes whose backends a new volume is to be on, or not to be on.
type schedulerHints struct{ Same, Different []string }

// hintsIn reads a body's scheduler hints, as far as the scheduler's filters heed them.
func (s *Service) hintsIn(hints volumeHints) schedulerHints {
	var h schedulerHints
	if slices.Contains(s.cfg.SchedulerDefaultFilters, filterSameBackend) {
		h.Same = hints.Same.ids
	}
	if slices.Contains(s.cfg.SchedulerDefaultFilters, filterDifferentBackend) {
		h.Different = hints.Different.ids
	}
	return h
}

// volumeHints are the hints of a body that the scheduler knows.
type volumeHints struct {
	Same      oneOrMore `json:"same_host"`
	Different oneOrMore `json:"different_host"`
}

// oneOrMore is an id of a body, or a list of them; the schema has seen it before.
type oneOrMore struct{ ids []string }

// UnmarshalValue reads both forms.
func (o *oneOrMore) UnmarshalValue(v schema.Value) error {
	switch v := v.(type) {
	case string:
		o.ids = []string{v}
	case schema.List:
		for _, id := range v {
			o.ids = append(o.ids, schema.Str(id))
		}
	}
	return nil
}

// allows tells whether a backend is one that the hints ask for (scheduler/filters/affinity_filter.py).
func (s *Service) allows(r state.Reader, h schedulerHints, b *Backend) bool {
	here := func(id string) bool {
		v, ok := s.volumes.Get(r, id)
		return ok && v.Host == b.Host
	}
	return (len(h.Same) == 0 || slices.ContainsFunc(h.Same, here)) && !slices.ContainsFunc(h.Different, here)
}
