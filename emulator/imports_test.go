package emulator_test

import (
	"os/exec"
	"strings"
	"testing"
)

// What importing emulator brings along: the standard library, and these modules.
var brought = []string{
	"github.com/fauxstack/fauxstack/emulator", "github.com/fernet/fernet-go", "github.com/gophercloud/gophercloud/v2",
	"github.com/gorilla/mux", "github.com/tidwall/btree", "go.etcd.io/bbolt", "golang.org/x/sys",
}

func TestImportingEmulatorStaysLight(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		known := false
		for _, module := range brought {
			known = known || path == module || strings.HasPrefix(path, module+"/")
		}
		if !known {
			t.Errorf("importing emulator brings %s along", path)
		}
	}
}
