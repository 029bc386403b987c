package cinder

import (
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// chooseZone settles the availability zone. A type may allow only some; asked for none, it leaves the choice to the
// scheduler then.
func (s *Service) chooseZone(v *Volume, asked *string, typ VolumeType, src volumeSource) error {
	allowed := s.zones()
	limited := typ.Spec(specZones) != ""
	if limited {
		ofType := typeZones(typ)
		both := slices.DeleteFunc(slices.Clone(ofType), func(zone string) bool { return !slices.Contains(allowed, zone) })
		if len(both) == 0 {
			return fail.New(fail.Invalid, "Volume type is only supported in these availability zones: %s", pythonList(ofType...))
		}
		allowed = both
	}
	zone := ""
	switch {
	case asked != nil:
		zone = *asked
	case src.zone() != "":
		zone = src.zone()
	case !limited:
		zone = s.cfg.StorageAvailabilityZone
	}
	if zone != "" && !slices.Contains(allowed, zone) {
		if !s.cfg.AllowAvailabilityZoneFallback {
			return fail.New(fail.Invalid, "Availability zone '%s' is invalid.", zone)
		}
		zone = s.cfg.StorageAvailabilityZone
	}
	if from := src.zone(); zone != "" && from != "" && zone != from {
		what := "source volume"
		if src.snapshot != nil {
			what = "snapshot"
		}
		return fail.New(fail.Invalid, "Invalid input received: Volume must be in the same availability zone as the %s", what)
	}
	if zone == "" && len(allowed) == 1 {
		zone = allowed[0]
	}
	v.Zone = zone
	return nil
}

// zones are the availability zones of the backends, and the default one.
func (s *Service) zones() []string {
	zones := []string{s.cfg.StorageAvailabilityZone}
	for _, b := range s.cfg.Backends {
		if !slices.Contains(zones, b.Zone) {
			zones = append(zones, b.Zone)
		}
	}
	return zones
}

// typeZones are the zones to which a type is limited.
func typeZones(typ VolumeType) []string {
	var zones []string
	for zone := range strings.SplitSeq(typ.Spec(specZones), ",") {
		if zone != "" {
			zones = append(zones, strings.TrimSpace(zone))
		}
	}
	return zones
}
