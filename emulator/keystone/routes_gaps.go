package keystone

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// gaps are the operations that upstream has and that are not emulated yet: they answer 501.
func gaps() []httpapi.Operation[*Service] {
	return []httpapi.Operation[*Service]{
		{Op: "keystone.os-federation.identity_providers.protocols.auth.show", Method: "GET", Path: "/v3/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/auth"},
		{Op: "keystone.os-federation.identity_providers.protocols.auth.create", Method: "POST", Path: "/v3/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/auth"},
		{Op: "keystone.os-federation.saml2.metadata.show", Method: "GET", Path: "/v3/OS-FEDERATION/saml2/metadata"},
		{Op: "keystone.os-oauth2.token.show", Method: "GET", Path: "/v3/OS-OAUTH2/token"},
		{Op: "keystone.os-oauth2.token.create", Method: "POST", Path: "/v3/OS-OAUTH2/token"},
		{Op: "keystone.os-oauth2.token.set", Method: "PUT", Path: "/v3/OS-OAUTH2/token"},
		{Op: "keystone.os-oauth2.token.update", Method: "PATCH", Path: "/v3/OS-OAUTH2/token"},
		{Op: "keystone.os-oauth2.token.delete", Method: "DELETE", Path: "/v3/OS-OAUTH2/token"},
		{Op: "keystone.auth.os-federation.identity_providers.protocols.websso.show", Method: "GET", Path: "/v3/auth/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/websso"},
		{Op: "keystone.auth.os-federation.identity_providers.protocols.websso.create", Method: "POST", Path: "/v3/auth/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/websso"},
		{Op: "keystone.auth.os-federation.saml2.show", Method: "GET", Path: "/v3/auth/OS-FEDERATION/saml2"},
		{Op: "keystone.auth.os-federation.saml2.create", Method: "POST", Path: "/v3/auth/OS-FEDERATION/saml2"},
		{Op: "keystone.auth.os-federation.saml2.ecp.show", Method: "GET", Path: "/v3/auth/OS-FEDERATION/saml2/ecp"},
		{Op: "keystone.auth.os-federation.saml2.ecp.create", Method: "POST", Path: "/v3/auth/OS-FEDERATION/saml2/ecp"},
		{Op: "keystone.auth.os-federation.websso.show", Method: "GET", Path: "/v3/auth/OS-FEDERATION/websso/{protocol_id}"},
		{Op: "keystone.auth.os-federation.websso.create", Method: "POST", Path: "/v3/auth/OS-FEDERATION/websso/{protocol_id}"},
	}
}
