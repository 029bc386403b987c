package keystone

// zedPolicy are the rules that were others in the release Zed.
func zedPolicy() []ruleSource {
	return []ruleSource{
		{"identity:add_user_to_group", anyScope, "rule:admin_required", ""},
		{"identity:create_credential", notDomain, "(rule:admin_required) or user_id:%(target.credential.user_id)s", adminOnce},
		{"identity:create_grant", anyScope, "(rule:admin_required) or ((role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and (domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s)", adminOnce},
		{"identity:create_group", anyScope, "rule:admin_required", ""},
		{"identity:create_project", anyScope, "rule:admin_required", ""},
		{"identity:create_project_tag", anyScope, "rule:admin_required", ""},
		{"identity:create_user", anyScope, "rule:admin_required", ""},
		{"identity:delete_credential", notDomain, "(rule:admin_required) or user_id:%(target.credential.user_id)s", adminOnce},
		{"identity:delete_group", anyScope, "rule:admin_required", ""},
		{"identity:delete_project", anyScope, "rule:admin_required", ""},
		{"identity:delete_project_tag", anyScope, "rule:admin_required", ""},
		{"identity:delete_project_tags", anyScope, "rule:admin_required", ""},
		{"identity:delete_user", anyScope, "rule:admin_required", ""},
		{"identity:ec2_delete_credential", notDomain, "(rule:admin_required) or user_id:%(target.credential.user_id)s", "rule:admin_required or (rule:owner and user_id:%(target.credential.user_id)s)"},
		{"identity:ec2_list_credentials", notDomain, "(rule:admin_required) or (role:member and user_id:%(target.credential.user_id)s)", "rule:admin_or_owner"},
		{"identity:get_credential", notDomain, "(rule:admin_required) or (role:reader and system_scope:all) or user_id:%(target.credential.user_id)s", adminOnce},
		{"identity:get_project", anyScope, "(role:reader and system_scope:all) or (role:reader and domain_id:%(target.project.domain_id)s) or project_id:%(target.project.id)s", "rule:admin_required or project_id:%(target.project.id)s"},
		{"identity:get_project_tag", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.project.domain_id)s) or project_id:%(target.project.id)s", "rule:admin_required or project_id:%(target.project.id)s"},
		{"identity:get_role", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_credentials", notDomain, "(rule:admin_required) or (role:reader and system_scope:all) or user_id:%(target.credential.user_id)s", adminOnce},
		{"identity:list_domains", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:list_project_tags", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.project.domain_id)s) or project_id:%(target.project.id)s", "rule:admin_required or project_id:%(target.project.id)s"},
		{"identity:list_role_assignments", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain_id)s and not None:%(target.domain_id)s)", adminOnce},
		{"identity:list_role_assignments_for_tree", anyScope, "(rule:admin_required) or (role:reader and system_scope:all) or (role:reader and domain_id:%(target.domain_id)s and not None:%(target.domain_id)s)", adminOnce},
		{"identity:list_roles", notDomain, "rule:admin_required or (role:reader and system_scope:all)", adminOnce},
		{"identity:remove_user_from_group", anyScope, "rule:admin_required", ""},
		{"identity:revoke_grant", anyScope, "(rule:admin_required) or ((role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.user.domain_id)s and domain_id:%(target.domain.id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.project.domain_id)s) or (role:admin and domain_id:%(target.group.domain_id)s and domain_id:%(target.domain.id)s)) and (domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s)", adminOnce},
		{"identity:update_credential", notDomain, "(rule:admin_required) or user_id:%(target.credential.user_id)s", adminOnce},
		{"identity:update_group", anyScope, "rule:admin_required", ""},
		{"identity:update_project", anyScope, "rule:admin_required", ""},
		{"identity:update_project_tags", anyScope, "rule:admin_required", ""},
		{"identity:update_user", anyScope, "rule:admin_required", ""},
	}
}
