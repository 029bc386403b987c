package keystone

import "github.com/fauxstack/fauxstack/emulator/internal/schema"

// member is one member of an object's schema.
func member(name string, value any) schema.Pair { return schema.Pair{Key: name, Value: value} }

// object is the schema of an object: its properties, those that must be there, whether there may be others.
func object(properties schema.Dict, required []string, open bool) schema.Dict {
	d := schema.Dict{member("type", "object"), member("properties", properties)}
	if required != nil {
		names := make(schema.List, len(required))
		for i, name := range required {
			names[i] = name
		}
		d = append(d, member("required", names))
	}
	return append(d, member("additionalProperties", open))
}

// creating is the body of a request that makes something: an object under the thing's name.
func creating(name string, properties schema.Dict, required ...string) *schema.Schema {
	return enveloped(name, object(properties, required, true))
}

// updating is the body of a request that changes something, one attribute at least.
func updating(name string, properties schema.Dict) *schema.Schema {
	return enveloped(name, object(properties, nil, true).With("minProperties", 1))
}

// enveloped is an object with the one member name, which must be there.
func enveloped(name string, inner schema.Dict) *schema.Schema {
	return schema.New(object(schema.Dict{member(name, inner)}, []string{name}, false))
}

// or makes null acceptable, too.
func (d schemaDict) orNull() schema.Dict {
	kind, _ := schema.Dict(d).Get("type")
	out := schema.Dict(d).With("type", schema.List{kind, "null"})
	if values, ok := out.Get("enum"); ok {
		out = out.With("enum", append(append(schema.List{}, values.(schema.List)...), nil))
	}
	return out
}

type schemaDict schema.Dict

var (
	textOrNull = schema.Dict{member("type", schema.List{"string", "null"})}
	wholeTruth = schema.Dict{member("type", "boolean")}
	plainFlag  = schema.Dict{member("type", "boolean"), member("enum", schema.List{true, false})}
	shortText  = schema.Dict{member("type", "string"), member("maxLength", 255)}
	tagText    = schema.Dict{
		member("type", "string"),
		member("minLength", 1),
		member("maxLength", 255),
		member("pattern", "^[^,/]*$"),
	}
	tagList = schema.Dict{
		member("type", "array"),
		member("items", tagText),
		member("required", schema.List{}),
		member("maxItems", 80),
		member("uniqueItems", true),
	}
	immutableOption = object(schema.Dict{member("immutable", schemaDict(plainFlag).orNull())}, nil, false)
	userOptions     = object(schema.Dict{
		member("ignore_change_password_upon_first_use", schemaDict(plainFlag).orNull()),
		member("ignore_password_expiry", schemaDict(plainFlag).orNull()),
		member("ignore_lockout_failure_attempts", schemaDict(plainFlag).orNull()),
		member("lock_password", schemaDict(plainFlag).orNull()),
		member("ignore_user_inactivity", schemaDict(plainFlag).orNull()),
		member("multi_factor_auth_rules", schema.Dict{
			member("type", schema.List{"array", "null"}),
			member("items", schema.Dict{
				member("type", "array"),
				member("items", anyText),
				member("minItems", 1),
				member("uniqueItems", true),
			}),
			member("uniqueItems", true),
		}),
		member("multi_factor_auth_enabled", schemaDict(plainFlag).orNull()),
	}, nil, false)
)

