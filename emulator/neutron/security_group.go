package neutron

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// SecurityGroup is a project's group of rules. Each project has one named default as soon as it needs it.
type SecurityGroup struct {
	ID          string
	Name        string
	Description string
	ProjectID   string
	Rules       []GroupRule
	Revision    int
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// defaultName is the name of the group that nobody makes.
const defaultName = "default"

var groupAttributes = []attribute{
	{name: "id", filters: true, sorts: true},
	{name: "name", post: true, put: true, filters: true, sorts: true, read: notDefault},
	{name: "project_id", post: true, filters: true, sorts: true, read: words},
	{name: "description", post: true, put: true, filters: true, sorts: true, read: words},
	{name: "revision_number", filters: true, sorts: true},
	{name: "security_group_rules"},
	{name: "created_at"},
	{name: "updated_at"},
}

// notDefault reads a name that is no default group's (type:name_not_default).
func notDefault(v schema.Value) (schema.Value, error) {
	name, err := words(v)
	if err == nil && strings.EqualFold(name.(string), defaultName) {
		return nil, raised(fail.Conflict, "SecurityGroupDefaultAlreadyExists", "Default security group already exists.")
	}
	return name, err
}

// newGroup is a group with the rules that all groups begin with: what leaves may pass; into a default group comes what its own
// members send.
func (s *Service) newGroup(name, description, project string, at time.Time) SecurityGroup {
	g := SecurityGroup{ID: s.ids.UUID(), Name: name, Description: description, ProjectID: project, Revision: 1, CreatedAt: at, UpdatedAt: at}
	for _, version := range []string{"IPv4", "IPv6"} {
		rule := GroupRule{ID: s.ids.UUID(), ProjectID: project, EtherType: version, CreatedAt: at, UpdatedAt: at}
		if name == defaultName {
			rule.Direction, rule.RemoteGroup = "ingress", g.ID
			g.Rules = append(g.Rules, rule)
			rule.ID, rule.RemoteGroup = s.ids.UUID(), ""
		}
		rule.Direction = "egress"
		g.Rules = append(g.Rules, rule)
	}
	return g
}

// defaultGroup is the id of a project's default group, which is made when it is first needed; "" for no project.
func (s *Service) defaultGroup(tx *state.Tx, project string) string {
	if project == "" {
		return ""
	}
	for g := range s.groups.All(tx) {
		if g.ProjectID == project && g.Name == defaultName {
			return g.ID
		}
	}
	g := s.newGroup(defaultName, "Default security group", project, s.clock.Now())
	s.groups.Put(tx, g)
	return g.ID
}

// ensuredGroups yields the groups that the caller may see, the default one of the project that is asked about among them.
func (s *Service) ensuredGroups(c *httpapi.Call) ([]SecurityGroup, error) {
	project := cmp.Or(c.Query().Get("project_id"), c.Query().Get("tenant_id"), c.Auth.ProjectID)
	if project == c.Auth.ProjectID || isAdmin(c) {
		if err := s.db.Update(func(tx *state.Tx) error { s.defaultGroup(tx, project); return nil }); err != nil {
			return nil, err
		}
	}
	var groups []SecurityGroup
	for g := range s.groups.All(s.db.View()) {
		if c.May("get_security_group", groupTarget(g)) {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// groupFor finds a group that the caller may see.
func (s *Service) groupFor(c *httpapi.Call, r state.Reader, id string) (SecurityGroup, error) {
	g, ok := s.groups.Get(r, id)
	if !ok || c.AuthorizeFor("get_security_group", groupTarget(g)) != nil {
		return g, absent("security_group", id)
	}
	return g, nil
}

// groupInUse tells whether a port is in a group.
func (s *Service) groupInUse(r state.Reader, id string) bool {
	for p := range s.ports.All(r) {
		if slices.Contains(p.Groups, id) {
			return true
		}
	}
	return false
}

// groupTarget is a group as rules see it, and what they see of its rules.
func groupTarget(g SecurityGroup) policy.Map {
	return policy.Map{"project_id": g.ProjectID, "tenant_id": g.ProjectID, "security_group:project_id": g.ProjectID}
}

func groupView(g SecurityGroup) schema.Dict {
	rules := []schema.Dict{}
	for _, rule := range g.Rules {
		rules = append(rules, groupRuleView(g, rule))
	}
	return schema.Dict{
		{"id", g.ID},
		{"name", g.Name},
		{"tenant_id", g.ProjectID},
		{"project_id", g.ProjectID},
		{"description", g.Description},
		{"security_group_rules", rules},
		{"created_at", stamp(g.CreatedAt)},
		{"updated_at", stamp(g.UpdatedAt)},
		{"revision_number", g.Revision},
	}
}
