package fault

import (
	"net/http"
	"strings"
)

// splitGlobs parts globs at their commas and spaces.
func splitGlobs(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// match tells whether a glob matches: * stands for any characters, or none.
func match(glob, s string) bool {
	star, from := -1, 0
	g, i := 0, 0
	for i < len(s) {
		switch {
		case g < len(glob) && glob[g] == '*':
			star, from = g, i
			g++
		case g < len(glob) && glob[g] == s[i]:
			g++
			i++
		case star >= 0:
			from++
			g, i = star+1, from
		default:
			return false
		}
	}
	for g < len(glob) && glob[g] == '*' {
		g++
	}
	return g == len(glob)
}

func matchAny(globs []string, s string) bool {
	for _, glob := range globs {
		if match(glob, s) {
			return true
		}
	}
	return false
}

// Subject is what a rule may match: a request, a job, or a use of a store.
type Subject struct {
	Name string // operation id, kind of job, or store

	ProjectID, ProjectName string
	UserID, UserName       string
	ByService              bool // a request of one of the cloud's services to another
	Header                 http.Header

	// Resources are ids, and names, of what it is about.
	Resources func() []string
	// Body is a field of the body, by its dotted path.
	Body func(path string) (string, bool)
}

// matches tells whether a rule is about a subject. lookup finds the name and the project of a resource by its id.
func (l *live) matches(s *Subject, lookup Lookup) bool {
	if !matchAny(l.names, s.Name) {
		return false
	}
	if l.Caller != "" && (l.Caller == ByService) != s.ByService {
		return false
	}
	if l.User != "" && !named(l.User, s.UserID, s.UserName, lookup) {
		return false
	}
	for name, glob := range l.Header {
		if !headerMatches(s.Header, name, glob) {
			return false
		}
	}
	for path, glob := range l.Body {
		if value, ok := s.body(path); !ok || !match(glob, value) {
			return false
		}
	}
	return l.matchesResource(s, lookup) && l.matchesProject(s, lookup)
}

func (s *Subject) body(path string) (string, bool) {
	if s.Body == nil {
		return "", false
	}
	return s.Body(path)
}

func (s *Subject) resources() []string {
	if s.Resources == nil {
		return nil
	}
	return s.Resources()
}

func headerMatches(h http.Header, name, glob string) bool {
	for _, value := range h.Values(name) {
		if match(glob, value) {
			return true
		}
	}
	return false
}

func (l *live) matchesResource(s *Subject, lookup Lookup) bool {
	if l.Resource == "" {
		return true
	}
	for _, id := range s.resources() {
		if match(l.Resource, id) {
			return true
		}
		if name, _, ok := lookup(id); ok && match(l.Resource, name) {
			return true
		}
	}
	return false
}

// matchesProject looks at who asks; where nobody does, at whose the resources are.
func (l *live) matchesProject(s *Subject, lookup Lookup) bool {
	if l.Project == "" {
		return true
	}
	if s.ProjectID != "" {
		return named(l.Project, s.ProjectID, s.ProjectName, lookup)
	}
	for _, id := range s.resources() {
		if _, project, ok := lookup(id); ok && named(l.Project, project, "", lookup) {
			return true
		}
	}
	return false
}

// named tells whether a glob is the id or the name of a project or a user, whose name is looked up if it is not given.
func named(glob, id, name string, lookup Lookup) bool {
	if id == "" {
		return false
	}
	if name == "" {
		name, _, _ = lookup(id)
	}
	return match(glob, id) || name != "" && match(glob, name)
}
