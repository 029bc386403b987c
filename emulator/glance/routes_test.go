package glance

import (
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/contracttest"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

func TestTableIsSound(t *testing.T) {
	if err := operations().Check(); err != nil {
		t.Error(err)
	}
	for _, op := range operations().Operations() {
		if op.Policy != "" && !compiled(true).Has(op.Policy) {
			t.Errorf("%s: there is no rule %s", op.Op, op.Policy)
		}
	}
}

func TestRulesParse(t *testing.T) {
	for name, rules := range map[string]*policy.Rules{"current": currentRules(), "legacy": legacyRules()} {
		if err := rules.Verify(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemasCompile(t *testing.T) {
	for name, s := range map[string]schema.Dict{
		"image": showImageSchema(), "images": showImagesSchema(), "member": showMemberSchema(), "members": showMembersSchema(),
		"task": showTaskSchema(), "tasks": showTasksSchema(),
		"namespace": showNamespaceSchema(), "namespaces": showNamespacesSchema(), "object": showObjectSchema(), "objects": showObjectsSchema(),
		"property": showPropertySchema(), "properties": showPropertiesSchema(), "tag": showTagSchema(), "tags": showTagsSchema(),
		"resource_type": showResourceTypeSchema(), "resource_types": showResourceTypesSchema(), "tags to create": tagsSchema.whole(),
	} {
		if err := schema.New(s).Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryOperationOfTheContractHasARow(t *testing.T) {
	contracttest.EveryOperationHasARow(t, "image-v2.16.yaml", 81, new(Service).API())
}
