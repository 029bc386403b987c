package keystone

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// AccessRule is one kind of request that application credentials can be made for. It stays when they go.
type AccessRule struct {
	ID      string
	UserID  string
	Service string
	Path    string
	Method  string
	Number  int // counts the user's rules: they are listed in the order in which they were made
}

func (a *AccessRule) attribute(name string) (any, bool) {
	switch name {
	case "service":
		return a.Service, true
	case "path":
		return a.Path, true
	case "method":
		return a.Method, true
	}
	return nil, false
}

type accessRuleView struct {
	accessRule
	Links selfLink `json:"links"`
}

// newAccessRuleView shows a rule.
// Quirk: there is no such path; the resource lies under the user.
func newAccessRuleView(a AccessRule, collection string) accessRuleView {
	return accessRuleView{accessRule{a.ID, a.Service, a.Path, a.Method}, selfLink{collection + "/" + a.ID}}
}

type accessRuleOut struct {
	AccessRule accessRuleView `json:"access_rule"`
}

type accessRulesOut struct {
	AccessRules []accessRuleView `json:"access_rules"`
	Links       listLinks        `json:"links"`
	Truncated   bool             `json:"truncated,omitempty"`
}

const accessRulesPath = "/v3/access_rules"

// aboutPathUser is what rules may know of the user of the path.
func (s *Service) aboutPathUser(c *httpapi.Call, r state.Reader) map[string]any {
	return aboutUser(s.users.Get(r, c.Var("user_id")))
}

// accessRuleList serves GET /v3/users/{user_id}/access_rules.
func (s *Service) accessRuleList(c *httpapi.Call) (accessRulesOut, error) {
	view := s.db.View()
	if err := enforce(c, s.aboutPathUser(c, view)); err != nil {
		return accessRulesOut{}, err
	}
	if err := s.notByTrust(c.Auth); err != nil {
		return accessRulesOut{}, err
	}
	rows := selected(s.accessRules.All(view), filtersOf(c, "service", "path", "method"))
	rows = keep(rows, func(a *AccessRule) bool { return a.UserID == c.Var("user_id") })
	rows = state.Ordered(rows, func(a, b *AccessRule) int { return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID)) })
	p, err := paged(s, c, rows, func(a *AccessRule) string { return a.ID })
	return accessRulesOut{views(p.rows, c.URL(accessRulesPath), newAccessRuleView), p.links, p.truncated}, err
}

// accessRuleOf finds the rule of the path, once the caller may ask about the path's user.
// Quirk: nobody looks whether the rule is that user's.
func (s *Service) accessRuleOf(c *httpapi.Call, r state.Reader) (AccessRule, error) {
	if err := enforce(c, s.aboutPathUser(c, r)); err != nil {
		return AccessRule{}, err
	}
	if err := s.notByTrust(c.Auth); err != nil {
		return AccessRule{}, err
	}
	a, ok := s.accessRules.Get(r, c.Var("access_rule_id"))
	if !ok {
		return a, fail.Missing("Access Rule", c.Var("access_rule_id"))
	}
	return a, nil
}

// accessRuleShow serves GET /v3/users/{user_id}/access_rules/{access_rule_id}.
func (s *Service) accessRuleShow(c *httpapi.Call) (accessRuleOut, error) {
	a, err := s.accessRuleOf(c, s.db.View())
	return accessRuleOut{newAccessRuleView(a, c.URL(accessRulesPath))}, err
}

// accessRuleDelete serves DELETE /v3/users/{user_id}/access_rules/{access_rule_id}: not while a credential has it.
func (s *Service) accessRuleDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		a, err := s.accessRuleOf(c, tx)
		if err != nil {
			return err
		}
		for credential := range s.credentials.All(tx) {
			if slices.ContainsFunc(credential.AccessRules, func(r accessRule) bool { return r.ID == a.ID }) {
				return fail.New(fail.Forbidden, "May not delete access rule in use")
			}
		}
		s.accessRules.Delete(tx, a.ID)
		return nil
	})
}

// useRules finds the rules that a new credential names among the user's, by id or by what they say, and makes the others.
func (s *Service) useRules(tx *state.Tx, user string, wanted []accessRule) []accessRule {
	var rules []accessRule
	for _, want := range wanted {
		a, ok := s.accessRules.Get(tx, want.ID)
		last := 0
		for have := range s.accessRules.All(tx) {
			if have.UserID == user {
				last = max(last, have.Number)
			}
			if !ok && have.UserID == user && have.Service == want.Service && have.Path == want.Path && have.Method == want.Method {
				a, ok = have, true
			}
		}
		if !ok {
			a = AccessRule{cmp.Or(want.ID, s.ids.Hex()), user, want.Service, want.Path, want.Method, last + 1}
			s.accessRules.Put(tx, a)
		}
		rules = append(rules, accessRule{a.ID, a.Service, a.Path, a.Method})
	}
	return rules
}

// Permits tells whether a token's access rules allow a request to a service, by the types that the catalog has for it.
// What asks Identity about tokens is always allowed. In Zed everything else is, too: Identity forgot to look at what its
// middleware had found (auth_context.py, process_request).
func (s *Service) Permits(_ context.Context, id *httpapi.Identity, types []string, method string, paths ...string) bool {
	ownDoor := slices.Contains(types, "identity")
	if len(id.AccessRules) == 0 || ownDoor && !s.release.AtLeast(release.Antelope) {
		return true
	}
	for _, rule := range id.AccessRules {
		if rule.Method != method || !slices.Contains(types, rule.Service) {
			continue
		}
		pattern := pathPattern(rule.Path)
		if slices.ContainsFunc(paths, pattern.MatchString) {
			return true
		}
	}
	return ownDoor && method == "GET" &&
		slices.ContainsFunc(paths, func(p string) bool { return strings.HasSuffix(p, "/v3/auth/tokens") })
}

// pathPattern makes of a rule's path what it matches: * and {anything} are one segment, ** is any number of them.
func pathPattern(path string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("^")
	path = strings.ToValidUTF8(path, string(utf8.RuneError))
	for path != "" {
		switch end := strings.IndexByte(path, '}'); {
		case path[0] == '{' && end > 0:
			b.WriteString(`[^/]+`)
			path = path[end+1:]
		case strings.HasPrefix(path, "**"):
			b.WriteString(".*")
			path = path[2:]
		case path[0] == '*':
			b.WriteString(`[^/]+`)
			path = path[1:]
		default:
			next := strings.IndexAny(path[1:], "{*") + 1
			if next == 0 {
				next = len(path)
			}
			b.WriteString(regexp.QuoteMeta(path[:next]))
			path = path[next:]
		}
	}
	return regexp.MustCompile(b.String() + "$") // made of quoted text and the above
}
