package keystone

import (
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// domainOption is one option that a domain has of its own. Options are kept and shown; no identity backend reads them.
type domainOption struct {
	Key                     string // domain, group, option
	DomainID, Group, Option string
	Value                   any
}

func newDomainOption(domain, group, option string, value any) domainOption {
	return domainOption{keyOf(domain, group, option), domain, group, option, value}
}

type domainConfigOut struct {
	Config schema.Dict `json:"config"`
}

// domainGroups are the options that domains can have, by group; those that are secret are not shown.
func domainGroups() map[string][]string {
	return map[string][]string{
		"identity": {"driver", "list_limit"},
		"ldap": {
			"url", "user", "suffix", "query_scope", "page_size", "alias_dereferencing", "debug_level", "chase_referrals",
			"user_tree_dn", "user_filter", "user_objectclass", "user_id_attribute", "user_name_attribute", "user_mail_attribute",
			"user_description_attribute", "user_pass_attribute", "user_enabled_attribute", "user_enabled_invert",
			"user_enabled_mask", "user_enabled_default", "user_attribute_ignore", "user_default_project_id_attribute",
			"user_enabled_emulation", "user_enabled_emulation_dn", "user_enabled_emulation_use_group_config",
			"user_additional_attribute_mapping", "group_tree_dn", "group_filter", "group_objectclass", "group_id_attribute",
			"group_name_attribute", "group_members_are_ids", "group_member_attribute", "group_desc_attribute",
			"group_attribute_ignore", "group_additional_attribute_mapping", "tls_cacertfile", "tls_cacertdir", "use_tls",
			"tls_req_cert", "use_pool", "pool_size", "pool_retry_max", "pool_retry_delay", "pool_connection_timeout",
			"pool_connection_lifetime", "use_auth_pool", "auth_pool_size", "auth_pool_connection_lifetime",
		},
	}
}

// secretOption can be set, and is never shown.
func secretOption(group, option string) bool { return group == "ldap" && option == "password" }

func badConfig(format string, args ...any) error {
	return fail.New(fail.Forbidden, "Invalid domain specific configuration: "+format+".", args...)
}

// checkOption refuses what domains cannot have.
func checkOption(group, option string) error {
	known, ok := domainGroups()[group]
	switch {
	case group == "":
		return nil
	case !ok:
		return badConfig("Group %s is not supported for domain specific configurations", group)
	case option != "" && !slices.Contains(known, option) && !secretOption(group, option):
		return badConfig("Option %s in group %s is not supported for domain specific configurations", option, group)
	}
	return nil
}

// checkConfig wants groups of options that domains can have.
func checkConfig(config schema.Dict) error {
	if len(config) == 0 {
		return badConfig("No options specified")
	}
	for _, g := range config {
		options, _ := g.Value.(schema.Dict)
		if len(options) == 0 {
			return badConfig("The value of group %s specified in the config should be a dictionary of options", g.Key)
		}
		for _, o := range options {
			if strings.ContainsRune(o.Key, '/') || o.Key == "" {
				return badConfig("Option %s in group %s is not supported for domain specific configurations", o.Key, g.Key)
			}
			if err := checkOption(g.Key, o.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

// optionsOf are a domain's options, of a group or one option only where those are said.
func (s *Service) optionsOf(r state.Reader, domain, group, option string) []domainOption {
	return keep(collect(s.domainOptions.WithPrefix(r, keyOf(domain, ""))), func(o *domainOption) bool {
		return (group == "" || o.Group == group) && (option == "" || o.Option == option)
	})
}

// configOf nests options in their groups; a single one that was asked for stands alone.
func configOf(options []domainOption, asked string) schema.Dict {
	config := schema.Dict{}
	for _, o := range options {
		if secretOption(o.Group, o.Option) {
			continue
		}
		if asked != "" {
			return schema.Dict{member(o.Option, o.Value)}
		}
		group, _ := dig(config, o.Group)
		config = config.With(o.Group, group.With(o.Option, o.Value))
	}
	return config
}

func noConfig(domain, group, option string) error {
	what := "any options"
	switch {
	case option != "":
		what = "option " + option + " in group " + group
	case group != "":
		what = "group " + group
	}
	return fail.New(fail.NotFound, "Could not find %s in domain configuration for domain %s.", what, domain)
}

// configured finds the domain of the path, once the caller may ask about its configuration.
func (s *Service) configured(c *httpapi.Call, r state.Reader) (domain, group, option string, err error) {
	domain, group, option = c.Var("domain_id"), c.Var("group"), c.Var("option")
	if err := enforce(c, nil); err != nil {
		return domain, group, option, err
	}
	if _, ok := s.domain(r, domain); !ok {
		return domain, group, option, fail.Missing("domain", domain)
	}
	return domain, group, option, nil
}

// domainConfigShow serves GET of /v3/domains/{domain_id}/config, .../{group} and .../{group}/{option}. The rules for
// passwords are among them, for the default domain, under a rule of their own.
func (s *Service) domainConfigShow(c *httpapi.Call) (domainConfigOut, error) {
	if c.Var("group") == "security_compliance" {
		return s.passwordRules(c)
	}
	view := s.db.View()
	domain, group, option, err := s.configured(c, view)
	if err != nil {
		return domainConfigOut{}, err
	}
	if err := checkOption(group, option); err != nil {
		return domainConfigOut{}, err
	}
	config := configOf(s.optionsOf(view, domain, group, option), option)
	if len(config) == 0 {
		return domainConfigOut{}, noConfig(domain, group, option)
	}
	return domainConfigOut{config}, nil
}

func (s *Service) passwordRules(c *httpapi.Call) (domainConfigOut, error) {
	if err := enforceRule(c, "identity:get_security_compliance_domain_config", nil); err != nil {
		return domainConfigOut{}, err
	}
	rules := schema.Dict{
		member("password_regex", nullable(s.conf.SecurityCompliance.PasswordRegex)),
		member("password_regex_description", nullable(s.conf.SecurityCompliance.PasswordRegexDescription)),
	}
	option := c.Var("option")
	value, readable := rules.Get(option)
	switch {
	case c.Var("domain_id") != defaultDomainID:
		return domainConfigOut{}, badConfig("Reading security compliance information for any domain other than the default " +
			"domain is not allowed or supported.")
	case option != "" && !readable:
		return domainConfigOut{}, badConfig("Reading security compliance values other than password_regex and " +
			"password_regex_description is not allowed.")
	case option != "":
		return domainConfigOut{schema.Dict{member(option, value)}}, nil
	}
	return domainConfigOut{schema.Dict{member("security_compliance", rules)}}, nil
}

func (s *Service) putOptions(tx *state.Tx, domain string, config schema.Dict) {
	for _, g := range config {
		options, _ := g.Value.(schema.Dict)
		for _, o := range options {
			s.domainOptions.Put(tx, newDomainOption(domain, g.Key, o.Key, o.Value))
		}
	}
}

// domainConfigSet serves PUT /v3/domains/{domain_id}/config: 201 where there was none.
func (s *Service) domainConfigSet(c *httpapi.Call) (httpapi.Reply, error) {
	in, err := refOf(c, "config")
	if err != nil {
		return httpapi.Reply{}, err
	}
	reply := httpapi.Reply{Status: 201}
	err = s.db.Update(func(tx *state.Tx) error {
		domain, _, _, err := s.configured(c, tx)
		if err != nil {
			return err
		}
		if err := checkConfig(in.members); err != nil {
			return err
		}
		old := s.optionsOf(tx, domain, "", "")
		if len(old) > 0 {
			reply.Status = 200
		}
		for _, o := range old {
			s.domainOptions.Delete(tx, o.Key)
		}
		s.putOptions(tx, domain, in.members)
		reply.JSON = domainConfigOut{configOf(s.optionsOf(tx, domain, "", ""), "")}
		return nil
	})
	return reply, err
}

// domainConfigUpdate serves PATCH of all three paths. Below a group, only what the path names may be in the body, and it
// must be there already.
func (s *Service) domainConfigUpdate(c *httpapi.Call) (domainConfigOut, error) {
	in, err := refOf(c, "config")
	if err != nil {
		return domainConfigOut{}, err
	}
	var out domainConfigOut
	err = s.db.Update(func(tx *state.Tx) error {
		domain, group, option, err := s.configured(c, tx)
		if err != nil {
			return err
		}
		config := in.members
		if option != "" {
			config = schema.Dict{member(group, in.members)}
		}
		if err := checkConfig(config); err != nil {
			return err
		}
		if err := checkOption(group, option); err != nil {
			return err
		}
		if err := onlyAsked(config, group, option); err != nil {
			return err
		}
		if group != "" && len(s.optionsOf(tx, domain, group, option)) == 0 {
			return noConfig(domain, group, option)
		}
		s.putOptions(tx, domain, config)
		out.Config = configOf(s.optionsOf(tx, domain, "", ""), "")
		return nil
	})
	return out, err
}

// onlyAsked wants a body to be about what its path names, and nothing else.
func onlyAsked(config schema.Dict, group, option string) error {
	options, _ := dig(config, group)
	switch {
	case group == "":
		return nil
	case option != "" && len(options) != 1:
		return badConfig("Trying to update option %s in group %s, so that, and only that, option must be specified  in the config",
			option, group)
	case option == "" && len(config) != 1:
		return badConfig("Trying to update group %s, so that, and only that, group must be specified in the config", group)
	case !config.Has(group):
		return badConfig("request to update group %s, but config provided contains group %s instead", group, config[0].Key)
	case option != "" && !options.Has(option):
		return badConfig("Trying to update option %s in group %s, but config provided contains option %s instead",
			option, group, options[0].Key)
	}
	return nil
}

// domainConfigDelete serves DELETE of all three paths.
func (s *Service) domainConfigDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		domain, group, option, err := s.configured(c, tx)
		if err != nil {
			return err
		}
		if err := checkOption(group, option); err != nil {
			return err
		}
		gone := s.optionsOf(tx, domain, group, option)
		switch {
		case group != "" && len(s.optionsOf(tx, domain, group, "")) == 0:
			return noConfig(domain, group, "")
		case option != "" && len(gone) == 0:
			return noConfig(domain, group, option)
		}
		for _, o := range gone {
			s.domainOptions.Delete(tx, o.Key)
		}
		return nil
	})
}

// domainConfigDefault serves GET of /v3/domains/config/default, /v3/domains/config/{group}/default and
// /v3/domains/config/{group}/{option}/default.
func (s *Service) domainConfigDefault(c *httpapi.Call) (domainConfigOut, error) {
	if err := enforce(c, nil); err != nil {
		return domainConfigOut{}, err
	}
	group, option := c.Var("group"), c.Var("option")
	if err := checkOption(group, option); err != nil {
		return domainConfigOut{}, err
	}
	if secretOption(group, option) {
		return domainConfigOut{}, badConfig("Reading the default for option %s in group %s is not supported", option, group)
	}
	var all []domainOption
	for _, g := range []string{"identity", "ldap"} {
		for _, o := range domainGroups()[g] {
			if (group == "" || g == group) && (option == "" || o == option) {
				all = append(all, newDomainOption("", g, o, defaultOption(o)))
			}
		}
	}
	return domainConfigOut{configOf(all, option)}, nil
}

// defaultOption is what keystone.conf has for an option when it says nothing.
func defaultOption(option string) any {
	known := map[string]any{
		"driver": "sql", "url": "ldap://localhost", "suffix": "cn=example,cn=com", "query_scope": "one", "page_size": 0,
		"alias_dereferencing": "default", "user_objectclass": "inetOrgPerson", "user_id_attribute": "cn",
		"user_name_attribute": "sn", "user_mail_attribute": "mail", "user_description_attribute": "description",
		"user_pass_attribute": "userPassword", "user_enabled_attribute": "enabled", "user_enabled_invert": false,
		"user_enabled_mask": 0, "user_enabled_default": "True", "user_attribute_ignore": schema.List{"default_project_id"},
		"user_enabled_emulation": false, "user_enabled_emulation_use_group_config": false,
		"user_additional_attribute_mapping": schema.List{}, "group_objectclass": "groupOfNames", "group_id_attribute": "cn",
		"group_name_attribute": "ou", "group_members_are_ids": false, "group_member_attribute": "member",
		"group_desc_attribute": "description", "group_attribute_ignore": schema.List{},
		"group_additional_attribute_mapping": schema.List{}, "use_tls": false, "tls_req_cert": "demand", "use_pool": true,
		"pool_size": 10, "pool_retry_max": 3, "pool_retry_delay": 0.1, "pool_connection_timeout": -1,
		"pool_connection_lifetime": 600, "use_auth_pool": true, "auth_pool_size": 100, "auth_pool_connection_lifetime": 60,
	}
	return known[option]
}
