package emulator

import (
	"fmt"
	"maps"

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// Policy are rules in the language of oslo.policy, by their names.
type Policy map[string]string

// WithPolicy puts rules over the default ones of a service: "keystone", "glance" or "cinder". With "" for the service, each
// rule goes to the services that have one of its name, and to all if none has: such a rule can be referred to by others.
// Rules that an earlier option or the fixture has set remain, unless they are set again. What oslo.policy would log and
// never let pass, such as a rule that does not parse, is a mistake here.
func WithPolicy(service string, rules Policy) Option {
	return func(s *settings) error {
		s.reseed("WithPolicy")
		policies := s.fixture.policies()
		if service != "" {
			to, ok := policies[service]
			if !ok {
				return fmt.Errorf("policy for %q: want keystone, glance or cinder", service)
			}
			to.add(rules)
			return nil
		}
		for name, check := range rules {
			for _, to := range policies {
				if to.has(name) || !anyHas(policies, name) {
					to.add(Policy{name: check})
				}
			}
		}
		return nil
	}
}

// Validate reports the rules that are not well-formed, each by its name in single quotes.
func (p Policy) Validate() error { return policy.CheckSyntax(p) }

// servicePolicy is where the fixture keeps the rules of a service.
type servicePolicy struct {
	rules *map[string]string
	has   func(rule string) bool
}

func (p servicePolicy) add(rules Policy) {
	merged := maps.Clone(*p.rules) // the fixture may be somebody's
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, rules)
	*p.rules = merged
}

func (f *Fixture) policies() map[string]servicePolicy {
	return map[string]servicePolicy{
		"keystone": {&f.Identity.Policy, keystone.HasRule},
		"glance":   {&f.Image.Policy, glance.HasRule},
		"cinder":   {&f.BlockStorage.Policy, cinder.HasRule},
	}
}

func anyHas(policies map[string]servicePolicy, name string) bool {
	for _, p := range policies {
		if p.has(name) {
			return true
		}
	}
	return false
}
