package cinder

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type groupOut struct {
	Group groupView `json:"group"`
}

type groupsOut[V any] struct {
	Groups []V    `json:"groups"`
	Links  []link `json:"group_links,omitempty"`
}

// groupShow serves GET /groups/{id}, since 3.13. API reference: Block Storage v3, "Show group details".
func (s *Service) groupShow(c *httpapi.Call) (groupOut, error) {
	r := s.db.View()
	g, err := s.genericGroupFor(c, r, c.Var("id"))
	if err != nil {
		return groupOut{}, err
	}
	view, err := s.groupViews(c, r)
	if err != nil {
		return groupOut{}, err
	}
	return groupOut{view(&g)}, nil
}

// groupList serves GET /groups, since 3.13. API reference: Block Storage v3, "List groups".
func (s *Service) groupList(c *httpapi.Call) (groupsOut[groupBrief], error) {
	return listGroups(s, c, func(state.Reader) (func(*Group) groupBrief, error) { return newGroupBrief, nil })
}

// groupListDetail serves GET /groups/detail, since 3.13. API reference: Block Storage v3, "List groups with details".
func (s *Service) groupListDetail(c *httpapi.Call) (groupsOut[groupView], error) {
	return listGroups(s, c, func(r state.Reader) (func(*Group) groupView, error) { return s.groupViews(c, r) })
}

// listGroups lists groups; consistency groups are on the page and not shown.
func listGroups[V any](s *Service, c *httpapi.Call, views func(state.Reader) (func(*Group) V, error)) (groupsOut[V], error) {
	out, r := groupsOut[V]{Groups: []V{}}, s.db.View()
	q, err := groupQuery(s, c, "group", groupColumns)
	if err != nil {
		return out, err
	}
	if err := c.Authorize(nil); err != nil {
		return out, err
	}
	var marker *Group
	if q.HasMarker {
		g, err := s.groupKnownTo(c, r, q.Marker)
		if err != nil {
			return out, err
		}
		marker = &g
	}
	page, err := s.groups.page(r, q, groupOrdering, marker)
	if err != nil {
		return out, err
	}
	view, err := views(r)
	if err != nil {
		return out, err
	}
	last := ""
	for i := range page {
		if !s.isConsistencyType(r, page[i].TypeID) {
			out.Groups = append(out.Groups, view(&page[i]))
			last = page[i].ID
		}
	}
	out.Links = s.nextLink(c, "groups", last, len(out.Groups))
	return out, nil
}

// groupQuery reads the query of a list of groups, or of group snapshots.
func groupQuery[V any](s *Service, c *httpapi.Call, resource string, known columns[V]) (listQuery[V], error) {
	q := listQuery[V]{project: c.Auth.ProjectID}
	var err error
	if q.paging, err = s.pagingOf(c); err != nil {
		return q, err
	}
	if q.sort, err = sortingOf(c, "created_at"); err != nil {
		return q, err
	}
	params := slices.DeleteFunc(paramsOf(c), func(p param) bool {
		return isPagingParam(p) || p.Name == "list_volume" && resource == "group"
	})
	if c.Version.AtLeast(mvResourceFilter) {
		if params, err = rejectInvalidFilters(c, params, resource); err != nil {
			return q, err
		}
	}
	for _, p := range params {
		switch {
		case p.Name == "all_tenants":
			if isAdmin(c) {
				q.project = ""
			}
			continue
		case strings.HasSuffix(p.Name, "~"):
			q.require(likeCondition(known, p))
			continue
		}
		condition, err := wordCondition(known, p)
		if err != nil {
			return q, err
		}
		q.require(condition)
	}
	return q, nil
}

type groupDeleteIn struct {
	Params struct {
		DeleteVolumes boolish `json:"delete-volumes"`
	} `json:"delete"`
}

// groupDelete serves the action delete, since 3.13: volumes go with the group if the request says so. API reference: Block
// Storage v3, "Delete group".
func (s *Service) groupDelete(c *httpapi.Call, in groupDeleteIn) (httpapi.Reply, error) {
	g, err := s.genericGroupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&g); err != nil {
		return httpapi.Reply{}, err
	}
	return withoutBody(c, http.StatusAccepted, s.beginDeleteGroup(g.ID, bool(in.Params.DeleteVolumes)))
}

