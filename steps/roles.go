package steps

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/cucumber/godog"
)

// storesStep is the step whose table says which stores a scenario is about.
const storesStep = "Glance has the stores:"

// Renamed is what a Cloud offers whose stores may have other names than a scenario gives them.
type Renamed interface {
	// Stores maps the scenario's names of stores to the cloud's.
	Stores() map[string]string
}

// cast gives the stores that a scenario names a store of the cloud each: the one of that name, if it is what the scenario
// says of it, or else another that is so. It says NotHere when there are not enough. A scenario that is about all stores
// (tag @only-stores), or about the very stores that it names (@named-stores), is particular.
func cast(s Scenario, stores []Store) (map[string]string, error) {
	roles := map[string]string{}
	for _, step := range s.Steps {
		if step.Text != storesStep {
			continue
		}
		if len(stores) == 0 {
			return nil, NotHere{"needs a Glance with several stores"}
		}
		if err := castAll(roles, step.Table, stores); err != nil {
			return nil, err
		}
		if (s.Has("@only-stores") || s.Has("@named-stores")) && len(step.Table) != len(stores) {
			return nil, NotHere{fmt.Sprintf("is about all stores, and the cloud has %d in place of %d", len(stores), len(step.Table))}
		}
		for i, row := range step.Table {
			if s.Has("@named-stores") && row[0] != stores[i].ID {
				return nil, NotHere{"is about stores of these names, in this order"}
			}
		}
	}
	return roles, nil
}

func castAll(roles map[string]string, table [][]string, stores []Store) error {
	taken := map[string]bool{}
	for _, sameName := range []bool{true, false} {
		for _, row := range table {
			if roles[row[0]] != "" {
				continue
			}
			i := slices.IndexFunc(stores, func(s Store) bool {
				return !taken[s.ID] && s.Marks() == marksOf(row) && (!sameName || s.ID == row[0])
			})
			if i >= 0 {
				roles[row[0]], taken[stores[i].ID] = stores[i].ID, true
			} else if !sameName {
				return NotHere{"needs " + kindOfStore(marksOf(row), len(table)) + " than the cloud has"}
			}
		}
	}
	return nil
}

func marksOf(row []string) string {
	if len(row) < 2 {
		return ""
	}
	return row[1]
}

func kindOfStore(marks string, n int) string {
	if marks == "" {
		return fmt.Sprintf("more writable stores (%d stores in all)", n)
	}
	return "one more store that is " + marks
}

// inCloudsWords puts the cloud's names of stores in the place of the scenario's in all that a step is given.
func (w *World) inCloudsWords(do any) any {
	f := reflect.ValueOf(do)
	return reflect.MakeFunc(f.Type(), func(args []reflect.Value) []reflect.Value {
		if translate := w.translation(); translate != nil {
			for i, arg := range args {
				args[i] = translated(arg, translate)
			}
		}
		return f.Call(args)
	}).Interface()
}

func translated(arg reflect.Value, translate func(string) string) reflect.Value {
	switch v := arg.Interface().(type) {
	case string:
		return reflect.ValueOf(translate(v))
	case *godog.DocString:
		c := *v
		c.Content = translate(c.Content)
		return reflect.ValueOf(&c)
	case *godog.Table:
		c := &godog.Table{}
		for _, row := range v.Rows {
			r := *row
			r.Cells = slices.Clone(row.Cells)
			for i, cell := range row.Cells {
				d := *cell
				d.Value = translate(d.Value)
				r.Cells[i] = &d
			}
			c.Rows = append(c.Rows, &r)
		}
		return reflect.ValueOf(c)
	default:
		return arg
	}
}

// translation is nil where the cloud's stores have the scenario's names.
func (w *World) translation() func(string) string {
	r, ok := w.cloud.(Renamed)
	if !ok {
		return nil
	}
	roles := r.Stores()
	var names []string
	for name, id := range roles {
		if name != id {
			names = append(names, regexp.QuoteMeta(name))
		}
	}
	if len(names) == 0 {
		return nil
	}
	words := regexp.MustCompile(`\b(` + strings.Join(names, "|") + `)\b`)
	return func(text string) string {
		return words.ReplaceAllStringFunc(text, func(name string) string { return roles[name] })
	}
}
