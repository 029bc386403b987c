package nova

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// Bodies that make and change servers, by microversion (nova/api/openstack/compute/schemas/servers.py).
//
// Gap: whatever a microversion has added to block devices, all have.
var (
	schemaTrue     = schema.Dict{{"type", schema.List{"boolean", "string"}}, {"enum", trueOrFalse()}}
	schemaHostName = schema.Dict{{"type", "string"}, {"pattern", "^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$"}, {"minLength", 2}, {"maxLength", 63}}
	schemaFQDN     = schema.Dict{{"type", "string"}, {"pattern", "^[a-zA-Z0-9-._]*$"}, {"minLength", 1}, {"maxLength", 255}}
	schemaDescribe = schema.Dict{{"type", schema.List{"string", "null"}}, {"minLength", 0}, {"maxLength", 255}, {"pattern", printable}}

	// schemaServerAttributes are those that can be changed, too.
	schemaServerAttributes = schema.Dict{
		{"name", schemaName},
		{"OS-DCF:diskConfig", schema.Dict{{"type", "string"}, {"enum", schema.List{"AUTO", "MANUAL"}}}},
		{"accessIPv4", schema.Dict{{"type", "string"}, {"format", "ipv4"}}},
		{"accessIPv6", schema.Dict{{"type", "string"}, {"format", "ipv6"}}},
	}
	schemaNewServer = slices.Concat(schemaServerAttributes, schema.Dict{
		{"flavorRef", schema.Dict{{"type", schema.List{"string", "integer"}}, {"minLength", 1}}},
		{"imageRef", schema.Dict{{"oneOf", schema.List{
			schema.Dict{{"type", "string"}, {"format", "uuid"}}, schema.Dict{{"type", "string"}, {"maxLength", 0}},
		}}}},
		{"adminPass", schema.Dict{{"type", "string"}}},
		{"metadata", schema.Dict{
			{"type", "object"},
			{"patternProperties", schema.Dict{{"^[a-zA-Z0-9-_:. ]{1,255}$", schema.Dict{{"type", "string"}, {"maxLength", 255}}}}},
			{"additionalProperties", false},
		}},
		{"networks", networkList(schema.Dict{{"type", "string"}})},
		{"personality", schema.Dict{{"type", "array"}, {"items", schema.Dict{
			{"type", "object"},
			{"properties", schema.Dict{{"path", schema.Dict{{"type", "string"}}}, {"contents", schema.Dict{{"type", "string"}, {"format", "base64"}}}}},
			{"additionalProperties", false},
		}}}},
		{"availability_zone", schemaName},
		{"block_device_mapping", schema.Dict{{"type", "array"}}},
		{"block_device_mapping_v2", schema.Dict{{"type", "array"}, {"maxItems", 255}, {"items", schemaBlockDevice}}},
		{"config_drive", schemaTrue},
		{"key_name", schemaName},
		{"min_count", whole(1)},
		{"max_count", whole(1)},
		{"return_reservation_id", schemaTrue},
		{"security_groups", schemaSecurityGroups},
		{"user_data", schema.Dict{{"type", "string"}, {"format", "base64"}, {"maxLength", 65535}}},
	})

	schemaNewServer219 = schemaNewServer.With("description", schemaDescribe)
	schemaNewServer232 = schemaNewServer219.With("networks", networkList(schema.Dict{{"type", "string"}}, schema.Pair{Key: "tag", Value: schemaTag}))
	schemaNewServer237 = schemaNewServer219.With("networks", networksOrNone())
	schemaNewServer242 = schemaNewServer219.With("networks", networksOrNone(schema.Pair{Key: "tag", Value: schemaTag}))
	schemaNewServer252 = schemaNewServer242.With("tags", schema.Dict{{"type", "array"}, {"items", schemaTag}, {"maxItems", 50}})
	schemaNewServer257 = slices.DeleteFunc(slices.Clone(schemaNewServer252), func(p schema.Pair) bool { return p.Key == "personality" })
	schemaNewServer263 = schemaNewServer257.With("trusted_image_certificates", schema.Dict{
		{"type", schema.List{"array", "null"}},
		{"minItems", 1},
		{"maxItems", 50},
		{"uniqueItems", true},
		{"items", schema.Dict{{"type", "string"}, {"minLength", 1}}},
	})
	schemaNewServer274 = schemaNewServer263.With("host", schemaFQDN).With("hypervisor_hostname", schemaFQDN)
	schemaNewServer290 = schemaNewServer274.With("hostname", schemaHostName)
	schemaNewServer294 = schemaNewServer274.With("hostname", schemaFQDN)

	schemaServerUpdate219 = schemaServerAttributes.With("description", schemaDescribe)
)

