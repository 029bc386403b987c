package glance

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// metadefRows are the operations on metadata definitions. Which of them take no body is as upstream has it.
var metadefRows = []operation{
	{Op: "glance.metadef_namespaces.list", Method: "GET", Path: "/v2/metadefs/namespaces", Policy: "get_metadef_namespaces", Late: true, Handle: httpapi.Get((*Service).namespaceList)},
	{Op: "glance.metadef_namespaces.create", Method: "POST", Path: "/v2/metadefs/namespaces", Success: 201, Policy: "add_metadef_namespace", Late: true, Handle: (*Service).namespaceCreate},
	{Op: "glance.metadef_namespaces.show", Method: "GET", Path: "/v2/metadefs/namespaces/{namespace_name}", Policy: "get_metadef_namespace", Late: true, Handle: noBody(httpapi.Get((*Service).namespaceShow))},
	{Op: "glance.metadef_namespaces.update", Method: "PUT", Path: "/v2/metadefs/namespaces/{namespace_name}", Policy: "modify_metadef_namespace", Late: true, Handle: httpapi.Get((*Service).namespaceUpdate)},
	{Op: "glance.metadef_namespaces.delete", Method: "DELETE", Path: "/v2/metadefs/namespaces/{namespace_name}", Success: 204, Policy: "delete_metadef_namespace", Late: true, Handle: noBody(done((*Service).namespaceDelete))},

	{Op: "glance.metadef_objects.list", Method: "GET", Path: "/v2/metadefs/namespaces/{namespace_name}/objects", Policy: "get_metadef_objects", Late: true, Handle: httpapi.Get((*Service).objectList)},
	{Op: "glance.metadef_objects.create", Method: "POST", Path: "/v2/metadefs/namespaces/{namespace_name}/objects", Success: 201, Policy: "add_metadef_object", Late: true, Handle: httpapi.Get((*Service).objectCreate)},
	{Op: "glance.metadef_objects.delete_all", Method: "DELETE", Path: "/v2/metadefs/namespaces/{namespace_name}/objects", Success: 204, Policy: "delete_metadef_namespace", Late: true, Handle: diesOfBody(done((*Service).objectsClear))},
	{Op: "glance.metadef_objects.show", Method: "GET", Path: "/v2/metadefs/namespaces/{namespace_name}/objects/{object_name}", Policy: "get_metadef_object", Late: true, Handle: noBody(httpapi.Get((*Service).objectShow))},
	{Op: "glance.metadef_objects.update", Method: "PUT", Path: "/v2/metadefs/namespaces/{namespace_name}/objects/{object_name}", Policy: "modify_metadef_object", Late: true, Handle: httpapi.Get((*Service).objectUpdate)},
	{Op: "glance.metadef_objects.delete", Method: "DELETE", Path: "/v2/metadefs/namespaces/{namespace_name}/objects/{object_name}", Success: 204, Policy: "delete_metadef_object", Late: true, Handle: noBody(done((*Service).objectDelete))},

	{Op: "glance.metadef_properties.list", Method: "GET", Path: "/v2/metadefs/namespaces/{namespace_name}/properties", Policy: "get_metadef_properties", Late: true, Handle: noBody(httpapi.Get((*Service).propertyList))},
	{Op: "glance.metadef_properties.create", Method: "POST", Path: "/v2/metadefs/namespaces/{namespace_name}/properties", Success: 201, Policy: "add_metadef_property", Late: true, Handle: httpapi.Get((*Service).propertyCreate)},
	{Op: "glance.metadef_properties.delete_all", Method: "DELETE", Path: "/v2/metadefs/namespaces/{namespace_name}/properties", Success: 204, Policy: "delete_metadef_namespace", Late: true, Handle: diesOfBody(done((*Service).propertiesClear))},
	{Op: "glance.metadef_properties.show", Method: "GET", Path: "/v2/metadefs/namespaces/{namespace_name}/properties/{property_name}", Policy: "get_metadef_property", Late: true, Handle: httpapi.Get((*Service).propertyShow)},
	{Op: "glance.metadef_properties.update", Method: "PUT", Path: "/v2/metadefs/namespaces/{namespace_name}/properties/{property_name}", Policy: "modify_metadef_property", Late: true, Handle: httpapi.Get((*Service).propertyUpdate)},
	{Op: "glance.metadef_properties.delete", Method: "DELETE", Path: "/v2/metadefs/namespaces/{namespace_name}/properties/{property_name}", Success: 204, Policy: "remove_metadef_property", Late: true, Handle: diesOfBody(done((*Service).propertyDelete))},

	{Op: "glance.metadef_tags.list", Method: "GET", Path: "/v2/metadefs/namespaces/{namespace_name}/tags", Policy: "get_metadef_tags", Late: true, Handle: httpapi.Get((*Service).metadefTagList)},
	{Op: "glance.metadef_tags.create_all", Method: "POST", Path: "/v2/metadefs/namespaces/{namespace_name}/tags", Success: 201, Policy: "add_metadef_tags", Late: true, Handle: httpapi.Get((*Service).metadefTagCreateAll)},
	{Op: "glance.metadef_tags.delete_all", Method: "DELETE", Path: "/v2/metadefs/namespaces/{namespace_name}/tags", Success: 204, Policy: "delete_metadef_tags", Late: true, Handle: diesOfBody(done((*Service).tagsClear))},
	{Op: "glance.metadef_tags.show", Method: "GET", Path: "/v2/metadefs/namespaces/{namespace_name}/tags/{tag_name}", Policy: "get_metadef_tag", Late: true, Handle: noBody(httpapi.Get((*Service).metadefTagShow))},
	{Op: "glance.metadef_tags.create", Method: "POST", Path: "/v2/metadefs/namespaces/{namespace_name}/tags/{tag_name}", Success: 201, Policy: "add_metadef_tag", Late: true, Handle: noBody(httpapi.Get((*Service).metadefTagCreate))},
	{Op: "glance.metadef_tags.update", Method: "PUT", Path: "/v2/metadefs/namespaces/{namespace_name}/tags/{tag_name}", Policy: "modify_metadef_tag", Late: true, Handle: httpapi.Get((*Service).metadefTagUpdate)},
	{Op: "glance.metadef_tags.delete", Method: "DELETE", Path: "/v2/metadefs/namespaces/{namespace_name}/tags/{tag_name}", Success: 204, Policy: "delete_metadef_tag", Late: true, Handle: noBody(done((*Service).metadefTagDelete))},

	{Op: "glance.metadef_associations.list", Method: "GET", Path: "/v2/metadefs/namespaces/{namespace_name}/resource_types", Policy: "list_metadef_resource_types", Late: true, Handle: noBody(httpapi.Get((*Service).associationList))},
	{Op: "glance.metadef_associations.create", Method: "POST", Path: "/v2/metadefs/namespaces/{namespace_name}/resource_types", Success: 201, Policy: "add_metadef_resource_type_association", Late: true, Handle: httpapi.Get((*Service).associationCreate)},
	{Op: "glance.metadef_associations.delete", Method: "DELETE", Path: "/v2/metadefs/namespaces/{namespace_name}/resource_types/{resource_type}", Success: 204, Policy: "remove_metadef_resource_type_association", Late: true, Handle: noBody(done((*Service).associationDelete))},
	{Op: "glance.metadef_resource_types.list", Method: "GET", Path: "/v2/metadefs/resource_types", Policy: "list_metadef_resource_types", Late: true, Handle: noBody(httpapi.Get((*Service).resourceTypeList))},

	{Op: "glance.schemas.metadef_namespace", Method: "GET", Path: "/v2/schemas/metadefs/namespace", Handle: noBody(schemaHandler(showNamespaceSchema))},
	{Op: "glance.schemas.metadef_namespaces", Method: "GET", Path: "/v2/schemas/metadefs/namespaces", Handle: noBody(schemaHandler(showNamespacesSchema))},
	{Op: "glance.schemas.metadef_object", Method: "GET", Path: "/v2/schemas/metadefs/object", Handle: noBody(schemaHandler(showObjectSchema))},
	{Op: "glance.schemas.metadef_objects", Method: "GET", Path: "/v2/schemas/metadefs/objects", Handle: noBody(schemaHandler(showObjectsSchema))},
	{Op: "glance.schemas.metadef_properties", Method: "GET", Path: "/v2/schemas/metadefs/properties", Handle: noBody(schemaHandler(showPropertiesSchema))},
	{Op: "glance.schemas.metadef_property", Method: "GET", Path: "/v2/schemas/metadefs/property", Handle: noBody(schemaHandler(showPropertySchema))},
	{Op: "glance.schemas.metadef_resource_type", Method: "GET", Path: "/v2/schemas/metadefs/resource_type", Handle: noBody(schemaHandler(showResourceTypeSchema))},
	{Op: "glance.schemas.metadef_resource_types", Method: "GET", Path: "/v2/schemas/metadefs/resource_types", Handle: noBody(schemaHandler(showResourceTypesSchema))},
	{Op: "glance.schemas.metadef_tag", Method: "GET", Path: "/v2/schemas/metadefs/tag", Handle: noBody(schemaHandler(showTagSchema))},
	{Op: "glance.schemas.metadef_tags", Method: "GET", Path: "/v2/schemas/metadefs/tags", Handle: noBody(schemaHandler(showTagsSchema))},
}
