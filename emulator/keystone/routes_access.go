package keystone

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// accessRoutes are the rows of limits, of all that one can have access by (credentials, EC2 keys, access rules, trusts),
// of what ends it, and of the options of domains.
func accessRoutes() []httpapi.Operation[*Service] {
	const (
		ec2    = "/v3/users/{user_id}/credentials/OS-EC2"
		trust  = trustsPath + "/{trust_id}"
		config = "/v3/domains/{domain_id}/config"
	)
	return []httpapi.Operation[*Service]{
		{
			Op: "keystone.limits.list", Method: "GET", Path: "/v3/limits",
			Policy: "identity:list_limits", Late: true, Handle: httpapi.Get((*Service).limitList),
		},
		{
			Op: "keystone.limits.create", Method: "POST", Path: "/v3/limits", Success: 201,
			Body:   httpapi.Schema(limitCreateBody),
			Policy: "identity:create_limits", Late: true, Handle: httpapi.Get((*Service).limitCreate),
		},
		{
			Op: "keystone.limits.model.show", Method: "GET", Path: "/v3/limits/model",
			Policy: "identity:get_limit_model", Late: true, Handle: httpapi.Get((*Service).limitModelShow),
		},
		{
			Op: "keystone.limits.show", Method: "GET", Path: "/v3/limits/{limit_id}",
			Policy: "identity:get_limit", Late: true, Handle: httpapi.Get((*Service).limitShow),
		},
		{
			Op: "keystone.limits.update", Method: "PATCH", Path: "/v3/limits/{limit_id}",
			Body:   httpapi.Schema(limitUpdateBody),
			Policy: "identity:update_limit", Late: true, Handle: httpapi.Get((*Service).limitUpdate),
		},
		{
			Op: "keystone.limits.delete", Method: "DELETE", Path: "/v3/limits/{limit_id}", Success: 204,
			Policy: "identity:delete_limit", Late: true, Handle: httpapi.Do((*Service).limitDelete),
		},
		{
			Op: "keystone.registered_limits.list", Method: "GET", Path: "/v3/registered_limits",
			Policy: "identity:list_registered_limits", Late: true, Handle: httpapi.Get((*Service).registeredLimitList),
		},
		{
			Op: "keystone.registered_limits.create", Method: "POST", Path: "/v3/registered_limits", Success: 201,
			Body:   httpapi.Schema(registeredLimitCreateBody),
			Policy: "identity:create_registered_limits", Late: true, Handle: httpapi.Get((*Service).registeredLimitCreate),
		},
		{
			Op: "keystone.registered_limits.show", Method: "GET", Path: "/v3/registered_limits/{registered_limit_id}",
			Policy: "identity:get_registered_limit", Late: true, Handle: httpapi.Get((*Service).registeredLimitShow),
		},
		{
			Op: "keystone.registered_limits.update", Method: "PATCH", Path: "/v3/registered_limits/{registered_limit_id}",
			Body:   httpapi.Schema(registeredLimitUpdateBody),
			Policy: "identity:update_registered_limit", Late: true, Handle: httpapi.Get((*Service).registeredLimitUpdate),
		},
		{
			Op: "keystone.registered_limits.delete", Method: "DELETE", Path: "/v3/registered_limits/{registered_limit_id}", Success: 204,
			Policy: "identity:delete_registered_limit", Late: true, Handle: httpapi.Do((*Service).registeredLimitDelete),
		},
		{
			Op: "keystone.credentials.list", Method: "GET", Path: "/v3/credentials",
			Policy: "identity:list_credentials", Late: true, Handle: httpapi.Get((*Service).secretList),
		},
		{
			Op: "keystone.credentials.create", Method: "POST", Path: "/v3/credentials", Success: 201,
			Body:   httpapi.Schema(secretCreateBody),
			Policy: "identity:create_credential", Late: true, Handle: httpapi.Get((*Service).secretCreate),
		},
		{
			Op: "keystone.credentials.show", Method: "GET", Path: "/v3/credentials/{credential_id}",
			Policy: "identity:get_credential", Late: true, Handle: httpapi.Get((*Service).secretShow),
		},
		{
			Op: "keystone.credentials.update", Method: "PATCH", Path: "/v3/credentials/{credential_id}",
			Body:   httpapi.Schema(secretUpdateBody),
			Policy: "identity:update_credential", Late: true, Handle: httpapi.Get((*Service).secretUpdate),
		},
		{
			Op: "keystone.credentials.delete", Method: "DELETE", Path: "/v3/credentials/{credential_id}", Success: 204,
			Policy: "identity:delete_credential", Late: true, Handle: httpapi.Do((*Service).secretDelete),
		},
		{
			Op: "keystone.users.credentials.os-ec2.list", Method: "GET", Path: ec2,
			Policy: "identity:ec2_list_credentials", Late: true, Handle: httpapi.Get((*Service).ec2List),
		},
		{
			Op: "keystone.users.credentials.os-ec2.create", Method: "POST", Path: ec2, Success: 201,
			Policy: "identity:ec2_create_credential", Late: true, Handle: httpapi.Get((*Service).ec2Create),
		},
		{
			Op: "keystone.users.credentials.os-ec2.show", Method: "GET", Path: ec2 + "/{credential_id}",
			Policy: "identity:ec2_get_credential", Late: true, Handle: httpapi.Get((*Service).ec2Show),
		},
		{
			Op: "keystone.users.credentials.os-ec2.delete", Method: "DELETE", Path: ec2 + "/{credential_id}", Success: 204,
			Policy: "identity:ec2_delete_credential", Late: true, Handle: httpapi.Do((*Service).ec2Delete),
		},
		{
			Op: "keystone.users.access_rules.list", Method: "GET", Path: "/v3/users/{user_id}/access_rules",
			Policy: "identity:list_access_rules", Late: true, Handle: httpapi.Get((*Service).accessRuleList),
		},
		{
			Op: "keystone.users.access_rules.show", Method: "GET", Path: "/v3/users/{user_id}/access_rules/{access_rule_id}",
			Policy: "identity:get_access_rule", Late: true, Handle: httpapi.Get((*Service).accessRuleShow),
		},
		{
			Op: "keystone.users.access_rules.delete", Method: "DELETE", Path: "/v3/users/{user_id}/access_rules/{access_rule_id}", Success: 204,
			Policy: "identity:delete_access_rule", Late: true, Handle: httpapi.Do((*Service).accessRuleDelete),
		},
		{
			Op: "keystone.os-trust.trusts.list", Method: "GET", Path: trustsPath,
			Policy: "identity:list_trusts", Late: true, Handle: httpapi.Get((*Service).trustList),
		},
		{
			Op: "keystone.os-trust.trusts.create", Method: "POST", Path: trustsPath, Success: 201,
			Body:   httpapi.Schema(trustCreateBody),
			Policy: "identity:create_trust", Late: true, Handle: httpapi.Get((*Service).trustCreate),
		},
		{
			Op: "keystone.os-trust.trusts.show", Method: "GET", Path: trust,
			Policy: "identity:get_trust", Late: true, Handle: httpapi.Get((*Service).trustShow),
		},
		{
			Op: "keystone.os-trust.trusts.delete", Method: "DELETE", Path: trust, Success: 204,
			Policy: "identity:delete_trust", Late: true, Handle: httpapi.Do((*Service).trustDelete),
		},
		{
			Op: "keystone.os-trust.trusts.roles.list", Method: "GET", Path: trust + "/roles",
			Policy: "identity:list_roles_for_trust", Late: true, Handle: httpapi.Get((*Service).trustRoleList),
		},
		{
			Op: "keystone.os-trust.trusts.roles.check", Method: "GET", Path: trust + "/roles/{role_id}",
			Policy: "identity:get_role_for_trust", Late: true, Handle: httpapi.Get((*Service).trustRoleShow),
		},
		{
			Op: "keystone.os-revoke.events.list", Method: "GET", Path: "/v3/OS-REVOKE/events",
			Policy: "identity:list_revoke_events", Late: true, Handle: httpapi.Get((*Service).revokeEventList),
		},
		{
			Op: "keystone.domains.config.default.show", Method: "GET", Path: "/v3/domains/config/default",
			Policy: "identity:get_domain_config_default", Late: true, Handle: httpapi.Get((*Service).domainConfigDefault),
		},
		{
			Op: "keystone.domains.config.default.group.show", Method: "GET", Path: "/v3/domains/config/{group}/default",
			Policy: "identity:get_domain_config_default", Late: true, Handle: httpapi.Get((*Service).domainConfigDefault),
		},
		{
			Op: "keystone.domains.config.default.option.show", Method: "GET", Path: "/v3/domains/config/{group}/{option}/default",
			Policy: "identity:get_domain_config_default", Late: true, Handle: httpapi.Get((*Service).domainConfigDefault),
		},
		{
			Op: "keystone.domains.config.set", Method: "PUT", Path: config,
			Policy: "identity:create_domain_config", Late: true, Handle: (*Service).domainConfigSet,
		},
		{
			Op: "keystone.domains.config.show", Method: "GET", Path: config,
			Policy: "identity:get_domain_config", Late: true, Handle: httpapi.Get((*Service).domainConfigShow),
		},
		{
			Op: "keystone.domains.config.update", Method: "PATCH", Path: config,
			Policy: "identity:update_domain_config", Late: true, Handle: httpapi.Get((*Service).domainConfigUpdate),
		},
		{
			Op: "keystone.domains.config.delete", Method: "DELETE", Path: config, Success: 204,
			Policy: "identity:delete_domain_config", Late: true, Handle: httpapi.Do((*Service).domainConfigDelete),
		},
		{
			Op: "keystone.domains.config.group.show", Method: "GET", Path: config + "/{group}",
			Policy: "identity:get_domain_config", Late: true, Handle: httpapi.Get((*Service).domainConfigShow),
		},
		{
			Op: "keystone.domains.config.group.update", Method: "PATCH", Path: config + "/{group}",
			Policy: "identity:update_domain_config", Late: true, Handle: httpapi.Get((*Service).domainConfigUpdate),
		},
		{
			Op: "keystone.domains.config.group.delete", Method: "DELETE", Path: config + "/{group}", Success: 204,
			Policy: "identity:delete_domain_config", Late: true, Handle: httpapi.Do((*Service).domainConfigDelete),
		},
		{
			Op: "keystone.domains.config.option.show", Method: "GET", Path: config + "/{group}/{option}",
			Policy: "identity:get_domain_config", Late: true, Handle: httpapi.Get((*Service).domainConfigShow),
		},
		{
			Op: "keystone.domains.config.option.update", Method: "PATCH", Path: config + "/{group}/{option}",
			Policy: "identity:update_domain_config", Late: true, Handle: httpapi.Get((*Service).domainConfigUpdate),
		},
		{
			Op: "keystone.domains.config.option.delete", Method: "DELETE", Path: config + "/{group}/{option}", Success: 204,
			Policy: "identity:delete_domain_config", Late: true, Handle: httpapi.Do((*Service).domainConfigDelete),
		},
		{Op: "keystone.ec2tokens.list", Method: "GET", Path: "/v3/ec2tokens", Public: true, Handle: (*Service).noGet},
		{Op: "keystone.ec2tokens.create", Method: "POST", Path: "/v3/ec2tokens", Public: true, Handle: (*Service).ec2TokenCreate},
		{Op: "keystone.s3tokens.list", Method: "GET", Path: "/v3/s3tokens", Public: true, Handle: (*Service).noGet},
		{Op: "keystone.s3tokens.create", Method: "POST", Path: "/v3/s3tokens", Public: true, Handle: (*Service).s3TokenCreate},
		{Op: "keystone.os-simple-cert.ca.show", Method: "GET", Path: "/v3/OS-SIMPLE-CERT/ca", Public: true, Handle: (*Service).certificateShow},
		{Op: "keystone.os-simple-cert.certificates.show", Method: "GET", Path: "/v3/OS-SIMPLE-CERT/certificates", Public: true, Handle: (*Service).certificateShow},
		{Op: "keystone.auth.tokens.os-pki.revoked.show", Method: "GET", Path: "/v3/auth/tokens/OS-PKI/revoked", Public: true, Handle: (*Service).revokedList},
	}
}
