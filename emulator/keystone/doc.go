// Package keystone emulates the Identity service, API version 3.14: tokens by password, token and application credential,
// for a project, a domain, the system or nothing at all; the catalog; domains, projects, users, groups, roles and their
// assignments; services, endpoints and regions.
//
// Domains are projects that act as domains, as upstream keeps them. Tokens are Fernet tokens whose payload says who,
// how, for what and until when; everything else, the roles above all, is looked up when a token is presented, so that a
// role that was taken away is gone from tokens that are already out.
//
// Lists come in the order of ids, as they do upstream from a database that keeps rows by primary key.
//
// Gap: federation, OAuth, trusts, EC2 and TOTP credentials, limits, endpoint filters, policies as a resource and domain
// configuration answer 501. A JSON home document is not served: who asks for it gets the version document.
// Gap: access rules of application credentials are kept and shown in tokens, but nothing enforces them.
// Gap: older releases differ in the pages of lists, the manager role and what is checked in queries; their rules and the
// words for mistakes in bodies are the newest release's.
// Gap: multi-factor rules, password expiry and lockout are not enforced.
package keystone