// printable are letters of any alphabet, and no others.
const printable = `^[^\x00-\x1f\x7f]*$`

func createBodies() httpapi.Bodies {
	return httpapi.Bodies{
		{Schema: newServerSchema(schemaNewServer)},
		{Since: "2.19", Schema: newServerSchema(schemaNewServer219)},
		{Since: "2.32", Schema: newServerSchema(schemaNewServer232)},
		{Since: "2.37", Schema: newServerSchema(schemaNewServer237, "networks")},
		{Since: "2.42", Schema: newServerSchema(schemaNewServer242, "networks")},
		{Since: "2.52", Schema: newServerSchema(schemaNewServer252, "networks")},
		{Since: "2.57", Schema: newServerSchema(schemaNewServer257, "networks")},
		{Since: "2.63", Schema: newServerSchema(schemaNewServer263, "networks")},
		{Since: "2.74", Schema: newServerSchema(schemaNewServer274, "networks")},
		{Since: "2.90", Schema: newServerSchema(schemaNewServer290, "networks")},
		{Since: "2.94", Schema: newServerSchema(schemaNewServer294, "networks")},
	}
}

func updateBodies() httpapi.Bodies {
	body := func(properties schema.Dict) *schema.Schema {
		return envelope("server", schema.Dict{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}})
	}
	return httpapi.Bodies{
		{Schema: body(schemaServerAttributes)},
		{Since: "2.19", Schema: body(schemaServerUpdate219)},
		{Since: "2.90", Schema: body(schemaServerUpdate219.With("hostname", schemaHostName))},
		{Since: "2.94", Schema: body(schemaServerUpdate219.With("hostname", schemaFQDN))},
	}
}

func newServerSchema(properties schema.Dict, required ...any) *schema.Schema {
	hints := schema.Dict{{"type", "object"}}
	return schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"server", schema.Dict{
				{"type", "object"},
				{"properties", properties},
				{"required", append(schema.List{"name", "flavorRef"}, required...)},
				{"additionalProperties", false},
			}},
			{"os:scheduler_hints", hints},
			{"OS-SCH-HNT:scheduler_hints", hints},
		}},
		{"required", schema.List{"server"}},
		{"additionalProperties", false},
	})
}

func networkList(uuid schema.Dict, more ...schema.Pair) schema.Dict {
	return schema.Dict{{"type", "array"}, {"items", schema.Dict{
		{"type", "object"},
		{"properties", append(schema.Dict{
			{"fixed_ip", schema.Dict{{"type", "string"}, {"oneOf", schema.List{schema.Dict{{"format", "ipv4"}}, schema.Dict{{"format", "ipv6"}}}}}},
			{"port", schema.Dict{{"type", schema.List{"string", "null"}}, {"format", "uuid"}}},
			{"uuid", uuid},
		}, more...)},
		{"additionalProperties", false},
	}}}
}

func networksOrNone(more ...schema.Pair) schema.Dict {
	return schema.Dict{{"oneOf", schema.List{
		networkList(schemaID, more...), schema.Dict{{"type", "string"}, {"enum", schema.List{"none", "auto"}}},
	}}}
}

// trueOrFalse are the ways to say it (nova/api/validation/parameter_types.py, boolean).
func trueOrFalse() schema.List {
	return schema.List{
		true, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes",
		false, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no",
	}
}
