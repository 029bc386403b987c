package policymatrix

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/glance"
)

var (
	recordFrom = flag.String("cloud", "", "identity URL of the cloud to record")
	password   = flag.String("password", "secret", "of its user admin")
	volumesAt  = flag.String("cinder", "", "its Cinder, when it is not the one of the catalog")
	recordTo   = flag.String("to", "", "file to write")
	only       = flag.String("ops", "", "record and compare operations of this prefix only")
)

// request is how an operation is asked for.
type request struct{ path, before, subject, body string }

// cells reads a table of so many columns.
func cells(t *testing.T, file string, columns int) [][]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(row) != columns {
			t.Fatalf("%s: %d columns in %q", file, len(row), line)
		}
		rows = append(rows, row)
	}
	return rows
}

func things(t *testing.T) map[string]thing {
	all := map[string]thing{}
	for _, row := range cells(t, "testdata/things.tsv", 5) {
		all[row[0]] = thing{row[1], row[2], row[3], row[4]}
	}
	return all
}

func requests(t *testing.T) map[string]request {
	all := map[string]request{}
	for _, row := range cells(t, "testdata/requests.tsv", 5) {
		all[row[0]] = request{row[1], row[2], row[3], row[4]}
	}
	return all
}

// operations are those that are asked for, once each: Cinder's by the paths without a project, which tokens of a domain and
// of the system can use, and where several rows share an operation, by the one with a policy.
func operations(t *testing.T, recording string) (asked []emulator.Operation) {
	leftOut := cells(t, "testdata/left_out.tsv", 3)
	place := map[string]int{}
	for _, op := range emulator.Operations() {
		out := slices.ContainsFunc(leftOut, func(row []string) bool {
			return strings.HasPrefix(op.ID, row[0]) && (row[1] == "all" || row[1] == recording)
		})
		if out || !op.Emulated || !strings.HasPrefix(op.ID, *only) || strings.HasPrefix(op.Path, "/v3/{project_id:") {
			continue
		}
		i, ok := place[op.ID]
		switch {
		case !ok:
			place[op.ID] = len(asked)
			asked = append(asked, op)
		case asked[i].Policy == "" && op.Policy != "":
			asked[i] = op
		}
	}
	return asked
}

// ask asks for an operation as every actor, and returns the statuses in their order. What a request has changed is made
// anew before the next.
func (c *cloud) ask(op emulator.Operation, r request) ([]int, error) {
	var statuses []int
	known := map[string]string{}
	for _, actor := range actors {
		status, err := c.askAs(actor, op, r, known)
		if err != nil {
			return nil, err
		}
		if op.Method != http.MethodGet && op.Method != http.MethodHead && status != 401 && status != 403 && status != 404 {
			known = map[string]string{}
		}
		statuses = append(statuses, status)
	}
	return statuses, nil
}

func (c *cloud) askAs(actor string, op emulator.Operation, r request, known map[string]string) (int, error) {
	path := r.path
	if path == "" {
		path = op.Path
	}
	path, err := c.expand(path, actor, known)
	if err != nil {
		return 0, err
	}
	if r.before != "" && known["before"] == "" {
		parts := strings.SplitN(r.before, " ", 4)
		text, err := c.expand(strings.Join(parts[2:], " "), actor, known)
		if err != nil {
			return 0, err
		}
		url, body, _ := strings.Cut(text, " ")
		if _, err := c.do(parts[0], c.base[parts[1]]+url, body); err != nil {
			return 0, err
		}
		known["before"] = "done"
	}
	if path, err = c.expand(path, actor, known); err != nil {
		return 0, err
	}
	body, err := c.expand(r.body, actor, known)
	if err != nil {
		return 0, err
	}
	subject, err := c.expand(r.subject, actor, map[string]string{})
	if err != nil {
		return 0, err
	}
	status, answer, _, err := c.send(op.Method, c.base[op.Service]+path, c.tokens[actor], subject, body)
	if op.Method == http.MethodPost && status < 300 {
		c.remember(op, path, answer)
	}
	return status, err
}

