package cinder

import (
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// Consistency groups are the deprecated view of groups: they are made of a group type of their own, and their lists and
// lookups show whatever group there is.

// Bodies about consistency groups (api/schemas/consistencygroups.py, cgsnapshots.py), which are loose.
var (
	schemaAnyText = schema.Dict{{"type", schema.List{"string", "null"}}}

	schemaConsistencyCreate = loose("consistencygroup", schema.Dict{
		{"name", schemaGroupName},
		{"description", schemaTypeDescription},
	})
	schemaConsistencyFromSource = loose("consistencygroup-from-src", schema.Dict{
		{"name", schemaGroupName},
		{"description", schemaTypeDescription},
		{"cgsnapshot_id", schema.Dict{{"type", "string"}}},
		{"source_cgid", schema.Dict{{"type", "string"}}},
	})
	schemaConsistencyDelete = schema.New(schema.Dict{{"oneOf", schema.List{
		schema.Dict{
			{"type", "object"},
			{"properties", schema.Dict{{"consistencygroup", schema.Dict{
				{"type", "object"},
				{"properties", schema.Dict{{"force", schemaBoolean}}},
			}}}},
			{"required", schema.List{"consistencygroup"}},
		},
		schema.Dict{{"type", "object"}, {"properties", schema.Dict{}}, {"additionalProperties", false}},
		schema.Dict{{"type", "null"}},
	}}})
	schemaConsistencyUpdate = loose("consistencygroup", schema.Dict{
		{"name", schemaGroupName},
		{"description", schemaTypeDescription},
		{"add_volumes", schemaAnyText},
		{"remove_volumes", schemaAnyText},
	})
	schemaConsistencySnapshot = loose("cgsnapshot", schema.Dict{
		{"consistencygroup_id", schema.Dict{{"type", "string"}}},
		{"name", schema.Dict{{"type", "string"}}},
		{"description", schema.Dict{{"type", "string"}}},
	}, "consistencygroup_id")
)

// loose is the schema of a body with an object of which some properties are known and others may be there.
func loose(key string, properties schema.Dict, required ...any) *schema.Schema {
	return schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{key, schema.Dict{
			{"type", "object"},
			{"properties", properties},
			{"required", schema.List(required)},
			{"additionalProperties", true},
		}}}},
		{"required", schema.List{key}},
		{"additionalProperties", true},
	})
}

// consistencyView is a consistency group on the wire (api/views/consistencygroups.py).
type consistencyView struct {
	ID          string      `json:"id"`
	Status      GroupStatus `json:"status"`
	Zone        nullString  `json:"availability_zone"`
	CreatedAt   stamp       `json:"created_at"`
	Name        *string     `json:"name"`
	Description *string     `json:"description"`
	VolumeTypes []string    `json:"volume_types"`
}

func newConsistencyView(g *Group) consistencyView {
	return consistencyView{g.ID, g.Status, nullString(g.Zone), stamp(g.CreatedAt), g.Name, g.Description, g.VolumeTypes}
}

type consistencyOut struct {
	Group consistencyView `json:"consistencygroup"`
}

type consistencyBriefOut struct {
	Group groupBrief `json:"consistencygroup"`
}

type consistencyListOut[V any] struct {
	Groups []V    `json:"consistencygroups"`
	Links  []link `json:"consistencygroup_links,omitempty"`
}

// consistencyShow serves GET /consistencygroups/{id}. API reference: Block Storage v3, "Show a consistency group's details".
func (s *Service) consistencyShow(c *httpapi.Call) (consistencyOut, error) {
	g, err := s.groupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return consistencyOut{}, err
	}
	return consistencyOut{newConsistencyView(&g)}, nil
}

// consistencyList serves GET /consistencygroups. API reference: Block Storage v3, "List project's consistency groups".
func (s *Service) consistencyList(c *httpapi.Call) (consistencyListOut[groupBrief], error) {
	return listConsistency(s, c, newGroupBrief)
}

