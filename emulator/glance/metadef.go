package glance

import (
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// namespace is a catalogue of metadata definitions, with all that is defined in it.
type namespace struct {
	Name        string
	ID          int // by age
	DisplayName *string
	Description *string
	Visibility  Visibility // public or private
	Protected   bool
	Owner       string // project
	CreatedAt   time.Time
	UpdatedAt   time.Time // zero for what was loaded from files, and then not shown

	// What is defined, in the order in which it came.
	Objects      []definedObject
	Properties   []definedProperty
	Tags         []definedTag
	Associations []association
}

// definedObject is a group of properties.
type definedObject struct {
	Name        string
	Description *string
	Required    []string
	Properties  []definedProperty
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// definedProperty is a property by its name; Schema is what its model made of the request.
type definedProperty struct {
	Name   string
	Schema schema.Value
}

type definedTag struct {
	Name      string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// association is that of a namespace with a type of resource.
type association struct {
	Name      string // of the type
	Prefix    *string
	Target    *string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// resourceType is something that definitions can be about. It is made by the first association with it, and stays.
type resourceType struct {
	Name      string
	ID        int // by age
	CreatedAt time.Time
	UpdatedAt time.Time
}

// metadefTables are what Glance remembers of metadata definitions.
type metadefTables struct {
	namespaces      *state.Table[namespace]
	namespacesByAge *state.Index[namespace]
	types           *state.Table[resourceType]
	typesByAge      *state.Index[resourceType]
}

func newMetadefTables(db *state.DB) metadefTables {
	t := metadefTables{
		namespacesByAge: state.Order(func(a, b *namespace) bool { return a.ID < b.ID }, nil),
		typesByAge:      state.Order(func(a, b *resourceType) bool { return a.ID < b.ID }, nil),
	}
	t.namespaces = state.Add(db, "glance.metadef_namespaces", func(n *namespace) *string { return &n.Name }, t.namespacesByAge)
	t.types = state.Add(db, "glance.metadef_resource_types", func(t *resourceType) *string { return &t.Name }, t.typesByAge)
	return t
}

// addNamespace puts a new namespace behind the others, with the types of resources that it is about.
func (t *metadefTables) addNamespace(tx *state.Tx, n namespace) {
	n.ID = nextID(t.namespacesByAge.Backward(tx), func(last *namespace) int { return last.ID })
	t.namespaces.Put(tx, n)
	for _, a := range n.Associations {
		t.addType(tx, a.Name, a.CreatedAt, a.UpdatedAt)
	}
}

// addType makes sure that there is a type of resource.
func (t *metadefTables) addType(tx *state.Tx, name string, created, updated time.Time) {
	if t.types.Has(tx, name) {
		return
	}
	id := nextID(t.typesByAge.Backward(tx), func(last *resourceType) int { return last.ID })
	t.types.Put(tx, resourceType{Name: name, ID: id, CreatedAt: created, UpdatedAt: updated})
}

// metadefPath is where a namespace is found, and what is below it.
func metadefPath(namespace string, below ...string) string {
	path := "/v2/metadefs/namespaces/" + namespace
	for _, segment := range below {
		path += "/" + segment
	}
	return path
}

// memberIfSet adds a member to an object, unless it is nothing.
func memberIfSet[T any](d dict, key string, value *T) dict {
	if value == nil {
		return d
	}
	return append(d, schema.Pair{Key: key, Value: *value})
}

// stamps adds the times that there are.
func stamps(d dict, created, updated time.Time) dict {
	for _, at := range []struct {
		key  string
		time time.Time
	}{{"created_at", created}, {"updated_at", updated}} {
		if !at.time.IsZero() {
			d = append(d, schema.Pair{Key: at.key, Value: isotime(at.time)})
		}
	}
	return d
}

// head is how a namespace begins wherever it is shown.
func (n *namespace) head() dict {
	d := dict{{"namespace", n.Name}}
	d = memberIfSet(d, "display_name", n.DisplayName)
	d = memberIfSet(d, "description", n.Description)
	d = append(d, dict{{"visibility", n.Visibility}, {"protected", n.Protected}, {"owner", n.Owner}}...)
	return stamps(d, n.CreatedAt, n.UpdatedAt)
}

// view is how a namespace shows itself, with some of what is defined in it: that stands between its own fields and its
// addresses.
func (n *namespace) view(contents dict) dict {
	return append(append(n.head(), contents...), dict{{"self", metadefPath(n.Name)}, {"schema", "/v2/schemas/metadefs/namespace"}}...)
}

func (n *namespace) associationViews() list {
	views := list{}
	for _, a := range n.Associations {
		views = append(views, a.view())
	}
	return views
}

func (a *association) view() dict {
	d := memberIfSet(dict{{"name", a.Name}}, "prefix", a.Prefix)
	return stamps(memberIfSet(d, "properties_target", a.Target), a.CreatedAt, a.UpdatedAt)
}

func (t *resourceType) view() dict {
	return stamps(dict{{"name", t.Name}}, t.CreatedAt, t.UpdatedAt)
}

func (t *definedTag) view() dict {
	return stamps(dict{{"name", t.Name}}, t.CreatedAt, t.UpdatedAt)
}

// names lists tags as lists show them: by their names.
func tagNames(tags []definedTag) list {
	names := list{}
	for _, t := range tags {
		names = append(names, dict{{"name", t.Name}})
	}
	return names
}

// newestTags are the tags of a namespace in the order of lists.
func (n *namespace) newestTags() []definedTag {
	tags := slices.Clone(n.Tags)
	slices.Reverse(tags)
	return tags
}

// view shows an object; prefix stands before the names of its properties.
func (o *definedObject) view(namespace, prefix string) dict {
	required := list{}
	for _, name := range o.Required {
		required = append(required, prefix+name)
	}
	d := memberIfSet(dict{{"name", o.Name}, {"required", required}}, "description", o.Description)
	d = append(d, schema.Pair{Key: "properties", Value: propertyViews(o.Properties, prefix)})
	d = stamps(d, o.CreatedAt, o.UpdatedAt)
	return append(d, objectAddresses(namespace, o.Name)...)
}

func objectAddresses(namespace, name string) dict {
	return dict{{"self", metadefPath(namespace, "objects", name)}, {"schema", "/v2/schemas/metadefs/object"}}
}

// propertyViews shows properties by their names.
func propertyViews(properties []definedProperty, prefix string) dict {
	views := dict{}
	for _, p := range properties {
		views = append(views, schema.Pair{Key: prefix + p.Name, Value: p.Schema})
	}
	return views
}

// view shows a property by itself, with its name.
func (p *definedProperty) view() dict {
	d := dict{{"name", p.Name}}
	fields, _ := p.Schema.(dict)
	for _, field := range fields {
		if field.Key != "name" {
			d = append(d, field)
		}
	}
	return d
}

// prefixFor is the prefix that properties have on a type of resource; "" when the namespace is not about it.
func (n *namespace) prefixFor(resource string) string {
	for _, a := range n.Associations {
		if a.Name == resource {
			return orEmpty(a.Prefix)
		}
	}
	return ""
}

func indexOf[T any](list []T, name string, nameOf func(*T) string) int {
	return slices.IndexFunc(list, func(v T) bool { return nameOf(&v) == name })
}

func (n *namespace) object(name string) int {
	return indexOf(n.Objects, name, func(o *definedObject) string { return o.Name })
}

func (n *namespace) property(name string) int {
	return indexOf(n.Properties, name, func(p *definedProperty) string { return p.Name })
}

func (n *namespace) tag(name string) int {
	return indexOf(n.Tags, name, func(t *definedTag) string { return t.Name })
}

func (n *namespace) associated(name string) int {
	return indexOf(n.Associations, name, func(a *association) string { return a.Name })
}

// added, replaced and removed leave the stored list alone.
func added[T any](list []T, v ...T) []T { return append(list[:len(list):len(list)], v...) }

func replaced[T any](list []T, at int, v T) []T {
	list = slices.Clone(list)
	list[at] = v
	return list
}

func removed[T any](list []T, at int) []T { return slices.Delete(slices.Clone(list), at, at+1) }
