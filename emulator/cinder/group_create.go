package cinder

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type groupBriefOut struct {
	Group groupBrief `json:"group"`
}

type groupCreateIn struct {
	Group struct {
		Name        maybe[string] `json:"name"`
		Description maybe[string] `json:"description"`
		Type        string        `json:"group_type"`
		VolumeTypes []string      `json:"volume_types"`
		Zone        *string       `json:"availability_zone"`
	} `json:"group"`
}

// groupCreate serves POST /groups, since 3.13: the group is "creating" when the 202 leaves. API reference: Block Storage
// v3, "Create group".
func (s *Service) groupCreate(c *httpapi.Call, in groupCreateIn) (groupBriefOut, error) {
	asked, r := &in.Group, s.db.View()
	typ, err := s.askedGroupType(c, r, asked.Type)
	if err != nil {
		return groupBriefOut{}, err
	}
	g := s.newGroup(c, typ.ID)
	replaceText(&g.Name, asked.Name)
	replaceText(&g.Description, asked.Description)
	if err := c.Authorize(nil); err != nil {
		return groupBriefOut{}, err
	}
	for _, name := range asked.VolumeTypes {
		t, err := s.typeOf(r, name)
		if err != nil {
			return groupBriefOut{}, err
		}
		g.VolumeTypes = append(g.VolumeTypes, t.ID)
	}
	if g.Zone, err = s.groupZone(asked.Zone); err != nil {
		return groupBriefOut{}, err
	}
	return groupBriefOut{newGroupBrief(&g)}, s.beginGroup(g)
}

// askedGroupType finds a group type by name or id. That of consistency groups is not for groups.
func (s *Service) askedGroupType(c *httpapi.Call, r state.Reader, nameOrID string) (GroupType, error) {
	t, named := s.groupTypeNamed(r, nameOrID)
	if isUUIDLike(nameOrID) {
		if byID, err := s.groupTypeFor(c, r, nameOrID); err == nil {
			t, named = byID, true
		}
	}
	switch {
	case t.Name == consistencyType && named:
		return t, groupTypeReserved(t.ID, "group")
	case named && (t.IsPublic || isAdmin(c)):
		return t, nil
	case isUUIDLike(nameOrID):
		return t, groupTypeMissing(nameOrID)
	}
	return t, fail.New(fail.NotFound, "Group type with name %s could not be found.", nameOrID)
}

// newGroup is a group of the caller's.
func (s *Service) newGroup(c *httpapi.Call, typ string) Group {
	return Group{
		ID: s.ids.UUID(), ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID, TypeID: typ, Status: GroupCreating,
		ReplicationStatus: replicationDisabled, CreatedAt: c.Now,
	}
}

// groupZone settles the availability zone (group/api.py, _extract_availability_zone).
func (s *Service) groupZone(asked *string) (string, error) {
	zone := s.cfg.StorageAvailabilityZone
	if asked != nil {
		zone = *asked
	}
	if slices.Contains(s.zones(), zone) {
		return zone, nil
	}
	if !s.cfg.AllowAvailabilityZoneFallback {
		return "", fail.New(fail.Invalid, "Invalid input received: Availability zone '%s' is invalid.", zone)
	}
	return s.cfg.StorageAvailabilityZone, nil
}

// beginGroup stores a new group, if the project may have another, and has a backend chosen for it.
func (s *Service) beginGroup(g Group) error {
	return s.db.Update(func(tx *state.Tx) error {
		if err := s.checkGroupQuota(tx, g.ProjectID); err != nil {
			return err
		}
		s.putGroup(tx, g)
		s.queue.Begin(tx, kindCreateGroup, groupJob{Group: g.ID})
		return nil
	})
}

func (s *Service) checkGroupQuota(r state.Reader, project string) error {
	limit := s.quotaLimit(r, project, quotaGroups)
	if limit >= 0 && s.usageOf(r, project, "").Groups >= limit {
		return fail.New(fail.OverLimit, "GroupLimitExceeded: Maximum number of groups allowed (%d) exceeded", limit)
	}
	return nil
}

// groupJob is background work on a group.
type groupJob struct {
	Group       string
	Add, Remove []string // volumes
	Target      string   // of a failover
}

// finishCreateGroup chooses the backend of a group: one that all its volume types can be on (scheduler/filter_scheduler.py,
// _schedule_generic_group).
func (s *Service) finishCreateGroup(ctx context.Context, job groupJob) error {
	return s.withGroup(job.Group, GroupCreating, func(tx *state.Tx, g *Group) {
		host := ""
		if g.SnapshotID == "" && g.SourceGroupID == "" {
			host = s.backendForAll(tx, g)
		}
		if host == "" || sim.Failure(ctx) != nil || s.driverDown(tx, host) {
			g.Status = GroupError
			return
		}
		if g.Host, g.Status = host, GroupAvailable; !s.supports(tx, g) {
			g.Status = GroupError
		}
	})
}

