package nova

import (
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
)

// The checks that most rules are made of (nova/policies/base.py).
const (
	ruleAdmin   = "rule:context_is_admin"
	ruleMember  = "rule:project_member_api or rule:context_is_admin"
	ruleService = "role:service or rule:context_is_admin"
	ruleReader  = "rule:project_reader_api or rule:context_is_admin"
	ruleUser    = "(rule:context_is_admin) or user_id:%(user_id)s"
	ruleAny     = "@"
)

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

// defaultRules are those of nova/policies/*.py that the rows name.
var defaultRules = map[string]string{
	"context_is_admin":   "role:admin",
	"project_member_api": "role:member and project_id:%(project_id)s",
	"project_reader_api": "role:reader and project_id:%(project_id)s",

	"os_compute_api:limits":                               ruleAny,
	"os_compute_api:limits:other_project":                 ruleAdmin,
	"os_compute_api:os-availability-zone:detail":          ruleAdmin,
	"os_compute_api:os-availability-zone:list":            ruleAny,
	"os_compute_api:os-keypairs:create":                   ruleUser,
	"os_compute_api:os-keypairs:delete":                   ruleUser,
	"os_compute_api:os-keypairs:index":                    ruleUser,
	"os_compute_api:os-keypairs:show":                     ruleUser,
	"os_compute_api:os-services:list":                     ruleAdmin,
	"os_compute_api:os-extended-server-attributes":        ruleAdmin,
	"os_compute_api:os-flavor-extra-specs:create":         ruleAdmin,
	"os_compute_api:os-flavor-extra-specs:delete":         ruleAdmin,
	"os_compute_api:os-flavor-extra-specs:index":          ruleReader,
	"os_compute_api:os-flavor-extra-specs:show":           ruleReader,
	"os_compute_api:os-flavor-extra-specs:update":         ruleAdmin,
	"os_compute_api:os-flavor-manage:create":              ruleAdmin,
	"os_compute_api:os-flavor-manage:delete":              ruleAdmin,
	"os_compute_api:os-attach-interfaces:list":            ruleReader,
	"os_compute_api:os-instance-actions:events":           ruleAdmin,
	"os_compute_api:os-instance-actions:events:details":   ruleAdmin,
	"os_compute_api:os-instance-actions:list":             ruleReader,
	"os_compute_api:os-instance-actions:show":             ruleReader,
	"os_compute_api:os-server-external-events:create":     ruleService,
	"os_compute_api:ips:index":                            ruleReader,
	"os_compute_api:ips:show":                             ruleReader,
	"os_compute_api:os-volumes-attachments:create":        ruleMember,
	"os_compute_api:os-volumes-attachments:delete":        ruleMember,
	"os_compute_api:os-volumes-attachments:index":         ruleReader,
	"os_compute_api:os-volumes-attachments:show":          ruleReader,
	"os_compute_api:os-volumes-attachments:swap":          ruleService,
	"os_compute_api:os-volumes-attachments:update":        ruleMember,
	"os_compute_api:servers:create":                       ruleMember,
	"os_compute_api:servers:create:forced_host":           ruleAdmin,
	"os_compute_api:servers:create:requested_destination": ruleAdmin,
	"os_compute_api:servers:create:zero_disk_flavor":      ruleAdmin,
	"os_compute_api:servers:delete":                       ruleMember,
	"os_compute_api:servers:detail":                       ruleReader,
	"os_compute_api:servers:detail:get_all_tenants":       ruleAdmin,
	"os_compute_api:servers:index":                        ruleReader,
	"os_compute_api:servers:index:get_all_tenants":        ruleAdmin,
	"os_compute_api:servers:reboot":                       ruleMember,
	"os_compute_api:servers:show":                         ruleReader,
	"os_compute_api:servers:start":                        ruleMember,
	"os_compute_api:servers:stop":                         ruleMember,
	"os_compute_api:servers:update":                       ruleMember,
}
