package glance

import (
	"maps"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// policies are the default rules of a release.
func policies(r release.Release) *policy.Rules {
	if r.AtLeast(release.Antelope) {
		return currentRules()
	}
	return legacyRules()
}

var currentRules = sync.OnceValue(func() *policy.Rules { return policy.New(rules) })

// legacyRules are those of releases before the new defaults were enforced: whoever passed the rule "default", which is
// everybody, also passes all but the administrator's.
var legacyRules = sync.OnceValue(func() *policy.Rules {
	legacy := maps.Clone(rules)
	for _, name := range openOnce {
		legacy[name] = ""
	}
	legacy["stores_info_detail"] = "rule:context_is_admin"
	return policy.New(legacy)
})

const (
	adminOnly     = "rule:context_is_admin"
	projectMember = "rule:context_is_admin or (role:member and project_id:%(project_id)s)"
	projectReader = "rule:context_is_admin or (role:reader and project_id:%(project_id)s)"
	whoMaySee     = "(project_id:%(project_id)s or project_id:%(member_id)s or 'community':%(visibility)s or 'public':%(visibility)s or 'shared':%(visibility)s)"
	// Definitions of a public namespace are for everybody to read, and none but administrators change them.
	definitionReader = "rule:context_is_admin or (role:reader and (project_id:%(project_id)s or 'public':%(visibility)s))"
	definitionAdmin  = "rule:metadef_admin"
	readerOrShared   = "rule:context_is_admin or role:reader and (project_id:%(project_id)s or project_id:%(member_id)s)"
)

// rules are the defaults of glance/policies, in its current master.
var rules = map[string]string{
	"default":          "",
	"context_is_admin": "role:admin",
	"service_api":      "role:service or role:admin",

	"add_image":           "rule:context_is_admin or (role:member and project_id:%(project_id)s and project_id:%(owner)s)",
	"delete_image":        projectMember,
	"get_image":           "rule:context_is_admin or (role:reader and " + whoMaySee + ")",
	"get_images":          projectReader,
	"modify_image":        projectMember,
	"publicize_image":     adminOnly,
	"communitize_image":   projectMember,
	"download_image":      "rule:context_is_admin or (role:member and " + whoMaySee + ")",
	"download_from_store": "rule:context_is_admin or (role:member and " + whoMaySee + ")",
	"upload_image":        projectMember,

	"delete_image_location": adminOnly,
	"get_image_location":    projectReader,
	"set_image_location":    projectMember,
	"add_image_location":    "rule:service_api or (role:member and project_id:%(project_id)s and project_id:%(owner)s)",
	"fetch_image_location":  "rule:service_api",

	"add_member":    projectMember,
	"delete_member": projectMember,
	"get_member":    readerOrShared,
	"get_members":   readerOrShared,
	"modify_member": "rule:context_is_admin or (role:member and project_id:%(member_id)s)",

	"manage_image_cache": adminOnly,
	"deactivate":         projectMember,
	"reactivate":         projectMember,
	"copy_image":         adminOnly,
	"list_cached_nodes":  adminOnly,

	"get_task":         "rule:default",
	"get_tasks":        "rule:default",
	"add_task":         "rule:default",
	"modify_task":      "rule:default",
	"tasks_api_access": adminOnly,

	"cache_image":  adminOnly,
	"cache_list":   adminOnly,
	"cache_delete": adminOnly,
	"cache_clean":  adminOnly,
	"cache_prune":  adminOnly,

	"stores_info_detail": "rule:context_is_admin or rule:service_api",

	"metadef_default": "",
	"metadef_admin":   adminOnly,

	"get_metadef_namespace":       definitionReader,
	"get_metadef_namespaces":      projectReader,
	"get_metadef_object":          definitionReader,
	"get_metadef_objects":         definitionReader,
	"get_metadef_property":        definitionReader,
	"get_metadef_properties":      definitionReader,
	"get_metadef_tag":             definitionReader,
	"get_metadef_tags":            definitionReader,
	"get_metadef_resource_type":   definitionReader,
	"list_metadef_resource_types": definitionReader,

	"add_metadef_namespace":                    definitionAdmin,
	"modify_metadef_namespace":                 definitionAdmin,
	"delete_metadef_namespace":                 definitionAdmin,
	"add_metadef_object":                       definitionAdmin,
	"modify_metadef_object":                    definitionAdmin,
	"delete_metadef_object":                    definitionAdmin,
	"add_metadef_property":                     definitionAdmin,
	"modify_metadef_property":                  definitionAdmin,
	"remove_metadef_property":                  definitionAdmin,
	"add_metadef_tag":                          definitionAdmin,
	"add_metadef_tags":                         definitionAdmin,
	"modify_metadef_tag":                       definitionAdmin,
	"delete_metadef_tag":                       definitionAdmin,
	"delete_metadef_tags":                      definitionAdmin,
	"add_metadef_resource_type_association":    definitionAdmin,
	"remove_metadef_resource_type_association": definitionAdmin,
}

// openOnce are the rules whose deprecated form was "rule:default".
var openOnce = []string{
	"add_image", "delete_image", "get_image", "get_images", "modify_image", "communitize_image", "download_image", "upload_image",
	"delete_image_location", "get_image_location", "set_image_location", "add_member", "delete_member", "get_member",
	"get_members", "modify_member", "deactivate", "reactivate",
	"get_metadef_namespace", "get_metadef_namespaces", "get_metadef_object", "get_metadef_objects", "get_metadef_property",
	"get_metadef_properties", "get_metadef_tag", "get_metadef_tags", "get_metadef_resource_type", "list_metadef_resource_types",
}
