package neutron

import "testing"

// Every rule that a row or an attribute names is there, and all of them hold together.
func TestDefaultRules(t *testing.T) {
	if err := policies().Verify(); err != nil {
		t.Error(err)
	}
	if err := operations().Check(); err != nil {
		t.Error(err)
	}
	for _, row := range Operations() {
		if row.Policy != "" && !policies().Has(row.Policy) {
			t.Errorf("%s: no rule %s", row.Op, row.Policy)
		}
	}
	for resource, attrs := range map[string][]attribute{"network": networkAttributes, "subnet": subnetAttributes, "port": portAttributes, "security_group": groupAttributes, "security_group_rule": groupRuleAttributes} {
		for _, a := range attrs {
			for _, action := range []string{"create", "update"} {
				if rule := action + "_" + resource + ":" + a.name; a.enforced && a.post && !policies().Has(rule) {
					t.Errorf("no rule %s", rule)
				}
			}
		}
	}
}