// supports tells whether a group's backend can have it: consistency groups are for drivers that take consistent snapshots,
// which report it; others fail to make them, and to delete what they failed to make (volume/manager.py, create_group;
// observed on release Zed). Any other group they have in the way that is common to all drivers.
func (s *Service) supports(r state.Reader, g *Group) bool {
	i := slices.IndexFunc(s.backends, func(b Backend) bool { return b.Host == g.Host })
	if !s.isConsistencyType(r, g.TypeID) || i < 0 {
		return true
	}
	return s.reported[i][specConsistentSnapshots] == true
}

// backendForAll is the first backend that has all the volume types of a group; "" if there is none.
func (s *Service) backendForAll(r state.Reader, g *Group) string {
	for i := range s.backends {
		pool := s.candidate(r, i)
		fits := pool.inZone([]string{g.Zone}) && !s.isDisabled(r, pool.Backend)
		for _, id := range g.VolumeTypes {
			typ, _ := s.types.Get(r, id)
			fits = fits && satisfies(pool.capability, typ.ExtraSpecs)
		}
		if fits {
			return pool.Host
		}
	}
	return ""
}

// withGroup changes a group that is still in the status in which a job was begun.
func (s *Service) withGroup(id string, in GroupStatus, change func(tx *state.Tx, g *Group)) error {
	return s.db.Update(func(tx *state.Tx) error {
		g, ok := s.groups.Get(tx, id)
		if !ok || g.Status != in {
			return nil
		}
		change(tx, &g)
		g.UpdatedAt = s.clock.Now()
		s.putGroup(tx, g)
		return nil
	})
}

type groupFromSourceIn struct {
	Group struct {
		Name          maybe[string] `json:"name"`
		Description   maybe[string] `json:"description"`
		SnapshotID    *string       `json:"group_snapshot_id"`
		SourceGroupID *string       `json:"source_group_id"`
	} `json:"create-from-src"`
}

// groupCreateFromSource serves create-from-src, since 3.14: a volume is made of each in a group or a group snapshot. API
// reference: Block Storage v3, "Create group from source".
func (s *Service) groupCreateFromSource(c *httpapi.Call, in groupFromSourceIn) (groupBriefOut, error) {
	asked, r := &in.Group, s.db.View()
	var typ string
	if id := asked.SnapshotID; id != nil {
		gs, err := s.groupSnapshotFor(c, r, *id)
		if err != nil {
			return groupBriefOut{}, err
		}
		typ = gs.GroupTypeID
	} else {
		source, err := s.groupFor(c, r, text(asked.SourceGroupID))
		if err != nil {
			return groupBriefOut{}, err
		}
		typ = source.TypeID
	}
	if s.isConsistencyType(r, typ) {
		return groupBriefOut{}, groupTypeReserved(typ, "group")
	}
	if err := c.Authorize(nil); err != nil {
		return groupBriefOut{}, asInvalid(err)
	}
	g := s.newGroup(c, typ)
	replaceText(&g.Name, asked.Name)
	replaceText(&g.Description, asked.Description)
	g.SnapshotID, g.SourceGroupID = text(asked.SnapshotID), text(asked.SourceGroupID)
	err := s.beginGroupFromSource(c, &g)
	return groupBriefOut{newGroupBrief(&g)}, err
}

// beginGroupFromSource stores a group and its volumes, which are "creating" with it (group/api.py, create_from_src).
func (s *Service) beginGroupFromSource(c *httpapi.Call, g *Group) error {
	return s.db.Update(func(tx *state.Tx) error {
		if err := s.checkGroupQuota(tx, g.ProjectID); err != nil {
			return asInvalid(err)
		}
		source, volumes, err := s.sourcesOf(c, tx, g)
		if err != nil {
			return err
		}
		g.VolumeTypes, g.Zone, g.Host = source.VolumeTypes, source.Zone, source.Host
		if g.Host == "" {
			return invalidGroup("No valid host to create group %s.", g.ID)
		}
		if err := s.notFrozen(tx, g.Host); err != nil {
			return err
		}
		if len(volumes) == 0 && g.SnapshotID != "" {
			return invalidGroup("Group snapshot is empty. No group will be created.")
		}
		if len(volumes) == 0 {
			return invalidGroup("Source Group is empty. No group will be created.")
		}
		for _, v := range volumes {
			typ, _ := s.types.Get(tx, v.TypeID)
			if err := s.checkQuota(tx, v.ProjectID, typ, quotaDeltas{Volumes: 1, Gigabytes: v.Size, PerVolume: v.Size}); err != nil {
				return asInvalid(err)
			}
			s.putVolume(tx, v)
		}
		s.putGroup(tx, *g)
		s.queue.Begin(tx, kindCreateGroupFromSource, groupJob{Group: g.ID})
		return nil
	})
}

