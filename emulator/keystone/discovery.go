package keystone

import (
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// versionView describes the one version of the API.
type versionView struct {
	ID         string        `json:"id"`
	Status     string        `json:"status"`
	Updated    string        `json:"updated"`
	Links      []versionLink `json:"links"`
	MediaTypes []mediaType   `json:"media-types"`
}

type versionLink struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

type mediaType struct {
	Base string `json:"base"`
	Type string `json:"type"`
}

type versionOut struct {
	Version versionView `json:"version"`
}

type versionsOut struct {
	Versions versionValues `json:"versions"`
}

type versionValues struct {
	Values []versionView `json:"values"`
}

func newVersionView(c *httpapi.Call) versionView {
	return versionView{
		ID: "v3.14", Status: "stable", Updated: "2020-04-07T00:00:00Z",
		Links:      []versionLink{{"self", c.URL("/v3/")}},
		MediaTypes: []mediaType{{"application/json", "application/vnd.openstack.identity-v3+json"}},
	}
}

// versionList serves GET /: a choice of one.
func (s *Service) versionList(c *httpapi.Call) (httpapi.Reply, error) {
	return httpapi.Reply{
		Status: http.StatusMultipleChoices, Header: http.Header{"Location": {c.URL("/v3/")}},
		JSON: versionsOut{versionValues{[]versionView{newVersionView(c)}}},
	}, nil
}

// versionShow serves GET /v3.
func (s *Service) versionShow(c *httpapi.Call) (versionOut, error) {
	return versionOut{newVersionView(c)}, nil
}
