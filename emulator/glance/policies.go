package glance

import (
	"slices"
	"strings"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// policies are the default rules of a release, with those of a policy file over them. Without any they are the same for
// every cloud, and compiled once.
func policies(r release.Release, file map[string]string) (*policy.Rules, error) {
	current := r.AtLeast(release.Antelope)
	switch {
	case len(file) == 0 && current:
		return currentRules(), nil
	case len(file) == 0:
		return legacyRules(), nil
	}
	return defaultsOf(current).With(file)
}

var (
	currentRules = sync.OnceValue(func() *policy.Rules { return compiled(true) })
	legacyRules  = sync.OnceValue(func() *policy.Rules { return compiled(false) })
)

func compiled(current bool) *policy.Rules {
	rules, err := defaultsOf(current).With(nil)
	if err != nil {
		panic(err) // TestDefaultRules would have failed
	}
	return rules
}

// HasRule tells whether the service has a default rule of that name.
func HasRule(rule string) bool {
	return currentRules().Has(rule)
}

// defaultsOf are the rules of the newest release, or those from before the release Antelope, the first whose Glance enforces
// only new defaults, and the kinds of tokens.
func defaultsOf(current bool) policy.Defaults {
	d := policy.Defaults{EnforceNewDefaults: current, EnforceScope: current, IsAdmin: "context_is_admin"}
	for name, check := range rules {
		r := policy.Default{Name: name, Check: check, Scopes: policy.Project, Deprecated: policy.Deprecated{Check: deprecatedChecks[name]}}
		if slices.Contains(forAnyToken, name) {
			r.Scopes = 0
		}
		if !current {
			asOfOld(&r)
		}
		d.Rules = append(d.Rules, r)
	}
	return d
}

// asOfOld makes a rule what it was before administrators were whoever the rule context_is_admin lets pass.
func asOfOld(r *policy.Default) {
	if r.Name == "stores_info_detail" {
		r.Check, r.Deprecated = adminOnly, policy.Deprecated{}
	}
	r.Check = strings.ReplaceAll(r.Check, adminOnly, "role:admin")
	r.Deprecated.Check = strings.ReplaceAll(r.Deprecated.Check, adminOnly, "role:admin")
}

// forAnyToken are the rules that are not for tokens of projects alone.
var forAnyToken = []string{"default", "context_is_admin", "service_api", "metadef_default", "metadef_admin"}

const (
	adminOnly     = "rule:context_is_admin"
	projectMember = "rule:context_is_admin or (role:member and project_id:%(project_id)s)"
	projectReader = "rule:context_is_admin or (role:reader and project_id:%(project_id)s)"
	whoMaySee     = "(project_id:%(project_id)s or project_id:%(member_id)s or 'community':%(visibility)s or 'public':%(visibility)s or 'shared':%(visibility)s)"
	// Definitions of a public namespace are for everybody to read, and none but administrators change them.
	definitionReader = "rule:context_is_admin or (role:reader and (project_id:%(project_id)s or 'public':%(visibility)s))"
	definitionAdmin  = "rule:metadef_admin"
	// What everybody passes, unless a policy file says otherwise.
	anyone              = "rule:default"
	anyDefinitionReader = "rule:metadef_default"
	readerOrShared      = "rule:context_is_admin or role:reader and (project_id:%(project_id)s or project_id:%(member_id)s)"
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

	"get_task":         anyone,
	"get_tasks":        anyone,
	"add_task":         anyone,
	"modify_task":      anyone,
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

// deprecatedChecks are what the rules that have replaced another checked before.
var deprecatedChecks = map[string]string{
	"add_image":                   anyone,
	"add_member":                  anyone,
	"cache_delete":                "rule:manage_image_cache",
	"cache_image":                 "rule:manage_image_cache",
	"cache_list":                  "rule:manage_image_cache",
	"communitize_image":           anyone,
	"deactivate":                  anyone,
	"default":                     adminOnly,
	"delete_image":                anyone,
	"delete_image_location":       anyone,
	"delete_member":               anyone,
	"download_image":              anyone,
	"get_image":                   anyone,
	"get_image_location":          anyone,
	"get_images":                  anyone,
	"get_member":                  anyone,
	"get_members":                 anyone,
	"get_metadef_namespace":       anyDefinitionReader,
	"get_metadef_namespaces":      anyDefinitionReader,
	"get_metadef_object":          anyDefinitionReader,
	"get_metadef_objects":         anyDefinitionReader,
	"get_metadef_properties":      anyDefinitionReader,
	"get_metadef_property":        anyDefinitionReader,
	"get_metadef_resource_type":   anyDefinitionReader,
	"get_metadef_tag":             anyDefinitionReader,
	"get_metadef_tags":            anyDefinitionReader,
	"list_metadef_resource_types": anyDefinitionReader,
	"modify_image":                anyone,
	"modify_member":               anyone,
	"reactivate":                  anyone,
	"set_image_location":          anyone,
	"stores_info_detail":          adminOnly,
	"upload_image":                anyone,
}
