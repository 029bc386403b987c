package glance

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// newProperty makes a property of what the model has read.
func newProperty(name string, read schema.Value) (definedProperty, error) {
	fields, _ := read.(dict)
	if err := checkNames(dict{{"name", name}, {"json_schema", fields}}); err != nil {
		return definedProperty{}, err
	}
	if tooLong(&name) {
		return definedProperty{}, crash()
	}
	return definedProperty{name, fields}, nil
}

// propertyCreate serves POST of a property. API reference: Metadata Definition Properties, "Create property".
func (s *Service) propertyCreate(c *httpapi.Call) (dict, error) {
	in, err := propertyBody.read(c)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		n, err := s.openNamespace(c, tx, "add_metadef_property")
		if err != nil {
			return err
		}
		p, err := newProperty(orEmpty(textIn(in, "name")), in)
		if err != nil {
			return err
		}
		if n.property(p.Name) >= 0 {
			return fail.New(fail.Conflict, "A metadata definition property with name=%s already exists in namespace=%s.", p.Name, n.Name)
		}
		n.Properties = added(n.Properties, p)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
	return in, couldNot("create", "property", err)
}

// propertyList serves the properties of a namespace. API reference: Metadata Definition Properties, "List properties".
func (s *Service) propertyList(c *httpapi.Call) (dict, error) {
	n, err := s.openNamespace(c, s.db.View(), "get_metadef_properties")
	return dict{{"properties", propertyViews(n.Properties, "")}}, err
}

func (n *namespace) propertyIn(name string) (int, error) {
	at := n.property(name)
	if at < 0 {
		return at, fail.New(fail.NotFound, "Could not find property %s", name)
	}
	return at, nil
}

// propertyShow serves GET of a property, by the name that it has on a type of resource if one is asked about. API
// reference: Metadata Definition Properties, "Show property definition".
func (s *Service) propertyShow(c *httpapi.Call) (dict, error) {
	view := s.db.View()
	n, err := s.openNamespace(c, view, "get_metadef_property")
	if err != nil {
		return nil, err
	}
	query, err := readQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	resource, err := resourceIn(query)
	if err != nil {
		return nil, err
	}
	name := c.Var("property_name")
	if resource != "" {
		if name, err = s.withoutPrefix(c, view, &n, resource, name); err != nil {
			return nil, err
		}
	}
	at, err := n.propertyIn(name)
	if err != nil {
		return nil, err
	}
	return n.Properties[at].view(), nil
}

// withoutPrefix is the name of a property that has another one on a type of resource.
func (s *Service) withoutPrefix(c *httpapi.Call, r state.Reader, n *namespace, resource, name string) (string, error) {
	if err := authorizeMetadef(c, "get_metadef_resource_type", n); err != nil {
		return "", err
	}
	if !s.metadefs.types.Has(r, resource) {
		return "", fail.New(fail.NotFound, "The metadata definition resource-type with name=%s, was not found.", resource)
	}
	at := n.associated(resource)
	if at < 0 {
		return "", fail.New(fail.NotFound, "The metadata definition resource-type association of resource-type=%s to namespace=%s, "+
			"was not found.", resource, n.Name)
	}
	prefix := n.Associations[at].Prefix
	short, ok := strings.CutPrefix(name, orEmpty(prefix))
	if orEmpty(prefix) != "" && ok {
		return short, nil
	}
	text := "None"
	if prefix != nil {
		text = *prefix
	}
	return "", fail.New(fail.NotFound, "Property %s does not start with the expected resource type association prefix of '%s'.", name, text)
}

// propertyUpdate serves PUT of a property. API reference: Metadata Definition Properties, "Update property definition".
// Quirk: a conflict tells the name that it has (reference).
func (s *Service) propertyUpdate(c *httpapi.Call) (dict, error) {
	in, err := propertyBody.read(c)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		n, err := s.openNamespace(c, tx, "modify_metadef_property")
		if err != nil {
			return err
		}
		at, err := n.propertyIn(c.Var("property_name"))
		if err != nil {
			return err
		}
		p, err := newProperty(orEmpty(textIn(in, "name")), in)
		if err != nil {
			return err
		}
		if same := n.property(p.Name); same >= 0 && same != at {
			return fail.New(fail.Conflict, "Invalid update. It would result in a duplicate metadata definition property with the same "+
				"name=%s in namespace=%s.", n.Properties[at].Name, n.Name)
		}
		n.Properties = replaced(n.Properties, at, p)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
	return in, couldNot("update", "property", err)
}

// propertyDelete serves DELETE of a property. API reference: Metadata Definition Properties, "Remove property definition".
func (s *Service) propertyDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		n, err := s.openNamespace(c, tx, "remove_metadef_property")
		if err != nil {
			return err
		}
		at, err := n.propertyIn(c.Var("property_name"))
		if err != nil {
			return err
		}
		if n.Protected {
			return protectedDefinition("property", n.Properties[at].Name)
		}
		n.Properties = removed(n.Properties, at)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
}
