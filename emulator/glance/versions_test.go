package glance_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

func (c *cloud) versions(a answer) string {
	c.t.Helper()
	var doc struct {
		Versions []struct {
			ID, Status string
			Links      []struct{ Href string }
		}
	}
	if err := json.Unmarshal([]byte(a.body), &doc); err != nil {
		c.t.Fatal(err)
	}
	var out []string
	for _, v := range doc.Versions {
		if v.Links[0].Href != "http://cloud.test/image/v2/" {
			c.t.Errorf("%s: %s", v.ID, v.Links[0].Href)
		}
		if v.Status == "CURRENT" {
			v.ID += "!"
		}
		out = append(out, v.ID)
	}
	return strings.Join(out, " ")
}

// The order is that of glance/api/versions.py; Zed's is the reference cloud's.
func TestVersions(t *testing.T) {
	for _, row := range []struct {
		release release.Release
		single  bool
		want    string
	}{
		{release.Latest, false, "v2.15 v2.13 v2.12 v2.11 v2.10 v2.9 v2.8 v2.17! v2.7 v2.6 v2.5 v2.4 v2.3 v2.2 v2.1 v2.0"},
		{release.Latest, true, "v2.15 v2.9 v2.17! v2.7 v2.6 v2.5 v2.4 v2.3 v2.2 v2.1 v2.0"},
		{release.Zed, false, "v2.15! v2.13 v2.12 v2.11 v2.10 v2.9 v2.8 v2.7 v2.6 v2.5 v2.4 v2.3 v2.2 v2.1 v2.0"},
	} {
		cfg := empty()
		cfg.SingleStore = row.single
		c := newCloud(t, cfg, row.release)
		for path, status := range map[string]int{"": 300, "/": 300, "/v3": 300, "/v2.99/images": 300, "/nonsense": 300, "/versions": 200, "/versions/x": 200} {
			for _, method := range []string{"GET", "POST"} {
				a := c.do("", method, path, "")
				if got := c.versions(a); a.status != status || got != row.want {
					t.Errorf("%s %q: %d %s", method, path, a.status, got)
				}
				if a.header.Get("X-Openstack-Request-Id") != "" {
					t.Errorf("%s has a request id", path)
				}
			}
		}
	}
}

func TestVersionsAreAllTheSameAPI(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	for _, path := range []string{"/v2/images", "/v2.0/images", "/v2.17/images", "//v2/images"} {
		c.want(c.do("demo", "GET", path, ""), 200, "")
	}
	c.want(c.do("demo", "GET", "/images", "", "Accept", "application/vnd.openstack.images-v2.3"), 200, "")
	if a := c.do("demo", "GET", "/images", "", "Accept", "application/vnd.openstack.images-v9"); a.status != 300 {
		t.Errorf("%d", a.status)
	}
	c.want(c.do("", "GET", "/healthcheck", ""), 200, "")
}
