package neutron

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// groupRows are security groups and their rules, which cannot be changed.
func groupRows() []row {
	const (
		groups = "/v2.0/security-groups"
		group  = groups + "/{security_group_id}"
		rules  = "/v2.0/security-group-rules"
		rule   = rules + "/{security_group_rule_id}"
	)
	return []row{
		{Op: "neutron.security_groups.list", Method: "GET", Path: groups, Handle: httpapi.Get((*Service).groupList)},
		{Op: "neutron.security_groups.create", Method: "POST", Path: groups, Success: 201, Policy: "create_security_group", Late: true, Handle: httpapi.Get((*Service).groupCreate)},
		{Op: "neutron.security_groups.show", Method: "GET", Path: group, Policy: "get_security_group", Late: true, Handle: httpapi.Get((*Service).groupShow)},
		{Op: "neutron.security_groups.update", Method: "PUT", Path: group, Policy: "update_security_group", Late: true, Handle: httpapi.Get((*Service).groupUpdate)},
		{Op: "neutron.security_groups.delete", Method: "DELETE", Path: group, Success: 204, Policy: "delete_security_group", Late: true, Handle: httpapi.Do((*Service).groupDelete)},
		{Op: "neutron.security_group_rules.list", Method: "GET", Path: rules, Handle: httpapi.Get((*Service).groupRuleList)},
		{Op: "neutron.security_group_rules.create", Method: "POST", Path: rules, Success: 201, Policy: "create_security_group_rule", Late: true, Handle: httpapi.Get((*Service).groupRuleCreate)},
		{Op: "neutron.security_group_rules.show", Method: "GET", Path: rule, Policy: "get_security_group_rule", Late: true, Handle: httpapi.Get((*Service).groupRuleShow)},
		{Op: "neutron.security_group_rules.delete", Method: "DELETE", Path: rule, Success: 204, Policy: "delete_security_group_rule", Late: true, Handle: httpapi.Do((*Service).groupRuleDelete)},
	}
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

// groupShow serves GET /security-groups/{security_group_id}. API reference: Networking, "Show security group".
func (s *Service) groupShow(c *httpapi.Call) (schema.Dict, error) {
	g, err := s.groupFor(c, s.db.View(), c.Var("security_group_id"))
	if err != nil {
		return nil, err
	}
	return schema.Dict{{"security_group", only(fieldsOf(c), groupView(g))}}, nil
}

// groupCreate serves POST /security-groups: a group that lets out what wants to leave. API reference: Networking, "Create
// security group".
func (s *Service) groupCreate(c *httpapi.Call) (schema.Dict, error) {
	given, err := readBody(c, "security_group", groupAttributes, true)
	if err != nil {
		return nil, err
	}
	g := s.newGroup(of(given, "name", ""), of(given, "description", ""), of(given, "project_id", c.Auth.ProjectID), c.Now)
	if err := enforce(c, "create_security_group", groupAttributes, given, groupTarget(g)); err != nil {
		return nil, err
	}
	return schema.Dict{{"security_group", groupView(g)}}, s.db.Update(func(tx *state.Tx) error {
		if err := exceeded("security_group", countOf(s.groups.All(tx), func(o SecurityGroup) bool { return o.ProjectID == g.ProjectID })); err != nil {
			return err
		}
		s.defaultGroup(tx, g.ProjectID)
		if err := exceeded("security_group_rule", s.countRules(tx, g.ProjectID)+len(g.Rules)-1); err != nil {
			return err
		}
		s.groups.Put(tx, g)
		return nil
	})
}

// groupUpdate serves PUT /security-groups/{security_group_id}. API reference: Networking, "Update security group".
func (s *Service) groupUpdate(c *httpapi.Call) (out schema.Dict, err error) {
	given, err := readBody(c, "security_group", groupAttributes, false)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		g, err := s.groupFor(c, tx, c.Var("security_group_id"))
		if err != nil {
			return err
		}
		if err := enforce(c, "update_security_group", groupAttributes, given, groupTarget(g)); err != nil {
			return err
		}
		if err := matched(c, g.Revision); err != nil {
			return err
		}
		if g.Name == defaultName && given.Has("name") {
			return raised(fail.Conflict, "SecurityGroupCannotUpdateDefault", "Updating default security group not allowed.")
		}
		g.Name, g.Description = of(given, "name", g.Name), of(given, "description", g.Description)
		g.UpdatedAt = c.Now
		g.Revision++
		s.groups.Put(tx, g)
		out = schema.Dict{{"security_group", groupView(g)}}
		return nil
	})
	return out, err
}

// groupDelete serves DELETE /security-groups/{security_group_id}. Rules of other groups that speak of it go with it. API
// reference: Networking, "Delete security group".
func (s *Service) groupDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		g, err := s.groupFor(c, tx, c.Var("security_group_id"))
		if err != nil {
			return err
		}
		if err := enforce(c, "delete_security_group", nil, nil, groupTarget(g)); err != nil {
			return err
		}
		if err := matched(c, g.Revision); err != nil {
			return err
		}
		switch {
		case s.groupInUse(tx, g.ID):
			return raised(fail.Conflict, "SecurityGroupInUse", "Security Group %s in use.", g.ID)
		case g.Name == defaultName && !isAdmin(c):
			return raised(fail.Conflict, "SecurityGroupCannotRemoveDefault", "Insufficient rights for removing default security group.")
		}
		s.groups.Delete(tx, g.ID)
		for _, other := range slices.Collect(s.groups.All(tx)) {
			kept := slices.DeleteFunc(slices.Clone(other.Rules), func(r GroupRule) bool { return r.RemoteGroup == g.ID })
			if len(kept) < len(other.Rules) {
				other.Rules = kept
				s.groups.Put(tx, other)
			}
		}
		return nil
	})
}