// remember has what an actor has made deleted in the end.
func (c *cloud) remember(op emulator.Operation, path string, answer []byte) {
	for _, key := range []string{"id", "namespace"} {
		if _, after, ok := strings.Cut(string(answer), `"`+key+`": "`); ok {
			id, _, _ := strings.Cut(after, `"`)
			c.made = append(c.made, c.base[op.Service]+path+"/"+id)
			return
		}
	}
}

// recording reads the statuses by operation, in the order of actors.
func recording(t *testing.T, file string) map[string][]string {
	t.Helper()
	recorded := map[string][]string{}
	for _, row := range cells(t, file, len(actors)+1)[1:] {
		recorded[row[0]] = row[1:]
	}
	return recorded
}

// TestRecord asks for what the file does not have yet, and appends it.
func TestRecord(t *testing.T) {
	if *recordFrom == "" || *recordTo == "" {
		t.Skip("-cloud and -to say which cloud to record, and where to")
	}
	c, err := open(http.DefaultClient, *recordFrom, *password, things(t))
	if err != nil {
		t.Fatal(err)
	}
	defer c.clean()
	if *volumesAt != "" {
		c.base["cinder"] = *volumesAt
	}
	if _, err := os.Stat(*recordTo); os.IsNotExist(err) {
		header := "operation\t" + strings.Join(actors, "\t") + "\n"
		if err := os.WriteFile(*recordTo, []byte(header), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	done := recording(t, *recordTo)
	out, err := os.OpenFile(*recordTo, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	known := requests(t)
	for _, op := range operations(t, filepath.Base(*recordTo)) {
		if done[op.ID] != nil {
			continue
		}
		statuses, err := c.ask(op, known[op.ID])
		if err != nil {
			t.Errorf("%s: %v", op.ID, err)
			continue
		}
		fmt.Fprint(out, op.ID)
		for _, status := range statuses {
			fmt.Fprintf(out, "\t%d", status)
		}
		fmt.Fprintln(out)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// decision is what a status tells about who may do what.
func decision(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return strconv.Itoa(status)
	}
	if status >= 500 {
		return strconv.Itoa(status)
	}
	return "allowed"
}

func TestPolicyMatrix(t *testing.T) {
	compare(t, "zed", "testdata/zed.tsv", "testdata/differences.tsv")
}

// allowImports lets tasks be made; what they would fetch is not there.
func allowImports(c *glance.Config) {
	c.ImportFilteringOpts = &glance.ImportFilteringOpts{AllowedHosts: []string{"127.0.0.1"}, AllowedPorts: []int{1}}
}

func compare(t *testing.T, release, file, differences string) {
	recorded := recording(t, file)
	excused := map[string]string{} // "operation actor": what the emulator decides
	for _, row := range cells(t, differences, 4) {
		excused[row[0]+" "+row[1]] = row[2]
	}
	_, c := emulated(t, release)
	known := requests(t)
	compared := 0
	for _, op := range operations(t, filepath.Base(file)) {
		want, ok := recorded[op.ID]
		if !ok {
			t.Errorf("%s is neither recorded nor left out", op.ID)
			continue
		}
		is, err := c.ask(op, known[op.ID])
		if err != nil {
			t.Errorf("%s: %v", op.ID, err)
			continue
		}
		for i, actor := range actors {
			status, _ := strconv.Atoi(want[i])
			expected := decision(status)
			if excuse, ok := excused[op.ID+" "+actor]; ok {
				expected = excuse
			}
			if decision(is[i]) != expected {
				t.Errorf("%s\t%s\t%d, want %s", op.ID, actor, is[i], want[i])
			}
			compared++
		}
	}
	t.Logf("%d decisions compared", compared)
}

// What Glance and Cinder enforce in newer releases, older ones can be told to enforce.
func TestSecurePolicyMatrix(t *testing.T) {
	compare(t, "latest", "testdata/zed-secure.tsv", "testdata/differences-secure.tsv")
}
