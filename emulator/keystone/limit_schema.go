package keystone

import "github.com/fauxstack/fauxstack/emulator/internal/schema"

var (
	limitNumber = schema.Dict{member("type", "integer"), member("minimum", -1), member("maximum", 0x7fffffff)}

	registeredLimitProperties = schema.Dict{
		member("service_id", uuidText),
		member("region_id", regionID),
		member("resource_name", anyName),
		member("default_limit", limitNumber),
		member("description", schemaDict(shortText).orNull()),
	}
	registeredLimitCreateBody = listed("registered_limits", schema.Dict{
		member("type", "object"),
		member("properties", registeredLimitProperties),
		member("additionalProperties", false),
		member("required", schema.List{"service_id", "resource_name", "default_limit"}),
	})
	registeredLimitUpdateBody = schema.New(schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{member("registered_limit", object(registeredLimitProperties, nil, false))}),
		member("additionalProperties", false),
		member("required", schema.List{"registered_limit"}),
	})
	registeredLimitListQuery = querySchema(schema.Dict{
		member("service_id", uuidText), member("region_id", regionID), member("resource_name", anyName),
	})

	limitCreateBody = listed("limits", schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{
			member("project_id", schemaDict(idText).orNull()),
			member("domain_id", schemaDict(idText).orNull()),
			member("resource_name", anyName),
			member("region_id", regionID),
			member("service_id", uuidText),
			member("resource_limit", limitNumber),
			member("description", schemaDict(shortText).orNull()),
		}),
		member("required", schema.List{"service_id", "resource_name", "resource_limit"}),
		member("oneOf", schema.List{
			schema.Dict{member("required", schema.List{"service_id", "resource_name", "resource_limit", "domain_id"})},
			schema.Dict{member("required", schema.List{"service_id", "resource_name", "resource_limit", "project_id"})},
		}),
		member("additionalProperties", false),
	})
	limitUpdateBody = schema.New(schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{member("limit", object(schema.Dict{
			member("resource_limit", limitNumber), member("description", schemaDict(shortText).orNull()),
		}, nil, false))}),
		member("additionalProperties", false),
		member("required", schema.List{"limit"}),
	})
	limitListQuery = querySchema(schema.Dict{
		member("service_id", uuidText),
		member("region_id", regionID),
		member("resource_name", anyName),
		member("project_id", idText),
		member("domain_id", idText),
	})
)

// listed is an object with the one member name: a list of at least one thing.
func listed(name string, item schema.Dict) *schema.Schema {
	return schema.New(object(schema.Dict{
		member(name, schema.Dict{member("type", "array"), member("items", item), member("minItems", 1)}),
	}, []string{name}, false))
}
