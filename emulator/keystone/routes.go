package keystone

import (
	"slices"
	"strings"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// operations is the whole API, read once per process. HEAD is what GET is, less the body, where no row says otherwise.
var operations = sync.OnceValue(func() *httpapi.Table[*Service] {
	return httpapi.NewTable(resourceOf, slices.Concat(emulated(), identityRoutes(), grantRoutes(), catalogRoutes(), accessRoutes(), federationRoutes(), oauth1Routes(), gaps()))
})

// resourceOf sorts paths by their first segment after the version, and those under a user or a project, of which there
// are many, by what comes after the id as well.
func resourceOf(path string) string {
	segments := strings.SplitN(path, "/", 6) // "", "v3", the resource, an id, what is under it, the rest
	if len(segments) < 3 {
		return path
	}
	switch name := segments[2]; {
	case len(segments) < 5:
		return name
	case name == "users" || name == "projects":
		return name + "/" + segments[4]
	default:
		return name
	}
}

func emulated() []httpapi.Operation[*Service] {
	return []httpapi.Operation[*Service]{
		{Op: "keystone.versions.list", Method: "GET", Path: "/", Public: true, Success: 300, Handle: (*Service).versionList},
		{Op: "keystone.versions.show", Method: "GET", Path: "/v3", Public: true, Handle: (*Service).versionShow},

		{
			Op: "keystone.auth.tokens.issue", Method: "POST", Path: "/v3/auth/tokens", Public: true, Success: 201,
			Handle: (*Service).tokenIssue,
		},
		{
			Op: "keystone.auth.tokens.show", Method: "GET", Path: "/v3/auth/tokens",
			Policy: "identity:validate_token", Late: true, Handle: (*Service).tokenShow,
		},
		{
			Op: "keystone.auth.tokens.check", Method: "HEAD", Path: "/v3/auth/tokens",
			Policy: "identity:check_token", Late: true, Handle: (*Service).tokenShow,
		},
		{
			Op: "keystone.auth.tokens.revoke", Method: "DELETE", Path: "/v3/auth/tokens", Success: 204,
			Policy: "identity:revoke_token", Late: true, Handle: httpapi.Do((*Service).tokenRevoke),
		},
		{
			Op: "keystone.auth.catalog.show", Method: "GET", Path: "/v3/auth/catalog",
			Policy: "identity:get_auth_catalog", Late: true, Handle: httpapi.Get((*Service).authCatalogShow),
		},
		{
			Op: "keystone.auth.projects.list", Method: "GET", Path: "/v3/auth/projects",
			Policy: "identity:get_auth_projects", Late: true, Handle: httpapi.Get((*Service).authProjectList),
		},
		{
			Op: "keystone.auth.domains.list", Method: "GET", Path: "/v3/auth/domains",
			Policy: "identity:get_auth_domains", Late: true, Handle: httpapi.Get((*Service).authDomainList),
		},
		{
			Op: "keystone.auth.system.show", Method: "GET", Path: "/v3/auth/system",
			Policy: "identity:get_auth_system", Late: true, Handle: httpapi.Get((*Service).authSystemShow),
		},
		{
			Op: "keystone.os-federation.projects.list", Method: "GET", Path: "/v3/OS-FEDERATION/projects",
			Policy: "identity:get_auth_projects", Late: true, Handle: httpapi.Get((*Service).authProjectList),
		},
		{
			Op: "keystone.os-federation.domains.list", Method: "GET", Path: "/v3/OS-FEDERATION/domains",
			Policy: "identity:get_auth_domains", Late: true, Handle: httpapi.Get((*Service).authDomainList),
		},

		{
			Op: "keystone.domains.list", Method: "GET", Path: "/v3/domains",
			Policy: "identity:list_domains", Late: true, Handle: httpapi.Get((*Service).domainList),
		},
		{
			Op: "keystone.domains.show", Method: "GET", Path: "/v3/domains/{domain_id}",
			Policy: "identity:get_domain", Late: true, Handle: httpapi.Get((*Service).domainShow),
		},

		{
			Op: "keystone.projects.list", Method: "GET", Path: "/v3/projects",
			Policy: "identity:list_projects", Late: true, Handle: httpapi.Get((*Service).projectList),
		},
		{
			Op: "keystone.projects.show", Method: "GET", Path: "/v3/projects/{project_id}",
			Policy: "identity:get_project", Late: true, Handle: httpapi.Get((*Service).projectShow),
		},

		{
			Op: "keystone.users.list", Method: "GET", Path: "/v3/users",
			Policy: "identity:list_users", Late: true, Handle: httpapi.Get((*Service).userList),
		},
		{
			Op: "keystone.users.show", Method: "GET", Path: "/v3/users/{user_id}",
			Policy: "identity:get_user", Late: true, Handle: httpapi.Get((*Service).userShow),
		},
		{
			Op: "keystone.users.projects.list", Method: "GET", Path: "/v3/users/{user_id}/projects",
			Policy: "identity:list_user_projects", Late: true, Handle: httpapi.Get((*Service).userProjectList),
		},
		{
			Op: "keystone.users.groups.list", Method: "GET", Path: "/v3/users/{user_id}/groups",
			Policy: "identity:list_groups_for_user", Late: true, Handle: httpapi.Get((*Service).userGroupList),
		},
		{
			Op: "keystone.users.application_credentials.list", Method: "GET", Path: "/v3/users/{user_id}/application_credentials",
			Policy: "identity:list_application_credentials", Late: true,
			Handle: httpapi.Get((*Service).applicationCredentialList),
		},
		{
			Op: "keystone.users.application_credentials.create", Method: "POST",
			Path: "/v3/users/{user_id}/application_credentials", Success: 201, Body: httpapi.Schema(credentialCreate),
			Policy: "identity:create_application_credential", Late: true,
			Handle: httpapi.JSON((*Service).applicationCredentialCreate),
		},
		{
			Op: "keystone.users.application_credentials.show", Method: "GET",
			Path:   "/v3/users/{user_id}/application_credentials/{application_credential_id}",
			Policy: "identity:get_application_credential", Late: true, Handle: httpapi.Get((*Service).applicationCredentialShow),
		},
		{
			Op: "keystone.users.application_credentials.delete", Method: "DELETE", Success: 204,
			Path:   "/v3/users/{user_id}/application_credentials/{application_credential_id}",
			Policy: "identity:delete_application_credential", Late: true,
			Handle: httpapi.Do((*Service).applicationCredentialDelete),
		},

		{
			Op: "keystone.groups.list", Method: "GET", Path: "/v3/groups",
			Policy: "identity:list_groups", Late: true, Handle: httpapi.Get((*Service).groupList),
		},
		{
			Op: "keystone.groups.show", Method: "GET", Path: "/v3/groups/{group_id}",
			Policy: "identity:get_group", Late: true, Handle: httpapi.Get((*Service).groupShow),
		},
		{
			Op: "keystone.groups.users.list", Method: "GET", Path: "/v3/groups/{group_id}/users",
			Policy: "identity:list_users_in_group", Late: true, Handle: httpapi.Get((*Service).groupUserList),
		},

		{
			Op: "keystone.roles.list", Method: "GET", Path: "/v3/roles",
			Policy: "identity:list_roles", Late: true, Handle: httpapi.Get((*Service).roleList),
		},
		{
			Op: "keystone.roles.show", Method: "GET", Path: "/v3/roles/{role_id}",
			Policy: "identity:get_role", Late: true, Handle: httpapi.Get((*Service).roleShow),
		},
		{
			Op: "keystone.roles.implies.list", Method: "GET", Path: "/v3/roles/{prior_role_id}/implies",
			Policy: "identity:list_implied_roles", Late: true, Handle: httpapi.Get((*Service).roleImpliedList),
		},
		{
			Op: "keystone.role_inferences.list", Method: "GET", Path: "/v3/role_inferences",
			Policy: "identity:list_role_inference_rules", Late: true, Handle: httpapi.Get((*Service).roleInferenceList),
		},
		{
			Op: "keystone.role_assignments.list", Method: "GET", Path: "/v3/role_assignments",
			Policy: "identity:list_role_assignments", Late: true, Handle: httpapi.Get((*Service).roleAssignmentList),
		},

		{
			Op: "keystone.regions.list", Method: "GET", Path: "/v3/regions",
			Policy: "identity:list_regions", Late: true, Handle: httpapi.Get((*Service).regionList),
		},
		{
			Op: "keystone.regions.show", Method: "GET", Path: "/v3/regions/{region_id}",
			Policy: "identity:get_region", Late: true, Handle: httpapi.Get((*Service).regionShow),
		},
		{
			Op: "keystone.services.list", Method: "GET", Path: "/v3/services",
			Policy: "identity:list_services", Late: true, Handle: httpapi.Get((*Service).serviceList),
		},
		{
			Op: "keystone.services.show", Method: "GET", Path: "/v3/services/{service_id}",
			Policy: "identity:get_service", Late: true, Handle: httpapi.Get((*Service).serviceShow),
		},
		{
			Op: "keystone.endpoints.list", Method: "GET", Path: "/v3/endpoints",
			Policy: "identity:list_endpoints", Late: true, Handle: httpapi.Get((*Service).endpointList),
		},
		{
			Op: "keystone.endpoints.show", Method: "GET", Path: "/v3/endpoints/{endpoint_id}",
			Policy: "identity:get_endpoint", Late: true, Handle: httpapi.Get((*Service).endpointShow),
		},
	}
}
