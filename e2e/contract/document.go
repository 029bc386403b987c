package contract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Services are the documents' files by the path under which the emulator serves what they describe.
var services = map[string]string{
	"/identity": "identity-v3.14.yaml",
	"/image":    "image-v2.16.yaml",
	"/volume":   "block-storage-v3.71.yaml",
}

// document is one API. Schemas are compiled when the first answer needs them. It is safe for concurrent use.
type document struct {
	name       string // such as "identity"
	paths      map[string]any
	operations map[int][]*operation // by the number of their path's segments

	mu       sync.Mutex // guards compiler and schemas
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

// operation is a method of a path.
type operation struct {
	ID        string
	method    string
	segments  []string
	responses map[string]response
}

// response is what an operation says of a status.
type response struct {
	schema  string   // location of the JSON body's schema; "" if there is none
	headers []string // names
}

// read reads a document.
func read(folder, file string) (*document, error) {
	text, err := os.ReadFile(filepath.Join(folder, file))
	if err != nil {
		return nil, err
	}
	var content map[string]any
	if err := yaml.Unmarshal(text, &content); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	name, _, _ := strings.Cut(file, "-v")
	return newDocument(name, content)
}

func newDocument(name string, content map[string]any) (*document, error) {
	loosen(content)
	paths, _ := content["paths"].(map[string]any)
	d := &document{
		name: name, paths: paths, operations: map[int][]*operation{},
		compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{},
	}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	d.compiler.AssertFormat()
	d.compiler.UseRegexpEngine(pythonPattern)
	for _, f := range formats {
		d.compiler.RegisterFormat(f)
	}
	if err := d.compiler.AddResource(d.url(), content); err != nil {
		return nil, err
	}
	for path, item := range paths {
		segments := strings.Split(strings.Trim(path, "/"), "/")
		item, _ := item.(map[string]any)
		for method, value := range item {
			fields, ok := value.(map[string]any)
			if !ok || fields["responses"] == nil {
				continue
			}
			op := &operation{method: strings.ToUpper(method), segments: segments, responses: responses(path, method, fields)}
			op.ID, _ = fields["operationId"].(string)
			d.operations[len(segments)] = append(d.operations[len(segments)], op)
		}
	}
	return d, nil
}

// responses are those of an operation, by status.
func responses(path, method string, fields map[string]any) map[string]response {
	listed, _ := fields["responses"].(map[string]any)
	out := map[string]response{}
	for status, value := range listed {
		fields, _ := value.(map[string]any)
		var r response
		headers, _ := fields["headers"].(map[string]any)
		for name := range headers {
			r.headers = append(r.headers, name)
		}
		content, _ := fields["content"].(map[string]any)
		if media, ok := content["application/json"].(map[string]any); ok && media["schema"] != nil {
			r.schema = "#/paths/" + escape(path) + "/" + method + "/responses/" + status + "/content/application~1json/schema"
		}
		out[status] = r
	}
	return out
}

func (d *document) url() string { return "contract:///" + d.name }

// escape is a step of a JSON pointer in a URL's fragment.
func escape(step string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "%", "%25").Replace(step)
}

// loosen changes what the documents say with extensions of their own into what JSON Schema can say. Bodies of actions and
// of microversions are told apart by discriminators that are not in the body, so that it may fit several of them.
func loosen(value any) {
	switch value := value.(type) {
	case map[string]any:
		if one, ok := value["oneOf"]; ok && value["x-openstack"] != nil {
			delete(value, "oneOf")
			value["anyOf"] = one
		}
		for _, v := range value {
			loosen(v)
		}
	case []any:
		for _, v := range value {
			loosen(v)
		}
	}
}

// find returns the operation that a request is for, and nil if the document has none. A path of fixed words wins over one
// with variables; HEAD is GET where the document has no HEAD.
func (d *document) find(method, path string) *operation {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	var best *operation
	for _, op := range d.operations[len(segments)] {
		if op.matches(method, segments) && (best == nil || op.preciserThan(best)) {
			best = op
		}
	}
	if best == nil && method == "HEAD" {
		return d.find("GET", path)
	}
	return best
}

func (o *operation) matches(method string, segments []string) bool {
	if o.method != method {
		return false
	}
	for i, s := range o.segments {
		if s != segments[i] && !strings.HasPrefix(s, "{") {
			return false
		}
	}
	return true
}

// success is the first success that has a schema, for answers whose own status is not listed.
func (o *operation) success() response {
	for _, status := range []string{"200", "201", "202"} {
		if r := o.responses[status]; r.schema != "" {
			return r
		}
	}
	return response{}
}

// preciserThan compares by the first segment where one path has a word and the other a variable.
func (o *operation) preciserThan(other *operation) bool {
	for i, s := range o.segments {
		mine, theirs := strings.HasPrefix(s, "{"), strings.HasPrefix(other.segments[i], "{")
		if mine != theirs {
			return theirs
		}
	}
	return false
}

// schema compiles the schema at a location.
func (d *document) schema(location string) (*jsonschema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.schemas[location]; s != nil {
		return s, nil
	}
	s, err := d.compiler.Compile(d.url() + location)
	if err != nil {
		return nil, err
	}
	d.schemas[location] = s
	return s, nil
}
