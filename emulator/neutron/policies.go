package neutron

import (
	"strings"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// The checks that most rules are made of (neutron_lib/policy/rules.py, neutron/conf/policies/base.py).
const (
	admin          = "rule:context_is_admin"
	service        = "rule:service_api"
	member         = "(role:member and project_id:%(project_id)s)"
	reader         = "(role:reader and project_id:%(project_id)s)"
	manager        = "(role:manager and project_id:%(project_id)s)"
	networkMember  = "(role:member and rule:network_owner)"
	networkReader  = "(role:reader and rule:network_owner)"
	networkManager = "(role:manager and rule:network_owner)"
	shared         = "rule:shared"
)

func either(checks ...string) string { return strings.Join(checks, " or ") }

// policies are the default rules, the same for every cloud.
var policies = sync.OnceValue(func() *policy.Rules {
	d := policy.Defaults{EnforceNewDefaults: true, EnforceScope: true, IsAdmin: "context_is_admin"}
	for name, check := range defaultRules {
		d.Rules = append(d.Rules, policy.Default{Name: name, Check: check, Scopes: policy.Project})
	}
	rules, err := d.With(nil)
	if err != nil {
		panic(err) // TestDefaultRules would have failed
	}
	return rules
})

// defaultRules are those of neutron/conf/policies/*.py for what is emulated. Checks of a field read the target: for
// "field:networks:shared=True" it is that of the network, see targetOf.
var defaultRules = map[string]string{
	"context_is_admin": "role:admin",
	"service_api":      "role:service",
	"network_owner":    "project_id:%(network:project_id)s",
	"sg_owner":         "project_id:%(security_group:project_id)s",
	"shared":           "True:%(shared)s",
	"external":         "True:%(router:external)s",
	"network_device":   "True:%(network_device)s",

	"create_network":                       either(admin, member),
	"create_network:shared":                admin,
	"create_network:router:external":       admin,
	"create_network:port_security_enabled": either(admin, member),
	"get_network":                          either(admin, reader, service, shared, "rule:external"),
	"update_network":                       either(admin, member),
	"update_network:shared":                admin,
	"update_network:router:external":       admin,
	"update_network:port_security_enabled": either(admin, member),
	"delete_network":                       either(admin, member),

	"create_subnet": either(admin, networkMember),
	"get_subnet":    either(reader, shared, "rule:external", admin, networkReader, service),
	"update_subnet": either(member, admin, networkMember),
	"delete_subnet": either(member, admin, networkMember),

	"create_port":                       either(admin, service, networkMember, shared),
	"create_port:device_id":             either(admin, member, service),
	"create_port:device_owner":          either("not rule:network_device", admin, service, networkMember),
	"create_port:mac_address":           either(admin, service, networkMember),
	"create_port:fixed_ips":             either(admin, service, networkMember, shared),
	"create_port:fixed_ips:ip_address":  either(admin, service, networkMember),
	"create_port:fixed_ips:subnet_id":   either(admin, service, networkMember, shared),
	"create_port:port_security_enabled": either(admin, service, networkMember),
	"create_port:binding:host_id":       either(admin, service),
	"create_port:binding:profile":       service,
	"create_port:binding:vnic_type":     either(admin, member, service),
	"get_port":                          either(admin, service, networkReader, reader),
	"get_port:binding:vif_type":         either(admin, service),
	"get_port:binding:vif_details":      either(admin, service),
	"get_port:binding:host_id":          either(admin, service),
	"get_port:binding:profile":          either(admin, service),
	"update_port":                       either(admin, service, member),
	"update_port:device_id":             either(admin, member, service),
	"update_port:device_owner":          either("not rule:network_device", admin, service, networkMember),
	"update_port:mac_address":           either(admin, service, networkManager),
	"update_port:fixed_ips":             either(admin, service, networkMember),
	"update_port:fixed_ips:ip_address":  either(admin, service, networkMember),
	"update_port:fixed_ips:subnet_id":   either(admin, service, networkMember, shared),
	"update_port:port_security_enabled": either(admin, service, networkMember),
	"update_port:binding:host_id":       either(admin, service),
	"update_port:binding:profile":       service,
	"update_port:binding:vnic_type":     either(admin, service, member),
	"delete_port":                       either(admin, service, networkMember, member),

	"create_security_group":      either(admin, member),
	"get_security_group":         either(admin, reader),
	"update_security_group":      either(admin, member),
	"delete_security_group":      either(admin, member),
	"create_security_group_rule": either(admin, "(role:member and rule:sg_owner)"),
	"get_security_group_rule":    either(admin, "(role:reader and rule:sg_owner)"),
	"delete_security_group_rule": either(admin, "(role:member and rule:sg_owner)"),
	"get_floatingip":             either(admin, reader),
	"get_router":                 either(admin, reader),
	"get_quota":                  either(admin, manager),
}

// targetOf is what rules see of a resource: its attributes, and those of the network that it belongs to.
func targetOf(view schema.Dict, of Network) policy.Map {
	target := policy.Map{
		"network:project_id": of.ProjectID, "shared": of.Shared, "router:external": of.External, "network_device": false,
	}
	for _, p := range view {
		switch p.Key {
		case "project_id", "tenant_id":
			target[p.Key] = p.Value
		case "device_owner":
			owner, _ := p.Value.(string)
			target["network_device"] = strings.HasPrefix(owner, "network:")
		}
	}
	return target
}

// enforce checks an action, and what it does to attributes that have rules of their own (neutron/policy.py,
// _build_match_rule). A refusal names them all.
func enforce(c *httpapi.Call, action string, attrs []attribute, given schema.Dict, target policy.Map) error {
	rules := []string{action}
	for _, a := range attrs {
		value, ok := given.Get(a.name)
		if !a.enforced || !ok {
			continue
		}
		rules = append(rules, action+":"+a.name)
		if ips, ok := value.([]fixedIP); ok {
			rules = append(rules, fixedIPRules(action+":"+a.name, ips)...)
		}
	}
	passed, text := true, ""
	for i, rule := range rules {
		passed = c.AuthorizeFor(rule, target) == nil && passed
		if i == 0 {
			text = "rule:" + rule
			continue
		}
		text = "(" + text + " and rule:" + rule + ")"
	}
	if passed {
		return nil
	}
	return raised(fail.Forbidden, "PolicyNotAuthorized", "%s is disallowed by policy", text)
}

// fixedIPRules are the rules of what fixed IPs name.
func fixedIPRules(rule string, ips []fixedIP) []string {
	var rules []string
	for _, part := range []struct {
		name string
		of   func(fixedIP) string
	}{{"ip_address", func(ip fixedIP) string { return ip.Address }}, {"subnet_id", func(ip fixedIP) string { return ip.SubnetID }}} {
		for _, ip := range ips {
			if part.of(ip) != "" {
				rules = append(rules, rule+":"+part.name)
				break
			}
		}
	}
	return rules
}