// consistencyListDetail serves GET /consistencygroups/detail. API reference: Block Storage v3, "List consistency groups and
// details".
func (s *Service) consistencyListDetail(c *httpapi.Call) (consistencyListOut[consistencyView], error) {
	return listConsistency(s, c, newConsistencyView)
}

func listConsistency[V any](s *Service, c *httpapi.Call, view func(*Group) V) (consistencyListOut[V], error) {
	out, r := consistencyListOut[V]{Groups: []V{}}, s.db.View()
	q := listQuery[Group]{project: c.Auth.ProjectID}
	var err error
	if q.paging, err = s.pagingOf(c); err != nil {
		return out, err
	}
	if q.sort, err = sortingOf(c, "created_at"); err != nil {
		return out, err
	}
	for _, p := range paramsOf(c) {
		switch {
		case isPagingParam(p):
		case p.Name == "all_tenants" && isAdmin(c):
			q.project = ""
		default:
			condition, err := wordCondition(groupColumns, p)
			if err != nil {
				return out, err
			}
			q.require(condition)
		}
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
	for i := range page {
		out.Groups = append(out.Groups, view(&page[i]))
	}
	if n := len(page); n > 0 {
		out.Links = s.nextLink(c, "consistencygroups", page[n-1].ID, n)
	}
	return out, nil
}

type consistencyCreateIn struct {
	Group struct {
		Name        maybe[string] `json:"name"`
		Description maybe[string] `json:"description"`
		VolumeTypes looseText     `json:"volume_types"`
		Zone        looseText     `json:"availability_zone"`
	} `json:"consistencygroup"`
}

// consistencyCreate serves POST /consistencygroups: a group of the type that consistency groups have. API reference: Block
// Storage v3, "Create a consistency group".
func (s *Service) consistencyCreate(c *httpapi.Call, in consistencyCreateIn) (consistencyBriefOut, error) {
	asked, r := &in.Group, s.db.View()
	var name, description *string
	replaceText(&name, asked.Name)
	replaceText(&description, asked.Description)
	if asked.VolumeTypes.value == "" {
		return consistencyBriefOut{}, fail.New(fail.Invalid, "volume_types must be provided to create consistency group %s.", orNone(name))
	}
	typ, ok := s.groupTypeNamed(r, consistencyType)
	if !ok {
		return consistencyBriefOut{}, fail.New(fail.Invalid, "Group type %s not found. Rerun migration script to create the default "+
			"cgsnapshot type.", consistencyType)
	}
	g := s.newGroup(c, typ.ID)
	g.Name, g.Description = name, description
	for _, nameOrID := range strings.Split(strings.TrimRight(asked.VolumeTypes.value, ","), ",") {
		t, err := s.typeOf(r, nameOrID)
		if err != nil {
			return consistencyBriefOut{}, err
		}
		if len(g.VolumeTypes) == 0 || g.VolumeTypes[len(g.VolumeTypes)-1] != t.ID {
			g.VolumeTypes = append(g.VolumeTypes, t.ID)
		}
	}
	var err error
	if g.Zone, err = s.groupZone(asked.Zone.orNil()); err != nil {
		return consistencyBriefOut{}, err
	}
	return consistencyBriefOut{newGroupBrief(&g)}, s.beginGroup(g)
}

// orNone is a text as Python prints it.
func orNone(s *string) string {
	if s == nil {
		return "None"
	}
	return *s
}

type consistencyFromSourceIn struct {
	Group struct {
		Name        maybe[string] `json:"name"`
		Description maybe[string] `json:"description"`
		SnapshotID  string        `json:"cgsnapshot_id"`
		SourceID    string        `json:"source_cgid"`
	} `json:"consistencygroup-from-src"`
}

// consistencyCreateFromSource serves POST /consistencygroups/create_from_src. API reference: Block Storage v3, "Create a
// consistency group from source".
func (s *Service) consistencyCreateFromSource(c *httpapi.Call, in consistencyFromSourceIn) (consistencyBriefOut, error) {
	asked, r := &in.Group, s.db.View()
	var name, description *string
	replaceText(&name, asked.Name)
	replaceText(&description, asked.Description)
	var typ string
	switch {
	case asked.SnapshotID == "" && asked.SourceID == "":
		return consistencyBriefOut{}, fail.New(fail.Invalid,
			"Either 'cgsnapshot_id' or 'source_cgid' must be provided to create consistency group %s from source.", orNone(name))
	case asked.SnapshotID != "" && asked.SourceID != "":
		return consistencyBriefOut{}, fail.New(fail.Invalid,
			"Cannot provide both 'cgsnapshot_id' and 'source_cgid' to create consistency group %s from source.", orNone(name))
	case asked.SnapshotID != "":
		gs, err := s.groupSnapshotFor(c, r, asked.SnapshotID)
		if err != nil {
			return consistencyBriefOut{}, err
		}
		typ = gs.GroupTypeID
	default:
		source, err := s.groupFor(c, r, asked.SourceID)
		if err != nil {
			return consistencyBriefOut{}, err
		}
		typ = source.TypeID
	}
	g := s.newGroup(c, typ)
	g.Name, g.Description, g.SnapshotID, g.SourceGroupID = name, description, asked.SnapshotID, asked.SourceID
	err := s.beginGroupFromSource(c, &g)
	return consistencyBriefOut{newGroupBrief(&g)}, err
}

type consistencyDeleteIn struct {
	Group struct {
		Force boolish `json:"force"`
	} `json:"consistencygroup"`
}

// consistencyDelete serves POST /consistencygroups/{id}/delete; with force the volumes go, too. API reference: Block Storage
// v3, "Delete a consistency group".
func (s *Service) consistencyDelete(c *httpapi.Call, in consistencyDeleteIn) (httpapi.Reply, error) {
	g, err := s.groupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&g); err != nil {
		return httpapi.Reply{}, err
	}
	return withoutBody(c, http.StatusAccepted, s.beginDeleteGroup(g.ID, bool(in.Group.Force)))
}

