package keystone

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// checkQuery holds the parameters of a list against its schema; of one that is repeated the first counts. Older releases
// do not look.
func (s *Service) checkQuery(c *httpapi.Call, query *schema.Schema) error {
	if !s.release.AtLeast(release.Epoxy) {
		return nil
	}
	var args schema.Dict
	for _, name := range slices.Sorted(maps.Keys(c.Query())) {
		args = append(args, schema.Pair{Key: name, Value: c.Query().Get(name)})
	}
	var mistake *schema.Error
	if err := dialect().Validator.Validate(query, args); errors.As(err, &mistake) {
		return schemaError(c, mistake)
	}
	return nil
}

// Types of parameters. Parameters that a schema does not name are let pass, unless it says otherwise.
var (
	anyText = schema.Dict{{Key: "type", Value: "string"}}
	anyName = schema.Dict{
		{Key: "type", Value: "string"},
		{Key: "minLength", Value: 1},
		{Key: "maxLength", Value: 255},
		{Key: "pattern", Value: `[\S]+`},
	}
	projectName = schema.Dict{
		{Key: "type", Value: "string"},
		{Key: "minLength", Value: 1},
		{Key: "maxLength", Value: 64},
		{Key: "pattern", Value: `[\S]+`},
	}
	idText = schema.Dict{
		{Key: "type", Value: "string"},
		{Key: "minLength", Value: 1},
		{Key: "maxLength", Value: 64},
		{Key: "pattern", Value: "^[a-zA-Z0-9-]+$"},
	}
	regionID = schema.Dict{
		{Key: "type", Value: schema.List{"string", "null"}},
		{Key: "minLength", Value: 1},
		{Key: "maxLength", Value: 255},
	}
	switchText = schema.Dict{{Key: "type", Value: schema.List{"boolean", "string", "null"}}, {Key: "enum", Value: schema.List{
		true, "True", "TRUE", "true", false, "False", "FALSE", "false", "", "1", "0", "y", "Y", "n", "N", "on", "ON", "off",
		"OFF", "yes", "no",
	}}}
	uuidText = schema.Dict{{Key: "type", Value: "string"}, {Key: "format", Value: "uuid"}}
	sortDir  = schema.Dict{{Key: "type", Value: "string"}, {Key: "enum", Value: schema.List{"asc", "desc"}}}
	pageSize = schema.Dict{{Key: "type", Value: schema.List{"integer", "string"}}}
)

func querySchema(properties schema.Dict) *schema.Schema {
	return schema.New(schema.Dict{{Key: "type", Value: "object"}, {Key: "properties", Value: properties}})
}

var (
	projectListQuery = querySchema(schema.Dict{
		{Key: "domain_id", Value: idText},
		{Key: "enabled", Value: switchText},
		{Key: "name", Value: projectName},
		{Key: "parent_id", Value: uuidText},
		{Key: "is_domain", Value: switchText},
		{Key: "tags", Value: anyText},
		{Key: "tags-any", Value: anyText},
		{Key: "not-tags", Value: anyText},
		{Key: "not-tags-any", Value: anyText},
		{Key: "marker", Value: anyText},
		{Key: "limit", Value: pageSize},
	})
	domainListQuery = querySchema(schema.Dict{
		{Key: "enabled", Value: switchText},
		{Key: "name", Value: projectName},
		{Key: "marker", Value: anyText},
		{Key: "limit", Value: pageSize},
	})
	userListQuery = querySchema(schema.Dict{
		{Key: "domain_id", Value: idText},
		{Key: "enabled", Value: switchText},
		{Key: "idp_id", Value: anyText},
		{Key: "name", Value: anyName},
		{Key: "password_expires_at", Value: anyText},
		{Key: "protocol_id", Value: anyText},
		{Key: "unique_id", Value: anyText},
		{Key: "marker", Value: anyText},
		{Key: "limit", Value: pageSize},
		{Key: "sort_key", Value: anyText},
		{Key: "sort_dir", Value: sortDir},
	})
	groupListQuery = querySchema(schema.Dict{
		{Key: "domain_id", Value: idText},
		{Key: "name", Value: anyName},
		{Key: "marker", Value: anyText},
		{Key: "limit", Value: pageSize},
		{Key: "sort_key", Value: anyText},
		{Key: "sort_dir", Value: sortDir},
	})
	roleListQuery = querySchema(schema.Dict{
		{Key: "name", Value: anyName}, {Key: "domain_id", Value: idText},
	})
	regionListQuery = schema.New(schema.Dict{
		{Key: "type", Value: "object"},
		{Key: "properties", Value: schema.Dict{{Key: "parent_region_id", Value: regionID}}},
		{Key: "additionalProperties", Value: false},
	})
	endpointListQuery = querySchema(schema.Dict{
		{Key: "interface", Value: schema.Dict{
			{Key: "type", Value: "string"},
			{Key: "enum", Value: schema.List{"admin", "internal", "public"}},
		}},
		{Key: "region_id", Value: schema.Dict{{Key: "type", Value: schema.List{"string", "null"}}}},
		{Key: "service_id", Value: anyText},
	})
	roleAssignmentListQuery = schema.New(schema.Dict{
		{Key: "type", Value: "object"},
		{Key: "properties", Value: schema.Dict{
			{Key: "group.id", Value: idText},
			{Key: "role.id", Value: idText},
			{Key: "scope.domain.id", Value: idText},
			{Key: "scope.project.id", Value: idText},
			{Key: "user.id", Value: anyText},
		}},
		{Key: "dependentRequired", Value: schema.Dict{{Key: "include_subtree", Value: schema.List{"scope.project.id"}}}},
		{Key: "oneOf", Value: schema.List{
			schema.Dict{{Key: "required", Value: schema.List{"user.id"}}},
			schema.Dict{{Key: "required", Value: schema.List{"group.id"}}},
			schema.Dict{{Key: "allOf", Value: schema.List{
				schema.Dict{{Key: "not", Value: schema.Dict{{Key: "required", Value: schema.List{"user.id"}}}}},
				schema.Dict{{Key: "not", Value: schema.Dict{{Key: "required", Value: schema.List{"group.id"}}}}},
			}}},
		}},
		{Key: "not", Value: schema.Dict{{Key: "required", Value: schema.List{"effective", "group"}}}},
	})
)

// formats are the string formats that schemas name.
func formats() map[string]schema.Format {
	return map[string]schema.Format{
		"uuid": func(v schema.Value) error {
			s, isText := v.(string)
			if !isText || isUUID(s) {
				return nil
			}
			return schema.ErrFormat
		},
		"date-time": func(v schema.Value) error {
			s, isText := v.(string)
			if !isText {
				return nil
			}
			if _, err := parseISO(strings.TrimSuffix(s, "Z")); err != nil {
				return schema.ErrFormat
			}
			return nil
		},
	}
}

// isUUID tells whether s is 32 hexadecimal digits, with whatever dashes and dressing UUIDs come in.
func isUUID(s string) bool {
	s = strings.NewReplacer("urn:", "", "uuid:", "", "-", "", "{", "", "}", "").Replace(strings.ToLower(s))
	return len(s) == 32 && isLowerHex(s)
}
