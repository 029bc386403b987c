package neutron

import (
	"time"

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
	CreatedAt   time.Time
}

// GroupRule lets traffic through: all of it, of a version of IP; or what comes from members of the same group.
type GroupRule struct {
	ID        string
	Direction string
	EtherType string
	OwnGroup  bool
}

var groupAttributes = []attribute{
	{name: "id", filters: true, sorts: true},
	{name: "name", filters: true, sorts: true},
	{name: "project_id", filters: true, sorts: true},
	{name: "description", filters: true, sorts: true},
	{name: "revision_number", filters: true, sorts: true},
	{name: "security_group_rules"},
	{name: "created_at"},
	{name: "updated_at"},
}

var groupRuleAttributes = []attribute{
	{name: "id", filters: true, sorts: true},
	{name: "security_group_id", filters: true, sorts: true},
	{name: "remote_group_id", filters: true, sorts: true},
	{name: "direction", filters: true, sorts: true},
	{name: "protocol", filters: true, sorts: true},
	{name: "port_range_min", filters: true, sorts: true},
	{name: "port_range_max", filters: true, sorts: true},
	{name: "ethertype", filters: true, sorts: true},
	{name: "remote_ip_prefix", filters: true, sorts: true},
	{name: "project_id", filters: true, sorts: true},
	{name: "description", filters: true, sorts: true},
	{name: "revision_number", filters: true, sorts: true},
}

// defaultGroup is the id of a project's default group, which is made when it is first needed; "" for no project.
func (s *Service) defaultGroup(tx *state.Tx, project string) string {
	if project == "" {
		return ""
	}
	for g := range s.groups.All(tx) {
		if g.ProjectID == project && g.Name == "default" {
			return g.ID
		}
	}
	g := SecurityGroup{ID: s.ids.UUID(), Name: "default", Description: "Default security group", ProjectID: project, CreatedAt: s.clock.Now()}
	for _, version := range []string{"IPv4", "IPv6"} {
		g.Rules = append(g.Rules,
			GroupRule{ID: s.ids.UUID(), Direction: "ingress", EtherType: version, OwnGroup: true},
			GroupRule{ID: s.ids.UUID(), Direction: "egress", EtherType: version})
	}
	s.groups.Put(tx, g)
	return g.ID
}

func groupTarget(g SecurityGroup) policy.Map {
	return policy.Map{"project_id": g.ProjectID, "tenant_id": g.ProjectID}
}

func groupView(g SecurityGroup) schema.Dict {
	rules := []schema.Dict{}
	for _, rule := range g.Rules {
		rules = append(rules, groupRuleView(g, rule))
	}
	at := stamp(g.CreatedAt)
	return schema.Dict{
		{"id", g.ID},
		{"name", g.Name},
		{"tenant_id", g.ProjectID},
		{"project_id", g.ProjectID},
		{"description", g.Description},
		{"security_group_rules", rules},
		{"created_at", at},
		{"updated_at", at},
		{"revision_number", 1},
	}
}

func groupRuleView(g SecurityGroup, rule GroupRule) schema.Dict {
	var remote any
	if rule.OwnGroup {
		remote = g.ID
	}
	at := stamp(g.CreatedAt)
	return schema.Dict{
		{"id", rule.ID},
		{"tenant_id", g.ProjectID},
		{"project_id", g.ProjectID},
		{"security_group_id", g.ID},
		{"ethertype", rule.EtherType},
		{"direction", rule.Direction},
		{"protocol", nil},
		{"port_range_min", nil},
		{"port_range_max", nil},
		{"remote_ip_prefix", nil},
		{"remote_group_id", remote},
		{"description", nil},
		{"created_at", at},
		{"updated_at", at},
		{"revision_number", 0},
	}
}

// ensuredGroups yields the groups that the caller may see, the project's default one among them.
func (s *Service) ensuredGroups(c *httpapi.Call) ([]SecurityGroup, error) {
	if err := s.db.Update(func(tx *state.Tx) error { s.defaultGroup(tx, c.Auth.ProjectID); return nil }); err != nil {
		return nil, err
	}
	var groups []SecurityGroup
	for g := range s.groups.All(s.db.View()) {
		if c.May("get_security_group", groupTarget(g)) {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// groupList serves GET /security-groups. API reference: Networking, "List security groups".
func (s *Service) groupList(c *httpapi.Call) (schema.Dict, error) {
	groups, err := s.ensuredGroups(c)
	if err != nil {
		return nil, err
	}
	var views []schema.Dict
	for _, g := range groups {
		views = append(views, groupView(g))
	}
	return page(c, "security_groups", groupAttributes, views)
}

// groupShow serves GET /security-groups/{id}. API reference: Networking, "Show security group".
func (s *Service) groupShow(c *httpapi.Call) (schema.Dict, error) {
	g, ok := s.groups.Get(s.db.View(), c.Var("security_group_id"))
	if !ok || c.Authorize(groupTarget(g)) != nil {
		return nil, absent("security_group", c.Var("security_group_id"))
	}
	return schema.Dict{{"security_group", only(fieldsOf(c), groupView(g))}}, nil
}

// groupRuleList serves GET /security-group-rules. API reference: Networking, "List security group rules".
func (s *Service) groupRuleList(c *httpapi.Call) (schema.Dict, error) {
	groups, err := s.ensuredGroups(c)
	if err != nil {
		return nil, err
	}
	var views []schema.Dict
	for _, g := range groups {
		for _, rule := range g.Rules {
			views = append(views, groupRuleView(g, rule))
		}
	}
	return page(c, "security_group_rules", groupRuleAttributes, views)
}

// groupRuleShow serves GET /security-group-rules/{id}. API reference: Networking, "Show security group rule".
func (s *Service) groupRuleShow(c *httpapi.Call) (schema.Dict, error) {
	id := c.Var("security_group_rule_id")
	for g := range s.groups.All(s.db.View()) {
		for _, rule := range g.Rules {
			if rule.ID == id && c.Authorize(groupTarget(g)) == nil {
				return schema.Dict{{"security_group_rule", only(fieldsOf(c), groupRuleView(g, rule))}}, nil
			}
		}
	}
	return nil, absent("security_group_rule", id)
}
