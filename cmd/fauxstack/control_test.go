package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// serving runs serve until the test ends and returns the addresses of the clouds and of the control API, and what was
// printed.
func serving(t *testing.T, args ...string) (clouds, control, printed string) {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"}, args...), writer, io.Discard)
		writer.Close()
	}()
	var out strings.Builder
	for !strings.Contains(out.String(), "# ready") {
		chunk := make([]byte, 4096)
		n, err := reader.Read(chunk)
		if err != nil {
			t.Fatalf("it ended early: %v\n%s", <-ended, out.String())
		}
		out.Write(chunk[:n])
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	t.Cleanup(func() {
		interrupt()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	find := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(out.String())
		if m == nil {
			t.Fatalf("%s is not in\n%s", pattern, out.String())
		}
		return m[1]
	}
	return find(`listens on (\S+)`), find(`control +(\S+)/_fauxstack`), out.String()
}

func TestCommandsThatSpeakToAServer(t *testing.T) {
	dir := t.TempDir()
	fixture := filepath.Join(dir, "cloud.yaml")
	if err := os.WriteFile(fixture, []byte("image:\n  default_store: cheap\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	clouds, control, _ := serving(t, "--clouds", "red", "--delay", "glance.*=0s", "--fault", "op=cinder.volumes.list status=503 probability=0.5")
	for _, row := range []struct{ args, want string }{
		{"health --url " + clouds, "ready: fauxstack "},
		{"health --url " + control + " --wait 1s", "2 clouds"},
		{"clouds list", "red"},
		{"clouds create blue --stores ssd,tape --clock manual --start 2030-01-01T00:00:00Z --delay cinder.volume.create=30s", clouds + "/clouds/blue"},
		{"clouds create cyan --fixture " + fixture + " --seed 7 --listen :0", "cyan"},
		{"clouds fork green --of blue", "blue"},
		{"clouds show green", "2030-01-01T00:00:00Z"},
		{"clouds users blue", "alt_demo"},
		{"clouds env blue --user demo", "export OS_AUTH_URL=" + clouds + "/clouds/blue/identity/v3\n"},
		{"clouds env blue --format clouds.yaml", "fauxstack-demo"},
		{"clock show --cloud blue", "cinder.volume.create=30s"},
		{"clock set --cloud blue --jitter 0.5 --delay cinder.*=5s", "cinder.volume.delete=5s"},
		{"clock advance 90s --cloud blue", "2030-01-01T00:01:30"},
		{"clock settle --cloud blue", "manual"},
		{"jobs list", "transition"},
		{"stores list", "read-only"},
		{"stores add disc --type swift --description spinning --capacity 1000", "spinning"},
		{"stores set disc --full --default", "default, full"},
		{"stores set disc --full=false", "disc  swift  default  "},
		{"stores set fast --default", "fast"},
		{"stores remove disc", "store disc is gone"},
		{"stores glance --single-store --image-size-cap 1000", "1000"},
		{"backends list", "lvmdriver-2"},
		{"backends set lvmdriver-2 --initialized=false", "false"},
		{"quotas set demo volumes=2", "volumes"},
		{"quotas show demo", "gigabytes"},
		{"faults add op=cinder.volumes.list status=503 times=1", "op=cinder.volumes.list"},
		{"faults list --cloud red", "probability=0.5"},
		{"faults list", "fault-2"},
		{"faults show fault-1", "503"},
		{"faults remove fault-1", "fault-1 is removed"},
		{"faults remove --all", "all faults are removed"},
		{"requests", "operation"},
		{"requests list --status 5xx", "operation"},
		{"requests har", `"entries":[]`},
		{"requests clear", "forgotten"},
		{"snapshot take one", "one"},
		{"snapshot list", "one"},
		{"snapshot restore one", "as it was in snapshot one"},
		{"snapshot save one " + filepath.Join(dir, "file"), "snapshot one is in"},
		{"snapshot load two " + filepath.Join(dir, "file"), "snapshot two is there"},
		{"snapshot load two " + filepath.Join(dir, "file") + " --cloud red", "snapshot two is there"},
		{"snapshot restore two", "as it was in snapshot two"},
		{"clouds create white --snapshot red/two", "white"},
		{"snapshot delete one", "deleted"},
		{"clouds reset default", "as it was in the beginning"},
		{"clouds delete green blue", "cloud blue is deleted"},
		{"__complete clock show --cloud r", "red"},
	} {
		args := strings.Fields(row.args)
		if args[0] != "health" {
			args = append(args, "--control", control)
		}
		if args[0] == "__complete" {
			args = []string{"__complete", "clock", "show", "--control", control, "--cloud", "r"}
		}
		var stdout, stderr bytes.Buffer
		err := run(t.Context(), args, &stdout, &stderr)
		if err != nil || !strings.Contains(stdout.String(), row.want) {
			t.Errorf("%s: %v, %q is missing from\n%s%s", row.args, err, row.want, stdout.String(), stderr.String())
		}
	}
	for _, args := range []string{"clouds list", "clock show", "jobs list", "stores list", "faults list", "requests list", "snapshot list", "quotas show demo", "backends list"} {
		out, err := command(t, append(strings.Fields(args), "-o", "json", "--control", control)...)
		if err != nil || !json.Valid([]byte(out)) {
			t.Errorf("%s -o json: %v\n%s", args, err, out)
		}
	}
	for want, args := range map[string]string{
		`there is no cloud "bleu"`:         "clock show --cloud bleu",
		`there is no store "fats"; did yo`: "stores set fats --full",
		"want table or json":               "clouds list -o xml",
		"want NAME=VALUE":                  "quotas set demo volumes",
		"want a time such as":              "clock advance soon",
		`there is no request "req-x"`:      "requests show req-x",
		"ids of faults, or --all":          "faults remove",
		"want such as 404":                 "requests list --status many",
		"want 1 to 63 small letters":       "clouds create Blue",
		"unknown":                          "stores frobnicate",
	} {
		if _, err := command(t, append(strings.Fields(args), "--control", control)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	want := "nothing listens on " + address + "; is `fauxstack serve` running?"
	for _, args := range [][]string{{"clouds", "list", "--control", "http://" + address}, {"clouds", "list", "--control", address}, {"health", "--listen", address}} {
		if _, err := command(t, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestServeOverTLS(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "clouds.yaml")
	clouds, _, printed := serving(t, "--tls", "--tls-dir", filepath.Join(dir, "keys"), "--clouds-yaml", file, "--announce", "https://localhost:1")
	cert := filepath.Join(dir, "fauxstack-ca.pem")
	if !strings.HasPrefix(clouds, "https://127.0.0.1:") || !strings.Contains(printed, "export OS_CACERT="+cert+"\n") {
		t.Errorf("%s\n%s", clouds, printed)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), `cacert: "`+cert+`"`) {
		t.Errorf("%v\n%s", err, text)
	}
	// Health asks over HTTP and follows the server to HTTPS.
	if out, err := command(t, "health", "--listen", strings.TrimPrefix(clouds, "https://")); err != nil || !strings.HasPrefix(out, "ready") {
		t.Errorf("%s %v", out, err)
	}
}

func TestFlagsOfServeThatDoNotGoTogether(t *testing.T) {
	for want, args := range map[string][]string{
		"needs a token":       {"--control", "0.0.0.0:0"},
		"belong together":     {"--tls-cert", "x"},
		"no such file":        {"--tls-cert", "x", "--tls-key", "y"},
		"want NAME=VALUE":     {"--delay", "soon"},
		"duration":            {"--delay", "cinder.volume.create=soon"},
		"speed -1":            {"--speed", "-1"},
		"sttaus":              {"--fault", "op=cinder.* sttaus=503"},
		"want 1 to 63":        {"--clouds", "Blue", "--control", ""},
		"want 1 or more":      {"--max-clouds", "-1"},
		"the server holds no": {"--max-clouds", "1", "--clouds", "a", "--control", ""},
	} {
		if _, err := command(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
}
