package cinder

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// groupRows are group types, groups and group snapshots.
func groupRows() []row {
	return slices.Concat(groupTypeRows(), genericGroupRows(), groupActionRows(), groupSnapshotRows())
}

func groupTypeRows() []row {
	const (
		types  = project + "/group_types"
		one    = types + "/{group_type_id}"
		specs  = one + "/group_specs"
		manage = "group:group_types:"
		spec   = "group:group_types_specs:"
	)
	rows := []row{
		{Op: "list", Method: "GET", Path: types, Handle: httpapi.Get((*Service).groupTypeList)},
		{
			Op: "create", Method: "POST", Path: types, Success: 202, Policy: manage + "create",
			Body: httpapi.Schema(schemaGroupTypeCreate), Handle: httpapi.JSON((*Service).groupTypeCreate),
		},
		{Op: "show", Method: "GET", Path: one, Handle: httpapi.Get((*Service).groupTypeShow)},
		{
			Op: "update", Method: "PUT", Path: one, Policy: manage + "update",
			Body: httpapi.Schema(schemaGroupTypeUpdate), Handle: httpapi.JSON((*Service).groupTypeUpdate),
		},
		{Op: "delete", Method: "DELETE", Path: one, Success: 202, Policy: manage + "delete", Handle: (*Service).groupTypeDelete},
		{Op: "group_specs.list", Method: "GET", Path: specs, Policy: spec + "get_all", Handle: httpapi.Get((*Service).groupSpecList)},
		{
			Op: "group_specs.create", Method: "POST", Path: specs, Success: 202, Policy: spec + "create",
			Body: httpapi.Schema(schemaGroupSpecsCreate), Handle: httpapi.Get((*Service).groupSpecCreate),
		},
		{Op: "group_specs.show", Method: "GET", Path: specs + "/{key}", Policy: spec + "get", Handle: httpapi.Get((*Service).groupSpecShow)},
		{
			Op: "group_specs.update", Method: "PUT", Path: specs + "/{key}", Policy: spec + "update",
			Body: httpapi.Schema(schemaGroupSpecsUpdate), Handle: httpapi.Get((*Service).groupSpecUpdate),
		},
		{
			Op: "group_specs.delete", Method: "DELETE", Path: specs + "/{key}", Success: 202, Policy: spec + "delete",
			Handle: (*Service).groupSpecDelete,
		},
	}
	for i := range rows {
		rows[i].Op, rows[i].Since = "cinder.group_types."+rows[i].Op, "3.11"
	}
	return rows
}

func genericGroupRows() []row {
	const groups, one = project + "/groups", project + "/groups/{id}"
	return []row{
		{
			Op: "cinder.groups.list", Method: "GET", Path: groups, Since: "3.13", Policy: "group:get_all", Late: true,
			Handle: httpapi.Get((*Service).groupList),
		},
		{
			Op: "cinder.groups.list_detail", Method: "GET", Path: groups + "/detail", Since: "3.13", Policy: "group:get_all", Late: true,
			Handle: httpapi.Get((*Service).groupListDetail),
		},
		{
			Op: "cinder.groups.create", Method: "POST", Path: groups, Since: "3.13", Success: 202, Policy: "group:create", Late: true,
			Body: httpapi.Schema(schemaGroupCreate), Handle: httpapi.JSON((*Service).groupCreate),
		},
		{
			Op: "cinder.groups.show", Method: "GET", Path: one, Since: "3.13", Policy: "group:get", Late: true,
			Handle: httpapi.Get((*Service).groupShow),
		},
		{
			Op: "cinder.groups.update", Method: "PUT", Path: one, Since: "3.13", Success: 202, Policy: "group:update", Late: true,
			Body: httpapi.Schema(schemaGroupUpdate), Handle: reading((*Service).groupUpdate),
		},
		// Upstream's router knows the path, and its controller has no such method (observed on release Zed).
		{Op: "cinder.groups.delete", Method: "DELETE", Path: one, Handle: httpapi.Do((*Service).groupNoDelete)},
	}
}

// groupNoDelete serves DELETE /groups/{id}, which upstream breaks on.
func (s *Service) groupNoDelete(*httpapi.Call) error { return fail.New(fail.Internal, serverError) }

