package glance

import "github.com/fauxstack/fauxstack/emulator/internal/schema"

var typeBoolean = schema.Pair{Key: "type", Value: "boolean"}

func maxLength(n int) schema.Pair   { return schema.Pair{Key: "maxLength", Value: n} }
func itemsOf(item dict) schema.Pair { return schema.Pair{Key: "items", Value: item} }
func refer(to string) dict          { return dict{{"$ref", "#/definitions/" + to}} }

var typeArray = schema.Pair{Key: "type", Value: "array"}

// kindOfProperty is the schema of a property's type.
// Quirk: null is among the values, but no string (glance/api/v2/metadef_namespaces.py).
var kindOfProperty = dict{typeString, {"enum", list{"array", "boolean", "integer", "number", "object", "string", nil}}}

// propertyFields describe a property.
var propertyFields = dict{
	{"name", dict{typeString, maxLength(80)}},
	{"title", dict{typeString}},
	{"description", dict{typeString}},
	{"operators", dict{typeArray, itemsOf(dict{typeString})}},
	{"type", kindOfProperty},
	{"required", refer("stringArray")},
	{"minimum", dict{{"type", "number"}}},
	{"maximum", dict{{"type", "number"}}},
	{"maxLength", refer("positiveInteger")},
	{"minLength", refer("positiveIntegerDefault0")},
	{"pattern", dict{typeString, {"format", "regex"}}},
	{"enum", dict{typeArray}},
	{"readonly", dict{typeBoolean}},
	{"default", dict{}},
	{"items", dict{{"type", "object"}, {"properties", dict{{"type", kindOfProperty}, {"enum", dict{typeArray}}}}}},
	{"maxItems", refer("positiveInteger")},
	{"minItems", refer("positiveIntegerDefault0")},
	{"uniqueItems", dict{typeBoolean, {"default", false}}},
	{"additionalItems", dict{typeBoolean}},
}

var numberDefinitions = dict{
	{"positiveInteger", dict{{"type", "integer"}, {"minimum", 0}}},
	{"positiveIntegerDefault0", dict{{"allOf", list{refer("positiveInteger"), dict{{"default", 0}}}}}},
}

// propertyDefinitions are those of a property by itself, namespaceDefinitions those of what has properties.
var (
	propertyDefinitions  = numberDefinitions.With("stringArray", dict{typeArray, itemsOf(dict{typeString}), {"minItems", 1}, {"uniqueItems", true}})
	namespaceDefinitions = numberDefinitions.
				With("stringArray", dict{typeArray, itemsOf(dict{typeString}), {"uniqueItems", true}}).
				With("property", dict{{"type", "object"}, {"additionalProperties", dict{
			{"type", "object"}, {"required", list{"title", "type"}}, {"properties", propertyFields},
		}}})
)

// definitionSchema is a schema that metadata definitions are held against, and that clients get.
type definitionSchema struct {
	name        string
	properties  dict
	definitions dict
	required    list
}

// item is the schema of one, without the definitions that it refers to.
func (s definitionSchema) item() dict {
	d := dict{{"name", s.name}, {"properties", s.properties}, {"additionalProperties", false}}
	if len(s.required) > 0 {
		d = append(d, schema.Pair{Key: "required", Value: s.required})
	}
	return d
}

func (s definitionSchema) whole() dict {
	d := dict{{"name", s.name}, {"properties", s.properties}, {"additionalProperties", false}}
	if s.definitions != nil {
		d = append(d, schema.Pair{Key: "definitions", Value: s.definitions})
	}
	if len(s.required) > 0 {
		d = append(d, schema.Pair{Key: "required", Value: s.required})
	}
	return d
}

// collection is the schema of a list of them; holder is how they lie in it.
func (s definitionSchema) collection(name string, holder dict) dict {
	d := dict{
		{"name", name},
		{"properties", dict{{name, holder}, {"first", dict{typeString}}, {"next", dict{typeString}}, {"schema", dict{typeString}}}},
		{"links", pageLinks},
	}
	if s.definitions != nil {
		d = append(d, schema.Pair{Key: "definitions", Value: s.definitions})
	}
	return d
}

func (s definitionSchema) array(name string) dict {
	return s.collection(name, dict{typeArray, itemsOf(s.item())})
}

// stampFields describe the times of a thing.
func stampFields(thing string) dict {
	at := func(what string) dict { return dict{typeString, readOnly, describe(what), {"format", "date-time"}} }
	return dict{{"created_at", at("When the " + thing + " was made")}, {"updated_at", at("When the " + thing + " last changed")}}
}

var addressFields = dict{{"schema", dict{readOnly, typeString}}, {"self", dict{readOnly, typeString}}}

func joined(parts ...dict) dict {
	var d dict
	for _, part := range parts {
		d = append(d, part...)
	}
	return d
}

