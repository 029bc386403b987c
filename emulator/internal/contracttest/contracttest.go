// Package contracttest compares tables of operations with the upstream contract. The contract is not part of the project:
// the environment variable FAUXSTACK_CONTRACT names the folder that has it, and without it the comparison is skipped.
package contracttest

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// The files' layout is fixed: paths are indented by 2, methods by 4.
var (
	pathLine   = regexp.MustCompile(`^  (/\S*):$`)
	methodLine = regexp.MustCompile(`^    (get|put|post|delete|patch|head):$`)
	variable   = regexp.MustCompile(`\{[^}]*\}`)
)

// EveryOperationHasARow fails the test for each operation of the contract, in the file of that name, that the service's
// table lacks, and if the file has not the expected number of operations.
func EveryOperationHasARow(t *testing.T, file string, expected int, service httpapi.Service) {
	t.Helper()
	folder := os.Getenv("FAUXSTACK_CONTRACT")
	if folder == "" {
		t.Skip("FAUXSTACK_CONTRACT is not set: whether every upstream operation has a row was NOT checked")
	}
	have := map[string]bool{}
	for _, row := range httpapi.Rows(service) {
		have[anonymous(row.Method+" "+row.Path)] = true
		if row.Method == "GET" {
			have[anonymous("HEAD "+row.Path)] = true
		}
	}
	operations := read(t, filepath.Join(folder, file))
	for _, place := range operations {
		if !have[anonymous(place)] {
			t.Errorf("no row for %s", place)
		}
	}
	if len(operations) != expected {
		t.Errorf("the contract was read as %d operations, want %d", len(operations), expected)
	}
}

// read lists methods and paths.
func read(t *testing.T, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var operations []string
	path := ""
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if m := pathLine.FindStringSubmatch(lines.Text()); m != nil {
			path = m[1]
		}
		if m := methodLine.FindStringSubmatch(lines.Text()); m != nil {
			operations = append(operations, strings.ToUpper(m[1])+" "+path)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return operations
}

// anonymous is a place without the names of its variables.
func anonymous(place string) string { return variable.ReplaceAllString(place, "{}") }
