package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/schema"

// Parts of request schemas that many operations share (cinder/api/validation/parameter_types.py).
var (
	schemaBoolean = schema.Dict{
		{"type", schema.List{"boolean", "string"}},
		{"enum", schema.List{
			true, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes", "y", "t",
			false, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no", "n", "f",
		}},
	}
	schemaOptionalBoolean = schema.Dict{{"oneOf", schema.List{schema.Dict{{"type", "null"}}, schemaBoolean}}}
	schemaUUID            = schema.Dict{{"type", "string"}, {"format", "uuid"}}
	schemaOptionalUUID    = schema.Dict{{"oneOf", schema.List{
		schema.Dict{{"type", "null"}},
		schema.Dict{{"type", "string"}, {"format", "uuid"}},
	}}}
	schemaExtraSpecs = schema.Dict{
		{"type", "object"},
		{"patternProperties", schema.Dict{{"^[a-zA-Z0-9-_:. /]{1,255}$", schema.Dict{{"type", "string"}, {"maxLength", 255}}}}},
		{"additionalProperties", false},
	}
	schemaNullableText = schema.Dict{{"type", schema.List{"string", "null"}}, {"minLength", 0}, {"maxLength", 255}}
	schemaVolumeSize   = schema.Dict{
		{"type", schema.List{"integer", "string"}},
		{"pattern", "^[0-9]+$"},
		{"minimum", 1},
		{"maximum", maxInt},
	}
)

// action is the schema of a body whose only key is an action's.
func action(name string, value schema.Dict) *schema.Schema {
	return schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{name, value}}},
		{"required", schema.List{name}},
		{"additionalProperties", false},
	})
}
