package nova

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

type versionView struct {
	ID         string      `json:"id"`
	Status     string      `json:"status"`
	Version    string      `json:"version"`
	MinVersion string      `json:"min_version"`
	Updated    string      `json:"updated"`
	Links      []link      `json:"links"`
	MediaTypes []mediaType `json:"media-types,omitempty"`
}

type mediaType struct {
	Base string `json:"base"`
	Type string `json:"type"`
}

type versionsOut struct {
	Versions []versionView `json:"versions"`
}

type versionOut struct {
	Version versionView `json:"version"`
}

// versionList serves GET / for everybody. API reference: Compute, "List All Major Versions".
//
// Gap: upstream lists v2.0 beside, which is not emulated.
func (s *Service) versionList(c *httpapi.Call) (versionsOut, error) {
	return versionsOut{[]versionView{s.version(c)}}, nil
}

// versionShow serves GET /v2.1. API reference: Compute, "Show Details of Specific API Version".
func (s *Service) versionShow(c *httpapi.Call) (versionOut, error) {
	v := s.version(c)
	v.MediaTypes = []mediaType{{jsonMedia, "application/vnd.openstack.compute+json;version=2.1"}}
	return versionOut{v}, nil
}

func (s *Service) version(c *httpapi.Call) versionView {
	return versionView{
		ID: "v2.1", Status: "CURRENT", Version: maxMicroversion(s.release).String(), MinVersion: mvBase.String(),
		Updated: "2013-07-23T11:33:21Z", Links: []link{{"self", c.URL("/v2.1/")}},
	}
}
