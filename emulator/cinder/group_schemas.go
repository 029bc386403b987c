package cinder

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// Bodies about groups and group snapshots (api/schemas/groups.py, group_snapshots.py).
var (
	schemaGroupName = schema.Dict{{"type", schema.List{"string", "null"}}, {"minLength", 0}, {"maxLength", 255}}

	schemaGroupCreate = envelope("group", closed(schema.Dict{
		{"description", schemaTypeDescription},
		{"group_type", schema.Dict{{"type", "string"}, {"format", "group_type"}}},
		{"name", schemaGroupName},
		{"volume_types", schema.Dict{
			{"type", "array"},
			{"minItems", 1},
			{"items", schema.Dict{{"type", "string"}, {"maxLength", 255}}},
			{"uniqueItems", true},
		}},
		{"availability_zone", schema.Dict{{"type", schema.List{"string", "null"}}, {"format", "availability_zone"}}},
	}, "group_type", "volume_types"))
	schemaGroupFromSource = envelope("create-from-src", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"description", schemaTypeDescription},
			{"name", schemaGroupName},
			{"source_group_id", schemaUUID},
			{"group_snapshot_id", schemaUUID},
		}},
		{"oneOf", schema.List{
			schema.Dict{{"required", schema.List{"group_snapshot_id"}}},
			schema.Dict{{"required", schema.List{"source_group_id"}}},
		}},
		{"additionalProperties", false},
	})
	schemaGroupDelete = envelope("delete", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{"delete-volumes", schemaBoolean}}},
		{"additionalProperties", false},
	})
	schemaGroupResetStatus = envelope("reset_status", closed(schema.Dict{
		{"status", schema.Dict{{"type", "string"}, {"format", "group_status"}}},
	}, "status"))
	schemaGroupUpdate = envelope("group", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"description", schemaTypeDescription},
			{"name", schemaGroupName},
			{"add_volumes", schemaTypeDescription},
			{"remove_volumes", schemaTypeDescription},
		}},
		{"anyOf", schema.List{
			schema.Dict{{"required", schema.List{"name"}}},
			schema.Dict{{"required", schema.List{"description"}}},
			schema.Dict{{"required", schema.List{"add_volumes"}}},
			schema.Dict{{"required", schema.List{"remove_volumes"}}},
		}},
		{"additionalProperties", false},
	})
	schemaGroupFailover = envelope("failover_replication", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{"allow_attached_volume", schemaBoolean}, {"secondary_backend_id", schemaNullableText}}},
		{"additionalProperties", false},
	})
	schemaGroupEnable  = envelope("enable_replication", schema.Dict{{"type", "object"}})
	schemaGroupDisable = envelope("disable_replication", schema.Dict{{"type", "object"}})
	schemaGroupTargets = envelope("list_replication_targets", schema.Dict{{"type", "object"}})

	schemaGroupSnapshotCreate = envelope("group_snapshot", closed(schema.Dict{
		{"group_id", schemaUUID},
		{"name", schemaGroupName},
		{"description", schemaTypeDescription},
	}, "group_id"))
	schemaGroupSnapshotResetStatus = envelope("reset_status", closed(schema.Dict{
		{"status", schema.Dict{{"type", "string"}, {"format", "group_snapshot_status"}}},
	}, "status"))
)

// groupStatusFormat asks for one of the statuses of a group, or of a group snapshot, which is never in use.
func groupStatusFormat(ofSnapshot bool) schema.Format {
	exception, thing, valid := "Invalid Group Status", "Group status", "valid status are"
	words := groupStatuses()
	if ofSnapshot {
		exception, thing, valid = "Invalid GroupSnapshot Status", "Group snapshot status", "valid statuses are"
		words = slices.DeleteFunc(words, func(s GroupStatus) bool { return s == GroupInUse })
	}
	return func(v schema.Value) error {
		s, ok := v.(string)
		if !ok {
			return nil
		}
		if strings.TrimSpace(s) == "" {
			return schema.Raise(fail.New(fail.Invalid, "%s: The 'status' can not be empty.", exception))
		}
		if slices.Contains(words, GroupStatus(strings.ToLower(s))) {
			return nil
		}
		quoted := make([]string, len(words))
		for i, w := range words {
			quoted[i] = "'" + string(w) + "'"
		}
		return schema.Raise(fail.New(fail.Invalid, "%s: %s: %s is invalid, %s: (%s).", exception, thing, s, valid, strings.Join(quoted, ", ")))
	}
}

// textOfLength asks for a text of 1 to 255 characters, spaces around it not counted.
func textOfLength(entity string) schema.Format {
	return func(v schema.Value) error {
		s, ok := v.(string)
		switch n := utf8.RuneCountInString(strings.TrimSpace(s)); {
		case !ok:
			return nil
		case n < 1:
			return schema.Raise(fail.New(fail.Invalid, "Invalid input received: %s has %d characters, less than 1.", entity, n))
		case n > 255:
			return schema.Raise(fail.New(fail.Invalid, "Invalid input received: %s has %d characters, more than 255.", entity, n))
		}
		return nil
	}
}
