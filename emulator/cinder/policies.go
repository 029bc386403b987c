package cinder

import (
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// rule is a default rule, and the check that it replaced: until oslo.policy stopped accepting both, whoever passed either
// passed.
type rule struct{ check, deprecated string }

// anyone is a deprecated rule that everybody passes.
const anyone = "@"

// The checks that most rules are made of.
const (
	ruleAdmin        = "rule:admin_api"
	ruleReader       = "rule:xena_system_admin_or_project_reader"
	ruleMember       = "rule:xena_system_admin_or_project_member"
	ruleAdminOrOwner = "rule:admin_or_owner"
)

// policies are the default rules of a release, with those of a policy file over them. Without any they are the same for
// every cloud, and compiled once.
func policies(r release.Release, file map[string]string) (*policy.Rules, error) {
	// oslo.policy 4.4, of the release Dalmatian, is the first to enforce only the new defaults. Cinder told it not to
	// (cinder/policy.py) in all releases but the newest known here.
	current := r.AtLeast(release.Gazpacho)
	switch {
	case len(file) == 0 && current:
		return newPolicies(), nil
	case len(file) == 0:
		return oldPolicies(), nil
	}
	return defaultsOf(current).With(file)
}

var (
	newPolicies = sync.OnceValue(func() *policy.Rules { return compiled(true) })
	oldPolicies = sync.OnceValue(func() *policy.Rules { return compiled(false) })
)

func compiled(current bool) *policy.Rules {
	rules, err := defaultsOf(current).With(nil)
	if err != nil {
		panic(err) // TestDefaultRules would have failed
	}
	return rules
}

// HasRule tells whether the service has a default rule of that name, or had one once.
func HasRule(rule string) bool {
	if newPolicies().Has(rule) {
		return true
	}
	for _, former := range renamed {
		if former == rule {
			return true
		}
	}
	return false
}

// defaultsOf are the rules, with or without the deprecated checks. None of them speaks of the kinds of tokens.
func defaultsOf(current bool) policy.Defaults {
	d := policy.Defaults{EnforceNewDefaults: current, EnforceScope: current, IsAdmin: "context_is_admin"}
	for name, r := range defaultRules {
		d.Rules = append(d.Rules, policy.Default{
			Name: name, Check: r.check, Deprecated: policy.Deprecated{Check: r.deprecated, Name: renamed[name]},
		})
	}
	return d
}

// renamed are the rules that had another name once, which policy files may still use.
var renamed = map[string]string{
	"group:group_types:create":                      "group:group_types_manage",
	"group:group_types:delete":                      "group:group_types_manage",
	"group:group_types:update":                      "group:group_types_manage",
	"group:group_types_specs:create":                "group:group_types_specs",
	"group:group_types_specs:delete":                "group:group_types_specs",
	"group:group_types_specs:get":                   "group:group_types_specs",
	"group:group_types_specs:get_all":               "group:group_types_specs",
	"group:group_types_specs:update":                "group:group_types_specs",
	"volume_extension:quota_classes:get":            "volume_extension:quota_classes",
	"volume_extension:quota_classes:update":         "volume_extension:quota_classes",
	"volume_extension:type_create":                  "volume_extension:types_manage",
	"volume_extension:type_delete":                  "volume_extension:types_manage",
	"volume_extension:type_update":                  "volume_extension:types_manage",
	"volume_extension:volume_image_metadata:remove": "volume_extension:volume_image_metadata",
	"volume_extension:volume_image_metadata:set":    "volume_extension:volume_image_metadata",
	"volume_extension:volume_image_metadata:show":   "volume_extension:volume_image_metadata",
}

// defaultRules are those of cinder/policies/*.py.
var defaultRules = map[string]rule{
	"admin_api":                                     {"is_admin:True or (role:admin and is_admin_project:True)", ""},
	"admin_or_owner":                                {"is_admin:True or (role:admin and is_admin_project:True) or project_id:%(project_id)s", ""},
	"backup:backup-import":                          {ruleAdmin, ""},
	"backup:backup_project_attribute":               {ruleAdmin, ""},
	"backup:create":                                 {ruleMember, anyone},
	"backup:delete":                                 {ruleMember, ruleAdminOrOwner},
	"backup:export-import":                          {ruleAdmin, ""},
	"backup:get":                                    {ruleReader, ruleAdminOrOwner},
	"backup:get_all":                                {ruleReader, ruleAdminOrOwner},
	"backup:restore":                                {ruleMember, ruleAdminOrOwner},
	"backup:update":                                 {ruleMember, ruleAdminOrOwner},
	"clusters:get":                                  {ruleAdmin, ""},
	"clusters:get_all":                              {ruleAdmin, ""},
	"clusters:update":                               {ruleAdmin, ""},
	"context_is_admin":                              {"role:admin", ""},
	"group:access_group_types_specs":                {ruleAdmin, ""},
	"group:create":                                  {ruleMember, anyone},
	"group:create_group_snapshot":                   {ruleMember, anyone},
	"group:delete":                                  {ruleMember, ruleAdminOrOwner},
	"group:delete_group_snapshot":                   {ruleMember, ruleAdminOrOwner},
	"group:disable_replication":                     {ruleMember, ruleAdminOrOwner},
	"group:enable_replication":                      {ruleMember, ruleAdminOrOwner},
	"group:failover_replication":                    {ruleMember, ruleAdminOrOwner},
	"group:get":                                     {ruleReader, ruleAdminOrOwner},
	"group:get_all":                                 {ruleReader, ruleAdminOrOwner},
	"group:get_all_group_snapshots":                 {ruleReader, ruleAdminOrOwner},
	"group:get_group_snapshot":                      {ruleReader, ruleAdminOrOwner},
	"group:group_project_attribute":                 {ruleAdmin, ""},
	"group:group_snapshot_project_attribute":        {ruleAdmin, ""},
	"group:group_types:create":                      {ruleAdmin, ""},
	"group:group_types:delete":                      {ruleAdmin, ""},
	"group:group_types:update":                      {ruleAdmin, ""},
	"group:group_types_specs:create":                {ruleAdmin, ""},
	"group:group_types_specs:delete":                {ruleAdmin, ""},
	"group:group_types_specs:get":                   {ruleAdmin, ""},
	"group:group_types_specs:get_all":               {ruleAdmin, ""},
	"group:group_types_specs:update":                {ruleAdmin, ""},
	"group:list_replication_targets":                {ruleMember, ruleAdminOrOwner},
	"group:reset_group_snapshot_status":             {ruleAdmin, ""},
	"group:reset_status":                            {ruleAdmin, ""},
	"group:update":                                  {ruleMember, ruleAdminOrOwner},
	"group:update_group_snapshot":                   {ruleMember, ruleAdminOrOwner},
	"limits_extension:used_limits":                  {ruleReader, ruleAdminOrOwner},
	"message:delete":                                {ruleMember, ruleAdminOrOwner},
	"message:get":                                   {ruleReader, ruleAdminOrOwner},
	"message:get_all":                               {ruleReader, ruleAdminOrOwner},
	"scheduler_extension:scheduler_stats:get_pools": {ruleAdmin, ""},
	"snapshot_extension:list_manageable":            {ruleAdmin, ""},
	"snapshot_extension:snapshot_actions:update_snapshot_status":      {ruleMember, anyone},
	"snapshot_extension:snapshot_manage":                              {ruleAdmin, ""},
	"snapshot_extension:snapshot_unmanage":                            {ruleAdmin, ""},
	"system_or_domain_or_project_admin":                               {"(role:admin and system_scope:all) or (role:admin and domain_id:%(domain_id)s) or (role:admin and project_id:%(project_id)s)", ""},
	"volume:accept_transfer":                                          {ruleMember, anyone},
	"volume:attachment_complete":                                      {ruleMember, ruleAdminOrOwner},
	"volume:attachment_create":                                        {ruleMember, anyone},
	"volume:attachment_delete":                                        {ruleMember, ruleAdminOrOwner},
	"volume:attachment_update":                                        {ruleMember, ruleAdminOrOwner},
	"volume:create":                                                   {ruleMember, anyone},
	"volume:create_from_image":                                        {ruleMember, anyone},
	"volume:create_snapshot":                                          {ruleMember, ruleAdminOrOwner},
	"volume:create_transfer":                                          {ruleMember, ruleAdminOrOwner},
	"volume:create_volume_metadata":                                   {ruleMember, ruleAdminOrOwner},
	"volume:delete":                                                   {ruleMember, ruleAdminOrOwner},
	"volume:delete_snapshot":                                          {ruleMember, ruleAdminOrOwner},
	"volume:delete_snapshot_metadata":                                 {ruleMember, ruleAdminOrOwner},
	"volume:delete_transfer":                                          {ruleMember, ruleAdminOrOwner},
	"volume:delete_volume_metadata":                                   {ruleMember, ruleAdminOrOwner},
	"volume:extend":                                                   {ruleMember, ruleAdminOrOwner},
	"volume:extend_attached_volume":                                   {ruleMember, ruleAdminOrOwner},
	"volume:failover_host":                                            {ruleAdmin, ""},
	"volume:force_delete":                                             {ruleAdmin, ""},
	"volume:freeze_host":                                              {ruleAdmin, ""},
	"volume:get":                                                      {ruleReader, ruleAdminOrOwner},
	"volume:get_all":                                                  {ruleReader, ruleAdminOrOwner},
	"volume:get_all_snapshots":                                        {ruleReader, ruleAdminOrOwner},
	"volume:get_all_transfers":                                        {ruleReader, ruleAdminOrOwner},
	"volume:get_snapshot":                                             {ruleReader, ruleAdminOrOwner},
	"volume:get_snapshot_metadata":                                    {ruleReader, ruleAdminOrOwner},
	"volume:get_transfer":                                             {ruleReader, ruleAdminOrOwner},
	"volume:get_volume_metadata":                                      {ruleReader, ruleAdminOrOwner},
	"volume:multiattach":                                              {ruleMember, ruleAdminOrOwner},
	"volume:multiattach_bootable_volume":                              {ruleMember, ruleAdminOrOwner},
	"volume:reimage":                                                  {ruleMember, ""},
	"volume:reimage_reserved":                                         {ruleMember, ""},
	"volume:retype":                                                   {ruleMember, ruleAdminOrOwner},
	"volume:revert_to_snapshot":                                       {ruleMember, ruleAdminOrOwner},
	"volume:thaw_host":                                                {ruleAdmin, ""},
	"volume:update":                                                   {ruleMember, ruleAdminOrOwner},
	"volume:update_readonly_flag":                                     {ruleMember, ruleAdminOrOwner},
	"volume:update_snapshot":                                          {ruleMember, ruleAdminOrOwner},
	"volume:update_snapshot_metadata":                                 {ruleMember, ruleAdminOrOwner},
	"volume:update_volume_admin_metadata":                             {ruleAdmin, ""},
	"volume:update_volume_metadata":                                   {ruleMember, ruleAdminOrOwner},
	"volume_extension:access_types_extra_specs":                       {ruleReader, ruleAdmin},
	"volume_extension:access_types_qos_specs_id":                      {ruleAdmin, ""},
	"volume_extension:backup_admin_actions:force_delete":              {ruleAdmin, ""},
	"volume_extension:backup_admin_actions:reset_status":              {ruleAdmin, ""},
	"volume_extension:capabilities":                                   {ruleAdmin, ""},
	"volume_extension:default_get":                                    {ruleAdmin, "rule:system_or_domain_or_project_admin"},
	"volume_extension:default_get_all":                                {ruleAdmin, "role:admin and system_scope:all"},
	"volume_extension:default_set_or_update":                          {ruleAdmin, "rule:system_or_domain_or_project_admin"},
	"volume_extension:default_unset":                                  {ruleAdmin, "rule:system_or_domain_or_project_admin"},
	"volume_extension:extended_snapshot_attributes":                   {ruleReader, ruleAdminOrOwner},
	"volume_extension:hosts":                                          {ruleAdmin, ""},
	"volume_extension:list_manageable":                                {ruleAdmin, ""},
	"volume_extension:qos_specs_manage:create":                        {ruleAdmin, ""},
	"volume_extension:qos_specs_manage:delete":                        {ruleAdmin, ""},
	"volume_extension:qos_specs_manage:get":                           {ruleAdmin, ""},
	"volume_extension:qos_specs_manage:get_all":                       {ruleAdmin, ""},
	"volume_extension:qos_specs_manage:update":                        {ruleAdmin, ""},
	"volume_extension:quota_classes:get":                              {ruleAdmin, ""},
	"volume_extension:quota_classes:update":                           {ruleAdmin, ""},
	"volume_extension:quotas:delete":                                  {ruleAdmin, ""},
	"volume_extension:quotas:show":                                    {ruleReader, ruleAdminOrOwner},
	"volume_extension:quotas:update":                                  {ruleAdmin, ""},
	"volume_extension:services:index":                                 {ruleAdmin, ""},
	"volume_extension:services:update":                                {ruleAdmin, ""},
	"volume_extension:snapshot_admin_actions:force_delete":            {ruleAdmin, ""},
	"volume_extension:snapshot_admin_actions:reset_status":            {ruleAdmin, ""},
	"volume_extension:type_create":                                    {ruleAdmin, ""},
	"volume_extension:type_delete":                                    {ruleAdmin, ""},
	"volume_extension:type_get":                                       {ruleReader, anyone},
	"volume_extension:type_get_all":                                   {ruleReader, anyone},
	"volume_extension:type_update":                                    {ruleAdmin, ""},
	"volume_extension:types_extra_specs:create":                       {ruleAdmin, ""},
	"volume_extension:types_extra_specs:delete":                       {ruleAdmin, ""},
	"volume_extension:types_extra_specs:index":                        {ruleReader, anyone},
	"volume_extension:types_extra_specs:read_sensitive":               {ruleAdmin, ""},
	"volume_extension:types_extra_specs:show":                         {ruleReader, anyone},
	"volume_extension:types_extra_specs:update":                       {ruleAdmin, ""},
	"volume_extension:volume_actions:attach":                          {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_actions:begin_detaching":                 {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_actions:detach":                          {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_actions:initialize_connection":           {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_actions:reserve":                         {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_actions:roll_detaching":                  {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_actions:terminate_connection":            {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_actions:unreserve":                       {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_actions:upload_image":                    {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_actions:upload_public":                   {ruleAdmin, ""},
	"volume_extension:volume_admin_actions:extend_volume_completion":  {ruleAdmin, ""},
	"volume_extension:volume_admin_actions:force_delete":              {ruleAdmin, ""},
	"volume_extension:volume_admin_actions:force_detach":              {ruleAdmin, ""},
	"volume_extension:volume_admin_actions:migrate_volume":            {ruleAdmin, ""},
	"volume_extension:volume_admin_actions:migrate_volume_completion": {ruleAdmin, ""},
	"volume_extension:volume_admin_actions:reset_status":              {ruleAdmin, ""},
	"volume_extension:volume_encryption_metadata":                     {ruleReader, ruleAdminOrOwner},
	"volume_extension:volume_host_attribute":                          {ruleAdmin, ""},
	"volume_extension:volume_image_metadata:remove":                   {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_image_metadata:set":                      {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_image_metadata:show":                     {ruleReader, ruleAdminOrOwner},
	"volume_extension:volume_manage":                                  {ruleAdmin, ""},
	"volume_extension:volume_mig_status_attribute":                    {ruleAdmin, ""},
	"volume_extension:volume_tenant_attribute":                        {ruleReader, ruleAdminOrOwner},
	"volume_extension:volume_type_access":                             {ruleMember, ruleAdminOrOwner},
	"volume_extension:volume_type_access:addProjectAccess":            {ruleAdmin, ""},
	"volume_extension:volume_type_access:get_all_for_type":            {ruleAdmin, "volume_extension:volume_type_access"},
	"volume_extension:volume_type_access:removeProjectAccess":         {ruleAdmin, ""},
	"volume_extension:volume_type_encryption":                         {ruleAdmin, ""},
	"volume_extension:volume_type_encryption:create":                  {ruleAdmin, "rule:volume_extension:volume_type_encryption"},
	"volume_extension:volume_type_encryption:delete":                  {ruleAdmin, "rule:volume_extension:volume_type_encryption"},
	"volume_extension:volume_type_encryption:get":                     {ruleAdmin, "rule:volume_extension:volume_type_encryption"},
	"volume_extension:volume_type_encryption:update":                  {ruleAdmin, "rule:volume_extension:volume_type_encryption"},
	"volume_extension:volume_unmanage":                                {ruleAdmin, ""},
	"workers:cleanup":                                                 {ruleAdmin, ""},
	"xena_system_admin_or_project_member":                             {"(role:admin) or (role:member and project_id:%(project_id)s)", ""},
	"xena_system_admin_or_project_reader":                             {"(role:admin) or (role:reader and project_id:%(project_id)s)", ""},
}