type consistencyUpdateIn struct {
	Group struct {
		Name          *string `json:"name"`
		Description   *string `json:"description"`
		AddVolumes    *string `json:"add_volumes"`
		RemoveVolumes *string `json:"remove_volumes"`
	} `json:"consistencygroup"`
}

// consistencyUpdate serves PUT /consistencygroups/{id}/update. Since 3.6 a name may be made empty. API reference: Block
// Storage v3, "Update a consistency group".
func (s *Service) consistencyUpdate(c *httpapi.Call, in consistencyUpdateIn) (httpapi.Reply, error) {
	g, err := s.groupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&g); err != nil {
		return httpapi.Reply{}, err
	}
	asked := in.Group
	moves := text(asked.AddVolumes) != "" || text(asked.RemoveVolumes) != ""
	switch {
	case c.Version.AtLeast(mvBlankProperties) && asked.Name == nil && asked.Description == nil && !moves:
		return httpapi.Reply{}, fail.New(fail.Invalid,
			"Must specify one or more of the following keys to update: name, description, add_volumes, remove_volumes.")
	case !c.Version.AtLeast(mvBlankProperties) && strings.TrimSpace(text(asked.Name)) == "" && strings.TrimSpace(text(asked.Description)) == "" && !moves:
		return httpapi.Reply{}, fail.New(fail.Invalid, "Name, description, add_volumes, and remove_volumes can not be all empty in the request body.")
	}
	return withoutBody(c, http.StatusAccepted, s.beginUpdateGroup(c, g.ID, groupUpdateIn{Group: asked}))
}

// consistencySnapshotView is a consistency group's snapshot on the wire (api/views/cgsnapshots.py).
type consistencySnapshotView struct {
	ID          string      `json:"id"`
	GroupID     string      `json:"consistencygroup_id"`
	Status      GroupStatus `json:"status"`
	CreatedAt   stamp       `json:"created_at"`
	Name        *string     `json:"name"`
	Description *string     `json:"description"`
}

func newConsistencySnapshotView(g *GroupSnapshot) consistencySnapshotView {
	return consistencySnapshotView{g.ID, g.GroupID, g.Status, stamp(g.CreatedAt), g.Name, g.Description}
}

