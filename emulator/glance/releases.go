package glance

import "github.com/fauxstack/fauxstack/emulator/internal/release"

// takesPreference tells whether downloads know the parameter "prefer".
func (s *Service) takesPreference() bool { return s.release.AtLeast(release.Gazpacho) }

// takesImageSize tells whether uploads know the header x-openstack-image-size.
func (s *Service) takesImageSize() bool { return s.release.AtLeast(release.Gazpacho) }

// tellsMedia tells whether a 415 says what it expects.
func (s *Service) tellsMedia() bool { return s.release.AtLeast(release.Gazpacho) }
