package nova

import "testing"

// Every rule that a row names is there, and all of them hold together.
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
}
