package policymatrix

import (
	"flag"
	"fmt"
	"net/http"
	"os"
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

// operations are those that are asked for, and why others are not.
func operations(t *testing.T) (asked []emulator.Operation) {
	leftOut := cells(t, "testdata/left_out.tsv", 2)
	for _, op := range emulator.Operations() {
		out := slices.ContainsFunc(leftOut, func(row []string) bool { return strings.HasPrefix(op.ID, row[0]) })
		if !out && op.Emulated && strings.HasPrefix(op.ID, *only) {
			asked = append(asked, op)
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

func TestRecord(t *testing.T) {
	if *recordFrom == "" || *recordTo == "" {
		t.Skip("-cloud and -to say which cloud to record, and where to")
	}
	c, err := open(http.DefaultClient, *recordFrom, *password, things(t))
	if err != nil {
		t.Fatal(err)
	}
	defer c.clean()
	out, err := os.Create(*recordTo)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(out, "operation\t"+strings.Join(actors, "\t"))
	known := requests(t)
	for _, op := range operations(t) {
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

func compare(t *testing.T, release, recording, differences string) {
	recorded := map[string][]string{}
	for _, row := range cells(t, recording, len(actors)+1)[1:] {
		recorded[row[0]] = row[1:]
	}
	excused := map[string]string{} // "operation actor": what the emulator decides
	for _, row := range cells(t, differences, 4) {
		excused[row[0]+" "+row[1]] = row[2]
	}
	e, err := emulator.New(emulator.WithRelease(release), emulator.WithGlance(allowImports))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	client := &http.Client{Transport: e.Transport()}
	c, err := open(client, "http://fauxstack.internal"+emulator.IdentityPath+"/v3", "secret", things(t))
	if err != nil {
		t.Fatal(err)
	}
	known := requests(t)
	compared := 0
	var missing []string
	for _, op := range operations(t) {
		want, ok := recorded[op.ID]
		if !ok {
			missing = append(missing, op.ID)
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
	t.Logf("%d decisions compared; %d operations are not recorded: %s", compared, len(missing), strings.Join(missing, ", "))
	if compared < 700 && *only == "" {
		t.Error("too few")
	}
}

// What Glance and Cinder enforce since Antelope and Dalmatian, an older Glance can be told to enforce.
func TestSecurePolicyMatrix(t *testing.T) {
	compare(t, "latest", "testdata/zed-secure.tsv", "testdata/differences-secure.tsv")
}
