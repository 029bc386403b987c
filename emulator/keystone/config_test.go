package keystone_test

import (
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

func TestConfigMistakes(t *testing.T) {
	if err := (keystone.Config{}).Validate(); err != nil {
		t.Errorf("the default cloud: %v", err)
	}
	if err := keystone.DefaultConfig().Validate(); err != nil {
		t.Errorf("the default cloud, said: %v", err)
	}
	err := keystone.Config{
		Projects: []keystone.ProjectConfig{{ID: "a/b", Name: "a"}, {Name: "a"}, {Name: "", Domain: "nope"}, {Name: "b", Parent: "c"}},
		Roles:    []keystone.RoleConfig{{Name: "admin", Implies: []string{"nope"}}},
		Users: []keystone.UserConfig{
			{
				ID: "x", Name: "u", Groups: []string{"nope"}, DefaultProject: "nope",
				Roles: []keystone.GrantConfig{{Role: "nope", Project: "a"}, {Role: "admin"}, {Role: "admin", System: true, Inherited: true}},
			},
			{ID: "x", Name: "u"},
		},
		Regions: []keystone.RegionConfig{{ID: "R"}, {ID: "R"}, {}},
		Services: []keystone.ServiceConfig{{Endpoints: []keystone.EndpointConfig{
			{URL: "nope"},
			{URL: "http://x/$(secret)s"},
			{URL: "http://x", Region: "nope", Interfaces: []string{"secret"}},
			{ID: "e", URL: "$(site)s/x", Region: "R"},
		}}},
		TokenKeys: []keystone.TokenKeyConfig{{Key: "short"}},
	}.Validate()
	if err == nil {
		t.Fatal("all is well")
	}
	for _, want := range []string{
		"projects[0].id", "projects[1].name", "projects[2].name", "projects[2].domain", "projects[3].parent",
		"roles[0].implies[0]", "users[0].groups[0]", "users[0].default_project", "users[0].roles[0].role", "users[0].roles[1]:",
		"users[0].roles[2].inherited", "users[1].id", "users[1].name", "regions[1].id", "regions[2].id", "services[0].type",
		"services[0].endpoints[0].url", "services[0].endpoints[1].url", "services[0].endpoints[2].region", "services[0].endpoints[2].interfaces[0]",
		"services[0].endpoints[3].id", "token_keys[0].key",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing about %s in\n%v", want, err)
		}
	}
}

// TestLiteralEndpoints adds a service of somebody else's to the catalog.
func TestLiteralEndpoints(t *testing.T) {
	cfg := keystone.DefaultConfig()
	cfg.Services = append(cfg.Services, keystone.ServiceConfig{ID: "s1", Type: "compute", Name: "nova", Endpoints: []keystone.EndpointConfig{
		{ID: "e1", URL: "https://nova.example/v2.1/%(tenant_id)s", Interfaces: []string{"public"}},
		{ID: "e3", URL: "https://off.example/", Interfaces: []string{"admin"}, Disabled: true},
	}})
	c := start(t, cfg)
	project := c.id("projects", "demo")
	r := c.want(200, c.get("/v3/auth/catalog", c.demo()))
	for i := 0; r.at("catalog", i) != nil; i++ {
		if r.at("catalog", i, "id") != "s1" {
			continue
		}
		if r.at("catalog", i, "endpoints", 0, "url") != "https://nova.example/v2.1/"+project || r.at("catalog", i, "endpoints", 1) != nil {
			t.Error(r.body)
		}
		return
	}
	t.Errorf("not in the catalog: %s", r.body)
}

// TestSameSeedSameCloud wants equal ids from equal seeds.
func TestSameSeedSameCloud(t *testing.T) {
	one, two := start(t, keystone.Config{}), start(t, keystone.Config{})
	if a, b := one.id("projects", "demo"), two.id("projects", "demo"); a != b {
		t.Errorf("%s and %s", a, b)
	}
}

// TestTheReleaseHasItsRoles wants upstream's bootstrap (keystone/cmd/bootstrap.py): manager came with 2023.2. A
// configuration that lists roles has those.
func TestTheReleaseHasItsRoles(t *testing.T) {
	for name, row := range map[string]struct {
		release release.Release
		cfg     keystone.Config
		manager bool
	}{
		"zed":             {release.Zed, keystone.DefaultConfig(), false},
		"zed, no config":  {release.Zed, keystone.Config{}, false},
		"zed, roles":      {release.Zed, keystone.Config{Roles: keystone.DefaultRoles(release.Latest)}, true},
		"bobcat":          {release.Bobcat, keystone.DefaultConfig(), true},
		"latest":          {release.Latest, keystone.DefaultConfig(), true},
		"latest, its own": {release.Latest, keystone.Config{Roles: keystone.DefaultRoles(release.Zed)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := startAs(t, row.release, row.cfg)
			r := c.want(200, c.get("/v3/roles?name=manager", c.admin()))
			if got := r.at("roles", 0) != nil; got != row.manager {
				t.Errorf("a role manager: %v\n%s", got, r.body)
			}
		})
	}
}