// beginDeleteGroup lets a group go (group/api.py, delete).
func (s *Service) beginDeleteGroup(id string, volumes bool) error {
	return s.changeGroup(id, func(tx *state.Tx, g *Group) error {
		if g.Host == "" {
			s.dropGroup(tx, *g)
			return nil
		}
		if err := s.notFrozen(tx, g.Host); err != nil {
			return err
		}
		members := s.members(tx, g)
		switch {
		case !volumes && g.Status != GroupAvailable && g.Status != GroupError:
			return invalidGroup("Group status must be available or error, but current status is: %s", g.Status)
		case len(s.groupSnapshotsOf(tx, g)) > 0:
			return invalidGroup("Group has existing snapshots.")
		case len(members) > 0 && !volumes:
			return invalidGroup("Group %s still contains volumes. The delete-volumes flag is required to delete it.", g.ID)
		}
		for _, v := range members {
			if v.attached() {
				return invalidGroup("Volume in group %s is attached. Need to detach first.", g.ID)
			}
			if len(s.snapshotsOf(tx, v.ID)) > 0 {
				return invalidGroup("Volume in group still has dependent snapshots.")
			}
		}
		for _, v := range members {
			v.Status, v.UpdatedAt = StatusDeleting, s.clock.Now()
			s.putVolume(tx, v)
		}
		g.Status = GroupDeleting
		s.queue.Begin(tx, kindDeleteGroup, groupJob{Group: g.ID})
		return nil
	})
}

// finishDeleteGroup takes a group and its volumes out of the state. A driver that fails leaves both behind, in error.
func (s *Service) finishDeleteGroup(ctx context.Context, job groupJob) error {
	return s.db.Update(func(tx *state.Tx) error {
		g, ok := s.groups.Get(tx, job.Group)
		if !ok || g.Status != GroupDeleting {
			return nil
		}
		if sim.Failure(ctx) != nil || s.driverDown(tx, g.Host) || !s.supports(tx, &g) {
			g.Status, g.UpdatedAt = GroupError, s.clock.Now()
			s.putGroup(tx, g)
			for _, v := range s.members(tx, &g) {
				v.Status, v.UpdatedAt = StatusErrorDeleting, s.clock.Now()
				s.putVolume(tx, v)
			}
			return nil
		}
		for _, v := range s.members(tx, &g) {
			s.dropVolume(tx, v.ID)
		}
		s.dropGroup(tx, g)
		return nil
	})
}

type groupResetIn struct {
	Params struct {
		Status string `json:"status"`
	} `json:"reset_status"`
}