var (
	userProperties = schema.Dict{
		member("domain_id", idText),
		member("default_project_id", textOrNull),
		member("description", textOrNull),
		member("enabled", switchText),
		member("federated", schema.Dict{
			member("type", "array"),
			member("items", object(schema.Dict{
				member("idp_id", anyText),
				member("protocols", schema.Dict{
					member("type", "array"),
					member("items", object(schema.Dict{
						member("protocol_id", anyText), member("unique_id", anyText),
					}, []string{"protocol_id", "unique_id"}, true)),
					member("minItems", 1),
				}),
			}, []string{"idp_id", "protocols"}, true)),
		}),
		member("name", anyName),
		member("password", textOrNull),
		member("options", userOptions),
	}
	userCreateBody = creating("user", userProperties, "name")
	userUpdateBody = updating("user", userProperties)

	passwordBody = schema.New(object(schema.Dict{
		member("original_password", anyText), member("password", anyText),
	}, []string{"original_password", "password"}, false))

	groupCreateBody = creating("group", schema.Dict{
		member("domain_id", idText), member("description", textOrNull), member("name", anyName),
	}, "name")
	groupUpdateBody = updating("group", schema.Dict{member("description", textOrNull), member("name", anyName)})

	projectCreateBody = schema.New(object(schema.Dict{member("project", schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{
			member("description", textOrNull),
			member("domain_id", schemaDict(idText).orNull()),
			member("enabled", switchText),
			member("is_domain", switchText),
			member("parent_id", schemaDict(idText).orNull()),
			member("name", projectName),
			member("tags", tagList),
			member("options", immutableOption),
		}),
		member("required", schema.List{"name"}),
	})}, nil, false))
	projectUpdateBody = schema.New(object(schema.Dict{member("project", schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{
			member("description", textOrNull),
			member("enabled", switchText),
			member("name", projectName),
			member("options", immutableOption),
			member("tags", tagList),
		}),
	})}, nil, false))
	projectTagsBody = schema.New(object(schema.Dict{
		member("tags", schema.Dict{member("type", "array"), member("items", tagText)}),
	}, nil, false))
	projectTagsSet = schema.New(tagList)
	projectTagSet  = schema.New(tagText)

	domainProperties = schema.Dict{
		member("description", schemaDict(shortText).orNull()),
		member("enabled", switchText),
		member("name", projectName),
		member("options", immutableOption),
		member("tags", tagList),
	}
	domainCreateBody = enveloped("domain", schema.Dict{
		member("type", "object"),
		member("properties", append(schema.Dict{member("explicit_domain_id", idText)}, domainProperties...)),
		member("required", schema.List{"name"}),
	})
	domainUpdateBody = enveloped("domain", schema.Dict{
		member("type", "object"), member("properties", domainProperties), member("minProperties", 1),
	})

	roleProperties = schema.Dict{
		member("name", anyName),
		member("description", textOrNull),
		member("domain_id", schemaDict(idText).orNull()),
		member("options", immutableOption),
	}
	roleCreateBody = creating("role", roleProperties, "name")
	roleUpdateBody = updating("role", roleProperties)
)

var (
	regionProperties = schema.Dict{
		member("description", schemaDict(shortText).orNull()), member("id", regionID), member("parent_region_id", regionID),
	}
	regionCreateBody = schema.New(schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{
			member("region", object(regionProperties.With("id", regionID.With("minLength", 0)), nil, true)),
		}),
		member("required", schema.List{"region"}),
	})
	regionUpdateBody = updating("region", regionProperties)

	serviceProperties = schema.Dict{
		member("enabled", wholeTruth),
		member("type", schema.Dict{member("type", "string"), member("minLength", 1), member("maxLength", 255)}),
		member("name", schema.Dict{member("type", "string"), member("minLength", 1), member("maxLength", 255)}),
	}
	serviceCreateBody = schema.New(schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{member("service", schema.Dict{
			member("type", "object"), member("properties", serviceProperties),
			member("additionalProperties", true), member("required", schema.List{"type"}),
		})}),
	})
	serviceUpdateBody = schema.New(schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{member("service", schema.Dict{
			member("type", "object"), member("properties", serviceProperties),
			member("additionalProperties", true), member("minProperties", 1),
		})}),
		member("required", schema.List{"service"}),
	})

	interfaceName = schema.Dict{member("type", "string"), member("enum", schema.List{"admin", "internal", "public"})}

	endpointProperties = schema.Dict{
		member("enabled", wholeTruth),
		member("interface", interfaceName),
		member("region_id", textOrNull),
		member("region", textOrNull),
		member("service_id", anyText),
		member("url", schema.Dict{
			member("type", "string"), member("minLength", 0), member("maxLength", 225), member("pattern", "^[a-zA-Z0-9+.-]+:.+"),
		}),
		member("name", anyText),
		member("description", textOrNull),
	}
	endpointCreateBody = schema.New(object(schema.Dict{member("endpoint", object(
		append(schema.Dict{member("id", anyText)}, endpointProperties...), []string{"interface", "service_id", "url"}, true,
	))}, nil, false))
	endpointUpdateBody = updating("endpoint", endpointProperties)

	endpointGroupProperties = schema.Dict{
		member("description", textOrNull),
		member("filters", schema.Dict{
			member("type", "object"),
			member("properties", schema.Dict{
				member("interface", interfaceName), member("service_id", anyText),
				member("region_id", textOrNull), member("enabled", wholeTruth),
			}),
		}),
		member("name", anyName),
	}
	endpointGroupCreateBody = schema.New(object(schema.Dict{
		member("endpoint_group", object(endpointGroupProperties, []string{"name", "filters"}, false)),
	}, nil, false))
	endpointGroupUpdateBody = enveloped("endpoint_group", object(endpointGroupProperties, nil, false).With("minProperties", 1))
	endpointGroupListQuery  = schema.New(object(schema.Dict{member("name", anyName)}, nil, false))
)
