package neutron

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

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

// groupRuleFor finds a rule that the caller may see, and its group.
func (s *Service) groupRuleFor(c *httpapi.Call, r state.Reader) (SecurityGroup, int, error) {
	id := c.Var("security_group_rule_id")
	for g := range s.groups.All(r) {
		at := slices.IndexFunc(g.Rules, func(rule GroupRule) bool { return rule.ID == id })
		if at >= 0 && c.AuthorizeFor("get_security_group_rule", groupTarget(g)) == nil {
			return g, at, nil
		}
	}
	return SecurityGroup{}, 0, absent("security_group_rule", id)
}

// groupRuleShow serves GET /security-group-rules/{security_group_rule_id}. API reference: Networking, "Show security group
// rule".
func (s *Service) groupRuleShow(c *httpapi.Call) (schema.Dict, error) {
	g, at, err := s.groupRuleFor(c, s.db.View())
	if err != nil {
		return nil, err
	}
	return schema.Dict{{"security_group_rule", only(fieldsOf(c), groupRuleView(g, g.Rules[at]))}}, nil
}

// groupRuleCreate serves POST /security-group-rules. API reference: Networking, "Create security group rule".
func (s *Service) groupRuleCreate(c *httpapi.Call) (out schema.Dict, err error) {
	given, err := readBody(c, "security_group_rule", groupRuleAttributes, true)
	if err != nil {
		return nil, err
	}
	description := of(given, "description", "")
	rule := GroupRule{
		ID: s.ids.UUID(), ProjectID: of(given, "project_id", c.Auth.ProjectID), Direction: of(given, "direction", ""),
		EtherType: of(given, "ethertype", "IPv4"), Protocol: of(given, "protocol", ""),
		PortMin: of[*int](given, "port_range_min", nil), PortMax: of[*int](given, "port_range_max", nil),
		RemoteIP: of(given, "remote_ip_prefix", ""), Description: &description, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if remote, ok := given.Get("remote_group_id"); ok && remote != nil {
		rule.RemoteGroup = schema.Str(remote)
	}
	err = s.db.Update(func(tx *state.Tx) error {
		g, ok := s.groups.Get(tx, of(given, "security_group_id", ""))
		if !ok {
			return absent("security_group", of(given, "security_group_id", ""))
		}
		if err := enforce(c, "create_security_group_rule", groupRuleAttributes, given, groupTarget(g)); err != nil {
			return err
		}
		if err := exceeded("security_group_rule", s.countRules(tx, rule.ProjectID)); err != nil {
			return err
		}
		if err := rule.check(); err != nil {
			return err
		}
		if rule.RemoteGroup != "" {
			if remote, ok := s.groups.Get(tx, rule.RemoteGroup); !ok || remote.ProjectID != rule.ProjectID && !isAdmin(c) {
				return absent("security_group", rule.RemoteGroup)
			}
		}
		if at := slices.IndexFunc(g.Rules, func(o GroupRule) bool { return o.same(&rule) }); at >= 0 {
			return raised(fail.Conflict, "SecurityGroupRuleExists", "Security group rule already exists. Rule id is %s.", g.Rules[at].ID)
		}
		s.changeRules(c, tx, g, append(slices.Clone(g.Rules), rule))
		out = schema.Dict{{"security_group_rule", groupRuleView(g, rule)}}
		return nil
	})
	return out, err
}

// groupRuleDelete serves DELETE /security-group-rules/{security_group_rule_id}. API reference: Networking, "Delete security
// group rule".
func (s *Service) groupRuleDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		g, at, err := s.groupRuleFor(c, tx)
		if err != nil {
			return err
		}
		if err := enforce(c, "delete_security_group_rule", nil, nil, groupTarget(g)); err != nil {
			return err
		}
		if err := matched(c, 0); err != nil {
			return err
		}
		s.changeRules(c, tx, g, slices.Delete(slices.Clone(g.Rules), at, at+1))
		return nil
	})
}

// changeRules gives a group other rules, which is another revision of it.
func (s *Service) changeRules(c *httpapi.Call, tx *state.Tx, g SecurityGroup, rules []GroupRule) {
	g.Rules, g.UpdatedAt = rules, c.Now
	g.Revision++
	s.groups.Put(tx, g)
}
