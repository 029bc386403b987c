package cinder

import (
	"net/http"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type typeAccess struct {
	VolumeTypeID string `json:"volume_type_id"`
	ProjectID    string `json:"project_id"`
}

type typeAccessOut struct {
	Access []typeAccess `json:"volume_type_access"`
}

// typeAccessList serves GET /types/{type_id}/os-volume-type-access.
// API reference: Block Storage v3, "List private volume type access details".
func (s *Service) typeAccessList(c *httpapi.Call) (typeAccessOut, error) {
	t, err := s.volumeTypeFor(c, s.db.View(), c.Var("type_id"))
	switch {
	case err != nil:
		return typeAccessOut{}, err
	case t.IsPublic:
		return typeAccessOut{}, fail.New(fail.NotFound, "Access list not available for public volume types.")
	}
	out := typeAccessOut{Access: []typeAccess{}}
	for _, project := range t.Projects {
		out.Access = append(out.Access, typeAccess{t.ID, project})
	}
	return out, nil
}

type projectAccessIn struct {
	Add    projectIn `json:"addProjectAccess"`
	Remove projectIn `json:"removeProjectAccess"`
}

type projectIn struct {
	Project string `json:"project"`
}

// addProjectAccess serves the action of that name: a project, existing or not, may use a private type.
// API reference: Block Storage v3, "Add private volume type access to project".
func (s *Service) addProjectAccess(c *httpapi.Call, in projectAccessIn) (httpapi.Reply, error) {
	return s.changeAccess(c, in.Add.Project, func(t *VolumeType, project string) error {
		if slices.Contains(t.Projects, project) {
			return fail.New(fail.Conflict, "Volume type access for %s / %s combination already exists.", t.ID, project)
		}
		t.Projects = append(t.Projects, project)
		return nil
	})
}

// removeProjectAccess serves the action of that name.
// API reference: Block Storage v3, "Remove private volume type access from project".
func (s *Service) removeProjectAccess(c *httpapi.Call, in projectAccessIn) (httpapi.Reply, error) {
	return s.changeAccess(c, in.Remove.Project, func(t *VolumeType, project string) error {
		i := slices.Index(t.Projects, project)
		if i < 0 {
			return fail.New(fail.NotFound, "Volume type access not found for %s / %s combination.", t.ID, project)
		}
		t.Projects = slices.Delete(t.Projects, i, i+1)
		return nil
	})
}

func (s *Service) changeAccess(c *httpapi.Call, project string, change func(t *VolumeType, project string) error) (httpapi.Reply, error) {
	if err := s.checkProjectID(project); err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(nil); err != nil {
		return httpapi.Reply{}, err
	}
	_, err := s.changeType(c.Var("id"), func(_ *state.Tx, t *VolumeType) error {
		if t.IsPublic {
			return fail.New(fail.Invalid, "Invalid volume type: Type access modification is not applicable to public volume type.")
		}
		return change(t, project)
	})
	return withoutBody(c, http.StatusAccepted, err)
}

// checkProjectID asks for a UUID, as releases before Flamingo do in the action's schema (observed on release Zed).
func (s *Service) checkProjectID(project string) error {
	if s.release.AtLeast(release.Flamingo) || isUUIDLike(project) {
		return nil
	}
	return fail.New(fail.Invalid, "Invalid input for field/attribute project. Value: %s. %s is not a 'uuid'", project, schema.Repr(project))
}