type consistencySnapshotOut[V any] struct {
	Snapshot V `json:"cgsnapshot"`
}

type consistencySnapshotsOut[V any] struct {
	Snapshots []V `json:"cgsnapshots"`
}

// consistencySnapshotShow serves GET /cgsnapshots/{id}. API reference: Block Storage v3, "Show a consistency group
// snapshot's details".
func (s *Service) consistencySnapshotShow(c *httpapi.Call) (consistencySnapshotOut[consistencySnapshotView], error) {
	g, err := s.groupSnapshotFor(c, s.db.View(), c.Var("id"))
	return consistencySnapshotOut[consistencySnapshotView]{newConsistencySnapshotView(&g)}, err
}

// consistencySnapshotList serves GET /cgsnapshots. API reference: Block Storage v3, "List all consistency group snapshots".
func (s *Service) consistencySnapshotList(c *httpapi.Call) (consistencySnapshotsOut[groupBrief], error) {
	return listConsistencySnapshots(s, c, func(g *GroupSnapshot) groupBrief { return groupBrief{g.ID, g.Name} })
}

// consistencySnapshotListDetail serves GET /cgsnapshots/detail. API reference: Block Storage v3, "List all consistency group
// snapshots with details".
func (s *Service) consistencySnapshotListDetail(c *httpapi.Call) (consistencySnapshotsOut[consistencySnapshotView], error) {
	return listConsistencySnapshots(s, c, newConsistencySnapshotView)
}

// listConsistencySnapshots lists the project's, by limit and offset alone.
func listConsistencySnapshots[V any](s *Service, c *httpapi.Call, view func(*GroupSnapshot) V) (consistencySnapshotsOut[V], error) {
	out, r := consistencySnapshotsOut[V]{Snapshots: []V{}}, s.db.View()
	p, err := s.pagingOf(c)
	if err != nil {
		return out, err
	}
	q := listQuery[GroupSnapshot]{
		project: c.Auth.ProjectID, paging: paging{Limit: p.Limit, Offset: p.Offset}, sort: []sortSpec{{"created_at", "desc"}},
	}
	if err := c.Authorize(nil); err != nil {
		return out, err
	}
	page, err := s.groupSnapshots.page(r, q, groupSnapshotOrdering, nil)
	for i := range page {
		out.Snapshots = append(out.Snapshots, view(&page[i]))
	}
	return out, err
}

type consistencySnapshotIn struct {
	Snapshot struct {
		GroupID     string        `json:"consistencygroup_id"`
		Name        maybe[string] `json:"name"`
		Description maybe[string] `json:"description"`
	} `json:"cgsnapshot"`
}

// consistencySnapshotCreate serves POST /cgsnapshots. API reference: Block Storage v3, "Create a consistency group
// snapshot".
func (s *Service) consistencySnapshotCreate(c *httpapi.Call, in consistencySnapshotIn) (consistencySnapshotOut[groupBrief], error) {
	group, err := s.groupFor(c, s.db.View(), in.Snapshot.GroupID)
	if err != nil {
		return consistencySnapshotOut[groupBrief]{}, err
	}
	var name, description *string
	replaceText(&name, in.Snapshot.Name)
	replaceText(&description, in.Snapshot.Description)
	g, err := s.beginGroupSnapshot(c, &group, name, description)
	return consistencySnapshotOut[groupBrief]{groupBrief{g.ID, g.Name}}, err
}

// consistencySnapshotDelete serves DELETE /cgsnapshots/{id}. API reference: Block Storage v3, "Delete a consistency group
// snapshot".
func (s *Service) consistencySnapshotDelete(c *httpapi.Call) (httpapi.Reply, error) {
	g, err := s.groupSnapshotFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&g); err != nil {
		return httpapi.Reply{}, err
	}
	return withoutBody(c, http.StatusAccepted, s.beginDeleteGroupSnapshot(g.ID))
}

// consistencyNoSuch serves the paths that upstream's router knows and its controllers do not.
func (s *Service) consistencyNoSuch(*httpapi.Call) error { return fail.New(fail.NotFound, notFound) }
