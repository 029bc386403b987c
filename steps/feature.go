package steps

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/cucumber/gherkin/go/v26"
	"github.com/cucumber/godog"
	"github.com/cucumber/messages/go/v21"
)

// Feature is one feature file, read and checked.
type Feature struct {
	Name, Description string
	File              string // as the file system that it was read from calls it
	Line              int
	Tags              []string // with their @
	TagLines          []int    // of each of the Tags
	Scenarios         []*Scenario

	text    []byte
	extents []extent
}

// Scenario is one that can run: an outline is as many as its examples have rows.
type Scenario struct {
	Name        string
	Keyword     string // "Scenario" or "Scenario Outline", in the words of the file
	Description string
	Tags        []string // with their @, the feature's and the examples' among them
	TagLines    []int    // of each of the Tags
	Feature     string   // its feature's name
	File        string
	Line        int // of the scenario, or of the row of examples
	Steps       []Step
}

// Step is a step of a scenario, the values of its example filled in.
type Step struct {
	Keyword string // as written: "Given ", "And ", "* "
	Text    string
	Line    int
	Table   [][]string // nil without one
	Doc     *string    // the text between """, nil without one
}

// Has tells whether the scenario has a tag, given with its @.
func (s Scenario) Has(tag string) bool { return slices.Contains(s.Tags, tag) }

// Values lists what follows a prefix in the scenario's tags: Values("@config:") of "@config:single_store" is "single_store".
func (s Scenario) Values(prefix string) []string {
	var values []string
	for _, tag := range s.Tags {
		if v, ok := strings.CutPrefix(tag, prefix); ok {
			values = append(values, v)
		}
	}
	return values
}

// extent is where in its file a scenario that can run stands: lines from..to, of which rows hold examples.
type extent struct {
	from, to int         // first and last line of the scenario, its tags included
	rows     map[int]int // line of a row of examples -> index of its scenario; empty where there is no outline
	only     int         // index of the scenario where there is no outline
}

// Load reads every .feature file of a file system, in the order of their names. It refuses, naming file and line, what
// godog would pass over or report as something else: a file that is not Gherkin, or holds no scenario; a scenario without
// steps or, being an outline, without examples; two scenarios of one name in a feature.
func Load(from fs.FS) ([]*Feature, error) {
	var list []*Feature
	var errs []error
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".feature" {
			return err
		}
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		f, err := parse(name, text)
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		list = append(list, f)
		return nil
	})
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("there is no .feature file")
	}
	return list, nil
}

// place is how the Gherkin parser says where something is wrong.
var place = regexp.MustCompile(`(?m)^\((\d+):(\d+)\): (.*)$`)

func parse(file string, text []byte) (*Feature, error) {
	ids := (&messages.Incrementing{}).NewId
	doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(text), ids)
	if err != nil {
		var errs []error
		for _, m := range place.FindAllStringSubmatch(err.Error(), -1) {
			errs = append(errs, fmt.Errorf("%s:%s:%s: %s", file, m[1], m[2], m[3]))
		}
		if len(errs) == 0 {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
		}
		return nil, errors.Join(errs...)
	}
	if doc.Feature == nil {
		return nil, fmt.Errorf("%s: there is no feature in this file", file)
	}
	f := &Feature{
		Name: doc.Feature.Name, Description: unindented(doc.Feature.Description), File: file, Line: int(doc.Feature.Location.Line),
		text: text,
	}
	for _, tag := range doc.Feature.Tags {
		f.Tags, f.TagLines = append(f.Tags, tag.Name), append(f.TagLines, int(tag.Location.Line))
	}
	return f, f.add(doc, gherkin.Pickles(*doc, file, ids))
}

// add fills in the scenarios: a pickle is what a scenario, or a row of its examples, comes to.
func (f *Feature) add(doc *messages.GherkinDocument, pickles []*messages.Pickle) error {
	tree := outlineOf(doc.Feature, bytes.Count(f.text, []byte("\n"))+1)
	for _, p := range pickles {
		node := tree.scenarios[p.AstNodeIds[0]]
		s := &Scenario{
			Name: p.Name, Keyword: node.Keyword, Description: unindented(node.Description),
			Feature: f.Name, File: f.File, Line: int(node.Location.Line),
		}
		for _, tag := range p.Tags {
			s.Tags, s.TagLines = append(s.Tags, tag.Name), append(s.TagLines, tree.tags[tag.AstNodeId])
		}
		for _, step := range p.Steps {
			s.Steps = append(s.Steps, stepOf(step, tree.steps[step.AstNodeIds[0]]))
		}
		e := &tree.extents[tree.number[node.Id]]
		if len(p.AstNodeIds) > 1 {
			s.Line = tree.rows[p.AstNodeIds[1]]
			e.rows[s.Line] = len(f.Scenarios)
		} else {
			e.only = len(f.Scenarios)
		}
		f.Scenarios = append(f.Scenarios, s)
	}
	f.extents = tree.extents
	return f.check(tree)
}

