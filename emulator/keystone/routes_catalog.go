package keystone

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// catalogRoutes are the rows that change the catalog, and those of what is made of it: endpoint groups, the endpoints of
// projects, policies and what they are for.
func catalogRoutes() []httpapi.Operation[*Service] {
	const (
		group  = "/v3/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}"
		filter = "/v3/OS-EP-FILTER/projects/{project_id}"
		policy = "/v3/policies/{policy_id}/OS-ENDPOINT-POLICY"
	)
	return []httpapi.Operation[*Service]{
		{
			Op: "keystone.regions.create", Method: "POST", Path: "/v3/regions", Success: 201,
			Body:   httpapi.Schema(regionCreateBody),
			Policy: "identity:create_region", Late: true, Handle: httpapi.Get((*Service).regionCreate),
		},
		{
			Op: "keystone.regions.set", Method: "PUT", Path: "/v3/regions/{region_id}", Success: 201,
			Body:   httpapi.Schema(regionCreateBody),
			Policy: "identity:create_region", Late: true, Handle: httpapi.Get((*Service).regionCreate),
		},
		{
			Op: "keystone.regions.update", Method: "PATCH", Path: "/v3/regions/{region_id}",
			Body:   httpapi.Schema(regionUpdateBody),
			Policy: "identity:update_region", Late: true, Handle: httpapi.Get((*Service).regionUpdate),
		},
		{
			Op: "keystone.regions.delete", Method: "DELETE", Path: "/v3/regions/{region_id}", Success: 204,
			Policy: "identity:delete_region", Late: true, Handle: httpapi.Do((*Service).regionDelete),
		},
		{
			Op: "keystone.services.create", Method: "POST", Path: "/v3/services", Success: 201,
			Body:   httpapi.Schema(serviceCreateBody),
			Policy: "identity:create_service", Late: true, Handle: httpapi.Get((*Service).serviceCreate),
		},
		{
			Op: "keystone.services.update", Method: "PATCH", Path: "/v3/services/{service_id}",
			Body:   httpapi.Schema(serviceUpdateBody),
			Policy: "identity:update_service", Late: true, Handle: httpapi.Get((*Service).serviceUpdate),
		},
		{
			Op: "keystone.services.delete", Method: "DELETE", Path: "/v3/services/{service_id}", Success: 204,
			Policy: "identity:delete_service", Late: true, Handle: httpapi.Do((*Service).serviceDelete),
		},
		{
			Op: "keystone.endpoints.create", Method: "POST", Path: "/v3/endpoints", Success: 201,
			Body:   httpapi.Schema(endpointCreateBody),
			Policy: "identity:create_endpoint", Late: true, Handle: httpapi.Get((*Service).endpointCreate),
		},
		{
			Op: "keystone.endpoints.update", Method: "PATCH", Path: "/v3/endpoints/{endpoint_id}",
			Body:   httpapi.Schema(endpointUpdateBody),
			Policy: "identity:update_endpoint", Late: true, Handle: httpapi.Get((*Service).endpointUpdate),
		},
		{
			Op: "keystone.endpoints.delete", Method: "DELETE", Path: "/v3/endpoints/{endpoint_id}", Success: 204,
			Policy: "identity:delete_endpoint", Late: true, Handle: httpapi.Do((*Service).endpointDelete),
		},
		{
			Op: "keystone.os-ep-filter.endpoint_groups.list", Method: "GET", Path: "/v3/OS-EP-FILTER/endpoint_groups",
			Policy: "identity:list_endpoint_groups", Late: true, Handle: httpapi.Get((*Service).endpointGroupList),
		},
		{
			Op: "keystone.os-ep-filter.endpoint_groups.create", Method: "POST", Path: "/v3/OS-EP-FILTER/endpoint_groups", Success: 201,
			Body:   httpapi.Schema(endpointGroupCreateBody),
			Policy: "identity:create_endpoint_group", Late: true, Handle: httpapi.Get((*Service).endpointGroupCreate),
		},
		{
			Op: "keystone.os-ep-filter.endpoint_groups.show", Method: "GET", Path: group,
			Policy: "identity:get_endpoint_group", Late: true, Handle: httpapi.Get((*Service).endpointGroupShow),
		},
		{
			Op: "keystone.os-ep-filter.endpoint_groups.update", Method: "PATCH", Path: group,
			Body:   httpapi.Schema(endpointGroupUpdateBody),
			Policy: "identity:update_endpoint_group", Late: true, Handle: httpapi.Get((*Service).endpointGroupUpdate),
		},
		{
			Op: "keystone.os-ep-filter.endpoint_groups.delete", Method: "DELETE", Path: group, Success: 204,
			Policy: "identity:delete_endpoint_group", Late: true, Handle: httpapi.Do((*Service).endpointGroupDelete),
		},
		{
			Op: "keystone.os-ep-filter.endpoint_groups.endpoints.list", Method: "GET", Path: group + "/endpoints",
			Policy: "identity:list_endpoints_associated_with_endpoint_group", Late: true, Handle: httpapi.Get((*Service).endpointGroupEndpointList),
		},
		{
			Op: "keystone.os-ep-filter.endpoint_groups.projects.list", Method: "GET", Path: group + "/projects",
			Policy: "identity:list_projects_associated_with_endpoint_group", Late: true, Handle: httpapi.Get((*Service).endpointGroupProjectList),
		},
		{
			Op: "keystone.os-ep-filter.endpoint_groups.projects.show", Method: "GET", Path: group + "/projects/{project_id}",
			Policy: "identity:get_endpoint_group_in_project", Late: true, Handle: httpapi.Get((*Service).projectEndpointGroupShow),
		},
		{
			Op: "keystone.os-ep-filter.endpoint_groups.projects.set", Method: "PUT", Path: group + "/projects/{project_id}", Success: 204,
			Policy: "identity:add_endpoint_group_to_project", Late: true, Handle: httpapi.Do((*Service).projectEndpointSet),
		},
		{
			Op: "keystone.os-ep-filter.endpoint_groups.projects.delete", Method: "DELETE", Path: group + "/projects/{project_id}", Success: 204,
			Policy: "identity:remove_endpoint_group_from_project", Late: true, Handle: httpapi.Do((*Service).projectEndpointDelete),
		},
		{
			Op: "keystone.os-ep-filter.endpoints.projects.list", Method: "GET", Path: "/v3/OS-EP-FILTER/endpoints/{endpoint_id}/projects",
			Policy: "identity:list_projects_for_endpoint", Late: true, Handle: httpapi.Get((*Service).endpointProjectList),
		},
		{
			Op: "keystone.os-ep-filter.projects.endpoint_groups.list", Method: "GET", Path: filter + "/endpoint_groups",
			Policy: "identity:list_endpoint_groups_for_project", Late: true, Handle: httpapi.Get((*Service).projectEndpointGroupList),
		},
		{
			Op: "keystone.os-ep-filter.projects.endpoints.list", Method: "GET", Path: filter + "/endpoints",
			Policy: "identity:list_endpoints_for_project", Late: true, Handle: httpapi.Get((*Service).projectEndpointList),
		},
		{
			Op: "keystone.os-ep-filter.projects.endpoints.show", Method: "GET", Path: filter + "/endpoints/{endpoint_id}", Success: 204,
			Policy: "identity:check_endpoint_in_project", Late: true, Handle: httpapi.Do((*Service).projectEndpointCheck),
		},
		{
			Op: "keystone.os-ep-filter.projects.endpoints.set", Method: "PUT", Path: filter + "/endpoints/{endpoint_id}", Success: 204,
			Policy: "identity:add_endpoint_to_project", Late: true, Handle: httpapi.Do((*Service).projectEndpointSet),
		},
		{
			Op: "keystone.os-ep-filter.projects.endpoints.delete", Method: "DELETE", Path: filter + "/endpoints/{endpoint_id}", Success: 204,
			Policy: "identity:remove_endpoint_from_project", Late: true, Handle: httpapi.Do((*Service).projectEndpointDelete),
		},
		{
			Op: "keystone.policies.list", Method: "GET", Path: "/v3/policies",
			Policy: "identity:list_policies", Late: true, Handle: httpapi.Get((*Service).policyList),
		},
		{
			Op: "keystone.policies.create", Method: "POST", Path: "/v3/policies", Success: 201,
			Policy: "identity:create_policy", Late: true, Handle: httpapi.Get((*Service).policyCreate),
		},
		{
			Op: "keystone.policies.show", Method: "GET", Path: "/v3/policies/{policy_id}",
			Policy: "identity:get_policy", Late: true, Handle: httpapi.Get((*Service).policyShow),
		},
		{
			Op: "keystone.policies.update", Method: "PATCH", Path: "/v3/policies/{policy_id}",
			Policy: "identity:update_policy", Late: true, Handle: httpapi.Get((*Service).policyUpdate),
		},
		{
			Op: "keystone.policies.delete", Method: "DELETE", Path: "/v3/policies/{policy_id}", Success: 204,
			Policy: "identity:delete_policy", Late: true, Handle: httpapi.Do((*Service).policyDelete),
		},
		{
			Op: "keystone.policies.os-endpoint-policy.endpoints.list", Method: "GET", Path: policy + "/endpoints",
			Policy: "identity:list_endpoints_for_policy", Late: true, Handle: httpapi.Get((*Service).policyEndpointList),
		},
		{
			Op: "keystone.endpoints.os-endpoint-policy.policy.show", Method: "GET", Path: "/v3/endpoints/{endpoint_id}/OS-ENDPOINT-POLICY/policy",
			Policy: "identity:get_policy_for_endpoint", Late: true, Handle: httpapi.Get((*Service).endpointPolicyShow),
		},
		{
			Op: "keystone.policies.os-endpoint-policy.endpoints.show", Method: "GET", Path: policy + "/endpoints/{endpoint_id}", Success: 204,
			Policy: "identity:check_policy_association_for_endpoint", Late: true, Handle: httpapi.Do((*Service).policyAssociationCheck),
		},
		{
			Op: "keystone.policies.os-endpoint-policy.endpoints.set", Method: "PUT", Path: policy + "/endpoints/{endpoint_id}", Success: 204,
			Policy: "identity:create_policy_association_for_endpoint", Late: true, Handle: httpapi.Do((*Service).policyAssociationSet),
		},
		{
			Op: "keystone.policies.os-endpoint-policy.endpoints.delete", Method: "DELETE", Path: policy + "/endpoints/{endpoint_id}", Success: 204,
			Policy: "identity:delete_policy_association_for_endpoint", Late: true, Handle: httpapi.Do((*Service).policyAssociationDelete),
		},
		{
			Op: "keystone.policies.os-endpoint-policy.services.show", Method: "GET", Path: policy + "/services/{service_id}", Success: 204,
			Policy: "identity:check_policy_association_for_service", Late: true, Handle: httpapi.Do((*Service).policyAssociationCheck),
		},
		{
			Op: "keystone.policies.os-endpoint-policy.services.set", Method: "PUT", Path: policy + "/services/{service_id}", Success: 204,
			Policy: "identity:create_policy_association_for_service", Late: true, Handle: httpapi.Do((*Service).policyAssociationSet),
		},
		{
			Op: "keystone.policies.os-endpoint-policy.services.delete", Method: "DELETE", Path: policy + "/services/{service_id}", Success: 204,
			Policy: "identity:delete_policy_association_for_service", Late: true, Handle: httpapi.Do((*Service).policyAssociationDelete),
		},
		{
			Op: "keystone.policies.os-endpoint-policy.services.regions.show", Method: "GET", Path: policy + "/services/{service_id}/regions/{region_id}", Success: 204,
			Policy: "identity:check_policy_association_for_region_and_service", Late: true, Handle: httpapi.Do((*Service).policyAssociationCheck),
		},
		{
			Op: "keystone.policies.os-endpoint-policy.services.regions.set", Method: "PUT", Path: policy + "/services/{service_id}/regions/{region_id}", Success: 204,
			Policy: "identity:create_policy_association_for_region_and_service", Late: true, Handle: httpapi.Do((*Service).policyAssociationSet),
		},
		{
			Op: "keystone.policies.os-endpoint-policy.services.regions.delete", Method: "DELETE", Path: policy + "/services/{service_id}/regions/{region_id}", Success: 204,
			Policy: "identity:delete_policy_association_for_region_and_service", Late: true, Handle: httpapi.Do((*Service).policyAssociationDelete),
		},
	}
}
