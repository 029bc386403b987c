package glance

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/webob"
)

// Paths outside of the versions.
const (
	versionsPath    = "/" // where every request goes that names no version
	allVersionsPath = "/versions"
	healthPath      = "/healthcheck"
)

type versionList struct {
	Versions []versionView `json:"versions"`
}

type versionView struct {
	ID     string        `json:"id"`
	Status string        `json:"status"`
	Links  []versionLink `json:"links"`
}

type versionLink struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

// multiStoreVersions are those that only a Glance with multiple stores has.
var multiStoreVersions = []string{"v2.8", "v2.10", "v2.11", "v2.12", "v2.13"}

// versions lists the API's versions in upstream's order; without a cache, the current one is not the first. Some are only
// there with a cache.
// Quirk: 2.9 stands among the versions of multiple stores (glance/api/versions.py).
func (s *Service) versions() []string {
	var list []string
	if s.caches() {
		list = append(list, s.cacheVersions()...)
	}
	list = append(list, "v2.15")
	if s.caches() {
		list = append(list, "v2.14")
	}
	list = append(list, "v2.13", "v2.12", "v2.11", "v2.10", "v2.9", "v2.8")
	if !s.caches() && s.release.AtLeast(release.Dalmatian) {
		list = append(list, "v2.17")
	}
	if s.singleStore(s.db.View()) {
		list = slices.DeleteFunc(list, func(v string) bool { return slices.Contains(multiStoreVersions, v) })
	}
	return append(list, "v2.7", "v2.6", "v2.5", "v2.4", "v2.3", "v2.2", "v2.1", "v2.0")
}

// cacheVersions are those above 2.15 where there is a cache, the current one first.
func (s *Service) cacheVersions() []string {
	switch {
	case s.release.AtLeast(release.Gazpacho):
		return []string{"v2.18", "v2.17", "v2.16"}
	case s.release.AtLeast(release.Dalmatian):
		return []string{"v2.17", "v2.16"}
	}
	return []string{"v2.16"}
}

func (s *Service) currentVersion() string {
	switch {
	case s.caches():
		return s.cacheVersions()[0]
	case s.release.AtLeast(release.Dalmatian):
		return "v2.17"
	}
	return "v2.15"
}

func (s *Service) versionDocument(c *httpapi.Call) versionList {
	forgetRequestID(c)
	doc := versionList{}
	for _, id := range s.versions() {
		v := versionView{ID: id, Status: "SUPPORTED", Links: []versionLink{{"self", c.URL("/v2/")}}}
		if id == s.currentVersion() {
			v.Status = "CURRENT"
		}
		doc.Versions = append(doc.Versions, v)
	}
	return doc
}

// versionList serves the list, with a status that depends on how it was asked for.
func (s *Service) versionList(c *httpapi.Call) (versionList, error) { return s.versionDocument(c), nil }

// mediaVersion begins an Accept header that names the version instead of the path.
const mediaVersion = "application/vnd.openstack.images-"

// rewrite finds the version of a request, as upstream's filter does: in the Accept header, or as the first segment of the
// path, where any minor version stands for v2. Without one there is only the list of versions.
//
// Quirk: what is in a path is read as Latin 1, as WSGI hands it over and Routes takes it: PUT of the tag "é" makes the tag
// "Ã©" (reference).
func (s *Service) rewrite(c *httpapi.Call) string {
	if pathSegment(c.Path, 0) == "versions" {
		return allVersionsPath
	}
	version, rest := "", c.Path
	if accept := c.Request.Header.Get("Accept"); strings.HasPrefix(accept, mediaVersion) {
		version = accept[len(mediaVersion):]
	} else {
		rest = strings.TrimLeft(rest, "/")
		version = pathSegment(rest, 0)
		rest = rest[len(version):]
	}
	if version == "v2" || slices.Contains(s.versions(), version) {
		return "/v2" + httpapi.Latin1(rest)
	}
	if c.Path == healthPath {
		return c.Path
	}
	return versionsPath
}

// health serves /healthcheck, which the middleware of upstream's deployments answers ahead of everything.
func (s *Service) health(c *httpapi.Call) (httpapi.Reply, error) {
	forgetRequestID(c)
	if webob.WantsJSON(c) {
		return webob.Rendered(http.StatusOK, "application/json", "{\n    \"detailed\": false,\n    \"reasons\": [\n        \"OK\"\n    ]\n}"), nil
	}
	return webob.Rendered(http.StatusOK, "text/plain; charset=UTF-8", "OK"), nil
}
