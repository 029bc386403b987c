//go:build !server

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
)

// conformed runs fauxstack conform in an environment and returns what it printed and the exit status.
func conformed(ctx context.Context, t *testing.T, env map[string]string, args ...string) (string, int, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRoot(func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	root.SetArgs(append([]string{"conform"}, args...))
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return out.String(), 0, nil
	}
	return out.String(), status(err), err
}

func TestConformInProcess(t *testing.T) {
	dir := t.TempDir()
	out, code, err := conformed(t.Context(), t, nil, "--tags", "@keystone", "--report", "html="+filepath.Join(dir, "r.html"), "--report", "junit=-", "--seed", "3")
	if code != 0 || err != nil {
		t.Fatalf("%d, %v\n%s", code, err, out)
	}
	for _, want := range []string{"on an emulator in this process", "0 failed", "--seed 3 repeats", "html report: ", `<testsuites name="fauxstack conform"`} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing from\n%s", want, out)
		}
	}
	if page, err := os.ReadFile(filepath.Join(dir, "r.html")); err != nil || !strings.HasPrefix(string(page), "<!doctype html>") {
		t.Errorf("%v: %.80s", err, page)
	}
}

func TestConformOnACloudOfTheEnvironment(t *testing.T) {
	emu, err := emulator.New()
	if err != nil {
		t.Fatal(err)
	}
	defer emu.Close()
	file := filepath.Join(t.TempDir(), "clouds.yaml")
	if err := writeFile(file, access{AuthURL: emu.AuthURL(), Users: emu.Users()}.cloudsYAML()); err != nil {
		t.Fatal(err)
	}
	out, code, err := conformed(t.Context(), t, map[string]string{"OS_CLOUD": "fauxstack"}, "--clouds-yaml", file, "--name", "hears the same")
	if code != 0 || !strings.Contains(out, "on the cloud fauxstack\n") || !strings.Contains(out, "1 scenario in ") {
		t.Errorf("%d, %v\n%s", code, err, out)
	}
	out, code, err = conformed(t.Context(), t, nil, "--clouds-yaml", file, "--os-cloud", "fauxstack", "--list", "--tags", "@control")
	if code != 2 || !strings.Contains(out, "needs control over the cloud") {
		t.Errorf("%d, %v\n%s", code, err, out)
	}
	out, code, err = conformed(t.Context(), t, nil, "--clouds-yaml", file, "--os-cloud", "fauxstack", "--sweep")
	if code != 0 || !strings.Contains(out, "nothing on the cloud fauxstack is left behind") {
		t.Errorf("%d, %v\n%s", code, err, out)
	}
	users := emu.Users()
	openrc := map[string]string{
		"OS_AUTH_URL": emu.AuthURL(), "OS_USERNAME": "admin", "OS_PASSWORD": users[0].Password, "OS_PROJECT_NAME": "admin",
		"OS_USER_DOMAIN_ID": "default", "OS_PROJECT_DOMAIN_ID": "default",
	}
	if _, code, err = conformed(t.Context(), t, openrc); code != 2 || !strings.Contains(err.Error(), "there is no entry for demo and alt_demo") {
		t.Errorf("%d, %v", code, err)
	}
	out, code, err = conformed(t.Context(), t, openrc, "--create-people", "--tags", "@keystone")
	if code != 0 || !regexp.MustCompile(`\b[1-9]\d* passed, 0 failed, 0 skipped`).MatchString(out) {
		t.Errorf("%d, %v\n%s", code, err, out)
	}
	out, code, err = conformed(t.Context(), t, openrc, "--sweep")
	if code != 0 || !strings.Contains(out, "is left behind") {
		t.Errorf("after a run with people of its own: %d, %v\n%s", code, err, out)
	}
}

func TestConformFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.feature"), []byte("Feature: f\n  Scenario: a\n    Given an image \"x\"\n    Then the image \"x\" is \"active\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code, err := conformed(t.Context(), t, nil, "--features", dir)
	if code != 1 || err.Error() != "1 of 1 scenarios failed" || !strings.Contains(out, "FAILED  a  (a.feature:2)") {
		t.Errorf("%d, %v\n%s", code, err, out)
	}
}

func TestConformCannotRun(t *testing.T) {
	for want, args := range map[string][]string{
		"did you mean @glance?":           {"--tags", "@glanse"},
		"no scenario has":                 {"--name", "nobody would call it that"},
		"unknown flag: --concurency":      {"--concurency", "3"},
		"concurrency 0: want 1 to 100":    {"--concurrency", "0"},
		"with one of cucumber, html":      {"--report", "xml=a"},
		"no such file":                    {"--report", "html=/nonexistent/a.html"},
		"want an entry for admin":         {"--people", "demo=x"},
		`people "alice"`:                  {"--people", "admin=x,alice=y"},
		"there is nothing to sweep":       {"--sweep"},
		"want one of them":                {"--in-process", "--os-cloud", "x"},
		"neither nope-admin nor nope":     {"--clouds-yaml", "testdata/none.yaml", "--os-cloud", "nope"},
		"want a directory that holds":     {"--features", "conform.go"},
		"unknown command \"x\"":           {"x"},
		"there is no .feature file":       {"--features", "."},
		"want a URL or HOST:PORT":         {"--control", "there"},
		"interrupted, with ":              {"--tags", "@keystone", "--in-process"},
		"release \"austin\": want one of": {"--release", "austin", "--tags", "@keystone"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		if strings.HasPrefix(want, "interrupted") {
			cancel()
		}
		out, code, err := conformed(ctx, t, nil, args...)
		cancel()
		if err == nil || !strings.Contains(err.Error(), want) || code != 2 {
			t.Errorf("%v: %d, %v, want %q\n%s", args, code, err, want, out)
		}
	}
	if status(errors.New("any other")) != 1 {
		t.Error("an error without a status of its own does not end with 1")
	}
}
