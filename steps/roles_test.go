package steps

import (
	"errors"
	"maps"
	"testing"

	"github.com/cucumber/godog"
	"github.com/cucumber/messages/go/v21"
)

func TestCast(t *testing.T) {
	about := func(tags []string, rows ...[]string) Scenario {
		return Scenario{Tags: tags, Steps: []Step{{Text: storesStep, Table: rows}}}
	}
	four := [][]string{{"reliable", ""}, {"fast", "default"}, {"cheap", ""}, {"archive", "read-only"}}
	for name, c := range map[string]struct {
		scenario Scenario
		stores   []Store
		want     map[string]string
		reason   string
	}{
		"the same": {
			about(nil, four...),
			[]Store{{ID: "reliable"}, {ID: "fast", Default: true}, {ID: "cheap"}, {ID: "archive", ReadOnly: true}},
			map[string]string{"reliable": "reliable", "fast": "fast", "cheap": "cheap", "archive": "archive"},
			"",
		},
		"others": {
			about(nil, four...),
			[]Store{{ID: "ceph", Default: true}, {ID: "web", ReadOnly: true}, {ID: "swift"}, {ID: "disk"}},
			map[string]string{"reliable": "swift", "fast": "ceph", "cheap": "disk", "archive": "web"},
			"",
		},
		"the names of others": {
			about(nil, four[:3]...),
			[]Store{{ID: "cheap", Default: true}, {ID: "fast"}, {ID: "reliable"}},
			map[string]string{"reliable": "reliable", "fast": "cheap", "cheap": "fast"},
			"",
		},
		"too few":         {about(nil, four...), []Store{{ID: "a", Default: true}, {ID: "b"}}, nil, "needs more writable stores (4 stores in all) than the cloud has"},
		"none read-only":  {about(nil, four...), []Store{{ID: "a", Default: true}, {ID: "b"}, {ID: "c"}}, nil, "needs one more store that is read-only than the cloud has"},
		"no stores":       {about(nil, four...), nil, nil, "needs a Glance with several stores"},
		"nothing said":    {Scenario{}, nil, map[string]string{}, ""},
		"only those":      {about([]string{"@only-stores"}, four[1:3]...), []Store{{ID: "a", Default: true}, {ID: "b"}, {ID: "c"}}, nil, "is about all stores, and the cloud has 3 in place of 2"},
		"of those names":  {about([]string{"@named-stores"}, four[1:3]...), []Store{{ID: "fast", Default: true}, {ID: "b"}}, nil, "is about stores of these names, in this order"},
		"a single column": {about(nil, []string{"cheap"}), []Store{{ID: "b"}}, map[string]string{"cheap": "b"}, ""},
	} {
		got, err := cast(c.scenario, c.stores)
		var unfit NotHere
		if errors.As(err, &unfit); unfit.Reason != c.reason || err == nil && !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

type renamed struct {
	Cloud
	stores map[string]string
}

func (r renamed) Stores() map[string]string { return r.stores }

// Steps are given the cloud's names, whatever they take; names that are swapped stay apart.
func TestInCloudsWords(t *testing.T) {
	w := &World{cloud: renamed{stores: map[string]string{"fast": "cheap", "cheap": "fast", "archive": "archive"}}}
	var got string
	step := w.inCloudsWords(func(text string, n int, table *godog.Table, doc *godog.DocString) error {
		got = text + "; " + table.Rows[0].Cells[0].Value + "; " + doc.Content
		return nil
	}).(func(string, int, *godog.Table, *godog.DocString) error)
	table := &godog.Table{}
	table.Rows = []*messages.PickleTableRow{{Cells: []*messages.PickleTableCell{{Value: "faster, fast, archive"}}}}
	if err := step("cheap and fast", 1, table, &godog.DocString{Content: `{"stores": ["cheap"]}`}); err != nil {
		t.Fatal(err)
	}
	if want := `fast and cheap; faster, cheap, archive; {"stores": ["fast"]}`; got != want {
		t.Errorf("the step was given %s, want %s", got, want)
	}
	if table.Rows[0].Cells[0].Value != "faster, fast, archive" {
		t.Error("the scenario's own table has changed")
	}
}
