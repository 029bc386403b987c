package keystone_test

import (
	"slices"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// A user for a service comes with all that it needs, and only once.
func TestWithServiceUser(t *testing.T) {
	own := keystone.Config{
		Projects: []keystone.ProjectConfig{{Name: "mine"}}, Roles: []keystone.RoleConfig{{Name: "admin"}},
		Users: []keystone.UserConfig{{Name: "me", Roles: []keystone.GrantConfig{{Role: "admin", Project: "mine"}}}},
	}
	elsewhere := keystone.Config{Domains: []keystone.DomainConfig{{Name: "Other"}}}
	for name, test := range map[string]struct {
		cfg  keystone.Config
		want bool
	}{
		"the default cloud":           {keystone.Config{}, true},
		"a cloud of one's own":        {own, true},
		"a cloud without the domain":  {elsewhere, false},
		"a cloud that has it already": {own.WithServiceUser("nova"), true},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := test.cfg.WithServiceUser("nova")
			count := 0
			for _, u := range cfg.Users {
				if u.Name == "nova" {
					count++
				}
			}
			if got := count == 1; got != test.want || count > 1 {
				t.Errorf("%d users", count)
			}
			if err := cfg.Validate(); test.want && err != nil {
				t.Error(err)
			}
		})
	}
	if len(own.Users) != 1 || slices.ContainsFunc(own.Roles, func(r keystone.RoleConfig) bool { return r.Name == "service" }) {
		t.Errorf("it was changed itself: %+v", own)
	}
}
