package keystone

import (
	"cmp"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// tables are what the service remembers.
type tables struct {
	projects       *state.Table[Project] // domains, too
	projectsByName *state.Index[Project] // within a domain
	users          *state.Table[User]
	usersByName    *state.Index[User]
	groups         *state.Table[Group]
	members        *state.Table[membership]
	roles          *state.Table[Role]
	inferences     *state.Table[inference]
	assignments    *state.Table[assignment]
	credentials    *state.Table[ApplicationCredential]
	regions        *state.Table[Region]
	services       *state.Table[CatalogService]
	endpoints      *state.Table[Endpoint]
	endpointGroups *state.Table[EndpointGroup]
	policies       *state.Table[Policy]
	associations   *state.Table[policyAssociation]
	limits         *state.Table[Limit]
	secrets        *state.Table[Credential]
	trusts         *state.Table[Trust]
	accessRules    *state.Table[AccessRule]
	domainOptions  *state.Table[domainOption]

	registeredLimits *state.Table[RegisteredLimit]

	identityProviders *state.Table[IdentityProvider]
	protocols         *state.Table[federationProtocol]
	mappings          *state.Table[Mapping]
	serviceProviders  *state.Table[ServiceProvider]
	consumers         *state.Table[Consumer]
	requestTokens     *state.Table[requestToken]
	accessTokens      *state.Table[accessToken]

	projectEndpoints *state.Table[projectEndpoint]

	revocations    *state.Table[revocation]
	oldRevocations *state.Index[revocation] // the oldest first
	keys           *state.Table[tokenKey]

	deciding state.Watch // the tables that decide what a token is worth
}

func (t *tables) declare(db *state.DB) {
	t.projectsByName = state.Order(func(a, b *Project) bool {
		return cmp.Or(cmp.Compare(a.DomainID, b.DomainID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) < 0
	}, nil)
	t.projects = state.Add(db, "keystone.projects", func(p *Project) *string { return &p.ID }, t.projectsByName)
	t.usersByName = state.Order(func(a, b *User) bool {
		return cmp.Or(cmp.Compare(a.DomainID, b.DomainID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) < 0
	}, nil)
	t.users = state.Add(db, "keystone.users", func(u *User) *string { return &u.ID }, t.usersByName)
	t.groups = state.Add(db, "keystone.groups", func(g *Group) *string { return &g.ID })
	t.members = state.Add(db, "keystone.group_members", func(m *membership) *string { return &m.Key })
	t.roles = state.Add(db, "keystone.roles", func(r *Role) *string { return &r.ID })
	t.inferences = state.Add(db, "keystone.role_inferences", func(i *inference) *string { return &i.Key })
	t.assignments = state.Add(db, "keystone.role_assignments", func(a *assignment) *string { return &a.Key })
	t.credentials = state.Add(db, "keystone.application_credentials",
		func(c *ApplicationCredential) *string { return &c.ID })
	t.regions = state.Add(db, "keystone.regions", func(r *Region) *string { return &r.ID })
	t.services = state.Add(db, "keystone.services", func(s *CatalogService) *string { return &s.ID })
	t.endpoints = state.Add(db, "keystone.endpoints", func(e *Endpoint) *string { return &e.ID })
	t.endpointGroups = state.Add(db, "keystone.endpoint_groups", func(g *EndpointGroup) *string { return &g.ID })
	t.projectEndpoints = state.Add(db, "keystone.project_endpoints", func(p *projectEndpoint) *string { return &p.Key })
	t.policies = state.Add(db, "keystone.policies", func(p *Policy) *string { return &p.ID })
	t.associations = state.Add(db, "keystone.policy_associations", func(a *policyAssociation) *string { return &a.Key })
	t.registeredLimits = state.Add(db, "keystone.registered_limits", func(l *RegisteredLimit) *string { return &l.ID })
	t.limits = state.Add(db, "keystone.limits", func(l *Limit) *string { return &l.ID })
	t.secrets = state.Add(db, "keystone.credentials", func(c *Credential) *string { return &c.ID })
	t.trusts = state.Add(db, "keystone.trusts", func(t *Trust) *string { return &t.ID })
	t.accessRules = state.Add(db, "keystone.access_rules", func(a *AccessRule) *string { return &a.ID })
	t.domainOptions = state.Add(db, "keystone.domain_options", func(o *domainOption) *string { return &o.Key })
	t.identityProviders = state.Add(db, "keystone.identity_providers", func(p *IdentityProvider) *string { return &p.ID })
	t.protocols = state.Add(db, "keystone.federation_protocols", func(p *federationProtocol) *string { return &p.Key })
	t.mappings = state.Add(db, "keystone.mappings", func(m *Mapping) *string { return &m.ID })
	t.serviceProviders = state.Add(db, "keystone.service_providers", func(p *ServiceProvider) *string { return &p.ID })
	t.consumers = state.Add(db, "keystone.consumers", func(c *Consumer) *string { return &c.ID })
	t.requestTokens = state.Add(db, "keystone.request_tokens", func(t *requestToken) *string { return &t.ID })
	t.accessTokens = state.Add(db, "keystone.access_tokens", func(t *accessToken) *string { return &t.ID })
	t.oldRevocations = state.Order(func(a, b *revocation) bool {
		return cmp.Or(a.Before.Compare(b.Before), cmp.Compare(a.Serial, b.Serial), cmp.Compare(a.Key, b.Key)) < 0
	}, nil)
	t.revocations = state.Add(db, "keystone.revocations", func(r *revocation) *string { return &r.Key }, t.oldRevocations)
	t.keys = state.Add(db, "keystone.token_keys", func(k *tokenKey) *string { return &k.ID })
	t.deciding = state.WatchOf(t.projects, t.users, t.members, t.roles, t.inferences, t.assignments, t.credentials,
		t.revocations, t.keys, t.trusts, t.accessRules, t.accessTokens)
}

// keyOf joins the parts of a compound key. Ids have no slashes: those of requests are segments of a path, and the
// configuration is checked.
func keyOf(parts ...string) string { return strings.Join(parts, "/") }

// projectNamed finds a project of a domain; the domain "" has the domains themselves.
func (t *tables) projectNamed(r state.Reader, domain, name string) (Project, bool) {
	for p := range t.projectsByName.Ascend(r, Project{DomainID: domain, Name: name}) {
		return p, p.DomainID == domain && p.Name == name
	}
	return Project{}, false
}

func (t *tables) userNamed(r state.Reader, domain, name string) (User, bool) {
	for u := range t.usersByName.Ascend(r, User{DomainID: domain, Name: name}) {
		return u, u.DomainID == domain && u.Name == name
	}
	return User{}, false
}

// domain finds a project that acts as a domain.
func (t *tables) domain(r state.Reader, id string) (Project, bool) {
	p, ok := t.projects.Get(r, id)
	return p, ok && p.IsDomain
}

// credentialsOf lists a user's application credentials.
func (t *tables) credentialsOf(r state.Reader, user string) []ApplicationCredential {
	var found []ApplicationCredential
	for c := range t.credentials.All(r) {
		if c.UserID == user {
			found = append(found, c)
		}
	}
	return found
}
