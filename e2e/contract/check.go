package contract

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Checker collects differences between a cloud's answers and the contract. It is safe for concurrent use.
type Checker struct {
	documents map[string]*document // by path

	mu     sync.Mutex
	report Report
	known  map[[4]string]int // places of the report's differences
}

// New reads the contract in a folder.
func New(folder string) (*Checker, error) {
	c := &Checker{documents: map[string]*document{}, known: map[[4]string]int{}}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for path, file := range services {
		wg.Go(func() {
			d, err := read(folder, file)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
			}
			c.documents[path] = d
		})
	}
	wg.Wait()
	c.report.Operations, c.report.Outside = map[string]int{}, map[string]int{}
	return c, failed
}

// answer is what was said on the wire.
type answer struct {
	method, path string
	status       int
	header       http.Header
	body         []byte
	whole        bool // body is all of it
}

// check compares one answer. The path is the cloud's, with the service's first.
func (c *Checker) check(a answer) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(a.path, "/"), "/")
	d := c.documents["/"+first]
	if d == nil {
		return
	}
	op := d.find(a.method, rest)
	if op == nil {
		c.outside(d, a, rest)
		return
	}
	found := judge(d, op, a)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.report.Answers++
	c.report.Operations[d.name+" "+op.ID]++
	for _, f := range found {
		c.add(Difference{
			Service: d.name, Operation: op.ID, Status: a.status, Pointer: f[0], Message: f[1],
			Request: a.method + " " + a.path, Count: 1,
		})
	}
}

// outside counts what succeeded where the contract has no operation.
func (c *Checker) outside(d *document, a answer, path string) {
	if a.status >= 300 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if identifier.MatchString(s) {
			segments[i] = "{id}"
		}
	}
	c.report.Outside[d.name+" "+a.method+" /"+strings.Join(segments, "/")]++
}

var identifier = regexp.MustCompile(`^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}([0-9a-f]{32})?$`)

// add needs the lock.
func (c *Checker) add(d Difference) {
	if at, ok := c.known[d.key()]; ok {
		c.report.Differences[at].Count += d.Count
		return
	}
	c.known[d.key()] = len(c.report.Differences)
	c.report.Differences = append(c.report.Differences, d)
}

// Report is what was seen so far.
func (c *Checker) Report() Report {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.report
	r.Differences = slices.SortedFunc(slices.Values(r.Differences), Difference.compare)
	return r
}

// judge says what of an answer is not as the operation says: pointers and messages.
func judge(d *document, op *operation, a answer) [][2]string {
	switch {
	case a.status >= 500 && a.status != http.StatusNotImplemented:
		return [][2]string{{"", "is a failure of the service"}}
	case a.status >= 300:
		return nil
	}
	var out [][2]string
	r, listed := op.responses[strconv.Itoa(a.status)]
	if !listed {
		out = append(out, [2]string{"", fmt.Sprintf("status %d is not listed", a.status)})
		if a.status == http.StatusNoContent {
			return out
		}
		r = op.success()
	}
	for _, name := range r.headers {
		if a.header.Get(name) == "" {
			out = append(out, [2]string{"", "header " + http.CanonicalHeaderKey(name) + " is missing"})
		}
	}
	if r.schema == "" || a.method == http.MethodHead || !a.whole {
		return out
	}
	if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		return append(out, [2]string{"", fmt.Sprintf("content type '%s' where JSON is listed", kind)})
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.body))
	if err != nil {
		return append(out, [2]string{"", "is not JSON: " + err.Error()})
	}
	schema, err := d.schema(r.schema)
	if err != nil {
		return append(out, [2]string{"", "the schema does not compile: " + err.Error()})
	}
	if err := schema.Validate(body); err != nil {
		out = append(out, found(err)...)
	}
	return out
}
