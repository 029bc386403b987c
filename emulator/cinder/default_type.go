package cinder

import (
	"context"
	"net/http"
	"net/url"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// DefaultType is a project's own default volume type.
type DefaultType struct {
	ProjectID    string `json:"project_id"`
	VolumeTypeID string `json:"volume_type_id"`
}

type defaultTypeOut struct {
	DefaultType DefaultType `json:"default_type"`
}

type defaultTypesOut struct {
	DefaultTypes []DefaultType `json:"default_types"`
}

type defaultTypeIn struct {
	DefaultType struct {
		VolumeType string `json:"volume_type"`
	} `json:"default_type"`
}

// defaultTypeList serves GET /default-types, since 3.62. API reference: Block Storage v3, "List default volume types".
func (s *Service) defaultTypeList(c *httpapi.Call) (defaultTypesOut, error) {
	if c.Authorize(nil) != nil {
		return defaultTypesOut{}, notYours()
	}
	out := defaultTypesOut{DefaultTypes: []DefaultType{}}
	for d := range s.defaultTypes.All(s.db.View()) {
		out.DefaultTypes = append(out.DefaultTypes, d)
	}
	return out, nil
}

// defaultTypeShow serves GET /default-types/{project}, since 3.62.
// API reference: Block Storage v3, "Show a default volume type".
func (s *Service) defaultTypeShow(c *httpapi.Call) (defaultTypeOut, error) {
	project, err := s.projectToDefault(c)
	if err != nil {
		return defaultTypeOut{}, err
	}
	d, ok := s.defaultTypes.Get(s.db.View(), project)
	if !ok {
		return defaultTypeOut{}, fail.New(fail.NotFound, "Default type for project %s not found.", project)
	}
	return defaultTypeOut{d}, nil
}

// defaultTypeSet serves PUT /default-types/{project}, since 3.62; the type is named by id or name.
// API reference: Block Storage v3, "Create or update a default volume type".
func (s *Service) defaultTypeSet(c *httpapi.Call, in defaultTypeIn) (defaultTypeOut, error) {
	if in.DefaultType.VolumeType == "" {
		// Quirk: the schema lets a body without "default_type" pass, and upstream breaks on it (observed on release Zed).
		return defaultTypeOut{}, &fail.Error{Kind: fail.Internal, Resource: "body", ID: "default_type"}
	}
	project, err := s.projectToDefault(c)
	if err != nil {
		return defaultTypeOut{}, err
	}
	var d DefaultType
	err = s.db.Update(func(tx *state.Tx) error {
		t, err := s.typeOf(tx, in.DefaultType.VolumeType)
		if err != nil {
			return fail.New(fail.Invalid, "%s", fail.As(err).Text)
		}
		d = DefaultType{project, t.ID}
		s.defaultTypes.Put(tx, d)
		return nil
	})
	return defaultTypeOut{d}, err
}

// defaultTypeUnset serves DELETE /default-types/{project}, since 3.62; there need not be one.
// API reference: Block Storage v3, "Delete a default volume type".
func (s *Service) defaultTypeUnset(c *httpapi.Call) error {
	project, err := s.projectToDefault(c)
	if err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		s.defaultTypes.Delete(tx, project)
		return nil
	})
}

func notYours() error {
	return fail.New(fail.Forbidden, "You are not authorized to perform this operation.")
}

// projectToDefault is the project in the path, once Keystone has shown it to the caller and the policy agrees
// (api_utils.validate_project_and_authorize).
func (s *Service) projectToDefault(c *httpapi.Call) (string, error) {
	project := c.Var("id")
	if err := s.askKeystone(c, project); err != nil {
		return "", err
	}
	if c.Authorize(projectTarget(project)) != nil {
		return "", notYours()
	}
	return project, nil
}

// projectTarget is a thing of a project, for policies.
type projectTarget string

// Lookup serves the names that rules of owners use.
func (p projectTarget) Lookup(name string) (any, bool) {
	switch name {
	case "project_id", "tenant_id":
		return string(p), true
	}
	return nil, false
}

var _ policy.Target = projectTarget("")

// askKeystone looks a project up with the caller's token. Without a Keystone to ask, every project exists.
//
// Quirk: whoever may not see the project there breaks the request (observed on release Zed).
func (s *Service) askKeystone(c *httpapi.Call, project string) error {
	if s.identity == nil {
		return nil
	}
	status, err := getStatus(c.Context(), s.identity, s.identityEndpoint+"/v3/projects/"+url.PathEscape(project), authOf(c))
	switch {
	case err != nil:
		return &fail.Error{Kind: fail.Internal, Resource: "project", ID: project, Cause: err}
	case status == http.StatusNotFound:
		return fail.New(fail.NotFound, "Project with id %s not found.", project)
	case status != http.StatusOK:
		return &fail.Error{Kind: fail.Internal, Resource: "project", ID: project}
	}
	return nil
}

// getStatus asks for a resource and drops the answer's body.
func getStatus(ctx context.Context, via http.RoundTripper, address string, auth jobAuth) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("X-Auth-Token", auth.Token)
	req.Header.Set("X-Openstack-Request-Id", auth.RequestID)
	resp, err := via.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}
