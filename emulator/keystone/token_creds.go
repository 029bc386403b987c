package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
)

// credsOf is what policies see of a token.
func credsOf(id *httpapi.Identity) policy.Creds {
	creds := policy.Creds{
		UserID: id.UserID, ProjectID: id.ProjectID, DomainID: id.DomainID, UserDomainID: id.UserDomainID,
		ProjectDomainID: id.ProjectDomainID, Roles: make([]string, len(id.Roles)), More: (*tokenCreds)(id),
	}
	for i, role := range id.Roles {
		creds.Roles[i] = role.Name
	}
	if id.System {
		creds.SystemScope = "all"
	}
	return creds
}

// tokenCreds are what Keystone's rules can read off the token itself, such as token.project.domain.id.
type tokenCreds httpapi.Identity

var _ policy.Target = (*tokenCreds)(nil)

// Lookup serves the name "token"; those below it are found in what it returns.
func (t *tokenCreds) Lookup(name string) (any, bool) {
	if name != "token" {
		return nil, false
	}
	token := policy.Map{
		"user":      named(t.UserID, t.UserName, named(t.UserDomainID, t.UserDomainName, nil)),
		"methods":   t.Methods,
		"is_domain": t.IsDomain,
	}
	switch {
	case t.ProjectID != "":
		token["project"] = named(t.ProjectID, t.ProjectName, named(t.ProjectDomainID, t.ProjectDomainName, nil))
	case t.DomainID != "":
		token["domain"] = named(t.DomainID, t.DomainName, nil)
	case t.System:
		token["system"] = policy.Map{"all": true}
	}
	return token, true
}

// named is something as tokens describe it; nothing is in no domain when domain is nil.
func named(id, name string, domain policy.Map) policy.Map {
	m := policy.Map{"id": id, "name": name}
	if domain != nil {
		m["domain"] = domain
	}
	return m
}
