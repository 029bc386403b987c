package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/gorilla/mux"
)

// Table is a service's operations, ready to be searched. It is built once per process and shared by every cloud.
//
// gorilla/mux tries its routes one after another, so a table first picks the resource by the path's literal segments,
// in a map, and a small router per resource does the rest. A resource's router is built when it is first asked for.
type Table[S any] struct {
	operations []Operation[S]
	resources  map[string]*resource[S]
	resourceOf func(path string) string
}

type resource[S any] struct {
	rows  []*row[S]
	build sync.Once
	mux   *mux.Router
}

// row is an operation with its microversions read.
type row[S any] struct {
	*Operation[S]
	since, until Microversion
}

// endpoint is one path template and the operations on it, by method.
type endpoint[S any] struct {
	methods map[string][]*row[S]
}

// ServeHTTP makes an endpoint what mux keeps in a route; it is never called.
func (*endpoint[S]) ServeHTTP(http.ResponseWriter, *http.Request) {}

// NewTable reads a service's rows. resourceOf names the resource of a path, of a request or a template alike, by whatever
// of its segments are literal; templates and the paths they match must agree.
func NewTable[S any](resourceOf func(path string) string, rows []Operation[S]) *Table[S] {
	t := &Table[S]{operations: rows, resources: make(map[string]*resource[S]), resourceOf: resourceOf}
	for i := range rows {
		name := resourceOf(rows[i].Path)
		r := t.resources[name]
		if r == nil {
			r = new(resource[S])
			t.resources[name] = r
		}
		r.rows = append(r.rows, &row[S]{&rows[i], V(rows[i].Since), V(rows[i].Until)})
	}
	return t
}

// Operations lists the rows in their order.
func (t *Table[S]) Operations() []Operation[S] { return t.operations }

func (r *resource[S]) router() *mux.Router {
	r.build.Do(func() {
		r.mux = mux.NewRouter()
		var paths []string
		endpoints := map[string]*endpoint[S]{}
		for _, op := range r.rows {
			e := endpoints[op.Path]
			if e == nil {
				e = &endpoint[S]{methods: map[string][]*row[S]{}}
				endpoints[op.Path] = e
				paths = append(paths, op.Path)
			}
			e.methods[op.Method] = append(e.methods[op.Method], op)
		}
		// A literal segment wins over a variable in the same place: "/volumes/detail" before "/volumes/{volume_id}".
		slices.SortStableFunc(paths, func(a, b string) int { return strings.Compare(literalFirst(a), literalFirst(b)) })
		for _, path := range paths {
			r.mux.Path(path).Handler(endpoints[path])
		}
	})
	return r.mux
}

// literalFirst turns "{" into the last of characters, for sorting.
func literalFirst(path string) string { return strings.ReplaceAll(path, "{", "\xff") }

// find returns what serves the call's path, with its variables, or nil.
func (t *Table[S]) find(r *http.Request, path string) (*endpoint[S], map[string]string) {
	res := t.resources[t.resourceOf(path)]
	if res == nil {
		return nil, nil
	}
	u := *r.URL
	u.Path, u.RawPath = path, ""
	probe := http.Request{Method: r.Method, URL: &u}
	var match mux.RouteMatch
	if !res.router().Match(&probe, &match) {
		return nil, nil
	}
	return match.Handler.(*endpoint[S]), match.Vars
}

// allowed lists the methods of an endpoint, in the order of the alphabet.
func (e *endpoint[S]) allowed() []string {
	if e == nil {
		return nil
	}
	var methods []string
	for m := range e.methods {
		methods = append(methods, m)
	}
	slices.Sort(methods)
	return methods
}

// Check reports what is wrong with a table: twice the same id or the same place, or bounds that are no microversions.
func (t *Table[S]) Check() error {
	seen := map[string]bool{}
	for _, op := range t.operations {
		place := strings.Join([]string{op.Method, op.Path, op.Action, op.Since}, " ")
		for _, key := range []string{op.Op + " " + op.Method + " " + op.Path + op.Since, place} {
			if seen[key] {
				return fmt.Errorf("operation %s: %s is there twice", op.Op, key)
			}
			seen[key] = true
		}
		for _, v := range []string{op.Since, op.Until} {
			if v == "" {
				continue
			}
			if _, err := ParseMicroversion(v); err != nil {
				return fmt.Errorf("operation %s: %w", op.Op, err)
			}
		}
	}
	return nil
}
