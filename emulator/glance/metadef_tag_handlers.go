package glance

import (
	"cmp"
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// newTag makes a tag of what the model has read.
func newTag(read schema.Value, now time.Time) definedTag {
	in, _ := read.(dict)
	return definedTag{Name: orEmpty(textIn(in, "name")), CreatedAt: now, UpdatedAt: now}
}

func (n *namespace) twiceTag(name string) error {
	return fail.New(fail.Conflict, "A metadata tag with name=%s already exists in namespace=%s. (Please note that metadata tag names are "+
		"case insensitive).", name, n.Name)
}

// metadefTagCreate serves POST of a tag. API reference: Metadata Definition Tags, "Create tag definition".
func (s *Service) metadefTagCreate(c *httpapi.Call) (dict, error) {
	var t definedTag
	err := s.db.Update(func(tx *state.Tx) error {
		name := c.Var("namespace_name")
		n, err := s.namespaceOf(c, tx, name)
		if err != nil {
			return fail.New(fail.NotFound, "Namespace %s not found", name)
		}
		t = newTag(dict{{"name", c.Var("tag_name")}}, s.clock.Now())
		if err := matchSchema(tagBody.name, tagBody.schema, dict{{"name", t.Name}}); err != nil {
			return err
		}
		if err := authorizeMetadef(c, "add_metadef_tag", &n); err != nil {
			return err
		}
		if err := checkText("name", t.Name); err != nil {
			return couldNot("create", "tag", err)
		}
		if n.tag(t.Name) >= 0 {
			return n.twiceTag(t.Name)
		}
		n.Tags = added(n.Tags, t)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
	return t.view(), err
}

// metadefTagCreateAll serves POST of many tags, in the place of those that there are unless they are to be added. API
// reference: Metadata Definition Tags, "Create tags".
// Quirk: no tags at all leave everything as it is, and upstream dies of a request without the word (reference).
func (s *Service) metadefTagCreateAll(c *httpapi.Call) (dict, error) {
	in, err := tagsBody.read(c)
	if err != nil {
		return nil, err
	}
	tags := listIn(in, "tags")
	err = s.db.Update(func(tx *state.Tx) error {
		n, err := s.openNamespace(c, tx, "add_metadef_tags")
		if err != nil {
			return err
		}
		if !in.Has("tags") {
			return crash()
		}
		if len(tags) == 0 {
			return nil
		}
		if !boolFromText(c.Request.Header.Get("X-Openstack-Append")) {
			n.Tags = nil
		}
		if err := n.addTags(tags, s.clock.Now()); err != nil {
			return err
		}
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
	return in, err
}

func (n *namespace) addTags(tags list, now time.Time) error {
	taken := map[string]bool{}
	for _, t := range n.Tags {
		taken[t.Name] = true
	}
	n.Tags = slices.Clone(n.Tags)
	for _, e := range tags {
		t := newTag(e, now)
		if tooLong(&t.Name) {
			return crash()
		}
		if taken[t.Name] {
			return n.twiceTag(t.Name)
		}
		taken[t.Name] = true
		n.Tags = append(n.Tags, t)
	}
	return nil
}

// metadefTagList serves the tags of a namespace. API reference: Metadata Definition Tags, "List tags".
func (s *Service) metadefTagList(c *httpapi.Call) (dict, error) {
	query, err := readQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	if err := checkListing(query.clone(), 0); err != nil {
		return nil, err
	}
	n, err := s.openNamespace(c, s.db.View(), "get_metadef_tags")
	if err != nil {
		return nil, err
	}
	tags, err := n.tagPage(query)
	if err != nil {
		return nil, err
	}
	return dict{{"tags", tagNames(tags)}}, nil
}

// tagPage sorts tags, and takes a page of them.
func (n *namespace) tagPage(query params) ([]definedTag, error) {
	marker, _ := query.take("marker")
	at := -1
	if marker != "" {
		var err error
		if at, err = n.tagCalled(marker); err != nil {
			return nil, err
		}
	}
	key, sorted := query.take("sort_key")
	if !sorted {
		key = "created_at"
	}
	dir, _ := query.take("sort_dir")
	field, ok := map[string]func(i int) string{
		"id": func(int) string { return "" }, "created_at": func(int) string { return "" }, "namespace_id": func(int) string { return "" },
		"name":       func(i int) string { return n.Tags[i].Name },
		"updated_at": func(i int) string { return timeText(n.Tags[i].UpdatedAt) },
	}[key]
	if !ok {
		return nil, crash() // Quirk: upstream dies of a key that tags have not (reference).
	}
	compare := func(i, j int) int {
		order := cmp.Or(cmp.Compare(field(i), field(j)), cmp.Compare(i, j))
		if dir != "asc" {
			return -order
		}
		return order
	}
	var order []int
	for i := range n.Tags {
		if at < 0 || compare(i, at) > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, compare)
	if limit, ok := query.take("limit"); ok && limit != "" {
		most, _ := pythonInt(limit)
		order = order[:min(int64(len(order)), most)]
	}
	page := make([]definedTag, len(order))
	for i, at := range order {
		page[i] = n.Tags[at]
	}
	return page, nil
}

func (n *namespace) tagCalled(name string) (int, error) {
	at := n.tag(name)
	if at < 0 {
		return at, fail.New(fail.NotFound, "Could not find metadata tag %s", name)
	}
	return at, nil
}

// metadefTagShow serves GET of a tag. API reference: Metadata Definition Tags, "Get tag definition".
func (s *Service) metadefTagShow(c *httpapi.Call) (dict, error) {
	n, err := s.openNamespace(c, s.db.View(), "get_metadef_tag")
	if err != nil {
		return nil, err
	}
	at, err := n.tagCalled(c.Var("tag_name"))
	if err != nil {
		return nil, err
	}
	return n.Tags[at].view(), nil
}

// metadefTagUpdate serves PUT of a tag, which gives it another name. API reference: Metadata Definition Tags, "Update tag
// definition".
// Quirk: the answer tells when it was changed before (reference).
func (s *Service) metadefTagUpdate(c *httpapi.Call) (dict, error) {
	in, err := tagBody.read(c)
	if err != nil {
		return nil, err
	}
	var view dict
	err = s.db.Update(func(tx *state.Tx) error {
		n, err := s.openNamespace(c, tx, "modify_metadef_tag")
		if err != nil {
			return err
		}
		at, err := n.tagCalled(c.Var("tag_name"))
		if err != nil {
			return err
		}
		t := n.Tags[at]
		t.Name = orEmpty(textIn(in, "name"))
		view = t.view()
		if err := checkText("name", t.Name); err != nil {
			return couldNot("update", "tag", err)
		}
		if same := n.tag(t.Name); same >= 0 && same != at {
			return n.twiceTag(t.Name)
		}
		t.UpdatedAt = s.clock.Now()
		n.Tags = replaced(n.Tags, at, t)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
	return view, err
}

// metadefTagDelete serves DELETE of a tag. API reference: Metadata Definition Tags, "Delete tag definition".
func (s *Service) metadefTagDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		n, err := s.openNamespace(c, tx, "delete_metadef_tag")
		if err != nil {
			return err
		}
		at, err := n.tagCalled(c.Var("tag_name"))
		if err != nil {
			return err
		}
		if n.Protected {
			return protectedDefinition("tag", n.Tags[at].Name)
		}
		n.Tags = removed(n.Tags, at)
		s.metadefs.namespaces.Put(tx, n)
		return nil
	})
}
