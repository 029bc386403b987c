// Package keystone emulates the Identity service, API version 3.14: tokens by password, token, application credential,
// one-time password, trust and EC2 signature, for a project, a domain, the system or nothing at all; domains, projects,
// users, groups, roles and their assignments; the catalog, who sees which part of it, and policies for it; credentials of
// all kinds; unified limits.
//
// Domains are projects that act as domains, as upstream keeps them. Tokens are Fernet tokens whose payload says who,
// how, for what and until when; everything else, the roles above all, is looked up when a token is presented, so that a
// role that was taken away is gone from tokens that are already out.
//
// Lists come in the order of ids, as they do upstream from a database that keeps rows by primary key.
//
// Everything that cascades does: a user's or a project's end takes along what only they had, and ends tokens. Tokens that
// are made after that are good at once, where upstream also ends those of the same second.
//
// What an operator sets in keystone.conf is in Settings: lockout, expiry and history of passwords, methods of
// authentication, limits of depth and number. Access rules of application credentials are enforced in front of every
// service of the cloud, as if each had service_type set in [keystone_authtoken].
//
// OAuth 1 is whole: consumers, request tokens, access tokens, and tokens by them. Federation can be set up (identity providers
// and their protocols, mappings, service providers, which tokens list), and nobody can log in by it.
//
// Gap: logins by federation, SAML and OAuth 2 answer 501.
// Gap: the options of domains are kept, and no identity backend is configured by them.
// Gap: older releases differ in the pages of lists, the manager role and what is checked in queries; their rules and the
// words for mistakes in bodies are the newest release's, except where the body of a password change, tags, policies, mappings,
// OAuth 1 or a request for a token is held against a schema late.
// Gap: unified limits are kept and can be asked for by the other services, see UnifiedLimit; the flat model is the only one.
// Gap: of several revocations of the same thing only the last is listed.
package keystone