// asInvalid makes a refusal a bad request, as create-from-src does with all but a few, even where a rule of policy decided.
// The name of the exception, which other requests tell with it, is not told.
func asInvalid(err error) error {
	var refusal *fail.Error
	if !errors.As(err, &refusal) {
		return err
	}
	switch {
	case refusal.Kind == fail.OverLimit:
		_, why, _ := strings.Cut(refusal.Text, ": ")
		return fail.New(fail.Invalid, "%s", why)
	case refusal.Resource == httpapi.PolicyRule:
		return fail.New(fail.Invalid, "%s", sentence(refusal))
	}
	return err
}

// sourcesOf are the group that a new group takes after, and the volumes that the new one will have.
func (s *Service) sourcesOf(c *httpapi.Call, r state.Reader, g *Group) (Group, []Volume, error) {
	fresh := func(typ, zone string, size int) Volume {
		return Volume{
			ID: s.ids.UUID(), ProjectID: g.ProjectID, UserID: g.UserID, TypeID: typ, Zone: zone, Size: size, GroupID: g.ID,
			Status: StatusCreating, AttachStatus: detached, SharedTargets: true, CreatedAt: c.Now,
		}
	}
	var out []Volume
	if g.SnapshotID != "" {
		gs, err := s.groupSnapshotFor(c, r, g.SnapshotID)
		if err != nil {
			return Group{}, nil, err
		}
		source, err := s.groupFor(c, r, gs.GroupID)
		for _, sn := range s.snapshotsIn(r, &gs) {
			v := fresh(sn.TypeID, source.Zone, sn.Size)
			v.SnapshotID = sn.ID
			out = append(out, v)
		}
		return source, out, err
	}
	source, err := s.groupFor(c, r, g.SourceGroupID)
	if err != nil {
		return Group{}, nil, err
	}
	for _, from := range s.members(r, &source) {
		v := fresh(from.TypeID, from.Zone, from.Size)
		v.SourceID, v.Bootable, v.Multiattach = from.ID, from.Bootable, from.Multiattach
		out = append(out, v)
	}
	return source, out, nil
}

// finishCreateGroupFromSource gives the volumes of a new group what those of its source hold.
func (s *Service) finishCreateGroupFromSource(ctx context.Context, job groupJob) error {
	return s.withGroup(job.Group, GroupCreating, func(tx *state.Tx, g *Group) {
		g.Status = GroupAvailable
		if sim.Failure(ctx) != nil || s.driverDown(tx, g.Host) {
			g.Status = GroupError
		}
		for _, v := range s.members(tx, g) {
			if v.Status != StatusCreating {
				continue
			}
			v.Host, v.ScheduledAt, v.UpdatedAt = g.Host, s.clock.Now(), s.clock.Now()
			switch sn, ok := s.snapshots.Get(tx, v.SnapshotID); {
			case g.Status == GroupError:
				v.Status = StatusError
			case ok:
				v.Content, v.ImageMetadata, v.Bootable = sn.Content, sn.ImageMetadata, len(sn.ImageMetadata) > 0
				s.launch(&v)
			default:
				from, _ := s.volumes.Get(tx, v.SourceID)
				v.Content, v.ImageMetadata = from.Content, from.ImageMetadata
				s.launch(&v)
			}
			s.putVolume(tx, v)
		}
	})
}

// takes tells whether a new volume of a type can be a part of the group (volume/api.py, create).
func (g *Group) takes(typ *VolumeType) error {
	switch {
	case typ == nil:
		return fail.New(fail.Invalid, "Invalid input received: volume_type must be provided when creating a volume in a group.")
	case !slices.Contains(g.VolumeTypes, typ.ID):
		return fail.New(fail.Invalid, "Invalid input received: Invalid volume_type provided: %s (requested type must be supported by this group).",
			typ.python())
	case g.Status != GroupAvailable && g.Status != GroupCreating:
		return invalidGroup("Originating group status must be one of 'available, creating' values")
	}
	return nil
}

// python is a volume type as upstream's message prints the object.
func (t VolumeType) python() string {
	quoted := func(s *string) string {
		if s == nil {
			return "None"
		}
		return "'" + *s + "'"
	}
	var specs []string
	for _, key := range slices.Sorted(maps.Keys(t.ExtraSpecs)) {
		specs = append(specs, key+"="+quoted(t.ExtraSpecs[key]))
	}
	qos, updated := "None", "None"
	if t.QoSSpecsID != "" {
		qos = t.QoSSpecsID
	}
	if !t.UpdatedAt.IsZero() {
		updated = t.UpdatedAt.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("VolumeType(created_at=%s,deleted=False,deleted_at=None,description=%s,extra_specs={%s},id=%s,is_public=%s,name='%s',"+
		"projects=%s,qos_specs=<?>,qos_specs_id=%s,updated_at=%s)", t.CreatedAt.UTC().Format(time.RFC3339), orNone(t.Description),
		strings.Join(specs, ","), t.ID, pythonString(t.IsPublic), t.Name, pythonList(t.Projects...), qos, updated)
}
