package statematrix

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
)

var (
	recordFrom = flag.String("cloud", "", "identity URL of the cloud to record")
	password   = flag.String("password", "secret", "of its user admin")
)

const recording = "testdata/zed.tsv"

// thing is a resource, and the volume it is of.
type thing struct{ kind, path, id, of string }

// state is a status that a resource is brought to.
type state struct{ status, attached, migrating string }

func (s state) String() string {
	name := s.status
	if s.attached == "attached" {
		name += " attached"
	}
	if s.migrating != "none" && s.migrating != "" {
		name += " " + s.migrating
	}
	return name
}

// action is something done to a resource.
type action struct{ name, kind, version, method, path, body string }

// passing are the statuses of work that goes on.
var passing = []string{
	"creating", "deleting", "extending", "retyping", "uploading", "downloading", "backing-up", "restoring-backup", "restoring", "reverting", "unmanaging",
}

// states are all statuses of a kind of resource, and those in which something else counts besides.
func states(kind string) []state {
	var all []state
	add := func(names string) {
		for name := range strings.FieldsSeq(names) {
			all = append(all, state{name, "detached", "none"})
		}
	}
	switch kind {
	case "snapshot":
		add("available error creating deleting updating error_deleting unmanaging backing-up restoring")
	case "backup":
		add("available error") // no others are taken
	case "volume":
		// Neither deleting nor, without an attachment, in-use can be reset to.
		add(`available error creating error_deleting error_managing managing attaching detaching maintenance restoring-backup
			error_restoring reserved awaiting-transfer backing-up error_backing-up error_extending downloading uploading retyping extending`)
		all = append(all,
			state{"in-use", "attached", "none"}, state{"detaching", "attached", "none"}, state{"available", "detached", "migrating"},
			state{"available", "detached", "error"}, state{"available", "detached", "success"}, state{"error", "attached", "none"})
	}
	return all
}

func table(t *testing.T, file string, columns int) [][]string {
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

func actions(t *testing.T) []action {
	var all []action
	for _, row := range table(t, "testdata/actions.tsv", 6) {
		all = append(all, action{row[0], row[1], row[2], row[3], row[4], row[5]})
	}
	return all
}

var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// try does an action to a resource, and says how that went: the status, the message with ids left out, and what the
// resource has become.
func (c *cloud) try(a action, t thing) (outcome string, err error) {
	before, err := c.status(t) // which may be shown as another
	if err != nil {
		return "", err
	}
	fill := strings.NewReplacer("{id}", t.id, "{of}", t.of, "{type}", c.typeID)
	body := fill.Replace(a.body)
	if strings.Contains(body, "{other}") {
		other, err := c.make("volume")
		if err != nil {
			return "", err
		}
		c.discarded = append(c.discarded, other.path+other.id)
		body = strings.ReplaceAll(body, "{other}", other.id)
	}
	out, _, err := c.send(a.method, c.volumes+fill.Replace(a.path), a.version, body)
	if err != nil {
		return "", err
	}
	for _, kind := range []string{"volume", "snapshot", "backup"} {
		if made, ok := out.body[kind].(map[string]any); ok && a.method == http.MethodPost && out.status < 300 {
			c.discarded = append(c.discarded, "/"+kind+"s/"+made["id"].(string))
		}
	}
	done := out.status < 300
	is, err := c.after(t, before, done)
	if err == nil && t.of != "" {
		of, failed := c.after(thing{kind: "volume", path: "/volumes/", id: t.of}, "available", done)
		is, err = is+", volume "+of, failed
	}
	message, _, _ := strings.Cut(out.message(), " Traceback ") // which a service adds to what it says by RPC
	message = uuids.ReplaceAllString(message, "ID")
	return fmt.Sprintf("%d\t%s\t%s", out.status, message, is), err
}

// after is the status that a resource has after an action, when what the action may have begun has come to its end.
func (c *cloud) after(t thing, before string, done bool) (string, error) {
	if done {
		return c.settled(t, before)
	}
	return c.status(t)
}

// walk does all actions to resources in all states, but for those that skip says, and tells of each.
func (c *cloud) walk(t *testing.T, skip func(name string) bool, tell func(name, outcome string)) {
	for _, a := range actions(t) {
		var fresh *thing
		for _, s := range states(a.kind) {
			name := a.name + "\t" + s.String()
			if skip(name) {
				continue
			}
			if fresh == nil {
				made, err := c.make(a.kind)
				if err != nil {
					t.Fatal(err)
				}
				c.discarded = append(c.discarded, made.path+made.id)
				fresh = &made
			}
			if err := c.reset(*fresh, s); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			outcome, err := c.try(a, *fresh)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if outcome[0] < '4' {
				fresh = nil
			}
			tell(name, outcome)
		}
	}
}

func recorded(t *testing.T) map[string]string {
	all := map[string]string{}
	for _, row := range table(t, recording, 5) {
		all[row[0]+"\t"+row[1]] = strings.Join(row[2:], "\t")
	}
	return all
}

// TestRecord does what the recording does not have yet, and appends it.
func TestRecord(t *testing.T) {
	if *recordFrom == "" {
		t.Skip("-cloud says which cloud to record")
	}
	c, err := open(http.DefaultClient, *recordFrom, *password)
	if err != nil {
		t.Fatal(err)
	}
	defer c.clean()
	done := recorded(t)
	out, err := os.OpenFile(recording, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.walk(t, func(name string) bool { return done[name] != "" }, func(name, outcome string) { fmt.Fprintf(out, "%s\t%s\n", name, outcome) })
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestStateMatrix(t *testing.T) {
	e, err := emulator.New(emulator.WithRelease("zed"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	c, err := open(&http.Client{Transport: e.Transport()}, "http://fauxstack.internal"+emulator.IdentityPath+"/v3", "secret")
	if err != nil {
		t.Fatal(err)
	}
	want := recorded(t)
	for _, row := range table(t, "testdata/differences.tsv", 6) {
		want[row[0]+"\t"+row[1]] = strings.Join(row[2:5], "\t")
	}
	compared := 0
	c.walk(t, func(string) bool { return false }, func(name, outcome string) {
		compared++
		if want[name] != outcome {
			t.Errorf("%s\n is   %s\n want %s", name, outcome, want[name])
		}
	})
	if compared != len(want) {
		t.Errorf("%d compared, %d recorded", compared, len(want))
	}
}
