package glance

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

func TestTableIsSound(t *testing.T) {
	if err := operations().Check(); err != nil {
		t.Error(err)
	}
	for _, op := range operations().Operations() {
		if op.Policy != "" && !policies(release.Latest).Has(op.Policy) {
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
	} {
		if err := schema.New(s).Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEveryOperationOfTheContractHasARow reads the contract's paths and methods from the folder in FAUXSTACK_CONTRACT.
func TestEveryOperationOfTheContractHasARow(t *testing.T) {
	folder := os.Getenv("FAUXSTACK_CONTRACT")
	if folder == "" {
		t.Skip("FAUXSTACK_CONTRACT is not set: the rows are not compared with upstream's contract")
	}
	files, err := filepath.Glob(filepath.Join(folder, "image-*.yaml"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	have := map[string]bool{}
	for _, op := range operations().Operations() {
		have[op.Method+" "+op.Path] = true
	}
	path, n := "", 0
	pathLine, methodLine := regexp.MustCompile(`^  (/\S+):$`), regexp.MustCompile(`^    (get|put|post|delete|patch|head):$`)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if m := pathLine.FindStringSubmatch(lines.Text()); m != nil {
			path = m[1]
		}
		if m := methodLine.FindStringSubmatch(lines.Text()); m != nil && path != "" {
			n++
			if place := strings.ToUpper(m[1]) + " " + path; !have[place] {
				t.Errorf("no row for %s", place)
			}
		}
	}
	if n < 80 {
		t.Errorf("only %d operations were found in %s", n, files[0])
	}
}
