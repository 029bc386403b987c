package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/schema"

// What bodies about volume types look like (api/schemas/volume_types.py and its neighbours).
//
// Upstream also writes a property "type" into most of these, meaning their type, and breaks on a body that has one. Here
// such a body is refused.
var (
	schemaTypeName        = schema.Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}, {"format", "name"}}
	schemaTypeUpdateName  = schema.Dict{{"type", schema.List{"string", "null"}}, {"minLength", 1}, {"maxLength", 255}}
	schemaTypeDescription = schema.Dict{
		{"type", schema.List{"string", "null"}},
		{"minLength", 0},
		{"maxLength", 255},
		{"pattern", printablePattern},
	}
	schemaTypeStore = schema.Dict{{"type", schema.List{"string", "null"}}, {"minLength", 0}, {"maxLength", 255}}

	schemaSpecsAtCreation = schema.Dict{
		{"type", "object"},
		{"patternProperties", schema.Dict{{"^[a-zA-Z0-9-_:. /]{1,255}$", schema.Dict{
			{"type", schema.List{"string", "null"}},
			{"maxLength", 255},
		}}}},
		{"additionalProperties", false},
	}
	schemaSpecs = schema.Dict{
		{"type", "object"},
		{"patternProperties", schema.Dict{{"^[a-zA-Z0-9-_:.]{1,255}$", schema.Dict{
			{"type", schema.List{"string", "null"}},
			{"minLength", 0},
			{"maxLength", 255},
		}}}},
		{"additionalProperties", false},
	}
)

// envelope is the schema of a body whose only key holds an object.
func envelope(key string, value schema.Dict) *schema.Schema {
	return schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{key, value}}},
		{"required", schema.List{key}},
		{"additionalProperties", false},
	})
}

var (
	typeCreateBody = envelope("volume_type", schema.Dict{
		{"type", "object"},
		{"properties", typeCreateFields},
		{"required", schema.List{"name"}},
		{"additionalProperties", false},
	})
	typeCreateFields = schema.Dict{
		{"name", schemaTypeName},
		{"description", schemaTypeDescription},
		{"extra_specs", schemaSpecsAtCreation},
		{"os-volume-type-access:is_public", schemaBoolean},
	}
	typeUpdateBody = envelope("volume_type", schema.Dict{
		{"type", "object"},
		{"properties", typeUpdateFields},
		{"additionalProperties", false},
	})
	typeUpdateFields = schema.Dict{
		{"name", schemaTypeUpdateName},
		{"description", schemaTypeDescription},
		{"is_public", schemaBoolean},
	}

	// With the variant type_store_property there is one more.
	typeCreateWithStoreBody = envelope("volume_type", schema.Dict{
		{"type", "object"},
		{"properties", typeCreateFields.With("store", schemaTypeStore)},
		{"required", schema.List{"name"}},
		{"additionalProperties", false},
	})
	typeUpdateWithStoreBody = envelope("volume_type", schema.Dict{
		{"type", "object"},
		{"properties", typeUpdateFields.With("store", schemaTypeStore)},
		{"additionalProperties", false},
	})

	addProjectAccessBody    = projectAccessBody("addProjectAccess")
	removeProjectAccessBody = projectAccessBody("removeProjectAccess")

	specsCreateBody = envelope("extra_specs", schemaSpecs)
	specsUpdateBody = schema.New(schemaSpecs.With("minProperties", 1).With("maxProperties", 1))

	encryptionCreateBody = envelope("encryption", schemaEncryption.With("required", schema.List{"provider", "control_location"}))
	encryptionUpdateBody = envelope("encryption", schemaEncryption)

	schemaEncryption = schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"key_size", schema.Dict{
				{"type", schema.List{"string", "integer", "null"}},
				{"minimum", 0},
				{"maximum", maxInt},
				{"format", "key_size"},
			}},
			{"provider", schema.Dict{{"type", "string"}, {"minLength", 0}, {"maxLength", 255}}},
			{"control_location", schema.Dict{{"enum", schema.List{"front-end", "back-end"}}}},
			{"cipher", schema.Dict{{"type", schema.List{"string", "null"}}, {"minLength", 0}, {"maxLength", 255}}},
		}},
		{"required", schema.List{}},
		{"additionalProperties", true},
	}

	defaultTypeBody = schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{"default_type", schema.Dict{
			{"type", "object"},
			{"properties", schema.Dict{{"volume_type", schemaTypeName}}},
			{"required", schema.List{"volume_type"}},
			{"additionalProperties", false},
		}}}},
	})

	quotaSetBody   = envelope("quota_set", schema.Dict{{"type", "object"}, {"minProperties", 1}})
	quotaClassBody = envelope("quota_class_set", schema.Dict{
		{"type", "object"},
		{"patternProperties", schema.Dict{{"^[a-zA-Z0-9-_:. ]{1,300}$", schema.Dict{
			{"type", schema.List{"integer", "string"}},
			{"pattern", "^[0-9]*$"},
			{"minimum", -1},
			{"minLength", 1},
			{"maximum", maxInt},
		}}}},
		{"additionalProperties", false},
	})

	serviceSwitchBody = schema.New(schemaServiceSwitch)
	serviceReasonBody = schema.New(schemaServiceSwitch.With("properties", append(serviceSwitchFields(),
		schema.Pair{Key: "disabled_reason", Value: schema.Dict{
			{"type", "string"},
			{"minLength", 1},
			{"maxLength", 255},
			{"format", "disabled_reason"},
		}})))
	schemaServiceSwitch = schema.Dict{
		{"type", "object"},
		{"properties", serviceSwitchFields()},
		{"anyOf", schema.List{
			schema.Dict{{"required", schema.List{"binary"}}},
			schema.Dict{{"required", schema.List{"service"}}},
		}},
		{"additionalProperties", false},
	}
)

func serviceSwitchFields() schema.Dict {
	return schema.Dict{
		{"binary", schema.Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}},
		{"host", schema.Dict{
			{"type", schema.List{"string", "null"}},
			{"minLength", 1},
			{"maxLength", 255},
			{"pattern", `^[a-zA-Z0-9-._#@:/+\[\]]*$`},
		}},
		{"cluster", schemaNullableText},
		{"service", schema.Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}},
	}
}

func projectAccessBody(action string) *schema.Schema {
	return envelope(action, schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{"project", schema.Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}}}},
		{"required", schema.List{"project"}},
		{"additionalProperties", false},
	})
}
