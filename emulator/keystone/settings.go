package keystone

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Settings are what an operator sets in keystone.conf. Their names are those of the options there, below the names of
// their groups. What is left out has upstream's default, which for all of security_compliance is off.
type Settings struct {
	// MaxProjectTreeDepth is how many projects may be on a path from below a domain; 5 when left out.
	MaxProjectTreeDepth int `json:"max_project_tree_depth,omitempty" yaml:"max_project_tree_depth,omitempty"`
	// MaxPasswordLength is in bytes; 4096 when left out. What is beyond does not count.
	MaxPasswordLength int `json:"max_password_length,omitempty" yaml:"max_password_length,omitempty"`
	// AuthMethods are those by which tokens can be had; totp must be named here to be one of them.
	AuthMethods []string `json:"auth_methods,omitempty" yaml:"auth_methods,omitempty"`

	Trust                 TrustSettings      `json:"trust,omitzero" yaml:"trust,omitempty"`
	ApplicationCredential CredentialSettings `json:"application_credential,omitzero" yaml:"application_credential,omitempty"`
	Credential            CredentialSettings `json:"credential,omitzero" yaml:"credential,omitempty"`
	EndpointFilter        FilterSettings     `json:"endpoint_filter,omitzero" yaml:"endpoint_filter,omitempty"`
	SecurityCompliance    SecurityCompliance `json:"security_compliance,omitzero" yaml:"security_compliance,omitempty"`
}

// TrustSettings are those of trusts.
type TrustSettings struct {
	// MaxRedelegationCount is how often a trust can be handed on; 3 when left out.
	MaxRedelegationCount int `json:"max_redelegation_count,omitempty" yaml:"max_redelegation_count,omitempty"`
}

// CredentialSettings are those of credentials of a kind.
type CredentialSettings struct {
	// UserLimit is how many a user may have; no limit when left out.
	UserLimit *int `json:"user_limit,omitempty" yaml:"user_limit,omitempty"`
}

// FilterSettings are those of project endpoints.
type FilterSettings struct {
	// ReturnAllEndpointsIfNoFilter gives projects without endpoints of their own all there are; true when left out.
	ReturnAllEndpointsIfNoFilter *bool `json:"return_all_endpoints_if_no_filter,omitempty" yaml:"return_all_endpoints_if_no_filter,omitempty"`
}

// SecurityCompliance are the rules for passwords and accounts. Durations are in days, but for LockoutDuration.
type SecurityCompliance struct {
	// LockoutFailureAttempts is how many wrong passwords in a row lock an account; 0 is never.
	LockoutFailureAttempts int `json:"lockout_failure_attempts,omitempty" yaml:"lockout_failure_attempts,omitempty"`
	// LockoutDuration is for how many seconds; 1800 when left out.
	LockoutDuration int `json:"lockout_duration,omitempty" yaml:"lockout_duration,omitempty"`
	// PasswordExpiresDays is how long a password is good; 0 is for ever.
	PasswordExpiresDays int `json:"password_expires_days,omitempty" yaml:"password_expires_days,omitempty"`
	// UniqueLastPasswordCount is how many passwords, with the new one, must differ; 0 does not look.
	UniqueLastPasswordCount int `json:"unique_last_password_count,omitempty" yaml:"unique_last_password_count,omitempty"`
	// MinimumPasswordAge is how long users must keep a password that they chose.
	MinimumPasswordAge int `json:"minimum_password_age,omitempty" yaml:"minimum_password_age,omitempty"`
	// PasswordRegex is what passwords must begin to match, in the syntax that Go and Python share.
	PasswordRegex string `json:"password_regex,omitempty" yaml:"password_regex,omitempty"`
	// PasswordRegexDescription is the same for people.
	PasswordRegexDescription string `json:"password_regex_description,omitempty" yaml:"password_regex_description,omitempty"`
	// ChangePasswordUponFirstUse lets passwords that an administrator set expire at once.
	ChangePasswordUponFirstUse bool `json:"change_password_upon_first_use,omitempty" yaml:"change_password_upon_first_use,omitempty"`
	// DisableUserAccountDaysInactive is after how long without a login an account is disabled; 0 is never.
	DisableUserAccountDaysInactive int `json:"disable_user_account_days_inactive,omitempty" yaml:"disable_user_account_days_inactive,omitempty"`
}

// defaultMethods are the ways to authenticate that upstream offers unless told otherwise.
func defaultMethods() []string {
	return []string{"external", "password", "token", "oauth1", "mapped", "application_credential"}
}

// orDefault fills in what is left out.
func (s Settings) orDefault() Settings {
	if s.MaxProjectTreeDepth == 0 {
		s.MaxProjectTreeDepth = 5
	}
	if s.MaxPasswordLength == 0 {
		s.MaxPasswordLength = 4096
	}
	if len(s.AuthMethods) == 0 {
		s.AuthMethods = defaultMethods()
	}
	if s.Trust.MaxRedelegationCount == 0 {
		s.Trust.MaxRedelegationCount = 3
	}
	if s.SecurityCompliance.LockoutDuration == 0 {
		s.SecurityCompliance.LockoutDuration = 1800
	}
	return s
}

// check reports what is wrong with the settings.
func (k *checks) settings(s Settings) {
	for i, name := range s.AuthMethods {
		if !slices.Contains(methodNames(), name) {
			k.wrong(fmt.Sprintf("settings.auth_methods[%d]", i), "%q: want one of %v", name, methodNames())
		}
	}
	if _, err := regexp.Compile(s.SecurityCompliance.PasswordRegex); err != nil {
		k.wrong("settings.security_compliance.password_regex", "%v", err)
	}
	for name, n := range map[string]int{
		"max_project_tree_depth": s.MaxProjectTreeDepth, "max_password_length": s.MaxPasswordLength,
		"trust.max_redelegation_count":                 s.Trust.MaxRedelegationCount,
		"security_compliance.lockout_failure_attempts": s.SecurityCompliance.LockoutFailureAttempts,
		"security_compliance.lockout_duration":         s.SecurityCompliance.LockoutDuration,
		"security_compliance.password_expires_days":    s.SecurityCompliance.PasswordExpiresDays,
		"security_compliance.minimum_password_age":     s.SecurityCompliance.MinimumPasswordAge,
	} {
		if n < 0 || n > 1<<31 {
			k.wrong("settings."+name, "%d: want 0 or more, up to 2147483648", n)
		}
	}
	if n := s.SecurityCompliance.UniqueLastPasswordCount; n < 0 || n > 1000 {
		k.wrong("settings.security_compliance.unique_last_password_count", "%d: want 0 to 1000", n)
	}
	if s.MaxProjectTreeDepth > 64 {
		k.wrong("settings.max_project_tree_depth", "%d: want 64 at most", s.MaxProjectTreeDepth)
	}
}

// days is a duration of whole days.
func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