// check finds what would run as less than it says.
func (f *Feature) check(tree tree) error {
	var errs []error
	first := map[string]int64{}
	for _, node := range tree.order {
		line := node.Location.Line
		switch {
		case len(node.Steps) == 0:
			errs = append(errs, fmt.Errorf("%s:%d: the scenario %q has no steps", f.File, line, node.Name))
		case len(tree.extents[tree.number[node.Id]].rows) == 0 && len(node.Examples) > 0:
			errs = append(errs, fmt.Errorf("%s:%d: the examples of the scenario %q are empty", f.File, line, node.Name))
		}
		if before, ok := first[node.Name]; ok {
			errs = append(errs, fmt.Errorf("%s:%d: the scenario of line %d is called %q too", f.File, line, before, node.Name))
		} else {
			first[node.Name] = line
		}
	}
	if len(tree.order) == 0 {
		errs = append(errs, fmt.Errorf("%s: the feature %q has no scenarios", f.File, f.Name))
	}
	return errors.Join(errs...)
}

// tree is a feature's document by the ids of its nodes.
type tree struct {
	order     []*messages.Scenario
	scenarios map[string]*messages.Scenario
	number    map[string]int // scenario -> index in order and extents
	extents   []extent
	steps     map[string]*messages.Step
	rows      map[string]int // row of examples -> line
	tags      map[string]int // tag -> line
}

func outlineOf(feature *messages.Feature, lines int) tree {
	t := tree{
		scenarios: map[string]*messages.Scenario{}, number: map[string]int{},
		steps: map[string]*messages.Step{}, rows: map[string]int{}, tags: map[string]int{},
	}
	t.addTags(feature.Tags)
	var starts []int // lines on which something begins
	background := func(b *messages.Background) {
		if b != nil {
			starts = append(starts, int(b.Location.Line))
			t.addSteps(b.Steps)
		}
	}
	scenario := func(s *messages.Scenario) {
		if s != nil {
			t.addScenario(s)
			starts = append(starts, t.extents[len(t.extents)-1].from)
		}
	}
	for _, child := range feature.Children {
		background(child.Background)
		scenario(child.Scenario)
		if child.Rule != nil {
			starts = append(starts, first(child.Rule.Tags, child.Rule.Location))
			t.addTags(child.Rule.Tags)
			for _, c := range child.Rule.Children {
				background(c.Background)
				scenario(c.Scenario)
			}
		}
	}
	for i := range t.extents {
		e := &t.extents[i]
		e.to = lines
		for _, start := range starts {
			if start > e.from {
				e.to = min(e.to, start-1)
			}
		}
	}
	return t
}

func (t *tree) addScenario(s *messages.Scenario) {
	t.scenarios[s.Id], t.number[s.Id] = s, len(t.order)
	t.order = append(t.order, s)
	t.extents = append(t.extents, extent{from: first(s.Tags, s.Location), rows: map[int]int{}, only: -1})
	t.addSteps(s.Steps)
	t.addTags(s.Tags)
	for _, examples := range s.Examples {
		t.addTags(examples.Tags)
		for _, row := range examples.TableBody {
			t.rows[row.Id] = int(row.Location.Line)
		}
	}
}

func (t *tree) addSteps(list []*messages.Step) {
	for _, s := range list {
		t.steps[s.Id] = s
	}
}

func (t *tree) addTags(list []*messages.Tag) {
	for _, tag := range list {
		t.tags[tag.Id] = int(tag.Location.Line)
	}
}

// first is the line on which something with tags begins.
func first(tags []*messages.Tag, at *messages.Location) int {
	line := at.Line
	for _, tag := range tags {
		line = min(line, tag.Location.Line)
	}
	return int(line)
}

func stepOf(p *messages.PickleStep, node *messages.Step) Step {
	s := Step{Keyword: node.Keyword, Text: p.Text, Line: int(node.Location.Line)}
	if p.Argument == nil {
		return s
	}
	if p.Argument.DocString != nil {
		s.Doc = &p.Argument.DocString.Content
	}
	if p.Argument.DataTable != nil {
		for _, row := range p.Argument.DataTable.Rows {
			cells := make([]string, len(row.Cells))
			for i, cell := range row.Cells {
				cells[i] = cell.Value
			}
			s.Table = append(s.Table, cells)
		}
	}
	return s
}

// only is the feature as godog should see it: the lines of scenarios that are not chosen are empty, so that all others
// keep their numbers. Nothing is chosen: nil.
func (f *Feature) only(chosen func(*Scenario) bool) *godog.Feature {
	lines := bytes.Split(f.text, []byte("\n"))
	some := false
	for _, e := range f.extents {
		kept := e.only >= 0 && chosen(f.Scenarios[e.only])
		for line, i := range e.rows {
			if chosen(f.Scenarios[i]) {
				kept = true
			} else {
				lines[line-1] = nil
			}
		}
		some = some || kept
		for line := e.from; !kept && line <= e.to; line++ {
			lines[line-1] = nil
		}
	}
	if !some {
		return nil
	}
	return &godog.Feature{Name: f.File, Contents: bytes.Join(lines, []byte("\n"))}
}

func unindented(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
