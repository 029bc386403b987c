package keystone

import "github.com/fauxstack/fauxstack/emulator/internal/schema"

// mappingSchemas are those of mappings, by their version.
var mappingSchemas = map[string]*schema.Schema{
	"1.0": mappingSchema(mappedProjects(nil), nil),
	"2.0": mappingSchema(mappedProjects(schema.Dict{member("domain", mappedDomain)}), nil),
	"3.0": mappingSchema(mappedProjects(schema.Dict{member("domain", mappedDomain)}), schema.Dict{member("projects_json", anyText)}),
}

var (
	mappedDomain = object(schema.Dict{member("id", anyText), member("name", anyText)}, nil, false)
	mappedUser   = object(schema.Dict{
		member("id", anyText),
		member("name", anyText),
		member("email", anyText),
		member("domain", mappedDomain),
		member("type", schema.Dict{member("type", "string"), member("enum", schema.List{"ephemeral", "local"})}),
	}, nil, false)
	mappedGroup = schema.Dict{member("type", "object"), member("oneOf", schema.List{
		object(schema.Dict{member("id", anyText)}, []string{"id"}, false),
		object(schema.Dict{member("name", anyText), member("domain", mappedDomain)}, []string{"name", "domain"}, false),
	})}
)

func mappedProjects(further schema.Dict) schema.Dict {
	return schema.Dict{member("type", "array"), member("items", object(append(schema.Dict{
		member("name", anyText),
		member("roles", schema.Dict{
			member("type", "array"), member("items", object(schema.Dict{member("name", anyText)}, []string{"name"}, false)),
		}),
	}, further...), []string{"name", "roles"}, false))}
}

// mappingSchema puts the schema of mappings together of what changes with the versions.
func mappingSchema(projects, further schema.Dict) *schema.Schema {
	local := object(append(schema.Dict{
		member("user", mappedUser),
		member("projects", projects),
		member("group", mappedGroup),
		member("groups", anyText),
		member("group_ids", anyText),
		member("domain", mappedDomain),
	}, further...), nil, false)
	conditions := schema.List{object(schema.Dict{member("type", anyText)}, []string{"type"}, false)}
	for _, kind := range []string{"any_one_of", "not_any_of", "blacklist", "whitelist"} {
		conditions = append(conditions, object(schema.Dict{
			member("type", anyText), member(kind, schema.Dict{member("type", "array")}), member("regex", wholeTruth),
		}, []string{"type", kind}, false))
	}
	rule := object(schema.Dict{
		member("local", schema.Dict{member("type", "array"), member("items", local)}),
		member("remote", schema.Dict{
			member("minItems", 1),
			member("type", "array"),
			member("items", schema.Dict{member("type", "object"), member("oneOf", conditions)}),
		}),
	}, []string{"local", "remote"}, false)
	return schema.New(schema.Dict{
		member("type", "object"),
		member("required", schema.List{"rules"}),
		member("properties", schema.Dict{
			member("rules", schema.Dict{member("minItems", 1), member("type", "array"), member("items", rule)}),
			member("schema_version", anyText),
		}),
	})
}
