package glance

import (
	"errors"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// namespaceTarget is a namespace as policy rules see it; nil is the caller's own project.
type namespaceTarget struct {
	namespace *namespace
	project   string
}

var _ policy.Target = namespaceTarget{}

// Lookup serves the attributes that rules name.
func (t namespaceTarget) Lookup(name string) (any, bool) {
	switch {
	case name == "project_id" && t.namespace == nil:
		return t.project, true
	case name == "project_id":
		return t.namespace.Owner, true
	case name == "visibility" && t.namespace != nil:
		return string(t.namespace.Visibility), true
	}
	return nil, false
}

// authorizeMetadef checks a rule on a namespace, or with nil on what is the caller's. Who may not even see it is told
// that there is none.
func authorizeMetadef(c *httpapi.Call, rule string, n *namespace) error {
	target := namespaceTarget{n, c.Auth.ProjectID}
	err := c.AuthorizeFor(rule, target)
	if err != nil && (rule == "get_metadef_namespace" || !c.May("get_metadef_namespace", target)) {
		return fail.New(fail.NotFound, "")
	}
	return err
}

// errInvisible is why a namespace cannot be had that others can see; what it becomes depends on what was asked.
var errInvisible = errors.New("glance: the namespace is not visible")

// namespaceOf finds a namespace that the caller may see.
func (s *Service) namespaceOf(c *httpapi.Call, r state.Reader, name string) (namespace, error) {
	n, ok := s.metadefs.namespaces.Get(r, name)
	if !ok {
		return n, fail.New(fail.NotFound, "Metadata definition namespace=%s was not found.", name)
	}
	if isAdmin(c) || n.Visibility == Public || c.Auth.ProjectID != "" && c.Auth.ProjectID == n.Owner {
		return n, nil
	}
	return n, errInvisible
}

// openNamespace finds the namespace of a request, and checks a rule on it.
func (s *Service) openNamespace(c *httpapi.Call, r state.Reader, rule string) (namespace, error) {
	name := c.Var("namespace_name")
	n, err := s.namespaceOf(c, r, name)
	if err != nil {
		return n, fail.New(fail.NotFound, "Namespace %s not found", name)
	}
	return n, authorizeMetadef(c, rule, &n)
}

// openForObjects is openNamespace where objects are asked for, which words it differently when there is none.
func (s *Service) openForObjects(c *httpapi.Call, r state.Reader, rule string) (namespace, error) {
	name := c.Var("namespace_name")
	n, err := s.namespaceOf(c, r, name)
	if errors.Is(err, errInvisible) {
		err = fail.New(fail.NotFound, "Namespace %s not found", name)
	}
	if err != nil {
		return n, err
	}
	return n, authorizeMetadef(c, rule, &n)
}

// definitionBody is what the body of a request must look like.
type definitionBody struct {
	name     string
	schema   *schema.Schema
	model    model
	readOnly []string
}

// read reads the body.
func (b definitionBody) read(c *httpapi.Call) (dict, error) {
	body, err := b.match(c)
	if err != nil {
		return nil, err
	}
	return b.make(body)
}

// match holds the body against the schema.
// Quirk: upstream dies of an array (reference).
func (b definitionBody) match(c *httpapi.Call) (dict, error) {
	value, err := jsonBody(c)
	if err != nil {
		return nil, err
	}
	body, ok := value.(dict)
	if !ok {
		return nil, crash()
	}
	for _, key := range b.readOnly {
		if body.Has(key) {
			return nil, fail.New(fail.Forbidden, "Attribute '%s' is read-only.", key)
		}
	}
	return body, matchSchema(b.name, b.schema, body)
}

// make is what the model makes of a body.
func (b definitionBody) make(body dict) (dict, error) {
	read, err := b.model.read(body)
	out, _ := read.(dict)
	return out, err
}

// protectedDefinition is upstream's refusal to delete from a protected namespace.
func protectedDefinition(kind, name string) error {
	return fail.New(fail.Forbidden, "Metadata definition %s %s is protected and cannot be deleted.", kind, name)
}

// couldNot words what upstream's database layer refuses of a definition, as its controllers do.
func couldNot(verb, kind string, err error) error {
	if f := fail.As(err); f != nil && f.Kind == fail.Invalid {
		return fail.New(fail.Invalid, "Couldn't %s metadata %s: %s", verb, kind, f.Text)
	}
	return err
}

// checkNames refuses characters that upstream does not keep, in the members of an object and in those of objects in it.
func checkNames(d dict) error {
	for _, p := range d {
		if inner, ok := p.Value.(dict); ok {
			if err := checkNames(inner); err != nil {
				return err
			}
			continue
		}
		if beyondBMP(p.Key) {
			return fail.New(fail.Invalid, "Property names can't contain 4 byte unicode.")
		}
		if text, ok := p.Value.(string); ok {
			if err := checkText(p.Key, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// tooLong tells whether a name does not fit into upstream's database, which dies of it.
func tooLong(names ...*string) bool {
	for _, name := range names {
		if name != nil && len([]rune(*name)) > 80 {
			return true
		}
	}
	return false
}

// boolFromText is what upstream takes a header for.
func boolFromText(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "t", "true", "on", "y", "yes":
		return true
	}
	return false
}
