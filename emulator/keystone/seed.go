package keystone

import (
	"fmt"
	"slices"
	"time"

	"github.com/fernet/fernet-go"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// rows are what a configuration comes to.
type rows struct {
	projects    []Project
	users       []User
	groups      []Group
	members     []membership
	roles       []Role
	inferences  []inference
	assignments []assignment
	regions     []Region
	services    []CatalogService
	endpoints   []Endpoint
	keys        []tokenKey
}

// seed fills the tables. A database that already holds this service's state, restored or forked, is left as it is.
func (s *Service) seed(cfg Config) error {
	if s.keys.Len(s.db.View()) > 0 {
		return nil
	}
	planned, err := cfg.plan(s.ids)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	for i := range planned.users {
		u := &planned.users[i]
		u.CreatedAt = now
		if len(u.Passwords) > 0 && s.conf.SecurityCompliance.PasswordExpiresDays > 0 {
			at := now.Add(days(s.conf.SecurityCompliance.PasswordExpiresDays)).Truncate(time.Second)
			u.Passwords[0].CreatedAt, u.Passwords[0].ExpiresAt = now, &at
		}
	}
	return s.db.Update(func(tx *state.Tx) error {
		putAll(tx, s.projects, planned.projects)
		putAll(tx, s.users, planned.users)
		putAll(tx, s.groups, planned.groups)
		putAll(tx, s.members, planned.members)
		putAll(tx, s.roles, planned.roles)
		putAll(tx, s.inferences, planned.inferences)
		putAll(tx, s.assignments, planned.assignments)
		putAll(tx, s.regions, planned.regions)
		putAll(tx, s.services, planned.services)
		putAll(tx, s.endpoints, planned.endpoints)
		putAll(tx, s.keys, planned.keys)
		return nil
	})
}

func putAll[V any](tx *state.Tx, table *state.Table[V], rows []V) {
	for _, row := range rows {
		table.Put(tx, row)
	}
}

// planner turns a configuration into rows. Its checks see every mistake, so it goes on after one.
type planner struct {
	checks
	rows
	ids *sim.IDs // nil when only the checks are wanted

	domainIDs  map[string]string // by name
	projectIDs map[[2]string]string
	roleIDs    map[string]string
	groupIDs   map[[2]string]string
	used       map[string]string // id to the path of its first use
}

// plan works out the rows. Without ids it only checks.
func (c Config) plan(ids *sim.IDs) (rows, error) {
	p := planner{
		ids: ids, domainIDs: map[string]string{}, projectIDs: map[[2]string]string{}, roleIDs: map[string]string{},
		groupIDs: map[[2]string]string{}, used: map[string]string{},
	}
	for i, d := range c.Domains {
		p.domain(fmt.Sprintf("domains[%d]", i), d)
	}
	for i, project := range c.Projects {
		p.project(fmt.Sprintf("projects[%d]", i), project)
	}
	p.addRoles(c.Roles)
	for i, g := range c.Groups {
		p.group(fmt.Sprintf("groups[%d]", i), g)
	}
	for i, u := range c.Users {
		p.user(fmt.Sprintf("users[%d]", i), u)
	}
	p.addRegions(c.Regions)
	for i, s := range c.Services {
		p.service(fmt.Sprintf("services[%d]", i), s)
	}
	p.addKeys(c.TokenKeys)
	p.settings(c.Settings)
	return p.rows, p.err()
}

// idOr is an id that was given, or a new one.
func (p *planner) idOr(path, id string) string {
	p.id(path, id)
	if id == "" && p.ids != nil {
		return p.ids.Hex()
	}
	if id == "" {
		return path // stands for an id while only checks are made
	}
	if first, taken := p.used[id]; taken {
		p.wrong(path+".id", "%q is also the id of %s", id, first)
	}
	p.used[id] = path
	return id
}

func (p *planner) domain(path string, d DomainConfig) {
	p.name(path, d.Name, 64)
	if _, taken := p.domainIDs[d.Name]; taken {
		p.wrong(path+".name", "there is another domain %q", d.Name)
	}
	id := p.idOr(path, d.ID)
	p.domainIDs[d.Name] = id
	p.projects = append(p.projects, Project{
		ID: id, Name: d.Name, Description: &d.Description, Enabled: !d.Disabled,
		IsDomain: true,
	})
}

// domainOf resolves the name of a domain; "" is the default one.
func (p *planner) domainOf(path, name string) string {
	if name == "" {
		name = defaultDomain
	}
	id, ok := p.domainIDs[name]
	if !ok {
		p.wrong(path, "there is no domain %q", name)
	}
	return id
}

func (p *planner) project(path string, c ProjectConfig) {
	p.name(path, c.Name, 64)
	domain := p.domainOf(path+".domain", c.Domain)
	key := [2]string{domain, c.Name}
	if _, taken := p.projectIDs[key]; taken {
		p.wrong(path+".name", "there is another project %q in the domain", c.Name)
	}
	parent := domain
	if c.Parent != "" {
		parent = p.projectOf(path+".parent", domain, c.Parent)
	}
	id := p.idOr(path, c.ID)
	p.projectIDs[key] = id
	p.projects = append(p.projects, Project{
		ID: id, Name: c.Name, DomainID: domain, ParentID: parent,
		Description: &c.Description, Enabled: !c.Disabled, Tags: c.Tags,
	})
}

func (p *planner) projectOf(path, domain, name string) string {
	id, ok := p.projectIDs[[2]string{domain, name}]
	if !ok {
		p.wrong(path, "there is no project %q", name)
	}
	return id
}

func (p *planner) addRoles(roles []RoleConfig) {
	for i, c := range roles {
		path := fmt.Sprintf("roles[%d]", i)
		p.name(path, c.Name, 255)
		if _, taken := p.roleIDs[c.Name]; taken {
			p.wrong(path+".name", "there is another role %q", c.Name)
		}
		r := Role{ID: p.idOr(path, c.ID), Name: c.Name, Description: orNull(c.Description)}
		if c.Immutable {
			r.Options = map[string]any{"immutable": true}
		}
		p.roleIDs[c.Name] = r.ID
		p.roles = append(p.roles, r)
	}
	for i, c := range roles {
		for j, implied := range c.Implies {
			id := p.roleOf(fmt.Sprintf("roles[%d].implies[%d]", i, j), implied)
			p.inferences = append(p.inferences, newInference(p.roleIDs[c.Name], id))
		}
	}
}

func (p *planner) roleOf(path, name string) string {
	id, ok := p.roleIDs[name]
	if !ok {
		p.wrong(path, "there is no role %q", name)
	}
	return id
}

func (p *planner) grants(path string, who actor, grants []GrantConfig) {
	for i, c := range grants {
		path := fmt.Sprintf("%s.roles[%d]", path, i)
		role := p.roleOf(path+".role", c.Role)
		var on target
		given := 0
		if c.Project != "" {
			domain := p.domainOf(path+".project_domain", c.ProjectDomain)
			on, given = target{onProject, p.projectOf(path+".project", domain, c.Project)}, given+1
		}
		if c.Domain != "" {
			on, given = target{onDomain, p.domainOf(path+".domain", c.Domain)}, given+1
		}
		if c.System {
			on, given = target{Kind: onSystem}, given+1
		}
		switch {
		case given != 1:
			p.wrong(path, "want exactly one of project, domain and system")
		case c.System && c.Inherited:
			p.wrong(path+".inherited", "nothing is below the system")
		}
		p.assignments = append(p.assignments, newAssignment(who, on, role, c.Inherited))
	}
}

func (p *planner) group(path string, c GroupConfig) {
	p.name(path, c.Name, 64)
	domain := p.domainOf(path+".domain", c.Domain)
	id := p.idOr(path, c.ID)
	p.groupIDs[[2]string{domain, c.Name}] = id
	p.groups = append(p.groups, Group{ID: id, Name: c.Name, DomainID: domain, Description: &c.Description})
	p.grants(path, actor{group, id}, c.Roles)
}

func (p *planner) user(path string, c UserConfig) {
	p.name(path, c.Name, 255)
	domain := p.domainOf(path+".domain", c.Domain)
	u := User{ID: p.idOr(path, c.ID), Name: c.Name, DomainID: domain, Enabled: !c.Disabled, Extra: map[string]any{}}
	if slices.ContainsFunc(p.users, func(other User) bool { return other.DomainID == domain && other.Name == c.Name }) {
		p.wrong(path+".name", "there is another user %q in the domain", c.Name)
	}
	if c.DefaultProject != "" {
		u.DefaultProjectID = p.projectOf(path+".default_project", domain, c.DefaultProject)
	}
	if c.Password != "" && p.ids != nil {
		u.Passwords = []password{{Secret: newSecret(p.ids, c.Password)}}
	}
	if c.Description != "" {
		u.Extra["description"] = c.Description
	}
	if c.Email != "" {
		u.Extra["email"] = c.Email
	}
	for i, name := range c.Groups {
		id, ok := p.groupIDs[[2]string{domain, name}]
		if !ok {
			p.wrong(fmt.Sprintf("%s.groups[%d]", path, i), "there is no group %q in the domain", name)
		}
		p.members = append(p.members, newMembership(u.ID, id))
	}
	p.users = append(p.users, u)
	p.grants(path, actor{user, u.ID}, c.Roles)
}

func (p *planner) addRegions(regions []RegionConfig) {
	known := map[string]bool{}
	for i, c := range regions {
		path := fmt.Sprintf("regions[%d]", i)
		switch {
		case c.ID == "":
			p.wrong(path+".id", "a region must have one")
		case known[c.ID]:
			p.wrong(path+".id", "there is another region %q", c.ID)
		case c.Parent != "" && !known[c.Parent]:
			p.wrong(path+".parent", "there is no region %q before this one", c.Parent)
		}
		p.id(path, c.ID)
		known[c.ID] = true
		p.regions = append(p.regions, Region{ID: c.ID, Description: c.Description, ParentRegionID: c.Parent})
	}
}

func (p *planner) service(path string, c ServiceConfig) {
	if c.Type == "" {
		p.wrong(path+".type", "a service must have one")
	}
	s := CatalogService{ID: p.idOr(path, c.ID), Type: c.Type, Enabled: !c.Disabled, Extra: map[string]any{}}
	if c.Name != "" {
		s.Extra["name"] = c.Name
	}
	if c.Description != "" {
		s.Extra["description"] = c.Description
	}
	p.services = append(p.services, s)
	for i, e := range c.Endpoints {
		p.endpoint(fmt.Sprintf("%s.endpoints[%d]", path, i), s.ID, e)
	}
}

func (p *planner) endpoint(path, service string, c EndpointConfig) {
	p.url(path, c.URL)
	if c.Region == "" {
		c.Region = defaultRegion
	}
	if !slices.ContainsFunc(p.regions, func(r Region) bool { return r.ID == c.Region }) {
		p.wrong(path+".region", "there is no region %q", c.Region)
	}
	if len(c.Interfaces) == 0 {
		c.Interfaces = []string{"public", "internal", "admin"}
	}
	if c.ID != "" && len(c.Interfaces) > 1 {
		p.wrong(path+".id", "one id for %d interfaces", len(c.Interfaces))
		return
	}
	for i, name := range c.Interfaces {
		if name != "public" && name != "internal" && name != "admin" {
			p.wrong(fmt.Sprintf("%s.interfaces[%d]", path, i), "%q: want public, internal or admin", name)
		}
		p.endpoints = append(p.endpoints, Endpoint{
			ID: p.idOr(path, c.ID), Interface: name, RegionID: c.Region,
			ServiceID: service, URL: c.URL, Enabled: !c.Disabled,
		})
	}
}

// addKeys plans the keys of tokens; without any, one is drawn.
func (p *planner) addKeys(keys []TokenKeyConfig) {
	for i, c := range keys {
		key, err := fernet.DecodeKey(c.Key)
		if err != nil {
			p.wrong(fmt.Sprintf("token_keys[%d].key", i), "want 32 bytes in base 64")
			continue
		}
		p.keys = append(p.keys, tokenKey{ID: fmt.Sprintf("%04d", i), Secret: *key})
	}
	if len(keys) == 0 {
		key := tokenKey{ID: "0000"}
		if p.ids != nil {
			_, _ = p.ids.Read(key.Secret[:]) // never fails
		}
		p.rows.keys = append(p.rows.keys, key)
	}
}
