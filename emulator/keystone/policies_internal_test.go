package keystone

import (
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/policytest"
)

// The rules are those of upstream, before and after it enforced new defaults.
func TestDefaultRules(t *testing.T) {
	policytest.SameAsRecorded(t, defaultsOf(true), "testdata/policies-newest.tsv")
	policytest.SameAsRecorded(t, defaultsOf(false), "testdata/policies-zed.tsv", "domain_managed_target_role")
	for _, current := range []bool{true, false} {
		if err := compiled(current).Verify(); err != nil {
			t.Error(err)
		}
	}
}
