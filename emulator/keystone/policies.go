package keystone

import (
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// ruleSource is one rule of the default policy: its name, the kinds of token that it is for, what it checks, and the check
// that it has replaced, if it has replaced one.
type ruleSource struct {
	name       string
	scopes     policy.Scopes
	check      string
	deprecated string
}

const (
	anyToken   policy.Scopes = 0
	anyScope                 = policy.Project | policy.Domain | policy.System
	notDomain                = policy.Project | policy.System
	forProject               = policy.Project

	adminOnce = "rule:admin_required" // most deprecated checks
)

// policies are the default rules of a release, with those of a policy file over them. Without any they are the same for
// every cloud, and compiled once.
func policies(r release.Release, file map[string]string) (*policy.Rules, error) {
	current := r.AtLeast(release.Dalmatian)
	switch {
	case len(file) == 0 && current:
		return currentRules(), nil
	case len(file) == 0:
		return formerRules(), nil
	}
	return defaultsOf(current).With(file)
}

var (
	currentRules = sync.OnceValue(func() *policy.Rules { return compiled(true) })
	formerRules  = sync.OnceValue(func() *policy.Rules { return compiled(false) })
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

// defaultsOf are the rules of the newest release, or those from before oslo.policy 4.4 of the release Dalmatian, the first to
// enforce only new defaults, and the kinds of tokens. The same release brought rules for managers of domains.
//
// Gap: releases between Zed and Dalmatian have the rules of Zed.
func defaultsOf(current bool) policy.Defaults {
	d := policy.Defaults{EnforceNewDefaults: current, EnforceScope: current}
	former := map[string]ruleSource{}
	if !current {
		for _, r := range zedPolicy() {
			former[r.name] = r
		}
	}
	for _, r := range defaultPolicy() {
		if old, ok := former[r.name]; ok {
			r = old
		}
		d.Rules = append(d.Rules, policy.Default{
			Name: r.name, Check: r.check, Scopes: r.scopes, Deprecated: policy.Deprecated{Check: r.deprecated},
		})
	}
	return d
}

// defaultPolicy is upstream's: roles admin, manager, member, reader and service, and the scopes of tokens.
func defaultPolicy() []ruleSource {
	return []ruleSource{
		{"admin_required", anyToken, "role:admin or is_admin:1", ""},
		{"service_role", anyToken, "role:service", ""},
		{"service_or_admin", anyToken, "rule:admin_required or rule:service_role", ""},
		{"owner", anyToken, "user_id:%(user_id)s", ""},
		{"admin_or_owner", anyToken, "rule:admin_required or rule:owner", ""},
		{"token_subject", anyToken, "user_id:%(target.token.user_id)s", ""},
		{"admin_or_token_subject", anyToken, "rule:admin_required or rule:token_subject", ""},
		{"service_admin_or_token_subject", anyToken, "rule:service_or_admin or rule:token_subject", ""},
		{"domain_managed_target_role", anyToken, "'manager':%(target.role.name)s or 'member':%(target.role.name)s or 'reader':%(target.role.name)s", ""},
		{"identity:get_access_rule", notDomain, "(role:reader and system_scope:all) or user_id:%(target.user.id)s", ""},
		{"identity:list_access_rules", notDomain, "(role:reader and system_scope:all) or user_id:%(target.user.id)s", ""},
		{"identity:delete_access_rule", notDomain, "(role:admin and system_scope:all) or user_id:%(target.user.id)s", ""},
		{"identity:authorize_request_token", forProject, "rule:admin_required", ""},
		{"identity:get_access_token", forProject, "rule:admin_required", ""},
		{"identity:get_access_token_role", forProject, "rule:admin_required", ""},
		{"identity:list_access_tokens", forProject, "rule:admin_required", ""},
		{"identity:list_access_token_roles", forProject, "rule:admin_required", ""},
		{"identity:delete_access_token", forProject, "rule:admin_required", ""},
		{"identity:get_application_credential", notDomain, "(rule:admin_required) or (role:reader and system_scope:all) or rule:owner", "rule:admin_or_owner"},
		{"identity:list_application_credentials", notDomain, "(rule:admin_required) or (role:reader and system_scope:all) or rule:owner", "rule:admin_or_owner"},
		{"identity:create_application_credential", forProject, "user_id:%(user_id)s", ""},
		{"identity:delete_application_credential", notDomain, "rule:admin_or_owner", ""},
		{"identity:get_auth_catalog", anyToken, "", ""},
		{"identity:get_auth_projects", anyToken, "", ""},
		{"identity:get_auth_domains", anyToken, "", ""},
		{"identity:get_auth_system", anyToken, "", ""},
		{"identity:get_consumer", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_consumers", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:create_consumer", notDomain, "rule:admin_required", ""},
		{"identity:update_consumer", notDomain, "rule:admin_required", ""},
		{"identity:delete_consumer", notDomain, "rule:admin_required", ""},
		{"identity:get_credential", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or user_id:%(target.credential.user_id)s", adminOnce},
		{"identity:list_credentials", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or user_id:%(target.credential.user_id)s", adminOnce},
		{"identity:create_credential", anyScope, "(rule:admin_required) or user_id:%(target.credential.user_id)s", adminOnce},
		{"identity:update_credential", anyScope, "(rule:admin_required) or user_id:%(target.credential.user_id)s", adminOnce},
		{"identity:delete_credential", anyScope, "(rule:admin_required) or user_id:%(target.credential.user_id)s", adminOnce},
		{"identity:get_domain", anyScope, "rule:admin_required or (role:reader and system_scope:all) or token.domain.id:%(target.domain.id)s or token.project.domain.id:%(target.domain.id)s", "rule:admin_required or token.project.domain.id:%(target.domain.id)s"},
		{"identity:list_domains", anyScope, "rule:admin_required or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain.id)s)", adminOnce},
		{"identity:create_domain", notDomain, "rule:admin_required", ""},
		{"identity:update_domain", notDomain, "rule:admin_required", ""},
		{"identity:delete_domain", notDomain, "rule:admin_required", ""},
		{"identity:create_domain_config", notDomain, "rule:admin_required", ""},
		{"identity:get_domain_config", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:get_security_compliance_domain_config", anyScope, "", ""},
		{"identity:update_domain_config", notDomain, "rule:admin_required", ""},
		{"identity:delete_domain_config", notDomain, "rule:admin_required", ""},
		{"identity:get_domain_config_default", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:ec2_get_credential", notDomain, "(rule:admin_required) or (role:reader and system_scope:all) or user_id:%(target.credential.user_id)s", "rule:admin_required or (rule:owner and user_id:%(target.credential.user_id)s)"},
		{"identity:ec2_list_credentials", notDomain, "(rule:admin_required) or (role:reader and system_scope:all) or rule:owner", "rule:admin_or_owner"},
		{"identity:ec2_create_credential", notDomain, "(rule:admin_required) or (role:member and user_id:%(target.credential.user_id)s)", "rule:admin_or_owner"},
		{"identity:ec2_delete_credential", notDomain, "(rule:admin_required) or (role:member and user_id:%(target.credential.user_id)s)", "rule:admin_required or (rule:owner and user_id:%(target.credential.user_id)s)"},
		{"identity:get_endpoint", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_endpoints", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:create_endpoint", notDomain, "rule:admin_required", ""},
		{"identity:update_endpoint", notDomain, "rule:admin_required", ""},
		{"identity:delete_endpoint", notDomain, "rule:admin_required", ""},
		{"identity:create_endpoint_group", notDomain, "rule:admin_required", ""},
		{"identity:list_endpoint_groups", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:get_endpoint_group", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:update_endpoint_group", notDomain, "rule:admin_required", ""},
		{"identity:delete_endpoint_group", notDomain, "rule:admin_required", ""},
		{"identity:list_projects_associated_with_endpoint_group", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_endpoints_associated_with_endpoint_group", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:get_endpoint_group_in_project", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_endpoint_groups_for_project", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:add_endpoint_group_to_project", notDomain, "rule:admin_required", ""},
		{"identity:remove_endpoint_group_from_project", notDomain, "rule:admin_required", ""},
		{"identity:check_grant", anyScope, "(rule:admin_required) or ((role:reader and system_scope:all) or ((role:reader and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:reader and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and (domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s))", adminOnce},
		{"identity:list_grants", anyScope, "(rule:admin_required) or ((role:reader and system_scope:all) or (role:reader and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:reader and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s))", adminOnce},
		{"identity:create_grant", anyScope, "(rule:admin_required) or ((role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and (domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s) or ((role:manager and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:manager and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and rule:domain_managed_target_role", adminOnce},
		{"identity:revoke_grant", anyScope, "(rule:admin_required) or ((role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and (domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s) or ((role:manager and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:manager and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and rule:domain_managed_target_role", adminOnce},
		{"identity:list_system_grants_for_user", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:check_system_grant_for_user", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:create_system_grant_for_user", notDomain, "rule:admin_required", ""},
		{"identity:revoke_system_grant_for_user", notDomain, "rule:admin_required", ""},
		{"identity:list_system_grants_for_group", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:check_system_grant_for_group", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:create_system_grant_for_group", notDomain, "rule:admin_required", ""},
		{"identity:revoke_system_grant_for_group", notDomain, "rule:admin_required", ""},
		{"identity:get_group", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.group.domain_id)s)", adminOnce},
		{"identity:list_groups", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.group.domain_id)s)", adminOnce},
		{"identity:list_groups_for_user", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.user.domain_id)s) or user_id:%(user_id)s", "rule:admin_or_owner"},
		{"identity:create_group", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.group.domain_id)s)", adminOnce},
		{"identity:update_group", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.group.domain_id)s)", adminOnce},
		{"identity:delete_group", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.group.domain_id)s)", adminOnce},
		{"identity:list_users_in_group", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.group.domain_id)s)", adminOnce},
		{"identity:remove_user_from_group", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.user.domain_id)s)", adminOnce},
		{"identity:check_user_in_group", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.user.domain_id)s)", adminOnce},
		{"identity:add_user_to_group", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.user.domain_id)s)", adminOnce},
		{"identity:create_identity_provider", notDomain, "rule:admin_required", ""},
		{"identity:list_identity_providers", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:get_identity_provider", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:update_identity_provider", notDomain, "rule:admin_required", ""},
		{"identity:delete_identity_provider", notDomain, "rule:admin_required", ""},
		{"identity:get_implied_role", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_implied_roles", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:create_implied_role", notDomain, "rule:admin_required", ""},
		{"identity:delete_implied_role", notDomain, "rule:admin_required", ""},
		{"identity:list_role_inference_rules", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:check_implied_role", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:get_limit_model", anyScope, "", ""},
		{"identity:get_limit", anyScope, "rule:admin_required or (role:reader and system_scope:all) or (domain_id:%(target.limit.domain.id)s or domain_id:%(target.limit.project.domain_id)s) or (project_id:%(target.limit.project_id)s and not None:%(target.limit.project_id)s)", ""},
		{"identity:list_limits", anyScope, "", ""},
		{"identity:create_limits", notDomain, "rule:admin_required", ""},
		{"identity:update_limit", notDomain, "rule:admin_required", ""},
		{"identity:delete_limit", notDomain, "rule:admin_required", ""},
		{"identity:create_mapping", notDomain, "rule:admin_required", ""},
		{"identity:get_mapping", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_mappings", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:delete_mapping", notDomain, "rule:admin_required", ""},
		{"identity:update_mapping", notDomain, "rule:admin_required", ""},
		{"identity:get_policy", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_policies", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:create_policy", notDomain, "rule:admin_required", ""},
		{"identity:update_policy", notDomain, "rule:admin_required", ""},
		{"identity:delete_policy", notDomain, "rule:admin_required", ""},
		{"identity:create_policy_association_for_endpoint", notDomain, "rule:admin_required", ""},
		{"identity:check_policy_association_for_endpoint", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:delete_policy_association_for_endpoint", notDomain, "rule:admin_required", ""},
		{"identity:create_policy_association_for_service", notDomain, "rule:admin_required", ""},
		{"identity:check_policy_association_for_service", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:delete_policy_association_for_service", notDomain, "rule:admin_required", ""},
		{"identity:create_policy_association_for_region_and_service", notDomain, "rule:admin_required", ""},
		{"identity:check_policy_association_for_region_and_service", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:delete_policy_association_for_region_and_service", notDomain, "rule:admin_required", ""},
		{"identity:get_policy_for_endpoint", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_endpoints_for_policy", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:get_project", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s) or project_id:%(target.project.id)s", "rule:admin_required or project_id:%(target.project.id)s"},
		{"identity:list_projects", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain_id)s)", adminOnce},
		{"identity:list_user_projects", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.user.domain_id)s) or user_id:%(target.user.id)s", "rule:admin_or_owner"},
		{"identity:create_project", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)", adminOnce},
		{"identity:update_project", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)", adminOnce},
		{"identity:delete_project", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)", adminOnce},
		{"identity:list_project_tags", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s) or project_id:%(target.project.id)s", "rule:admin_required or project_id:%(target.project.id)s"},
		{"identity:get_project_tag", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s) or project_id:%(target.project.id)s", "rule:admin_required or project_id:%(target.project.id)s"},
		{"identity:update_project_tags", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)", adminOnce},
		{"identity:create_project_tag", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)", adminOnce},
		{"identity:delete_project_tags", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)", adminOnce},
		{"identity:delete_project_tag", anyScope, "(rule:admin_required) or (role:manager and domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s)", adminOnce},
		{"identity:list_projects_for_endpoint", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:add_endpoint_to_project", notDomain, "rule:admin_required", ""},
		{"identity:check_endpoint_in_project", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_endpoints_for_project", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:remove_endpoint_from_project", notDomain, "rule:admin_required", ""},
		{"identity:create_protocol", notDomain, "rule:admin_required", ""},
		{"identity:update_protocol", notDomain, "rule:admin_required", ""},
		{"identity:get_protocol", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_protocols", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:delete_protocol", notDomain, "rule:admin_required", ""},
		{"identity:get_region", anyScope, "", ""},
		{"identity:list_regions", anyScope, "", ""},
		{"identity:create_region", notDomain, "rule:admin_required", ""},
		{"identity:update_region", notDomain, "rule:admin_required", ""},
		{"identity:delete_region", notDomain, "rule:admin_required", ""},
		{"identity:get_registered_limit", anyScope, "", ""},
		{"identity:list_registered_limits", anyScope, "", ""},
		{"identity:create_registered_limits", notDomain, "rule:admin_required", ""},
		{"identity:update_registered_limit", notDomain, "rule:admin_required", ""},
		{"identity:delete_registered_limit", notDomain, "rule:admin_required", ""},
		{"identity:list_revoke_events", notDomain, "rule:service_or_admin", ""},
		{"identity:get_role", anyScope, "(rule:admin_required or (role:reader and system_scope:all)) or (role:manager and rule:domain_managed_target_role)", adminOnce},
		{"identity:list_roles", anyScope, "(rule:admin_required or (role:reader and system_scope:all)) or (role:manager and not domain_id:None)", adminOnce},
		{"identity:create_role", notDomain, "rule:admin_required", ""},
		{"identity:update_role", notDomain, "rule:admin_required", ""},
		{"identity:delete_role", notDomain, "rule:admin_required", ""},
		{"identity:get_domain_role", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_domain_roles", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:create_domain_role", notDomain, "rule:admin_required", ""},
		{"identity:update_domain_role", notDomain, "rule:admin_required", ""},
		{"identity:delete_domain_role", notDomain, "rule:admin_required", ""},
		{"identity:list_role_assignments", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain_id)s)", adminOnce},
		{"identity:list_role_assignments_for_tree", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain_id)s)", adminOnce},
		{"identity:s3tokens_validate", anyScope, "rule:service_or_admin", ""},
		{"identity:ec2tokens_validate", anyScope, "rule:service_or_admin", ""},
		{"identity:get_service", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_services", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:create_service", notDomain, "rule:admin_required", ""},
		{"identity:update_service", notDomain, "rule:admin_required", ""},
		{"identity:delete_service", notDomain, "rule:admin_required", ""},
		{"identity:create_service_provider", notDomain, "rule:admin_required", ""},
		{"identity:list_service_providers", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:get_service_provider", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:update_service_provider", notDomain, "rule:admin_required", ""},
		{"identity:delete_service_provider", notDomain, "rule:admin_required", ""},
		{"identity:revocation_list", notDomain, "rule:service_or_admin", ""},
		{"identity:check_token", anyScope, "rule:admin_required or (role:reader and system_scope:all) or rule:token_subject", "rule:admin_or_token_subject"},
		{"identity:validate_token", anyScope, "rule:admin_required or (role:reader and system_scope:all) or rule:service_role or rule:token_subject", "rule:service_admin_or_token_subject"},
		{"identity:revoke_token", anyScope, "rule:admin_required or rule:token_subject", "rule:admin_or_token_subject"},
		{"identity:create_trust", forProject, "user_id:%(target.trust.trustor_user_id)s", ""},
		{"identity:list_trusts", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_trusts_for_trustor", notDomain, "(rule:admin_required) or (role:reader and system_scope:all or user_id:%(target.trust.trustor_user_id)s)", ""},
		{"identity:list_trusts_for_trustee", notDomain, "(rule:admin_required) or (role:reader and system_scope:all or user_id:%(target.trust.trustee_user_id)s)", ""},
		{"identity:list_roles_for_trust", notDomain, "(rule:admin_required) or (role:reader and system_scope:all or user_id:%(target.trust.trustor_user_id)s or user_id:%(target.trust.trustee_user_id)s)", "user_id:%(target.trust.trustor_user_id)s or user_id:%(target.trust.trustee_user_id)s"},
		{"identity:get_role_for_trust", notDomain, "(rule:admin_required) or (role:reader and system_scope:all or user_id:%(target.trust.trustor_user_id)s or user_id:%(target.trust.trustee_user_id)s)", "user_id:%(target.trust.trustor_user_id)s or user_id:%(target.trust.trustee_user_id)s"},
		{"identity:delete_trust", notDomain, "rule:admin_required or user_id:%(target.trust.trustor_user_id)s", "user_id:%(target.trust.trustor_user_id)s"},
		{"identity:get_trust", notDomain, "(rule:admin_required) or (role:reader and system_scope:all or user_id:%(target.trust.trustor_user_id)s or user_id:%(target.trust.trustee_user_id)s)", "user_id:%(target.trust.trustor_user_id)s or user_id:%(target.trust.trustee_user_id)s"},
		{"identity:get_user", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and token.domain.id:%(target.user.domain_id)s) or user_id:%(target.user.id)s", "rule:admin_or_owner"},
		{"identity:list_users", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain_id)s)", adminOnce},
		{"identity:list_projects_for_user", anyToken, "", ""},
		{"identity:list_domains_for_user", anyToken, "", ""},
		{"identity:create_user", anyScope, "(rule:admin_required) or (role:manager and token.domain.id:%(target.user.domain_id)s)", adminOnce},
		{"identity:update_user", anyScope, "(rule:admin_required) or (role:manager and token.domain.id:%(target.user.domain_id)s)", adminOnce},
		{"identity:delete_user", anyScope, "(rule:admin_required) or (role:manager and token.domain.id:%(target.user.domain_id)s)", adminOnce},
	}
}
