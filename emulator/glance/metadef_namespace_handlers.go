package glance

import (
	"errors"
	"net/http"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// namespaceCreate serves POST of a namespace, with everything that is to be in it. API reference: Metadata Definition
// Namespaces, "Create namespace". The answer repeats what was asked for.
func (s *Service) namespaceCreate(c *httpapi.Call) (httpapi.Reply, error) {
	in, err := namespaceBody.read(c)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := mayCreateNamespace(c, in); err != nil {
		return httpapi.Reply{}, err
	}
	n := namespace{CreatedAt: s.clock.Now()}
	n.UpdatedAt = n.CreatedAt
	n.set(in, c.Auth.ProjectID)
	err = s.db.Update(func(tx *state.Tx) error {
		if err := checkNames(n.stored()); err != nil {
			return err
		}
		if s.metadefs.namespaces.Has(tx, n.Name) {
			return fail.New(fail.Conflict, "The metadata definition namespace=%s already exists.", n.Name)
		}
		if err := n.fill(in, n.CreatedAt); err != nil {
			return err
		}
		s.metadefs.addNamespace(tx, n)
		return nil
	})
	if err != nil {
		return httpapi.Reply{}, couldNot("create", "namespace", err)
	}
	return httpapi.Reply{
		JSON:   n.view(chosen(in, "resource_type_associations", "properties", "objects", "tags")),
		Header: http.Header{"Location": {c.URL(metadefPath(n.Name))}},
	}, nil
}

// mayCreateNamespace checks the rules for all that is in a new namespace.
func mayCreateNamespace(c *httpapi.Call, in dict) error {
	if err := authorizeMetadef(c, "add_metadef_namespace", nil); err != nil {
		return err
	}
	for _, part := range []struct{ key, rule string }{
		{"resource_type_associations", "add_metadef_resource_type_association"},
		{"objects", "add_metadef_object"},
		{"properties", "add_metadef_property"},
		{"tags", "add_metadef_tag"},
	} {
		if len(listIn(in, part.key)) == 0 && len(dictIn(in, part.key)) == 0 {
			continue
		}
		if err := authorizeMetadef(c, part.rule, nil); err != nil {
			return err
		}
	}
	return nil
}

// chosen are some of the members of an object.
func chosen(in dict, keys ...string) dict {
	var out dict
	for _, key := range keys {
		if value, ok := in.Get(key); ok {
			out = append(out, schema.Pair{Key: key, Value: value})
		}
	}
	return out
}

// set gives the namespace its own fields; those that are left out are as if it were new.
func (n *namespace) set(in dict, project string) {
	n.Name = orEmpty(textIn(in, "namespace"))
	n.DisplayName, n.Description = textIn(in, "display_name"), textIn(in, "description")
	n.Visibility = Visibility(orEmpty(textIn(in, "visibility")))
	if n.Visibility == "" {
		n.Visibility = Private
	}
	protected, _ := in.Get("protected")
	n.Protected, _ = protected.(bool)
	if n.Owner = orEmpty(textIn(in, "owner")); n.Owner == "" {
		n.Owner = project
	}
}

// stored is a namespace as upstream's database is given it.
func (n *namespace) stored() dict {
	d := memberIfSet(dict{{"namespace", n.Name}}, "display_name", n.DisplayName)
	return append(memberIfSet(d, "description", n.Description), schema.Pair{Key: "owner", Value: n.Owner})
}

// fill puts everything into a new namespace, in upstream's order.
func (n *namespace) fill(in dict, now time.Time) error {
	taken := map[string]bool{}
	free := func(kind, name string, refusal error) error {
		key := kind + "/" + name
		if taken[key] {
			return refusal
		}
		taken[key] = true
		return nil
	}
	for _, e := range listIn(in, "resource_type_associations") {
		a := newAssociation(e, now)
		if tooLong(&a.Name, a.Prefix, a.Target) {
			return crash()
		}
		if err := free("type", a.Name, n.twiceAssociated(a.Name)); err != nil {
			return err
		}
		n.Associations = append(n.Associations, a)
	}
	for _, e := range listIn(in, "objects") {
		o, err := newObject(e, now)
		if err == nil {
			err = free("object", o.Name, n.twiceObject(o.Name))
		}
		if err != nil {
			return err
		}
		n.Objects = append(n.Objects, o)
	}
	for _, e := range listIn(in, "tags") {
		t := newTag(e, now)
		if err := checkText("name", t.Name); err != nil {
			return err
		}
		if tooLong(&t.Name) {
			return crash()
		}
		if err := free("tag", t.Name, n.twiceTag(t.Name)); err != nil {
			return err
		}
		n.Tags = append(n.Tags, t)
	}
	for _, p := range dictIn(in, "properties") {
		property, err := newProperty(p.Key, p.Value)
		if err != nil {
			return err
		}
		n.Properties = append(n.Properties, property)
	}
	return nil
}

// namespaceShow serves GET of a namespace with all that is in it, by the names that properties have on a type of
// resource if one is asked about. API reference: Metadata Definition Namespaces, "Get namespace details".
func (s *Service) namespaceShow(c *httpapi.Call) (dict, error) {
	query, err := readQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	if v := query.last("visibility"); v != "" && v != string(Public) && v != string(Private) {
		return nil, fail.New(fail.Invalid, "Invalid visibility value: %s", v)
	}
	n, err := s.namespaceOf(c, s.db.View(), c.Var("namespace_name"))
	if errors.Is(err, errInvisible) {
		err = fail.New(fail.NotFound, "")
	}
	if err != nil {
		return nil, err
	}
	for _, rule := range []string{
		"get_metadef_namespace", "list_metadef_resource_types", "get_metadef_objects", "get_metadef_properties", "get_metadef_tags",
	} {
		if err := authorizeMetadef(c, rule, &n); err != nil {
			return nil, err
		}
	}
	resource, err := resourceIn(query)
	if err != nil {
		return nil, err
	}
	return n.view(n.contents(n.prefixFor(resource))), nil
}

// resourceIn is the type of resource that a query asks about.
// Quirk: upstream dies of a query that asks about something else (reference).
func resourceIn(query params) (string, error) {
	resource, ok := query.take("resource_type")
	if !ok && len(query) > 0 {
		return "", crash()
	}
	return resource, nil
}

// contents are what is defined in a namespace, as far as there is something.
func (n *namespace) contents(prefix string) dict {
	var d dict
	if len(n.Associations) > 0 {
		d = append(d, schema.Pair{Key: "resource_type_associations", Value: n.associationViews()})
	}
	if len(n.Properties) > 0 {
		d = append(d, schema.Pair{Key: "properties", Value: propertyViews(n.Properties, prefix)})
	}
	if len(n.Objects) > 0 {
		d = append(d, schema.Pair{Key: "objects", Value: n.objectViews(prefix)})
	}
	if len(n.Tags) > 0 {
		d = append(d, schema.Pair{Key: "tags", Value: tagNames(n.newestTags())})
	}
	return d
}

// namespaceUpdate serves PUT of a namespace's own fields; what is in it stays. API reference: Metadata Definition
// Namespaces, "Update namespace".
// Quirk: the answer tells when it was changed before (reference).
func (s *Service) namespaceUpdate(c *httpapi.Call) (dict, error) {
	in, err := namespaceBody.read(c)
	if err != nil {
		return nil, err
	}
	var view dict
	err = s.db.Update(func(tx *state.Tx) error {
		n, err := s.openNamespace(c, tx, "modify_metadef_namespace")
		if err != nil {
			return err
		}
		old := n.Name
		n.set(in, c.Auth.ProjectID)
		if err := checkNames(n.stored()); err != nil {
			return err
		}
		if n.Name != old && s.metadefs.namespaces.Has(tx, n.Name) {
			return fail.New(fail.Conflict, "Invalid update. It would result in a duplicate metadata definition namespace with the same "+
				"name of %s", n.Name)
		}
		view = n.view(nil)
		n.UpdatedAt = s.clock.Now()
		s.metadefs.namespaces.Delete(tx, old)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
	return view, couldNot("update", "namespace", err)
}

// namespaceDelete serves DELETE of a namespace, with all that is in it. API reference: Metadata Definition Namespaces,
// "Delete namespace".
func (s *Service) namespaceDelete(c *httpapi.Call) error {
	return s.deleteFrom(c, func(tx *state.Tx, n namespace) { s.metadefs.namespaces.Delete(tx, n.Name) })
}

// deleteFrom changes a namespace that may be deleted.
func (s *Service) deleteFrom(c *httpapi.Call, change func(*state.Tx, namespace), rules ...string) error {
	return s.db.Update(func(tx *state.Tx) error {
		n, err := s.openNamespace(c, tx, "delete_metadef_namespace")
		if err != nil {
			return err
		}
		for _, rule := range rules {
			if err := authorizeMetadef(c, rule, &n); err != nil {
				return err
			}
		}
		if n.Protected {
			return protectedDefinition("namespace", n.Name)
		}
		change(tx, n)
		return nil
	})
}

// objectsClear, propertiesClear and tagsClear serve DELETE of all that is in a namespace of one kind. API reference:
// "Delete all objects in namespace", and so on.
func (s *Service) objectsClear(c *httpapi.Call) error {
	return s.deleteFrom(c, func(tx *state.Tx, n namespace) { n.Objects = nil; s.metadefs.namespaces.Put(tx, n) })
}

func (s *Service) propertiesClear(c *httpapi.Call) error {
	return s.deleteFrom(c, func(tx *state.Tx, n namespace) { n.Properties = nil; s.metadefs.namespaces.Put(tx, n) })
}

func (s *Service) tagsClear(c *httpapi.Call) error {
	return s.deleteFrom(c, func(tx *state.Tx, n namespace) { n.Tags = nil; s.metadefs.namespaces.Put(tx, n) }, "delete_metadef_tags")
}