// groupResetStatus serves the action reset_status, since 3.20. API reference: Block Storage v3, "Reset group status".
func (s *Service) groupResetStatus(c *httpapi.Call, in groupResetIn) (httpapi.Reply, error) {
	g, err := s.groupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&g); err != nil {
		return httpapi.Reply{}, err
	}
	err = s.changeGroup(g.ID, func(_ *state.Tx, g *Group) error {
		g.Status = GroupStatus(strings.ToLower(in.Params.Status))
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

type groupUpdateIn struct {
	Group struct {
		Name          *string `json:"name"`
		Description   *string `json:"description"`
		AddVolumes    *string `json:"add_volumes"`
		RemoveVolumes *string `json:"remove_volumes"`
	} `json:"group"`
}

// groupUpdate serves PUT /groups/{id}, since 3.13; volumes come and go in the background. API reference: Block Storage v3,
// "Update group".
func (s *Service) groupUpdate(c *httpapi.Call, in groupUpdateIn) (httpapi.Reply, error) {
	g, err := s.genericGroupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&g); err != nil {
		return httpapi.Reply{}, err
	}
	return withoutBody(c, http.StatusAccepted, s.beginUpdateGroup(c, g.ID, in))
}

func (s *Service) beginUpdateGroup(c *httpapi.Call, id string, in groupUpdateIn) error {
	asked := in.Group
	return s.changeGroup(id, func(tx *state.Tx, g *Group) error {
		name, description := changed(asked.Name, g.Name), changed(asked.Description, g.Description)
		add, remove := listed(asked.AddVolumes), listed(asked.RemoveVolumes)
		both := slices.DeleteFunc(slices.Clone(add), func(v string) bool { return !slices.Contains(remove, v) })
		if len(both) > 0 {
			return invalidVolume("UUIDs " + pythonList(both...) + " are in both add and remove volume list.")
		}
		members := s.members(tx, g)
		add, err := s.addable(c, tx, g, members, add)
		if err != nil {
			return err
		}
		if err := removable(g, members, remove); err != nil {
			return err
		}
		moved := len(add)+len(remove) > 0
		switch {
		case name == nil && description == nil && !moved:
			return invalidGroup("Cannot update group %s because no valid name, description, add_volumes, or remove_volumes were provided.", g.ID)
		case moved && g.Status != GroupAvailable:
			return invalidGroup("Group status must be available.")
		}
		if name != nil {
			g.Name = name
		}
		if description != nil {
			g.Description = description
		}
		g.Status = GroupAvailable
		if moved {
			g.Status = GroupUpdating
			s.queue.Begin(tx, kindUpdateGroup, groupJob{Group: g.ID, Add: add, Remove: remove})
		}
		return nil
	})
}

// changed is a text without the spaces around it, or nil if it is none or what is there already.
func changed(asked, is *string) *string {
	if asked == nil {
		return nil
	}
	trimmed := strings.TrimSpace(*asked)
	if is != nil && *is == trimmed {
		return nil
	}
	return &trimmed
}

// listed are ids between commas.
func listed(ids *string) []string {
	if text(ids) == "" {
		return nil
	}
	return strings.Split(strings.Trim(*ids, ","), ",")
}

// addable are those of the volumes that are not in the group yet; none if one of them cannot be.
func (s *Service) addable(c *httpapi.Call, r state.Reader, g *Group, members []Volume, ids []string) ([]string, error) {
	var out []string
	for _, id := range ids {
		if slices.ContainsFunc(members, func(v Volume) bool { return v.ID == id }) {
			continue
		}
		cannot := func(why string) error {
			return invalidVolume("Cannot add volume " + id + " to group " + g.ID + " " + why)
		}
		v, err := s.volumeKnownTo(c, r, id)
		valid := []string{string(StatusAvailable), string(StatusInUse)}
		switch {
		case err != nil:
			return nil, cannot("because volume cannot be found.")
		case v.GroupID != "":
			return nil, cannot("because it is already in group " + v.GroupID + ".")
		case v.ProjectID != g.ProjectID:
			return nil, cannot("as they belong to different projects.")
		case v.TypeID == "":
			return nil, cannot("because it has no volume type.")
		case !slices.Contains(g.VolumeTypes, v.TypeID):
			return nil, cannot("because volume type " + v.TypeID + " is not supported by the group.")
		case !slices.Contains(valid, string(v.Status)):
			return nil, cannot("because volume is in an invalid state: " + string(v.Status) + ". Valid states are: ('available', 'in-use').")
		case serviceOf(v.Host) != serviceOf(g.Host):
			return nil, invalidVolume("Volume is not local to this node.")
		case !slices.Contains(out, id):
			out = append(out, id)
		}
	}
	return out, nil
}

// serviceOf is the volume service of a pool.
func serviceOf(host string) string {
	service, _, _ := strings.Cut(host, "#")
	return service
}

// removable tells whether volumes can be taken from a group.
func removable(g *Group, members []Volume, ids []string) error {
	valid := []string{"available", "in-use", "error", "error_deleting"}
	for _, v := range members {
		if slices.Contains(ids, v.ID) && !slices.Contains(valid, string(v.Status)) {
			return invalidVolume("Cannot remove volume " + v.ID + " from group " + g.ID + " because volume is in an invalid state: " +
				string(v.Status) + ". Valid states are: ('available', 'in-use', 'error', 'error_deleting').")
		}
	}
	for _, id := range ids {
		if !slices.ContainsFunc(members, func(v Volume) bool { return v.ID == id }) {
			return invalidVolume("Cannot remove volume " + id + " from group " + g.ID + " because it is not in the group.")
		}
	}
	return nil
}

// finishUpdateGroup adds volumes to a group and removes others.
func (s *Service) finishUpdateGroup(ctx context.Context, job groupJob) error {
	return s.withGroup(job.Group, GroupUpdating, func(tx *state.Tx, g *Group) {
		failed := sim.Failure(ctx) != nil || s.driverDown(tx, g.Host)
		if g.Status = GroupAvailable; failed {
			g.Status = GroupError
		}
		for _, id := range slices.Concat(job.Add, job.Remove) {
			v, ok := s.volumes.Get(tx, id)
			if !ok {
				continue
			}
			switch adding := slices.Contains(job.Add, id); {
			case failed && adding:
				v.Status = StatusError
			case failed:
			case adding:
				v.GroupID = g.ID
			default:
				v.GroupID = ""
			}
			v.UpdatedAt = s.clock.Now()
			s.putVolume(tx, v)
		}
	})
}
