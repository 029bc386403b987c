package keystone

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// oauth1Routes are the rows of OAuth 1: consumers, the three steps to an access token, and what users see of theirs.
func oauth1Routes() []httpapi.Operation[*Service] {
	const (
		consumer = consumersPath + "/{consumer_id}"
		tokens   = "/v3/users/{user_id}/OS-OAUTH1/access_tokens"
		token    = tokens + "/{access_token_id}"
	)
	return []httpapi.Operation[*Service]{
		{
			Op: "keystone.os-oauth1.consumers.list", Method: "GET", Path: consumersPath,
			Policy: "identity:list_consumers", Late: true, Handle: httpapi.Get((*Service).consumerList),
		},
		{
			Op: "keystone.os-oauth1.consumers.create", Method: "POST", Path: consumersPath, Success: 201,
			Policy: "identity:create_consumer", Late: true, Handle: httpapi.Get((*Service).consumerCreate),
		},
		{
			Op: "keystone.os-oauth1.consumers.show", Method: "GET", Path: consumer,
			Policy: "identity:get_consumer", Late: true, Handle: httpapi.Get((*Service).consumerShow),
		},
		{
			Op: "keystone.os-oauth1.consumers.update", Method: "PATCH", Path: consumer,
			Policy: "identity:update_consumer", Late: true, Handle: httpapi.Get((*Service).consumerUpdate),
		},
		{
			Op: "keystone.os-oauth1.consumers.delete", Method: "DELETE", Path: consumer, Success: 204,
			Policy: "identity:delete_consumer", Late: true, Handle: httpapi.Do((*Service).consumerDelete),
		},
		{
			Op: "keystone.os-oauth1.request_token.show", Method: "GET", Path: "/v3/OS-OAUTH1/request_token", Public: true,
			Handle: (*Service).noGet,
		},
		{
			Op: "keystone.os-oauth1.request_token.create", Method: "POST", Path: "/v3/OS-OAUTH1/request_token", Public: true, Success: 201,
			Handle: (*Service).requestTokenCreate,
		},
		{
			Op: "keystone.os-oauth1.authorize.set", Method: "PUT", Path: "/v3/OS-OAUTH1/authorize/{request_token_id}",
			Policy: "identity:authorize_request_token", Late: true, Handle: (*Service).requestTokenAuthorize,
		},
		{
			Op: "keystone.os-oauth1.access_token.show", Method: "GET", Path: "/v3/OS-OAUTH1/access_token", Public: true,
			Handle: (*Service).noGet,
		},
		{
			Op: "keystone.os-oauth1.access_token.create", Method: "POST", Path: "/v3/OS-OAUTH1/access_token", Public: true, Success: 201,
			Handle: (*Service).accessTokenCreate,
		},
		{
			Op: "keystone.users.os-oauth1.access_tokens.list", Method: "GET", Path: tokens,
			Policy: "identity:list_access_tokens", Late: true, Handle: httpapi.Get((*Service).accessTokenList),
		},
		{
			Op: "keystone.users.os-oauth1.access_tokens.show", Method: "GET", Path: token,
			Policy: "identity:get_access_token", Late: true, Handle: httpapi.Get((*Service).accessTokenShow),
		},
		{
			Op: "keystone.users.os-oauth1.access_tokens.delete", Method: "DELETE", Path: token, Success: 204,
			Policy: "identity:delete_access_token", Late: true, Handle: httpapi.Do((*Service).accessTokenDelete),
		},
		{
			Op: "keystone.users.os-oauth1.access_tokens.roles.list", Method: "GET", Path: token + "/roles",
			Policy: "identity:list_access_token_roles", Late: true, Handle: httpapi.Get((*Service).accessTokenRoleList),
		},
		{
			Op: "keystone.users.os-oauth1.access_tokens.roles.check", Method: "GET", Path: token + "/roles/{role_id}",
			Policy: "identity:get_access_token_role", Late: true, Handle: httpapi.Get((*Service).accessTokenRoleShow),
		},
	}
}
