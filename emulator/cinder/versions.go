package cinder

import (
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type versionsOut struct {
	Versions []versionView `json:"versions"`
}

type versionView struct {
	ID         string             `json:"id"`
	Status     string             `json:"status"`
	Version    string             `json:"version"`
	MinVersion string             `json:"min_version"`
	Updated    string             `json:"updated"`
	Links      []versionLink      `json:"links"`
	MediaTypes []versionMediaType `json:"media-types"`
}

type versionLink struct {
	Rel  string `json:"rel"`
	Type string `json:"type,omitempty"`
	Href string `json:"href"`
}

type versionMediaType struct {
	Base string `json:"base"`
	Type string `json:"type"`
}

// versionList serves GET / for everybody, with 300. API reference: Block Storage v3, "List All Api Versions".
func (s *Service) versionList(c *httpapi.Call) (versionsOut, error) { return s.versions(c), nil }

// versionShow serves GET /v3/, with a token. API reference: Block Storage v3, "Show API v3 details".
func (s *Service) versionShow(c *httpapi.Call) (versionsOut, error) { return s.versions(c), nil }

func (s *Service) versions(c *httpapi.Call) versionsOut {
	return versionsOut{[]versionView{{
		ID: "v3.0", Status: "CURRENT", Version: maxMicroversion(s.release).String(), MinVersion: mvBase.String(),
		Updated: updatedOn(s.release),
		Links: []versionLink{
			{Rel: "describedby", Type: "text/html", Href: "https://docs.openstack.org/"},
			{Rel: "self", Href: c.URL("/v3/")},
		},
		MediaTypes: []versionMediaType{{Base: jsonMedia, Type: "application/vnd.openstack.volume+json;version=3"}},
	}}}
}

// versionRedirect serves GET /v3, without the slash that Cinder wants there.
func (s *Service) versionRedirect(c *httpapi.Call) (httpapi.Reply, error) {
	c.Header().Del(computeIDHeader)
	c.Header().Del(versionHeader)
	c.Header().Del("Vary")
	return httpapi.Reply{Status: http.StatusFound, Header: http.Header{
		"Location": {c.URL("/v3/")}, "Content-Type": {"text/plain; charset=utf8"},
	}}, nil
}
