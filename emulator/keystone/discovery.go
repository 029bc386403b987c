package keystone

import (
	_ "embed"
	"mime"
	"net/http"
	"strconv"
	"strings"

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
	if wantsHome(c) {
		return httpapi.Reply{
			Status: http.StatusOK, Header: http.Header{"Content-Type": {homeType}},
			Raw: []byte(strings.NewReplacer(`"href": "`, `"href": "/v3`, `"href-template": "`, `"href-template": "/v3`).Replace(string(home))),
		}, nil
	}
	return httpapi.Reply{
		Status: http.StatusMultipleChoices, Header: http.Header{"Location": {c.URL("/v3/")}},
		JSON: versionsOut{versionValues{[]versionView{newVersionView(c)}}},
	}, nil
}

// versionShow serves GET /v3: the version, or with Accept: application/json-home where everything is.
func (s *Service) versionShow(c *httpapi.Call) (httpapi.Reply, error) {
	if wantsHome(c) {
		return httpapi.Reply{Header: http.Header{"Content-Type": {homeType}}, Raw: home}, nil
	}
	return httpapi.Reply{JSON: versionOut{newVersionView(c)}}, nil
}

const homeType = "application/json-home"

// home is the JSON home document, whose addresses are relative to the version's. A real Keystone (Zed) gave it.
//
//go:embed json_home.json
var home []byte

// wantsHome tells whether a request would rather have the home document than plain JSON.
func wantsHome(c *httpapi.Call) bool {
	quality := map[string]float64{}
	for _, accept := range c.Request.Header.Values("Accept") {
		for _, kind := range strings.Split(accept, ",") {
			name, params, err := mime.ParseMediaType(kind)
			q := 1.0
			if given, ok := params["q"]; ok {
				if q, err = strconv.ParseFloat(given, 64); err != nil {
					q = 0
				}
			}
			if err == nil {
				quality[name] = max(quality[name], q)
			}
		}
	}
	plain := max(quality["application/json"], quality["application/*"], quality["*/*"])
	return quality[homeType] > plain
}