var namespaceSchema = definitionSchema{
	name: "namespace", required: list{"namespace"}, definitions: namespaceDefinitions,
	properties: joined(dict{
		{"namespace", dict{typeString, describe("Name of the namespace, the only one of its kind"), maxLength(80)}},
		{"display_name", dict{typeString, describe("Name for people"), maxLength(80)}},
		{"description", dict{typeString, describe("What the namespace is about"), maxLength(500)}},
		{"visibility", dict{typeString, describe("Who can see the namespace"), enum(false, "public", "private")}},
		{"protected", dict{typeBoolean, describe("Whether the namespace refuses to be deleted")}},
		{"owner", dict{typeString, describe("Project that owns the namespace"), maxLength(255)}},
	}, stampFields("namespace"), addressFields, dict{
		{"resource_type_associations", dict{typeArray, itemsOf(dict{{"type", "object"}, {"properties", dict{
			{"name", dict{typeString}}, {"prefix", dict{typeString}}, {"properties_target", dict{typeString}},
		}}})}},
		{"properties", refer("property")},
		{"objects", dict{typeArray, itemsOf(dict{{"type", "object"}, {"properties", dict{
			{"name", dict{typeString}}, {"description", dict{typeString}}, {"required", refer("stringArray")}, {"properties", refer("property")},
		}}})}},
		{"tags", dict{typeArray, itemsOf(dict{{"type", "object"}, {"properties", dict{{"name", dict{typeString}}}}})}},
	}),
}

var objectSchema = definitionSchema{
	name: "object", required: list{"name"}, definitions: namespaceDefinitions,
	properties: joined(dict{
		{"name", dict{typeString, maxLength(80)}},
		{"description", dict{typeString}},
		{"required", refer("stringArray")},
		{"properties", refer("property")},
	}, addressFields, stampFields("object")),
}

// propertySchema is that of a property by itself; inside an object, its name stands before it.
var (
	propertySchema       = definitionSchema{name: "property", properties: propertyFields, definitions: propertyDefinitions, required: list{"type", "title", "name"}}
	objectPropertySchema = definitionSchema{name: "property", properties: propertyFields, definitions: propertyDefinitions, required: list{"type", "title"}}
)

var tagSchema = definitionSchema{
	name: "tag", required: list{"name"},
	properties: joined(dict{{"name", dict{typeString, maxLength(80)}}}, stampFields("tag")),
}

// tagsSchema is that of a request with many tags.
var tagsSchema = definitionSchema{name: "tags", properties: dict{
	{"tags", dict{typeArray, itemsOf(dict{
		{"type", "object"}, {"properties", dict{{"name", dict{typeString}}}}, {"required", list{"name"}}, {"additionalProperties", false},
	})}},
}}

var associationSchema = definitionSchema{
	name: "resource_type_association", required: list{"name"},
	properties: joined(dict{
		{"name", dict{typeString, describe("Type of the resources, by Heat's name for it where there is one"), maxLength(80)}},
		{"prefix", dict{typeString, describe("What stands before the names of properties on such a resource, with its separator"), maxLength(80)}},
		{"properties_target", dict{typeString, describe("Which of the resource's kinds of metadata the properties are for"), maxLength(80)}},
	}, stampFields("association")),
}

// What requests are held against.
var (
	namespaceBody      = definitionBody{namespaceSchema.name, schema.New(namespaceSchema.whole()), namespaceModel, []string{"self", "schema", "created_at", "updated_at"}}
	objectBody         = definitionBody{objectSchema.name, schema.New(objectSchema.whole()), objectModel, []string{"self", "schema", "created_at", "updated_at"}}
	propertyBody       = definitionBody{propertySchema.name, schema.New(propertySchema.whole()), propertyModel, []string{"created_at", "updated_at"}}
	objectPropertyBody = definitionBody{objectPropertySchema.name, schema.New(objectPropertySchema.whole()), propertyModel, nil}
	tagBody            = definitionBody{tagSchema.name, schema.New(tagSchema.whole()), tagModel, []string{"created_at", "updated_at"}}
	tagsBody           = definitionBody{tagsSchema.name, schema.New(tagsSchema.whole()), tagsModel, []string{"created_at", "updated_at"}}
	associationBody    = definitionBody{associationSchema.name, schema.New(associationSchema.whole()), associationModel, []string{"created_at", "updated_at"}}
)

func showNamespaceSchema() dict     { return namespaceSchema.whole() }
func showNamespacesSchema() dict    { return namespaceSchema.array("namespaces") }
func showObjectSchema() dict        { return objectSchema.whole() }
func showObjectsSchema() dict       { return objectSchema.array("objects") }
func showPropertySchema() dict      { return propertySchema.whole() }
func showTagSchema() dict           { return tagSchema.whole() }
func showTagsSchema() dict          { return tagSchema.array("tags") }
func showResourceTypeSchema() dict  { return associationSchema.whole() }
func showResourceTypesSchema() dict { return associationSchema.array("resource_type_associations") }
func showPropertiesSchema() dict {
	return propertySchema.collection("properties", dict{{"type", "object"}, {"additionalProperties", objectPropertySchema.item()}})
}
