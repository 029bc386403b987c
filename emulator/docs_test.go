package emulator_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
)

// The README's Go example is the test in readme_test.go, word for word.
func TestTheReadmeShowsATestThatRuns(t *testing.T) {
	source, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, function, ok := bytes.Cut(source, []byte("func Test"))
	if !ok || !bytes.Contains(readme, append([]byte("func Test"), function...)) {
		t.Error("the README shows another example than readme_test.go")
	}
}

// The README's support table is what the rows say.
func TestTheReadmeCountsWhatIsEmulated(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string][2]int{}
	for _, op := range emulator.Operations() {
		c := counts[op.Service]
		if op.Emulated {
			c[0]++
		}
		c[1]++
		counts[op.Service] = c
	}
	for service, c := range counts {
		row := fmt.Sprintf("| %s | %d | %d |", service, c[0], c[1])
		if !strings.Contains(string(readme), row) {
			t.Errorf("the README lacks the row %s", row)
		}
	}
}
