package keystone

import "github.com/fauxstack/fauxstack/emulator/internal/schema"

func oneOrNull(kind string) schema.Dict {
	return schema.Dict{{Key: "type", Value: schema.List{kind, "null"}}}
}

// credentialCreate is the body of a request for a new application credential.
var credentialCreate = schema.New(schema.Dict{
	{Key: "type", Value: "object"},
	{Key: "properties", Value: schema.Dict{
		{Key: "application_credential", Value: schema.Dict{
			{Key: "type", Value: "object"},
			{Key: "properties", Value: schema.Dict{
				{Key: "id", Value: anyText},
				{Key: "secret", Value: oneOrNull("string")},
				{Key: "name", Value: anyName},
				{Key: "description", Value: oneOrNull("string")},
				{Key: "expires_at", Value: oneOrNull("string")},
				{Key: "project_id", Value: anyText},
				{Key: "access_rules", Value: schema.Dict{
					{Key: "type", Value: "array"},
					{Key: "items", Value: schema.Dict{
						{Key: "type", Value: "object"},
						{Key: "properties", Value: schema.Dict{
							{Key: "id", Value: idText},
							{Key: "path", Value: schema.Dict{
								{Key: "type", Value: "string"},
								{Key: "minLength", Value: 0},
								{Key: "maxLength", Value: 225},
								{Key: "pattern", Value: `^/\.*`},
							}},
							{Key: "service", Value: idText},
							{Key: "method", Value: schema.Dict{
								{Key: "type", Value: "string"},
								{Key: "enum", Value: schema.List{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}},
							}},
						}},
					}},
				}},
				{Key: "unrestricted", Value: oneOrNull("boolean")},
				{Key: "system", Value: oneOrNull("string")},
				{Key: "roles", Value: schema.Dict{
					{Key: "type", Value: "array"},
					{Key: "items", Value: schema.Dict{
						{Key: "type", Value: "object"},
						{Key: "properties", Value: schema.Dict{{Key: "id", Value: idText}, {Key: "name", Value: anyName}}},
						{Key: "minProperties", Value: 1},
						{Key: "maxProperties", Value: 1},
						{Key: "additionalProperties", Value: false},
					}},
				}},
			}},
			{Key: "additionalProperties", Value: false},
			{Key: "required", Value: schema.List{"name"}},
		}},
	}},
	{Key: "required", Value: schema.List{"application_credential"}},
	{Key: "additionalProperties", Value: false},
})
