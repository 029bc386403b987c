package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
)

// command runs the program and returns what it printed.
func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err := run(t.Context(), args, &stdout, &stderr)
	if stderr.Len() > 0 {
		t.Errorf("%v wrote to standard error: %s", args, stderr.String())
	}
	return stdout.String(), err
}

func TestCommandsThatOnlyPrint(t *testing.T) {
	for name, row := range map[string]struct {
		args []string
		want []string
	}{
		"version":           {[]string{"version"}, []string{"fauxstack ", "go1."}},
		"help":              {[]string{"--help"}, []string{"serve", "operations", "FAUXSTACK_GLANCE_STORE"}},
		"openrc":            {[]string{"env", "--user", "demo", "--url", "http://h:1/"}, []string{"export OS_AUTH_URL=http://h:1/identity/v3\n", "export OS_USERNAME=demo\n"}},
		"a quoted password": {[]string{"env", "--password", "it's"}, []string{`export OS_PASSWORD='it'\''s'`}},
		"clouds.yaml":       {[]string{"env", "--format", "clouds.yaml"}, []string{"clouds:\n  fauxstack:\n", "  fauxstack-alt_demo:\n", `password: "secret"`}},
		"missing":           {[]string{"operations", "--missing"}, []string{"microversions", "emulated"}},
		"summary":           {[]string{"operations", "--summary"}, []string{"keystone", "glance", "cinder"}},
		"markdown":          {[]string{"operations", "--summary", "-o", "markdown"}, []string{"| service | emulated | upstream |"}},
		"fixture":           {[]string{"fixture"}, []string{"identity:", "image:", "block_storage:"}},
		"schema":            {[]string{"fixture", "--schema"}, []string{`"additionalProperties": false`}},
	} {
		out, err := command(t, row.args...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range row.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is missing from:\n%s", name, want, out)
			}
		}
	}
}

func TestOperationsAsJSONAreTheEmulators(t *testing.T) {
	out, err := command(t, "operations", "-o", "json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []emulator.Operation
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) != len(emulator.Operations()) {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestMistakesAreExplained(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("image:\n  stores: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"unknown command":                                {"serf"},
		"unknown flag":                                   {"serve", "--lsiten", "x"},
		"want HOST:PORT":                                 {"serve", "--listen", "here"},
		"want real, manual or step":                      {"serve", "--clock", "sundial"},
		"want latest or one of":                          {"serve", "--release", "austin"},
		"bad.yaml:2: image.stores":                       {"serve", "--fixture", bad},
		"no such file":                                   {"serve", "--fixture", bad + ".missing"},
		"want one of admin, demo":                        {"env", "--user", "nobody"},
		"want openrc or clouds.yaml":                     {"env", "--format", "toml"},
		"want keystone, glance, cinder, nova or neutron": {"operations", "--service", "swift"},
		"want table, markdown or json":                   {"operations", "-o", "xml"},
		"want http://HOST[:PORT][/PATH]":                 {"serve", "--announce", "over there"},
		"request log of -1 entries: want ":               {"serve", "--request-log", "-1"},
	} {
		if _, err := command(t, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
}

func TestTheEnvironmentFillsInFlags(t *testing.T) {
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"FAUXSTACK_USER": "demo", "FAUXSTACK_URL": "http://from-env:1"}[name]
		return v, ok
	}
	for _, row := range []struct{ args, want string }{
		{"env", "export OS_USERNAME=demo\n"},
		{"env --user alt_demo", "export OS_USERNAME=alt_demo\n"},
		{"env", "export OS_AUTH_URL=http://from-env:1/identity/v3\n"},
	} {
		var out bytes.Buffer
		root := newRoot(env)
		root.SetArgs(strings.Fields(row.args))
		root.SetOut(&out)
		if err := root.ExecuteContext(t.Context()); err != nil || !strings.Contains(out.String(), row.want) {
			t.Errorf("%s: %v, %q is missing from\n%s", row.args, err, row.want, out.String())
		}
	}
}

// serve prints its address and, when it is ready, has written the clouds.yaml; it ends cleanly when it is told to.
func TestServeUntilInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	file := filepath.Join(t.TempDir(), "clouds.yaml")
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--clouds-yaml", file, "--stores", "ssd,tape", "--seed", "7"}, writer, io.Discard)
		writer.Close()
	}()
	var printed strings.Builder
	for !strings.Contains(printed.String(), "# ready") {
		chunk := make([]byte, 4096)
		n, err := reader.Read(chunk)
		if err != nil {
			t.Fatalf("it ended early: %v\n%s", <-ended, printed.String())
		}
		printed.Write(chunk[:n])
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	url := regexp.MustCompile(`listens on (\S+)`).FindStringSubmatch(printed.String())
	if url == nil || !strings.Contains(printed.String(), "export OS_AUTH_URL="+url[1]+"/identity/v3\n") {
		t.Fatalf("no address in\n%s", printed.String())
	}
	if yaml, err := os.ReadFile(file); err != nil || !strings.Contains(string(yaml), url[1]+"/identity/v3") {
		t.Errorf("%v\n%s", err, yaml)
	}
	resp, err := http.Get(url[1] + "/image/versions")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	interrupt()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
