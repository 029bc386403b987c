package keystone

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// identityRoutes are the rows that make, change and delete users, groups, projects, domains and roles.
func identityRoutes() []httpapi.Operation[*Service] {
	return []httpapi.Operation[*Service]{
		{
			Op: "keystone.users.create", Method: "POST", Path: "/v3/users", Success: 201, Body: httpapi.Schema(userCreateBody),
			Policy: "identity:create_user", Late: true, Handle: httpapi.Get((*Service).userCreate),
		},
		{
			Op: "keystone.users.update", Method: "PATCH", Path: "/v3/users/{user_id}", Body: httpapi.Schema(userUpdateBody),
			Policy: "identity:update_user", Late: true, Handle: httpapi.Get((*Service).userUpdate),
		},
		{
			Op: "keystone.users.delete", Method: "DELETE", Path: "/v3/users/{user_id}", Success: 204,
			Policy: "identity:delete_user", Late: true, Handle: httpapi.Do((*Service).userDelete),
		},
		{
			Op: "keystone.users.tokens.delete", Method: "DELETE", Path: "/v3/users/{user_id}/tokens", Success: 204,
			Public: true, Handle: (*Service).userTokensRevoke,
		},
		{
			Op: "keystone.users.password.create", Method: "POST", Path: "/v3/users/{user_id}/password", Success: 204,
			Public: true, Handle: httpapi.Do((*Service).userPasswordChange),
		},

		{
			Op: "keystone.groups.create", Method: "POST", Path: "/v3/groups", Success: 201, Body: httpapi.Schema(groupCreateBody),
			Policy: "identity:create_group", Late: true, Handle: httpapi.Get((*Service).groupCreate),
		},
		{
			Op: "keystone.groups.update", Method: "PATCH", Path: "/v3/groups/{group_id}", Body: httpapi.Schema(groupUpdateBody),
			Policy: "identity:update_group", Late: true, Handle: httpapi.Get((*Service).groupUpdate),
		},
		{
			Op: "keystone.groups.delete", Method: "DELETE", Path: "/v3/groups/{group_id}", Success: 204,
			Policy: "identity:delete_group", Late: true, Handle: httpapi.Do((*Service).groupDelete),
		},
		{
			Op: "keystone.groups.users.show", Method: "GET", Path: "/v3/groups/{group_id}/users/{user_id}", Success: 204,
			Policy: "identity:check_user_in_group", Late: true, Handle: httpapi.Do((*Service).groupUserCheck),
		},
		{
			Op: "keystone.groups.users.set", Method: "PUT", Path: "/v3/groups/{group_id}/users/{user_id}", Success: 204,
			Policy: "identity:add_user_to_group", Late: true, Handle: httpapi.Do((*Service).groupUserSet),
		},
		{
			Op: "keystone.groups.users.delete", Method: "DELETE", Path: "/v3/groups/{group_id}/users/{user_id}", Success: 204,
			Policy: "identity:remove_user_from_group", Late: true, Handle: httpapi.Do((*Service).groupUserDelete),
		},

		{
			Op: "keystone.projects.create", Method: "POST", Path: "/v3/projects", Success: 201,
			Body:   httpapi.Schema(projectCreateBody),
			Policy: "identity:create_project", Late: true, Handle: httpapi.Get((*Service).projectCreate),
		},
		{
			Op: "keystone.projects.update", Method: "PATCH", Path: "/v3/projects/{project_id}",
			Body:   httpapi.Schema(projectUpdateBody),
			Policy: "identity:update_project", Late: true, Handle: httpapi.Get((*Service).projectUpdate),
		},
		{
			Op: "keystone.projects.delete", Method: "DELETE", Path: "/v3/projects/{project_id}", Success: 204,
			Policy: "identity:delete_project", Late: true, Handle: httpapi.Do((*Service).projectDelete),
		},
		{
			Op: "keystone.projects.tags.list", Method: "GET", Path: "/v3/projects/{project_id}/tags",
			Policy: "identity:list_project_tags", Late: true, Handle: httpapi.Get((*Service).projectTagList),
		},
		{
			Op: "keystone.projects.tags.set", Method: "PUT", Path: "/v3/projects/{project_id}/tags",
			Body:   httpapi.Schema(projectTagsBody),
			Policy: "identity:update_project_tags", Late: true, Handle: httpapi.Get((*Service).projectTagReplace),
		},
		{
			Op: "keystone.projects.tags.delete", Method: "DELETE", Path: "/v3/projects/{project_id}/tags", Success: 204,
			Policy: "identity:delete_project_tags", Late: true, Handle: httpapi.Do((*Service).projectTagsDelete),
		},
		{
			Op: "keystone.projects.tags.show", Method: "GET", Path: "/v3/projects/{project_id}/tags/{value}", Success: 204,
			Policy: "identity:get_project_tag", Late: true, Handle: httpapi.Do((*Service).projectTagCheck),
		},
		{
			Op: "keystone.projects.tags.value.set", Method: "PUT", Path: "/v3/projects/{project_id}/tags/{value}", Success: 201,
			Policy: "identity:create_project_tag", Late: true, Handle: (*Service).projectTagAdd,
		},
		{
			Op: "keystone.projects.tags.value.delete", Method: "DELETE", Path: "/v3/projects/{project_id}/tags/{value}",
			Success: 204, Policy: "identity:delete_project_tag", Late: true, Handle: httpapi.Do((*Service).projectTagDelete),
		},

		{
			Op: "keystone.domains.create", Method: "POST", Path: "/v3/domains", Success: 201, Body: httpapi.Schema(domainCreateBody),
			Policy: "identity:create_domain", Late: true, Handle: httpapi.Get((*Service).domainCreate),
		},
		{
			Op: "keystone.domains.update", Method: "PATCH", Path: "/v3/domains/{domain_id}", Body: httpapi.Schema(domainUpdateBody),
			Policy: "identity:update_domain", Late: true, Handle: httpapi.Get((*Service).domainUpdate),
		},
		{
			Op: "keystone.domains.delete", Method: "DELETE", Path: "/v3/domains/{domain_id}", Success: 204,
			Policy: "identity:delete_domain", Late: true, Handle: httpapi.Do((*Service).domainDelete),
		},

		{
			Op: "keystone.roles.create", Method: "POST", Path: "/v3/roles", Success: 201, Body: httpapi.Schema(roleCreateBody),
			Policy: "identity:create_role", Late: true, Handle: httpapi.Get((*Service).roleCreate),
		},
		{
			Op: "keystone.roles.update", Method: "PATCH", Path: "/v3/roles/{role_id}", Body: httpapi.Schema(roleUpdateBody),
			Policy: "identity:update_role", Late: true, Handle: httpapi.Get((*Service).roleUpdate),
		},
		{
			Op: "keystone.roles.delete", Method: "DELETE", Path: "/v3/roles/{role_id}", Success: 204,
			Policy: "identity:delete_role", Late: true, Handle: httpapi.Do((*Service).roleDelete),
		},
		{
			Op: "keystone.roles.implies.check", Method: "GET", Path: "/v3/roles/{prior_role_id}/implies/{implied_role_id}",
			Policy: "identity:get_implied_role", Late: true, Handle: httpapi.Get((*Service).roleImpliedShow),
		},
		{
			Op: "keystone.roles.implies.check", Method: "HEAD", Path: "/v3/roles/{prior_role_id}/implies/{implied_role_id}",
			Success: 204, Policy: "identity:check_implied_role", Late: true, Handle: httpapi.Do((*Service).roleImpliedCheck),
		},
		{
			Op: "keystone.roles.implies.set", Method: "PUT", Path: "/v3/roles/{prior_role_id}/implies/{implied_role_id}",
			Success: 201, Policy: "identity:create_implied_role", Late: true, Handle: httpapi.Get((*Service).roleImpliedSet),
		},
		{
			Op: "keystone.roles.implies.delete", Method: "DELETE", Path: "/v3/roles/{prior_role_id}/implies/{implied_role_id}",
			Success: 204, Policy: "identity:delete_implied_role", Late: true, Handle: httpapi.Do((*Service).roleImpliedDelete),
		},
	}
}
