package glance

import (
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// newObject makes an object of what the model has read; upstream keeps what is required as one text between commas.
func newObject(read schema.Value, now time.Time) (definedObject, error) {
	in, _ := read.(dict)
	o := definedObject{Name: orEmpty(textIn(in, "name")), Description: textIn(in, "description"), CreatedAt: now, UpdatedAt: now}
	var required []string
	for _, e := range listIn(in, "required") {
		name, ok := e.(string)
		if !ok {
			return o, crash()
		}
		required = append(required, name)
	}
	text := strings.Join(required, ",")
	if text != "" {
		o.Required = strings.Split(text, ",")
	}
	stored := memberIfSet(dict{{"name", o.Name}, {"required", text}}, "description", o.Description)
	if err := checkNames(stored); err != nil {
		return o, err
	}
	for _, p := range dictIn(in, "properties") {
		fields, _ := p.Value.(dict)
		if err := checkNames(fields); err != nil {
			return o, err
		}
		o.Properties = append(o.Properties, definedProperty{p.Key, p.Value})
	}
	if tooLong(&o.Name) {
		return o, crash()
	}
	return o, nil
}

func (n *namespace) objectViews(prefix string) list {
	views := list{}
	for i := range n.Objects {
		views = append(views, n.Objects[i].view(n.Name, prefix))
	}
	return views
}

func (n *namespace) twiceObject(name string) error {
	return fail.New(fail.Conflict, "A metadata definition object with name=%s already exists in namespace=%s.", name, n.Name)
}

// objectCreate serves POST of an object. API reference: Metadata Definition Objects, "Create object".
func (s *Service) objectCreate(c *httpapi.Call) (dict, error) {
	in, err := objectBody.match(c)
	if err != nil {
		return nil, err
	}
	for _, p := range dictIn(in, "properties") {
		if err := matchSchema(objectPropertyBody.name, objectPropertyBody.schema, p.Value); err != nil {
			return nil, err
		}
	}
	if in, err = objectBody.make(in); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	err = s.db.Update(func(tx *state.Tx) error {
		n, err := s.openForObjects(c, tx, "add_metadef_object")
		if err != nil {
			return err
		}
		o, err := newObject(in, now)
		if err != nil {
			return err
		}
		if n.object(o.Name) >= 0 {
			return n.twiceObject(o.Name)
		}
		n.Objects = added(n.Objects, o)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
	if err != nil {
		return nil, couldNot("create", "object", err)
	}
	return objectEcho(c, in, now, now), nil
}

// objectEcho is an object as it was asked for.
func objectEcho(c *httpapi.Call, in dict, created, updated time.Time) dict {
	view := stamps(chosen(in, "name", "required", "description", "properties"), created, updated)
	return append(view, objectAddresses(c.Var("namespace_name"), orEmpty(textIn(in, "name")))...)
}

// objectList serves the objects of a namespace, all of them whatever the limit. API reference: Metadata Definition
// Objects, "List objects".
func (s *Service) objectList(c *httpapi.Call) (dict, error) {
	query, err := readQuery(c.Request.URL.RawQuery)
	if err == nil {
		err = checkListing(query, 1)
	}
	if err != nil {
		return nil, err
	}
	n, err := s.openForObjects(c, s.db.View(), "get_metadef_objects")
	if err != nil {
		return nil, err
	}
	views := list{}
	if c.May("get_metadef_object", namespaceTarget{&n, c.Auth.ProjectID}) {
		views = n.objectViews("")
	}
	return dict{{"objects", views}, {"schema", "v2/schemas/metadefs/objects"}}, nil
}

// objectIn finds the object of a request.
func (n *namespace) objectIn(c *httpapi.Call) (int, error) {
	name := c.Var("object_name")
	at := n.object(name)
	if at < 0 {
		return at, fail.New(fail.NotFound, "Could not find metadata object %s", name)
	}
	return at, nil
}

// objectShow serves GET of an object. API reference: Metadata Definition Objects, "Show object".
func (s *Service) objectShow(c *httpapi.Call) (dict, error) {
	n, err := s.openForObjects(c, s.db.View(), "get_metadef_object")
	if err != nil {
		return nil, err
	}
	at, err := n.objectIn(c)
	if err != nil {
		return nil, err
	}
	return n.Objects[at].view(n.Name, ""), nil
}

// objectUpdate serves PUT of an object. API reference: Metadata Definition Objects, "Update object".
// Quirk: the answer tells when it was changed before, and a conflict the name that it has (reference).
func (s *Service) objectUpdate(c *httpapi.Call) (dict, error) {
	in, err := objectBody.read(c)
	if err != nil {
		return nil, err
	}
	var old definedObject
	err = s.db.Update(func(tx *state.Tx) error {
		n, err := s.openForObjects(c, tx, "modify_metadef_object")
		if err != nil {
			return err
		}
		at, err := n.objectIn(c)
		if err != nil {
			return err
		}
		old = n.Objects[at]
		o, err := newObject(in, s.clock.Now())
		if err != nil {
			return err
		}
		if same := n.object(o.Name); same >= 0 && same != at {
			return fail.New(fail.Conflict, "Invalid update. It would result in a duplicate metadata definition object with the same "+
				"name=%s in namespace=%s.", old.Name, n.Name)
		}
		o.CreatedAt = old.CreatedAt
		n.Objects = replaced(n.Objects, at, o)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
	if err != nil {
		return nil, couldNot("update", "object", err)
	}
	return objectEcho(c, in, old.CreatedAt, old.UpdatedAt), nil
}

// objectDelete serves DELETE of an object. API reference: Metadata Definition Objects, "Delete object".
func (s *Service) objectDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		n, err := s.openForObjects(c, tx, "delete_metadef_object")
		if err != nil {
			return err
		}
		at, err := n.objectIn(c)
		if err != nil {
			return err
		}
		if n.Protected {
			return protectedDefinition("object", n.Objects[at].Name)
		}
		n.Objects = removed(n.Objects, at)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
}
