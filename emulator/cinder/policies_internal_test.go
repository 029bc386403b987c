package cinder

import (
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/policytest"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// The rules are those of upstream, before and after it enforced new defaults.
func TestDefaultRules(t *testing.T) {
	policytest.SameAsRecorded(t, defaultsOf(true), "testdata/policies-newest.tsv")
	policytest.SameAsRecorded(t, defaultsOf(false), "testdata/policies-zed.tsv",
		"volume_extension:volume_admin_actions:extend_volume_completion")
	for _, current := range []bool{true, false} {
		if err := compiled(current).Verify(); err != nil {
			t.Error(err)
		}
	}
}

// A member of no role but reader could create volumes until Cinder stopped overriding oslo.policy's enforce_new_defaults
// (cinder/policy.py of the branches stable/2025.1 to stable/2026.1).
func TestNewDefaultsAreEnforced(t *testing.T) {
	reader := policy.Creds{UserID: "u", ProjectID: "p", Roles: []string{"reader"}}
	for _, r := range release.All() {
		rules, err := policies(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := rules.Check("volume:create", &reader, own{}), r != release.Latest; got != want {
			t.Errorf("%s: a reader may create volumes: %t", r, got)
		}
	}
}

// own is something of the project p.
type own struct{}

func (own) Lookup(name string) (any, bool) { return "p", name == "project_id" }
