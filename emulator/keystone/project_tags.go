package keystone

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type tagsOut struct {
	Links selfLink `json:"links"`
	Tags  []string `json:"tags"`
}

// tagsOut shows tags.
// Quirk: the link is that of the API as a whole.
func (s *Service) tagsOut(c *httpapi.Call, tags []string) tagsOut {
	self := c.URL("/v3")
	if c.Request.URL.RawQuery != "" {
		self += "?" + c.Request.URL.RawQuery
	}
	return tagsOut{selfLink{self}, orEmpty(tags)}
}

// taggable finds the project of the path, once the caller may ask about it.
func (s *Service) taggable(c *httpapi.Call, r state.Reader) (Project, error) {
	p, ok := s.projects.Get(r, c.Var("project_id"))
	if err := enforce(c, aboutProject(p, ok)); err != nil {
		return p, err
	}
	if !ok {
		return p, fail.Missing("project", c.Var("project_id"))
	}
	return p, nil
}

// projectTagList serves GET /v3/projects/{project_id}/tags.
func (s *Service) projectTagList(c *httpapi.Call) (tagsOut, error) {
	p, err := s.taggable(c, s.db.View())
	return s.tagsOut(c, p.Tags), err
}

// projectTagReplace serves PUT /v3/projects/{project_id}/tags.
func (s *Service) projectTagReplace(c *httpapi.Call) (tagsOut, error) {
	var tags []string
	err := s.changeTags(c, "update", func(Project) ([]string, error) {
		body, err := c.Value()
		if err != nil {
			return nil, err
		}
		d, _ := body.(schema.Dict)
		list, ok := d.Get("tags")
		if !ok {
			list = schema.Dict{} // Quirk: upstream's default is of a wrong type
		}
		if err := checkWhole(projectTagsSet, list); err != nil {
			return nil, err
		}
		for _, tag := range (ref{d}).list("tags") {
			tags = append(tags, strings.TrimSpace(tag))
		}
		return tags, nil
	})
	return s.tagsOut(c, tags), err
}

// projectTagsDelete serves DELETE /v3/projects/{project_id}/tags.
func (s *Service) projectTagsDelete(c *httpapi.Call) error {
	return s.changeTags(c, "update", func(Project) ([]string, error) { return nil, nil })
}

// projectTagCheck serves GET /v3/projects/{project_id}/tags/{value}.
func (s *Service) projectTagCheck(c *httpapi.Call) error {
	p, err := s.taggable(c, s.db.View())
	if err == nil && !slices.Contains(p.Tags, c.Var("value")) {
		err = fail.Missing("project tag", c.Var("value"))
	}
	return err
}

// projectTagAdd serves PUT /v3/projects/{project_id}/tags/{value}.
// Quirk: the Location is none that the API has.
func (s *Service) projectTagAdd(c *httpapi.Call) (httpapi.Reply, error) {
	tag := c.Var("value")
	err := s.changeTags(c, "create", func(p Project) ([]string, error) {
		if err := checkWhole(projectTagSet, tag); err != nil {
			return nil, err
		}
		tags := append(slices.Clone(p.Tags), tag)
		list := make(schema.List, len(tags))
		for i, tag := range tags {
			list[i] = tag
		}
		if err := checkWhole(projectTagsSet, list); err != nil {
			return nil, err
		}
		tags[len(tags)-1] = strings.TrimSpace(tag)
		return tags, nil
	})
	location := c.URL("/v3/" + c.Var("project_id") + "/tags/" + tag)
	return httpapi.Reply{Header: http.Header{"Location": {location}, "Content-Type": {htmlType}}}, err
}

// projectTagDelete serves DELETE /v3/projects/{project_id}/tags/{value}.
func (s *Service) projectTagDelete(c *httpapi.Call) error {
	return s.changeTags(c, "delete", func(p Project) ([]string, error) {
		i := slices.Index(p.Tags, c.Var("value"))
		if i < 0 {
			return nil, fail.Missing("project tag", c.Var("value"))
		}
		return slices.Delete(slices.Clone(p.Tags), i, i+1), nil
	})
}

// changeTags gives a project other tags, unless it must stay as it is.
func (s *Service) changeTags(c *httpapi.Call, verb string, change func(Project) ([]string, error)) error {
	return s.db.Update(func(tx *state.Tx) error {
		p, err := s.taggable(c, tx)
		if err != nil {
			return err
		}
		tags, err := change(p)
		if immutable(p.Options) && (err == nil || verb == "delete") {
			return fail.New(fail.Forbidden, "Cannot %s project tags for %s, project is immutable. Set \"immutable\" option to "+
				"false before creating project tags.", verb, p.ID)
		}
		if err != nil {
			return err
		}
		p.Tags = tags
		s.projects.Put(tx, stored(p))
		return nil
	})
}
