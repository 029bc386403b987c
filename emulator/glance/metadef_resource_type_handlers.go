package glance

import (
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// newAssociation makes an association of what the model has read.
func newAssociation(read schema.Value, now time.Time) association {
	in, _ := read.(dict)
	return association{
		Name: orEmpty(textIn(in, "name")), Prefix: textIn(in, "prefix"), Target: textIn(in, "properties_target"), CreatedAt: now, UpdatedAt: now,
	}
}

func (n *namespace) twiceAssociated(name string) error {
	return fail.New(fail.Conflict, "The metadata definition resource-type association of resource-type=%s to namespace=%s already exists.",
		name, n.Name)
}

// resourceTypeList serves the types of resources that there have been definitions for. API reference: Metadata Definition
// Resource Types, "List resource types".
func (s *Service) resourceTypeList(c *httpapi.Call) (dict, error) {
	if err := authorizeMetadef(c, "list_metadef_resource_types", nil); err != nil {
		return nil, err
	}
	views := list{}
	for t := range s.metadefs.typesByAge.All(s.db.View()) {
		views = append(views, t.view())
	}
	return dict{{"resource_types", views}}, nil
}

// associationCreate serves POST of an association. API reference: Metadata Definition Resource Types, "Create resource
// type association".
func (s *Service) associationCreate(c *httpapi.Call) (dict, error) {
	in, err := associationBody.read(c)
	if err != nil {
		return nil, err
	}
	a := newAssociation(in, s.clock.Now())
	err = s.db.Update(func(tx *state.Tx) error {
		n, err := s.openNamespace(c, tx, "add_metadef_resource_type_association")
		if err != nil {
			return err
		}
		if n.associated(a.Name) >= 0 {
			return n.twiceAssociated(a.Name)
		}
		n.Associations = added(n.Associations, a)
		s.metadefs.namespaces.Put(tx, n)
		s.metadefs.addType(tx, a.Name, a.CreatedAt, a.UpdatedAt)
		return nil
	})
	return a.view(), err
}

// associationList serves the associations of a namespace. API reference: Metadata Definition Resource Types, "List
// resource type associations".
func (s *Service) associationList(c *httpapi.Call) (dict, error) {
	n, err := s.openNamespace(c, s.db.View(), "list_metadef_resource_types")
	if err != nil {
		return nil, err
	}
	views := list{}
	if c.May("get_metadef_resource_type", namespaceTarget{&n, c.Auth.ProjectID}) {
		views = n.associationViews()
	}
	return dict{{"resource_type_associations", views}}, nil
}

// associationDelete serves DELETE of an association; the type of resource stays. API reference: Metadata Definition
// Resource Types, "Remove resource type association".
func (s *Service) associationDelete(c *httpapi.Call) error {
	name := c.Var("resource_type")
	return s.db.Update(func(tx *state.Tx) error {
		n, err := s.openNamespace(c, tx, "remove_metadef_resource_type_association")
		if err != nil {
			return err
		}
		at := n.associated(name)
		if at < 0 {
			return fail.New(fail.NotFound, "Failed to find resource type %s to delete", name)
		}
		if n.Protected {
			return protectedDefinition("resource-type-association", name)
		}
		n.Associations = removed(n.Associations, at)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
}
