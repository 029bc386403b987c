// Package policy is a PLACEHOLDER so that colleagues can compile; the author of this package replaces this file whole,
// keeping these signatures if they do (httpapi uses New, Rules.Check, Creds and Target), or adapting httpapi/call.go.
package policy

// Rules is an immutable set of named checks.
type Rules struct{ source map[string]string }

// New compiles lazily.
func New(source map[string]string) *Rules { return &Rules{source} }

// Creds is who asks.
type Creds struct {
	UserID, ProjectID, DomainID, UserDomainID, ProjectDomainID, SystemScope string
	Roles                                                                   []string
	IsAdmin                                                                 bool
}

// Target is what is asked for; names may be dotted.
type Target interface{ Lookup(name string) (any, bool) }

// Check tells whether creds pass the rule on target.
func (r *Rules) Check(rule string, creds *Creds, target Target) bool {
	for _, role := range creds.Roles {
		if role == "admin" || role == "member" {
			return true
		}
	}
	return false
}
