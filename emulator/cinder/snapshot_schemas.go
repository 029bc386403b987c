package cinder

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// Request schemas of snapshots (cinder/api/schemas/snapshots.py, snapshot_actions.py, admin_actions.py).
var (
	schemaSnapshotCreate = envelope("snapshot", closed(schema.Dict{
		{"name", schemaNullableText},
		{"display_name", schemaNullableText},
		{"description", schemaTypeDescription},
		{"volume_id", schemaUUIDOrNull},
		{"force", schemaBoolean},
		{"metadata", schemaExtraSpecs.With("type", schema.List{"object", "null"})},
	}, "volume_id"))
	schemaSnapshotUpdate = envelope("snapshot", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"name", schemaNullableText},
			{"description", schemaTypeDescription},
			{"display_name", schemaNullableText},
			{"display_description", schemaTypeDescription},
		}},
		{"additionalProperties", false},
		{"anyOf", schema.List{
			schema.Dict{{"required", schema.List{"name"}}},
			schema.Dict{{"required", schema.List{"description"}}},
			schema.Dict{{"required", schema.List{"display_name"}}},
			schema.Dict{{"required", schema.List{"display_description"}}},
		}},
	})
	schemaUUIDOrNull = schema.Dict{{"oneOf", schema.List{schemaUUID, schema.Dict{{"type", "null"}}}}}

	schemaSnapshotValues = schema.Dict{
		{"type", "object"},
		{"patternProperties", schema.Dict{{"^[a-zA-Z0-9-_:. ]{1,255}$", schema.Dict{{"type", "string"}, {"maxLength", 255}}}}},
		{"additionalProperties", false},
	}
	schemaSnapshotMetadata = open("metadata", schemaSnapshotValues)
	schemaSnapshotMeta     = open("meta", schemaSnapshotValues.With("minProperties", 1).With("maxProperties", 1))

	schemaUnmanage = action("os-unmanage", schema.Dict{})

	schemaSnapshotReset = action("os-reset_status", closed(schema.Dict{
		{"status", schema.Dict{{"type", "string"}, {"format", "snapshot_status"}}},
	}, "status"))
	schemaSnapshotStatus = action("os-update_snapshot_status", closed(schema.Dict{
		{"status", schema.Dict{{"type", "string"}}},
		{"progress", schema.Dict{{"format", "progress"}}},
	}, "status"))
)

// open is the schema of a body in which one key holds an object, whatever else is there.
func open(key string, value schema.Dict) *schema.Schema {
	return schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{key, value}}},
		{"required", schema.List{key}},
		{"additionalProperties", true},
	})
}

// snapshotStatusFormat accepts the statuses of snapshots, whatever the case.
func snapshotStatusFormat(v schema.Value) error {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	words := snapshotStatusWords()
	for _, w := range words {
		if strings.ToLower(s) == w {
			return nil
		}
	}
	return schema.Raise(fail.New(fail.Invalid, "Snapshot status: %s is invalid, valid statuses are: ('%s').", s, strings.Join(words, "', '")))
}

// progressFormat accepts "0%" to "100%", and nothing. What is no string breaks upstream, and is refused here.
func progressFormat(v schema.Value) error {
	s, ok := v.(string)
	switch {
	case v == nil || ok && s == "":
		return nil
	case !ok:
		return schema.ErrFormat
	}
	runes := []rune(s)
	n, err := pythonInt(string(runes[:len(runes)-1]))
	if err != nil {
		return schema.Raise(fail.New(fail.Invalid, "Invalid input received: progress must be an integer percentage"))
	}
	if n < 0 || n > 100 || runes[len(runes)-1] != '%' {
		return schema.Raise(fail.New(fail.Invalid, "Invalid input received: progress must be an integer percentage between 0 and 100"))
	}
	return nil
}
