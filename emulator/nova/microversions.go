package nova

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// Microversions that change what is emulated here (nova/api/openstack/compute/rest_api_version_history.rst).
var (
	mvBase                 = httpapi.Microversion{Major: 2, Minor: 1}
	mvKeyPairType          = httpapi.Microversion{Major: 2, Minor: 2}
	mvVolumesTermination   = httpapi.Microversion{Major: 2, Minor: 3}
	mvLocked               = httpapi.Microversion{Major: 2, Minor: 9}
	mvKeyPairOwner         = httpapi.Microversion{Major: 2, Minor: 10}
	mvServiceForcedDown    = httpapi.Microversion{Major: 2, Minor: 11}
	mvServerDescription    = httpapi.Microversion{Major: 2, Minor: 19}
	mvServerTags           = httpapi.Microversion{Major: 2, Minor: 26}
	mvKeyPairsPaged        = httpapi.Microversion{Major: 2, Minor: 35}
	mvNoProxyLimits        = httpapi.Microversion{Major: 2, Minor: 36}
	mvNetworksRequired     = httpapi.Microversion{Major: 2, Minor: 37}
	mvStatusChecked        = httpapi.Microversion{Major: 2, Minor: 38}
	mvNoImageLimit         = httpapi.Microversion{Major: 2, Minor: 39}
	mvFlavorEmbedded       = httpapi.Microversion{Major: 2, Minor: 47}
	mvServiceUUIDs         = httpapi.Microversion{Major: 2, Minor: 53}
	mvFlavorDescription    = httpapi.Microversion{Major: 2, Minor: 55}
	mvFlavorExtraSpecs     = httpapi.Microversion{Major: 2, Minor: 61}
	mvActionEvents         = httpapi.Microversion{Major: 2, Minor: 51}
	mvNoPersonality        = httpapi.Microversion{Major: 2, Minor: 57}
	mvActionsPaged         = httpapi.Microversion{Major: 2, Minor: 58}
	mvActionHost           = httpapi.Microversion{Major: 2, Minor: 62}
	mvActionDetails        = httpapi.Microversion{Major: 2, Minor: 84}
	mvMultiattach          = httpapi.Microversion{Major: 2, Minor: 60}
	mvTrustedCertificates  = httpapi.Microversion{Major: 2, Minor: 63}
	mvServerGroups         = httpapi.Microversion{Major: 2, Minor: 71}
	mvLockedReason         = httpapi.Microversion{Major: 2, Minor: 73}
	mvFlavorSwapNumber     = httpapi.Microversion{Major: 2, Minor: 75}
	mvWholeAnswers         = httpapi.Microversion{Major: 2, Minor: 75}
	mvStrictQueries        = httpapi.Microversion{Major: 2, Minor: 75}
	mvAttachmentTag        = httpapi.Microversion{Major: 2, Minor: 70}
	mvAttachmentTerminates = httpapi.Microversion{Major: 2, Minor: 79}
	mvServerFilters        = httpapi.Microversion{Major: 2, Minor: 83}
	mvAttachmentUpdate     = httpapi.Microversion{Major: 2, Minor: 85}
	mvHostNames            = httpapi.Microversion{Major: 2, Minor: 90}
	mvAttachmentIDs        = httpapi.Microversion{Major: 2, Minor: 89}
)

// maxMicroversion is the newest microversion of a release, but none after 2.96 is emulated.
func maxMicroversion(r release.Release) httpapi.Microversion {
	switch {
	case r.AtLeast(release.Caracal):
		return httpapi.Microversion{Major: 2, Minor: 96}
	case r.AtLeast(release.Antelope):
		return httpapi.Microversion{Major: 2, Minor: 95}
	}
	return httpapi.Microversion{Major: 2, Minor: 93}
}

const (
	versionHeader = "Openstack-Api-Version"
	legacyHeader  = "X-Openstack-Nova-Api-Version"
)

// negotiate settles the microversion of a call (nova/api/openstack/wsgi.py, set_api_version_request) and names it in the
// answer, if it is one.
func (s *Service) negotiate(c *httpapi.Call) error {
	c.Version = mvBase
	asked := askedVersion(c)
	newest := maxMicroversion(s.release)
	switch asked {
	case "":
	case "latest":
		c.Version = newest
	default:
		v, err := httpapi.ParseMicroversion(asked)
		if err != nil {
			return fail.New(fail.Invalid, "API Version String %s is of invalid format. Must be of format MajorNum.MinorNum.", asked)
		}
		if !v.Within(mvBase, newest) {
			return fail.New(fail.NotAcceptable, "Version %s is not supported by the API. Minimum is %s and maximum is %s.", v, mvBase, newest)
		}
		c.Version = v
	}
	c.Header()[versionHeader] = []string{"compute " + c.Version.String()}
	c.Header()[legacyHeader] = []string{c.Version.String()}
	c.Header()["Vary"] = []string{"OpenStack-API-Version", "X-OpenStack-Nova-API-Version"}
	return nil
}

// askedVersion is what the headers say: the common one about this service, or else Nova's own.
func askedVersion(c *httpapi.Call) string {
	for entry := range strings.SplitSeq(strings.Join(c.Request.Header.Values(versionHeader), ","), ",") {
		if words := strings.Fields(entry); len(words) == 2 && words[0] == "compute" {
			return words[1]
		}
	}
	return strings.TrimSpace(c.Request.Header.Get(legacyHeader))
}