// groupActionRows are the actions of groups. Those of one group are refused where the path names none, and the other way
// around.
func groupActionRows() []row {
	const groups, one = project + "/groups/action", project + "/groups/{id}/action"
	rows := []row{
		{
			Action: "create-from-src", Path: groups, Since: "3.14", Success: 202, Policy: "group:create", Late: true,
			Body: httpapi.Schema(schemaGroupFromSource), Handle: httpapi.JSON((*Service).groupCreateFromSource),
		},
		{
			Action: "delete", Path: one, Since: "3.13", Success: 202, Policy: "group:delete",
			Body: httpapi.Schema(schemaGroupDelete), Handle: reading((*Service).groupDelete),
		},
		{
			Action: "reset_status", Path: one, Since: "3.20", Success: 202, Policy: "group:reset_status",
			Body: httpapi.Schema(schemaGroupResetStatus), Handle: reading((*Service).groupResetStatus),
		},
		{
			Action: "enable_replication", Path: one, Since: "3.38", Success: 202, Policy: "group:enable_replication",
			Body: httpapi.Schema(schemaGroupEnable), Handle: (*Service).groupEnableReplication,
		},
		{
			Action: "disable_replication", Path: one, Since: "3.38", Success: 202, Policy: "group:disable_replication",
			Body: httpapi.Schema(schemaGroupDisable), Handle: (*Service).groupDisableReplication,
		},
		{
			Action: "failover_replication", Path: one, Since: "3.38", Success: 202, Policy: "group:failover_replication",
			Body: httpapi.Schema(schemaGroupFailover), Handle: reading((*Service).groupFailover),
		},
		{
			Action: "list_replication_targets", Path: one, Since: "3.38", Policy: "group:list_replication_targets",
			Body: httpapi.Schema(schemaGroupTargets), Handle: httpapi.Get((*Service).groupReplicationTargets),
		},
	}
	for i := range rows {
		r := &rows[i]
		r.Op, r.Method, r.Late = "cinder.groups."+r.Action, "POST", true
		elsewhere := row{Op: r.Op, Method: r.Method, Action: r.Action, Since: r.Since, Path: one, Handle: httpapi.Do((*Service).misplaced)}
		if r.Path == one {
			elsewhere.Path = groups
		}
		rows = append(rows, elsewhere)
	}
	return rows
}

// misplaced refuses an action that the path is not for.
func (s *Service) misplaced(*httpapi.Call) error { return fail.New(fail.Invalid, badRequest) }

func groupSnapshotRows() []row {
	const (
		snapshots = project + "/group_snapshots"
		one       = snapshots + "/{id}"
		get       = "group:get_group_snapshot"
	)
	return []row{
		{
			Op: "cinder.group_snapshots.list", Method: "GET", Path: snapshots, Since: "3.14", Policy: "group:get_all_group_snapshots", Late: true,
			Handle: httpapi.Get((*Service).groupSnapshotList),
		},
		{
			Op: "cinder.group_snapshots.list_detail", Method: "GET", Path: snapshots + "/detail", Since: "3.14",
			Policy: "group:get_all_group_snapshots", Late: true, Handle: httpapi.Get((*Service).groupSnapshotListDetail),
		},
		{
			Op: "cinder.group_snapshots.create", Method: "POST", Path: snapshots, Since: "3.14", Success: 202,
			Policy: "group:create_group_snapshot", Late: true,
			Body: httpapi.Schema(schemaGroupSnapshotCreate), Handle: httpapi.JSON((*Service).groupSnapshotCreate),
		},
		{
			Op: "cinder.group_snapshots.show", Method: "GET", Path: one, Since: "3.14", Policy: get, Late: true,
			Handle: httpapi.Get((*Service).groupSnapshotShow),
		},
		{
			Op: "cinder.group_snapshots.delete", Method: "DELETE", Path: one, Since: "3.14", Success: 202,
			Policy: "group:delete_group_snapshot", Late: true, Handle: (*Service).groupSnapshotDelete,
		},
		{
			Op: "cinder.group_snapshots.reset_status", Method: "POST", Path: one + "/action", Action: "reset_status", Since: "3.19", Success: 202,
			Policy: "group:reset_group_snapshot_status", Late: true,
			Body: httpapi.Schema(schemaGroupSnapshotResetStatus), Handle: reading((*Service).groupSnapshotResetStatus),
		},
	}
}
