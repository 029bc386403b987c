package keystone

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// managed are the five rows of a thing whose id the client chooses.
func managed(op, one, many, collection, variable string, create, update *schema.Schema,
	list, show, set, change httpapi.Handler[*Service], remove func(*Service, *httpapi.Call) error,
) []httpapi.Operation[*Service] {
	item := collection + "/{" + variable + "}"
	rows := []httpapi.Operation[*Service]{
		{Op: op + ".list", Method: "GET", Path: collection, Policy: "identity:list_" + many, Late: true, Handle: list},
		{Op: op + ".show", Method: "GET", Path: item, Policy: "identity:get_" + one, Late: true, Handle: show},
		{Op: op + ".set", Method: "PUT", Path: item, Success: 201, Policy: "identity:create_" + one, Late: true, Handle: set},
		{Op: op + ".update", Method: "PATCH", Path: item, Policy: "identity:update_" + one, Late: true, Handle: change},
		{
			Op: op + ".delete", Method: "DELETE", Path: item, Success: 204, Policy: "identity:delete_" + one, Late: true,
			Handle: httpapi.Do(remove),
		},
	}
	if create != nil { // else the handlers look at the body themselves
		rows[2].Body, rows[3].Body = httpapi.Schema(create), httpapi.Schema(update)
	}
	return rows
}

// federationRoutes are the rows of what federation is set up with; to log in by it is among the gaps.
func federationRoutes() []httpapi.Operation[*Service] {
	return slices.Concat(
		managed("keystone.os-federation.identity_providers", "identity_provider", "identity_providers", identityProvidersPath, "idp_id",
			identityProviderCreateBody, identityProviderUpdateBody,
			httpapi.Get((*Service).identityProviderList), httpapi.Get((*Service).identityProviderShow),
			httpapi.Get((*Service).identityProviderSet), httpapi.Get((*Service).identityProviderUpdate), (*Service).identityProviderDelete),
		managed("keystone.os-federation.identity_providers.protocols", "protocol", "protocols",
			identityProvidersPath+"/{idp_id}/protocols", "protocol_id", protocolCreateBody, protocolUpdateBody,
			httpapi.Get((*Service).protocolList), httpapi.Get((*Service).protocolShow), httpapi.Get((*Service).protocolSet),
			httpapi.Get((*Service).protocolUpdate), (*Service).protocolDelete),
		managed("keystone.os-federation.mappings", "mapping", "mappings", mappingsPath, "mapping_id", nil, nil,
			httpapi.Get((*Service).mappingList), httpapi.Get((*Service).mappingShow), httpapi.Get((*Service).mappingSet),
			httpapi.Get((*Service).mappingUpdate), (*Service).mappingDelete),
		managed("keystone.os-federation.service_providers", "service_provider", "service_providers", serviceProvidersPath,
			"service_provider_id", serviceProviderCreateBody, serviceProviderUpdateBody,
			httpapi.Get((*Service).serviceProviderList), httpapi.Get((*Service).serviceProviderShow),
			httpapi.Get((*Service).serviceProviderSet), httpapi.Get((*Service).serviceProviderUpdate), (*Service).serviceProviderDelete),
	)
}
